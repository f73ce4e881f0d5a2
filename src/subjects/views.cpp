// The documented read-only views over subjects. v_subject and v_organisation follow the fields.
#include "store/engine.hpp"
#include "subjects/field_set.hpp"

namespace habeas::subjects {
namespace {

/// 10^scale, so that money reads as a number.
std::string unit(std::int32_t scale) {
    return "1" + std::string(static_cast<std::size_t>(scale), '0') + ".0";
}

std::string view_column(const FieldInfo& info) {
    std::string name = store::quote_name(info.field.name);
    switch (info.storage) {
    case Storage::sealed:
        return {};
    case Storage::choices:
        return ", (SELECT group_concat(choice, '|') FROM subject_choice c WHERE c.subject_id = t.id"
               " AND c.field_id = " +
               std::to_string(info.id) + ") AS " + name;
    default:
        if (info.field.type == FieldType::money && info.field.scale > 0) {
            return ", t." + info.column + " / " + unit(info.field.scale) + " AS " + name;
        }
        return ", t." + info.column + " AS " + name;
    }
}

void create_view(store::Engine& engine, FieldOwner owner, std::string sql, const char* table) {
    FieldSet fields(engine, owner);
    for (const FieldInfo& info : fields.all()) {
        sql += view_column(info);
    }
    engine.db().exec(sql + " FROM " + table + " t");
}

} // namespace

void drop_views(store::Engine& engine) {
    engine.db().forget_statements();
    engine.db().exec("DROP VIEW IF EXISTS v_subject; DROP VIEW IF EXISTS v_organisation");
}

void create_views(store::Engine& engine) {
    drop_views(engine);
    create_view(engine, FieldOwner::subject,
                "CREATE VIEW v_subject AS SELECT t.id AS id, t.version AS version,"
                " t.created_at AS created_at, t.changed_at AS changed_at, t.source AS source",
                "subject");
    create_view(engine, FieldOwner::organisation,
                "CREATE VIEW v_organisation AS SELECT t.id AS id, t.version AS version,"
                " t.created_at AS created_at, t.changed_at AS changed_at, t.name AS name,"
                " t.external AS external",
                "organisation");
}

} // namespace habeas::subjects
