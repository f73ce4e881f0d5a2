// What segments declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::segments {
extern const store::Module module;
}
