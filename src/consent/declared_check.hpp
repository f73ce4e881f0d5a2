// Compares purposes and their texts with what the acts of the ledger say was declared.
#pragma once

#include "store/engine.hpp"

namespace habeas::consent {

/// Part of the verify hook. Findings: text_changed, purpose_changed, errors.
void check_declared(store::Engine& engine, VerifyReport& report);

} // namespace habeas::consent
