// What retention declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::retention {
extern const store::Module module;
}
