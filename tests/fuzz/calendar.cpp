// covers: src/requests/holiday_rules.cpp src/requests/holidays.cpp
// Laws of calendars: a file of somebody's own is refused with its place, or gives days of the year
// asked for, in order; a deadline counted with it ends on a working day, not before it was counted.
#include "fuzz.hpp"

#include "habeas/deadline.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace habeas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<HolidayCalendar> read;
    try {
        read.push_back(HolidayCalendar::from_json(fuzz::view(data, size)));
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "a calendar is refused as invalid");
        return 0;
    }
    const HolidayCalendar& calendar = read.front();
    for (const std::string& set : calendar.sets()) {
        fuzz::require(calendar.has(set), "a set that is listed is there");
        for (const int year : {1583, 2024, 2026, 2027, 2999}) {
            const std::vector<Holiday> days = calendar.holidays(set, year);
            for (const Holiday& each : days) {
                fuzz::require(each.date.ok(), "a holiday is a day that exists");
                fuzz::require(static_cast<int>(each.date.year()) == year, "of the year asked for");
            }
            fuzz::require(
                std::is_sorted(days.begin(), days.end(),
                               [](const Holiday& a, const Holiday& b) { return a.date < b.date; }),
                "in order");
        }
        using namespace std::chrono;
        const Deadlines deadlines({set}, "", calendar);
        fuzz::accepted([&] { // not where nearly every day is a holiday
            for (const Date event : {Date(2026y / December / 1), Date(2027y / January / 31)}) {
                const Deadline due = deadlines.months(event, 1);
                fuzz::require(due.due >= due.nominal, "a deadline is not cut short");
                fuzz::require(deadlines.is_working_day(due.due), "it ends on a working day");
            }
        });
    }
    return 0;
}
