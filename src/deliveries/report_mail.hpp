// What a mail reports: delivery status (RFC 3464) or a complaint (RFC 5965). Before anybody looks
// whether it may be believed.
#pragma once

#include "habeas/delivery.hpp"
#include "outbox/return_path.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::deliveries {

struct ReportedEvent {
    DeliveryKind kind = DeliveryKind::unknown;
    std::int64_t at = 0;                ///< ms, by who reports
    std::string reason;                 ///< "failed/5.1.1", "feedback/abuse"
    std::vector<std::string> addresses; ///< whom it is about, as written; two at most
};
struct MailReport {
    std::vector<ReportedEvent> events; ///< empty: it reports nothing, or is no mail
    /// What it names as the message: by the address it was sent to, ...
    std::vector<outbox::ReturnToken> tokens;
    std::vector<std::string> references; ///< ... by the Message-ID of what was returned
};
/// `recipient`: of the envelope, where the host knows it; else the headers say it. Throws nothing
/// of its own: anybody may send anything.
MailReport read_report(std::string_view mail, std::string_view recipient);

} // namespace habeas::deliveries
