// Taking away what is due, in one write transaction.
#pragma once

#include "retention/finder.hpp"

#include <cstdint>
#include <span>

namespace habeas::retention {

/// Does it for some subjects and records the act in the ledger. Gives the number of entries, events
/// and values that went. In a write transaction.
std::uint64_t act(store::Engine& engine, const RetentionRule& rule, std::span<const Due> due);

} // namespace habeas::retention
