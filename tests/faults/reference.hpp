// What a workload leaves behind when nothing fails, and what a store must be after something did.
#pragma once

#include "faults/scenario.hpp"

namespace habeas::faults {

/// State 0 is before the first call; each acknowledged call leads to the next.
struct Reference {
    FaultDisk::Image yesterday;
    Known known; ///< of yesterday
    std::vector<World> states;
    /// The files of state i with the restore journal of state i+1: the power failed when the
    /// journal was synced and the database not yet.
    std::vector<World> replayed;
    /// Yesterday's database with the restore journal of state i.
    std::vector<World> restored;
    /// The store before each step, closed by nobody.
    struct Beginning {
        FaultDisk::Image files;
        Known known;
        std::size_t state;
        Time now;
    };
    std::vector<Beginning> beginnings;
    std::uint64_t changes = 0, calls = 0, writes = 0; ///< of the whole workload
    std::uint64_t sqlite_allocations = 0, allocations = 0;
};

/// Empty states where there was no store.
Reference run_undisturbed(const Scenario& scenario, Variant variant = {});

/// Runs the workload until its end, closed, or its first error, which is returned.
std::string run_steps(
    const Scenario& scenario, Run& run, const std::function<void()>& before_step = [] {});

/// What is wrong with a store.
struct Broken : std::runtime_error {
    enum class How : std::uint8_t {
        cannot_open,
        lost,         ///< something acknowledged is not there
        half_done,    ///< a state that never was
        damaged,      ///< verify has findings
        residue,      ///< bytes of the erased
        laxer,        ///< somebody who said no is not denied
        id_again,     ///< a number came twice
        unclear,      ///< an error that does not say what happened
        does_not_work ///< no more writes
    };
    Broken(How what, const std::string& message) : std::runtime_error(message), how(what) {}
    How how;
};
/// Opens what is on the disk after a crash, looks at everything, works on, and puts yesterday's
/// file back. Throws `Broken` with the first thing that is wrong.
void judge_after_crash(const Reference& reference, Run& run);
/// Yesterday's database beside the restore journal and the key in these files.
void judge_restored(const Reference& reference, Run& run, const FaultDisk::Image& files);
/// The same after the whole workload, for a store whose faults have all been healed.
void judge_end(const Reference& reference, Run& run);

/// What became of the call that was under way.
enum class Fate : std::uint8_t { nothing, done, replayed };
/// Throws `Broken` where it is something else.
Fate fate_of_call(const Reference& reference, Run& run);
/// False: there is no store, and none was acknowledged.
bool open_if_any(const Reference& reference, Run& run);
/// What verify says.
void require_sound(Run& run);

} // namespace habeas::faults
