#include "describe.hpp"

#include "arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

namespace habeas::cli {
namespace {

std::string money_text(std::int64_t units, std::int32_t scale) {
    std::string digits = fmt::format("{}", units < 0 ? 0 - static_cast<std::uint64_t>(units)
                                                     : static_cast<std::uint64_t>(units));
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    if (places > 0) {
        digits.insert(digits.size() - places, ".");
    }
    return (units < 0 ? "-" : "") + digits;
}

const char* actor_kind(const Actor& actor) {
    return actor.kind == Actor::Kind::system   ? "system"
           : actor.kind == Actor::Kind::person ? "person"
                                               : "subject";
}

Json json_optional(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

std::vector<std::string> names(const std::vector<Channel>& channels) {
    std::vector<std::string> out;
    for (Channel each : channels) {
        out.emplace_back(channel_name(each));
    }
    return out;
}

} // namespace

std::string time_text(const std::optional<Time>& time) {
    return time ? format_time(*time) : std::string();
}

Json json_time(const std::optional<Time>& time) {
    return time ? Json(format_time(*time)) : Json(nullptr);
}

std::string class_name(FieldClass value) {
    return value == FieldClass::personal  ? "personal"
           : value == FieldClass::special ? "special"
                                          : "sealed";
}

std::string owner_name(FieldOwner value) {
    return value == FieldOwner::subject ? "subject" : "organisation";
}

std::string actor_text(const Actor& actor) {
    return actor.id.empty() ? actor_kind(actor) : fmt::format("{}:{}", actor_kind(actor), actor.id);
}

std::string value_text(const Field& field, const Value& value) {
    const Json json = json_value(field, value);
    if (json.is_null()) {
        return {};
    }
    if (json.is_array()) {
        return fmt::format("{}", fmt::join(std::get<std::vector<std::string>>(value), "|"));
    }
    return json.is_string() ? json.get<std::string>() : json.dump();
}

Json json_value(const Field& field, const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return money_text(*integer, field.scale);
    }
    if (const auto* time = std::get_if<Time>(&value)) {
        return format_time(*time);
    }
    if (std::holds_alternative<std::monostate>(value)) {
        return nullptr;
    }
    Json out;
    std::visit(
        [&out](const auto& each) {
            using T = std::decay_t<decltype(each)>;
            if constexpr (!std::is_same_v<T, std::monostate> && !std::is_same_v<T, Time>) {
                out = each;
            }
        },
        value);
    return out;
}

Json json_values(const std::vector<Field>& fields, const FieldValues& values) {
    Json out = Json::object();
    for (const Field& field : fields) {
        if (auto found = values.find(field.name); found != values.end()) {
            out[field.name] = json_value(field, found->second);
        }
    }
    return out;
}

void add_values(Record& record, const std::vector<Field>& fields, const FieldValues& values) {
    for (const Field& field : fields) {
        if (auto found = values.find(field.name); found != values.end()) {
            record.emplace_back(field.name, value_text(field, found->second));
        }
    }
}

Json to_json(const Field& field) {
    Json out{{"name", field.name},
             {"type", field_type_name(field.type)},
             {"owner", owner_name(field.owner)},
             {"class", class_name(field.field_class)},
             {"labels", field.labels},
             {"choices", Json::array()},
             {"default_value", json_optional(field.default_value)},
             {"required", field.required},
             {"unique", field.unique},
             {"in_exports", field.in_exports},
             {"retired", field.retired}};
    for (const Choice& choice : field.choices) {
        out["choices"].push_back(Json{{"value", choice.value}, {"labels", choice.labels}});
    }
    if (field.type == FieldType::money) {
        out["scale"] = field.scale;
    }
    return out;
}

Json to_json(const TextVersion& version) {
    Json out{{"number", version.number},
             {"material_change", nullptr},
             {"recorded_at", format_time(version.recorded_at)},
             {"hash", version.hash},
             {"texts", Json::array()}};
    if (version.material_change) {
        out["material_change"] = *version.material_change;
    }
    for (const ConsentText& text : version.texts) {
        out["texts"].push_back(
            Json{{"language", text.language}, {"text", text.text}, {"label", text.label}});
    }
    return out;
}

Json to_json(const Purpose& purpose) {
    Json out{{"code", purpose.code},
             {"labels", purpose.labels},
             {"descriptions", purpose.descriptions},
             {"basis", basis_name(purpose.basis)},
             {"kind", purpose_kind_name(purpose.kind)},
             {"channels", names(purpose.channels)},
             {"validity", json_optional(purpose.validity)},
             {"retention", json_optional(purpose.retention)},
             {"double_opt_in", purpose.double_opt_in},
             {"double_opt_in_validity", purpose.double_opt_in_validity},
             {"contains_marketing", purpose.contains_marketing},
             {"balancing_test", purpose.balancing_test},
             {"special_category", purpose.special_category},
             {"art9_exception", json_optional(purpose.art9_exception)},
             {"aimed_at_children", purpose.aimed_at_children},
             {"information_society_service", purpose.information_society_service},
             {"own_similar_products", purpose.own_similar_products},
             {"opt_out_in_each_message", purpose.opt_out_in_each_message},
             {"controllers", purpose.controllers},
             {"recipients", purpose.recipients},
             {"retired_at", json_time(purpose.retired_at)},
             {"texts", Json::array()}};
    for (const TextVersion& version : purpose.texts) {
        out["texts"].push_back(to_json(version));
    }
    return out;
}

Json to_json(const Identifier& identifier) {
    return {{"kind", identifier_kind_name(identifier)}, {"value", identifier.value}};
}

Json to_json(const Subject& subject, const std::vector<Field>& fields) {
    Json out{{"id", number(subject.id)},
             {"version", subject.version},
             {"created_at", format_time(subject.created_at)},
             {"changed_at", format_time(subject.changed_at)},
             {"source", subject.source},
             {"fields", json_values(fields, subject.fields)},
             {"identifiers", Json::array()}};
    for (const Identifier& identifier : subject.identifiers) {
        out["identifiers"].push_back(to_json(identifier));
    }
    return out;
}

Json to_json(const ConsentEvent& event) {
    const Evidence& evidence = event.evidence;
    return {{"id", number(event.id)},
            {"subject", number(event.subject)},
            {"kind", event_kind_name(event.kind)},
            {"purpose", event.purpose},
            {"channel", channel_name(event.channel)},
            {"scope", event.scope},
            {"effective_at", format_time(event.effective_at)},
            {"recorded_at", format_time(event.recorded_at)},
            {"evidence",
             {{"method", evidence.method},
              {"text_version", evidence.text_version},
              {"language", evidence.language},
              {"form", evidence.form},
              {"submission", evidence.submission},
              {"document", evidence.document},
              {"ip", evidence.ip},
              {"user_agent", evidence.user_agent},
              {"preticked", evidence.preticked},
              {"gdpr_standard", evidence.gdpr_standard},
              {"explicit", evidence.explicit_consent},
              {"parental_authorisation", evidence.parental_authorisation},
              {"controllers", evidence.controllers},
              {"expires_at", json_time(evidence.expires_at)},
              {"note", evidence.note}}},
            {"data", event.data},
            {"actor",
             {{"kind", actor_kind(event.actor)},
              {"id", event.actor.id},
              {"reason", event.actor.reason}}}};
}

Json to_json(const Decision& decision) {
    return {{"allowed", decision.allowed},
            {"reason", reason_code(decision.reason)},
            {"reference", decision.reference},
            {"event", number(decision.event)},
            {"holds_until", json_time(decision.holds_until)}};
}

Json to_json(const Organisation& organisation, const std::vector<Field>& fields) {
    return {{"id", number(organisation.id)},
            {"version", organisation.version},
            {"name", organisation.name},
            {"external", organisation.external},
            {"fields", json_values(fields, organisation.fields)}};
}

} // namespace habeas::cli
