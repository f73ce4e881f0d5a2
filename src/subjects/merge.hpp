// Joining two subjects that are one person.
#pragma once

#include "store/engine.hpp"

namespace habeas::subjects {

/// Calls the merge hook of every module, then records the merge in ledger and restore journal. In a
/// write transaction. Errc::invalid for a subject with itself, Errc::erased, Errc::subject_unknown.
void merge_subjects(store::Engine& engine, SubjectId keep, SubjectId gone);

/// This folder's own part: identifiers, fields, choices, memberships, aliases.
void merge_rows(store::Engine& engine, SubjectId keep, SubjectId gone);
/// A merge that the restore journal has and an older file lacks.
void replay_merge(store::Engine& engine, const store::JournalRecord& record);

} // namespace habeas::subjects
