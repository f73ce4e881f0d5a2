#include "campaigns/timing.hpp"

#include "base/calendar.hpp"
#include "base/zone.hpp"

#include <algorithm>

namespace habeas::campaigns {
namespace {

using base::to_local;
using base::to_utc;
using base::zone_named;
using std::chrono::minutes;

/// Never before `from`: a calendar day ends later also where the clock is put back.
Time later_in(Time from, const std::string& duration, const date::time_zone* zone) {
    const std::size_t split = std::min(duration.find('T'), duration.size());
    Time out = from;
    if (split > 1) {
        const Time local = to_local(from, zone);
        const Time moved = base::add_duration(local, duration.substr(0, split));
        out = moved == local ? from : to_utc(moved, zone);
    }
    return split == duration.size() ? out : base::add_duration(out, "P" + duration.substr(split));
}

Time allowed_in(const Timing& timing, Time at, const date::time_zone* zone) {
    if (!timing.has_window()) {
        return at;
    }
    const minutes from(timing.from.value_or(0));
    const minutes to(timing.to.value_or(24 * 60));
    const auto inside = [&](Time time) {
        const Time local = to_local(time, zone);
        const auto day = std::chrono::floor<std::chrono::days>(local);
        const unsigned weekday = std::chrono::weekday(day).iso_encoding();
        return local - day >= from && local - day < to &&
               (timing.weekdays.empty() || std::find(timing.weekdays.begin(), timing.weekdays.end(),
                                                     weekday) != timing.weekdays.end());
    };
    Time out = at;
    // A clock change may skip the hours of a day: the next day has them.
    for (auto day = std::chrono::floor<std::chrono::days>(to_local(at, zone)); !inside(out);
         day += std::chrono::days(1)) {
        out = std::max(at, to_utc(day + from, zone));
    }
    return out;
}

} // namespace

Time later(Time from, const std::string& iso_duration, const std::string& zone) {
    return later_in(from, iso_duration, zone_named(zone));
}

Time due(const Timing& timing, Time reached, const std::string& name) {
    const date::time_zone* zone = zone_named(name);
    Time out = reached;
    if (timing.at) {
        out = std::max(reached, *timing.at);
    } else if (!timing.after.empty()) {
        out = later_in(reached, timing.after, zone);
    }
    return allowed_in(timing, out, zone);
}

Time allowed(const Timing& timing, Time at, const std::string& zone) {
    return allowed_in(timing, at, zone_named(zone));
}

} // namespace habeas::campaigns
