// What erasure declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::erasure {
extern const store::Module module;
}
