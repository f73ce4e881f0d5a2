// What the store itself declares: meta, actors, keys, files.
#pragma once

#include "store/module.hpp"

namespace habeas::store {
extern const Module module;
}
