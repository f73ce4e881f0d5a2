#include "subjects/merge.hpp"

#include "audit/ledger.hpp"
#include "base/json_members.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/records.hpp"
#include "subjects/row_writer.hpp"

#include <nlohmann/json.hpp>

namespace habeas::subjects {
namespace {

void run(store::Engine& engine, const char* sql, SubjectId keep, SubjectId gone) {
    auto statement = engine.db().prepare(sql);
    statement.bind(1, static_cast<std::int64_t>(keep)).bind(2, static_cast<std::int64_t>(gone));
    statement.run();
}

/// Blanks of `keep` take what `gone` has. Sealed values are sealed anew: they are bound to the id.
void fill_blanks(store::Engine& engine, SubjectId keep, SubjectId gone) {
    auto fields = field_set(engine, FieldOwner::subject);
    auto keep_id = static_cast<std::int64_t>(keep);
    auto gone_id = static_cast<std::int64_t>(gone);
    for (const FieldInfo& info : fields->all()) {
        Cell mine;
        Cell theirs;
        if (info.storage == Storage::choices) {
            read_choices(engine, keep_id, info, mine);
            read_choices(engine, gone_id, info, theirs);
            if (!mine.has_value() && theirs.has_value()) {
                write_choices(engine, keep_id, info, theirs);
            }
            continue;
        }
        auto row = engine.db().prepare_text("SELECT k." + info.column + ", g." + info.column +
                                            " FROM subject k, subject g WHERE k.id = ?1 AND "
                                            "g.id = ?2");
        row.bind(1, keep_id).bind(2, gone_id);
        if (!row.step() || !row.is_null(0) || row.is_null(1)) {
            continue;
        }
        read_cell(engine, info, gone_id, row, 1, theirs);
        row.reset();
        // A unique value must leave the other row before it comes here.
        auto leave =
            engine.db().prepare_text("UPDATE subject SET " + info.column + " = NULL WHERE id = ?1");
        leave.bind(1, gone_id);
        leave.run();
        auto take =
            engine.db().prepare_text("UPDATE subject SET " + info.column + " = ?2 WHERE id = ?1");
        take.bind(1, keep_id);
        bind_cell(engine, info, keep_id, theirs, take, 2);
        take.run();
    }
}

} // namespace

void merge_rows(store::Engine& engine, SubjectId keep, SubjectId gone) {
    fill_blanks(engine, keep, gone);
    run(engine, "UPDATE identifier SET subject_id = ?1 WHERE subject_id = ?2", keep, gone);
    run(engine, "UPDATE OR IGNORE identifier_past SET subject_id = ?1 WHERE subject_id = ?2", keep,
        gone);
    run(engine, "DELETE FROM identifier_past WHERE subject_id = ?2 AND ?1 = ?1", keep, gone);
    run(engine, "DELETE FROM subject_choice WHERE subject_id = ?2 AND ?1 = ?1", keep, gone);
    run(engine, "UPDATE OR IGNORE membership SET subject_id = ?1 WHERE subject_id = ?2", keep,
        gone);
    run(engine, "DELETE FROM membership WHERE subject_id = ?2 AND ?1 = ?1", keep, gone);
    run(engine, "UPDATE subject_alias SET subject_id = ?1 WHERE subject_id = ?2", keep, gone);
    run(engine, "INSERT INTO subject_alias(old_id, subject_id) VALUES(?2, ?1)", keep, gone);
    run(engine,
        "UPDATE subject SET standing = max(standing, (SELECT standing FROM subject WHERE id = ?2))"
        " WHERE id = ?1",
        keep, gone);
    auto changed = engine.db().prepare("UPDATE subject SET version = version + 1, changed_at = ?2 "
                                       "WHERE id = ?1");
    changed.bind(1, static_cast<std::int64_t>(keep)).bind(2, engine.now_ms());
    changed.run();
    run(engine, "DELETE FROM subject WHERE id = ?2 AND ?1 = ?1", keep, gone);
}

void merge_subjects(store::Engine& engine, SubjectId keep, SubjectId gone) {
    keep = require(engine, keep);
    gone = require(engine, gone);
    if (keep == gone) {
        throw Error(Errc::invalid, "these two are one subject already", "subject");
    }
    Profile before = profile(engine, keep);
    for (const store::Module* module : engine.modules()) {
        if (module->merge != nullptr) {
            module->merge(engine, keep, gone);
        }
    }
    nlohmann::json evidence = base::object_of("gone", static_cast<std::int64_t>(gone), "kept",
                                              static_cast<std::int64_t>(keep));
    audit::Entry entry;
    entry.subject = static_cast<std::int64_t>(keep);
    entry.kind = EventKind::merged;
    entry.evidence = evidence.dump();
    audit::append(engine, entry);
    engine.note_change(keep, ChangeKind::merged);
    engine.note_change(gone, ChangeKind::merged);
    record_profile_change(engine, keep, before, true);

    store::JournalRecord record;
    record.kind = store::JournalKind::merged;
    record.subject = static_cast<std::int64_t>(keep);
    record.number = static_cast<std::int64_t>(gone);
    record.identifiers = identifiers_ever(engine, keep);
    engine.journal(std::move(record));
}

void replay_merge(store::Engine& engine, const store::JournalRecord& record) {
    if (record.kind != store::JournalKind::merged) {
        return;
    }
    SubjectId keep{record.subject};
    SubjectId gone{record.number};
    // What the older file lacks of the two was written after it and is lost with it.
    if (resolve(engine, keep).existence == Existence::present &&
        resolve(engine, gone).existence == Existence::present) {
        merge_subjects(engine, keep, gone);
    }
}

} // namespace habeas::subjects
