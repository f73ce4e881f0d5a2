// What art. 30(1) asks for, as one document.
#pragma once

#include "store/engine.hpp"

#include <nlohmann/json.hpp>

namespace habeas::records {

nlohmann::ordered_json collect(store::Engine& engine);
/// Draft of a privacy notice.
nlohmann::ordered_json notice(store::Engine& engine, const std::string& language);
std::string render_notice(const nlohmann::ordered_json& notice);
/// Consent texts and published forms against the rules.
nlohmann::ordered_json lint(store::Engine& engine);
std::string render(const nlohmann::ordered_json& records);

} // namespace habeas::records
