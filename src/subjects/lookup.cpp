#include "subjects/lookup.hpp"

#include "subjects/identifiers.hpp"
#include "subjects/values.hpp"

namespace habeas::subjects {

Resolved resolve(store::Engine& engine, SubjectId id) {
    auto number = static_cast<std::int64_t>(id);
    auto exists = engine.db().prepare("SELECT 1 FROM subject WHERE id = ?1");
    exists.bind(1, number);
    if (exists.step()) {
        return {Existence::present, id};
    }
    auto alias = engine.db().prepare("SELECT subject_id FROM subject_alias WHERE old_id = ?1");
    alias.bind(1, number);
    if (alias.step()) {
        return {Existence::merged, SubjectId{alias.i64(0)}};
    }
    auto gone = engine.db().prepare("SELECT 1 FROM tombstone WHERE subject_id = ?1");
    gone.bind(1, number);
    return {gone.step() ? Existence::erased : Existence::unknown, SubjectId{}};
}

SubjectId require(store::Engine& engine, SubjectId id) {
    Resolved found = resolve(engine, id);
    switch (found.existence) {
    case Existence::present:
    case Existence::merged:
        return found.id;
    case Existence::erased:
        throw Error(Errc::erased,
                    "subject " + std::to_string(static_cast<std::int64_t>(id)) + " was erased",
                    "subject");
    case Existence::unknown:
        break;
    }
    throw Error(Errc::subject_unknown,
                "no subject " + std::to_string(static_cast<std::int64_t>(id)) + " in this store",
                "subject");
}

std::vector<SubjectId> former_numbers(store::Engine& engine, SubjectId id) {
    std::vector<SubjectId> numbers;
    auto row = engine.db().prepare(
        "SELECT old_id FROM subject_alias WHERE subject_id = ?1 ORDER BY old_id");
    row.bind(1, static_cast<std::int64_t>(id));
    while (row.step()) {
        numbers.push_back(SubjectId{row.i64(0)});
    }
    return numbers;
}

Profile profile(store::Engine& engine, SubjectId id) {
    // These fields cannot be renamed or removed (field_set.hpp, Role).
    auto row = engine.db().prepare("SELECT f_country, f_date_of_birth, f_recipient_type, standing "
                                   "FROM subject WHERE id = ?1");
    row.bind(1, static_cast<std::int64_t>(id));
    if (!row.step()) {
        throw Error(Errc::subject_unknown,
                    "no subject " + std::to_string(static_cast<std::int64_t>(id)) +
                        " in this store",
                    "subject");
    }
    Profile out;
    out.country = row.is_null(0) ? std::string{} : row.str(0);
    if (!row.is_null(1)) {
        out.birth = parse_date(row.text(1));
    }
    out.corporate = !row.is_null(2) && row.text(2) == "corporate";
    out.standing = row.i64(3) != 0;
    return out;
}

void set_standing(store::Engine& engine, SubjectId id, bool standing) {
    auto row = engine.db().prepare("UPDATE subject SET standing = ?2 "
                                   "WHERE id = ?1 AND standing <> ?2");
    row.bind(1, static_cast<std::int64_t>(id)).bind(2, standing);
    row.run();
}

Value parse_value(store::Engine& engine, const Field& field, std::string_view text) {
    FieldInfo info{field, 0, {}, Storage::text, Role::none, {}};
    for (const Choice& choice : field.choices) {
        info.choices.insert(choice.value);
    }
    std::string country = field.type == FieldType::phone ? default_country(engine) : std::string{};
    Format format;
    format.default_country = country;
    Cell cell;
    Refusal why;
    if (!parse_text(info, text, format, cell, why)) {
        throw refusal_error(field.name, why);
    }
    return to_value(info, cell);
}

} // namespace habeas::subjects
