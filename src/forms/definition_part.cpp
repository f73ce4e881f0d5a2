#include "forms/definition_part.hpp"

#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "habeas/form.hpp"

#include <nlohmann/json.hpp>

namespace habeas::forms {

using nlohmann::json;

void list_definitions(store::Engine& engine, json& out) {
    for (const FormInfo& each : Forms(engine).list()) {
        json& entry = out.emplace_back(json::parse(Forms::to_json(each.form)));
        if (each.published_at) {
            entry["publish"] = true;
        }
        if (!each.overridden.empty()) {
            entry["override_reason"] = each.overridden;
        }
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    consent::JsonReader in(given, pointer);
    bool publish = false;
    std::string reason;
    in.read("publish", publish);
    in.read("override_reason", reason);
    json definition = given;
    definition.erase("publish");
    definition.erase("override_reason");
    Forms forms(engine);
    try {
        const Form wanted = Forms::from_json(definition.dump());
        const auto known = forms.find(wanted.code);
        const std::int32_t version = forms.define(wanted);
        const bool fresh = !known || known->version != version;
        if (fresh) {
            changes.push_back("form " + wanted.code + ": version " + std::to_string(version) +
                              " added");
        }
        if (publish && (fresh || !known->published_at)) {
            forms.publish(wanted.code, reason);
            changes.push_back("form " + wanted.code + ": version " + std::to_string(version) +
                              " published");
        }
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
}

} // namespace habeas::forms
