// How filters compare texts: without case, with accents. The functions that SQL calls.
#pragma once

#include "store/connection.hpp"

#include <memory>
#include <string_view>

namespace habeas::segments {

// Names of the predicates in SQL: name(pattern, text).
inline constexpr const char* sql_equals = "habeas_equals";
inline constexpr const char* sql_among = "habeas_among"; ///< pattern: JSON array of texts
inline constexpr const char* sql_like = "habeas_like";   ///< % and _, \ takes their meaning away
inline constexpr const char* sql_contains = "habeas_contains";
inline constexpr const char* sql_starts = "habeas_starts";
inline constexpr const char* sql_ends = "habeas_ends";
inline constexpr const char* sql_regexp = "habeas_regexp"; ///< RE2: linear time

/// Makes them known to a connection; cheap when they are already.
void add_text_predicates(store::Connection& connection);
/// Why a regular expression is none, or empty.
std::string regexp_fault(std::string_view pattern);

} // namespace habeas::segments
