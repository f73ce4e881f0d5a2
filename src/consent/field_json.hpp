// The definition of a field as JSON.
#pragma once

#include "habeas/subject.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace habeas::consent {

/// Members that differ from their default, and always name and type.
nlohmann::json field_to_json(const Field& field);
/// Strict: Errc::invalid at the JSON pointer under `pointer`.
Field field_from_json(const nlohmann::json& json, const std::string& pointer);

} // namespace habeas::consent
