#include "catch.hpp"

#include "base/binary.hpp"
#include "base/secret_stream.hpp"

#include <vector>

namespace base_secret_stream_test {

using namespace habeas::base;

namespace {

SecretKey key_of(std::uint8_t byte) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(byte);
    return SecretKey(bytes);
}

} // namespace

TEST_CASE("secret stream: pieces come back in their order and nowhere else", "[base]") {
    SealStream seal(key_of(1));
    const std::vector<Bytes> sealed{seal.seal("first", "head", false), seal.seal("", "head", false),
                                    seal.seal("last", "head", true)};
    CHECK(sealed[0].size() == 5 + stream_piece_extra);
    CHECK(sealed[0].find("first") == std::string::npos);
    Bytes piece;
    {
        OpenStream open(key_of(1), seal.start());
        CHECK(open.open(sealed[0], "head", false, piece));
        CHECK(piece == "first");
        CHECK(open.open(sealed[1], "head", false, piece));
        CHECK(piece.empty());
        CHECK(open.open(sealed[2], "head", true, piece));
        CHECK(piece == "last");
    }
    const auto first = [&](const SecretKey& key, const StreamStart& start, const Bytes& bytes,
                           const char* associated, bool last) {
        OpenStream open(key, start);
        return open.open(bytes, associated, last, piece);
    };
    CHECK(first(key_of(1), seal.start(), sealed[0], "head", false));
    CHECK_FALSE(first(key_of(1), seal.start(), sealed[0], "head", true));
    CHECK_FALSE(first(key_of(1), seal.start(), sealed[0], "tail", false));
    CHECK_FALSE(first(key_of(1), seal.start(), sealed[1], "head", false));
    CHECK_FALSE(first(key_of(2), seal.start(), sealed[0], "head", false));
    CHECK_FALSE(first(key_of(1), SealStream(key_of(1)).start(), sealed[0], "head", false));
    CHECK_FALSE(first(key_of(1), seal.start(), "short", "head", false));
    Bytes turned = sealed[0];
    turned[3] = static_cast<char>(turned[3] ^ 1);
    CHECK_FALSE(first(key_of(1), seal.start(), turned, "head", false));
}

TEST_CASE("binary: what is written is read again, and past the end nothing is", "[base]") {
    std::string out;
    put(out, 0x1234, 2);
    put_text(out, "text");
    put(out, static_cast<std::uint64_t>(-5), 8);
    CHECK(out.substr(0, 2) == "\x34\x12");
    BinaryReader in{out};
    CHECK(in.number(2) == 0x1234);
    CHECK(in.text() == "text");
    CHECK(in.i64() == -5);
    CHECK(in.ok);
    CHECK(in.number(1) == 0);
    CHECK_FALSE(in.ok);
}

} // namespace base_secret_stream_test
