// Hashes, keyed hashes, key derivation, random bytes and constant-time comparison (libsodium).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace habeas::base {

using Bytes = std::string; // binary strings: SQLite, JSON and files take them as they are
using Hash256 = std::array<std::uint8_t, 32>;
using Hash128 = std::array<std::uint8_t, 16>;
/// Fills a buffer with random bytes; injected in tests.
using Random = std::function<void(std::span<std::uint8_t>)>;

/// Key of 32 bytes that wipes itself.
class SecretKey {
  public:
    SecretKey() = default;
    explicit SecretKey(std::span<const std::uint8_t, 32> bytes);
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();
    [[nodiscard]] std::span<const std::uint8_t, 32> bytes() const { return bytes_; }
    /// Subkey by purpose: crypto_kdf_derive_from_key(id, "habeas01").
    [[nodiscard]] SecretKey derive(std::uint64_t id) const;

  private:
    std::array<std::uint8_t, 32> bytes_{};
};

/// BLAKE2b-256 over pieces added one by one; integers are little-endian, strings length-prefixed,
/// so that no two inputs share an encoding.
class Hasher {
  public:
    Hasher();
    explicit Hasher(const SecretKey& key); ///< keyed BLAKE2b = a MAC
    Hasher& raw(std::span<const std::uint8_t> bytes);
    Hasher& str(std::string_view text); ///< 8-byte length, then the bytes
    Hasher& u64(std::uint64_t value);
    Hasher& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
    [[nodiscard]] Hash256 finish();

  private:
    alignas(64) std::array<unsigned char, 384> state_; // crypto_generichash_state
};

Hash256 hash256(std::string_view data);
Hash256 sha256(std::string_view data); ///< FIPS 180-4, where others demand it
/// The same over pieces, for files.
class Sha256 {
  public:
    Sha256();
    Sha256& add(std::string_view piece);
    [[nodiscard]] Hash256 finish();

  private:
    alignas(8) std::array<unsigned char, 104> state_; // crypto_hash_sha256_state
};
Hash128 keyed_hash128(const SecretKey& key, std::string_view data); ///< BLAKE2b-128, keyed
void random_bytes(std::span<std::uint8_t> out);                     ///< libsodium's generator
bool equal_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept;

/// XChaCha20-Poly1305: 24-byte nonce, ciphertext, tag in one string.
Bytes seal(const SecretKey& key, std::string_view clear, std::string_view associated,
           const Random& random);
/// Throws Errc::corrupt if key, associated data or bytes do not fit.
Bytes unseal(const SecretKey& key, std::string_view sealed, std::string_view associated);

std::string to_base64(std::string_view bytes);    ///< RFC 4648 4, with padding
std::string to_base64url(std::string_view bytes); ///< RFC 4648 5, without
/// Nothing: that is not base64url without padding.
std::optional<std::string> from_base64url(std::string_view text);
std::string to_hex(std::span<const std::uint8_t> bytes);
/// Throws Errc::invalid unless `hex` is exactly out.size() * 2 hexadecimal digits.
void from_hex(std::string_view hex, std::span<std::uint8_t> out);
std::string uuid_v4(const Random& random); ///< RFC 9562, lower case

inline std::string_view as_view(std::span<const std::uint8_t> b) {
    return {reinterpret_cast<const char*>(b.data()), b.size()};
}
inline std::span<const std::uint8_t> as_bytes(std::string_view s) {
    return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}

} // namespace habeas::base
