#include "base/text.hpp"
#include "expect_error.hpp"

#include <string>

namespace base_text_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
using namespace std::string_literals;

namespace {

std::string utf8(unsigned code) {
    std::string out;
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
    return out;
}

bool surrogate(unsigned code) {
    return code >= 0xD800 && code < 0xE000;
}

} // namespace

TEST_CASE("base: every character but the surrogates is UTF-8", "[base]") {
    for (unsigned code = 0; code < 0x110000; ++code) {
        auto fault = invalid_utf8(utf8(code));
        if (fault != (surrogate(code) ? std::optional<std::size_t>(0) : std::nullopt)) {
            FAIL("U+" << std::hex << code);
        }
    }
}

TEST_CASE("base: the offset of what is not UTF-8 is told", "[base]") {
    auto [text, offset] = GENERATE(table<std::string, std::size_t>({
        {"\x80", 0},                 // a tail alone
        {"abc\xBF", 3},              //
        {"\xC0\x80", 0},             // overlong NUL
        {"\xC1\xBF", 0},             // overlong ASCII
        {"a\xE0\x80\xAF", 1},        // overlong in three
        {"a\xE0\x9F\xBF", 1},        //
        {"\xF0\x80\x80\xAF", 0},     // overlong in four
        {"\xF0\x8F\xBF\xBF", 0},     //
        {"ok \xED\xA0\x80", 3},      // U+D800
        {"ok \xED\xBF\xBF", 3},      // U+DFFF
        {"\xF4\x90\x80\x80", 0},     // U+110000
        {"\xF5\x80\x80\x80", 0},     //
        {"\xFE", 0},                 //
        {"\xFF", 0},                 //
        {"\xC3", 0},                 // cut off
        {"x\xE2\x82", 1},            //
        {"x\xF0\x9F\x98", 1},        //
        {"\xC3\x28", 0},             // a tail is missing
        {"\xE2\x28\xA1", 0},         //
        {"\xE2\x82\x28", 0},         //
        {"\xF0\x28\x8C\xBC", 0},     //
        {"\xF0\x90\x28\xBC", 0},     //
        {"\xF0\x90\x8C\x28", 0},     //
        {"\xC3\xA4\xC3\xA4\xA4", 4}, // good ones before
        {"12345678\xC3\xA4"
         "12345678901\xFF",
         21},
        {"123456789012345\x80", 15},
        {"1234567890123456\x80", 16},
    }));
    CAPTURE(offset);
    REQUIRE(invalid_utf8(text).has_value());
    CHECK(*invalid_utf8(text) == offset);
    Error error = error_of([text = text] { require_text(text, "city", true, 1000); });
    CHECK(error.code() == Errc::invalid);
    CHECK(error.where() == "city");
    CHECK(contains(error.what(), "at byte " + std::to_string(offset) + ";"));
}

TEST_CASE("base: a text from outside has no control characters", "[base]") {
    auto [text, offset, lines_too] = GENERATE(table<std::string, int, bool>({
        {"a\0b"s, 1, true},
        {"\x01", 0, true},
        {"abc\x1F", 3, true},
        {"\x7F", 0, true},
        {"a\xC2\x80", 1, true},
        {"a\xC2\x85", 1, true},
        {"a\xC2\x9F", 1, true},
        {"a\x0B", 1, true},
        {"a\tb", 1, false},
        {"a\nb", 1, false},
        {"a\rb", 1, false},
    }));
    CAPTURE(offset, lines_too);
    auto fault = [text = text](bool multiline) { require_text(text, "note", multiline, 100); };
    CHECK(contains(message_of([&] { fault(false); }), "at byte " + std::to_string(offset) + ";"));
    if (lines_too) {
        CHECK(code_of([&] { fault(true); }) == Errc::invalid);
    } else {
        CHECK_NOTHROW(fault(true));
    }
}

TEST_CASE("base: a text may be as long as allowed and not a byte longer", "[base]") {
    CHECK_NOTHROW(require_text("", "note", false, 0));
    CHECK_NOTHROW(require_text("\xC2\xA0\xC3\xA4 \xF0\x9F\x98\x80", "note", false, 9));
    Error error = error_of([] { require_text("sixsix", "/note", false, 5); });
    CHECK(error.where() == "/note");
    CHECK(contains(error.what(), "5 bytes"));
    CHECK_FALSE(contains(error.what(), "sixsix"));
}

TEST_CASE("base: normal form C joins what was typed apart", "[base]") {
    CHECK(nfc("") == "");
    CHECK(nfc("plain\0text"s) == "plain\0text"s);
    CHECK(nfc("u\xCC\x88") == "\xC3\xBC");
    CHECK(nfc("\xE2\x84\xAB") == "\xC3\x85");                 // Ångström sign
    CHECK(nfc("\xE1\x84\x80\xE1\x85\xA1") == "\xEA\xB0\x80"); // Hangul
    CHECK(nfc("q\xCC\x87\xCC\xA3") == "q\xCC\xA3\xCC\x87");   // order of marks
    CHECK(nfc("\xEF\xAC\x81") == "\xEF\xAC\x81");             // ﬁ: no compatibility forms
    CHECK(nfc("\xE0\xA5\x98") == "\xE0\xA4\x95\xE0\xA4\xBC"); // composition exclusion
    CHECK(code_of([] { nfc("a\xFF"); }) == Errc::invalid);
    CHECK(code_of([] { lower_nfc("a\xFF"); }) == Errc::invalid);
    CHECK(code_of([] { casefold("a\xFF"); }) == Errc::invalid);
}

TEST_CASE("base: lower case is simple, case folding is full", "[base]") {
    CHECK(lower_nfc("ABCxyz@[`{") == "abcxyz@[`{");
    CHECK(lower_nfc("STRA\xC3\x9F"
                    "E") == "stra\xC3\x9F"
                            "e");
    CHECK(lower_nfc("\xE1\xBA\x9E") == "\xC3\x9F");             // ẞ
    CHECK(lower_nfc("U\xCC\x88") == "\xC3\xBC");                // Ü in two
    CHECK(lower_nfc("\xCE\xA3") == "\xCF\x83");                 // Σ
    CHECK(lower_nfc("\xCF\x82") == "\xCF\x82");                 // ς stays
    CHECK(lower_nfc("\xC4\xB0") == "i");                        // İ, one for one
    CHECK(lower_nfc("\xD0\x96") == "\xD0\xB6");                 // Ж
    CHECK(lower_nfc("\xF0\x90\x90\x80") == "\xF0\x90\x90\xA8"); // Deseret
    CHECK(casefold("STRA\xC3\x9F"
                   "E") == "strasse");
    CHECK(casefold("\xCF\x82") == "\xCF\x83"); // ς = σ
    CHECK(casefold("Gro\xC3\x9F") == casefold("GROSS"));
}

TEST_CASE("base: normal forms of a normal form change nothing, for every letter", "[base]") {
    for (unsigned code = 0x80; code < 0x1F000; ++code) {
        bool ideographs = (code >= 0x3400 && code < 0xA000) || (code >= 0xAC00 && code < 0xE000) ||
                          (code >= 0x17000 && code < 0x18D00);
        if (ideographs) { // many, and all alike
            continue;
        }
        // Between letters, as some characters take part of their neighbours.
        std::string text = "H" + utf8(code) + "\xCC\xB1";
        std::string lower = lower_nfc(text);
        std::string folded = casefold(text);
        if (lower_nfc(lower) != lower || nfc(lower) != lower || casefold(folded) != folded) {
            FAIL("U+" << std::hex << code);
        }
    }
}

TEST_CASE("base: blanks, no-break spaces and byte order marks are trimmed at both ends", "[base]") {
    CHECK(trim("") == "");
    CHECK(trim(" \t\r\n\v\f") == "");
    CHECK(trim("a") == "a");
    CHECK(trim("  a b  ") == "a b");
    CHECK(trim("\xEF\xBB\xBF\xC2\xA0 x \xC2\xA0\xEF\xBB\xBF") == "x");
    CHECK(trim("\xC3\xA0") == "\xC3\xA0"); // à ends in the byte A0 as well
    CHECK(trim("\xC2\xA0\xC2\xA0") == "");
    CHECK(trim("\0 "s) == "\0"s);
}

TEST_CASE("base: Windows-1252 becomes UTF-8", "[base]") {
    CHECK(windows1252_to_utf8("") == "");
    CHECK(windows1252_to_utf8("plain ASCII text") == "plain ASCII text");
    CHECK(windows1252_to_utf8("M\xFCller \x80 5 \x93ok\x94") ==
          "M\xC3\xBCller \xE2\x82\xAC 5 \xE2\x80\x9Cok\xE2\x80\x9D");
    CHECK(windows1252_to_utf8("\x9F\xA0\xFF") == "\xC5\xB8\xC2\xA0\xC3\xBF");
    for (int c = 0x80; c < 0x100; ++c) {
        std::string text = "12345678a"s + static_cast<char>(c);
        bool undefined = c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 || c == 0x9D;
        CAPTURE(c);
        CHECK_FALSE(invalid_utf8(windows1252_to_utf8(text, false)).has_value());
        if (undefined) {
            CHECK(contains(message_of([&] { windows1252_to_utf8(text); }), "at byte 9;"));
            CHECK(windows1252_to_utf8(text, false) == "12345678a\xEF\xBF\xBD");
        } else {
            CHECK(windows1252_to_utf8(text) == windows1252_to_utf8(text, false));
        }
    }
}

TEST_CASE("base: HTML is escaped", "[base]") {
    CHECK(html_escape("<a href=\"x\" title='y'>&amp;") ==
          "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
    CHECK(html_escape("M\xC3\xBCller") == "M\xC3\xBCller");
}

TEST_CASE("base: cells for spreadsheets are quoted and their formulas disarmed", "[base]") {
    auto [text, plain, safe] = GENERATE(table<std::string, std::string, std::string>({
        {"", "", ""},
        {"a b", "a b", "a b"},
        {"a,b", "\"a,b\"", "\"a,b\""},
        {"a;b", "\"a;b\"", "\"a;b\""},
        {"say \"x\"", "\"say \"\"x\"\"\"", "\"say \"\"x\"\"\""},
        {"a\nb", "\"a\nb\"", "\"a\nb\""},
        {"a\r\nb", "\"a\r\nb\"", "\"a\r\nb\""},
        {" a", "\" a\"", "\" a\""},
        {"=1+1", "=1+1", "'=1+1"},
        {"+49301234567", "+49301234567", "'+49301234567"},
        {"-5", "-5", "'-5"},
        {"@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"},
        {"\t=1", "\"\t=1\"", "\"'\t=1\""},
        {"\r=1", "\"\r=1\"", "\"'\r=1\""},
        {"\n=1", "\"\n=1\"", "\"'\n=1\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
         "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"\xEF\xBC\x9D"
         "1",
         "\xEF\xBC\x9D"
         "1",
         "'\xEF\xBC\x9D"
         "1"},
        {"a=b", "a=b", "a=b"},
        {"'quoted", "'quoted", "'quoted"},
    }));
    CAPTURE(text);
    CHECK(csv_cell(text, false) == plain);
    CHECK(csv_cell(text, true) == safe);
}

} // namespace base_text_test
