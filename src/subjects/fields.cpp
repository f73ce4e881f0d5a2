// Defining, changing and removing fields.
#include "base/contact.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "store/engine.hpp"
#include "subjects/definition_check.hpp"
#include "subjects/field_set.hpp"
#include "subjects/forget.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace habeas {
namespace subjects {
namespace {

constexpr std::size_t max_custom_fields = 500;

std::string table_of(FieldOwner owner) {
    return owner == FieldOwner::subject ? "subject" : "organisation";
}

std::string sql_type(Storage storage) {
    switch (storage) {
    case Storage::integer:
        return "INTEGER";
    case Storage::real:
        return "REAL";
    case Storage::sealed:
        return "BLOB";
    default:
        return "TEXT";
    }
}

std::string index_name(std::int64_t id) {
    return "field_" + std::to_string(id) + "_unique";
}

void add_column(store::Engine& engine, const Field& field) {
    if (storage_of(field) != Storage::choices) {
        engine.db().exec("ALTER TABLE " + table_of(field.owner) + " ADD COLUMN " +
                         column_of(field.name) + " " + sql_type(storage_of(field)));
    }
}

/// Errc::invalid if two have the same value.
void add_unique_index(store::Engine& engine, const Field& field, std::int64_t id) {
    std::string column = column_of(field.name);
    try {
        engine.db().exec("CREATE UNIQUE INDEX " + index_name(id) + " ON " + table_of(field.owner) +
                         "(" + column + ") WHERE " + column + " IS NOT NULL");
    } catch (const Error& error) {
        if (error.code() != Errc::exists) {
            throw;
        }
        throw Error(Errc::invalid,
                    "field " + field.name + ": some have the same value, so it cannot be unique",
                    field.name);
    }
}

void drop_unique_index(store::Engine& engine, std::int64_t id) {
    engine.db().exec("DROP INDEX IF EXISTS " + index_name(id));
}

void act(store::Engine& engine, std::string_view what, const Field& field) {
    nlohmann::json evidence =
        base::object_of("action", what, "field", field.name, "owner", owner_name(field.owner));
    engine.record_act(EventKind::field_changed, evidence.dump());
}

/// The end of each change: views and caches follow.
void finish(store::Engine& engine) {
    create_views(engine);
    engine.bump_definitions();
}

std::int64_t insert_definition(store::Engine& engine, const Field& field) {
    auto row = engine.db().prepare("INSERT INTO field(owner, name, type, class, is_unique, retired,"
                                   " definition) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id");
    row.bind_all(owner_name(field.owner), field.name, field_type_name(field.type),
                 class_name(field.field_class), field.unique, field.retired,
                 definition_json(field));
    row.step();
    return row.i64(0);
}

void update_definition(store::Engine& engine, const Field& field, std::int64_t id) {
    auto row = engine.db().prepare("UPDATE field SET name = ?2, class = ?3, is_unique = ?4, "
                                   "retired = ?5, definition = ?6 WHERE id = ?1");
    row.bind_all(id, field.name, class_name(field.field_class), field.unique, field.retired,
                 definition_json(field));
    row.run();
}

bool any_row(store::Engine& engine, const std::string& sql) {
    auto row = engine.db().prepare_text(sql);
    return row.step();
}

bool has_values(store::Engine& engine, const FieldInfo& info) {
    if (info.storage == Storage::choices) {
        return any_row(engine, "SELECT 1 FROM subject_choice WHERE field_id = " +
                                   std::to_string(info.id) + " LIMIT 1");
    }
    return any_row(engine, "SELECT 1 FROM " + table_of(info.field.owner) + " WHERE " + info.column +
                               " IS NOT NULL LIMIT 1");
}

bool choice_in_use(store::Engine& engine, const FieldInfo& info, const std::string& choice) {
    if (info.storage == Storage::sealed) {
        return has_values(engine, info); // what is chosen cannot be looked up
    }
    auto row = info.storage == Storage::choices
                   ? engine.db().prepare_text("SELECT 1 FROM subject_choice WHERE choice = ?1 AND "
                                              "field_id = " +
                                              std::to_string(info.id) + " LIMIT 1")
                   : engine.db().prepare_text("SELECT 1 FROM " + table_of(info.field.owner) +
                                              " WHERE " + info.column + " = ?1 LIMIT 1");
    row.bind(1, choice);
    return row.step();
}

void check_change(store::Engine& engine, const FieldInfo& now, const Field& field) {
    if (field.type != now.field.type) {
        refuse_field(field,
                     "the type of a field never changes; define a new one and move the values");
    }
    if (field.scale != now.field.scale && has_values(engine, now)) {
        refuse_field(field, "the scale cannot change while there are values");
    }
    for (const Choice& choice : now.field.choices) {
        bool kept = std::any_of(field.choices.begin(), field.choices.end(),
                                [&](const Choice& c) { return c.value == choice.value; });
        if (!kept && choice_in_use(engine, now, choice.value)) {
            refuse_field(field, "a choice that is in use cannot go");
        }
    }
    if (now.role != Role::none && (field.retired || field.field_class == FieldClass::sealed)) {
        refuse_field(field,
                     "identifiers and decisions rest on it; it is neither retired nor sealed");
    }
    if (now.role == Role::recipient_type && field.choices.size() < now.field.choices.size()) {
        refuse_field(field, "its choices natural_person and corporate stay");
    }
    bool sealed = field.field_class == FieldClass::sealed;
    if (sealed != (now.storage == Storage::sealed) && has_values(engine, now)) {
        refuse_field(field, "sealing changes only while there are no values; define a new field");
    }
}

void require_free_role(const FieldInfo& info) {
    if (info.role != Role::none) {
        refuse_field(info.field, "identifiers and decisions rest on it; it stays as it is");
    }
}

void require_unused(store::Engine& engine, const Field& field) {
    if (field.owner != FieldOwner::subject) {
        return;
    }
    const std::string places = engine.places_using(&store::Module::uses_field, field.name);
    if (!places.empty()) {
        refuse_field(field, fmt::format("it is used by {}; take it out there first", places));
    }
}

void define_field(store::Engine& engine, const Field& field) {
    check_definition(field);
    auto fields = field_set(engine, field.owner);
    if (fields->find(field.name) != nullptr) {
        throw Error(Errc::exists, "field " + field.name + " exists already; update it instead",
                    field.name);
    }
    if (fields->all().size() >= max_custom_fields + core_fields().size()) {
        refuse_field(field, "500 fields of one's own are the limit; remove one first");
    }
    add_column(engine, field);
    std::int64_t id = insert_definition(engine, field);
    if (field.unique) {
        add_unique_index(engine, field, id);
    }
    finish(engine);
}

} // namespace

void create_core_fields(store::Engine& engine) {
    for (const Field& field : core_fields()) {
        add_column(engine, field);
        insert_definition(engine, field);
    }
    finish(engine);
}

} // namespace subjects

using namespace subjects;

void Fields::define(const Field& field) {
    store::Engine::Write tx(*engine_);
    define_field(*engine_, field);
    act(*engine_, "defined", field);
    tx.commit();
}

void Fields::update(const Field& field) {
    check_definition(field);
    store::Engine::Write tx(*engine_);
    auto fields = field_set(*engine_, field.owner);
    const FieldInfo& now = require_field(*fields, field.name);
    if (now.field == field) {
        return; // nothing to write: the transaction is rolled back
    }
    check_change(*engine_, now, field);
    if (field.retired && !now.field.retired) {
        require_unused(*engine_, now.field);
    }
    bool sealed = field.field_class == FieldClass::sealed;
    if (sealed != (now.storage == Storage::sealed)) {
        drop_unique_index(*engine_, now.id);
        drop_views(*engine_);
        engine_->db().exec("ALTER TABLE " + table_of(field.owner) + " DROP COLUMN " + now.column);
        add_column(*engine_, field);
    }
    if (field.unique != now.field.unique) {
        if (field.unique) {
            add_unique_index(*engine_, field, now.id);
        } else {
            drop_unique_index(*engine_, now.id);
        }
    }
    update_definition(*engine_, field, now.id);
    act(*engine_, "updated", field);
    finish(*engine_);
    tx.commit();
}

void Fields::rename(const std::string& name, const std::string& to, FieldOwner owner) {
    store::Engine::Write tx(*engine_);
    auto fields = field_set(*engine_, owner);
    const FieldInfo& info = require_field(*fields, name);
    require_free_role(info);
    require_unused(*engine_, info.field);
    Field field = info.field;
    field.name = to;
    check_definition(field);
    if (fields->find(to) != nullptr) {
        throw Error(Errc::exists, "field " + to + " exists already", to);
    }
    if (info.storage != Storage::choices) {
        drop_views(*engine_);
        engine_->db().exec("ALTER TABLE " + table_of(owner) + " RENAME COLUMN " + info.column +
                           " TO " + column_of(to));
    }
    update_definition(*engine_, field, info.id);
    nlohmann::json evidence =
        base::object_of("action", "renamed", "field", name, "owner", owner_name(owner), "to", to);
    engine_->record_act(EventKind::field_changed, evidence.dump());
    finish(*engine_);
    tx.commit();
}

void Fields::retire(const std::string& name, FieldOwner owner) {
    store::Engine::Write tx(*engine_);
    auto fields = field_set(*engine_, owner);
    const FieldInfo& info = require_field(*fields, name);
    require_free_role(info);
    if (info.field.retired) {
        return;
    }
    require_unused(*engine_, info.field);
    Field field = info.field;
    field.retired = true;
    update_definition(*engine_, field, info.id);
    act(*engine_, "retired", field);
    finish(*engine_);
    tx.commit();
}

void Fields::remove(const std::string& name, FieldOwner owner) {
    store::Engine::Write tx(*engine_);
    auto fields = field_set(*engine_, owner);
    const FieldInfo& info = require_field(*fields, name);
    require_free_role(info);
    require_unused(*engine_, info.field);
    drop_unique_index(*engine_, info.id);
    drop_views(*engine_);
    if (info.storage == Storage::choices) {
        auto gone = engine_->db().prepare("DELETE FROM subject_choice WHERE field_id = ?1");
        gone.bind(1, info.id);
        gone.run();
    } else {
        engine_->db().exec("ALTER TABLE " + table_of(owner) + " DROP COLUMN " + info.column);
    }
    auto row = engine_->db().prepare("DELETE FROM field WHERE id = ?1");
    row.bind(1, info.id);
    row.run();
    act(*engine_, "removed", info.field);
    finish(*engine_);
    empty_log_after_commit(*engine_);
    tx.commit();
}

std::vector<Field> Fields::list(FieldOwner owner) const {
    return field_set(*engine_, owner)->definitions();
}

std::optional<Field> Fields::find(const std::string& name, FieldOwner owner) const {
    const FieldInfo* info = field_set(*engine_, owner)->find(name);
    return info == nullptr ? std::nullopt : std::optional(info->field);
}

} // namespace habeas
