#include "base/calendar.hpp"
#include "expect_error.hpp"

#include <string>

namespace base_calendar_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;

TEST_CASE("base: months are added with the day clamped to the month's last", "[base]") {
    auto [from, months, to] = GENERATE(table<std::string, int, std::string>({
        {"2026-01-31", 1, "2026-02-28"},
        {"2024-01-31", 1, "2024-02-29"},
        {"2026-01-30", 1, "2026-02-28"},
        {"2026-01-28", 1, "2026-02-28"},
        {"2026-03-31", -1, "2026-02-28"},
        {"2026-05-31", 1, "2026-06-30"},
        {"2026-12-31", 1, "2027-01-31"},
        {"2026-12-31", 2, "2027-02-28"},
        {"2026-01-15", -1, "2025-12-15"},
        {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"},
        {"2024-02-29", -1200, "1924-02-29"},
        {"2000-02-29", -1200, "1900-02-28"},
        {"2026-06-01", 0, "2026-06-01"},
        {"0000-01-31", 1, "0000-02-29"},
        {"9998-12-31", 12, "9999-12-31"},
    }));
    CAPTURE(from, months);
    CHECK(format_date(add_months(parse_date(from), months)) == to);
    Time late = parse_time(from + "T23:59:59.999Z");
    CHECK(format_time(add_months(late, months)) == to + "T23:59:59.999Z");
}

TEST_CASE("base: months that leave the years 0000 to 9999 are refused", "[base]") {
    CHECK(code_of([] { add_months(parse_date("9999-12-01"), 1); }) == Errc::invalid);
    CHECK(code_of([] { add_months(parse_date("0000-01-01"), -1); }) == Errc::invalid);
    CHECK(code_of([] { add_months(parse_date("2026-01-01"), 2147483647); }) == Errc::invalid);
    CHECK(code_of([] { add_months(parse_date("2026-01-01"), -2147483647 - 1); }) == Errc::invalid);
    CHECK(code_of([] { add_months(Time::max(), 1); }) == Errc::invalid);
    CHECK(code_of([] { civil_date(Time::max()); }) == Errc::invalid);
}

TEST_CASE("base: an age is in completed years", "[base]") {
    auto [birth, on, years] = GENERATE(table<std::string, std::string, int>({
        {"2010-06-01", "2026-05-31", 15},
        {"2010-06-01", "2026-06-01", 16},
        {"2010-06-01", "2026-06-02", 16},
        {"2010-06-15", "2026-07-01", 16},
        {"2008-02-29", "2024-02-28", 15},
        {"2008-02-29", "2024-02-29", 16},
        {"2008-02-29", "2025-02-28", 16},
        {"2008-02-29", "2025-03-01", 17},
        {"2026-06-01", "2026-06-01", 0},
        {"2026-12-31", "2026-01-01", -1},
        {"1899-12-31", "2026-01-01", 126},
    }));
    CAPTURE(birth, on);
    CHECK(completed_years(parse_date(birth), parse_date(on)) == years);
}

TEST_CASE("base: the civil date of a time is the day in UTC, before 1970 too", "[base]") {
    CHECK(civil_date(parse_time("2026-06-01T23:59:59.999Z")) == parse_date("2026-06-01"));
    CHECK(civil_date(parse_time("1969-12-31T23:59:59.999Z")) == parse_date("1969-12-31"));
    CHECK(civil_date(parse_time("1960-01-01T00:00:00Z")) == parse_date("1960-01-01"));
}

TEST_CASE("base: durations of ISO 8601 are added, months first", "[base]") {
    auto [from, duration, to] = GENERATE(table<std::string, std::string, std::string>({
        {"2026-06-01T10:00:00Z", "P24M", "2028-06-01T10:00:00.000Z"},
        {"2024-02-29T10:00:00Z", "P2Y", "2026-02-28T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "P30D", "2026-07-01T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "P4W", "2026-06-29T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "PT48H", "2026-06-03T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "PT90M", "2026-06-01T11:30:00.000Z"},
        {"2026-06-01T10:00:00Z", "PT1S", "2026-06-01T10:00:01.000Z"},
        {"2026-01-31T10:00:00Z", "P1M1D", "2026-03-01T10:00:00.000Z"},
        {"2026-01-31T10:00:00Z", "P1Y2M3DT4H5M6S", "2027-04-03T14:05:06.000Z"},
        {"2026-06-01T10:00:00Z", "P0D", "2026-06-01T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "P1000Y", "3026-06-01T10:00:00.000Z"},
        {"2026-06-01T10:00:00Z", "P001D", "2026-06-02T10:00:00.000Z"},
    }));
    CAPTURE(from, duration);
    CHECK(format_time(add_duration(parse_time(from), duration)) == to);
    CHECK_NOTHROW(check_duration(duration, "validity"));
}

TEST_CASE("base: what is no duration is refused and the place named", "[base]") {
    auto text =
        GENERATE(as<std::string>{}, "", "P", "PT", "24M", "P24", "PM", "p1d", "P1d", "P-1D", "-P1D",
                 "P1.5D", "P1,5D", "P1D1D", "P1D1M", "P1DT", "P1H", "PT1D", "PT1HT1M", "PT1H1H",
                 "P1DT1HX", " P1D", "P1D ", "P1234567890D", "P1001Y", "P12012M", "P999999999D",
                 "PT999999999H", "P1Y2Y", "PP1D", "P99999999999999999999D");
    CAPTURE(text);
    Error error = error_of([&] { check_duration(text, "/purposes/0/validity"); });
    CHECK(error.code() == Errc::invalid);
    CHECK(error.where() == "/purposes/0/validity");
    CHECK(contains(error.what(), "/purposes/0/validity: "));
    CHECK(contains(error.what(), "P24M"));
    CHECK(code_of([&] { add_duration(parse_time("2026-06-01"), text); }) == Errc::invalid);
}

} // namespace base_calendar_test
