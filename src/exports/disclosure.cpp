#include "exports/disclosure.hpp"

#include "audit/ledger.hpp"
#include "base/text.hpp"
#include "consent/decide.hpp"
#include "habeas/error.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <tuple>

namespace habeas::exports {
namespace {

constexpr std::size_t max_recipient_bytes = 400;

/// Was the subject in an export of many? Nothing: certainly not. A record that was joined with
/// another since may have been in it under the other number, which cannot be told any more.
std::optional<Disclosure> covered(store::Engine& engine, const Subject& subject,
                                  const History& history, const audit::Entry& act,
                                  const nlohmann::json& evidence) {
    Time at = time_of(evidence.value("at", act.effective_at));
    bool joined = std::any_of(history.merges.begin(), history.merges.end(),
                              [&](Time merged) { return merged > at; });
    if (subject.created_at > at && !joined) {
        return std::nullopt;
    }
    Disclosure found;
    found.event = EventId{act.id};
    found.at = time_of(act.effective_at);
    found.many = true;
    found.recipient = evidence.value("recipient", "");
    found.format = evidence.value("format", "");
    found.columns = evidence.value("columns", std::vector<std::string>{});
    if (auto since = evidence.find("changed_since"); since != evidence.end()) {
        if (subject.changed_at < time_of(since->get<std::int64_t>()) && !joined) {
            return std::nullopt;
        }
        // Changed after the export: whether it was changed before, too, is not kept.
        found.certain = subject.changed_at <= at;
    }
    if (std::string purpose = evidence.value("purpose", ""); !purpose.empty()) {
        DecideOptions then; // the ledger answers for that moment, as it was known at that moment
        then.at = at;
        then.known_at = at;
        Channel over = channel(evidence.value("channel", "")).value_or(Channel::any);
        if (!Consent(engine).may_process(subject.id, purpose, over, then).allowed && !joined) {
            return std::nullopt;
        }
    }
    found.certain = found.certain && !joined;
    return found;
}

} // namespace

void record_disclosure(store::Engine& engine, SubjectId subject, const std::string& recipient,
                       const std::string& format) {
    base::require_text(recipient, "recipient", false, max_recipient_bytes);
    consent::require_recipient(engine, recipient);
    audit::Entry entry;
    entry.subject = static_cast<std::int64_t>(subjects::require(engine, subject));
    entry.kind = EventKind::disclosed;
    nlohmann::json evidence{{"data", {{"format", format}, {"recipient", recipient}}}};
    entry.evidence = evidence.dump();
    audit::append(engine, entry);
}

void record_export(store::Engine& engine, const Selection& selection) {
    base::require_text(selection.recipient, "recipient", false, max_recipient_bytes);
    consent::require_recipient(engine, selection.recipient);
    nlohmann::json evidence{{"at", ms_of(selection.at)},
                            {"columns", selection.columns},
                            {"format", selection.format},
                            {"recipient", selection.recipient},
                            {"rows", selection.rows}};
    if (!selection.purpose.empty()) {
        evidence["purpose"] = selection.purpose;
        evidence["channel"] = channel_name(selection.channel);
    }
    if (selection.changed_since) {
        evidence["changed_since"] = ms_of(*selection.changed_since);
    }
    engine.record_act(EventKind::exported, evidence.dump());
}

namespace {

bool disclosed_earlier(const Disclosure& a, const Disclosure& b) {
    return std::tie(a.at, a.event) < std::tie(b.at, b.event);
}

std::vector<Disclosure> exports_of_many(store::Engine& engine, const Subject& subject,
                                        const History& history) {
    std::vector<Disclosure> found;
    auto acts = engine.db().prepare("SELECT " HABEAS_ENTRY_COLUMNS
                                    " FROM event WHERE subject_id IS NULL AND kind = ?1");
    acts.bind(1, static_cast<std::int64_t>(EventKind::exported));
    while (acts.step()) {
        audit::Entry act = audit::read_entry(acts);
        auto evidence = nlohmann::json::parse(act.evidence.value_or("{}"), nullptr, false);
        if (!evidence.is_object()) {
            continue;
        }
        if (auto disclosure = covered(engine, subject, history, act, evidence)) {
            found.push_back(std::move(*disclosure));
        }
    }
    std::sort(found.begin(), found.end(), disclosed_earlier);
    return found;
}

} // namespace

LongList<Disclosure> disclosures(store::Engine& engine, const Subject& subject,
                                 const History& history) {
    const LongList<Disclosure>& own = history.disclosed;
    std::vector<Disclosure> many = exports_of_many(engine, subject, history);
    if (many.empty()) {
        return own;
    }
    std::deque<Disclosure> latest(own.latest());
    latest.insert(latest.end(), many.begin(), many.end());
    std::sort(latest.begin(), latest.end(), disclosed_earlier);
    while (latest.size() > page_rows) {
        latest.pop_front();
    }
    LongList<Disclosure> all;
    all.assign(std::move(latest), own.count() + many.size());
    all.walk_by([own, many = std::move(many)](const LongList<Disclosure>::Sink& sink) {
        auto next = many.begin();
        own.each([&](const Disclosure& each) {
            for (; next != many.end() && disclosed_earlier(*next, each); ++next) {
                sink(*next);
            }
            sink(each);
        });
        std::for_each(next, many.end(), sink);
    });
    return all;
}

std::int64_t register_file(store::Engine& engine, const std::string& path,
                           std::optional<SubjectId> subject) {
    store::Engine::Write tx(engine);
    engine.register_file(path, subject, {});
    std::int64_t id = engine.db().scalar_i64("SELECT last_insert_rowid()");
    tx.commit();
    return id;
}

void forget_file(store::Engine& engine, std::int64_t id) {
    engine.db().prepare("DELETE FROM written_file WHERE id = ?1").bind(1, id).run();
}

bool file_registered(store::Engine& engine, std::int64_t id) {
    return engine.db().prepare("SELECT 1 FROM written_file WHERE id = ?1").bind(1, id).step();
}

} // namespace habeas::exports
