// I/O errors and a full disk at each call of every workload.
#include "catch.hpp"
#include "faults/endure.hpp"
#include "faults/points.hpp"

#include <iostream>

using namespace habeas;
using namespace habeas::faults;

namespace {

/// Every `stride`-th occasion of every workload; what broke.
void endure_often(const Fault& fault, std::uint64_t stride) {
    std::uint64_t points = 0;
    for (const Scenario& scenario : scenarios()) {
        const Reference reference = run_undisturbed(scenario);
        FaultDisk disk;
        Run run(disk);
        std::mt19937_64 random(7);
        for (std::uint64_t n = 1 + random() % stride; n <= reference.*(fault.occasions);
             n += stride) {
            const bool from_then_on = (n / stride) % 2 == 1;
            const auto point = [&](const char* what, auto act) {
                ++points;
                try {
                    act();
                } catch (const Broken& broken) {
                    FAIL_CHECK(fault.name << " " << n << (from_then_on ? " and on" : "") << ", "
                                          << scenario.name << ", " << what << ": "
                                          << broken.what());
                }
                run.close();
            };
            point("healed", [&] { endure(scenario, reference, run, fault, n, from_then_on); });
            if (n % 3 == 0) {
                point("then power loss",
                      [&] { endure_power_loss(scenario, reference, run, fault, n, n); });
            }
        }
    }
    std::cout << points << " points: " << fault.name << '\n';
}

} // namespace

TEST_CASE("faults: an I/O error at any call of the store is told and undoes nothing",
          "[.store-faults-call]") {
    endure_often(io_error(), number_from("HABEAS_CALL_STRIDE", 40));
}

TEST_CASE("faults: a full disk is told and undoes nothing", "[.store-faults-call]") {
    endure_often(disk_full(), number_from("HABEAS_WRITE_STRIDE", 10));
}
