// What points declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::points {
extern const store::Module module;
}
