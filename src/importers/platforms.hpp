// What each platform does of a migration; one file each.
#pragma once

#include "importers/run.hpp"

namespace habeas::importers {

/// Fills the run from what its options name. In a preview, all in the caller's transaction.
void migrate_mautic(Run& run);
void migrate_hubspot(Run& run);

} // namespace habeas::importers
