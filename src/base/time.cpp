#include "habeas/time.hpp"

#include "habeas/error.hpp"

namespace habeas {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

// RFC 3339 has four digits for the year, so these are the times that can be written.
constexpr Time first_time = sys_days{std::chrono::year{0} / 1 / 1};
constexpr Time end_time = sys_days{std::chrono::year{10000} / 1 / 1};

[[noreturn]] void fail(std::string_view kind, std::string_view reason, std::size_t position) {
    throw Error(
        Errc::invalid,
        std::string(kind) + ": " + std::string(reason) + " at byte " + std::to_string(position) +
            (kind == "date" ? "; write 2026-06-01" : "; write 2026-06-01T10:00:00Z or 2026-06-01"));
}

/// Walks over the text and knows where it stands, for the messages.
class Scanner {
  public:
    Scanner(std::string_view text, std::string_view kind) : text_(text), kind_(kind) {}

    [[nodiscard]] bool at_end() const { return position_ == text_.size(); }
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[position_]; }
    [[nodiscard]] bool digit_next() const { return peek() >= '0' && peek() <= '9'; }
    void skip() { ++position_; }

    /// Exactly `count` digits, at most `limit`.
    int number(int count, int limit, std::string_view what) {
        std::size_t start = position_;
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (!digit_next()) {
                fail(kind_, "a digit is missing", position_);
            }
            value = value * 10 + (text_[position_++] - '0');
        }
        if (value > limit) {
            fail(kind_, "no such " + std::string(what), start);
        }
        return value;
    }

    void expect(char wanted) {
        if (at_end() || text_[position_] != wanted) {
            fail(kind_, std::string("'") + wanted + "' is missing", position_);
        }
        ++position_;
    }

    void expect_end() const {
        if (!at_end()) {
            fail(kind_, "more text than expected", position_);
        }
    }

    [[noreturn]] void refuse(std::string_view reason) const { fail(kind_, reason, position_); }

    Date date() {
        std::size_t start = position_;
        int year = number(4, 9999, "year");
        expect('-');
        int month = number(2, 12, "month");
        expect('-');
        int day = number(2, 31, "day");
        Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                  std::chrono::day{static_cast<unsigned>(day)}};
        if (!date.ok()) {
            fail(kind_, "this day is in no calendar", start);
        }
        return date;
    }

  private:
    std::string_view text_;
    std::string_view kind_;
    std::size_t position_ = 0;
};

/// Fraction of a second in milliseconds; further digits are cut, not rounded, so that a time never
/// moves into the next second.
int fraction(Scanner& scan) {
    if (scan.peek() != '.') {
        return 0;
    }
    scan.skip();
    if (!scan.digit_next()) {
        scan.refuse("a digit is missing");
    }
    int value = 0;
    for (int weight = 100; scan.digit_next(); scan.skip(), weight /= 10) {
        value += weight * (scan.peek() - '0');
    }
    return value;
}

std::chrono::minutes offset_from_utc(Scanner& scan) {
    char sign = scan.peek();
    if (sign == 'Z' || sign == 'z') {
        scan.skip();
        return {};
    }
    if (sign != '+' && sign != '-') {
        scan.refuse("the offset from UTC (Z or +02:00) is missing");
    }
    scan.skip();
    int hours = scan.number(2, 23, "hour");
    scan.expect(':');
    int minutes = scan.number(2, 59, "minute");
    std::chrono::minutes total{hours * 60 + minutes};
    return sign == '-' ? -total : total;
}

bool ends_a_month(Time time) {
    Date next{floor<days>(time)};
    return time == floor<days>(time) && next.day() == std::chrono::day{1};
}

char* put(char* out, unsigned value, int digits) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) {
        out[i] = static_cast<char>('0' + value % 10);
    }
    return out + digits;
}

char* put_date(char* out, Date date) {
    out = put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    *out++ = '-';
    out = put(out, static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    return put(out, static_cast<unsigned>(date.day()), 2);
}

} // namespace

Time system_clock_now() {
    return floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_time(Time time) {
    if (time < first_time || time >= end_time) {
        throw Error(Errc::invalid, "time: outside of the years 0000 to 9999, cannot be written");
    }
    auto day = floor<days>(time);
    std::chrono::hh_mm_ss<std::chrono::milliseconds> clock{time - day};
    char buffer[24];
    char* out = put_date(buffer, Date{day});
    *out++ = 'T';
    out = put(out, static_cast<unsigned>(clock.hours().count()), 2);
    *out++ = ':';
    out = put(out, static_cast<unsigned>(clock.minutes().count()), 2);
    *out++ = ':';
    out = put(out, static_cast<unsigned>(clock.seconds().count()), 2);
    *out++ = '.';
    out = put(out, static_cast<unsigned>(clock.subseconds().count()), 3);
    *out++ = 'Z';
    return {buffer, out};
}

Time parse_time(std::string_view text) {
    Scanner scan(text, "time");
    Time day = sys_days{scan.date()};
    if (scan.at_end()) {
        return day;
    }
    if (scan.peek() != 'T' && scan.peek() != 't' && scan.peek() != ' ') {
        scan.refuse("'T' is missing");
    }
    scan.skip();
    int hour = scan.number(2, 23, "hour");
    scan.expect(':');
    int minute = scan.number(2, 59, "minute");
    scan.expect(':');
    int second = scan.number(2, 60, "second");
    int millisecond = fraction(scan);
    auto offset = offset_from_utc(scan);
    scan.expect_end();
    Time whole = day + std::chrono::hours{hour} + std::chrono::minutes{minute} - offset +
                 std::chrono::seconds{second};
    if (second == 60 && !ends_a_month(whole)) {
        // As POSIX does, a leap second is the first of the next day; there is none elsewhere.
        fail("time", "no such second", 17);
    }
    Time time = whole + std::chrono::milliseconds{millisecond};
    if (time < first_time || time >= end_time) {
        fail("time", "outside of the years 0000 to 9999", 0);
    }
    return time;
}

Date parse_date(std::string_view text) {
    Scanner scan(text, "date");
    Date date = scan.date();
    scan.expect_end();
    return date;
}

std::string format_date(Date date) {
    if (!date.ok() || date.year() < std::chrono::year{0} || date.year() > std::chrono::year{9999}) {
        throw Error(Errc::invalid, "date: no day of the years 0000 to 9999, cannot be written");
    }
    char buffer[10];
    return {buffer, put_date(buffer, date)};
}

} // namespace habeas
