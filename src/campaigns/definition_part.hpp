// Campaigns in the document of all definitions: what store::DefinitionPart asks for.
#pragma once

#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace habeas::campaigns {

/// Beside the definition `publish`: true publishes a draft. One that paused stays paused, and
/// without the member all stays as it is. Listed are those that are not retired.
void list_definitions(store::Engine& engine, nlohmann::json& out);
void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes);

} // namespace habeas::campaigns
