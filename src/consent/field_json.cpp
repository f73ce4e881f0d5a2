#include "consent/field_json.hpp"

#include "base/json_members.hpp"
#include "consent/json_reader.hpp"

#include <array>
#include <utility>

namespace habeas::consent {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<FieldClass, std::string_view>, 3> classes{
    {{FieldClass::personal, "personal"},
     {FieldClass::special, "special"},
     {FieldClass::sealed, "sealed"}}};
constexpr std::array<std::pair<FieldOwner, std::string_view>, 2> owners{
    {{FieldOwner::subject, "subject"}, {FieldOwner::organisation, "organisation"}}};

template <class Names>
auto by_name(const Names& names, std::string_view text) {
    std::optional<typename Names::value_type::first_type> found;
    for (const auto& [value, name] : names) {
        if (name == text) {
            found = value;
        }
    }
    return found;
}
template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
    for (const auto& [each, name] : names) {
        if (each == value) {
            return name;
        }
    }
    return {};
}

} // namespace

json field_to_json(const Field& field) {
    const Field otherwise;
    json out = base::object_of("name", field.name, "type", field_type_name(field.type));
    if (field.owner != otherwise.owner) {
        out["owner"] = name_of(owners, field.owner);
    }
    if (field.field_class != otherwise.field_class) {
        out["class"] = name_of(classes, field.field_class);
    }
    if (!field.labels.empty()) {
        out["labels"] = field.labels;
    }
    if (!field.choices.empty()) {
        out["choices"] = nlohmann::json::array();
    }
    for (const Choice& choice : field.choices) {
        out["choices"].push_back(base::object_of("value", choice.value, "labels", choice.labels));
    }
    if (field.default_value) {
        out["default_value"] = *field.default_value;
    }
    if (field.type == FieldType::money) {
        out["scale"] = field.scale;
    }
    auto flag = [&](const char* name, bool Field::*member) {
        if (field.*member != otherwise.*member) {
            out[name] = field.*member;
        }
    };
    flag("required", &Field::required);
    flag("unique", &Field::unique);
    flag("in_exports", &Field::in_exports);
    flag("retired", &Field::retired);
    return out;
}

Field field_from_json(const json& json, const std::string& pointer) {
    JsonReader in(json, pointer);
    Field field;
    in.read("name", field.name);
    in.read_name("type", field.type, field_type);
    in.read_name("owner", field.owner,
                 [](const std::string& name) { return by_name(owners, name); });
    in.read_name("class", field.field_class,
                 [](const std::string& name) { return by_name(classes, name); });
    in.read("labels", field.labels);
    in.read_array("choices", [&](const nlohmann::json& each, const std::string& place) {
        JsonReader member(each, place);
        Choice& choice = field.choices.emplace_back();
        member.read("value", choice.value);
        member.read("labels", choice.labels);
        member.finish();
    });
    in.read("default_value", field.default_value);
    in.read("scale", field.scale);
    in.read("required", field.required);
    in.read("unique", field.unique);
    in.read("in_exports", field.in_exports);
    in.read("retired", field.retired);
    in.finish();
    return field;
}

} // namespace habeas::consent
