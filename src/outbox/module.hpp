// What outbox declares to the store.
#pragma once

#include "store/module.hpp"

namespace habeas::outbox {
extern const store::Module module;
}
