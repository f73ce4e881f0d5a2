// covers: src/base/time.cpp src/base/calendar.cpp
// Laws of times, dates and durations: what is parsed and written reads back as the same; durations
// move forwards; months keep the day or clamp it.
#include "fuzz.hpp"

#include "base/calendar.hpp"
#include "habeas/time.hpp"

#include <string>

using namespace habeas;
using namespace habeas::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::view(data, size);
    Time time{};
    if (fuzz::accepted([&] { time = parse_time(text); })) {
        const std::string written = format_time(time);
        fuzz::require(parse_time(written) == time, "a time that is written reads back");
        fuzz::require(midnight(civil_date(time)) <= time, "midnight is not after its day's times");
    }
    Date date{};
    if (fuzz::accepted([&] { date = parse_date(text); })) {
        fuzz::require(date.ok() && format_date(date) == text, "YYYY-MM-DD and nothing else");
        fuzz::require(civil_date(midnight(date)) == date, "midnight belongs to its date");
        Date later{};
        if (fuzz::accepted([&] { later = add_months(date, 1); })) {
            fuzz::require(later.ok() && later > date && later.day() <= date.day(),
                          "one month later");
        } else {
            fuzz::require(text.starts_with("9999-12-"), "only the last month has none after it");
        }
        fuzz::require(completed_years(date, date) == 0, "nobody is born a year old");
    }
    if (fuzz::accepted([&] { check_duration(text, "duration"); })) {
        const Time start = parse_time("2024-02-29T12:00:00.000Z");
        Time end{};
        if (fuzz::accepted([&] { end = add_duration(start, text); }))
            fuzz::require(end >= start, "durations go forwards");
    }
    return 0;
}
