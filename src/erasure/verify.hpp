// What erasure checks: nothing of an erased subject is there, receipts fit the chain, no residue.
#pragma once

#include "store/engine.hpp"

namespace habeas::erasure {

/// The verify hook of erasure; in a read transaction. Codes:
///   erased_rows      error: rows of an erased subject
///   receipt_changed  error: a receipt that is not what the act `erased` committed to
///   tombstone_alone  error: an erased number without the record of its erasure
///   erasure_missing  error: an act of erasure whose number has no tombstone
///   physical_pending notice: erasures whose bytes wait since more than a day
///   residue          error: a value is in a file, whole or in part; never the value itself
///   residue_ignored  notice: a value is too short to look for
///   residue_shared   notice: parts that were found, but that present rows have too
void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report);

} // namespace habeas::erasure
