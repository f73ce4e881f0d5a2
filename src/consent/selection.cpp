#include "consent/selection.hpp"

#include "base/calendar.hpp"

#include <algorithm>
#include <utility>

namespace habeas::consent {
namespace {

/// At the same instant the stricter wins.
int strictness(EventKind kind) noexcept {
    switch (kind) {
    case EventKind::withdrawn:
        return 4;
    case EventKind::refused:
        return 3;
    case EventKind::expired:
        return 2;
    default:
        return 1;
    }
}

bool covers(const LedgerEvent& event, Channel channel) noexcept {
    if (event.channel != Channel::any) {
        return event.channel == channel;
    }
    return event.channels == 0 || (event.channels & bit(channel)) != 0;
}

bool is_sign_up(EventKind kind) noexcept {
    return kind == EventKind::granted || kind == EventKind::requested;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Every controller that relies on a consent is named in its text (EDPB 05/2020 par. 65).
bool names_controller(const LedgerEvent& event, const Purpose& definition,
                      std::string_view controller) {
    if (controller.empty()) {
        return event.own_controller;
    }
    return contains(event.controllers.empty() ? definition.controllers : event.controllers,
                    controller);
}

ConsentState state_made_by(EventKind kind) noexcept {
    switch (kind) {
    case EventKind::granted:
        return ConsentState::granted;
    case EventKind::refused:
        return ConsentState::refused;
    case EventKind::expired:
        return ConsentState::expired;
    case EventKind::requested:
        return ConsentState::requested;
    default:
        return ConsentState::withdrawn;
    }
}

std::optional<Ms> end_of_consent(const LedgerEvent& grant, const Purpose& definition) {
    if (grant.expires) {
        return grant.expires;
    }
    if (definition.validity) {
        return to_ms(base::add_duration(from_ms(grant.effective), *definition.validity));
    }
    return std::nullopt;
}

} // namespace

bool is_consent_record(EventKind kind) noexcept {
    return kind >= EventKind::requested && kind <= EventKind::expired;
}

Selection select_consent(const SubjectFacts& facts, const Purpose& definition,
                         const Question& question, const LedgerEvent* erasure_withdrawal,
                         Moment& moment) {
    bool declared_channel = std::find(definition.channels.begin(), definition.channels.end(),
                                      question.channel) != definition.channels.end();
    bool any = false, of_purpose = false, of_channel = false;
    bool sign_ups = false, sign_up_for_controller = false, candidates = false;
    const LedgerEvent* declared = nullptr;
    const LedgerEvent* pending = nullptr;
    for (const LedgerEvent& event : facts.events) {
        if (!is_consent_record(event.kind) || event.recorded > question.known_at) {
            continue;
        }
        any = true;
        if (event.purpose != 0 && event.purpose != question.purpose) {
            continue;
        }
        of_purpose = true;
        if (!declared_channel || !covers(event, question.channel)) {
            continue;
        }
        of_channel = true;
        if (is_sign_up(event.kind)) {
            sign_ups = true;
            if (!names_controller(event, definition, question.controller)) {
                continue;
            }
            sign_up_for_controller = true;
        }
        candidates = true;
        if (!moment.reached(event.effective)) {
            continue;
        }
        if (event.kind == EventKind::requested) {
            pending = &event;
        } else if (!declared || event.effective > declared->effective ||
                   strictness(event.kind) >= strictness(declared->kind)) {
            declared = &event;
        }
    }

    Selection out;
    if (!any) {
        return out;
    }
    if (!of_purpose || !of_channel) {
        out.missing = of_purpose ? Reason::consent_other_channel : Reason::consent_other_purpose;
        return out;
    }
    if (!candidates || (sign_ups && !sign_up_for_controller)) {
        out.missing = Reason::consent_other_controller;
        return out;
    }
    const LedgerEvent* deciding = declared ? declared : pending;
    if (!deciding) {
        out.missing = Reason::consent_not_yet_given;
        return out;
    }
    out.event = deciding;
    out.state = state_made_by(deciding->kind);
    bool ends_by_erasure =
        erasure_withdrawal && deciding->effective <= erasure_withdrawal->effective;
    if (ends_by_erasure && out.state != ConsentState::refused) {
        out.state = ConsentState::withdrawn;
        out.event = deciding->kind == EventKind::withdrawn ? deciding : erasure_withdrawal;
    } else if (out.state == ConsentState::granted) {
        std::optional<Ms> end = end_of_consent(*deciding, definition);
        if (end && moment.reached(*end)) {
            out.state = ConsentState::expired;
        } else {
            out.grant = deciding;
        }
    }
    return out;
}

const LedgerEvent* pending_sign_up(const SubjectFacts& facts, const Question& question,
                                   const LedgerEvent* erasure_withdrawal, Moment& moment) {
    // The latest answer by purpose; 0 answers for all.
    std::vector<std::pair<std::int64_t, Ms>> answers;
    for (const LedgerEvent& event : facts.events) {
        if (is_consent_record(event.kind) && event.kind != EventKind::requested &&
            event.recorded <= question.known_at && covers(event, question.channel) &&
            moment.reached(event.effective)) {
            auto at = std::find_if(answers.begin(), answers.end(),
                                   [&](const auto& a) { return a.first == event.purpose; });
            if (at == answers.end()) {
                answers.emplace_back(event.purpose, event.effective);
            } else {
                at->second = event.effective;
            }
        }
    }
    const LedgerEvent* found = nullptr;
    for (const LedgerEvent& request : facts.events) {
        if (request.kind != EventKind::requested || request.recorded > question.known_at ||
            !covers(request, question.channel) || !moment.reached(request.effective) ||
            (request.expires && moment.reached(*request.expires)) ||
            (erasure_withdrawal && request.effective <= erasure_withdrawal->effective)) {
            continue;
        }
        bool answered = std::any_of(answers.begin(), answers.end(), [&](const auto& answer) {
            return (answer.first == 0 || answer.first == request.purpose) &&
                   answer.second >= request.effective;
        });
        if (!answered) {
            found = &request;
        }
    }
    return found;
}

} // namespace habeas::consent
