// How numbers of records and times stand in rows.
#pragma once

#include "habeas/time.hpp"
#include "store/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace habeas {

/// Of a subject, a message and whatever else has a type of its own.
template <class Id>
requires std::is_enum_v<Id>
constexpr std::int64_t number(Id id) noexcept {
    return static_cast<std::int64_t>(id);
}

/// Milliseconds since 1970.
inline Time time_of(std::int64_t ms) {
    return Time(std::chrono::milliseconds(ms));
}
inline std::int64_t ms_of(Time time) {
    return time.time_since_epoch().count();
}
/// NULL is: none.
inline std::optional<Time> optional_time(const store::Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(time_of(row.i64(column)));
}

} // namespace habeas
