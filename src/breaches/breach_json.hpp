// A breach as JSON: strict when read, without what is empty when written.
#pragma once

#include "habeas/breach.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace habeas::breaches {

/// Errc::invalid at the JSON pointer.
Breach read_breach(const nlohmann::json& given);
nlohmann::json to_json(const Breach& breach);
nlohmann::json to_json(const BreachFigures& figures);
BreachFigures read_figures(const nlohmann::json& given);

/// The host's text: `where` is its JSON pointer.
void check_text(const std::string& text, const std::string& where);

} // namespace habeas::breaches
