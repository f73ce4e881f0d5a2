#include "base/zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>

namespace habeas::base {

const date::time_zone* zone_named(const std::string& name) {
    if (name.empty() || name == "UTC") {
        return nullptr;
    }
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

Time to_local(Time time, const date::time_zone* zone) {
    return Time(zone == nullptr ? time.time_since_epoch()
                                : zone->to_local(time).time_since_epoch());
}

Time to_utc(Time local, const date::time_zone* zone) {
    if (zone == nullptr) {
        return local;
    }
    const date::local_time<std::chrono::milliseconds> wall(local.time_since_epoch());
    return Time(zone->to_sys(wall, date::choose::earliest).time_since_epoch());
}

std::optional<std::int32_t> minutes_of_day(std::string_view text) noexcept {
    auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return std::nullopt;
    }
    const std::int32_t minutes =
        ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    if (text[3] > '5' || minutes > 24 * 60) {
        return std::nullopt;
    }
    return minutes;
}

std::optional<unsigned> weekday_number(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
    const auto* found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<unsigned>(found - names.begin()) + 1);
}

} // namespace habeas::base
