// Points by rules: what follows from events, and what must not be kept.
#pragma once

#include "habeas/campaign.hpp"
#include "habeas/points.hpp"
#include "store/engine.hpp"

namespace habeas::points {

inline constexpr std::int32_t max_points = 1'000'000; ///< of one entry, given or taken

/// In a Write. False: profiling is not allowed, so nothing was kept. `rule` 0: none.
bool keep_points(store::Engine& engine, std::int64_t subject, std::int32_t points,
                 std::int64_t rule, const std::string& reason);
/// In the Write of the signal.
void score_signal(store::Engine& engine, std::int64_t subject, SignalKind kind,
                  const std::string& key);
/// Before a commit: rules on consent, tags and segments; points of those whose profiling is no
/// longer allowed go.
void settle_points(store::Engine& engine);
/// Consents lapse by themselves: points of all who may not be profiled any more go.
void drop_forbidden_points(store::Engine& engine);
void merge_points(store::Engine& engine, std::int64_t keep, std::int64_t gone);

} // namespace habeas::points
