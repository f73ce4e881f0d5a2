// Power loss at seeded points of every workload.
#include "catch.hpp"
#include "faults/points.hpp"
#include "faults/reference.hpp"

#include <iostream>
#include <map>

using namespace habeas;
using namespace habeas::faults;

namespace {

using How = Broken::How;

/// A workload under one variant, with what it leaves when nothing fails.
struct Ground {
    const Scenario* scenario;
    Variant variant;
    Reference reference;
};

struct Grounds {
    std::vector<Ground> all;
    std::uint64_t changes = 0;

    explicit Grounds(Variant variant) {
        for (const Scenario& scenario : scenarios()) {
            for (const bool crowded : {false, true}) {
                variant.crowded = crowded;
                all.push_back({&scenario, variant, run_undisturbed(scenario, variant)});
                changes += all.back().reference.changes;
            }
        }
    }

    /// The workload with this change of all their changes, which becomes one of its own.
    const Ground& at(std::uint64_t& change) const {
        for (const Ground& ground : all) {
            if (change <= ground.reference.changes) {
                return ground;
            }
            change -= ground.reference.changes;
        }
        throw std::logic_error("there are not so many changes");
    }
};

struct Tally {
    std::uint64_t points = 0;
    std::map<How, std::uint64_t> broken;
    std::string reports; ///< of the first ones

    [[nodiscard]] std::uint64_t of(How how) const {
        const auto found = broken.find(how);
        return found == broken.end() ? 0 : found->second;
    }
};

/// When the power fails and what survives both come from the seed, so that it gives the point
/// again.
template <class Judge>
Tally lose_power(const Grounds& grounds, std::uint64_t points, std::uint64_t first_seed,
                 Judge judge) {
    Tally tally;
    for (std::uint64_t seed = first_seed; seed < first_seed + points; ++seed) {
        std::uint64_t change = 1 + std::mt19937_64(seed)() % grounds.changes;
        const Ground& ground = grounds.at(change);
        FaultDisk disk;
        Run run(disk, ground.variant);
        ++tally.points;
        try {
            run.begin(ground.reference.yesterday, ground.reference.known);
            disk.cut_power_at(change);
            (void)run_steps(*ground.scenario, run);
            run.close();
            disk.crash(seed);
            judge(ground.reference, run);
        } catch (const Broken& broken) {
            if (++tally.broken[broken.how] <= 3) {
                tally.reports += "seed " + std::to_string(seed) + ", " + ground.scenario->name +
                                 (ground.variant.crowded ? " (crowded)" : "") + ", change " +
                                 std::to_string(change) + ": " + broken.what() + "\n";
            }
        }
    }
    return tally;
}

} // namespace

TEST_CASE("faults: the store survives power loss whenever it comes", "[.store-faults-power]") {
    const std::uint64_t points = number_from("HABEAS_POWER_POINTS", 300);
    const std::uint64_t first = number_from("HABEAS_POWER_SEED", 1);
    const Tally tally = lose_power(Grounds({}), points, first, judge_after_crash);
    std::cout << tally.points << " points of power loss, seeds " << first << " to "
              << first + points - 1 << '\n';
    INFO(tally.reports);
    CHECK(tally.broken.empty());
}

TEST_CASE("faults: with synchronous=OFF what was acknowledged is lost, so the test bites",
          "[.store-faults-power]") {
    Variant variant;
    variant.synchronous = "OFF";
    const Tally tally = lose_power(Grounds(variant), 60, 1, judge_after_crash);
    std::cout << "synchronous=OFF: of 60 points " << tally.of(How::lost) << " lost, "
              << tally.of(How::cannot_open) << " not opened, " << tally.of(How::damaged)
              << " damaged\n";
    INFO(tally.reports);
    CHECK(tally.of(How::lost) > 0);
}

TEST_CASE("faults: without the journal's sync the order breaks, so the test bites",
          "[.store-faults-power]") {
    Variant variant;
    variant.journal_sync = false;
    const Grounds grounds(variant);
    const Tally opened = lose_power(grounds, 60, 1, judge_after_crash);
    const Tally restored = lose_power(grounds, 60, 1, [](const Reference& reference, Run& run) {
        judge_restored(reference, run, run.disk().image());
    });
    std::cout << "no sync of the journal: of 60 points " << opened.of(How::cannot_open)
              << " with a store ahead of its journal; of 60 restores " << restored.of(How::laxer)
              << " undid a no or an erasure\n";
    INFO(opened.reports << restored.reports);
    CHECK(opened.of(How::cannot_open) > 0);
    CHECK(restored.of(How::laxer) > 0);
}
