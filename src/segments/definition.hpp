// Segments in the document of all definitions.
#pragma once

#include "habeas/segment.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace habeas::segments {

/// Members that differ from their default, and always the code; the filter as JSON.
nlohmann::json segment_to_json(const Segment& segment);
/// Strict: Errc::invalid at the JSON pointer under `pointer`.
Segment segment_from_json(const nlohmann::json& json, const std::string& pointer);

// store::DefinitionPart.
void list_definitions(store::Engine& engine, nlohmann::json& out);
void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes);

} // namespace habeas::segments
