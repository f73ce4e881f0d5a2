// The schema after this one, so that there is something to migrate to.
#pragma once

#include "store/module.hpp"

namespace habeas::faults {

/// All modules and one more, whose migration to version 2 writes a row for each subject.
std::span<const store::Module* const> newer_modules();

} // namespace habeas::faults
