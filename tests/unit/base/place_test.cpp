#include "base/contact.hpp"
#include "base/country_table.hpp"
#include "expect_error.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace base_place_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
using namespace std::string_literals;

TEST_CASE("base: the table of countries is sorted and without doubles", "[base]") {
    auto all = countries();
    CHECK(all.size() == 250);
    std::set<std::string_view> alpha2;
    std::set<std::string_view> alpha3;
    std::set<std::string_view> names;
    for (const auto& country : all) {
        CHECK(country.code.size() == 2);
        CHECK(country.alpha3.size() == 3);
        alpha2.insert(country.code);
        alpha3.insert(country.alpha3);
        names.insert(country.name);
    }
    CHECK(alpha2.size() == 250);
    CHECK(alpha3.size() == 250);
    CHECK(names.size() == 250);
    CHECK(std::ranges::is_sorted(all, {}, &Country::code));
}

TEST_CASE("base: every country is found by its codes, its name and its synonyms", "[base]") {
    for (const auto& country : countries()) {
        CAPTURE(country.code);
        std::string lower(country.code);
        for (char& c : lower) {
            c = static_cast<char>(c + ('a' - 'A'));
        }
        CHECK(country_code(country.code) == country.code);
        CHECK(country_code(lower) == country.code);
        CHECK(country_code(country.alpha3) == country.code);
        CHECK(country_code(country.name) == country.code);
        CHECK(country_name(country.code) == country.name);
        std::string_view rest = country.synonyms;
        while (!rest.empty()) {
            auto end = std::min(rest.find(';'), rest.size());
            CAPTURE(rest.substr(0, end));
            CHECK(country_code(rest.substr(0, end)) == country.code);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

TEST_CASE("base: countries are found as exporters write them", "[base]") {
    auto [typed, code] = GENERATE(table<std::string, std::string>({
        {" germany ", "DE"},
        {"GERMANY", "DE"},
        {"Czech Republic", "CZ"},
        {"Czechia", "CZ"},
        {"T\xC3\xBCrkiye", "TR"},
        {"Tu\xCC\x88rkiye", "TR"},
        {"Turkiye", "TR"},
        {"Turkey", "TR"},
        {"C\xC3\xB4te d'Ivoire", "CI"},
        {"Cote d\xE2\x80\x99Ivoire", "CI"},
        {"\xC3\x85land Islands", "AX"},
        {"Aland Islands", "AX"},
        {"R\xC3\xA9union", "RE"},
        {"Cura\xC3\xA7"
         "ao",
         "CW"},
        {"The Netherlands", "NL"},
        {"Bahamas, The", "BS"},
        {"Antigua & Barbuda", "AG"},
        {"Trinidad & Tobago", "TT"},
        {"St. Lucia", "LC"},
        {"Saint Vincent & the Grenadines", "VC"},
        {"Guinea Bissau", "GW"},
        {"Virgin Islands (U.S.)", "VI"},
        {"Virgin Islands (British)", "VG"},
        {"Bonaire, Saint Eustatius and Saba", "BQ"},
        {"Republic of the Congo", "CG"},
        {"Democratic Republic of the Congo", "CD"},
        {"Congo, The Democratic Republic of the", "CD"},
        {"Korea, Republic of", "KR"},
        {"Macedonia", "MK"},
        {"Swaziland", "SZ"},
        {"Cape Verde", "CV"},
        {"East Timor", "TL"},
        {"Holy See", "VA"},
        {"Viet Nam", "VN"},
        {"Russian Federation", "RU"},
        {"USA", "US"},
        {"U.S.A.", "US"},
        {"UK", "GB"},
        {"uk", "GB"},
        {"U.K.", "GB"},
        {"Scotland", "GB"},
        {"EL", "GR"},
        {"DEU", "DE"},
        {"xk", "XK"},
        {"Kosovo", "XK"},
        {"AND", "AD"},
        {"ST", "ST"},
    }));
    CAPTURE(typed);
    CHECK(country_code(typed) == code);
}

TEST_CASE("base: an unknown or ambiguous country is nothing", "[base]") {
    auto typed = GENERATE(as<std::string>{}, "", " ", "the", "X", "XX", "ZZ", "QQQ", "Korea",
                          "Virgin Islands", "Unknown", "Yugoslavia", "Deutschlandia", "Germanyy",
                          "D E", "49", "\xFF\xFE", "Germ\0any"s, "-", "\xE4\xB8\xAD");
    CAPTURE(typed);
    CHECK_FALSE(country_code(typed).has_value());
    CHECK_FALSE(country_code(std::string(1000, 'a')).has_value());
    CHECK(country_name("XX").empty());
    CHECK(country_name("de").empty());
    CHECK(country_name("").empty());
}

TEST_CASE("base: the European Economic Area has thirty members", "[base]") {
    int members = 0;
    for (const auto& country : countries()) {
        members += is_eea(country.code) ? 1 : 0;
    }
    CHECK(members == 30);
    for (std::string code : {"DE", "IS", "LI", "NO", "HR", "IE", "GR"}) {
        CHECK(is_eea(code));
    }
    for (std::string code : {"CH", "GB", "US", "TR", "AX", "GL", "XK", "de", "", "D"}) {
        CHECK_FALSE(is_eea(code));
    }
}

TEST_CASE("base: subdivisions are upper case where they are codes, else as typed", "[base]") {
    CHECK(normalise_region(" de-by ") == "DE-BY");
    CHECK(normalise_region("US-CA") == "US-CA");
    CHECK(normalise_region("fr-971") == "FR-971");
    CHECK(normalise_region("Bavaria") == "Bavaria");
    CHECK(normalise_region("Baden-W\xC3\xBCrttemberg") == "Baden-W\xC3\xBCrttemberg");
    CHECK(normalise_region("Baden-Wu\xCC\x88rttemberg") == "Baden-W\xC3\xBCrttemberg");
    CHECK(normalise_region("zz-top") == "zz-top");
    CHECK(normalise_region("de-bayern") == "de-bayern");
    CHECK(normalise_region(std::string(100, 'a')).size() == 100);
    CHECK(code_of([] { normalise_region(std::string(101, 'a')); }) == Errc::invalid);
    CHECK(code_of([] { normalise_region("a\nb"); }) == Errc::invalid);
    CHECK(code_of([] { normalise_region("\xFF"); }) == Errc::invalid);
    CHECK(code_of([] { normalise_region("  "); }) == Errc::invalid);
}

TEST_CASE("base: language tags get the case of RFC 5646", "[base]") {
    auto [typed, normal] = GENERATE(table<std::string, std::string>({
        {"de", "de"},
        {"DE", "de"},
        {"de_DE", "de-DE"},
        {"de-at", "de-AT"},
        {"PT-br", "pt-BR"},
        {"zh-hant-tw", "zh-Hant-TW"},
        {"ZH_HANT", "zh-Hant"},
        {"sr-latn-RS", "sr-Latn-RS"},
        {"es-419", "es-419"},
        {"gsw", "gsw"},
        {"sl-ROZAJ-BISKE", "sl-rozaj-biske"},
        {"de-CH-1996", "de-CH-1996"},
        {"de-latn-de-1996-FONIPA", "de-Latn-DE-1996-fonipa"},
        {"ca-Valencia", "ca-valencia"},
        {" en-US ", "en-US"},
    }));
    CAPTURE(typed);
    CHECK(normalise_language(typed) == normal);
    CHECK(normalise_language(normal) == normal);
}

TEST_CASE("base: what is no language tag is refused", "[base]") {
    auto typed =
        GENERATE(as<std::string>{}, "", " ", "d", "1", "german", "de-", "-de", "de--DE", "de-D",
                 "de-DE-AT", "de-DE-Latn", "de_DE.UTF-8", "de@euro", "de DE", "d3", "x-private",
                 "de-x-private", "de-u-co-phonebk", "i-klingon", "zh-yue", "de-1996-1996", "de-12",
                 "de-1234567890", "de-toolongtag", "C", "d\xC3\xA9", "de\n", "de\0"s, "en-a");
    if (typed == "de\n") { // blanks around are trimmed
        CHECK(normalise_language(typed) == "de");
        return;
    }
    CAPTURE(typed);
    CHECK(code_of([&] { normalise_language(typed); }) == Errc::invalid);
    CHECK(code_of([] { normalise_language("de-" + std::string(100000, 'a')); }) == Errc::invalid);
}

TEST_CASE("base: time zones are those of the IANA database", "[base]") {
    for (std::string name : {"Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires",
                             "America/Port-au-Prince", "Etc/GMT+5", "Asia/Kathmandu"}) {
        CAPTURE(name);
        CHECK(check_timezone(name) == name);
        CHECK(check_timezone(" " + name + " ") == name);
    }
    for (std::string name :
         {"", " ", "Berlin", "europe/berlin", "Europe/Berlin/", "/Europe/Berlin", "Europe/Bonn",
          "../../etc/passwd", "/etc/passwd", "Europe", "+02:00", "GMT+2h", "leapseconds",
          "zone.tab", "posixrules/x", "Europe\\Berlin", "Europe/Berlin\n/x"}) {
        CAPTURE(name);
        CHECK(code_of([&] { check_timezone(name); }) == Errc::invalid);
    }
}

TEST_CASE("base: web addresses are http or https with a host", "[base]") {
    auto accepted = GENERATE(as<std::string>{}, "https://example.org", "http://example.org/",
                             "HTTPS://Example.org/Path?q=1&r=%20#top", "https://example.org:8443/x",
                             "https://m\xC3\xBCller.example/stra\xC3\x9F"
                             "e",
                             "https://[2001:db8::1]:80/", "https://user@example.org/",
                             "https://example.org?x=http://other", "https://example.org/a;b,c'd(e)",
                             "http://localhost:3000");
    CAPTURE(accepted);
    CHECK(check_url(accepted) == accepted);
    CHECK(check_url("  " + accepted + "\n") == accepted);
}

TEST_CASE("base: what is no web address is refused", "[base]") {
    auto refused = GENERATE(
        as<std::string>{}, "", "example.org", "www.example.org", "//example.org",
        "ftp://example.org", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
        "file:///etc/passwd", "mailto:a@example.org", "http:example.org", "http:/example.org",
        "http://", "https:///path", "https://?x", "https://#x", "https://:80/", "https://user@/x",
        "https://exa mple.org/", "https://example.org/a b", "https://example.org/\"onclick",
        "https://example.org/<script>", "https://example.org\\@evil.org",
        "https://example.org/a\nb", "https://example.org/a\r\nX: y", "https://example.org/\0"s,
        "https://example.org/\x7F", "https://example.org:port/", "https://example.org:99999/",
        "https://example.org:123456/", "https://example.org:80:80/", "https://[::1/",
        "https://[xyz]/", "https://[]/", "https://[::1]x/", "https://.example.org/",
        "https://example..org/", "https://exam|ple.org/",
        "https://example.org/\xE2\x80\xAE"
        "gpj",
        "https://example.org/\xC2\xA0x", "https://example.org/\xFF");
    CAPTURE(refused);
    CHECK(code_of([&] { check_url(refused); }) == Errc::invalid);
    CHECK(code_of([] { check_url("https://example.org/" + std::string(3000, 'a')); }) ==
          Errc::invalid);
}

TEST_CASE("base: countries of the EEA are known by their official names", "[base]") {
    CHECK(country_code("Kingdom of Spain") == "ES");
    CHECK(country_code("Italian Republic") == "IT");
    CHECK(country_code("GRAND DUCHY OF LUXEMBOURG") == "LU");
    CHECK(country_code("Republic of Cyprus") == "CY");
    CHECK_FALSE(country_code("Republic of Atlantis"));
}

} // namespace base_place_test
