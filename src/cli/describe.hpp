// Values of habeas as JSON for programs and as text for people. The JSON of a thing is the same in
// every command, and that of the C ABI where it has one: see its schemas in capi/schemas.
#pragma once

#include "output.hpp"

#include "habeas/habeas.hpp"

#include <optional>
#include <string>
#include <vector>

namespace habeas::cli {

/// The number behind a strong id.
template <class Id>
std::int64_t number(Id id) {
    return static_cast<std::int64_t>(id);
}

std::string time_text(const std::optional<Time>& time);
Json json_time(const std::optional<Time>& time);
std::string class_name(FieldClass value);
std::string owner_name(FieldOwner value);
std::string actor_text(const Actor& actor);
Json json_actor(const Actor& actor);

/// As the import reads it again: "true", "12.50", "books|garden".
std::string value_text(const Field& field, const Value& value);
/// Boolean, number, text, list; money is decimal text, so that no digit is lost.
Json json_value(const Field& field, const Value& value);
Json json_values(const std::vector<Field>& fields, const FieldValues& values);
/// Adds the values to a record, in the order of the definitions.
void add_values(Record& record, const std::vector<Field>& fields, const FieldValues& values);

Json to_json(const Subject& subject, const std::vector<Field>& fields);
Json to_json(const Identifier& identifier);
Json to_json(const ConsentEvent& event);
Json to_json(const Decision& decision);
Json to_json(const Organisation& organisation, const std::vector<Field>& fields);

} // namespace habeas::cli
