#include "consent/ready.hpp"

#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

void write_row(store::Engine& engine, std::int64_t subject, const ReadyKey& key,
               const Verdict& verdict) {
    engine.db()
        .prepare("INSERT INTO ready(subject_id, purpose_id, channel, reason, state, event_id, "
                 "valid_from, valid_until) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                 "ON CONFLICT(subject_id, purpose_id, channel) DO UPDATE SET "
                 "reason = excluded.reason, state = excluded.state, event_id = excluded.event_id, "
                 "valid_from = excluded.valid_from, valid_until = excluded.valid_until")
        .bind_all(subject, key.first, static_cast<std::int64_t>(key.second),
                  static_cast<std::int64_t>(verdict.reason),
                  static_cast<std::int64_t>(verdict.state), verdict.event, verdict.valid_from,
                  verdict.valid_until)
        .run();
    engine.note_change(SubjectId{subject}, ChangeKind::consent);
}

/// Of every definition there was: `filter` may ask about the past.
void add_purpose(std::vector<ReadyKey>& keys, const PurposeHistory& purpose) {
    for (const DefinitionVersion& version : purpose.versions) {
        for (Channel each : version.definition.channels) {
            keys.emplace_back(purpose.id, each);
        }
    }
}

/// `only`: rows of this purpose; 0: all.
void refresh_rows(store::Engine& engine, SubjectId subject, std::int64_t only) {
    auto purposes = catalogue(engine);
    SubjectFacts facts = load_facts(engine, subject);
    if (facts.existence != SubjectFacts::Existence::present) {
        return;
    }
    auto id = static_cast<std::int64_t>(subject);
    std::vector<ReadyRow> stored = stored_rows(engine, id);
    std::vector<ReadyKey> keys = required_rows(*purposes, facts);
    for (const ReadyRow& row : stored) {
        keys.push_back(row.key);
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    Question question;
    question.at = engine.now_ms();
    for (const ReadyKey& key : keys) {
        if (only != 0 && key.first != only) {
            continue;
        }
        question.purpose = key.first;
        question.channel = key.second;
        Verdict verdict = evaluate(purposes->find(key.first), facts, question);
        auto old = std::find_if(stored.begin(), stored.end(),
                                [&](const ReadyRow& row) { return row.key == key; });
        if (old == stored.end() || old->verdict != verdict) {
            write_row(engine, id, key, verdict);
        }
    }
    if (only == 0) {
        subjects::set_standing(engine, subject, stands_out(facts));
    }
}

} // namespace

bool stands_out(const SubjectFacts& facts) noexcept {
    return std::any_of(facts.events.begin(), facts.events.end(), subject_wide);
}

std::vector<ReadyKey> required_rows(const Catalogue& catalogue, const SubjectFacts& facts) {
    std::vector<ReadyKey> keys;
    bool all = stands_out(facts);
    bool sign_up = std::any_of(facts.events.begin(), facts.events.end(), [](const auto& event) {
        return event.kind == EventKind::requested;
    });
    for (const PurposeHistory& purpose : catalogue.all()) {
        bool named =
            std::any_of(facts.events.begin(), facts.events.end(),
                        [&](const LedgerEvent& event) { return event.purpose == purpose.id; });
        if (all || named || (sign_up && ever_confirms(purpose))) {
            add_purpose(keys, purpose);
        }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

Verdict read_verdict(const store::Statement& row, int first) {
    Verdict verdict;
    verdict.reason = static_cast<Reason>(row.i64(first));
    verdict.state = static_cast<ConsentState>(row.i64(first + 1));
    verdict.event = row.i64(first + 2);
    verdict.valid_from = row.i64(first + 3);
    verdict.valid_until = row.i64(first + 4);
    return verdict;
}

std::vector<ReadyRow> stored_rows(store::Engine& engine, std::int64_t subject) {
    std::vector<ReadyRow> rows;
    auto row = engine.db().prepare("SELECT purpose_id, channel, reason, state, event_id, "
                                   "valid_from, valid_until FROM ready WHERE subject_id = ?1");
    row.bind(1, subject);
    while (row.step()) {
        rows.push_back({{row.i64(0), static_cast<Channel>(row.i64(1))}, read_verdict(row, 2)});
    }
    return rows;
}

void refresh(store::Engine& engine, SubjectId subject) {
    refresh_rows(engine, subject, 0);
}

void refresh_purpose(store::Engine& engine, std::int64_t purpose, bool first) {
    auto purposes = catalogue(engine);
    const PurposeHistory* history = purposes->find(purpose);
    std::vector<std::int64_t> ids;
    {
        auto row = engine.db().prepare("SELECT DISTINCT subject_id FROM ready WHERE purpose_id = ?1"
                                       " UNION SELECT id FROM subject WHERE standing = 1");
        row.bind(1, purpose);
        while (row.step()) {
            ids.push_back(row.i64(0));
        }
    }
    if (first || (history && ever_confirms(*history))) {
        auto row = engine.db().prepare("SELECT DISTINCT subject_id FROM event WHERE (kind = ?1 OR "
                                       "purpose_id = ?2) AND subject_id IS NOT NULL");
        row.bind(1, static_cast<std::int64_t>(EventKind::requested)).bind(2, purpose);
        while (row.step()) {
            ids.push_back(row.i64(0));
        }
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
    for (std::int64_t id : ids) {
        refresh_rows(engine, SubjectId{id}, purpose);
    }
}

} // namespace habeas::consent
