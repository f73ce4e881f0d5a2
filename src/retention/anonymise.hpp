// A person of whom only figures and codes stay.
#pragma once

#include "retention/finder.hpp"

#include <span>
#include <vector>

namespace habeas::retention {

/// Empties every declared table of these subjects as an erasure does, but leaves the number, its
/// creation and the fields that the rule keeps. `sequences` gets the events that went. In a write
/// transaction.
void anonymise(store::Engine& engine, const RetentionRule& rule, std::span<const Due> due,
               std::vector<std::int64_t>& sequences);

} // namespace habeas::retention
