// The preference centre: what the person does.
#include "base/calendar.hpp"
#include "base/json_members.hpp"
#include "optin/rows.hpp"
#include "preferences/centre.hpp"
#include "preferences/dates.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

namespace habeas::preferences {
namespace {

constexpr const char* here = "preference centre";

/// A click on a link that came to the address is what double opt-in asks for.
void start(const Visit& visit, const Offer& offer, Channel channel) {
    ConsentEvent event;
    event.subject = *visit.subject;
    event.kind = EventKind::granted;
    event.purpose = offer.purpose.code;
    event.channel = channel;
    event.evidence = visit.evidence();
    event.evidence.document = here;
    if (offer.text) {
        event.evidence.text_version = offer.text->version;
        event.evidence.language = offer.text->language;
        event.evidence.note = "text " + offer.text->hash;
    }
    event.evidence.explicit_consent = offer.purpose.special_category;
    Consent(visit.engine).record(event);
    optin::reopen(visit.engine, *visit.subject, offer.purpose.code, channel, here);
}

enum class Saved : std::uint8_t { yes, outdated };

/// Only what the page showed is changed, and a yes only where the page showed no: what was
/// withdrawn elsewhere meanwhile stays withdrawn.
Saved save(const Visit& visit, const Words& words) {
    const auto shown =
        forms::decode_shown(visit.engine, shown_form, value_of(*visit.sent, forms::shown_input));
    if (!shown) {
        return Saved::outdated;
    }
    const std::vector<Offer> list = offers(visit, words);
    for (const Offer& offer : list) {
        const auto text = shown->texts.find(offer.purpose.code);
        if (text != shown->texts.end() && text->second != (offer.text ? offer.text->version : 0)) {
            return Saved::outdated; // the words have changed: nobody agrees to what they did not
                                    // see
        }
    }
    for (const Offer& offer : list) {
        for (const Switch& each : offer.switches) {
            const std::string name =
                offer.purpose.code + "." + std::string(channel_name(each.channel));
            const auto before = shown->texts.find(name);
            if (before == shown->texts.end()) {
                continue;
            }
            const bool ticked = has_value(*visit.sent, "on", name);
            if (ticked && before->second == 0 && !each.on) {
                start(visit, offer, each.channel);
            } else if (!ticked && (before->second != 0 || each.on)) {
                stop_one(visit, offer.purpose.code, each.channel, here);
            }
        }
    }
    return Saved::yes;
}

void record(const Visit& visit, EventKind kind, std::optional<Time> until = {}) {
    ConsentEvent event;
    event.subject = *visit.subject;
    event.kind = kind;
    event.evidence = visit.evidence();
    event.evidence.document = here;
    event.evidence.expires_at = until;
    Consent(visit.engine).record(event);
}

std::optional<Date> sent_date(const Visit& visit) {
    try {
        return parse_date(value_of(*visit.sent, "until"));
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// False: no such day, or not within a year.
bool pause(const Visit& visit) {
    const auto day = sent_date(visit);
    const auto [first, last] = pause_days(visit.engine);
    if (!day || std::chrono::sys_days{*day} < std::chrono::sys_days{first} ||
        std::chrono::sys_days{*day} > std::chrono::sys_days{last}) {
        return false;
    }
    if (paused_until(visit)) {
        record(visit, EventKind::resumed); // the new end counts, also where it is earlier
    }
    record(visit, EventKind::paused, base::midnight(*day));
    return true;
}

/// The mail that asks "is it you?" goes to the address that we know, where the setting names its
/// template. Without one the link itself is the proof: it came to that address.
bool check_identity(const Visit& visit, Requests& requests, RequestId id) {
    const std::string code = visit.engine.meta("setting.request_template").value_or("");
    if (code.empty()) {
        requests.vouch(id, visit.link->message == 0
                               ? std::string("a link to the preference centre from the host")
                               : "the link in message " + std::to_string(visit.link->message));
        return true;
    }
    const std::string token = requests.ask_identity(id);
    Message message;
    message.subject = *visit.subject;
    message.key = "preferences-request:" + std::to_string(static_cast<std::int64_t>(id)) + ":" +
                  std::to_string(visit.engine.now_ms());
    message.message_template = code;
    message.data = base::object_of("request", request_kind_name(requests.get(id).kind)).dump();
    message.secret_data =
        base::object_of("token", token, "confirm_url", outbox::request_url(*visit.settings, token))
            .dump();
    Outbox(visit.engine).queue(message);
    return false;
}

Page ask(const Visit& visit, const Words& words, RequestKind kind, const char* done) {
    Requests requests(visit.engine);
    const RequestId id = requests.open(kind, *visit.subject, "preferences");
    Request found = requests.get(id);
    PageBuilder page(words, *visit.settings);
    const bool settled = found.verified_at.has_value();
    if (!settled && !check_identity(visit, requests, id)) {
        return show_centre(visit, words, page.notice(words.of("request.check_mail")));
    }
    found = requests.get(id);
    page.notice(words.of(done, {{"date", due_date(visit.engine, found, words)}}));
    return show_centre(visit, words, page);
}

Page sure(const Visit& visit, const Words& words) {
    return PageBuilder(words, *visit.settings)
        .title("forget.sure_title")
        .html("<div class=\"card\">\n")
        .paragraph(words.of("forget.sure"))
        .button("forget_me", "forget.sure_button")
        .button("back", "forget.back", /*quiet=*/true)
        .html("</div>\n")
        .finish();
}

} // namespace

Page centre_page(Visit& visit) {
    if (visit.link->expires_at <= visit.engine.now_ms() || !visit.subject) {
        const Words words(visit.engine, visit.language);
        return invalid_link(words, *visit.settings, 410);
    }
    const Words words(visit.engine, visit.language);
    PageBuilder page(words, *visit.settings);
    const std::string action = visit.action();
    if (visit.sent == nullptr || action == "back") {
        return show_centre(visit, words, page);
    }
    if (action == "save") {
        if (save(visit, words) == Saved::outdated) {
            return show_centre(visit, words, page.problem(words.of("preferences.reload")));
        }
        return show_centre(visit, words, page.notice(words.of("preferences.saved")));
    }
    if (action == "pause") {
        if (!pause(visit)) {
            return show_centre(visit, words, page.problem(words.of("pause.invalid")));
        }
        page.notice(words.of("pause.done", {{"date", date_text(words, *paused_until(visit))}}));
        return show_centre(visit, words, page);
    }
    if (action == "resume") {
        if (paused_until(visit)) {
            record(visit, EventKind::resumed);
        }
        return show_centre(visit, words, page.notice(words.of("pause.ended")));
    }
    if (action == "all") {
        stop_all(visit);
        return show_centre(visit, words, page.notice(words.of("all.done")));
    }
    if (action == "data") {
        return ask(visit, words, RequestKind::access, "data.done");
    }
    if (action == "forget") {
        return sure(visit, words);
    }
    if (action == "forget_me") {
        return ask(visit, words, RequestKind::erasure, "forget.done");
    }
    return page.title("error.title").paragraph(words.of("error.unknown")).finish(400);
}

} // namespace habeas::preferences
