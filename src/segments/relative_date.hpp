// Dates relative to today, in words that do not depend on any language of the interface.
#pragma once

#include "habeas/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace habeas::segments {

/// What a date condition compares with.
struct DateSpan {
    enum class Kind : std::uint8_t {
        days,       ///< civil dates from `first` to `end` (exclusive)
        instants,   ///< times from `from` to `to` (exclusive)
        anniversary ///< month and day of `first`, in any year
    } kind = Kind::days;
    Date first{}, end{};
    Time from{}, to{};
    /// Does the span move with time (then membership changes without a write)?
    bool relative = false;
    bool by_the_minute = false; ///< it moves all the time, not at midnight
};

/// The clock and the zone that words such as "today" are read in.
struct Today {
    Time now{};
    std::string zone;                ///< IANA; empty: UTC
    [[nodiscard]] Date date() const; ///< the civil date there
    /// The instant at which a civil date begins there.
    [[nodiscard]] Time midnight(Date date) const;
    [[nodiscard]] Time next_midnight() const;
};

/// today, tomorrow, yesterday; last, this or next with week (Monday to Sunday), month, year;
/// "+3 days", "-2 weeks", "5 months ago" (that day; hours and minutes: that instant);
/// "first day of next month", "last day of this year"; anniversary or birthday, also
/// "anniversary +2 days"; a date; a time (RFC 3339). Nothing: none of these.
std::optional<DateSpan> parse_date_span(std::string_view text, const Today& today);

/// Months and days ("02-29") whose anniversary is on `date`: in common years 29 February is
/// celebrated on the 28th.
std::string anniversary_key(Date date);
bool celebrates_leap_day(Date date);

} // namespace habeas::segments
