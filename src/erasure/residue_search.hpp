// Looking for given values in every file of the store and every file that habeas wrote.
#pragma once

#include "store/engine.hpp"
#include "store/findings.hpp"

namespace habeas::erasure {

/// Scans database, write-ahead log, wal-index and restore journal, the registered files and
/// `options.residue_paths` (folders with all below them; not the key). In a read transaction.
void search_residue(store::Engine& engine, const VerifyOptions& options, store::Findings& findings);

} // namespace habeas::erasure
