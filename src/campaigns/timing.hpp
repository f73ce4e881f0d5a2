// When a step is due, in the time zone of its subject.
#pragma once

#include "campaigns/definition.hpp"

namespace habeas::campaigns {

/// Days, weeks, months and years by the calendar there (the time of day stays), hours and less by
/// the clock; then moved into the hours and weekdays. Never before `reached`.
Time due(const Timing& timing, Time reached, const std::string& zone);
/// The first time from `at` on that is within the hours and weekdays: `at` itself where it is.
Time allowed(const Timing& timing, Time at, const std::string& zone);
Time later(Time from, const std::string& iso_duration, const std::string& zone);

} // namespace habeas::campaigns
