#include "campaigns/timing.hpp"

#include "base/calendar.hpp"
#include "subjects/field_set.hpp"

#include <date/tz.h>

#include <algorithm>

namespace habeas::campaigns {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

/// The zone's wall clock as if it were UTC, and back. What a clock change skips is the first
/// instant after it.
Time to_local(Time time, const date::time_zone* zone) {
    return Time(zone == nullptr ? time.time_since_epoch()
                                : zone->to_local(time).time_since_epoch());
}
Time to_utc(Time local, const date::time_zone* zone) {
    if (zone == nullptr) {
        return local;
    }
    const date::local_time<milliseconds> wall(local.time_since_epoch());
    return Time(zone->to_sys(wall, date::choose::earliest).time_since_epoch());
}

const date::time_zone* zone_named(const std::string& name) {
    if (name.empty() || name == "UTC") {
        return nullptr;
    }
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) { // a name that this system does not know
        return nullptr;
    }
}

Time later_in(Time from, const std::string& duration, const date::time_zone* zone) {
    return duration.starts_with("PT")
               ? base::add_duration(from, duration)
               : to_utc(base::add_duration(to_local(from, zone), duration), zone);
}

} // namespace

std::string zone_of(store::Engine& engine, std::int64_t subject) {
    std::string own;
    if (const auto* info = subjects::field_set(engine, FieldOwner::subject)->find("timezone")) {
        auto row =
            engine.db().prepare_text("SELECT " + info->column + " FROM subject WHERE id = ?1");
        row.bind(1, subject);
        own = row.step() ? row.str(0) : "";
    }
    return own.empty() ? engine.meta("setting.time_zone").value_or("") : own;
}

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
