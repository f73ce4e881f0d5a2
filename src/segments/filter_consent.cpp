#include "segments/filter_consent.hpp"

#include "consent/catalogue.hpp"
#include "consent/decide.hpp"
#include "consent/evaluate.hpp"
#include "consent/json_reader.hpp"
#include "consent/load.hpp"
#include "consent/reasons.hpp"
#include "consent/standing.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace habeas::segments {
namespace {

using consent::refuse_at;
using nlohmann::json;

constexpr std::uint32_t consent_changes =
    store::change_bit(ChangeKind::consent) | store::change_bit(ChangeKind::profile) |
    store::change_bit(ChangeKind::created) | store::change_bit(ChangeKind::merged);

/// Least permissive first, as Consent::state joins channels; `none` where there is no row.
constexpr std::array ranked{ConsentState::withdrawn, ConsentState::refused,
                            ConsentState::expired,   ConsentState::none,
                            ConsentState::requested, ConsentState::granted};

std::string rank_sql(const std::string& state) {
    std::string sql = "CASE " + state;
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        sql += " WHEN " + std::to_string(static_cast<int>(ranked[rank])) + " THEN " +
               std::to_string(rank);
    }
    return sql + " END";
}

constexpr const char* sql_reason = "habeas_reason_at";
constexpr const char* sql_state = "habeas_consent_state_at";

/// What the ledger says of a row that does not hold at the moment: (subject, purpose, channel, at).
void add_decisions(store::Engine& engine) {
    auto decide = [&engine](std::span<const std::int64_t> asked) {
        const auto purposes = consent::catalogue(engine);
        consent::Question question;
        question.channel = static_cast<Channel>(asked[2]);
        question.at = asked[3];
        question.unguarded = true;
        return consent::decide_from_ledger(engine, purposes->find(asked[1]), SubjectId{asked[0]},
                                           question);
    };
    engine.db().define_numbers(sql_reason, 4, [decide](std::span<const std::int64_t> asked) {
        return static_cast<std::int64_t>(decide(asked).reason);
    });
    engine.db().define_numbers(sql_state, 4, [decide](std::span<const std::int64_t> asked) {
        return static_cast<std::int64_t>(decide(asked).state);
    });
}

/// A column of the ready row, or what the ledger says where the row does not hold at `at`.
std::string at_moment(const char* column, const char* otherwise, const std::string& at) {
    return "iif(valid_from <= " + at + " AND valid_until > " + at + ", " + column + ", " +
           otherwise + "(subject_id, purpose_id, channel, " + at + "))";
}

/// Values whose profile alone allows: country and 1 for companies. `until`: how long they do.
json allowed_profiles(const consent::PurposeHistory& purpose, Channel channel, consent::Ms at,
                      bool& all, consent::Ms& until) {
    json allowed = json::array();
    all = true;
    consent::Question question;
    question.purpose = purpose.id;
    question.channel = channel;
    question.at = at;
    auto ask = [&](const std::string& country) {
        for (bool corporate : {false, true}) {
            consent::SubjectFacts facts;
            facts.country = country;
            facts.corporate = corporate;
            const consent::Verdict verdict = consent::evaluate(&purpose, facts, question);
            until = std::min(until, verdict.valid_until);
            if (consent::allows(verdict.reason)) {
                allowed.push_back(country + (corporate ? "1" : "0"));
            } else {
                all = false;
            }
        }
    };
    ask("");
    for (char first = 'A'; first <= 'Z'; ++first) {
        for (char second = 'A'; second <= 'Z'; ++second) {
            ask({first, second});
        }
    }
    return allowed;
}

std::string row_sql(const consent::PurposeHistory& purpose, Channel channel,
                    const std::string& what) {
    return "(SELECT " + what +
           " FROM ready WHERE subject_id = s.id AND purpose_id = " + std::to_string(purpose.id) +
           " AND channel = " + std::to_string(static_cast<int>(channel)) + ")";
}

/// Without a row the profile decides, unless an event concerns all purposes.
std::string allowed_sql(const consent::PurposeHistory& purpose, Channel channel, consent::Ms at,
                        const std::string& moment, consent::Ms& until, const AddParameter& add) {
    bool all = false;
    json allowed = allowed_profiles(purpose, channel, at, all, until);
    std::string alone = "0";
    if (all) {
        alone = "s.standing = 0";
    } else if (!allowed.empty()) {
        alone = "s.standing = 0 AND coalesce(s.f_country, '') || (s.f_recipient_type IS "
                "'corporate') IN (SELECT value FROM json_each(" +
                add(allowed.dump()) + "))";
    }
    return "coalesce(" +
           row_sql(purpose, channel, at_moment("reason", sql_reason, moment) + " < 32") + ", " +
           alone + ")";
}

std::string state_sql(const consent::PurposeHistory& purpose, const std::vector<Channel>& channels,
                      const std::string& moment) {
    const std::string rank = rank_sql(at_moment("state", sql_state, moment));
    std::string list;
    for (Channel each : channels) {
        list += (list.empty() ? "" : ", ") + std::to_string(static_cast<int>(each));
    }
    std::string none = std::to_string(3);
    return "(SELECT CASE WHEN count(*) < " + std::to_string(channels.size()) + " THEN min(" + none +
           ", coalesce(min(" + rank + "), " + none + ")) ELSE min(" + rank +
           ") END FROM ready WHERE subject_id = s.id AND purpose_id = " +
           std::to_string(purpose.id) + " AND channel IN (" + list + "))";
}

/// When the person last said something about it.
std::string date_sql(const consent::PurposeHistory& purpose, Channel channel) {
    std::string sql = "(SELECT max(e.effective_at) FROM event e WHERE e.subject_id = s.id AND "
                      "e.kind BETWEEN 1 AND 5 AND (e.purpose_id IS NULL OR e.purpose_id = " +
                      std::to_string(purpose.id) + ")";
    if (channel != Channel::any) {
        sql += " AND e.channel IN (0, " + std::to_string(static_cast<int>(channel)) + ")";
    }
    return sql + ")";
}

} // namespace

std::int64_t consent_moment(store::Engine& engine, const Today& today) {
    return std::max(consent::to_ms(today.now), engine.commit_state().time);
}

Target consent_target(store::Engine& engine, std::string_view rest, const std::string& pointer,
                      const Today& today, const AddParameter& add) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= rest.size();) {
        std::size_t end = std::min(rest.find('.', at), rest.size());
        parts.emplace_back(rest.substr(at, end - at));
        at = end + 1;
    }
    auto purposes = consent::catalogue(engine);
    const consent::PurposeHistory* purpose = purposes->find(parts[0]);
    if (purpose == nullptr || purpose->versions.empty()) {
        throw Error(Errc::not_found, pointer + ": no purpose has this code", pointer);
    }
    const std::vector<Channel> all = consent::present_definition(*purpose)->channels;
    std::string what = parts.size() > 1 ? parts.back() : "";
    bool special = what == "allowed" || what == "date";
    if (parts.size() > (special ? 3u : 2u)) {
        refuse_at(pointer, "write consent.<purpose>, consent.<purpose>.<channel>, and .allowed or "
                           ".date behind it");
    }
    Channel one = Channel::any;
    if (parts.size() == (special ? 3u : 2u)) {
        auto named = habeas::channel(parts[1]);
        if (!named || *named == Channel::any) {
            refuse_at(pointer, "no such channel");
        }
        one = *named;
        // A channel of a former definition is still asked about: filters outlive definitions.
        if (std::none_of(purpose->versions.begin(), purpose->versions.end(), [&](const auto& each) {
                const auto& channels = each.definition.channels;
                return std::find(channels.begin(), channels.end(), one) != channels.end();
            })) {
            refuse_at(pointer, "the purpose does not have this channel");
        }
    }
    const std::vector<Channel> channels = one == Channel::any ? all : std::vector{one};
    Target target;
    target.changes = consent_changes;
    if (what == "date") {
        target.kind = Target::Kind::datetime;
        target.sql = date_sql(*purpose, one);
        return target;
    }
    add_decisions(engine);
    target.lapses = true;
    const consent::Ms at = consent_moment(engine, today);
    const std::string moment = add(at);
    if (what == "allowed") {
        target.kind = Target::Kind::boolean;
        for (Channel each : channels) {
            target.sql += (target.sql.empty() ? "(" : " AND ") +
                          allowed_sql(*purpose, each, at, moment, target.holds_until, add);
        }
        target.sql += target.sql.empty() ? "0" : ")";
    } else {
        target.kind = Target::Kind::code;
        target.sql = state_sql(*purpose, channels, moment);
        for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
            target.words.emplace_back(consent_state_name(ranked[rank]),
                                      static_cast<std::int64_t>(rank));
        }
    }
    return target;
}

std::optional<Target> standing_target(store::Engine& engine, std::string_view name,
                                      const Today& today, const AddParameter& add) {
    if (name != "restricted" && name != "suppressed" && name != "bounced") {
        return std::nullopt;
    }
    // Few have events that concern all purposes, and only the ledger's rules can tell what holds.
    json list = json::array();
    Target target;
    const consent::Ms at = consent_moment(engine, today);
    auto row = engine.db().prepare("SELECT id FROM subject WHERE standing = 1");
    while (row.step()) {
        SubjectId id{row.i64(0)};
        consent::SubjectFacts facts = consent::load_facts(engine, id);
        bool holds = false;
        for (int channel = 1; channel <= static_cast<int>(Channel::internal) && !holds; ++channel) {
            consent::Question question;
            question.channel = static_cast<Channel>(channel);
            question.at = at;
            consent::Moment moment(question.at);
            consent::Standing standing = consent::standing_of(facts, question, moment);
            target.holds_until = std::min(target.holds_until, moment.valid_until());
            holds = name == "restricted" ? standing.restricted != nullptr
                    : name == "bounced"  ? standing.hard_bounce != nullptr
                                         : standing.suppressed_all != nullptr ||
                                              standing.suppressed_marketing != nullptr;
        }
        if (holds) {
            list.push_back(row.i64(0));
        }
    }
    target.kind = Target::Kind::boolean;
    target.sql = "(s.id IN (SELECT value FROM json_each(" + add(list.dump()) + ")))";
    target.changes = consent_changes;
    return target;
}

} // namespace habeas::segments
