#include "retention/anonymise.hpp"

#include "consent/suppression.hpp"
#include "erasure/tables.hpp"
#include "subjects/forget.hpp"
#include "subjects/lookup.hpp"
#include "subjects/row_writer.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace habeas::retention {
namespace {

using OnErase = store::SubjectTable::OnErase;

/// strip_subject takes what is to go of these.
constexpr std::array<std::string_view, 4> stripped{"subject", "subject_choice", "subject_alias",
                                                   "retention_state"};

void list_events(store::Engine& engine, std::int64_t subject, std::vector<std::int64_t>& out,
                 std::set<std::int64_t>& actors) {
    auto row = engine.db().prepare("SELECT id, actor_id FROM event WHERE subject_id = ?1");
    row.bind(1, subject);
    while (row.step()) {
        out.push_back(row.i64(0));
        actors.insert(row.i64(1));
    }
}

/// Whoever said no stays on the list, as after an erasure; not by a hash that somebody else has
/// now.
void keep_no(store::Engine& engine, std::vector<store::HashRef> hashes) {
    std::erase_if(hashes, [&](const store::HashRef& hash) {
        return subjects::find_by_hash(engine, hash).has_value();
    });
    consent::Suppression entry;
    entry.kind = "objection";
    entry.scope = "marketing";
    entry.effective = engine.now_ms();
    consent::add_entries(engine, hashes, entry);
}

void mark(store::Engine& engine, std::int64_t subject) {
    auto& db = engine.db();
    db.prepare("INSERT INTO retention_state(subject_id, activity, anonymised_at) VALUES(?1, NULL, "
               "?2) ON CONFLICT(subject_id) DO UPDATE SET activity = NULL, anonymised_at = ?2")
        .bind_all(subject, engine.now_ms())
        .run();
    // Files about the person alone: the tick deletes them.
    db.prepare("UPDATE written_file SET expires_at = 0 WHERE subject_id = ?1")
        .bind(1, subject)
        .run();
    db.prepare("UPDATE actor SET reason = 'anonymised ' || id WHERE kind = 'subject' AND ref = ?1 "
               "AND reason <> ''")
        .bind(1, std::to_string(subject))
        .run();
}

} // namespace

void anonymise(store::Engine& engine, const RetentionRule& rule, std::span<const Due> due,
               std::vector<std::int64_t>& sequences) {
    std::vector<SubjectId> subjects;
    std::vector<std::vector<store::HashRef>> hashes;
    std::set<std::int64_t> actors;
    for (const Due& each : due) {
        store::ErasureContext context;
        context.subject = SubjectId{each.subject};
        context.identifiers = subjects::identifiers_ever(engine, context.subject);
        list_events(engine, each.subject, sequences, actors);
        for (const store::Module* module : engine.modules()) {
            if (module->erase != nullptr) {
                module->erase(engine, context);
            }
        }
        subjects.push_back(context.subject);
        hashes.push_back(std::move(context.identifiers));
    }
    for (const store::SubjectTable* table : erasure::subject_tables(engine)) {
        const bool own =
            std::find(stripped.begin(), stripped.end(), table->table) != stripped.end();
        if (table->on_erase == OnErase::remove && !own) {
            erasure::delete_rows(engine, *table, subjects, [](SubjectId, std::uint64_t) {});
        }
    }
    for (std::size_t i = 0; i < due.size(); ++i) {
        subjects::strip_subject(engine, due[i].subject, rule.keep);
        if (due[i].no) {
            keep_no(engine, std::move(hashes[i]));
        }
        mark(engine, due[i].subject);
        subjects::call_subject_changed(engine, subjects[i]);
    }
    engine.blank_unused_actors(actors);
}

} // namespace habeas::retention
