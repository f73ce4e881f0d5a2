// What art. 30(1) asks for, as one document.
#pragma once

#include "store/engine.hpp"

#include <nlohmann/json.hpp>

namespace habeas::records {

nlohmann::ordered_json collect(store::Engine& engine);
std::string render(const nlohmann::ordered_json& records);

} // namespace habeas::records
