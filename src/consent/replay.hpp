// The hook that does again what a restore of an older file would undo.
#pragma once

#include "store/engine.hpp"

namespace habeas::consent {

void replay(store::Engine& engine, const store::JournalRecord& record);

} // namespace habeas::consent
