#include "consent/load.hpp"

#include "consent/evidence.hpp"
#include "consent/selection.hpp"
#include "habeas/error.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace habeas::consent {
namespace {

using nlohmann::json;

struct Merge {
    std::int64_t kept = 0, gone = 0;
    Ms recorded = 0;
};

struct Ledger {
    SubjectFacts& facts;
    std::vector<Merge> merges;
    std::vector<std::int64_t> change_origins; ///< beside facts.changes
};

ProfileBefore read_profile(std::string_view evidence) {
    ProfileBefore before;
    json in = json::parse(evidence, nullptr, false);
    if (in.is_object()) {
        if (auto at = in.find("country"); at != in.end() && at->is_string()) {
            before.country = at->get<std::string>();
        }
        if (auto at = in.find("date_of_birth"); at != in.end() && at->is_string()) {
            before.birth = parse_date(at->get<std::string>());
        }
        before.corporate = in.value("corporate", false);
    }
    return before;
}

void read_row(const store::Statement& row, std::int64_t subject, Ledger& ledger) {
    auto kind = static_cast<EventKind>(row.i64(1));
    std::int64_t origin = row.is_null(9) ? subject : row.i64(9);
    if (kind == EventKind::profile_changed) {
        ProfileBefore before = read_profile(row.text(8));
        before.effective = row.i64(5);
        before.recorded = row.i64(6);
        ledger.facts.changes.push_back(std::move(before));
        ledger.change_origins.push_back(origin);
        return;
    }
    if (kind == EventKind::merged) {
        json in = json::parse(row.text(8), nullptr, false);
        if (in.is_object()) {
            ledger.merges.push_back(
                {in.value("kept", std::int64_t{0}), in.value("gone", std::int64_t{0}), row.i64(6)});
        }
        return;
    }
    if (!audit::decides(kind)) {
        return;
    }
    LedgerEvent& event = ledger.facts.events.emplace_back();
    event.id = row.i64(0);
    event.kind = kind;
    event.purpose = row.is_null(2) ? 0 : row.i64(2);
    event.channel = static_cast<Channel>(row.i64(3));
    event.scope = scope(row.text(4)).value_or(Scope::none);
    event.effective = row.i64(5);
    event.recorded = row.i64(6);
    event.text_version = row.is_null(7) ? 0 : static_cast<std::int32_t>(row.i64(7));
    event.origin = origin;
    if (!row.is_null(8)) {
        read_evidence(row.text(8), event);
    }
}

/// Which of the joined subjects an id belonged to by the merges known then.
std::int64_t root_at(std::int64_t id, const std::vector<Merge>& merges, Ms known_at) {
    for (std::size_t hops = 0; hops <= merges.size(); ++hops) {
        auto next = std::find_if(merges.begin(), merges.end(), [&](const Merge& merge) {
            return merge.gone == id && merge.recorded <= known_at;
        });
        if (next == merges.end()) {
            break;
        }
        id = next->kept;
    }
    return id;
}

/// Before a merge was known the two were two: the events of the other one go.
void keep_own_events(Ledger& ledger, std::int64_t root, Ms known_at) {
    std::unordered_map<std::int64_t, bool> own;
    std::erase_if(ledger.facts.events, [&](const LedgerEvent& event) {
        auto [at, fresh] = own.try_emplace(event.origin, false);
        if (fresh) {
            at->second = root_at(event.origin, ledger.merges, known_at) == root;
        }
        return !at->second;
    });
}

/// A profile belongs to one record: the history of a joined one says nothing of it.
void keep_own_profile(Ledger& ledger, std::int64_t root) {
    std::vector<ProfileBefore> changes;
    for (std::size_t i = 0; i < ledger.facts.changes.size(); ++i) {
        if (ledger.change_origins[i] == root) {
            changes.push_back(std::move(ledger.facts.changes[i]));
        }
    }
    ledger.facts.changes = std::move(changes);
}

Ms known_since(store::Engine& engine, std::int64_t subject, const SubjectFacts& facts) {
    auto row = engine.db().prepare("SELECT created_at FROM subject WHERE id = ?1");
    row.bind(1, subject);
    Ms since = row.step() ? row.i64(0) : end_of_time;
    for (const LedgerEvent& event : facts.events) {
        since = std::min(since, event.recorded);
    }
    return since;
}

/// The profile, and whether there is such a person.
SubjectFacts profile_facts(store::Engine& engine, const subjects::Resolved& found) {
    SubjectFacts facts;
    if (found.existence == subjects::Existence::unknown ||
        found.existence == subjects::Existence::erased) {
        facts.existence = found.existence == subjects::Existence::erased
                              ? SubjectFacts::Existence::erased
                              : SubjectFacts::Existence::unknown;
        return facts;
    }
    subjects::Profile profile = subjects::profile(engine, found.id);
    facts.country = std::move(profile.country);
    facts.birth = profile.birth;
    facts.corporate = profile.corporate;
    return facts;
}

/// The events of these rows, and one consent for another purpose in place of all such.
void add_chosen_events(store::Engine& engine, SubjectId subject, store::Statement& row,
                       SubjectFacts& facts) {
    const auto id = static_cast<std::int64_t>(subject);
    Ledger ledger{facts, {}, {}};
    while (row.step()) {
        read_row(row, id, ledger);
    }
    if (!facts.changes.empty()) {
        keep_own_profile(ledger, id);
    }
    if (std::any_of(facts.events.begin(), facts.events.end(),
                    [](const LedgerEvent& event) { return is_consent_record(event.kind); })) {
        return;
    }
    auto other = engine.db().prepare("SELECT id, kind, purpose_id, effective_at, recorded_at "
                                     "FROM event WHERE subject_id = ?1 AND kind <= ?2 "
                                     "ORDER BY id DESC LIMIT 1");
    other.bind_all(id, static_cast<std::int64_t>(EventKind::expired));
    if (other.step()) {
        LedgerEvent event;
        event.id = other.i64(0);
        event.kind = static_cast<EventKind>(other.i64(1));
        event.purpose = other.i64(2);
        event.effective = other.i64(3);
        event.recorded = other.i64(4);
        event.origin = id;
        facts.events.push_back(std::move(event)); // its place in time says nothing
    }
}

#define HABEAS_LEDGER_COLUMNS                                                                      \
    "SELECT id, kind, purpose_id, channel, scope, effective_at, recorded_at, text_version, "       \
    "evidence, origin_id FROM event WHERE subject_id = ?1 "

} // namespace

SubjectFacts load_facts(store::Engine& engine, SubjectId subject, Ms known_at) {
    const subjects::Resolved found = subjects::resolve(engine, subject);
    SubjectFacts facts = profile_facts(engine, found);
    if (facts.existence != SubjectFacts::Existence::present) {
        return facts;
    }
    auto id = static_cast<std::int64_t>(found.id);
    Ledger ledger{facts, {}, {}};
    auto row = engine.db().prepare(HABEAS_LEDGER_COLUMNS "ORDER BY effective_at, id");
    row.bind(1, id);
    while (row.step()) {
        read_row(row, id, ledger);
    }
    std::int64_t root = known_at == end_of_time
                            ? id
                            : root_at(static_cast<std::int64_t>(subject), ledger.merges, known_at);
    if (!facts.changes.empty()) {
        keep_own_profile(ledger, root);
    }
    if (known_at != end_of_time) {
        if (!ledger.merges.empty()) {
            keep_own_events(ledger, root, known_at);
        }
        facts.known_since = known_since(engine, id, facts);
    }
    return facts;
}

bool merge_known(store::Engine& engine, SubjectId former, Ms known_at) {
    auto row = engine.db().prepare("SELECT evidence FROM event WHERE subject_id = ?1 AND kind = ?2 "
                                   "AND recorded_at <= ?3");
    row.bind_all(static_cast<std::int64_t>(subjects::resolve(engine, former).id),
                 static_cast<std::int64_t>(EventKind::merged), known_at);
    while (row.step()) {
        const json in = json::parse(row.text(0), nullptr, false);
        if (in.is_object() &&
            in.value("gone", std::int64_t{0}) == static_cast<std::int64_t>(former)) {
            return true;
        }
    }
    return false;
}

SubjectFacts load_facts_of(store::Engine& engine, SubjectId subject, std::int64_t purpose) {
    const subjects::Resolved found = subjects::resolve(engine, subject);
    SubjectFacts facts = profile_facts(engine, found);
    if (facts.existence == SubjectFacts::Existence::present) {
        auto row = engine.db().prepare(
            HABEAS_LEDGER_COLUMNS
            "AND kind <> ?2 AND (purpose_id IS NULL OR purpose_id = ?3) ORDER BY effective_at, id");
        row.bind_all(static_cast<std::int64_t>(found.id),
                     static_cast<std::int64_t>(EventKind::disclosed), purpose);
        add_chosen_events(engine, found.id, row, facts);
    }
    return facts;
}

SubjectFacts load_facts_beside_rows(store::Engine& engine, SubjectId subject) {
    SubjectFacts facts = profile_facts(engine, {subjects::Existence::present, subject});
    auto row = engine.db().prepare(
        HABEAS_LEDGER_COLUMNS
        "AND kind <> ?2 AND (purpose_id IS NULL OR NOT EXISTS (SELECT 1 FROM ready WHERE "
        "ready.subject_id = ?1 AND ready.purpose_id = event.purpose_id)) ORDER BY effective_at, "
        "id");
    row.bind_all(static_cast<std::int64_t>(subject),
                 static_cast<std::int64_t>(EventKind::disclosed));
    add_chosen_events(engine, subject, row, facts);
    return facts;
}

} // namespace habeas::consent
