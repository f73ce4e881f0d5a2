// What a browser sends of a form, as JSON.
#pragma once

#include "json.hpp"

#include <map>
#include <string>

namespace habeas::capi {

/// A text by name, or an array of texts where a name comes several times.
std::multimap<std::string, std::string> form_values(const Json& object, const std::string& pointer);

} // namespace habeas::capi
