// What became of messages, as their gateway tells afterwards: delivered, opened, bounced, refused
// as spam.
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
    unknown       ///< an event that its documentation does not name; nothing follows
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
    std::string reason; ///< the gateway's words for it, such as "recipient/user unknown"
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
    std::uint64_t unmatched = 0; ///< about no message of this store
};

class Deliveries {
  public:
    explicit Deliveries(Store& store) : engine_(&store.engine()) {}
    explicit Deliveries(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// The body of a callback of Mailjet's Event API: one object, or an array of them. All or none
    /// is recorded. Repetitions and their order change nothing. Errc::invalid: not as documented (a
    /// gateway tries again, so answer 400 and look at it).
    IngestReport ingest_mailjet(std::string_view body);
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
