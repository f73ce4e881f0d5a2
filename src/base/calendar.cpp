#include "base/calendar.hpp"

#include "habeas/error.hpp"

#include <cstdint>
#include <string>

namespace habeas::base {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

constexpr Time first_time = sys_days{std::chrono::year{0} / 1 / 1};
constexpr Time end_time = sys_days{std::chrono::year{10000} / 1 / 1};

struct Duration {
    std::int64_t months = 0;
    std::int64_t days = 0;
    std::int64_t seconds = 0;
};

[[noreturn]] void refuse_duration(std::string_view reason, std::string_view where) {
    std::string place = where.empty() ? "duration" : std::string(where);
    throw Error(Errc::invalid,
                place + ": " + std::string(reason) +
                    "; write an ISO 8601 duration in whole units such as P24M, P30D or PT48H",
                std::string(where));
}

/// One unit of a duration: its letter and what it adds.
struct Unit {
    char letter;
    std::int64_t Duration::*member;
    std::int64_t factor;
};

constexpr Unit date_units[] = {{'Y', &Duration::months, 12},
                               {'M', &Duration::months, 1},
                               {'W', &Duration::days, 7},
                               {'D', &Duration::days, 1}};
constexpr Unit time_units[] = {
    {'H', &Duration::seconds, 3600}, {'M', &Duration::seconds, 60}, {'S', &Duration::seconds, 1}};

/// Reads the units in their order, each once; returns how many there were.
template <std::size_t N>
int read_units(std::string_view& rest, const Unit (&units)[N], Duration& sum,
               std::string_view where) {
    int count = 0;
    std::size_t next = 0;
    while (!rest.empty() && rest.front() != 'T') {
        std::size_t digits = 0;
        std::int64_t value = 0;
        while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
            value = value * 10 + (rest[digits] - '0');
            if (++digits > 9) {
                refuse_duration("a number is too large", where);
            }
        }
        if (digits == 0 || digits == rest.size()) {
            refuse_duration("a number with its unit is missing", where);
        }
        while (next < N && units[next].letter != rest[digits]) {
            ++next;
        }
        if (next == N) {
            refuse_duration("an unknown unit, or units out of order", where);
        }
        sum.*(units[next].member) += value * units[next].factor;
        ++next;
        ++count;
        rest.remove_prefix(digits + 1);
    }
    return count;
}

Duration parse_duration(std::string_view text, std::string_view where) {
    if (text.empty() || text.front() != 'P') {
        refuse_duration("the leading P is missing", where);
    }
    Duration sum;
    std::string_view rest = text.substr(1);
    int count = read_units(rest, date_units, sum, where);
    if (!rest.empty()) { // it stands before the T
        rest.remove_prefix(1);
        int times = read_units(rest, time_units, sum, where);
        if (times == 0 || !rest.empty()) {
            refuse_duration("a number with its unit is missing", where);
        }
        count += times;
    }
    if (count == 0) {
        refuse_duration("a number with its unit is missing", where);
    }
    // So that what was accepted once in a definition can be added to every plausible time.
    if (sum.months / 12 + sum.days / 365 + sum.seconds / (365 * 86400) > 1000) {
        refuse_duration("longer than 1000 years", where);
    }
    return sum;
}

Time checked(Time time) {
    if (time < first_time || time >= end_time) {
        throw Error(Errc::invalid, "time: the result is outside of the years 0000 to 9999");
    }
    return time;
}

} // namespace

Date add_months(Date date, int months) {
    std::int64_t count = std::int64_t{static_cast<int>(date.year())} * 12 +
                         static_cast<unsigned>(date.month()) - 1 + months;
    if (count < 0 || count >= 10000 * 12) {
        throw Error(Errc::invalid, "date: the result is outside of the years 0000 to 9999");
    }
    std::chrono::year_month month{std::chrono::year{static_cast<int>(count / 12)},
                                  std::chrono::month{static_cast<unsigned>(count % 12) + 1}};
    auto last = (month / std::chrono::last).day();
    return month / (date.day() < last ? date.day() : last);
}

Time add_months(Time time, int months) {
    auto day = floor<days>(checked(time));
    return sys_days{add_months(Date{day}, months)} + (time - day);
}

int completed_years(Date birth, Date on) {
    int years = static_cast<int>(on.year()) - static_cast<int>(birth.year());
    bool before_birthday =
        on.month() < birth.month() || (on.month() == birth.month() && on.day() < birth.day());
    return before_birthday ? years - 1 : years;
}

Date civil_date(Time time) {
    return Date{floor<days>(checked(time))};
}

Time midnight(Date date) {
    return sys_days{date};
}

Time add_duration(Time time, std::string_view iso_duration) {
    Duration duration = parse_duration(iso_duration, {});
    Time later = add_months(time, static_cast<int>(duration.months));
    return checked(later + days{duration.days} + std::chrono::seconds{duration.seconds});
}

void check_duration(std::string_view iso_duration, std::string_view where) {
    parse_duration(iso_duration, where);
}

} // namespace habeas::base
