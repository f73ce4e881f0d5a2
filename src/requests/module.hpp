// What requests declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::requests {
extern const store::Module module;
}
