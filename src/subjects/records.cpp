#include "subjects/records.hpp"

#include "base/json_members.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/sealed.hpp"

#include <nlohmann/json.hpp>

namespace habeas::subjects {
namespace {

SealedPlace place(const FieldInfo& info, std::int64_t owner) {
    return {info.field.owner == FieldOwner::organisation, owner, info.id};
}

} // namespace

void read_cell(store::Engine& engine, const FieldInfo& info, std::int64_t owner,
               const store::Statement& row, int column, Cell& out) {
    if (row.is_null(column)) {
        out.state = Cell::State::blank;
        return;
    }
    out.state = Cell::State::value;
    switch (info.storage) {
    case Storage::integer:
        out.integer = row.i64(column);
        return;
    case Storage::real:
        out.real = row.f64(column);
        return;
    case Storage::sealed: {
        Refusal why;
        std::string clear = open_value(engine, place(info, owner), row.blob(column));
        FieldInfo plain{info.field, info.id, {}, Storage::text, Role::none, {}};
        switch (info.field.type) {
        case FieldType::boolean:
        case FieldType::number:
        case FieldType::money:
        case FieldType::datetime:
            if (!parse_text(plain, clear, {}, out, why)) {
                throw Error(Errc::corrupt, "a sealed value is not of its field's type",
                            info.field.name);
            }
            return;
        default:
            out.text = std::move(clear);
            return;
        }
    }
    default:
        out.text = row.text(column);
    }
}

void bind_cell(store::Engine& engine, const FieldInfo& info, std::int64_t owner, const Cell& cell,
               store::Statement& statement, int index) {
    if (!cell.has_value()) {
        statement.bind(index, nullptr);
        return;
    }
    switch (info.storage) {
    case Storage::integer:
        statement.bind(index, cell.integer);
        return;
    case Storage::real:
        statement.bind(index, cell.real);
        return;
    case Storage::sealed:
        statement.bind(index, store::Blob{seal_value(engine, place(info, owner),
                                                     cell_text(info.field, cell))});
        return;
    default:
        statement.bind_view(index, cell.text);
    }
}

void read_choices(store::Engine& engine, std::int64_t subject, const FieldInfo& info, Cell& out) {
    auto rows = engine.db().prepare("SELECT choice FROM subject_choice "
                                    "WHERE subject_id = ?1 AND field_id = ?2 ORDER BY choice");
    rows.bind(1, subject).bind(2, info.id);
    out.choices.clear();
    while (rows.step()) {
        out.choices.push_back(rows.str(0));
    }
    out.state = out.choices.empty() ? Cell::State::blank : Cell::State::value;
}

void write_choices(store::Engine& engine, std::int64_t subject, const FieldInfo& info,
                   const Cell& cell) {
    auto gone = engine.db().prepare("DELETE FROM subject_choice "
                                    "WHERE subject_id = ?1 AND field_id = ?2");
    gone.bind(1, subject).bind(2, info.id);
    gone.run();
    if (!cell.has_value()) {
        return;
    }
    auto add = engine.db().prepare("INSERT INTO subject_choice(subject_id, field_id, choice) "
                                   "VALUES(?1, ?2, ?3)");
    for (const std::string& choice : cell.choices) {
        add.bind(1, subject).bind(2, info.id).bind_view(3, choice);
        add.run();
    }
}

FieldValues read_values(store::Engine& engine, const FieldSet& fields, std::int64_t owner,
                        const store::Statement& row, int first) {
    FieldValues out;
    Cell cell;
    for (const FieldInfo& info : fields.all()) {
        if (info.storage == Storage::choices) {
            read_choices(engine, owner, info, cell);
        } else {
            read_cell(engine, info, owner, row, first++, cell);
        }
        if (cell.has_value()) {
            out.emplace(info.field.name, to_value(info, cell));
        }
    }
    return out;
}

std::string select_subject(const FieldSet& fields) {
    return "SELECT id, version, created_at, changed_at, source" + fields.columns() +
           " FROM subject";
}

Subject read_subject(store::Engine& engine, const FieldSet& fields, const store::Statement& row) {
    Subject out;
    out.id = SubjectId{row.i64(0)};
    out.version = row.i64(1);
    out.created_at = time_of(row.i64(2));
    out.changed_at = time_of(row.i64(3));
    out.source = row.is_null(4) ? std::string{} : row.str(4);
    out.fields = read_values(engine, fields, row.i64(0), row, 5);
    for (StoredIdentifier& stored : identifiers_of(engine, out.id)) {
        out.identifiers.push_back({stored.identifier.kind, std::move(stored.identifier.system),
                                   std::move(stored.identifier.typed)});
    }
    return out;
}

Subject load(store::Engine& engine, SubjectId id) {
    store::Engine::Read snapshot(engine);
    id = require(engine, id);
    auto fields = field_set(engine, FieldOwner::subject);
    auto row = engine.db().prepare_text(select_subject(*fields) + " WHERE id = ?1");
    row.bind(1, static_cast<std::int64_t>(id));
    row.step();
    return read_subject(engine, *fields, row);
}

std::string profile_evidence(const Profile& profile) {
    nlohmann::json json = base::object_of("corporate", profile.corporate);
    json["country"] = profile.country.empty() ? nlohmann::json() : nlohmann::json(profile.country);
    json["date_of_birth"] =
        profile.birth ? nlohmann::json(format_date(*profile.birth)) : nlohmann::json();
    return json.dump();
}

} // namespace habeas::subjects
