// Values: text of every type to what is stored, and back.
#include "catch.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "subjects/lookup.hpp"
#include "subjects/numbers.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <cmath>

namespace subjects_values_test {

using namespace habeas;
using habeas::subjects::money_text;
using habeas::subjects::parse_money;
using habeas::subjects::Refusal;
using habeas::test::TestStore;

namespace {

Field field_of(FieldType type) {
    Field field;
    field.name = "probe";
    field.type = type;
    return field;
}

Value read(TestStore& t, const Field& field, std::string_view text) {
    return subjects::parse_value(t.store.engine(), field, text);
}

std::string why(TestStore& t, const Field& field, std::string_view text) {
    return test::message_of([&] { read(t, field, text); });
}

std::int64_t money(std::string_view text, std::int32_t scale, bool comma = false) {
    std::int64_t out = 0;
    Refusal refusal;
    INFO(text);
    REQUIRE(parse_money(text, comma, scale, out, refusal));
    return out;
}

std::string no_money(std::string_view text, std::int32_t scale, bool comma = false) {
    std::int64_t out = 0;
    Refusal refusal;
    INFO(text);
    REQUIRE_FALSE(parse_money(text, comma, scale, out, refusal));
    return refusal.reason;
}

} // namespace

TEST_CASE("subjects: names of field types go both ways", "[subjects]") {
    for (int at = 0; at <= static_cast<int>(FieldType::timezone); ++at) {
        auto type = static_cast<FieldType>(at);
        CHECK(field_type(field_type_name(type)) == type);
    }
    CHECK(field_type_name(static_cast<FieldType>(99)).empty());
    CHECK_FALSE(field_type("varchar"));
}

TEST_CASE("subjects: a yes-or-no field takes the usual words in any case and nothing else",
          "[subjects]") {
    TestStore t;
    Field field = field_of(FieldType::boolean);
    for (const char* text : {"1", "true", "TRUE", "yes", "Y", "t", "on", " Ja ", "oui"}) {
        INFO(text);
        CHECK(read(t, field, text) == Value(true));
    }
    for (const char* text : {"0", "false", "No", "n", "F", "OFF", "nein", "non"}) {
        INFO(text);
        CHECK(read(t, field, text) == Value(false));
    }
    CHECK(read(t, field, "") == Value());
    for (const char* text : {"2", "maybe", "yes!", "-1", "truefalsetrue", "y e s"}) {
        INFO(text);
        CHECK(test::contains(why(t, field, text), "not yes or no"));
    }
}

TEST_CASE("subjects: money is exact at every scale and never rounded", "[subjects]") {
    CHECK(money("12.5", 2) == 1250);
    CHECK(money("-0.01", 2) == -1);
    CHECK(money("+3", 2) == 300);
    CHECK(money("12,50", 2, true) == 1250);
    CHECK(money(".5", 2) == 50);
    CHECK(money("7.", 0) == 7);
    CHECK(money("0.100000", 1) == 1);
    // 0.29 * 100 is 28.999... in binary floating point.
    CHECK(money("0.29", 2) == 29);
    CHECK(money("1.005", 3) == 1005);
    CHECK(money("92233720368547758.07", 2) == INT64_MAX);
    CHECK(money("-92233720368547758.08", 2) == INT64_MIN);
    CHECK(no_money("92233720368547758.08", 2) == "amount out of range");
    CHECK(no_money("-92233720368547758.09", 2) == "amount out of range");
    CHECK(no_money("99999999999999999999999999", 0) == "amount out of range");
    CHECK(no_money("1.005", 2) == "more decimals than the field keeps");
    for (const char* text :
         {"", "-", ".", "1.2.3", "1 000", "1,000.00", "1e3", "€5", "0x10", "NaN"}) {
        no_money(text, 2);
    }
    no_money("1.250,00", 2, true);
    for (std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{99},
                               std::int64_t{-100}, INT64_MAX, INT64_MIN}) {
        for (std::int32_t scale = 0; scale <= 6; ++scale) {
            CHECK(money(money_text(value, scale), scale) == value);
        }
    }
    CHECK(money_text(-5, 2) == "-0.05");
}

TEST_CASE("subjects: numbers are finite and read back as they were", "[subjects]") {
    TestStore t;
    Field field = field_of(FieldType::number);
    CHECK(read(t, field, "1e3") == Value(1000.0));
    CHECK(read(t, field, "+1.5") == Value(1.5));
    CHECK(subjects::value_text(field, Value(0.1 + 0.2)) == "0.30000000000000004");
    CHECK(subjects::value_text(field, Value(5.0)) == "5");
    CHECK(read(t, field, subjects::value_text(field, Value(5e-324))) == Value(5e-324));
    for (const char* text :
         {"nan", "inf", "-infinity", "1e999", "0x1p3", "1,5", "1 5", "+-1", "--1"}) {
        INFO(text);
        CHECK(test::contains(why(t, field, text), "not a number"));
    }
}

TEST_CASE("subjects: dates in three orders, only real ones", "[subjects]") {
    using subjects::Format;
    auto date = [](std::string_view text, Format::Dates order) {
        std::string out;
        Refusal refusal;
        return subjects::parse_civil_date(text, order, out, refusal) ? out : "refused";
    };
    CHECK(date("2024-02-29", Format::Dates::iso) == "2024-02-29");
    CHECK(date("2024-02-29 00:00:00", Format::Dates::iso) == "2024-02-29");
    CHECK(date("2024-02-29 00:00:01", Format::Dates::iso) == "refused");
    CHECK(date("2023-02-29", Format::Dates::iso) == "refused");
    CHECK(date("0000-00-00", Format::Dates::iso) == "refused");
    CHECK(date("24-02-29", Format::Dates::iso) == "refused");
    CHECK(date("1.2.2024", Format::Dates::dmy) == "2024-02-01");
    CHECK(date("31/12/2024", Format::Dates::dmy) == "2024-12-31");
    CHECK(date("31.12/2024", Format::Dates::dmy) == "refused");
    CHECK(date("31.12.24", Format::Dates::dmy) == "refused");
    CHECK(date("12/31/2024", Format::Dates::mdy) == "2024-12-31");
    CHECK(date("31/12/2024", Format::Dates::mdy) == "refused");
}

TEST_CASE("subjects: a moment without an offset is UTC", "[subjects]") {
    TestStore t;
    Field field = field_of(FieldType::datetime);
    CHECK(read(t, field, "2025-11-08 14:53:23") == Value(parse_time("2025-11-08T14:53:23Z")));
    CHECK(read(t, field, "2025-11-08 14:53") == Value(parse_time("2025-11-08T14:53:00Z")));
    CHECK(read(t, field, "2025-11-08T14:53:23+02:00") == Value(parse_time("2025-11-08T12:53:23Z")));
    CHECK(read(t, field, "2025-11-08") == Value(parse_time("2025-11-08T00:00:00Z")));
    CHECK(subjects::value_text(field, read(t, field, "2025-11-08 14:53:23")) ==
          "2025-11-08T14:53:23.000Z");
    for (const char* text :
         {"2025-11-08 25:00:00", "2025-11-08x10:00:00", "today", "2025-11-08 ", "2025-11-08 14"}) {
        INFO(text);
        std::string message =
            text == std::string("2025-11-08 ") ? "not a time" : why(t, field, text);
        CHECK(test::contains(message, "not a time"));
    }
}

TEST_CASE("subjects: times of day, countries, languages and zones have one form each",
          "[subjects]") {
    TestStore t;
    CHECK(read(t, field_of(FieldType::time), "9:05") == Value(std::string("09:05:00")));
    CHECK(read(t, field_of(FieldType::time), "23:59:59") == Value(std::string("23:59:59")));
    CHECK_THROWS_AS(read(t, field_of(FieldType::time), "24:00"), Error);
    CHECK(read(t, field_of(FieldType::country), "germany") == Value(std::string("DE")));
    CHECK_THROWS_AS(read(t, field_of(FieldType::country), "Atlantis"), Error);
    CHECK(read(t, field_of(FieldType::language), "pt_br") == Value(std::string("pt-BR")));
    CHECK(read(t, field_of(FieldType::timezone), "Europe/Vienna") ==
          Value(std::string("Europe/Vienna")));
    CHECK_THROWS_AS(read(t, field_of(FieldType::timezone), "Mars/Base"), Error);
    CHECK_THROWS_AS(read(t, field_of(FieldType::url), "javascript:alert(1)"), Error);
}

TEST_CASE("subjects: a refused value is named by its place and reason, never repeated",
          "[subjects]") {
    TestStore t;
    Field text = field_of(FieldType::text);
    std::string nul("Ann\0a", 5);
    CHECK(why(t, text, nul) == "probe: control character (byte 3)");
    CHECK(why(t, text,
              "An\xff"
              "na") == "probe: not UTF-8 (byte 2)");
    CHECK(why(t, text, "two\nlines") == "probe: line break or tab (byte 3)");
    CHECK(why(t, text, "C1 \xc2\x85") == "probe: control character (byte 3)");
    CHECK(why(t, text, std::string(4097, 'x')) == "probe: longer than 4096 bytes");
    Field longtext = field_of(FieldType::longtext);
    CHECK(read(t, longtext, "two\r\nlines\t") == Value(std::string("two\r\nlines\t")));
    CHECK(why(t, longtext, std::string((1 << 20) + 1, 'x')) == "probe: longer than 1048576 bytes");
    Field email = field_of(FieldType::email);
    CHECK_FALSE(test::contains(why(t, email, "secret.person@nowhere"), "secret"));
    CHECK_FALSE(test::contains(why(t, field_of(FieldType::date), "secret"), "secret"));
}

TEST_CASE("subjects: choices are those that are defined", "[subjects]") {
    TestStore t;
    Field select = field_of(FieldType::select);
    select.choices = {{"red", {}}, {"green", {}}};
    CHECK(read(t, select, " red ") == Value(std::string("red")));
    CHECK(test::contains(why(t, select, "Red"), "not one of the field's choices"));
    Field many = select;
    many.type = FieldType::multiselect;
    CHECK(read(t, many, "red|green|red") == Value(std::vector<std::string>{"green", "red"}));
    CHECK(read(t, many, " | ") == Value());
    CHECK(subjects::value_text(many, read(t, many, "red|green")) == "green|red");
    CHECK_THROWS_AS(read(t, many, "red|blue"), Error);
}

} // namespace subjects_values_test
