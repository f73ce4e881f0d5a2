#include "subjects/numbers.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace habeas::subjects {
namespace {

/// Reads 1 to `most` digits at the start of `text` and moves it on.
bool take_number(std::string_view& text, std::size_t least, std::size_t most, int& out) {
    std::size_t length = 0;
    out = 0;
    while (length < text.size() && length < most && base::is_digit(text[length])) {
        out = out * 10 + (text[length] - '0');
        ++length;
    }
    text.remove_prefix(length);
    return length >= least;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

/// Day first or month first, the same one of . / - between the parts, four digits of year.
bool take_ordered_date(std::string_view& text, Format::Dates order, Date& out) {
    int first = 0;
    int second = 0;
    int year = 0;
    if (!take_number(text, 1, 2, first) || text.empty()) {
        return false;
    }
    char separator = text.front();
    if ((separator != '.' && separator != '/' && separator != '-') || !take(text, separator) ||
        !take_number(text, 1, 2, second) || !take(text, separator) ||
        !take_number(text, 4, 4, year)) {
        return false;
    }
    int day = order == Format::Dates::dmy ? first : second;
    int month = order == Format::Dates::dmy ? second : first;
    out = Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
               std::chrono::day{static_cast<unsigned>(day)}};
    return out.ok();
}

bool take_iso_date(std::string_view& text, Date& out) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(text, 4, 4, year) || !take(text, '-') || !take_number(text, 2, 2, month) ||
        !take(text, '-') || !take_number(text, 2, 2, day)) {
        return false;
    }
    out = Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
               std::chrono::day{static_cast<unsigned>(day)}};
    return out.ok();
}

bool take_date(std::string_view& text, Format::Dates order, Date& out) {
    return order == Format::Dates::iso ? take_iso_date(text, out)
                                       : take_ordered_date(text, order, out);
}

const char* date_reason(Format::Dates order) {
    switch (order) {
    case Format::Dates::dmy:
        return "not a date; write 31.12.2026";
    case Format::Dates::mdy:
        return "not a date; write 12/31/2026";
    case Format::Dates::iso:
        break;
    }
    return "not a date; write 2026-12-31";
}

void put_two(std::string& out, int value) {
    out += static_cast<char>('0' + value / 10);
    out += static_cast<char>('0' + value % 10);
}

} // namespace

bool parse_number(std::string_view text, bool decimal_comma, double& out, Refusal& why) {
    static constexpr std::string_view reason = "not a number";
    std::array<char, 64> buffer{};
    if (text.size() > buffer.size()) {
        return refuse(why, reason);
    }
    std::size_t length = 0;
    for (char c : text) {
        if (decimal_comma && (c == ',' || c == '.')) {
            if (c == '.') {
                return refuse(why, reason); // a thousands separator, or the wrong format: ask
            }
            c = '.';
        }
        buffer[length++] = c;
    }
    const char* begin = buffer.data();
    const char* end = begin + length;
    if (length > 1 && *begin == '+' && begin[1] != '-') {
        ++begin;
    }
    auto [rest, error] = std::from_chars(begin, end, out);
    if (error != std::errc{} || rest != end || !std::isfinite(out)) {
        return refuse(why, reason);
    }
    return true;
}

std::string number_text(double value) {
    std::array<char, 32> buffer{};
    auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string(buffer.data(), end) : std::string{};
}

bool parse_money(std::string_view text, bool decimal_comma, std::int32_t scale, std::int64_t& out,
                 Refusal& why) {
    static constexpr std::string_view reason = "not an amount; write digits such as 1250.00";
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const char point = decimal_comma ? ',' : '.';
    // Collected as a negative number, whose range is larger by one.
    std::int64_t value = 0;
    std::int32_t decimals = 0;
    bool after_point = false;
    bool any = false;
    auto shift = [&value](int digit) {
        return !__builtin_mul_overflow(value, std::int64_t{10}, &value) &&
               !__builtin_sub_overflow(value, std::int64_t{digit}, &value);
    };
    for (char c : text) {
        if (c == point && !after_point) {
            after_point = true;
            continue;
        }
        if (!base::is_digit(c)) {
            return refuse(why, reason);
        }
        any = true;
        if (after_point && decimals == scale) {
            if (c != '0') {
                return refuse(why, "more decimals than the field keeps");
            }
            continue;
        }
        decimals += after_point ? 1 : 0;
        if (!shift(c - '0')) {
            return refuse(why, "amount out of range");
        }
    }
    if (!any) {
        return refuse(why, reason);
    }
    for (; decimals < scale; ++decimals) {
        if (!shift(0)) {
            return refuse(why, "amount out of range");
        }
    }
    if (!negative && __builtin_sub_overflow(std::int64_t{0}, value, &value)) {
        return refuse(why, "amount out of range");
    }
    out = value;
    return true;
}

std::string money_text(std::int64_t value, std::int32_t scale) {
    std::string digits = std::to_string(value);
    bool negative = digits.front() == '-';
    digits.erase(0, negative ? 1 : 0);
    auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    if (places > 0) {
        digits.insert(digits.size() - places, 1, '.');
    }
    return negative ? "-" + digits : digits;
}

bool parse_civil_date(std::string_view text, Format::Dates order, std::string& out, Refusal& why) {
    Date date;
    if (!take_date(text, order, date)) {
        return refuse(why, date_reason(order));
    }
    if (!text.empty() && text != " 00:00:00" && text != "T00:00:00" && text != "T00:00:00Z") {
        return refuse(why, date_reason(order));
    }
    out = format_date(date);
    return true;
}

bool parse_datetime(std::string_view text, Format::Dates order, std::int64_t& out, Refusal& why) {
    static constexpr std::string_view reason = "not a time; write 2026-12-31T23:59:00Z";
    Date date;
    std::string_view rest = text;
    if (!take_date(rest, order, date)) {
        return refuse(why, reason);
    }
    std::string rfc3339 = format_date(date);
    if (!rest.empty()) {
        if (rest.front() != ' ' && rest.front() != 'T' && rest.front() != 't') {
            return refuse(why, reason);
        }
        rfc3339 += 'T';
        rfc3339 += rest.substr(1);
        if (rest.size() == 6) { // " 14:53"
            rfc3339 += ":00";
        }
        // After the date only an offset has one of these.
        if (rest.find_first_of("Zz+-", 1) == std::string_view::npos) {
            rfc3339 += 'Z';
        }
    }
    try {
        out = parse_time(rfc3339).time_since_epoch().count();
    } catch (const Error&) {
        return refuse(why, reason);
    }
    return true;
}

bool parse_clock(std::string_view text, std::string& out, Refusal& why) {
    static constexpr std::string_view reason = "not a time of day; write 14:30";
    int hour = 0;
    int minute = 0;
    int second = 0;
    bool good = take_number(text, 1, 2, hour) && take(text, ':') && take_number(text, 2, 2, minute);
    if (good && !text.empty()) {
        good = take(text, ':') && take_number(text, 2, 2, second);
    }
    if (!good || !text.empty() || hour > 23 || minute > 59 || second > 59) {
        return refuse(why, reason);
    }
    out.clear();
    put_two(out, hour);
    out += ':';
    put_two(out, minute);
    out += ':';
    put_two(out, second);
    return true;
}

} // namespace habeas::subjects
