#include "segments/relative_date.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <date/tz.h>

#include <array>
#include <charconv>
#include <vector>

namespace habeas::segments {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr int max_count = 100'000;

enum class Unit : std::uint8_t { minute, hour, day, week, month, year };

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    bool open = false;
    for (char c : text) {
        bool blank = c == ' ' || c == '\t';
        if (!blank) {
            if (!open) {
                words.emplace_back();
            }
            words.back() += base::ascii_lower(c);
        }
        open = !blank;
    }
    return words;
}

std::optional<Unit> unit_of(std::string_view word) {
    static constexpr std::array<std::string_view, 6> names{"minute", "hour",  "day",
                                                           "week",   "month", "year"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (word == names[i] || (word.size() == names[i].size() + 1 && word.starts_with(names[i]) &&
                                 word.back() == 's')) {
            return static_cast<Unit>(i);
        }
    }
    return std::nullopt;
}

/// "+3", "-3", "3".
std::optional<int> number_of(std::string_view word) {
    if (word.starts_with('+')) {
        word.remove_prefix(1);
    }
    int value = 0;
    auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
    bool whole = fault == std::errc{} && end == word.data() + word.size() && !word.empty();
    return whole && value <= max_count && value >= -max_count ? std::optional(value) : std::nullopt;
}

Date plus_days(Date date, int count) {
    return Date(sys_days(date) + days(count));
}

Date shifted(Date date, int count, Unit unit) {
    switch (unit) {
    case Unit::week:
        return plus_days(date, count * 7);
    case Unit::month:
        return base::add_months(date, count);
    case Unit::year:
        return base::add_months(date, count * 12);
    default:
        return plus_days(date, count);
    }
}

/// The week, month or year that holds a date.
DateSpan period(Date date, Unit unit) {
    DateSpan span;
    span.relative = true;
    if (unit == Unit::week) {
        auto weekday = std::chrono::weekday(sys_days(date)).iso_encoding(); // Monday is 1
        span.first = plus_days(date, 1 - static_cast<int>(weekday));
        span.end = plus_days(span.first, 7);
    } else if (unit == Unit::month) {
        span.first = date.year() / date.month() / 1;
        span.end = base::add_months(span.first, 1);
    } else {
        span.first = date.year() / 1 / 1;
        span.end = base::add_months(span.first, 12);
    }
    return span;
}

DateSpan one_day(Date date, bool relative) {
    DateSpan span;
    span.first = date;
    span.end = plus_days(date, 1);
    span.relative = relative;
    return span;
}

/// "last", "this", "next" and a unit of a week or more.
std::optional<DateSpan> near_period(std::string_view which, std::string_view name, Date today) {
    auto unit = unit_of(name);
    int shift = which == "last" ? -1 : which == "next" ? 1 : 0;
    if ((shift == 0 && which != "this") || !unit || *unit < Unit::week) {
        return std::nullopt;
    }
    // From the first of the month, so that the 31st does not skip a short month.
    Date start = *unit == Unit::week ? today : Date(today.year() / today.month() / 1);
    return period(shifted(start, shift, *unit), *unit);
}

/// "+3 days", "3 days ago", "+ 3 days".
std::optional<DateSpan> interval(const std::vector<std::string>& words, const Today& today) {
    std::vector<std::string> rest = words;
    if (rest.size() > 1 && (rest[0] == "+" || rest[0] == "-")) {
        rest[1].insert(0, rest[0]);
        rest.erase(rest.begin());
    }
    bool ago = rest.size() == 3 && rest[2] == "ago";
    if (rest.size() != 2 && !ago) {
        return std::nullopt;
    }
    auto count = number_of(rest[0]);
    auto unit = unit_of(rest[1]);
    bool is_signed = rest[0].front() == '+' || rest[0].front() == '-';
    if (!count || !unit || is_signed == ago) {
        return std::nullopt;
    }
    int by = ago ? -*count : *count;
    if (*unit > Unit::hour) {
        return one_day(shifted(today.date(), by, *unit), true);
    }
    DateSpan span;
    span.kind = DateSpan::Kind::instants;
    auto minutes = std::chrono::minutes(std::int64_t{by} * (*unit == Unit::hour ? 60 : 1));
    span.from = today.now + minutes;
    span.to = span.from + std::chrono::milliseconds(1);
    span.relative = true;
    span.by_the_minute = true;
    return span;
}

/// "first day of next month".
std::optional<DateSpan> edge(const std::vector<std::string>& words, Date today) {
    bool shaped = words.size() == 5 && words[1] == "day" && words[2] == "of" &&
                  (words[0] == "first" || words[0] == "last");
    auto span = shaped ? near_period(words[3], words[4], today) : std::nullopt;
    if (!span) {
        return std::nullopt;
    }
    return one_day(words[0] == "first" ? span->first : plus_days(span->end, -1), true);
}

std::optional<DateSpan> anniversary(const std::vector<std::string>& words, const Today& today) {
    if (words.empty() || (words[0] != "anniversary" && words[0] != "birthday")) {
        return std::nullopt;
    }
    DateSpan span = one_day(today.date(), true);
    if (words.size() > 1) {
        auto moved = interval({words.begin() + 1, words.end()}, today);
        if (!moved || moved->kind != DateSpan::Kind::days) {
            return std::nullopt;
        }
        span = *moved;
    }
    span.kind = DateSpan::Kind::anniversary;
    return span;
}

/// A date, or a time; a time without a fraction means its whole second.
std::optional<DateSpan> literal(std::string_view text) {
    try {
        if (text.size() == 10) {
            return one_day(parse_date(text), false);
        }
        DateSpan span;
        span.kind = DateSpan::Kind::instants;
        span.from = parse_time(text);
        span.to = span.from +
                  std::chrono::milliseconds(text.find('.') == std::string_view::npos ? 1000 : 1);
        return span;
    } catch (const Error&) {
        return std::nullopt;
    }
}

} // namespace

Date Today::date() const {
    if (zone.empty() || zone == "UTC") {
        return base::civil_date(now);
    }
    auto local = date::locate_zone(zone)->to_local(now);
    return Date(sys_days(date::floor<date::days>(local).time_since_epoch()));
}

Time Today::midnight(Date day) const {
    if (zone.empty() || zone == "UTC") {
        return base::midnight(day);
    }
    // Where a clock change skips midnight, the day begins at the first instant after it.
    date::local_days local{sys_days(day).time_since_epoch()};
    return std::chrono::floor<std::chrono::milliseconds>(
        date::locate_zone(zone)->to_sys(local, date::choose::earliest));
}

Time Today::next_midnight() const {
    return midnight(plus_days(date(), 1));
}

std::optional<DateSpan> parse_date_span(std::string_view text, const Today& today) {
    text = base::trim(text);
    const std::vector<std::string> words = words_of(text);
    const Date date = today.date();
    if (words.size() == 1) {
        int shift = words[0] == "tomorrow" ? 1 : words[0] == "yesterday" ? -1 : 0;
        if (shift != 0 || words[0] == "today") {
            return one_day(plus_days(date, shift), true);
        }
    }
    if (words.size() == 2) {
        if (auto span = near_period(words[0], words[1], date)) {
            return span;
        }
    }
    try {
        if (auto span = interval(words, today)) {
            return span;
        }
        if (auto span = edge(words, date)) {
            return span;
        }
        if (auto span = anniversary(words, today)) {
            return span;
        }
    } catch (const Error&) { // beyond the years that can be written
        return std::nullopt;
    }
    return literal(text);
}

std::string anniversary_key(Date date) {
    return format_date(date).substr(5);
}

bool celebrates_leap_day(Date date) {
    return !date.year().is_leap() && date.month() == std::chrono::February &&
           date.day() == std::chrono::day(28);
}

} // namespace habeas::segments
