// What became of messages, as gateways and mails tell afterwards: delivered, opened, bounced,
// refused as spam.
#pragma once

#include "habeas/outbox.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class DeliveryEventId : std::int64_t {};

enum class DeliveryKind : std::uint8_t {
    delivered,
    opened,       ///< kept only of whom the setting "tracking_purpose" allows it
    clicked,      ///< the same
    soft_bounced, ///< not delivered this time: nothing follows
    hard_bounced, ///< the address does not work: nothing is sent to it any more
    blocked,      ///< the gateway has it on a list of its own: as hard bounced
    not_sent,     ///< the gateway did not send it: nothing follows
    complained,   ///< marked as spam: an objection without form (art. 21(2))
    unsubscribed, ///< at the gateway: an objection to direct marketing
    unknown,      ///< an event that its documentation does not name; nothing follows
    delayed       ///< not yet, and it is tried again: nothing follows
};
std::string_view delivery_kind_name(DeliveryKind kind) noexcept;
std::optional<DeliveryKind> delivery_kind(std::string_view name) noexcept;

struct DeliveryEvent {
    DeliveryEventId id{};
    DeliveryKind kind = DeliveryKind::delivered;
    std::optional<MessageId> message; ///< empty: none of this store's
    std::optional<SubjectId> subject;
    std::string gateway;
    Time at{};          ///< by the gateway
    Time recorded_at{}; ///< when it was told
    /// The gateway's words for it, such as "recipient/user unknown"; of a mail "failed/5.1.1".
    std::string reason;
};
struct DeliveryFilter {
    std::optional<DeliveryKind> kind;
    std::optional<SubjectId> subject;
    std::optional<MessageId> message;
    std::size_t limit = 100;
    DeliveryEventId after{}; ///< in order of id, after this one
};
struct IngestReport {
    std::uint64_t received = 0;
    std::uint64_t recorded = 0;  ///< kept, with all that follows
    std::uint64_t repeated = 0;  ///< were known
    std::uint64_t untracked = 0; ///< opens and clicks of those who are not tracked: not kept
    std::uint64_t unmatched = 0; ///< about no message of this store; of mails: not kept
    std::uint64_t unread = 0;    ///< mails that report nothing, such as answers of absent people
};

class Deliveries {
  public:
    explicit Deliveries(Store& store) : engine_(&store.engine()) {}
    explicit Deliveries(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// The body of a callback of Mailjet's Event API: one object, or an array of them. All or none
    /// is recorded. Repetitions and their order change nothing. Errc::invalid: not as documented (a
    /// gateway tries again, so answer 400 and look at it).
    IngestReport ingest_mailjet(std::string_view body);
    /// A mail that came to the address of the setting "bounce_address", or to a feedback loop: a
    /// delivery status (RFC 3464) or a complaint (RFC 5965). Anybody can write such a mail: it
    /// counts if it was sent to the address that was made for the message (VERP), or returns its
    /// Message-ID; an address is suppressed only if the first, or the second and it is the one that
    /// the subject has. `recipient`: of the envelope, where the host knows it; else the mail's
    /// headers say it. What is no report, or of no message here, changes nothing and is no error.
    IngestReport ingest_mail(std::string_view mail, std::string_view recipient = {});
    /// All mails in <folder>/new of a Maildir, the oldest first. What was recorded goes to
    /// <folder>/cur; a crash between the two is mended by the next call, since repetitions change
    /// nothing. `progress` (done and all) is asked after some mails each; false stops. Outside of a
    /// transaction: Errc::invalid. Errc::not_found: no Maildir. Errc::io: a mail cannot be moved.
    IngestReport ingest_maildir(const std::string& folder, const Progress& progress = {});
    /// The end of the URL that is given to the gateway: who knows it may tell events. Made from the
    /// store's key, kept nowhere. After a rotation of the key the former ones hold too.
    [[nodiscard]] std::string secret() const;
    /// In constant time.
    [[nodiscard]] bool is_secret(std::string_view given) const;
    [[nodiscard]] std::vector<DeliveryEvent> list(const DeliveryFilter& filter = {}) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas
