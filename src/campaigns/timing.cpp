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

Time later_in(Time from, const std::string& duration, const date::time_zone* zone) {
    return duration.starts_with("PT")
               ? base::add_duration(from, duration)
               : to_utc(base::add_duration(to_local(from, zone), duration), zone);
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
    if (!timing.from && timing.weekdays.empty()) {
        return out;
    }
    Time local = to_local(out, zone);
    auto day = std::chrono::floor<std::chrono::days>(local);
    const minutes from(timing.from.value_or(0));
    const minutes to(timing.to.value_or(24 * 60));
    bool moved = false;
    if (local - day < from) {
        local = day + from;
        moved = true;
    } else if (local - day >= to) {
        day += std::chrono::days(1);
        local = day + from;
        moved = true;
    }
    auto allowed = [&] {
        const unsigned weekday = std::chrono::weekday(day).iso_encoding();
        return timing.weekdays.empty() || std::find(timing.weekdays.begin(), timing.weekdays.end(),
                                                    weekday) != timing.weekdays.end();
    };
    while (!allowed()) {
        day += std::chrono::days(1);
        local = day + from;
        moved = true;
    }
    return moved ? to_utc(local, zone) : out;
}

} // namespace habeas::campaigns
