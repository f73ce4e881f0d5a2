#include "base/hash.hpp"

#include "habeas/error.hpp"

#include <cstring>
#include <sodium.h>

namespace habeas::base {
namespace {

static_assert(sizeof(crypto_generichash_state) == 384, "Hasher::state_ must hold it");
static_assert(alignof(crypto_generichash_state) <= 64);
static_assert(crypto_kdf_KEYBYTES == 32 && crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_generichash_BYTES_MIN <= 16);

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

/// Before the first use of libsodium: it picks the fastest code for this processor and opens the
/// random source.
void need_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) {
        throw Error(Errc::internal, "libsodium could not start: no source of random bytes");
    }
}

crypto_generichash_state* state_of(std::array<unsigned char, 384>& buffer) {
    return reinterpret_cast<crypto_generichash_state*>(buffer.data());
}

unsigned char* unsigned_data(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* unsigned_data(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t N>
std::array<std::uint8_t, N> digest(std::string_view data, std::span<const std::uint8_t> key) {
    need_sodium();
    std::array<std::uint8_t, N> out{};
    if (crypto_generichash(out.data(), N, unsigned_data(data), data.size(), key.data(),
                           key.size()) != 0) {
        throw Error(Errc::internal, "BLAKE2b failed");
    }
    return out;
}

std::string base64(std::string_view bytes, int variant) {
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), variant);
    out.pop_back(); // the zero at its end
    return out;
}

} // namespace

SecretKey::SecretKey(std::span<const std::uint8_t, 32> bytes) {
    std::memcpy(bytes_.data(), bytes.data(), bytes_.size());
}

SecretKey::~SecretKey() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

SecretKey SecretKey::derive(std::uint64_t id) const {
    need_sodium();
    SecretKey out;
    if (crypto_kdf_derive_from_key(out.bytes_.data(), out.bytes_.size(), id, "habeas01",
                                   bytes_.data()) != 0) {
        throw Error(Errc::internal, "key derivation failed");
    }
    return out;
}

Hasher::Hasher() {
    need_sodium();
    if (crypto_generichash_init(state_of(state_), nullptr, 0, sizeof(Hash256)) != 0) {
        throw Error(Errc::internal, "BLAKE2b failed");
    }
}

Hasher::Hasher(const SecretKey& key) {
    need_sodium();
    if (crypto_generichash_init(state_of(state_), key.bytes().data(), key.bytes().size(),
                                sizeof(Hash256)) != 0) {
        throw Error(Errc::internal, "BLAKE2b failed");
    }
}

Hasher& Hasher::raw(std::span<const std::uint8_t> bytes) {
    if (crypto_generichash_update(state_of(state_), bytes.data(), bytes.size()) != 0) {
        throw Error(Errc::internal, "BLAKE2b: more bytes after the end");
    }
    return *this;
}

Hasher& Hasher::str(std::string_view text) {
    u64(text.size());
    return raw(as_bytes(text));
}

Hasher& Hasher::u64(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(value);
        value >>= 8;
    }
    return raw(bytes);
}

Hash256 Hasher::finish() {
    Hash256 out{};
    if (crypto_generichash_final(state_of(state_), out.data(), out.size()) != 0) {
        throw Error(Errc::internal, "BLAKE2b: finished twice");
    }
    return out;
}

Hash256 hash256(std::string_view data) {
    return digest<32>(data, {});
}

Hash256 sha256(std::string_view data) {
    need_sodium();
    Hash256 out{};
    crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(data.data()),
                       data.size());
    return out;
}

static_assert(sizeof(crypto_hash_sha256_state) <= 104, "Sha256::state_ must hold it");
static_assert(alignof(crypto_hash_sha256_state) <= 8);

Sha256::Sha256() {
    need_sodium();
    crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()));
}

Sha256& Sha256::add(std::string_view piece) {
    crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()),
                              unsigned_data(piece), piece.size());
    return *this;
}

Hash256 Sha256::finish() {
    Hash256 out{};
    crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()),
                             out.data());
    return out;
}

std::string to_base64(std::string_view bytes) {
    return base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(std::string_view bytes) {
    return base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string out(text.size(), '\0');
    std::size_t written = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                          text.size(), nullptr, &written, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return std::nullopt;
    }
    out.resize(written);
    return out;
}

Hash128 keyed_hash128(const SecretKey& key, std::string_view data) {
    return digest<16>(data, key.bytes());
}

void random_bytes(std::span<std::uint8_t> out) {
    need_sodium();
    if (!out.empty()) {
        randombytes_buf(out.data(), out.size());
    }
}

bool equal_constant_time(std::span<const std::uint8_t> a,
                         std::span<const std::uint8_t> b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes seal(const SecretKey& key, std::string_view clear, std::string_view associated,
           const Random& random) {
    need_sodium();
    Bytes out(nonce_size + clear.size() + tag_size, '\0');
    std::span<std::uint8_t> nonce{unsigned_data(out), nonce_size};
    random(nonce);
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        unsigned_data(out) + nonce_size, &written, unsigned_data(clear), clear.size(),
        unsigned_data(associated), associated.size(), nullptr, nonce.data(), key.bytes().data());
    return out;
}

Bytes unseal(const SecretKey& key, std::string_view sealed, std::string_view associated) {
    need_sodium();
    bool opened = false;
    Bytes out;
    if (sealed.size() >= nonce_size + tag_size) {
        out.resize(sealed.size() - nonce_size - tag_size);
        unsigned long long written = 0;
        opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
                     unsigned_data(out), &written, nullptr, unsigned_data(sealed) + nonce_size,
                     sealed.size() - nonce_size, unsigned_data(associated), associated.size(),
                     unsigned_data(sealed), key.bytes().data()) == 0;
    }
    if (!opened) {
        throw Error(Errc::corrupt, "sealed bytes: damaged, or sealed with another key or for "
                                   "another place");
    }
    return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string out(bytes.size() * 2 + 1, '\0'); // libsodium ends it with a NUL
    sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
    out.pop_back();
    return out;
}

void from_hex(std::string_view hex, std::span<std::uint8_t> out) {
    if (out.empty() && hex.empty()) {
        return; // libsodium takes no null pointer, not even to nothing
    }
    std::size_t written = 0;
    bool whole = hex.size() == out.size() * 2 &&
                 sodium_hex2bin(out.data(), out.size(), hex.data(), hex.size(), nullptr, &written,
                                nullptr) == 0 &&
                 written == out.size();
    if (!whole) {
        throw Error(Errc::invalid, "expected " + std::to_string(out.size() * 2) +
                                       " hexadecimal digits and nothing else");
    }
}

std::string uuid_v4(const Random& random) {
    std::array<std::uint8_t, 16> bytes{};
    random(bytes);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
    std::string text = to_hex(bytes);
    for (std::size_t at : {20, 16, 12, 8}) {
        text.insert(at, 1, '-');
    }
    return text;
}

} // namespace habeas::base
