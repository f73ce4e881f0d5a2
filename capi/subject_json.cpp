#include "subject_json.hpp"

namespace habeas::capi {
namespace {

Value value_from_json(const Json& value, const std::string& pointer) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_boolean()) {
        return value.get<bool>();
    }
    if (value.is_number()) {
        return value.get<double>();
    }
    if (value.is_array()) {
        return texts_at(value, pointer);
    }
    if (value.is_null()) {
        return {};
    }
    refuse_at(pointer, "write a text, a number, true or false, an array of texts, or null");
}

} // namespace

MoneyScales::MoneyScales(Store& store, FieldOwner owner) {
    for (const Field& field : Fields(store).list(owner)) {
        if (field.type == FieldType::money) {
            scales_.emplace(field.name, field.scale);
        }
    }
}

std::string MoneyScales::text(const std::string& field, std::int64_t value) const {
    const auto found = scales_.find(field);
    const auto scale =
        static_cast<std::size_t>(found == scales_.end() ? 0 : std::max(found->second, 0));
    // The least number has no positive counterpart, so the digits are taken from the unsigned one.
    const auto magnitude =
        value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    std::string digits = std::to_string(magnitude);
    if (digits.size() <= scale) {
        digits.insert(0, scale + 1 - digits.size(), '0');
    }
    if (scale > 0) {
        digits.insert(digits.size() - scale, 1, '.');
    }
    return (value < 0 ? "-" : "") + digits;
}

FieldValues values_from_json(const Json& object, const std::string& pointer) {
    if (!object.is_object()) {
        refuse_at(pointer, "write an object");
    }
    FieldValues out;
    for (const auto& [name, value] : object.items()) {
        out[name] = value_from_json(value, below(pointer, name));
    }
    return out;
}

Json values_to_json(const FieldValues& values, const MoneyScales& scales) {
    Json out = Json::object();
    for (const auto& [name, value] : values) {
        Json& member = out[name];
        if (const auto* flag = std::get_if<bool>(&value)) {
            member = *flag;
        } else if (const auto* money = std::get_if<std::int64_t>(&value)) {
            member = scales.text(name, *money);
        } else if (const auto* real = std::get_if<double>(&value)) {
            member = *real;
        } else if (const auto* time = std::get_if<Time>(&value)) {
            member = format_time(*time);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            member = *text;
        } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
            member = *list;
        }
    }
    return out;
}

SubjectInput subject_input_from_json(const Json& object, const std::string& pointer) {
    ObjectReader in(object, pointer);
    SubjectInput input;
    if (const Json* fields = in.find("fields")) {
        input.fields = values_from_json(*fields, in.at("fields"));
    }
    in.read_array("identifiers", [&input](const Json& each, const std::string& place) {
        ObjectReader member(each, place);
        std::string kind, value;
        member.read("kind", kind);
        member.read("value", value);
        member.finish();
        try {
            input.identifiers.push_back(make_identifier(kind, std::move(value)));
        } catch (const Error& error) {
            refuse_at(member.at("kind"), error.what());
        }
    });
    in.read("source", input.source);
    in.finish();
    return input;
}

Json subject_to_json(const Subject& subject, const MoneyScales& scales) {
    Json identifiers = Json::array();
    for (const Identifier& each : subject.identifiers) {
        identifiers.push_back({{"kind", identifier_kind_name(each)}, {"value", each.value}});
    }
    return {{"id", number(subject.id)},
            {"version", subject.version},
            {"created_at", format_time(subject.created_at)},
            {"changed_at", format_time(subject.changed_at)},
            {"source", subject.source},
            {"fields", values_to_json(subject.fields, scales)},
            {"identifiers", std::move(identifiers)}};
}

OrganisationInput organisation_from_json(const Json& object) {
    ObjectReader in(object, "");
    OrganisationInput out;
    in.read("name", out.organisation.name);
    out.names_external = object.contains("external");
    in.read("external", out.organisation.external);
    if (const Json* fields = in.find("fields")) {
        out.organisation.fields = values_from_json(*fields, in.at("fields"));
    }
    in.finish();
    return out;
}

Json organisation_to_json(const Organisation& organisation, const MoneyScales& scales) {
    return {{"id", number(organisation.id)},
            {"version", organisation.version},
            {"name", organisation.name},
            {"external", organisation.external},
            {"fields", values_to_json(organisation.fields, scales)}};
}

} // namespace habeas::capi
