// Checks the ledger against its chain, its authenticated head and the heads in the restore journal.
#pragma once

#include "store/engine.hpp"

namespace habeas::audit {

/// The verify hook of audit; in a read transaction. One pass over `chain` and `event` side by side.
/// Codes, each with the sequence it is about:
///   event_changed     the event is not what its entry commits to
///   event_missing     the event is gone and no later act of erasure or retention lists it
///   event_unlisted    an event that has no entry
///   erased_present    an event that an act of erasure lists as removed is there
///   erasure_unreadable an act of erasure whose list of sequences cannot be read
///   chain_changed     the entry's hash does not follow from the one before
///   chain_swapped     two entries were exchanged
///   chain_gap         entries between two others are gone
///   chain_cut         the end is missing: the authenticated head is further on
///   chain_extended    entries after the authenticated head
///   chain_rewritten   computed anew without the store's key: another hash than the head's
///   head_missing      no head at all
///   journal_head_differs the restore journal remembers another hash for an entry
///   older_file        error: the restore journal is ahead of the file; notice: it was, and what a
///                     restore must not undo was done again when the store was opened
/// The store itself reports head_forged (the head without the key's authentication).
void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report);

} // namespace habeas::audit
