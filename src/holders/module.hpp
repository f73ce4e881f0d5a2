// The declaration of the holders module.
#pragma once

#include "store/module.hpp"

namespace habeas::holders {
extern const store::Module module;
} // namespace habeas::holders
