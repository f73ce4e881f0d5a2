// What exports declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::exports {
extern const store::Module module;
} // namespace habeas::exports
