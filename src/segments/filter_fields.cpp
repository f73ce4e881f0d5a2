#include "segments/filter_fields.hpp"

#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "segments/filter_consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace habeas::segments {
namespace {

using consent::refuse_at;

constexpr std::uint32_t profile_changes = store::change_bit(ChangeKind::created) |
                                          store::change_bit(ChangeKind::profile) |
                                          store::change_bit(ChangeKind::merged);

Target::Kind kind_of(const Field& field) {
    switch (field.type) {
    case FieldType::boolean:
        return Target::Kind::boolean;
    case FieldType::number:
    case FieldType::money:
        return Target::Kind::number;
    case FieldType::date:
        return Target::Kind::date;
    case FieldType::datetime:
        return Target::Kind::datetime;
    case FieldType::time:
        return Target::Kind::clock;
    case FieldType::multiselect:
        return Target::Kind::values;
    case FieldType::select:
    case FieldType::country:
    case FieldType::region:
    case FieldType::language:
    case FieldType::timezone:
        return Target::Kind::code;
    default:
        return Target::Kind::text;
    }
}

Target field_target(const subjects::FieldInfo& info, const std::string& pointer,
                    const std::string& table) {
    if (info.storage == subjects::Storage::sealed) {
        refuse_at(pointer, "a sealed field is in no filter");
    }
    Target target;
    target.kind = kind_of(info.field);
    target.info = info;
    target.typed = true;
    target.changes = profile_changes;
    target.sql =
        info.storage == subjects::Storage::choices
            ? "SELECT c.choice AS value FROM subject_choice c WHERE c.subject_id = " + table +
                  ".id AND c.field_id = " + std::to_string(info.id)
            : table + "." + info.column;
    return target;
}

/// Of the subject's primary organisation, else of the one it was first linked with.
Target organisation_target(store::Engine& engine, std::string_view name,
                           const std::string& pointer) {
    std::string column;
    Target target;
    if (name == "name") {
        column = "o.name";
        target.kind = Target::Kind::text;
    } else {
        auto fields = subjects::field_set(engine, FieldOwner::organisation);
        const subjects::FieldInfo* info = fields->find(name);
        if (info == nullptr) {
            throw Error(Errc::not_found, pointer + ": organisations have no such field", pointer);
        }
        if (info->storage == subjects::Storage::choices) {
            refuse_at(pointer, "a multiselect of organisations is in no filter");
        }
        target = field_target(*info, pointer, "o");
        column = target.sql;
    }
    target.sql = "(SELECT " + column +
                 " FROM membership m JOIN organisation o ON o.id = m.organisation_id WHERE "
                 "m.subject_id = s.id ORDER BY m.is_primary DESC, o.id LIMIT 1)";
    // A change of the organisation itself is no change of its people: looked at once a day.
    target.changes = store::change_bit(ChangeKind::organisation) | profile_changes;
    return target;
}

struct OwnColumn {
    std::string_view name;
    Target::Kind kind;
    const char* sql;
};
constexpr std::array own_columns{OwnColumn{"id", Target::Kind::number, "s.id"},
                                 OwnColumn{"source", Target::Kind::text, "s.source"},
                                 OwnColumn{"created_at", Target::Kind::datetime, "s.created_at"},
                                 OwnColumn{"changed_at", Target::Kind::datetime, "s.changed_at"}};

Target segment_target(store::Engine& engine) {
    Target target;
    target.check = [&engine](const std::string& code, const std::string& at) {
        auto row = engine.db().prepare("SELECT 1 FROM segment WHERE code = ?1");
        row.bind(1, code);
        if (!row.step()) {
            throw Error(Errc::not_found, at + ": there is no segment of this name", at);
        }
    };
    target.kind = Target::Kind::values;
    target.sql = "SELECT g.code AS value FROM segment_member m JOIN segment g "
                 "ON g.id = m.segment_id WHERE m.subject_id = s.id";
    target.changes = store::change_bit(ChangeKind::segment);
    target.refers_to_segments = true;
    return target;
}

std::string with_rest(std::string sql, std::string_view rest, const AddParameter& add) {
    static constexpr std::string_view place = ":rest";
    std::string parameter;
    for (std::size_t at = sql.find(place); at != std::string::npos; at = sql.find(place, at)) {
        if (parameter.empty()) {
            parameter = add(std::string(rest));
        }
        sql.replace(at, place.size(), parameter);
    }
    return sql;
}

/// `known`: a SELECT over :value.
bool finds(store::Engine& engine, const char* known, const std::string& value) {
    auto row = engine.db().prepare(known);
    row.bind(1, value);
    return row.step();
}

Target declared_target(store::Engine& engine, const store::FilterField& field,
                       std::string_view rest, const std::string& pointer, const AddParameter& add) {
    Target target;
    using Type = store::FilterField::Type;
    target.kind = field.type == Type::values    ? Target::Kind::values
                  : field.type == Type::number  ? Target::Kind::number
                  : field.type == Type::time    ? Target::Kind::datetime
                  : field.type == Type::boolean ? Target::Kind::boolean
                                                : Target::Kind::code;
    target.sql = with_rest(field.sql, rest, add);
    target.folded = field.folded;
    target.changes = field.changes;
    if (field.known != nullptr && !rest.empty() && !finds(engine, field.known, std::string(rest))) {
        throw Error(Errc::not_found, pointer + ": no field has this name", pointer);
    }
    if (field.known != nullptr && rest.empty()) {
        target.check = [&engine, known = field.known](const std::string& value,
                                                      const std::string& at) {
            if (!finds(engine, known, value)) {
                throw Error(Errc::not_found, at + ": there is none of this name", at);
            }
        };
    }
    if (!field.words.empty()) {
        target.check = [&words = field.words](const std::string& value, const std::string& at) {
            if (std::find(words.begin(), words.end(), value) == words.end()) {
                refuse_at(at, fmt::format("no such value; there are {}", fmt::join(words, ", ")));
            }
        };
    }
    return target;
}

} // namespace

Target find_target(store::Engine& engine, const std::string& name, const std::string& pointer,
                   const Today& today, const AddParameter& add) {
    const std::string at = pointer + "/field";
    auto fields = subjects::field_set(engine, FieldOwner::subject);
    if (const subjects::FieldInfo* info = fields->find(name)) {
        return field_target(*info, at, "s");
    }
    for (const OwnColumn& own : own_columns) {
        if (own.name == name) {
            Target target;
            target.kind = own.kind;
            target.sql = own.sql;
            target.changes = profile_changes;
            return target;
        }
    }
    if (name == "segment") {
        return segment_target(engine);
    }
    static constexpr std::string_view consent = "consent.";
    static constexpr std::string_view organisation = "organisation.";
    if (name.starts_with(consent)) {
        return consent_target(engine, std::string_view(name).substr(consent.size()), at, today,
                              add);
    }
    if (name.starts_with(organisation)) {
        return organisation_target(engine, std::string_view(name).substr(organisation.size()), at);
    }
    if (auto target = standing_target(engine, name, today, add)) {
        return *target;
    }
    for (const store::Module* module : engine.modules()) {
        for (const store::FilterField& field : module->filter_fields) {
            std::string_view own = field.name;
            bool family = own.ends_with('.');
            if (family ? name.starts_with(own) && name.size() > own.size() : name == own) {
                return declared_target(
                    engine, field, std::string_view(name).substr(family ? own.size() : name.size()),
                    at, add);
            }
        }
    }
    throw Error(Errc::not_found, at + ": no field has this name", at);
}

} // namespace habeas::segments
