// Where a segment is named: it is not deleted while it is.
#pragma once

#include "store/engine.hpp"

#include <string>
#include <vector>

namespace habeas::forms {

/// As store::Module::uses_segment asks.
void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places);

} // namespace habeas::forms
