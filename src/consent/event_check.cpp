#include "consent/event_check.hpp"

#include "base/calendar.hpp"
#include "base/one_of.hpp"
#include "consent/catalogue.hpp"
#include "consent/evidence.hpp"
#include "consent/load.hpp"
#include "habeas/error.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

constexpr Ms tolerance = 5 * 60 * 1000; ///< clocks of hosts differ a little
const Ms earliest = to_ms(parse_time("1900-01-01"));

[[noreturn]] void refuse_event(const char* member, const std::string& message) {
    throw Error(Errc::invalid, std::string(member) + ": " + message, member);
}

void check_scope(const ConsentEvent& event) {
    std::string_view scope = event.scope;
    switch (event.kind) {
    case EventKind::objected:
        if (!base::one_of(scope, {"direct_marketing", "legitimate_interests", "public_task"})) {
            refuse_event("scope", "write direct_marketing, legitimate_interests or public_task");
        }
        return;
    case EventKind::objection_upheld:
    case EventKind::objection_overridden:
        if (!base::one_of(scope, {"", "legitimate_interests", "public_task"})) {
            refuse_event("scope", "write legitimate_interests, public_task or nothing for both; an "
                                  "objection to direct marketing needs no decision (art. 21(3))");
        }
        return;
    case EventKind::suppressed:
        if (!base::one_of(scope, {"marketing", "all"})) {
            refuse_event("scope", "write marketing or all");
        }
        return;
    case EventKind::unsuppressed:
        if (!base::one_of(scope, {"", "marketing", "all"})) {
            refuse_event("scope", "write marketing, all, or nothing for all");
        }
        return;
    case EventKind::bounced:
        if (!base::one_of(scope, {"hard", "soft"})) {
            refuse_event("scope", "write hard or soft");
        }
        return;
    default:
        if (!scope.empty()) {
            refuse_event("scope", "an event of this kind has none");
        }
    }
}

void check_purpose_named(const ConsentEvent& event, const PurposeHistory* purpose) {
    bool sign_up = event.kind == EventKind::granted || event.kind == EventKind::requested;
    if (!purpose) {
        if (sign_up || event.kind == EventKind::expired) {
            refuse_event("purpose",
                         "consent is given for one purpose (GDPR art. 6(1)(a)); name it");
        }
        if (event.evidence.text_version != 0) {
            refuse_event("evidence.text_version", "a text version belongs to a purpose; name it");
        }
        return;
    }
    const Purpose* definition = present_definition(*purpose);
    if (sign_up && event.channel != Channel::any &&
        std::find(definition->channels.begin(), definition->channels.end(), event.channel) ==
            definition->channels.end()) {
        refuse_event("channel", "purpose " + purpose->code + " does not name this channel");
    }
}

} // namespace

void check_event(const ConsentEvent& event, const PurposeHistory* purpose, Ms now) {
    if (!audit::decides(event.kind)) {
        refuse_event("kind", event_kind_name(event.kind).empty()
                                 ? "no such kind of event"
                                 : "habeas records events of this kind by itself");
    }
    if (channel_name(event.channel).empty()) {
        refuse_event("channel", "no such channel");
    }
    Ms effective = to_ms(event.effective_at);
    if (effective > now + tolerance) {
        refuse_event("effective_at", "more than 5 minutes ahead of the clock");
    }
    if (effective < earliest) {
        refuse_event("effective_at", "before the year 1900");
    }
    check_scope(event);
    check_purpose_named(event, purpose);
    if (event.kind == EventKind::basis_fact) {
        if (event.data.empty()) {
            refuse_event("data", "a basis fact says at least one thing");
        }
        read_basis_fact(event.data);
    } else if (!event.data.empty()) {
        refuse_event("data", "only a basis fact has data; use evidence.note");
    }
    if (event.kind == EventKind::paused && !event.evidence.expires_at) {
        refuse_event("evidence.expires_at", "a pause has an end; what has none is a withdrawal");
    }
    if (event.evidence.expires_at && to_ms(*event.evidence.expires_at) < effective) {
        refuse_event("evidence.expires_at", "before the event itself");
    }
}

} // namespace habeas::consent
