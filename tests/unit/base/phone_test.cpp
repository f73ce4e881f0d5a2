#include "base/contact.hpp"
#include "expect_error.hpp"

#include <string>

namespace base_phone_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
using namespace std::string_literals;

TEST_CASE("base: international phone numbers need no country", "[base]") {
    auto [typed, normal] = GENERATE(table<std::string, std::string>({
        {"+49301234567", "+49301234567"},
        {"  +49 30 123-45/67 ", "+49301234567"},
        {"0049 30 1234567", "+49301234567"},
        {"(+49) 30 1234567", "+49301234567"},
        {"(0049) 30.1234567", "+49301234567"},
        {"+1 (212) 555-2368", "+12125552368"},
        {"+49\xC2\xA0"
         "30\xE2\x80\x91"
         "1234567",
         "+49301234567"},
        {"\xE2\x80\xAA+49 30 1234567\xE2\x80\xAC", "+49301234567"}, // as address books copy them
        {"+39 06 6982", "+39066982"},                               // Italy keeps its zero
        {"+225 01 02 03 04 05", "+2250102030405"},
        {"+1234567", "+1234567"},
        {"+123456789012345", "+123456789012345"},
    }));
    CAPTURE(typed);
    for (std::string country : {"", "DE", "US", "nonsense"}) {
        CHECK(normalise_phone(typed, country) == normal);
    }
    CHECK(normalise_phone(normal, "") == normal);
}

TEST_CASE("base: what is no phone number is refused", "[base]") {
    auto typed = GENERATE(
        as<std::string>{}, "", " ", "-", "+", "00", "+0", "+049301234567", "+123456",
        "+1234567890123456", "00123456", "++49301234567", "+49+301234567", "49+301234567",
        "+49 30 1234567 ext. 5", "+49 30 1234567x5", "+49 30 1234567#5", "+1 800 FLOWERS",
        "tel:+49301234567", "+49301234567\n+49301234568", "+49,301234567", "+49301234567;ext=1",
        "\xEF\xBC\x8B"
        "49301234567",
        "+4930123\xD9\xA1\xD9\xA2", "+49301234567\0"s,
        "+4930\xFF"
        "1234567");
    CAPTURE(typed);
    Error error = error_of([&] { normalise_phone(typed, "DE"); });
    CHECK(error.code() == Errc::invalid);
    CHECK_FALSE(contains(error.what(), "1234567"));
    CHECK(code_of([] { normalise_phone("+" + std::string(100000, '1'), ""); }) == Errc::invalid);
}

TEST_CASE("base: a national phone number is never guessed", "[base]") {
    CHECK(code_of([] { normalise_phone("030 1234567", ""); }) == Errc::invalid);
    CHECK(code_of([] { normalise_phone("030 1234567", "ZZ"); }) == Errc::invalid);
    CHECK(code_of([] { normalise_phone("49301234567", ""); }) == Errc::invalid);
    if (!phone_national_supported()) {
        Error error = error_of([] { normalise_phone("030 1234567", "DE"); });
        CHECK(error.code() == Errc::invalid);
        CHECK(contains(error.what(), "libphonenumber"));
        CHECK(code_of([] { normalise_phone("+49 (0)30 1234567", ""); }) == Errc::invalid);
        return;
    }
    auto [typed, country, normal] = GENERATE(table<std::string, std::string, std::string>({
        {"030 1234567", "DE", "+49301234567"},
        {"(030) 123 45 67", "de", "+49301234567"},
        {"0171 1234567", "DE", "+491711234567"},
        {"01 23 45 67 89", "FR", "+33123456789"},
        {"06 12 34 56 78", "FR", "+33612345678"},
        {"020 7946 0018", "GB", "+442079460018"},
        {"020 7946 0018", "United Kingdom", "+442079460018"},
        {"(212) 736-5000", "US", "+12127365000"},
        {"06 6982", "IT", "+39066982"},
        {"020 303 0500", "NL", "+31203030500"},
        {"+49 (0)30 1234567", "", "+49301234567"},
        {"+49 030 1234567", "", "+49301234567"},
        {"+44 (0)20 7946 0018", "US", "+442079460018"},
    }));
    CAPTURE(typed, country);
    CHECK(normalise_phone(typed, country) == normal);
    CHECK(normalise_phone(normal, "") == normal);
}

TEST_CASE("base: a national number that does not exist is refused", "[base]") {
    auto [typed, country] = GENERATE(table<std::string, std::string>({
        {"12", "DE"},
        {"110", "DE"},
        {"555-0100", "US"}, // without its area code
        {"0", "DE"},
        {"99999999999999999", "DE"},
        {"020 7946", "GB"},
        {"030 1234567", "AQ"},
    }));
    CAPTURE(typed, country);
    CHECK(code_of([typed = typed, country = country] { normalise_phone(typed, country); }) ==
          Errc::invalid);
}

TEST_CASE("base: a number whose country code nobody has is a filler, not a number", "[base]") {
    for (std::string typed : {"+999 12 34", "00999 999 9999", "+210 1234567", "+2851234567",
                              "+801 1234567", "+888 1234567"}) {
        CAPTURE(typed);
        CHECK(code_of([&] { normalise_phone(typed, "DE"); }) == Errc::invalid);
    }
    for (std::string typed : {"+800 1234 5678", "+808 12345678", "+979 123456789", "+383 44123456",
                              "+211 912345678", "+20 1001234567", "+886 912345678"}) {
        CAPTURE(typed);
        CHECK(normalise_phone(typed, "").front() == '+');
    }
}

} // namespace base_phone_test
