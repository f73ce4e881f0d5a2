// What is asked, and the mail that asks for the confirmation: one for an address, not one for each
// time that somebody types it in.
#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "optin/rows.hpp"
#include "outbox/links.hpp"
#include "outbox/render.hpp"
#include "requests/token.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace optin {
namespace {

using nlohmann::json;

constexpr std::size_t max_consents = 200;
constexpr int max_resends = 2;
constexpr std::int64_t resend_after_ms = 5 * 60 * 1000;

/// The template is of a purpose that may write to who has not confirmed.
void check_template(store::Engine& engine, const std::string& code) {
    if (code.empty()) {
        return;
    }
    const auto source = outbox::latest_template(engine, code);
    if (!source) {
        throw Error(Errc::not_found, "template " + code + " is not there; define it first",
                    "message_template");
    }
    const auto purposes = consent::catalogue(engine);
    const consent::PurposeHistory* found = purposes->find(source->definition.purpose);
    const Purpose* purpose = found ? consent::present_definition(*found) : nullptr;
    if (purpose == nullptr || purpose->kind != PurposeKind::confirmation) {
        throw Error(Errc::invalid,
                    "message_template: only a purpose of kind confirmation may write to somebody "
                    "who has not confirmed yet",
                    "message_template");
    }
}

/// Each ends by itself; the earliest end is that of all.
std::int64_t record_requests(store::Engine& engine, const OptinInput& input, json& numbers) {
    std::int64_t end = 0;
    std::vector<ConsentEvent> events = input.consents;
    for (ConsentEvent& each : events) {
        each.subject = input.subject;
        each.kind = EventKind::requested;
        each.effective_at = {};
    }
    for (const EventId id : Consent(engine).record(events)) {
        numbers.push_back(static_cast<std::int64_t>(id));
    }
    const Time now(std::chrono::milliseconds(engine.now_ms()));
    for (const ConsentEvent& each : events) {
        const auto purpose = Purposes(engine).find(each.purpose);
        const Time until = each.evidence.expires_at.value_or(
            base::add_duration(now, purpose->double_opt_in_validity));
        const std::int64_t ms = until.time_since_epoch().count();
        end = end == 0 ? ms : std::min(end, ms);
    }
    return end;
}

void withhold(store::Engine& engine, OptinId id, std::string_view why) {
    engine.db()
        .prepare("UPDATE optin SET withheld = ?2 WHERE id = ?1")
        .bind_all(number(id), why)
        .run();
}

std::string data_of(store::Engine& engine, OptinId id) {
    auto row = engine.db().prepare("SELECT data FROM optin WHERE id = ?1");
    row.bind(1, number(id));
    return row.step() ? row.str(0) : std::string();
}

} // namespace

void send_mail(store::Engine& engine, const Optin& optin) {
    const requests::Token token = requests::make_token(engine, number(optin.id), "optin");
    Message message;
    message.subject = optin.subject;
    message.key =
        "optin:" + std::to_string(number(optin.id)) + ":" + std::to_string(optin.mails + 1);
    message.message_template = optin.message_template;
    message.language = optin.language;
    message.data = data_of(engine, optin.id);
    message.secret_data =
        base::object_of("token", token.text, "confirm_url",
                        outbox::confirm_url(*outbox::settings(engine), token.text))
            .dump();
    const QueueResult queued = Outbox(engine).queue(message);
    if (queued.state == MessageState::refused) {
        withhold(engine, optin.id, reason_code(queued.decision.reason));
        return;
    }
    engine.db()
        .prepare("UPDATE optin SET token_key = ?2, token_hash = ?3, attempts = 0, mails = mails + "
                 "1, last_mail_at = ?4, message_id = ?5, withheld = '' WHERE id = ?1")
        .bind_all(number(optin.id), token.key, store::Blob{base::as_view(token.hash)},
                  engine.now_ms(), static_cast<std::int64_t>(queued.id))
        .run();
    make_quiet(engine, address_of(engine, optin.subject, optin.message_template));
}

} // namespace optin

Optin Optins::ask(const OptinInput& input) {
    using namespace optin;
    if (input.consents.empty() || input.consents.size() > max_consents) {
        throw Error(Errc::invalid, "consents: name what is asked, at most 200", "consents");
    }
    outbox::check_data(input.data);
    store::Engine::Write tx(*engine_);
    OptinInput wanted = input;
    wanted.subject = subjects::require(*engine_, input.subject);
    if (wanted.language.empty()) {
        wanted.language = wanted.consents.front().evidence.language;
    }
    if (!wanted.language.empty()) {
        wanted.language = base::normalise_language(wanted.language);
    }
    check_template(*engine_, wanted.message_template);
    json events = json::array();
    const std::int64_t end = record_requests(*engine_, wanted, events);
    const auto address = address_of(*engine_, wanted.subject, wanted.message_template);
    const store::HashRef none{};
    const store::HashRef& to = address.empty() ? none : address.front();
    auto row = engine_->db().prepare(
        "INSERT INTO optin(subject_id, state, language, template, data, requested, granted, "
        "requested_at, expires_at, address_kind, address_key, address_hash, attempts, mails, "
        "message_id, withheld) VALUES(?1, 'waiting', ?2, ?3, ?4, ?5, '[]', ?6, ?7, ?8, ?9, ?10, 0, "
        "0, 0, '') RETURNING id");
    row.bind_all(number(wanted.subject), wanted.language, wanted.message_template, wanted.data,
                 events.dump(), engine_->now_ms(), end, static_cast<std::int64_t>(to.kind),
                 to.key_id,
                 store::Blob{address.empty() ? std::string_view{} : base::as_view(to.hash)});
    row.step();
    const OptinId id{row.i64(0)};
    row.reset();
    if (wanted.message_template.empty()) {
        withhold(*engine_, id, "no_template");
    } else if (address.empty()) {
        withhold(*engine_, id, "no_address");
    } else if (is_quiet(*engine_, address)) {
        withhold(*engine_, id, "already_asked");
    } else {
        send_mail(*engine_, require(*engine_, id));
    }
    Optin out = require(*engine_, id);
    tx.commit();
    return out;
}

Optin Optins::resend(OptinId id) {
    using namespace optin;
    store::Engine::Write tx(*engine_);
    const Optin found = require_waiting(*engine_, id);
    if (found.message_template.empty()) {
        throw Error(Errc::conflict, "this sign-up has no mail; vouch for it or cancel it", "optin");
    }
    if (found.mails > max_resends) {
        throw Error(Errc::denied,
                    "this address was written to three times and did not confirm: no more mails",
                    "optin");
    }
    if (found.last_mail_at &&
        engine_->now_ms() - found.last_mail_at->time_since_epoch().count() < resend_after_ms) {
        throw Error(Errc::denied, "the last mail is not five minutes old; wait a little", "optin");
    }
    send_mail(*engine_, found);
    Optin out = require(*engine_, id);
    tx.commit();
    return out;
}

} // namespace habeas
