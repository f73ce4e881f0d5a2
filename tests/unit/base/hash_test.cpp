#include "base/hash.hpp"
#include "expect_error.hpp"

#include <set>

namespace base_hash_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;

namespace {

/// 0, 1, 2, ... in every call.
void counting(std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(i);
    }
}

SecretKey key_of(std::uint8_t first) {
    std::array<std::uint8_t, 32> bytes{};
    counting(bytes);
    bytes[0] = first;
    return SecretKey(bytes);
}

} // namespace

TEST_CASE("base: hashes are BLAKE2b as published", "[base]") {
    // b2sum -l 256, and Python's hashlib.blake2b(digest_size=…, key=…)
    CHECK(to_hex(hash256("")) ==
          "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(to_hex(hash256("abc")) ==
          "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    CHECK(to_hex(keyed_hash128(key_of(0), "abc")) == "1a64be47e4729d951c302ee543f97cf3");
}

TEST_CASE("base: a hasher gives what one call gives", "[base]") {
    Hasher pieces;
    pieces.raw(as_bytes("a")).raw(as_bytes("")).raw(as_bytes("bc"));
    CHECK(pieces.finish() == hash256("abc"));
    Hasher layout;
    layout.u64(0x0102030405060708U).i64(-1).str("ab");
    std::string bytes("\x08\x07\x06\x05\x04\x03\x02\x01"
                      "\xff\xff\xff\xff\xff\xff\xff\xff"
                      "\x02\0\0\0\0\0\0\0ab",
                      26);
    CHECK(layout.finish() == hash256(bytes));
    Hasher keyed(key_of(0));
    keyed.raw(as_bytes("abc"));
    CHECK(to_hex(keyed.finish()) ==
          "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

TEST_CASE("base: pieces that join to the same text hash differently", "[base]") {
    std::set<Hash256> seen;
    seen.insert(Hasher().str("ab").str("c").finish());
    seen.insert(Hasher().str("a").str("bc").finish());
    seen.insert(Hasher().str("abc").finish());
    seen.insert(Hasher().str("abc").str("").finish());
    CHECK(seen.size() == 4);
    CHECK(Hasher(key_of(1)).str("a").finish() != Hasher(key_of(2)).str("a").finish());
}

TEST_CASE("base: a hasher can be copied midway but not used after its end", "[base]") {
    Hasher first;
    first.str("head");
    Hasher second = first;
    first.str("tail");
    second.str("tail");
    CHECK(first.finish() == second.finish());
    CHECK(code_of([&] { (void)first.finish(); }) == Errc::internal);
}

TEST_CASE("base: subkeys differ by number and by key, and are the same again", "[base]") {
    SecretKey root = key_of(0);
    CHECK(to_hex(root.derive(1).bytes()) == to_hex(root.derive(1).bytes()));
    CHECK(to_hex(root.derive(1).bytes()) != to_hex(root.derive(2).bytes()));
    CHECK(to_hex(root.derive(1).bytes()) != to_hex(key_of(9).derive(1).bytes()));
    CHECK(to_hex(root.derive(1).bytes()) ==
          "badc5714f3e29bc1aeea0c0261d1c943aa0f4024e7e1a14be38cde244d552acc");
}

TEST_CASE("base: what was sealed opens with key and place, and with nothing else", "[base]") {
    SecretKey key = key_of(0);
    for (std::size_t size : {0U, 1U, 63U, 64U, 65U, 100000U}) {
        std::string clear(size, 'x');
        Bytes sealed = seal(key, clear, "subject 7", random_bytes);
        CHECK(sealed.size() == size + 40);
        CHECK(unseal(key, sealed, "subject 7") == clear);
    }
    Bytes sealed = seal(key, "secret", "subject 7", counting);
    CHECK(sealed.find("secret") == std::string::npos);
    CHECK(code_of([&] { unseal(key_of(1), sealed, "subject 7"); }) == Errc::corrupt);
    CHECK(code_of([&] { unseal(key, sealed, "subject 8"); }) == Errc::corrupt);
    CHECK(code_of([&] { unseal(key, "", "subject 7"); }) == Errc::corrupt);
    CHECK(code_of([&] { unseal(key, sealed.substr(0, 39), "subject 7"); }) == Errc::corrupt);
    CHECK(code_of([&] { unseal(key, sealed.substr(0, sealed.size() - 1), "subject 7"); }) ==
          Errc::corrupt);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes damaged = sealed;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        CHECK(code_of([&] { unseal(key, damaged, "subject 7"); }) == Errc::corrupt);
    }
}

TEST_CASE("base: hexadecimal goes there and back, and refuses the rest", "[base]") {
    std::array<std::uint8_t, 3> bytes{0x00, 0xAB, 0xFF};
    CHECK(to_hex(bytes) == "00abff");
    std::array<std::uint8_t, 3> read{};
    from_hex("00ABff", read);
    CHECK(read == bytes);
    CHECK(to_hex({}).empty());
    from_hex("", std::span<std::uint8_t>());
    for (std::string wrong :
         {"", "00abf", "00abff0", "00abff00", "00abfg", "0xabff", "00 bff", "00abf ", "00:abf"}) {
        CAPTURE(wrong);
        CHECK(code_of([&] { from_hex(wrong, read); }) == Errc::invalid);
    }
}

TEST_CASE("base: a UUID has version 4 and the variant of RFC 9562", "[base]") {
    CHECK(uuid_v4(counting) == "00010203-0405-4607-8809-0a0b0c0d0e0f");
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(uuid_v4(random_bytes));
    }
    CHECK(seen.size() == 100);
}

TEST_CASE("base: comparison in constant time looks at length and bytes", "[base]") {
    CHECK(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
    CHECK(equal_constant_time({}, {}));
    CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abd")));
    CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("ab")));
    CHECK_FALSE(equal_constant_time({}, as_bytes("a")));
}

} // namespace base_hash_test
