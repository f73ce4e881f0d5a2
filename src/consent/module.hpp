// What consent declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::consent {
extern const store::Module module;
}
