// What the importers declare to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::importers {
extern const store::Module module;
} // namespace habeas::importers
