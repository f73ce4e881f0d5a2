// Hooks that look at ready rows: verify compares them with the ledger, the tick renews those past
// their end.
#pragma once

#include "store/engine.hpp"

namespace habeas::consent {

/// Findings: ready_row_differs, ready_row_missing, standing_differs, and those of list_check.
void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report);
void tick(store::Engine& engine, TickReport& report);

} // namespace habeas::consent
