// Links in messages: unguessable tokens that can be made again, of which only keyed hashes are
// kept.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/settings.hpp"
#include "store/engine.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace habeas::outbox {

using Use = TokenInfo::Use;

/// 32 characters of base64url: the message's number and 16 bytes that follow, under the store's
/// key, from the message's random reference.
std::string make_token(const base::SecretKey& key, Use use, std::int64_t id,
                       std::string_view reference);
/// What is stored.
base::Hash128 token_hash(const base::SecretKey& key, std::string_view token);
/// The message that a token names; nothing if it has not the form of one.
std::optional<std::int64_t> token_message(std::string_view token);

std::string unsubscribe_url(const Settings& settings, const std::string& token);
std::string preferences_url(const Settings& settings, const std::string& token);
// Empty without the setting base_url. The host's page asks for a POST before it takes the token.
std::string request_url(const Settings& settings, const std::string& token); ///< is it you?
std::string confirm_url(const Settings& settings, const std::string& token); ///< double opt-in

/// "12-<32 hexadecimal digits>": what gateways know a message by.
std::string reference_text(std::int64_t id, std::string_view reference);
/// The number in it, if it has that form.
std::optional<std::int64_t> reference_message(std::string_view reference);

} // namespace habeas::outbox
