// The click: what was asked for is granted, with the request and the mail as evidence.
#include "consent/evidence.hpp"
#include "exports/model.hpp"
#include "optin/rows.hpp"
#include "requests/token.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace optin {
namespace {

using nlohmann::json;

constexpr std::int64_t max_attempts = 5;

/// Is the address that the mail went to still one of the person's?
bool still_theirs(store::Engine& engine, const Optin& optin, const store::HashRef& sent_to) {
    const auto now = address_of(engine, optin.subject, optin.message_template);
    return std::any_of(now.begin(), now.end(), [&](const store::HashRef& each) {
        return each.kind == sent_to.kind && each.key_id == sent_to.key_id &&
               each.hash == sent_to.hash;
    });
}

store::HashRef sent_to(const store::Statement& row) {
    store::HashRef out;
    out.kind = static_cast<std::uint8_t>(row.i64(4));
    out.key_id = row.str(5);
    const std::string_view hash = row.blob(6);
    if (hash.size() == out.hash.size()) {
        std::copy(hash.begin(), hash.end(), out.hash.begin());
    }
    return out;
}

/// The sign-up whose token this is. `count_wrong`: a wrong secret is an attempt.
std::optional<Optin> match(store::Engine& engine, std::string_view token, bool count_wrong) {
    const auto parts = requests::split_token(token);
    if (!parts) {
        return std::nullopt;
    }
    auto row = engine.db().prepare("SELECT token_key, token_hash, attempts, state, address_kind, "
                                   "address_key, address_hash FROM optin WHERE id = ?1 AND "
                                   "token_hash IS NOT NULL");
    row.bind(1, parts->number);
    if (!row.step()) {
        return std::nullopt;
    }
    const auto hash = requests::hash_token(engine, row.str(0), *parts, "optin");
    const bool same = hash && base::equal_constant_time(base::as_bytes(row.blob(1)), *hash);
    const bool tried = row.i64(2) >= max_attempts;
    const store::HashRef address = sent_to(row);
    row.reset();
    if (!same && count_wrong) {
        engine.db()
            .prepare("UPDATE optin SET attempts = attempts + 1 WHERE id = ?1")
            .bind_all(parts->number)
            .run();
    }
    if (!same || tried) {
        return std::nullopt;
    }
    auto found = find(engine, parts->number);
    if (!found || found->state == OptinState::confirmed) {
        return found; // the second click gets the answer of the first
    }
    return found->state == OptinState::waiting && still_theirs(engine, *found, address)
               ? found
               : std::nullopt;
}

/// Says the same as the request, and refers to it and to the mail.
ConsentEvent grant_of(const Optin& optin, const ConsentEvent& requested) {
    ConsentEvent out;
    out.subject = optin.subject;
    out.kind = EventKind::granted;
    out.purpose = requested.purpose;
    out.channel = requested.channel;
    out.evidence = requested.evidence;
    out.evidence.expires_at.reset(); // that was the end of the request
    out.evidence.ip.clear();
    out.evidence.user_agent.clear();
    out.evidence.document = "optin " + std::to_string(number(optin.id)) + ", request event " +
                            std::to_string(static_cast<std::int64_t>(requested.id));
    if (optin.message != MessageId{}) {
        out.evidence.document +=
            ", message " + std::to_string(static_cast<std::int64_t>(optin.message));
    }
    return out;
}

void grant(store::Engine& engine, Optin& optin, const Evidence& how) {
    json numbers = json::array();
    for (const ConsentEvent& each : optin.consents) {
        const auto purpose = Purposes(engine).find(each.purpose);
        if (!purpose || purpose->retired_at) {
            continue;
        }
        ConsentEvent event = grant_of(optin, each);
        event.evidence.method = how.method;
        event.evidence.ip = how.ip;
        event.evidence.user_agent = how.user_agent;
        if (!how.note.empty()) {
            event.evidence.note += (event.evidence.note.empty() ? "" : "; ") + how.note;
        }
        const EventId id = Consent(engine).record(event);
        optin.granted.push_back(id);
        numbers.push_back(static_cast<std::int64_t>(id));
    }
    engine.db()
        .prepare("UPDATE optin SET state = 'confirmed', closed_at = ?2, granted = ?3, data = '' "
                 "WHERE id = ?1")
        .bind_all(number(optin.id), engine.now_ms(), numbers.dump())
        .run();
    for (const ConsentEvent& each : optin.consents) {
        reopen(engine, optin.subject, each.purpose, each.channel,
               "double opt-in " + std::to_string(number(optin.id)));
    }
}

/// The address answers: what else was asked for it may be asked now.
void send_others(store::Engine& engine, const Optin& confirmed) {
    const auto address = address_of(engine, confirmed.subject, confirmed.message_template);
    end_quiet(engine, address);
    OptinFilter filter;
    filter.subject = confirmed.subject;
    filter.state = OptinState::waiting;
    for (const Optin& each : select(engine, filter)) {
        if (each.withheld == "already_asked" && !is_quiet(engine, address)) {
            send_mail(engine, each);
        }
    }
}

} // namespace
} // namespace optin

std::optional<Optin> Optins::look_up(std::string_view token) const {
    store::Engine::Read snapshot(*engine_);
    return optin::match(*engine_, token, false);
}

std::optional<Optin> Optins::confirm(std::string_view token, const OptinContext& context) {
    using namespace optin;
    store::Engine::Write tx(*engine_);
    auto found = match(*engine_, token, true);
    if (found && found->state == OptinState::waiting) {
        Evidence how;
        how.method = "email_link";
        how.ip = context.ip.empty() ? std::string() : consent::truncate_ip(context.ip);
        how.user_agent = context.user_agent;
        grant(*engine_, *found, how);
        send_others(*engine_, *found);
        found = find(*engine_, number(found->id));
    }
    tx.commit();
    return found;
}

Optin Optins::vouch(OptinId id, const std::string& by) {
    using namespace optin;
    if (by.empty()) {
        throw Error(Errc::invalid, "by: say who vouches, and how it is known", "by");
    }
    store::Engine::Write tx(*engine_);
    Optin found = require_waiting(*engine_, id);
    Evidence how;
    how.method = "api";
    how.note = "vouched for by " + by;
    grant(*engine_, found, how);
    Optin out = require(*engine_, id);
    tx.commit();
    return out;
}

void Optins::cancel(OptinId id) {
    using namespace optin;
    store::Engine::Write tx(*engine_);
    require_waiting(*engine_, id);
    engine_->db()
        .prepare("UPDATE optin SET state = 'cancelled', closed_at = ?2, token_hash = NULL, data = "
                 "'' WHERE id = ?1")
        .bind_all(number(id), engine_->now_ms())
        .run();
    tx.commit();
}

Optin Optins::get(OptinId id) const {
    store::Engine::Read snapshot(*engine_);
    return optin::require(*engine_, id);
}

std::vector<Optin> Optins::list(const OptinFilter& filter) const {
    store::Engine::Read snapshot(*engine_);
    return optin::select(*engine_, filter);
}

} // namespace habeas
