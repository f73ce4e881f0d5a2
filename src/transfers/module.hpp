// The declaration of the transfers module.
#pragma once

#include "store/module.hpp"

namespace habeas::transfers {
extern const store::Module module;
} // namespace habeas::transfers
