// Links that people get: tokens authenticated under the store's key, which say whom they are about,
// what for and until when. Nothing is stored; they outlive the message.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/settings.hpp"
#include "store/engine.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace habeas::outbox {

using Use = TokenInfo::Use;

/// What a token says.
struct Link {
    Use use = Use::unsubscribe;
    std::int64_t message = 0; ///< 0: of no message
    std::int64_t subject = 0;
    std::int64_t purpose = 0; ///< 0: of no message
    Channel channel = Channel::email;
    std::int64_t expires_at = 0; ///< ms, kept in whole seconds
    bool operator==(const Link&) const = default;
};
/// Who stops hearing of us must be able to for good (art. 7(3)); a preference centre shows and
/// changes more, and newer messages have newer links.
inline constexpr std::int64_t unsubscribe_link_ms = std::int64_t{10} * 366 * 24 * 3600 * 1000;
inline constexpr std::int64_t preferences_link_ms = std::int64_t{90} * 24 * 3600 * 1000;

/// 52 characters of base64url: use and channel, message, subject, purpose, end, and a MAC of 16
/// bytes over them.
std::string make_token(const base::SecretKey& key, const Link& link);
/// Under any key of the store, expired or not. Nothing: it is none, or was changed.
std::optional<Link> read_token(store::Engine& engine, std::string_view token);

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
