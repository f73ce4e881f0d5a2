#include "outbox/definition.hpp"

#include "consent/part_fault.hpp"
#include "habeas/outbox.hpp"

#include <nlohmann/json.hpp>

namespace habeas::outbox {

void list_definitions(store::Engine& engine, nlohmann::json& out) {
    for (const MessageTemplate& each : Templates(engine).list()) {
        out.push_back(nlohmann::json::parse(Templates::to_json(each)));
    }
}

void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes) {
    Templates templates(engine);
    try {
        const MessageTemplate wanted = Templates::from_json(given.dump());
        const auto known = templates.find(wanted.code);
        const std::int32_t version = templates.define(wanted);
        if (!known || known->version != version) {
            changes.push_back("template " + wanted.code + ": version " + std::to_string(version) +
                              " added");
        }
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
}

} // namespace habeas::outbox
