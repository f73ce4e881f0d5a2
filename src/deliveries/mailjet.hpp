// Mailjet's Event API (its documentation of 2023): what an event says, before anybody looks whose
// it is.
#pragma once

#include "habeas/delivery.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::deliveries {

struct GatewayEvent {
    DeliveryKind kind = DeliveryKind::unknown;
    std::int64_t at = 0;   ///< ms
    std::string reference; ///< CustomID: the message's own; may be empty
    std::string message;   ///< MessageID in digits; may be empty
    std::string address;   ///< whom it was sent to; may be empty
    std::string reason;    ///< "recipient/user unknown"; of an unknown event its name
    std::string detail;    ///< what tells two apart that are else alike: the link that was clicked
    bool acts = true;      ///< false: it is kept, and nothing follows
};

/// Errc::invalid names the element ("/3/time"), never its content.
std::vector<GatewayEvent> read_mailjet_events(std::string_view body);

} // namespace habeas::deliveries
