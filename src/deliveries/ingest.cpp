#include "deliveries/ingest.hpp"

#include "base/calendar.hpp"
#include "habeas/campaign.hpp"
#include "outbox/links.hpp"
#include "outbox/rows.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::deliveries {
namespace {

using std::chrono::milliseconds;

bool is_tracking(DeliveryKind kind) {
    return kind == DeliveryKind::opened || kind == DeliveryKind::clicked;
}

/// It changes what may be sent to an address.
bool is_about_address(DeliveryKind kind) {
    return kind == DeliveryKind::hard_bounced || kind == DeliveryKind::blocked ||
           kind == DeliveryKind::complained || kind == DeliveryKind::unsubscribed;
}

std::string note_of(const std::string& gateway, const GatewayEvent& event) {
    std::string out = gateway + ": " + std::string(delivery_kind_name(event.kind));
    if (!event.reason.empty()) {
        out += " (" + event.reason + ")";
    }
    if (!event.message.empty()) {
        out += ", its message " + event.message;
    }
    return out;
}

} // namespace

Ingest::Ingest(store::Engine& engine, std::string gateway)
    : engine_(engine), gateway_(std::move(gateway)) {}

void Ingest::add(const GatewayEvent& event) {
    ++report_.received;
    take(event, find(event));
}

void Ingest::take(const GatewayEvent& event, const std::optional<Found>& found) {
    const std::string known_by = identity(event);
    {
        auto row = engine_.db().prepare("SELECT 1 FROM delivery_event WHERE identity = ?1");
        row.bind(1, store::Blob{known_by});
        if (row.step()) {
            ++report_.repeated;
            return;
        }
    }
    if (!found) {
        ++report_.unmatched;
    }
    if (is_tracking(event.kind) &&
        !(found && found->subject && !found->internal && tracked(*found->subject))) {
        ++report_.untracked;
        return;
    }
    ++days_[{format_date(base::civil_date(time_of(event))), event.kind, event.reason}];
    keep(event, found, known_by);
    follow(event, found);
    ++report_.recorded;
}

IngestReport Ingest::finish() {
    auto row = engine_.db().prepare(
        "INSERT INTO delivery_day(day, gateway, kind, reason, events) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT DO UPDATE SET events = events + excluded.events");
    for (const auto& [what, count] : days_) {
        const auto& [day, kind, reason] = what;
        row.bind_all(day, gateway_, delivery_kind_name(kind), reason, count).run();
    }
    days_.clear();
    return report_;
}

/// By our own reference, else by the gateway's number.
std::optional<Ingest::Found> Ingest::find(const GatewayEvent& event) const {
    if (auto found = find_reference(event.reference)) {
        return found;
    }
    if (event.message.empty()) {
        return std::nullopt;
    }
    auto row = engine_.db().prepare("SELECT id FROM outbox WHERE gateway = ?1 AND "
                                    "gateway_reference = ?2 AND gateway_reference <> ''");
    row.bind_all(gateway_, event.message);
    return row.step() ? find_number(row.i64(0)) : std::nullopt;
}

std::optional<Ingest::Found> Ingest::find_reference(const std::string& reference) const {
    const auto id = outbox::reference_message(reference);
    if (!id) {
        return std::nullopt;
    }
    auto row = engine_.db().prepare("SELECT reference FROM outbox WHERE id = ?1");
    row.bind(1, *id);
    const bool right = row.step() && base::equal_constant_time(
                                         base::as_bytes(outbox::reference_text(*id, row.blob(0))),
                                         base::as_bytes(reference));
    return right ? find_number(*id) : std::nullopt;
}

std::optional<Ingest::Found> Ingest::find_number(std::int64_t message) const {
    auto row = engine_.db().prepare(
        "SELECT o.id, o.subject_id, t.code, o.state, o.kind, o.recipient, o.queued_at "
        "FROM outbox o LEFT JOIN message_template t ON t.id = o.template_id WHERE o.id = ?1");
    row.bind(1, message);
    if (!row.step()) {
        return std::nullopt;
    }
    Found out;
    out.message = row.i64(0);
    out.subject = row.opt_i64(1);
    out.template_code = row.opt_str(2).value_or("");
    out.state = row.str(3);
    out.internal = row.text(4) == "internal";
    out.recipient = row.opt_str(5).value_or("");
    out.queued_at = row.i64(6);
    return out;
}

std::string Ingest::identity(const GatewayEvent& event) const {
    base::Hasher hasher; // nothing in it says who: it holds when the key is rotated
    hasher.str("delivery").str(gateway_).str(event.reference).str(event.message);
    hasher.str(delivery_kind_name(event.kind)).i64(event.at);
    hasher.str(event.reason).str(event.detail);
    return std::string(base::as_view(hasher.finish()));
}

void Ingest::keep(const GatewayEvent& event, const std::optional<Found>& found,
                  const std::string& identity) {
    auto row = engine_.db().prepare(
        "INSERT INTO delivery_event(identity, kind, message_id, subject_id, gateway, at, "
        "recorded_at, reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    row.bind_all(store::Blob{identity}, delivery_kind_name(event.kind),
                 found ? std::optional(found->message) : std::nullopt,
                 found ? found->subject : std::nullopt, gateway_, event.at, engine_.now_ms(),
                 event.reason)
        .run();
    if (found) {
        outbox::note_message(engine_, found->subject);
    }
}

void Ingest::follow(const GatewayEvent& event, const std::optional<Found>& found) {
    // The gateway had it, whatever came of it then.
    if (found && found->state == "uncertain" && event.kind != DeliveryKind::not_sent &&
        event.kind != DeliveryKind::unknown) {
        outbox::finish(engine_, found->message, MessageState::sent, "");
    }
    if (is_about_address(event.kind) && event.acts) {
        act_on_address(event, found);
    } else if (is_tracking(event.kind) && found && !found->internal &&
               !found->template_code.empty()) {
        Campaigns(engine_).record_signal(SubjectId{*found->subject},
                                         event.kind == DeliveryKind::opened ? SignalKind::opened
                                                                            : SignalKind::clicked,
                                         found->template_code, time_of(event));
    }
}

void Ingest::act_on_address(const GatewayEvent& event, const std::optional<Found>& found) {
    const bool dead =
        event.kind == DeliveryKind::hard_bounced || event.kind == DeliveryKind::blocked;
    std::optional<Identifier> address;
    std::optional<SubjectId> owner;
    if (!event.address.empty()) {
        try {
            address = Identifier{IdentifierKind::email, {}, event.address};
            owner = subjects::find(engine_, subjects::normalise(engine_, *address));
        } catch (const Error&) { // no address as it should be
            address.reset();
        }
    }
    // Of a message to an employee the subject is whom it tells of.
    const std::optional<SubjectId> addressee = found && found->subject && !found->internal
                                                   ? std::optional(SubjectId{*found->subject})
                                                   : std::nullopt;
    if (dead) {
        // An address that the person gave up since says nothing of the one they have now.
        if (owner) {
            record(*owner, EventKind::bounced, "hard", event);
        } else if (address) {
            Consent(engine_).suppress(*address, "bounce", "all", note_of(gateway_, event));
        } else if (addressee) {
            record(*addressee, EventKind::bounced, "hard", event);
        }
        return;
    }
    // A complaint is the person's own word, from whichever address.
    const std::optional<SubjectId> who = owner ? owner : addressee;
    const bool complaint = event.kind == DeliveryKind::complained;
    if (who) {
        record(*who, complaint ? EventKind::complained : EventKind::objected,
               complaint ? "" : "direct_marketing", event);
    } else if (address) {
        Consent(engine_).suppress(*address, complaint ? "complaint" : "objection", "marketing",
                                  note_of(gateway_, event));
    }
}

void Ingest::record(SubjectId subject, EventKind kind, const std::string& scope,
                    const GatewayEvent& event) {
    ConsentEvent out;
    out.subject = subject;
    out.kind = kind;
    out.scope = scope;
    out.channel = Channel::email;
    out.effective_at = time_of(event);
    out.evidence.method = "api";
    out.evidence.note = note_of(gateway_, event);
    Consent(engine_).record(out);
}

/// The decision for the purpose that the controller named for it. Without one nobody is.
bool Ingest::tracked(std::int64_t subject) const {
    const std::string purpose = engine_.meta("setting.tracking_purpose").value_or("");
    return !purpose.empty() &&
           Consent(engine_).may_process(SubjectId{subject}, purpose, Channel::email).allowed;
}

/// A gateway's clock may be ahead of ours.
Time Ingest::time_of(const GatewayEvent& event) const {
    return Time(milliseconds(std::min(event.at, engine_.now_ms())));
}

} // namespace habeas::deliveries
