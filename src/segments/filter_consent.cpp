#include "segments/filter_consent.hpp"

#include "consent/catalogue.hpp"
#include "consent/evaluate.hpp"
#include "consent/json_reader.hpp"
#include "consent/load.hpp"
#include "consent/reasons.hpp"
#include "consent/standing.hpp"

#include <array>

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

std::string rank_sql() {
    std::string sql = "CASE state";
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        sql += " WHEN " + std::to_string(static_cast<int>(ranked[rank])) + " THEN " +
               std::to_string(rank);
    }
    return sql + " END";
}

/// Values whose profile alone allows: country and 1 for companies.
json allowed_profiles(const consent::PurposeHistory& purpose, Channel channel, consent::Ms at,
                      bool& all) {
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
            if (consent::allows(consent::evaluate(&purpose, facts, question).reason)) {
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
                        const AddParameter& add) {
    bool all = false;
    json allowed = allowed_profiles(purpose, channel, at, all);
    std::string alone = "0";
    if (all) {
        alone = "s.standing = 0";
    } else if (!allowed.empty()) {
        alone = "s.standing = 0 AND coalesce(s.f_country, '') || (s.f_recipient_type IS "
                "'corporate') IN (SELECT value FROM json_each(" +
                add(allowed.dump()) + "))";
    }
    return "coalesce(" + row_sql(purpose, channel, "reason < 32") + ", " + alone + ")";
}

std::string state_sql(const consent::PurposeHistory& purpose,
                      const std::vector<Channel>& channels) {
    std::string list;
    for (Channel each : channels) {
        list += (list.empty() ? "" : ", ") + std::to_string(static_cast<int>(each));
    }
    std::string none = std::to_string(3);
    return "(SELECT CASE WHEN count(*) < " + std::to_string(channels.size()) + " THEN min(" + none +
           ", coalesce(min(" + rank_sql() + "), " + none + ")) ELSE min(" + rank_sql() +
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
    }
    const std::vector<Channel> channels = one == Channel::any ? all : std::vector{one};
    Target target;
    target.changes = consent_changes;
    target.by_time = true;
    if (what == "date") {
        target.kind = Target::Kind::datetime;
        target.sql = date_sql(*purpose, one);
    } else if (what == "allowed") {
        target.kind = Target::Kind::boolean;
        for (Channel each : channels) {
            target.sql += (target.sql.empty() ? "(" : " AND ") +
                          allowed_sql(*purpose, each, consent::to_ms(today.now), add);
        }
        target.sql += target.sql.empty() ? "0" : ")";
    } else {
        target.kind = Target::Kind::code;
        target.sql = state_sql(*purpose, channels);
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
    auto row = engine.db().prepare("SELECT id FROM subject WHERE standing = 1");
    while (row.step()) {
        SubjectId id{row.i64(0)};
        consent::SubjectFacts facts = consent::load_facts(engine, id);
        bool holds = false;
        for (int channel = 1; channel <= static_cast<int>(Channel::internal) && !holds; ++channel) {
            consent::Question question;
            question.channel = static_cast<Channel>(channel);
            question.at = consent::to_ms(today.now);
            consent::Moment moment(question.at);
            consent::Standing standing = consent::standing_of(facts, question, moment);
            holds = name == "restricted" ? standing.restricted != nullptr
                    : name == "bounced"  ? standing.hard_bounce != nullptr
                                         : standing.suppressed_all != nullptr ||
                                              standing.suppressed_marketing != nullptr;
        }
        if (holds) {
            list.push_back(row.i64(0));
        }
    }
    Target target;
    target.kind = Target::Kind::boolean;
    target.sql = "(s.id IN (SELECT value FROM json_each(" + add(list.dump()) + ")))";
    target.changes = consent_changes;
    return target;
}

} // namespace habeas::segments
