#include "catch.hpp"
#include "erasure/residue.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace erasure_residue_test {

using habeas::erasure::ResidueScanner;

namespace {

ResidueScanner::Read reader_of(const std::string& bytes) {
    return [&bytes](std::uint64_t offset, std::span<char> out) {
        const std::size_t count =
            offset >= bytes.size() ? 0 : std::min<std::size_t>(out.size(), bytes.size() - offset);
        std::memcpy(out.data(), bytes.data() + offset, count);
        return count;
    };
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out(size, '\0');
    for (char& byte : out) {
        byte = static_cast<char>(random() & 0xff);
    }
    return out;
}

} // namespace

TEST_CASE("erasure: a value is found whole, with its offset and how often", "[erasure]") {
    const std::vector<std::string> values{"zoe.quartz@example.org", "Kvist"};
    ResidueScanner scanner(values);
    std::string file = noise(1000, 1);
    file.insert(100, values[0]);
    file.insert(500, values[0]);
    file += values[1];
    scanner.scan(file);
    const auto hits = scanner.hits();
    REQUIRE(hits.size() == 2);
    CHECK(hits[0].value == 0);
    CHECK(hits[0].offset == 100);
    CHECK(hits[0].count == 2);
    CHECK(hits[0].whole);
    CHECK(hits[1].value == 1);
    CHECK(hits[1].offset == file.size() - 5);
}

TEST_CASE("erasure: any 8-byte window of a longer value is a residue", "[erasure]") {
    const std::string value = "q7w8e9r0t1y2u3i4o5p6";
    for (std::size_t at = 0; at + 8 <= value.size(); ++at) {
        ResidueScanner scanner(std::vector<std::string>{value});
        std::string file = noise(300, 7);
        file.insert(200, value.substr(at, 8));
        scanner.scan(file);
        const auto hits = scanner.hits();
        REQUIRE(hits.size() == 1);
        CHECK_FALSE(hits[0].whole);
        CHECK(hits[0].offset == 200);
    }
    ResidueScanner scanner(std::vector<std::string>{value});
    scanner.scan("xx" + value.substr(3, 7) + "xx");
    CHECK(scanner.hits().empty());
}

TEST_CASE("erasure: values over the border of two pieces are found once", "[erasure]") {
    const std::string value = "border-value-of-forty-bytes-0123456789ab";
    for (const std::size_t shift : {0U, 1U, 7U, 8U, 20U, 39U, 40U, 41U}) {
        std::string file = noise((std::size_t{1} << 20) + 5000, 3);
        const std::size_t at = (std::size_t{1} << 20) - shift;
        file.replace(at, value.size(), value);
        ResidueScanner scanner(std::vector<std::string>{value});
        scanner.scan(reader_of(file));
        const auto hits = scanner.hits();
        REQUIRE(hits.size() == 1);
        CHECK(hits[0].whole);
        CHECK(hits[0].count == 1);
        CHECK(hits[0].offset == at);
    }
}

TEST_CASE("erasure: a scan in pieces finds what a naive search finds", "[erasure]") {
    std::mt19937 random(11);
    std::vector<std::string> values;
    for (int i = 0; i < 200; ++i) {
        std::string value(4 + random() % 40, '\0');
        for (char& c : value) {
            c = static_cast<char>('a' + random() % 26);
        }
        values.push_back(value);
    }
    std::string file = noise(3'000'000, 5);
    std::vector<std::size_t> planted(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        planted[i] = random() % 4;
        for (std::size_t n = 0; n < planted[i]; ++n) {
            const std::size_t at = random() % (file.size() - 100);
            file.replace(at, values[i].size(), values[i]);
        }
    }
    ResidueScanner scanner(values);
    scanner.scan(reader_of(file));
    const auto hits = scanner.hits();
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint64_t naive = 0;
        for (auto at = file.find(values[i]); at != std::string::npos;
             at = file.find(values[i], at + 1)) {
            ++naive;
        }
        std::uint64_t found = 0;
        for (const auto& hit : hits) {
            found += hit.whole && hit.value == i ? hit.count : 0;
        }
        CHECK(found == naive);
    }
}

TEST_CASE("erasure: the lower-case and composed forms of a value are searched too", "[erasure]") {
    // "Zoë" with a combining diaeresis, as some systems give it.
    ResidueScanner scanner(std::vector<std::string>{"Zoe\xcc\x88.Quartz@Example.ORG"});
    scanner.scan("..zo\xc3\xab.quartz@example.org..");
    REQUIRE(scanner.hits().size() == 1);
    CHECK(scanner.hits()[0].whole);
}

TEST_CASE("erasure: bytes that are not UTF-8 are searched as given", "[erasure]") {
    const std::string value = "\xff\xfe\x01\x02\x03\x04\x05\x06\x07";
    ResidueScanner scanner(std::vector<std::string>{value});
    scanner.scan("abc" + value);
    REQUIRE(scanner.hits().size() == 1);
    CHECK(scanner.hits()[0].offset == 3);
}

TEST_CASE("erasure: windows that a present row has too are explained, whole values never",
          "[erasure]") {
    const std::vector<std::string> values{"zoe.quartz@example.org"};
    ResidueScanner scanner(values);
    scanner.scan("..max@example.org..");
    CHECK_FALSE(scanner.hits().empty());
    scanner.explain("max@example.org");
    CHECK(scanner.hits().empty());
    CHECK(scanner.explained() == 5); // "@example" to "mple.org"

    scanner.scan("zoe.quartz"); // a stale part that nobody else has
    CHECK(scanner.hits().size() == 1);

    ResidueScanner again(values);
    again.scan(values[0]);
    again.explain(values[0]);
    REQUIRE(again.hits().size() == 1);
    CHECK(again.hits()[0].whole);
}

TEST_CASE("erasure: values of less than four bytes are named as ignored", "[erasure]") {
    ResidueScanner scanner(std::vector<std::string>{"abc", "", "abcd"});
    CHECK(scanner.ignored() == std::vector<std::size_t>{0, 1});
    scanner.scan("abcabcabc");
    CHECK(scanner.hits().empty());
    CHECK(ResidueScanner(std::vector<std::string>{"ab"}).empty());
}

TEST_CASE("erasure: the end of a file shorter than a window is searched for short values",
          "[erasure]") {
    ResidueScanner scanner(std::vector<std::string>{"Kvist", "Kvisten1"});
    const std::string file = "..Kvist";
    scanner.scan(reader_of(file));
    REQUIRE(scanner.hits().size() == 1);
    CHECK(scanner.hits()[0].offset == 2);
}

} // namespace erasure_residue_test
