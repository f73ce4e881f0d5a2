// What audit declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::audit {
extern const store::Module module;
}
