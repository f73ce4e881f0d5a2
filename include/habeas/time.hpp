// Time: milliseconds UTC since 1970. The clock is injected, so that every deadline is testable.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace habeas {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::year_month_day;
using Clock = std::function<Time()>;

/// The operating system's clock.
Time system_clock_now();

/// RFC 3339 in UTC with milliseconds: "2026-06-01T10:00:00.000Z".
std::string format_time(Time time);

/// Reads RFC 3339 ("2026-06-01T10:00:00Z", "...+02:00", fraction optional, blank instead of T), or
/// a civil date (taken as midnight UTC). Throws Errc::invalid with the offending text's position.
Time parse_time(std::string_view text);

/// "YYYY-MM-DD", only real calendar dates. Throws Errc::invalid.
Date parse_date(std::string_view text);
std::string format_date(Date date);

} // namespace habeas
