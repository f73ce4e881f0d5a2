// Facts of one subject from the database.
#pragma once

#include "audit/ledger.hpp"
#include "consent/facts.hpp"
#include "store/engine.hpp"

namespace habeas::consent {

/// `known_at` matters only where subjects were merged: before that they were two, and each answers
/// with its own events. Inside a Read or Write. A merged id gives the facts of the survivor.
SubjectFacts load_facts(store::Engine& engine, SubjectId subject, Ms known_at = end_of_time);

/// Was it known by then that `former` is somebody else? Of a number that was merged away.
bool merge_known(store::Engine& engine, SubjectId former, Ms known_at);

/// What decides about one purpose that is no confirmation, by all that is known today: events that
/// name no purpose or this one. Of the others one answer stands for all (CONSENT_OTHER_PURPOSE).
SubjectFacts load_facts_of(store::Engine& engine, SubjectId subject, std::int64_t purpose);

/// What decides at present for purposes without a ready row: events that name none, and those of
/// such purposes. Of the others one answer stands for all (CONSENT_OTHER_PURPOSE). However long the
/// ledger is, these are few. `subject`: who survived.
SubjectFacts load_facts_beside_rows(store::Engine& engine, SubjectId subject);

/// Does an event reach beyond one purpose?
inline bool subject_wide(const LedgerEvent& event) noexcept {
    return event.purpose == 0 && audit::decides(event.kind);
}

} // namespace habeas::consent
