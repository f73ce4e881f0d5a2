// Compares the suppression list with what the restore journal says was put on it.
#pragma once

#include "store/engine.hpp"

namespace habeas::consent {

/// Part of the verify hook. Finding: suppression_missing, an error. The list has only keyed hashes,
/// which the ledger does not know: the journal, which carries the key's authentication, does.
void check_list(store::Engine& engine, VerifyReport& report);

} // namespace habeas::consent
