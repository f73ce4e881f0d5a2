#include "campaigns/definition_part.hpp"

#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "habeas/campaign.hpp"

#include <nlohmann/json.hpp>

namespace habeas::campaigns {

using nlohmann::json;

void list_definitions(store::Engine& engine, json& out) {
    for (const CampaignInfo& each : Campaigns(engine).list()) {
        if (each.state == CampaignState::retired) {
            continue;
        }
        json& entry = out.emplace_back(json::parse(each.definition));
        if (each.state != CampaignState::draft) {
            entry["publish"] = true;
        }
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    consent::JsonReader in(given, pointer);
    std::string code;
    bool publish = false;
    in.read("code", code);
    in.read("publish", publish);
    json definition = given;
    definition.erase("publish");
    Campaigns campaigns(engine);
    try {
        const auto known = campaigns.find(code);
        const std::int32_t version = campaigns.define(definition.dump());
        if (!known || known->version != version) {
            changes.push_back("campaign " + code + ": version " + std::to_string(version) +
                              " added");
        }
        if (publish && (!known || known->state == CampaignState::draft)) {
            campaigns.publish(code);
            changes.push_back("campaign " + code + " published");
        }
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
}

} // namespace habeas::campaigns
