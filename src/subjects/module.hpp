// What subjects declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::subjects {
extern const store::Module module;
}
