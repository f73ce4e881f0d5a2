#include "catch.hpp"
#include "habeas/error.hpp"

#include <set>
#include <string>

namespace base_error_test {

using namespace habeas;

TEST_CASE("base: every error code from -1 to -29 has a name of its own", "[base]") {
    std::set<std::string> names;
    for (int number = -29; number <= -1; ++number) {
        std::string name(errc_name(static_cast<Errc>(number)));
        CHECK(name != "unknown");
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
        names.insert(name);
    }
    CHECK(names.size() == 29);
    CHECK(errc_name(Errc::subject_unknown) == "subject_unknown");
    CHECK(errc_name(static_cast<Errc>(-30)) == "unknown");
    CHECK(errc_name(static_cast<Errc>(0)) == "unknown");
}

TEST_CASE("base: an error keeps code, place and SQLite's code", "[base]") {
    Error error(Errc::busy, "store: busy", "/fields/0", 261);
    CHECK(error.code() == Errc::busy);
    CHECK(error.where() == "/fields/0");
    CHECK(error.sqlite_code() == 261);
    CHECK(std::string(error.what()) == "store: busy");
}

TEST_CASE("base: an error is one line of UTF-8, whatever name it repeats", "[base]") {
    Error error(Errc::invalid, "field a\r\nfake log line\x7f\xff\xc2\x85: no such field; define it",
                std::string("a\0b", 3));
    CHECK(std::string(error.what()) == "field a??fake log line????: no such field; define it");
    CHECK(error.where() == "a?b");
    Error huge(Errc::invalid, std::string(1 << 20, 'x') + "; the remedy");
    CHECK(std::string(huge.what()).size() < 7000);
    CHECK(std::string(huge.what()).ends_with("; the remedy"));
    Error plain(Errc::invalid, "Grüße an /tmp/ä", "/tmp/ä");
    CHECK(std::string(plain.what()) == "Grüße an /tmp/ä");
    CHECK(plain.where() == "/tmp/ä");
}

} // namespace base_error_test
