// What the store's settings say about messages, and what every message must have.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/pacing_rules.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace habeas::outbox {

/// "Name <address>", "\"Name\" <address>" or an address alone. Errc::invalid at `where`.
Mailbox parse_mailbox(std::string_view text, const std::string& where);
std::string mailbox_text(const Mailbox& who);

struct Settings {         // NOLINT(bugprone-exception-escape): JSON moves without throwing
    std::string base_url; ///< https, without a slash at its end; empty: not set
    std::string sender;
    std::string unsubscribe_mailto; ///< an address; empty: none
    std::string retention;          ///< of contents: ISO 8601 duration
    nlohmann::json controller;      ///< an object
    Pacing pacing;
    std::string bounce_address; ///< empty: none

    [[nodiscard]] std::string controller_member(const char* name) const;
};
/// Kept with the handle until they change. Errc::invalid names the setting that is wrong.
std::shared_ptr<const Settings> settings(store::Engine& engine);

struct PurposeFacts {
    std::int64_t id = 0;
    MessageKind kind = MessageKind::marketing;
};
/// Errc::not_found; Errc::invalid where the purpose does not have the channel.
PurposeFacts purpose_facts(store::Engine& engine, const std::string& purpose, Channel channel);
/// The kind that messages for a purpose have.
MessageKind kind_for(const Purpose& purpose) noexcept;
/// Marketing has a link to unsubscribe and says who sends: names the setting that is missing.
void require_marketing(const Settings& settings);
/// Subject, text and html are there as the channel needs them.
void check_parts(Channel channel, const std::string& subject, const std::string& text,
                 const std::string& html, const std::string& where);

} // namespace habeas::outbox
