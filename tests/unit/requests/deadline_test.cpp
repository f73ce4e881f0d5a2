// The vectors of tests/data/law/deadlines.json, one by one.
#include "base/calendar.hpp"
#include "catch.hpp"
#include "habeas/consent.hpp"
#include "habeas/deadline.hpp"
#include "unit/base/expect_error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace requests_deadline_test {

using namespace habeas;
using habeas::test::code_of;
using nlohmann::json;
using std::chrono::sys_days;

namespace {

const json& facts() {
    static const json all = [] {
        std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/deadlines.json");
        return json::parse(file);
    }();
    return all;
}

std::vector<json> vectors(const std::string& group) {
    std::vector<json> out;
    for (const json& each : facts().at("vectors")) {
        if (each.at("group") == group) {
            out.push_back(each);
        }
    }
    return out;
}

std::vector<std::string> sets(const json& vector) {
    const auto set = vector.value("holiday_set", std::string("none"));
    return set == "none" ? std::vector<std::string>{} : std::vector{set};
}

Date date(const json& from, const char* member) {
    return parse_date(from.at(member).get<std::string>());
}

std::optional<Date> date_if(const json& from, const char* member) {
    return from.contains(member) && !from.at(member).is_null() ? std::optional(date(from, member))
                                                               : std::nullopt;
}

Time time(const json& from, const char* member) {
    return parse_time(from.at(member).get<std::string>());
}

Date add_days(Date from, int count) {
    return sys_days(from) + std::chrono::days(count);
}

} // namespace

TEST_CASE("deadlines: one month of art. 12(3), and what an extension adds, by 82 vectors",
          "[deadlines]") {
    const auto all = vectors("art12_3");
    REQUIRE(all.size() == 82);
    int rejected = 0;
    for (const json& each : all) {
        INFO(each.dump());
        const json& expect = each.at("expect");
        const Deadlines deadlines(sets(each));
        const Date received = date(each, "received");
        const int extension = each.value("extension_months", 0);
        const AnswerDeadline got =
            deadlines.answer(received, extension, date_if(each, "extension_notice_sent"));
        CHECK(format_date(got.answer.nominal) == expect.at("nominal"));
        CHECK(format_date(got.answer.due) == expect.at("due"));
        CHECK(deadline_moved_name(got.answer.moved) == expect.at("moved_because"));
        if (expect.contains("extension_notice_latest")) {
            CHECK(format_date(got.extension_notice_latest) == expect.at("extension_notice_latest"));
        }
        if (expect.contains("due_conservative_two_step")) {
            CHECK(format_date(got.cautious) == expect.at("due_conservative_two_step"));
        }
        if (each.contains("extension_notice_sent")) {
            CHECK(got.extended == expect.at("extension_valid").get<bool>());
        }
        if (expect.contains("rejected_reading_day_after")) {
            const std::string wrong = expect.at("rejected_reading_day_after");
            // The reading that is given up: from the day after.
            CHECK(format_date(deadlines.months(add_days(received, 1), 1).due) == wrong);
            if (wrong != expect.at("due")) {
                ++rejected;
                CHECK(format_date(got.answer.due) != wrong);
            }
        }
    }
    CHECK(rejected > 20);
}

TEST_CASE("deadlines: a moment is a day on the controller's calendar", "[deadlines]") {
    const auto all = vectors("art12_3_instant");
    REQUIRE(all.size() == 7);
    for (const json& each : all) {
        INFO(each.dump());
        const json& expect = each.at("expect");
        const Deadlines deadlines(sets(each), each.at("zone"));
        const Date received = deadlines.local_date(time(each, "received_utc"));
        CHECK(format_date(received) == expect.at("received_local_date"));
        const Deadline due = deadlines.answer(received).answer;
        CHECK(format_date(due.nominal) == expect.at("nominal"));
        CHECK(format_date(due.due) == expect.at("due"));
        CHECK(deadlines.end_of(due.due) == time(expect, "expires_utc_exclusive"));
    }
}

TEST_CASE("deadlines: a question for identity keeps both dates", "[deadlines]") {
    const auto all = vectors("suspension");
    REQUIRE(all.size() == 6);
    for (const json& each : all) {
        INFO(each.dump());
        const json& expect = each.at("expect");
        const IdentityPause got =
            Deadlines(sets(each))
                .identity(date(each, "received"), date(each, "asked"), date_if(each, "answered"));
        CHECK(got.safe == date(expect, "due_no_suspension"));
        CHECK(got.suspended == date_if(expect, "due_suspended"));
        CHECK(got.uk_identity == date_if(expect, "due_uk_12A_identity"));
        CHECK(got.uk_clarification == date_if(expect, "due_uk_12A_clarification"));
        CHECK(got.days.has_value() == expect.contains("suspended_days"));
        if (got.days) {
            CHECK(*got.days == expect.at("suspended_days").get<int>());
        }
        CHECK(got.asked_late == (each.at("id") == "s-04"));
    }
}

TEST_CASE("deadlines: 72 hours run through holidays and changes of the clock", "[deadlines]") {
    const std::map<std::string, std::string> country{{"Europe/Berlin", "DE"},
                                                     {"Europe/Paris", "FR"},
                                                     {"Europe/Helsinki", "FI"},
                                                     {"Europe/Dublin", "IE"}};
    const auto all = vectors("art33_72h");
    REQUIRE(all.size() == 8);
    for (const json& each : all) {
        INFO(each.dump());
        const json& expect = each.at("expect");
        const Deadlines deadlines({country.at(each.at("zone"))}, each.at("zone"));
        const Time aware = time(expect, "aware_utc");
        const BreachDeadline got = deadlines.breach(aware);
        CHECK(got.strict == time(expect, "due_strict_utc"));
        CHECK(got.begins == time(expect, "period_start_utc"));
        CHECK(got.counted == time(expect, "due_1182_utc"));
        CHECK(got.working_days_disputed == expect.at("two_working_days_rule_disputed"));
        CHECK(deadlines.breach(aware, 96).strict == got.strict + std::chrono::hours(24));
    }
}

TEST_CASE("deadlines: periods in days hold two working days", "[deadlines]") {
    const auto all = vectors("reg1182_days");
    REQUIRE(all.size() == 5);
    for (const json& each : all) {
        INFO(each.dump());
        const Deadline got =
            Deadlines(sets(each)).days(date(each, "event"), each.at("days").get<int>());
        CHECK(got.nominal == date(each.at("expect"), "nominal"));
        CHECK(got.due == date(each.at("expect"), "due"));
    }
}

TEST_CASE("deadlines: business days of CASL, CAN-SPAM and CCPA", "[deadlines]") {
    const auto all = vectors("business_days");
    REQUIRE(all.size() == 7);
    for (const json& each : all) {
        INFO(each.dump());
        const Date event = date(each, "event");
        const int count = each.at("business_days").get<int>();
        const Deadlines national({each.at("regime") == "CASL" ? "CA" : "US"});
        CHECK(Deadlines().working_days(event, count) ==
              date(each.at("expect"), "due_weekends_only"));
        CHECK(national.working_days(event, count) ==
              date(each.at("expect"), "due_with_national_holidays"));
    }
}

TEST_CASE("deadlines: calendar days of CCPA, LGPD, the United Kingdom and Switzerland",
          "[deadlines]") {
    const auto all = vectors("calendar_days");
    REQUIRE(all.size() == 5);
    for (const json& each : all) {
        INFO(each.dump());
        const Date event = date(each, "event");
        const int count = each.at("days").get<int>();
        CHECK(Deadlines::calendar_days(event, count) ==
              date(each.at("expect"), "due_event_day_counted"));
        CHECK(Deadlines::calendar_days(event, count + 1) ==
              date(each.at("expect"), "due_event_day_not_counted"));
    }
}

TEST_CASE("deadlines: implied consent of CASL ends after its months", "[deadlines]") {
    const auto all = vectors("casl_implied");
    REQUIRE(all.size() == 5);
    for (const json& each : all) {
        INFO(each.dump());
        // The decision about sending is in consent; here is only its arithmetic.
        const Date last = base::add_months(date(each, "event"), each.at("months").get<int>());
        CHECK(last == date(each.at("expect"), "last_allowed_send_date"));
        CHECK(add_days(last, 1) == date(each.at("expect"), "first_denied_date"));
    }
}

TEST_CASE("deadlines: the rules give the 737 holidays of twelve sets in five years",
          "[deadlines]") {
    std::map<std::string, std::map<int, std::vector<std::string>>> wanted;
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/holidays.csv");
    std::string line;
    std::getline(file, line);
    int lines = 0;
    while (std::getline(file, line)) {
        std::istringstream in(line);
        std::string set, day;
        std::getline(in, set, ',');
        std::getline(in, day, ',');
        std::string rest;
        std::getline(in, rest);
        if (!rest.empty() && rest.back() == '\r') {
            rest.pop_back();
        }
        ++lines;
        wanted[set][std::stoi(day)].push_back(day + "," + rest);
    }
    REQUIRE(lines == 737);
    const HolidayCalendar calendar;
    for (const auto& [set, years] : wanted) {
        for (const auto& [year, days] : years) {
            INFO(set << " " << year);
            std::vector<std::string> got;
            for (const Holiday& each : calendar.holidays(set, year)) {
                got.push_back(format_date(each.date) + "," + each.name + "," +
                              (each.optional ? "optional" : "core"));
            }
            auto sorted = days;
            std::sort(sorted.begin(), sorted.end());
            std::sort(got.begin(), got.end());
            CHECK(got == sorted);
        }
    }
}

TEST_CASE("deadlines: Easter of twelve years", "[deadlines]") {
    const HolidayCalendar calendar = HolidayCalendar::from_json(
        R"({"habeas_holidays": 1, "sets": {"X": {"rules": [
            {"name": "Easter", "type": "easter", "offset": 0}]}}})");
    for (const auto& [year, day] : facts().at("easter").items()) {
        INFO(year);
        const auto got = calendar.holidays("X", std::stoi(year));
        REQUIRE(got.size() == 1);
        CHECK(format_date(got.front().date) == day);
    }
}

TEST_CASE("deadlines: a calendar of one's own is checked, and adds a region", "[deadlines]") {
    const auto calendar = HolidayCalendar::from_json(R"({"habeas_holidays": 1, "sets": {
        "DE": {"title": "Germany", "rules": [
            {"name": "New Year", "type": "fixed", "month": 1, "day": 1}]},
        "DE-BY": {"rules": [{"name": "Epiphany", "type": "fixed", "month": 1, "day": 6}]}}})");
    CHECK(calendar.sets() == std::vector<std::string>{"DE", "DE-BY"});
    const Date received = parse_date("2026-12-06"); // 6 January 2027 is a Wednesday
    CHECK(format_date(Deadlines({"DE"}, {}, calendar).months(received, 1).due) == "2027-01-06");
    CHECK(format_date(Deadlines({"DE", "DE-BY"}, {}, calendar).months(received, 1).due) ==
          "2027-01-07");

    const std::vector<std::pair<std::string, std::string>> wrong{
        {R"({"sets": {}})", "/habeas_holidays"},
        {R"({"habeas_holidays": 1})", "/sets"},
        {R"({"habeas_holidays": 1, "sets": {"de": {}}})", "/sets/de"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [{"name": "x"}]}}})",
         "/sets/DE/rules/0/type"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [{"type": "fixed"}]}}})",
         "/sets/DE/rules/0/name"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [
            {"name": "x", "type": "fixed", "month": 2, "day": 30}]}}})",
         "/sets/DE/rules/0/day"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [
            {"name": "x", "type": "nth_weekday", "month": 2, "n": 5}]}}})",
         "/sets/DE/rules/0/n"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [
            {"name": "x", "type": "easter", "offset": 5000}]}}})",
         "/sets/DE/rules/0/offset"},
        {R"({"habeas_holidays": 1, "sets": {"DE": {"rules": [
            {"name": "x", "type": "easter", "oofset": 1}]}}})",
         "/sets/DE/rules/0/oofset"}};
    for (const auto& [text, where] : wrong) {
        INFO(text);
        try {
            (void)HolidayCalendar::from_json(text);
            FAIL("it was taken");
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            CHECK(error.where() == where);
        }
    }
}

TEST_CASE("deadlines: with a calendar that leaves no working days nothing is counted",
          "[deadlines]") {
    std::string rules;
    for (int month = 1; month <= 12; ++month) {
        for (int day = 1; day <= 28; ++day) {
            rules += fmt::format(R"({}{{"name":"x","type":"fixed","month":{},"day":{}}})",
                                 rules.empty() ? "" : ",", month, day);
        }
    }
    const auto calendar = HolidayCalendar::from_json(
        R"({"habeas_holidays":1,"sets":{"XX":{"rules":[)" + rules + "]}}}");
    const Deadlines deadlines({"XX"}, "", calendar);
    const Date event = std::chrono::year(2026) / 6 / 1;
    CHECK(code_of([&] { (void)deadlines.months(event, 1); }) == Errc::invalid);
    CHECK(code_of([&] { (void)deadlines.working_days(event, 3); }) == Errc::invalid);
}

TEST_CASE("deadlines: what is no set, no zone, no period or no order is refused", "[deadlines]") {
    const Date day = parse_date("2026-03-05");
    CHECK(code_of([] { Deadlines({"XX"}); }) == Errc::not_found);
    CHECK(code_of([] { Deadlines({}, "Europe/Nowhere"); }) == Errc::invalid);
    CHECK(code_of([&] { (void)Deadlines().months(day, -1); }) == Errc::invalid);
    CHECK(code_of([&] { (void)Deadlines().answer(day, 3); }) == Errc::invalid);
    CHECK(code_of([&] { (void)Deadlines().working_days(day, 1'000'000); }) == Errc::invalid);
    CHECK(code_of([&] { (void)Deadlines().months(Date{}, 1); }) == Errc::invalid);
    CHECK(code_of([&] { (void)Deadlines().identity(day, parse_date("2026-03-04"), {}); }) ==
          Errc::invalid);
    CHECK(code_of([&] { (void)HolidayCalendar().holidays("XX", 2026); }) == Errc::not_found);
}

} // namespace requests_deadline_test
