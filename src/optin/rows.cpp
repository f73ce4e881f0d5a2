#include "optin/rows.hpp"

#include "audit/ledger.hpp"
#include "base/calendar.hpp"
#include "consent/catalogue.hpp"
#include "consent/ledger.hpp"
#include "exports/model.hpp"
#include "outbox/render.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace habeas {
namespace optin {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> states{"waiting", "confirmed", "expired", "cancelled"};
constexpr const char* default_quiet = "P30D";

#define HABEAS_OPTIN_COLUMNS                                                                       \
    "id, subject_id, state, language, template, requested, granted, requested_at, expires_at, "    \
    "closed_at, mails, last_mail_at, message_id, withheld"

/// The row, and the numbers of the events asked for.
struct Row {
    Optin optin;
    std::vector<std::int64_t> events;
};

Row read_row(const store::Statement& row) {
    Row out;
    out.optin.id = OptinId{row.i64(0)};
    out.optin.subject = SubjectId{row.i64(1)};
    out.optin.state = optin_state(row.text(2)).value_or(OptinState::cancelled);
    out.optin.language = row.str(3);
    out.optin.message_template = row.str(4);
    out.events = json::parse(row.text(5)).get<std::vector<std::int64_t>>();
    for (const json& each : json::parse(row.text(6))) {
        out.optin.granted.push_back(EventId{each.get<std::int64_t>()});
    }
    out.optin.requested_at = time_of(row.i64(7));
    out.optin.expires_at = time_of(row.i64(8));
    out.optin.closed_at = optional_time(row, 9);
    out.optin.mails = static_cast<int>(row.i64(10));
    out.optin.last_mail_at = optional_time(row, 11);
    out.optin.message = MessageId{row.i64(12)};
    out.optin.withheld = row.str(13);
    return out;
}

/// Events that are gone (retention, a restored file) are left out.
Optin with_events(store::Engine& engine, Row row) {
    const auto purposes = consent::catalogue(engine);
    for (const std::int64_t each : row.events) {
        const auto entry = audit::find_event(engine, each);
        if (entry && entry->subject == number(row.optin.subject)) {
            row.optin.consents.push_back(consent::to_event(engine, *purposes, *entry));
        }
    }
    const bool late = row.optin.expires_at.time_since_epoch().count() <= engine.now_ms();
    if (row.optin.state == OptinState::waiting && late) { // the tick writes it
        row.optin.state = OptinState::expired;
    }
    return std::move(row.optin);
}

} // namespace

std::optional<Optin> find(store::Engine& engine, std::int64_t id) {
    auto row = engine.db().prepare("SELECT " HABEAS_OPTIN_COLUMNS " FROM optin WHERE id = ?1");
    row.bind(1, id);
    if (!row.step()) {
        return std::nullopt;
    }
    Row found = read_row(row);
    row.reset();
    return with_events(engine, std::move(found));
}

Optin require(store::Engine& engine, OptinId id) {
    auto found = find(engine, number(id));
    if (!found) {
        throw Error(Errc::not_found, "there is no such sign-up", "optin");
    }
    return std::move(*found);
}

Optin require_waiting(store::Engine& engine, OptinId id) {
    Optin found = require(engine, id);
    if (found.state != OptinState::waiting) {
        throw Error(Errc::conflict,
                    "this sign-up is " + std::string(optin_state_name(found.state)) +
                        ": the person has to sign up again",
                    "optin");
    }
    return found;
}

std::vector<Optin> select(store::Engine& engine, const OptinFilter& filter) {
    // What is late counts as expired before the tick says so.
    auto row = engine.db().prepare_text(
        fmt::format("SELECT " HABEAS_OPTIN_COLUMNS " FROM optin WHERE id > ?1 AND {} AND (?3 IS "
                    "NULL OR ?3 = CASE WHEN state = 'waiting' AND expires_at <= ?4 THEN 'expired' "
                    "ELSE state END) ORDER BY id LIMIT ?5",
                    filter.subject ? "subject_id = ?2" : "?2 IS NULL"));
    std::optional<std::int64_t> subject;
    if (filter.subject) {
        subject = number(subjects::require(engine, *filter.subject));
    }
    const auto state =
        filter.state ? std::optional(std::string(optin_state_name(*filter.state))) : std::nullopt;
    row.bind_all(number(filter.after), subject, state, engine.now_ms(),
                 static_cast<std::int64_t>(filter.limit));
    std::vector<Row> rows;
    while (row.step()) {
        rows.push_back(read_row(row));
    }
    row.reset();
    std::vector<Optin> out;
    out.reserve(rows.size());
    for (Row& each : rows) {
        out.push_back(with_events(engine, std::move(each)));
    }
    return out;
}

std::vector<store::HashRef> address_of(store::Engine& engine, SubjectId subject,
                                       const std::string& message_template) {
    Identifier address;
    if (!message_template.empty()) {
        if (const auto source = outbox::latest_template(engine, message_template);
            source && source->definition.channel != Channel::email) {
            address.kind = IdentifierKind::phone;
        }
    }
    const bool phone = address.kind == IdentifierKind::phone;
    address.value =
        exports::text_of(subjects::load(engine, subject).fields, phone ? "phone" : "email");
    if (address.value.empty()) {
        return {};
    }
    return subjects::hash_all(engine, subjects::normalise(engine, address));
}

bool is_quiet(store::Engine& engine, const std::vector<store::HashRef>& address) {
    for (const store::HashRef& each : address) {
        auto row = engine.db().prepare("SELECT 1 FROM optin_address WHERE kind = ?1 AND key_id = "
                                       "?2 AND hash = ?3 AND until > ?4");
        row.bind_all(static_cast<std::int64_t>(each.kind), each.key_id,
                     store::Blob{base::as_view(each.hash)}, engine.now_ms());
        if (row.step()) {
            return true;
        }
    }
    return false;
}

void make_quiet(store::Engine& engine, const std::vector<store::HashRef>& address) {
    if (address.empty()) {
        return;
    }
    const Time until = base::add_duration(time_of(engine.now_ms()), quiet_time(engine));
    const store::HashRef& active = address.front();
    engine.db()
        .prepare("INSERT INTO optin_address(kind, key_id, hash, until) VALUES(?1, ?2, ?3, ?4) ON "
                 "CONFLICT DO UPDATE SET until = excluded.until")
        .bind_all(static_cast<std::int64_t>(active.kind), active.key_id,
                  store::Blob{base::as_view(active.hash)}, until.time_since_epoch().count())
        .run();
}

void end_quiet(store::Engine& engine, const std::vector<store::HashRef>& address) {
    for (const store::HashRef& each : address) {
        engine.db()
            .prepare("DELETE FROM optin_address WHERE kind = ?1 AND key_id = ?2 AND hash = ?3")
            .bind_all(static_cast<std::int64_t>(each.kind), each.key_id,
                      store::Blob{base::as_view(each.hash)})
            .run();
    }
}

void reopen(store::Engine& engine, SubjectId subject, const std::string& purpose, Channel channel,
            const std::string& why) {
    Consent consent(engine);
    if (consent.may_process(subject, purpose, channel).reason != Reason::suppressed) {
        return;
    }
    const std::string address = exports::text_of(subjects::load(engine, subject).fields, "email");
    if (!address.empty()) {
        consent.unsuppress({IdentifierKind::email, {}, address}, why);
    }
}

std::string quiet_time(store::Engine& engine) {
    std::string set = engine.meta("setting.optin_quiet").value_or("");
    return set.empty() ? default_quiet : set;
}

} // namespace optin

std::string_view optin_state_name(OptinState state) noexcept {
    const auto at = static_cast<std::size_t>(state);
    return at < optin::states.size() ? optin::states[at] : std::string_view{};
}

std::optional<OptinState> optin_state(std::string_view name) noexcept {
    for (std::size_t i = 0; i < optin::states.size(); ++i) {
        if (optin::states[i] == name) {
            return static_cast<OptinState>(i);
        }
    }
    return std::nullopt;
}

} // namespace habeas
