// In which time zone a subject lives.
#pragma once

#include "store/engine.hpp"

#include <cstdint>
#include <string>

namespace habeas::subjects {

/// The subject's own (field timezone), else the store's (setting time_zone), else empty: UTC.
std::string zone_of(store::Engine& engine, std::int64_t subject);

} // namespace habeas::subjects
