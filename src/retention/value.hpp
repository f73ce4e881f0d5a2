// What becomes of a field's value.
#pragma once

#include "habeas/retention.hpp"
#include "segments/relative_date.hpp"
#include "subjects/field_set.hpp"

#include <optional>

namespace habeas::retention {

/// The value that takes the place of `value`, blank: none. Nothing: it is as it should be. Of a
/// date the last day of its year stays, of a time the last second: nobody becomes older than they
/// are by it, and no period begins earlier.
std::optional<subjects::Cell> coarser(const RetentionRule& rule, const subjects::FieldInfo& field,
                                      const subjects::Cell& value, const segments::Today& today);

} // namespace habeas::retention
