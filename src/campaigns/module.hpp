// What campaigns declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::campaigns {
extern const store::Module module;
}
