// Mailjet's Send API v3.1 as JSON: what is asked, and what an answer says.
#pragma once

#include "habeas/gateway.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::outbox {

std::string mailjet_request(std::span<const OutgoingMessage> messages, bool sandbox);

/// What a call says about each of its messages.
struct MailjetAnswer {
    std::vector<GatewayResult> results; ///< empty: it says nothing of single messages
    std::string code;                   ///< of the error of the whole call: "mj-0002"; may be empty
};
/// Never throws for what a server may send: what is not as documented gives no results.
MailjetAnswer read_mailjet_answer(std::string_view body, std::size_t messages);

/// The answer to a search by CustomID. Nothing: it is not as documented.
std::optional<GatewayResult> read_mailjet_search(std::string_view body);

} // namespace habeas::outbox
