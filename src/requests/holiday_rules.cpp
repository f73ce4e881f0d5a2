#include "requests/holiday_rules.hpp"

#include "consent/json_reader.hpp"

#include <algorithm>
#include <array>

namespace habeas::requests {
namespace {

using consent::refuse_at;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::weekday;
using Type = HolidayRule::Type;
using Substitute = HolidayRule::Substitute;

Date date_of(int year, unsigned month, unsigned day) {
    return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
}

weekday weekday_of(const HolidayRule& rule) {
    return weekday(rule.weekday + 1); // Monday is 1 there
}

bool at_weekend(Date date) {
    const unsigned iso = weekday(sys_days(date)).iso_encoding();
    return iso == 6 || iso == 7;
}

Date on_or_after(Date date, weekday wanted) {
    const sys_days from(date);
    return from + (wanted - weekday(from));
}

/// Where it falls by itself.
Date natural_date(const HolidayRule& rule, int year) {
    switch (rule.type) {
    case Type::easter:
        return sys_days(easter_sunday(year)) + days(rule.offset);
    case Type::nth_weekday: {
        const auto month = std::chrono::year(year) / std::chrono::month(rule.month);
        return rule.n < 0 ? Date(sys_days(month / weekday_of(rule)[std::chrono::last]))
                          : Date(sys_days(month / weekday_of(rule)[static_cast<unsigned>(rule.n)]));
    }
    case Type::weekday_on_or_after:
        return on_or_after(date_of(year, rule.month, rule.day), weekday_of(rule));
    case Type::fixed_sunday_back: {
        const sys_days day(date_of(year, rule.month, rule.day));
        return weekday(day) == std::chrono::Sunday ? day - days(1) : day;
    }
    case Type::st_brigid: {
        const Date first = date_of(year, 2, 1);
        return weekday(sys_days(first)) == std::chrono::Friday
                   ? first
                   : on_or_after(first, std::chrono::Monday);
    }
    case Type::fixed:
        break;
    }
    return date_of(year, rule.month, rule.day);
}

bool is_listed(const std::vector<Holiday>& list, Date date) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Holiday& each) { return each.date == date; });
}

std::vector<Holiday> by_rules(const std::vector<HolidayRule>& rules, int year) {
    std::vector<Holiday> out;
    std::vector<Holiday> moving; // after the others have their places
    for (const HolidayRule& rule : rules) {
        if (year < rule.from) {
            continue;
        }
        Holiday holiday{natural_date(rule, year), rule.name, rule.optional};
        if (rule.substitute != Substitute::none && at_weekend(holiday.date)) {
            holiday.name += " (substitute)";
            if (rule.substitute == Substitute::next_free) {
                moving.push_back(std::move(holiday));
                continue;
            }
            const sys_days day(holiday.date);
            holiday.date = weekday(day) == std::chrono::Saturday ? day - days(1) : day + days(1);
        }
        out.push_back(std::move(holiday));
    }
    for (Holiday& each : moving) {
        while (at_weekend(each.date) || is_listed(out, each.date)) {
            each.date = sys_days(each.date) + days(1);
        }
        out.push_back(std::move(each));
    }
    return out;
}

std::optional<Type> rule_type(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{
        "fixed", "easter", "nth_weekday", "weekday_on_or_after", "fixed_sunday_back", "st_brigid"};
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? std::nullopt : std::optional(static_cast<Type>(at - names.begin()));
}

std::optional<Substitute> substitute_of(std::string_view name) {
    return name == "uk"   ? std::optional(Substitute::next_free)
           : name == "us" ? std::optional(Substitute::nearest)
                          : std::nullopt;
}

std::optional<bool> optional_tier(std::string_view name) {
    return name == "optional" ? std::optional(true)
           : name == "core"   ? std::optional(false)
                              : std::nullopt;
}

} // namespace

Date easter_sunday(int year) {
    const int a = year % 19, b = year / 100, c = year % 100;
    const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    const int h = (19 * a + b - d - g + 15) % 30;
    const int i = c / 4, k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int n = h + l - 7 * m + 114;
    return date_of(year, static_cast<unsigned>(n / 31), static_cast<unsigned>(n % 31 + 1));
}

HolidayRule read_holiday_rule(const nlohmann::json& given, const std::string& pointer) {
    consent::JsonReader in(given, pointer);
    HolidayRule out;
    in.read("name", out.name);
    in.read_name("type", out.type, rule_type);
    in.read("month", out.month);
    in.read("day", out.day);
    in.read("offset", out.offset);
    in.read("weekday", out.weekday);
    in.read("n", out.n);
    in.read("from", out.from);
    in.read_name("substitute", out.substitute, substitute_of);
    in.read_name("tier", out.optional, optional_tier);
    in.finish();
    if (out.name.empty()) {
        refuse_at(in.at("name"), "name the day");
    }
    if (in.find("type") == nullptr) {
        refuse_at(in.at("type"), "say by which rule");
    }
    const bool in_month = out.type == Type::fixed || out.type == Type::fixed_sunday_back ||
                          out.type == Type::weekday_on_or_after || out.type == Type::nth_weekday;
    if (in_month && (out.month < 1 || out.month > 12)) {
        refuse_at(in.at("month"), "write 1 to 12");
    }
    // 2000 was a leap year; 29 February would be no date in most.
    const bool by_day = in_month && out.type != Type::nth_weekday;
    if (by_day && (!date_of(2001, out.month, out.day).ok())) {
        refuse_at(in.at("day"), "write a day of that month");
    }
    if (out.type == Type::easter && (out.offset < -60 || out.offset > 100)) {
        refuse_at(in.at("offset"), "write -60 to 100 days from Easter Sunday");
    }
    if (out.weekday > 6) {
        refuse_at(in.at("weekday"), "write 0 (Monday) to 6 (Sunday)");
    }
    if (out.type == Type::nth_weekday && out.n != -1 && (out.n < 1 || out.n > 4)) {
        refuse_at(in.at("n"), "write 1 to 4, or -1 for the last");
    }
    return out;
}

std::vector<Holiday> holidays_of(const std::vector<HolidayRule>& rules, int year) {
    std::vector<Holiday> out;
    for (int each = year - 1; each <= year + 1; ++each) { // some move across New Year
        for (Holiday& holiday : by_rules(rules, each)) {
            if (int(holiday.date.year()) == year) {
                out.push_back(std::move(holiday));
            }
        }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Holiday& a, const Holiday& b) { return a.date < b.date; });
    return out;
}

} // namespace habeas::requests
