// What `verify` checks of subjects.
#pragma once

#include "store/engine.hpp"

namespace habeas::subjects {

/// Identifiers against subjects, keyed hashes against normal forms, columns against definitions,
/// and views. In a read transaction.
void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report);

} // namespace habeas::subjects
