// Joining two ledgers.
#pragma once

#include "habeas/subject.hpp"
#include "store/engine.hpp"

namespace habeas::consent {

/// The hook of a merge: after the events of `gone` moved to `keep`, before the merge itself is
/// recorded.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone);

} // namespace habeas::consent
