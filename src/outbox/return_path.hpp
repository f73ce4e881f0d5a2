// Where bounces of a message go: an address that says which message it was, and to whom (VERP).
#pragma once

#include "base/hash.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::outbox {

/// Bytes that the local part of the setting "bounce_address" may have, so that with "+" and a token
/// it has no more than 64 (RFC 5321 4.5.3.1.1).
inline constexpr std::size_t max_bounce_local = 22;

/// What stands behind the "+": "12-<24 hexadecimal digits>", the first 12 bytes of a keyed hash of
/// the message's number and the address it went to.
struct ReturnToken {
    std::int64_t message = 0;
    std::string tag; ///< hexadecimal, lower case
    bool operator==(const ReturnToken&) const = default;
};
/// `key`: the store's subkey for tokens. `address` in normal form.
ReturnToken make_return_token(const base::SecretKey& key, std::int64_t message,
                              std::string_view address);
/// "bounce+12-0a1b...@shop.example" of "bounce@shop.example".
std::string return_path(const std::string& bounce_address, const ReturnToken& token);
/// All that have the form of one, in any text: addresses, lists of them, whole headers. Ten at
/// most.
std::vector<ReturnToken> return_tokens_in(std::string_view text);
/// In constant time. False: it was not made for this message and address under this key.
bool is_right(const ReturnToken& token, const base::SecretKey& key, std::string_view address);

} // namespace habeas::outbox
