#include "retention/protection.hpp"

#include "consent/standing.hpp"

#include <algorithm>

namespace habeas::retention {
namespace {

using consent::LedgerEvent;
using consent::Ms;
using consent::SubjectFacts;

bool held(store::Engine& engine, std::int64_t subject, Ms at) {
    auto row = engine.db().prepare("SELECT 1 FROM holder_hold WHERE subject_id = ?1 AND holder IS "
                                   "NULL AND ended_at IS NULL AND (until IS NULL OR until > ?2)");
    row.bind(1, subject).bind(2, at);
    return row.step();
}

bool waits_for_answer(store::Engine& engine, std::int64_t subject) {
    auto row =
        engine.db().prepare("SELECT 1 FROM request WHERE subject_id = ?1 AND closed_at IS NULL");
    row.bind(1, subject);
    return row.step();
}

/// What stands where this event speaks: for its purpose and channel.
consent::Standing standing_at(const SubjectFacts& facts, const LedgerEvent& event, Ms at) {
    consent::Question question;
    question.purpose = event.purpose;
    question.channel = event.channel == Channel::any ? Channel::email : event.channel;
    question.at = at;
    consent::Moment moment(at);
    return consent::standing_of(facts, question, moment);
}

/// An objection that has to be weighed (art. 21(1)), and was not yet: until then art. 18(1)(d). One
/// against direct marketing holds by itself.
bool undecided(const SubjectFacts& facts, const LedgerEvent& event, Ms at) {
    const consent::Standing standing = standing_at(facts, event, at);
    const auto waits = [](const consent::Standing::Objection& objection) {
        return objection.made != nullptr && objection.decision == nullptr;
    };
    return (event.scope == consent::Scope::legitimate_interests && waits(standing.interests)) ||
           (event.scope == consent::Scope::public_task && waits(standing.public_task));
}

/// Does the ledger know of a contract with this person? Only what names a purpose of that basis.
bool tells_of_contract(const consent::Catalogue& purposes, const LedgerEvent& event) {
    if (event.purpose == 0 ||
        (event.kind != EventKind::basis_fact && event.kind != EventKind::basis_resumed)) {
        return false;
    }
    const consent::PurposeHistory* purpose = purposes.find(event.purpose);
    return purpose != nullptr && !purpose->versions.empty() &&
           purpose->versions.back().definition.basis == Basis::contract;
}

} // namespace

const char* kept_because(store::Engine& engine, const consent::Catalogue& purposes,
                         std::int64_t subject, const SubjectFacts& facts, Ms at) {
    if (held(engine, subject, at)) {
        return "hold";
    }
    if (waits_for_answer(engine, subject)) {
        return "request";
    }
    for (const LedgerEvent& event : facts.events) {
        if (event.kind == EventKind::erasure_requested &&
            standing_at(facts, event, at).erasure_pending != nullptr) {
            return "request";
        }
        if (event.kind == EventKind::restricted &&
            standing_at(facts, event, at).restricted != nullptr) {
            return "restricted";
        }
        if (event.kind == EventKind::objected && undecided(facts, event, at)) {
            return "objection";
        }
        if (event.kind == EventKind::basis_fact) {
            const auto until = standing_at(facts, event, at).fact.retention_until;
            if (until && *until > at) {
                return "retention_until";
            }
        }
        if (tells_of_contract(purposes, event)) {
            const consent::Standing standing = standing_at(facts, event, at);
            if (standing.basis_ended == nullptr && standing.contracts_ended == nullptr) {
                return "contract";
            }
        }
    }
    return nullptr;
}

bool said_no(const SubjectFacts& facts, Ms at) {
    bool no = false;
    for (const LedgerEvent& event : facts.events) { // in order of effect
        if (event.effective > at) {
            break;
        }
        switch (event.kind) {
        case EventKind::withdrawn:
        case EventKind::refused:
        case EventKind::objected:
        case EventKind::suppressed:
        case EventKind::complained:
            no = true;
            break;
        case EventKind::granted:
        case EventKind::unsuppressed:
            no = false;
            break;
        default:
            break;
        }
    }
    return no;
}

} // namespace habeas::retention
