// Unsubscribe: a page with a button, and the one click of mail programs (RFC 8058), which counts by
// POST alone.
#include "consent/catalogue.hpp"
#include "consent/evidence.hpp"
#include "exports/model.hpp"
#include "forms/words.hpp"
#include "preferences/visit.hpp"

namespace habeas::preferences {
namespace {

bool said_no(ConsentState state) {
    return state == ConsentState::withdrawn || state == ConsentState::refused;
}

const Purpose* purpose_of(const consent::Catalogue& purposes, std::int64_t id) {
    const consent::PurposeHistory* found = purposes.find(id);
    return found ? consent::present_definition(*found) : nullptr;
}

} // namespace

Evidence Visit::evidence() const {
    Evidence out;
    out.method = "email_link";
    if (!request.ip.empty()) {
        out.ip = consent::truncate_ip(request.ip);
    }
    out.user_agent = request.user_agent;
    return out;
}

void stop_one(const Visit& visit, const std::string& purpose, Channel channel,
              const std::string& how) {
    if (said_no(Consent(visit.engine).state(*visit.subject, purpose, channel))) {
        return;
    }
    ConsentEvent event;
    event.subject = *visit.subject;
    event.kind = EventKind::withdrawn;
    event.purpose = purpose;
    event.channel = channel;
    event.evidence = visit.evidence();
    event.evidence.document = how;
    Consent(visit.engine).record(event);
}

void stop_all(const Visit& visit) {
    bool objected = true; // has it been said, and does it still stand everywhere?
    for (const Purpose& each : Purposes(visit.engine).list()) {
        if (each.kind != PurposeKind::marketing || each.retired_at) {
            continue;
        }
        for (const Channel channel : each.channels) {
            const ConsentState state =
                Consent(visit.engine).state(*visit.subject, each.code, channel);
            if (state == ConsentState::granted || state == ConsentState::requested) {
                stop_one(visit, each.code, channel, "unsubscribed from everything");
            }
            const Reason reason =
                Consent(visit.engine).may_process(*visit.subject, each.code, channel).reason;
            objected = objected && reason == Reason::objected_direct_marketing;
        }
    }
    if (objected) {
        return;
    }
    ConsentEvent event;
    event.subject = *visit.subject;
    event.kind = EventKind::objected;
    event.scope = "direct_marketing";
    event.evidence = visit.evidence();
    event.evidence.document = "unsubscribed from everything";
    Consent(visit.engine).record(event);
}

Page unsubscribe_page(Visit& visit) {
    const Words words(visit.engine, visit.language);
    PageBuilder page(words, *visit.settings);
    const auto purposes = consent::catalogue(visit.engine);
    const consent::PurposeHistory* history = purposes->find(visit.link->purpose);
    const Purpose* purpose = purpose_of(*purposes, visit.link->purpose);
    if (visit.sent != nullptr) {
        const bool one_click = has_value(*visit.sent, "List-Unsubscribe", "One-Click");
        const bool all = visit.action() == "all";
        if (!one_click && !all && visit.action() != "unsubscribe") {
            return page.title("error.title").paragraph(words.of("error.unknown")).finish(400);
        }
        // Who was erased since gets the same answer: there is nothing left to stop, nor to tell.
        if (visit.subject && all) {
            stop_all(visit);
        } else if (visit.subject && purpose != nullptr) {
            stop_one(visit, history->code, visit.link->channel,
                     "message " + std::to_string(visit.link->message) +
                         (one_click ? ", one-click" : ", link"));
        }
        return page.title("unsubscribe.done_title")
            .paragraph(words.of(all ? "all.done" : "unsubscribe.done"))
            .finish();
    }
    const std::string label =
        purpose == nullptr ? ""
                           : exports::label_for(purpose->labels, words.language(), history->code);
    page.title("unsubscribe.title")
        .html("<div class=\"card\">\n")
        .paragraph(
            words.of("unsubscribe.question",
                     {{"purpose", label},
                      {"channel", forms::channel_word(visit.link->channel, words.language())}}))
        .button("unsubscribe", "unsubscribe.button")
        .button("all", "unsubscribe.all", /*quiet=*/true)
        .html("</div>\n");
    return page.finish();
}

} // namespace habeas::preferences
