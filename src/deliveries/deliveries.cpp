#include "deliveries/ingest.hpp"

#include "subjects/lookup.hpp"

#include <fmt/format.h>

namespace habeas {
namespace deliveries {
namespace {

std::string secret_of(store::Engine& engine, const store::RootKey& key) {
    const base::Hash128 hash = base::keyed_hash128(engine.keys().subkey(key, store::Subkey::token),
                                                   "events of the gateway mailjet");
    return base::to_base64url(base::as_view(hash));
}

} // namespace
} // namespace deliveries

IngestReport Deliveries::ingest_mailjet(std::string_view body) {
    engine_->check_writable();
    const auto events = deliveries::read_mailjet_events(body);
    store::Engine::Write tx(*engine_);
    deliveries::Ingest ingest(*engine_, "mailjet");
    for (const deliveries::GatewayEvent& each : events) {
        ingest.add(each);
    }
    const IngestReport out = ingest.finish();
    tx.commit();
    return out;
}

std::string Deliveries::secret() const {
    return deliveries::secret_of(*engine_, engine_->keys().active());
}

bool Deliveries::is_secret(std::string_view given) const {
    bool out = false;
    for (const store::RootKey& key : engine_->keys().all()) {
        const std::string right = deliveries::secret_of(*engine_, key);
        out = base::equal_constant_time(base::as_bytes(given), base::as_bytes(right)) || out;
    }
    return out;
}

std::vector<DeliveryEvent> Deliveries::list(const DeliveryFilter& filter) const {
    store::Engine::Read snapshot(*engine_);
    // Of one subject or message by the index.
    auto row = engine_->db().prepare_text(
        fmt::format("SELECT id, kind, message_id, subject_id, gateway, at, recorded_at, reason "
                    "FROM delivery_event WHERE id > ?1 AND (?3 IS NULL OR kind = ?3) AND {} AND {} "
                    "ORDER BY id LIMIT ?2",
                    filter.subject ? "subject_id = ?4" : "?4 IS NULL",
                    filter.message ? "message_id = ?5" : "?5 IS NULL"));
    std::optional<std::int64_t> subject;
    if (filter.subject) {
        subject = static_cast<std::int64_t>(subjects::require(*engine_, *filter.subject));
    }
    row.bind_all(
        static_cast<std::int64_t>(filter.after), static_cast<std::int64_t>(filter.limit),
        filter.kind ? std::optional(std::string(delivery_kind_name(*filter.kind))) : std::nullopt,
        subject,
        filter.message ? std::optional(static_cast<std::int64_t>(*filter.message)) : std::nullopt);
    std::vector<DeliveryEvent> out;
    while (row.step()) {
        DeliveryEvent& each = out.emplace_back();
        each.id = DeliveryEventId{row.i64(0)};
        each.kind = delivery_kind(row.text(1)).value_or(DeliveryKind::unknown);
        if (!row.is_null(2)) {
            each.message = MessageId{row.i64(2)};
        }
        if (!row.is_null(3)) {
            each.subject = SubjectId{row.i64(3)};
        }
        each.gateway = row.str(4);
        each.at = Time(std::chrono::milliseconds(row.i64(5)));
        each.recorded_at = Time(std::chrono::milliseconds(row.i64(6)));
        each.reason = row.str(7);
    }
    return out;
}

} // namespace habeas
