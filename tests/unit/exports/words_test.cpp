#include "base/hash.hpp"
#include "catch.hpp"
#include "exports/json_writer.hpp"
#include "exports/strings.hpp"
#include "habeas/error.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace exports_words_test {

using namespace habeas;
using habeas::exports::JsonWriter;
using habeas::exports::Strings;

namespace {

/// Names of an enumeration whose values run from `first` until the name is empty.
template <class Enum>
std::vector<std::string> names(std::string_view (*name)(Enum) noexcept, int first, int last) {
    std::vector<std::string> all;
    for (int i = first; i <= last; ++i) {
        std::string text{name(static_cast<Enum>(i))};
        if (!text.empty() && text != "unknown") {
            all.push_back(text);
        }
    }
    return all;
}

} // namespace

TEST_CASE("exports: every reason, basis, channel, state and event has words in each language",
          "[exports]") {
    REQUIRE(Strings::languages().size() >= 2);
    for (const std::string& language : Strings::languages()) {
        const Strings& words = Strings::of(language);
        INFO(language);
        REQUIRE(words.tag() == language);
        int reasons = 0;
        for (int i = 0; i < 256; ++i) {
            std::string code{reason_code(static_cast<Reason>(i))};
            if (code.empty() || !reason(code)) {
                continue;
            }
            ++reasons;
            CHECK(words.reason(code) != code);
        }
        CHECK(reasons == 46 + 3); // 12 that permit, 37 that deny
        for (const auto& name : names(basis_name, 0, int(Basis::opt_out_regime))) {
            CHECK(words.basis(name) != name);
        }
        for (const auto& name : names(event_kind_name, 1, int(EventKind::resumed))) {
            CHECK(words.event(name) != name);
        }
        for (const auto& name : names(consent_state_name, 0, int(ConsentState::expired))) {
            INFO(name);
            CHECK_FALSE(words.state(name).empty());
        }
        CHECK(words.rights().size() == 8);
    }
}

TEST_CASE("exports: a language without words gets English, a regional one its base", "[exports]") {
    CHECK(Strings::of("fr").tag() == "en");
    CHECK(Strings::of("de-AT").tag() == "de");
    CHECK(Strings::of("").tag() == "en");
}

TEST_CASE("exports: dates, times and durations are written as people of the language do",
          "[exports]") {
    const Strings& en = Strings::of("en");
    const Strings& de = Strings::of("de");
    Time time = parse_time("2026-06-30T22:30:00Z");
    CHECK(en.date(parse_date("2024-02-29")) == "29 February 2024");
    CHECK(de.date(parse_date("2024-03-01")) == "1. März 2024");
    CHECK(en.date_time(time, "") == "30 June 2026, 22:30 (UTC)");
    CHECK(de.date_time(time, "Europe/Berlin") == "1. Juli 2026, 00:30 Uhr (CEST)");
    CHECK(de.date(time, "Europe/Berlin") == "1. Juli 2026");
    CHECK(en.date_time(time, "No/Where") == "30 June 2026, 22:30 (UTC)");
    CHECK(en.duration("P24M") == "24 months");
    CHECK(de.duration("P1Y") == "1 Jahr");
    CHECK(en.duration("P1DT12H30M") == "1 day, 12 hours, 30 minutes");
    CHECK(en.duration("nonsense") == "nonsense");
    CHECK(de.country("DE") == "Deutschland");
    CHECK(en.country("DE") == "Germany");
    CHECK(en.country("XX") == "XX");
    CHECK(de.language_name("de-AT") == "Deutsch (de-AT)");
}

TEST_CASE("exports: a value is put in its place and not read again", "[exports]") {
    CHECK(Strings::fill("{a} and {b} and {c}", {{"a", "{b}"}, {"b", "2"}}) == "{b} and 2 and {c}");
    CHECK(Strings::fill("{", {{"a", "1"}}) == "{");
}

TEST_CASE("exports: the JSON writer agrees with a parser on every byte and number", "[exports]") {
    std::string all;
    for (int c = 1; c < 128; ++c) {
        all += static_cast<char>(c);
    }
    all += "ü€𝄞";
    for (std::size_t at = 0; at < 20; ++at) { // it looks at eight bytes at once
        for (const char special : {'"', '\\', '\n', '\x1f', '\x7f'}) {
            std::string text(20, 'a');
            text[at] = special;
            JsonWriter one;
            one.value(text);
            CHECK(nlohmann::json::parse(one.take()) == text);
        }
    }
    JsonWriter json;
    json.begin_object();
    json.member("text", all).member("empty", "");
    json.member("big", std::numeric_limits<std::int64_t>::max());
    json.member("small", std::numeric_limits<std::int64_t>::min());
    json.member("third", 1.0 / 3).member("huge", 1e300).member("yes", true);
    json.member("infinite", std::numeric_limits<double>::infinity());
    json.member_if("absent", "");
    json.key("none").begin_array().end_array();
    json.key("list").begin_array().value(1).begin_object().end_object().null().end_array();
    json.key("raw").raw("[1,2]");
    json.end_object();
    auto read = nlohmann::json::parse(json.take());
    CHECK(read["text"] == all);
    CHECK(read["empty"] == "");
    CHECK(read["big"] == std::numeric_limits<std::int64_t>::max());
    CHECK(read["small"] == std::numeric_limits<std::int64_t>::min());
    CHECK(read["third"].get<double>() == 1.0 / 3);
    CHECK(read["huge"].get<double>() == 1e300);
    CHECK(read["infinite"].is_null());
    CHECK_FALSE(read.contains("absent"));
    CHECK(read["none"] == nlohmann::json::array());
    CHECK(read["list"] == nlohmann::json::parse("[1,{},null]"));
    CHECK(read["raw"] == nlohmann::json::parse("[1,2]"));
}

} // namespace exports_words_test
