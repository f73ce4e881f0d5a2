#include "base/contact.hpp"
#include "base/text.hpp"
#include "expect_error.hpp"

#include <random>
#include <string>
#include <vector>

namespace base_email_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
using namespace std::string_literals;

TEST_CASE("base: e-mail addresses get their normal form", "[base]") {
    auto [typed, normal] = GENERATE(table<std::string, std::string>({
        {"erika@example.org", "erika@example.org"},
        {"Erika.Mustermann@Example.ORG", "erika.mustermann@example.org"},
        {"  erika@example.org\t\r\n", "erika@example.org"},
        {"\xC2\xA0"
         "erika@example.org\xEF\xBB\xBF",
         "erika@example.org"},
        {"a+b.c@example.org", "a+b.c@example.org"}, // no plus or dot rules
        {"a.b@googlemail.com", "a.b@googlemail.com"},
        {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
        {"o'brien@example.ie", "o'brien@example.ie"},
        {"1@2.example", "1@2.example"},
        {"a@b-c.example", "a@b-c.example"},
        {"a@b--c.example", "a@b--c.example"},
        // one domain in all its spellings
        {"info@m\xC3\xBCller.example", "info@xn--mller-kva.example"},
        {"info@M\xC3\x9CLLER.Example", "info@xn--mller-kva.example"},
        {"info@mu\xCC\x88ller.example", "info@xn--mller-kva.example"},
        {"info@MU\xCC\x88LLER.example", "info@xn--mller-kva.example"},
        {"info@xn--mller-kva.example", "info@xn--mller-kva.example"},
        {"info@XN--MLLER-KVA.EXAMPLE", "info@xn--mller-kva.example"},
        {"info@m\xC3\xBCller\xE3\x80\x82"
         "example",
         "info@xn--mller-kva.example"}, // ideographic full stop
        {"info@m\xC3\xBC\xC2\xADller.example", "info@xn--mller-kva.example"}, // soft hyphen, UTS 46
        // non-transitional: ß and final sigma are letters of their own
        {"info@fa\xC3\x9F.de", "info@xn--fa-hia.de"},
        {"info@fass.de", "info@fass.de"},
        {"info@\xCE\xB2\xCF\x8C\xCE\xBB\xCE\xBF\xCF\x82.com", "info@xn--nxasmm1c.com"},
        {"info@\xE4\xBE\x8B\xE5\xAD\x90.\xE6\xB5\x8B\xE8\xAF\x95", "info@xn--fsqu00a.xn--0zwm56d"},
        // local parts beyond ASCII
        {"J\xC3\x9CRGEN@example.org", "j\xC3\xBCrgen@example.org"},
        {"JU\xCC\x88RGEN@example.org", "j\xC3\xBCrgen@example.org"},
        {"stra\xC3\x9F"
         "e@example.org",
         "stra\xC3\x9F"
         "e@example.org"},
        {"STRA\xE1\xBA\x9E"
         "E@example.org",
         "stra\xC3\x9F"
         "e@example.org"},
        {"\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD@example.org",
         "\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD@example.org"},
        {"\xF0\x9F\x98\x80@example.org", "\xF0\x9F\x98\x80@example.org"},
        {"\xE2\x84\xAA@example.org", "k@example.org"}, // Kelvin sign
    }));
    CAPTURE(typed);
    CHECK(normalise_email(typed) == normal);
    CHECK(normalise_email(normal) == normal);
}

TEST_CASE("base: an e-mail address with a final sigma is the same in capitals", "[base]") {
    const std::string normal = base::normalise_email("σίσυφοσ@x.org");
    CHECK(base::normalise_email("σίσυφος@x.org") == normal);
    CHECK(base::normalise_email("ΣΊΣΥΦΟΣ@X.ORG") == normal);
    CHECK(base::normalise_email("ς.ς@x.org") == base::normalise_email("Σ.Σ@x.org"));
}

TEST_CASE("base: what is no e-mail address is refused, and the reason does not repeat it",
          "[base]") {
    auto typed = GENERATE(
        as<std::string>{}, "", " ", "zzsecret", "zzsecret@", "@example.org", "@",
        "zz@b@example.org", "zz@@example.org", "zz\"@\"zz@example.org", "\"zz\"@example.org",
        "\"zz@zz\"@example.org", "zz@example", "zz@localhost", "zz@example.org.", "zz@.example.org",
        "zz@example..org", ".zz@example.org", "zz.@example.org", "zz..zz@example.org",
        "zz zz@example.org", "zz@exam ple.org", "zz@-example.org", "zz@example-.org",
        "zz@exam_ple.org", "zz@example.org,yy@example.org", "zz@example.org;yy@example.org",
        "Zz <zz@example.org>", "<zz@example.org>", "zz(comment)@example.org",
        "zz@example.org(comment)", "mailto:zz@example.org", "zz@[192.168.0.1]", "zz@[IPv6:::1]",
        "zz@192.168.0.1", "zz@example.123", "zz\\zz@example.org", "zz,zz@example.org",
        "zz:zz@example.org", "zz;zz@example.org",
        // header injection
        "zz@example.org\r\nBcc: yy@example.org", "zz@example.org\nBcc:yy@example.org",
        "zz\r@example.org", "zz\n@example.org", "zz@example.org\0.evil.org"s, "zz\0@example.org"s,
        "zz\x7F@example.org", "zz\t@example.org", "zz\xC2\x85@example.org",
        // not UTF-8, invisible, unassigned, private
        "zz\xFF@example.org", "zz@m\xFCller.example", "zz\xE2\x80\x8B@example.org",
        "zz\xE2\x80\xAE@example.org", "zz\xC2\xAD@example.org", "zz\xC2\xA0yy@example.org",
        "zz\xEE\x80\x80@example.org", "zz\xCD\xB8@example.org", "zz\xE2\x80\xA8@example.org",
        "\xCD\xBE@example.org", // Greek question mark, becomes ';'
        // domains that IDNA2008 does not have
        "zz@xn--.example", "zz@xn--example-.org", "zz@xn--a.example", "zz@xn--fass-.de",
        "zz@xn--mller-kvb1x.xn--", "zz@\xE2\x98\x83.example", "zz@\xF0\x9F\x98\x80.example",

        "zz@\xCC\x88"
        "a.example",
        "zz@m\xC3\xBCller", "zz@m\xC3\xBCller.example.", "zz@m\xC3\xBCller..example",
        "zz@m\xC3\xBCller_x.example", "zz@m\xC3\xBC ller.example", "zz@\xEF\xBC\xA0.example",
        "zz@xn--mller-kva", "zz@xn--80ak6aa92e.com\xC2\xA0.example");
    CAPTURE(typed);
    Error error = error_of([&] { normalise_email(typed); });
    CHECK(error.code() == Errc::invalid);
    CHECK_FALSE(contains(error.what(), "zz"));
    CHECK_FALSE(contains(error.what(), "example"));
}

TEST_CASE("base: an e-mail address may have 64 bytes before the @ and 254 in all", "[base]") {
    std::string local(64, 'a');
    CHECK(normalise_email(local + "@example.org") == local + "@example.org");
    CHECK(code_of([&] { normalise_email(local + "a@example.org"); }) == Errc::invalid);
    std::string umlauts;
    for (int i = 0; i < 32; ++i) {
        umlauts += "u\xCC\x88"; // three bytes typed, two in normal form
    }
    CHECK(normalise_email(umlauts + "@example.org").size() == 64 + 12);
    CHECK(code_of([&] { normalise_email(umlauts + "a@example.org"); }) == Errc::invalid);

    std::string label(63, 'b');
    std::string tail = "." + label + "." + label + "." + std::string(40, 'c') + ".de";
    CHECK(code_of([&] { normalise_email("a@" + label + "b.de"); }) == Errc::invalid);
    CHECK(normalise_email("a@" + label + ".de") == "a@" + label + ".de");
    std::string address = "a@" + label + tail;
    REQUIRE(address.size() < 254);
    address.insert(0, 254 - address.size(), 'a');
    REQUIRE(address.size() == 254);
    CHECK(normalise_email(address) == address);
    CHECK(code_of([&] { normalise_email("a" + address); }) == Errc::invalid);
    CHECK(normalise_email("   " + address + "   ") == address);
    CHECK(code_of([] { normalise_email(std::string(10'000'000, 'a')); }) == Errc::invalid);
    // A-labels are longer than what was typed.
    std::string wide;
    for (int i = 0; i < 40; ++i) {
        wide += "\xC3\xBC\xC3\xA4.";
    }
    CHECK(code_of([&] { normalise_email("a@" + wide + "example"); }) == Errc::invalid);
}

TEST_CASE("base: the normal form of a normal form of an e-mail address is itself", "[base]") {
    static const std::vector<std::string> pieces = {"a",
                                                    "B",
                                                    "7",
                                                    ".",
                                                    "@",
                                                    "-",
                                                    "_",
                                                    "+",
                                                    "\xC3\xBC",
                                                    "\xC3\x9C",
                                                    "u\xCC\x88",
                                                    "U\xCC\x88",
                                                    "\xC3\x9F",
                                                    "\xE1\xBA\x9E",
                                                    "\xC4\xB0",
                                                    "\xC4\xB1",
                                                    "\xCF\x82",
                                                    "\xCE\xA3",
                                                    "\xE2\x84\xAA",
                                                    "\xE2\x84\xAB",
                                                    "xn--",
                                                    "XN--",
                                                    "mller-kva",
                                                    "\xE3\x80\x82",
                                                    "\xEF\xBC\x8E",
                                                    "\xEF\xBC\xA1",
                                                    "\xD0\x96",
                                                    "\xE4\xBE\x8B",
                                                    "\xF0\x90\x90\x80",
                                                    "\xEF\xAC\x81",
                                                    "\xCC\xB1",
                                                    "H",
                                                    "\xE1\xBE\xB3",
                                                    "\xE1\xBE\xBC",
                                                    "\xCD\x85",
                                                    "\xE0\xA4\x95\xE0\xA4\xBC",
                                                    "\xC2\xB2",
                                                    "\xEF\xBD\xA1",
                                                    ".example",
                                                    ".org",
                                                    "\xD7\x90",
                                                    "\xD8\xA7"};
    std::mt19937 random(7);
    std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
    std::uniform_int_distribution<int> count(1, 6);
    int accepted = 0;
    for (int i = 0; i < 12000; ++i) {
        std::string typed;
        for (int n = count(random); n > 0; --n) {
            typed += pieces[piece(random)];
        }
        typed += "@";
        for (int n = count(random); n > 0; --n) {
            typed += pieces[piece(random)];
        }
        typed += i % 2 == 0 ? ".example" : "";
        std::string normal;
        try {
            normal = normalise_email(typed);
        } catch (const Error& error) {
            REQUIRE(error.code() == Errc::invalid);
            continue;
        }
        ++accepted;
        CAPTURE(typed, normal);
        REQUIRE(normalise_email(normal) == normal);
        REQUIRE_FALSE(invalid_utf8(normal).has_value());
        REQUIRE(normalise_email(nfc(typed)) == normal);
    }
    CHECK(accepted > 800); // else this test looks at nothing
}

} // namespace base_email_test
