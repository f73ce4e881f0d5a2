// Wall clocks of time zones, and the hours and days that rules are written in.
#pragma once

#include "habeas/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
} // namespace date

namespace habeas::base {

/// Of the IANA database of this system. Null: UTC, also for a name that it does not know.
const date::time_zone* zone_named(const std::string& name);
/// The zone's wall clock as if it were UTC, and back. What a clock change skips is the first
/// instant after it; what it repeats is the first of both.
Time to_local(Time time, const date::time_zone* zone);
Time to_utc(Time local, const date::time_zone* zone);

/// "09:00" as minutes of the day; "24:00" is its end. Nothing for anything else.
std::optional<std::int32_t> minutes_of_day(std::string_view text) noexcept;
/// mon ... sun as 1 ... 7 (ISO 8601). Nothing for anything else.
std::optional<unsigned> weekday_number(std::string_view name) noexcept;

} // namespace habeas::base
