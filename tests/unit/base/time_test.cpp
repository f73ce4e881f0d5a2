#include "base/calendar.hpp"
#include "expect_error.hpp"
#include "habeas/time.hpp"

#include <random>
#include <utility>

namespace base_time_test {

using namespace habeas;
using namespace habeas::test;
using std::chrono::milliseconds;

TEST_CASE("base: times are read as RFC 3339", "[base]") {
    auto [text, utc] = GENERATE(table<std::string, std::string>({
        {"2026-06-01T10:00:00Z", "2026-06-01T10:00:00.000Z"},
        {"2026-06-01t10:00:00z", "2026-06-01T10:00:00.000Z"},
        {"2026-06-01 10:00:00Z", "2026-06-01T10:00:00.000Z"},
        {"2026-06-01T10:00:00+02:00", "2026-06-01T08:00:00.000Z"},
        {"2026-06-01T23:30:00-02:00", "2026-06-02T01:30:00.000Z"},
        {"2026-06-01T10:00:00-00:00", "2026-06-01T10:00:00.000Z"},
        {"2026-06-01T10:00:00+23:59", "2026-05-31T10:01:00.000Z"},
        {"2026-06-01T10:00:00.5Z", "2026-06-01T10:00:00.500Z"},
        {"2026-06-01T10:00:00.1239999999999Z", "2026-06-01T10:00:00.123Z"},
        {"2026-06-01T10:00:00.9999+02:00", "2026-06-01T08:00:00.999Z"},
        {"2026-06-01", "2026-06-01T00:00:00.000Z"},
        {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"},
        {"2000-02-29", "2000-02-29T00:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"0000-01-01", "0000-01-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
        {"2017-01-01T01:59:60.25+02:00", "2017-01-01T00:00:00.250Z"},
    }));
    CAPTURE(text);
    CHECK(format_time(parse_time(text)) == utc);
}

TEST_CASE("base: what is no time is refused with its position", "[base]") {
    auto [text, position] = GENERATE(table<std::string, int>({
        {"", 0},
        {"x", 0},
        {"2026", 4},
        {"2026-6-01", 6},
        {"2026-13-01", 5},
        {"2026-00-01", 0},
        {"2026-02-29", 0},
        {"1900-02-29", 0},
        {"2026-04-31", 0},
        {"2026-04-00", 0},
        {"2026-06-32", 8},
        {"2026/06/01", 4},
        {"26-06-01", 2},
        {"+2026-06-01", 0},
        {" 2026-06-01", 0},
        {"2026-06-01 ", 11},
        {"2026-06-01X10:00:00Z", 10},
        {"2026-06-01T24:00:00Z", 11},
        {"2026-06-01T10:60:00Z", 14},
        {"2026-06-01T10:00:61Z", 17},
        {"2026-06-01T10:00:60Z", 17},
        {"2026-06-30T22:59:60Z", 17},
        {"2026-06-15T23:59:60Z", 17},
        {"2026-06-01T10:00Z", 16},
        {"2026-06-01T10:00:00", 19},
        {"2026-06-01T10:00:00.Z", 20},
        {"2026-06-01T10:00:00,5Z", 19},
        {"2026-06-01T10:00:00+0200", 22},
        {"2026-06-01T10:00:00+2:00", 21},
        {"2026-06-01T10:00:00+24:00", 20},
        {"2026-06-01T10:00:00+02:60", 23},
        {"2026-06-01T10:00:00ZZ", 20},
        {"2026-06-01T10:00:00Z ", 20},
        {"2026-06-01T10:00:00 Z", 19},
        {"0000-01-01T00:00:00+00:01", 0},
        {"9999-12-31T23:59:59-00:01", 0},
        {std::string("2026-06-01\0", 11), 10},
    }));
    CAPTURE(text);
    Error error = error_of([text = text] { parse_time(text); });
    CHECK(error.code() == Errc::invalid);
    CHECK(contains(error.what(), "at byte " + std::to_string(position) + ";"));
}

TEST_CASE("base: a message about a time does not repeat the text", "[base]") {
    CHECK_FALSE(contains(message_of([] { parse_time("erika@example.org"); }), "erika"));
    CHECK_FALSE(contains(message_of([] { parse_date("erika@example.org"); }), "erika"));
}

TEST_CASE("base: writing and reading a time gives the time again", "[base]") {
    std::mt19937_64 random(20260601);
    std::uniform_int_distribution<std::int64_t> any(-62167219200000, 253402300799999);
    for (int i = 0; i < 20000; ++i) {
        Time time{milliseconds{any(random)}};
        std::string text = format_time(time);
        REQUIRE(text.size() == 24);
        REQUIRE(parse_time(text) == time);
    }
    for (std::int64_t edge : {-62167219200000, -1L, 0L, 1L, 253402300799999}) {
        CHECK(parse_time(format_time(Time{milliseconds{edge}})) == Time{milliseconds{edge}});
    }
}

TEST_CASE("base: times that four digits of year cannot hold are not written", "[base]") {
    CHECK(code_of([] { format_time(Time{milliseconds{253402300800000}}); }) == Errc::invalid);
    CHECK(code_of([] { format_time(Time{milliseconds{-62167219200001}}); }) == Errc::invalid);
    CHECK(code_of([] { format_time(Time::max()); }) == Errc::invalid);
    CHECK(code_of([] { format_time(Time::min()); }) == Errc::invalid);
}

TEST_CASE("base: every day of four centuries is written and read again", "[base]") {
    using std::chrono::days;
    for (std::chrono::sys_days day{std::chrono::year{1800} / 1 / 1};
         day < std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}; day += days{1}) {
        Date date{day};
        if (parse_date(format_date(date)) != date ||
            base::civil_date(base::midnight(date)) != date) {
            FAIL(format_date(date));
        }
    }
    CHECK(code_of([] { parse_date("2026-06-01T10:00:00Z"); }) == Errc::invalid);
    CHECK(code_of([] { parse_date("2026-02-30"); }) == Errc::invalid);
    CHECK(code_of([] { format_date(std::chrono::year{2026} / 2 / 30); }) == Errc::invalid);
    CHECK(code_of([] { format_date(std::chrono::year{10000} / 2 / 3); }) == Errc::invalid);
}

TEST_CASE("base: the system clock has whole milliseconds and is after 2026", "[base]") {
    CHECK(system_clock_now() > parse_time("2025-01-01"));
}

} // namespace base_time_test
