// Memory that runs out, in SQLite and in habeas itself, at every allocation of every workload.
#include "catch.hpp"
#include "faults/endure.hpp"
#include "faults/points.hpp"

#include <iostream>

using namespace habeas;
using namespace habeas::faults;

namespace {

void endure_all(const Fault& fault, std::uint64_t stride, bool from_then_on) {
    FailingAllocator::install();
    std::uint64_t points = 0;
    for (const Scenario& scenario : scenarios()) {
        const Reference reference = run_undisturbed(scenario);
        FaultDisk disk;
        Run run(disk);
        for (std::size_t step = 0; step < scenario.steps.size(); ++step) {
            try {
                points += endure_step(scenario, reference, run, fault, step, stride, from_then_on);
            } catch (const Broken& broken) {
                FAIL_CHECK(fault.name << ", " << scenario.name << ": " << broken.what());
            }
            run.close();
        }
    }
    std::cout << points << " points: " << fault.name << (from_then_on ? " from then on" : "")
              << '\n';
}

} // namespace

TEST_CASE("faults: no memory for SQLite is told and undoes nothing",
          "[.store-faults-sqlite-memory]") {
    const bool from_then_on = GENERATE(false, true);
    endure_all(no_sqlite_memory(), number_from("HABEAS_MEMORY_STRIDE", 50), from_then_on);
}

TEST_CASE("faults: no memory is told and undoes nothing", "[.store-faults-memory]") {
    const bool from_then_on = GENERATE(false, true);
    endure_all(no_memory(), number_from("HABEAS_MEMORY_STRIDE", 50), from_then_on);
}
