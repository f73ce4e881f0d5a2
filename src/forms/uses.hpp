// Where forms name fields of subjects and segments: neither goes while they do.
#pragma once

#include "store/engine.hpp"

#include <string>
#include <vector>

namespace habeas::forms {

/// store::Module::uses_field: forms that people get, for what they send would no longer reach the
/// profile.
void uses_field(store::Engine& engine, const std::string& name, std::vector<std::string>& places);
/// store::Module::uses_segment: what people get now, and the draft that they would get.
void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places);

} // namespace habeas::forms
