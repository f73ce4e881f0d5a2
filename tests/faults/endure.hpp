// A workload in which one call fails: each step that meets the fault is looked at and done again.
#pragma once

#include "faults/reference.hpp"

namespace habeas::faults {

/// What goes wrong, at the n-th occasion from now and perhaps at all after it.
struct Fault {
    std::string name;
    std::function<void(FaultDisk&, std::uint64_t n, bool from_then_on)> plan;
    std::function<void(FaultDisk&)> heal;
    std::function<bool(FaultDisk&)> struck;
    /// How often it can happen in a workload.
    std::uint64_t Reference::*occasions;
    std::vector<Errc> codes; ///< what it may be called
    bool bad_alloc = false;  ///< std::bad_alloc is an answer too
};

Fault io_error();
Fault disk_full();
Fault no_sqlite_memory();
Fault no_memory();

/// After each failed call the same handle says that nothing was changed, and the call succeeds once
/// the fault is healed; in the end all is there, also in yesterday's file put back. Throws Broken.
void endure(const Scenario& scenario, const Reference& reference, Run& run, const Fault& fault,
            std::uint64_t n, bool from_then_on);

/// One step, where the first, the second, ... occasion is the fault until the step gets through
/// without meeting it (every `stride`-th). What fails changes nothing. Returns how many there were.
std::uint64_t endure_step(const Scenario& scenario, const Reference& reference, Run& run,
                          const Fault& fault, std::size_t step, std::uint64_t stride,
                          bool from_then_on);

/// The power fails right after the first call that failed.
void endure_power_loss(const Scenario& scenario, const Reference& reference, Run& run,
                       const Fault& fault, std::uint64_t n, std::uint64_t seed);

} // namespace habeas::faults
