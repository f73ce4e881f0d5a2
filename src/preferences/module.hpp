// What the pages say of themselves.
#pragma once

#include "store/module.hpp"

namespace habeas::preferences {

extern const store::Module module;

} // namespace habeas::preferences
