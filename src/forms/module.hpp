// What forms say of themselves.
#pragma once

#include "store/module.hpp"

namespace habeas::forms {

extern const store::Module module;

} // namespace habeas::forms
