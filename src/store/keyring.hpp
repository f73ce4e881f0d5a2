// Root keys (outside the database) and the subkeys made of them.
#pragma once

#include "base/hash.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::store {

/// Subkeys by purpose; the numbers are the ids of libsodium's KDF and never change.
enum class Subkey : std::uint64_t {
    check = 1,
    identifier = 2,
    token = 3,
    audit = 4,
    encryption = 5,
    journal = 6,
    proof = 7
};

struct RootKey {
    std::string id; ///< 16 hexadecimal digits
    base::SecretKey key;
};

RootKey make_key(const base::Random& random);
/// Lines "<prefix><id> <64 hexadecimal digits>", the newest last. `what` names them in errors.
/// Errc::key_missing if there is none, Errc::invalid with the line; `where` is theirs.
std::vector<RootKey> parse_keys(std::string_view text, std::string_view prefix,
                                std::string_view what, const char* where);
std::string key_line(const RootKey& key, std::string_view prefix);

/// All root keys of a store. Text form, one line a key, the newest last:
///   habeas-key-1 <id> <64 hexadecimal digits>
class Keyring {
  public:
    static Keyring generate(const base::Random& random);
    /// Errc::key_missing if the text is empty, Errc::invalid with the line otherwise.
    static Keyring parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;
    void add(const base::Random& random); ///< active from now on

    /// The newest, unless another was activated.
    [[nodiscard]] const RootKey& active() const { return keys_[active_]; }
    [[nodiscard]] const std::vector<RootKey>& all() const { return keys_; }
    /// Null if unknown.
    [[nodiscard]] const RootKey* find(std::string_view id) const;
    /// Newer ones stay for look-ups: the store may be an older file that was put back, and newer
    /// copies of it need them.
    void activate(std::string_view id);

    [[nodiscard]] const base::SecretKey&
    subkey(Subkey purpose) const; ///< of the active key; cached
    [[nodiscard]] base::SecretKey subkey(const RootKey& root, Subkey purpose) const;

  private:
    std::vector<RootKey> keys_;
    std::size_t active_ = 0;
    mutable std::string cached_id_;
    mutable std::array<base::SecretKey, 8> cached_;
};

} // namespace habeas::store
