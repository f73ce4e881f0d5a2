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
        digits.insert(digits.size() - places, 1, '.');
    }
    return (units < 0 ? "-" : "") + digits;
}

const char* actor_kind(const Actor& actor) {
    return actor.kind == Actor::Kind::system   ? "system"
           : actor.kind == Actor::Kind::person ? "person"
                                               : "subject";
}

Json json_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// What was not said is left out.
Json to_json(const Evidence& evidence) {
    Json out = Json::object();
    const auto add = [&out](const char* name, const auto& value, const auto& otherwise) {
        if (value != otherwise) {
            out[name] = value;
        }
    };
    const std::string none;
    add("method", evidence.method, none);
    add("language", evidence.language, none);
    add("form", evidence.form, none);
    add("submission", evidence.submission, none);
    add("document", evidence.document, none);
    add("ip", evidence.ip, none);
    add("user_agent", evidence.user_agent, none);
    add("note", evidence.note, none);
    add("text_version", evidence.text_version, 0);
    add("preticked", evidence.preticked, false);
    add("below_gdpr_standard", !evidence.gdpr_standard, false);
    add("explicit_consent", evidence.explicit_consent, false);
    add("parental_authorisation", evidence.parental_authorisation, false);
    add("controllers", evidence.controllers, std::vector<std::string>{});
    if (evidence.expires_at) {
        out["expires_at"] = format_time(*evidence.expires_at);
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

Json json_actor(const Actor& actor) {
    return {{"kind", actor_kind(actor)}, {"id", actor.id}, {"reason", actor.reason}};
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
    return {{"event", number(event.id)},
            {"subject", number(event.subject)},
            {"kind", event_kind_name(event.kind)},
            {"purpose", json_or_null(event.purpose)},
            {"channel", channel_name(event.channel)},
            {"scope", json_or_null(event.scope)},
            {"effective_at", format_time(event.effective_at)},
            {"recorded_at", format_time(event.recorded_at)},
            {"evidence", to_json(event.evidence)},
            {"data", event.data},
            {"actor", json_actor(event.actor)}};
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
