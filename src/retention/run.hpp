// Running rules, and the journal of it.
#pragma once

#include "retention/definition.hpp"

#include <cstdint>
#include <vector>

namespace habeas::retention {

/// How far a run may go.
struct Budget {
    std::uint64_t left = 0;  ///< subjects that may still go
    std::uint64_t looks = 0; ///< pages of subjects that may still be looked at
    std::uint64_t done = 0;
    const Progress* progress = nullptr;
    [[nodiscard]] bool go_on() const {
        return left > 0 && looks > 0 && (progress == nullptr || !*progress || (*progress)(done, 0));
    }
};

struct Pass {
    RetentionRun run;
    std::int64_t reached = 0; ///< all subjects up to this number were looked at
};
/// One rule, for the subjects after number `after`. Outside of a transaction.
Pass run_rule(store::Engine& engine, const RetentionRule& rule, std::int64_t after, Budget& budget);
/// Number of the last subject of the page after `after`; 0: there is none.
std::int64_t end_of_page(store::Engine& engine, std::int64_t after);

/// The entry of the journal, with the number it gets. In a write transaction.
void write_run(store::Engine& engine, RetentionRun& run);
std::vector<RetentionRun> read_runs(store::Engine& engine, std::size_t limit);

/// The tick hook.
void tick(store::Engine& engine, TickReport& report);

} // namespace habeas::retention
