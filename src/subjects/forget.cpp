#include "subjects/forget.hpp"

#include "subjects/definition_check.hpp"
#include "subjects/records.hpp"
#include "subjects/row_roles.hpp"
#include "subjects/row_writer.hpp"

#include <algorithm>

namespace habeas::subjects {
namespace {

/// The identifiers that a field's value gave: what was typed, or the same in normal form.
std::vector<NormalIdentifier> given_by(store::Engine& engine, std::int64_t subject,
                                       const FieldInfo& info) {
    std::vector<NormalIdentifier> out;
    if (!identifies(info)) {
        return out;
    }
    const Cell value = present_value(engine, subject, info);
    if (!value.has_value()) {
        return out;
    }
    NormalIdentifier normal;
    Refusal ignored;
    Format format;
    const std::string country = default_country(engine);
    format.default_country = country;
    const bool known = normalise_into(kind_of(info.role), {}, value.text, format, normal, ignored);
    for (StoredIdentifier& stored : identifiers_of(engine, SubjectId{subject})) {
        NormalIdentifier& each = stored.identifier;
        if (each.kind == kind_of(info.role) &&
            (each.typed == value.text || (known && each.normal == normal.normal))) {
            out.push_back(std::move(each));
        }
    }
    return out;
}

} // namespace

void empty_log_after_commit(store::Engine& engine) {
    if (engine.meta_i64(truncate_pending) == 0) {
        engine.set_meta_i64(truncate_pending, 1);
    }
    engine.after_commit([&engine] { engine.db().truncate_wal(std::chrono::milliseconds(0)); });
}

bool empty_log(store::Engine& engine) {
    if (!engine.db().truncate_wal(std::chrono::milliseconds(0)).complete) {
        return false;
    }
    store::Engine::Write tx(engine);
    engine.set_meta_i64(truncate_pending, 0);
    tx.commit();
    return true;
}

Cell present_value(store::Engine& engine, std::int64_t subject, const FieldInfo& info) {
    Cell out;
    if (info.storage == Storage::choices) {
        read_choices(engine, subject, info, out);
        return out;
    }
    auto row = engine.db().prepare_text("SELECT " + info.column + " FROM subject WHERE id = ?1");
    row.bind(1, subject);
    if (row.step()) {
        read_cell(engine, info, subject, row, 0, out);
    }
    return out;
}

void overwrite_value(store::Engine& engine, std::int64_t subject, const FieldInfo& info,
                     const Cell& value) {
    const auto gone =
        value.has_value() ? std::vector<NormalIdentifier>{} : given_by(engine, subject, info);
    if (info.storage == Storage::choices) {
        write_choices(engine, subject, info, value);
    } else {
        auto row =
            engine.db().prepare_text("UPDATE subject SET " + info.column + " = ?2 WHERE id = ?1");
        row.bind(1, subject);
        bind_cell(engine, info, subject, value, row, 2);
        row.run();
    }
    engine.db()
        .prepare("UPDATE subject SET version = version + 1, changed_at = ?2 WHERE id = ?1")
        .bind_all(subject, engine.now_ms())
        .run();
    for (const NormalIdentifier& each : gone) {
        forget_identifier(engine, SubjectId{subject}, each);
    }
    engine.note_change(SubjectId{subject}, ChangeKind::profile);
    if (decides(info) || !gone.empty()) {
        call_subject_changed(engine, SubjectId{subject});
    }
}

bool is_last_identifier(store::Engine& engine, std::int64_t subject, const FieldInfo& info) {
    const auto gone = given_by(engine, subject, info);
    return !gone.empty() && identifiers_of(engine, SubjectId{subject}).size() <= gone.size();
}

void strip_subject(store::Engine& engine, std::int64_t subject,
                   const std::vector<std::string>& keep) {
    const auto fields = field_set(engine, FieldOwner::subject);
    std::string sql = "UPDATE subject SET version = version + 1, changed_at = ?2, standing = 0, "
                      "source = 'anonymised'";
    for (const FieldInfo& info : fields->all()) {
        if (std::find(keep.begin(), keep.end(), info.field.name) != keep.end()) {
            continue;
        }
        if (info.storage != Storage::choices) {
            sql += ", " + info.column + " = NULL";
            continue;
        }
        engine.db()
            .prepare("DELETE FROM subject_choice WHERE subject_id = ?1 AND field_id = ?2")
            .bind_all(subject, info.id)
            .run();
    }
    engine.db().prepare_text(sql + " WHERE id = ?1").bind_all(subject, engine.now_ms()).run();
    engine.note_change(SubjectId{subject}, ChangeKind::profile);
}

} // namespace habeas::subjects
