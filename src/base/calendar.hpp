// Civil calendar arithmetic that <chrono> leaves to us: months that end early, ages, local
// midnights.
#pragma once

#include "habeas/time.hpp"

#include <string_view>

namespace habeas::base {

/// `months` later; the day is clamped to the last of the month (31 January + 1 month = 28/29
/// February). Errc::invalid when the result is outside of the years 0000 to 9999.
Date add_months(Date date, int months);
Time add_months(Time time, int months); ///< in UTC, time of day kept
/// Completed years at `on` (negative before birth); 29 February birthdays complete a year on 1
/// March in common years.
int completed_years(Date birth, Date on);
Date civil_date(Time time); ///< in UTC
Time midnight(Date date);   ///< in UTC
/// ISO 8601 duration in whole units: "P24M", "P2Y", "P4W", "P30D", "PT48H", "P1Y2M3DT4H5M6S", at
/// most 1000 years. Years and months are added first (clamped as above), then the rest.
/// Errc::invalid.
Time add_duration(Time time, std::string_view iso_duration);
void check_duration(std::string_view iso_duration, std::string_view where);

} // namespace habeas::base
