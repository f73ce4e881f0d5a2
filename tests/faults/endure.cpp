#include "faults/endure.hpp"

#include <algorithm>
#include <new>

namespace habeas::faults {
namespace {

using How = Broken::How;

/// Does a step; what it met, if anything.
struct Answer {
    bool failed = false;
    std::string text;
};

Answer attempt(const Step& step, Run& run, const Fault& fault) {
    try {
        step.act(run);
        run.reached();
        return {};
    } catch (const Error& error) {
        const std::string text = std::string(errc_name(error.code())) + ": " + error.what();
        const auto& codes = fault.codes;
        if (std::find(codes.begin(), codes.end(), error.code()) == codes.end() ||
            std::string_view(error.what()).empty()) {
            fault.heal(run.disk());
            throw Broken(How::unclear, step.name + " answers " + text);
        }
        return {true, text};
    } catch (const std::bad_alloc&) {
        if (!fault.bad_alloc) {
            fault.heal(run.disk());
            throw Broken(How::unclear, step.name + " answers std::bad_alloc");
        }
        return {true, "std::bad_alloc"};
    }
}

/// The same; what is broken names the occasion.
Answer attempt_nth(const Step& step, Run& run, const Fault& fault, std::uint64_t n) {
    try {
        return attempt(step, run, fault);
    } catch (const Broken& broken) {
        throw Broken(broken.how, std::string(broken.what()) + ", occasion " + std::to_string(n));
    }
}

} // namespace

Fault io_error() {
    return {"I/O error",
            [](FaultDisk& disk, std::uint64_t n, bool all) { disk.fail_call(n, all); },
            [](FaultDisk& disk) { disk.heal(); },
            [](FaultDisk& disk) { return disk.struck(); },
            &Reference::calls,
            {Errc::io}};
}

Fault disk_full() {
    return {"disk full",
            [](FaultDisk& disk, std::uint64_t n, bool) { disk.fill_up_at(n); },
            [](FaultDisk& disk) { disk.heal(); },
            [](FaultDisk& disk) { return disk.struck(); },
            &Reference::writes,
            {Errc::full}};
}

Fault no_sqlite_memory() {
    return {"no memory for SQLite",
            [](FaultDisk&, std::uint64_t n, bool all) { FailingAllocator::fail_at(n, all); },
            [](FaultDisk&) { FailingAllocator::fail_at(0); },
            [](FaultDisk&) { return FailingAllocator::struck(); },
            &Reference::sqlite_allocations,
            {Errc::out_of_memory}};
}

Fault no_memory() {
    return {"no memory",
            [](FaultDisk&, std::uint64_t n, bool all) { FailingNew::fail_at(n, all); },
            [](FaultDisk&) { FailingNew::fail_at(0); },
            [](FaultDisk&) { return FailingNew::struck(); },
            &Reference::allocations,
            {Errc::out_of_memory},
            true};
}

void endure(const Scenario& scenario, const Reference& reference, Run& run, const Fault& fault,
            std::uint64_t n, bool from_then_on) {
    run.begin(reference.yesterday, reference.known);
    fault.plan(run.disk(), n, from_then_on);
    try {
        for (const Step& step : scenario.steps) {
            const std::size_t before = run.acknowledged;
            const Time then = run.clock().now();
            const Answer answer = attempt(step, run, fault);
            if (!answer.failed) {
                continue;
            }
            fault.heal(run.disk());
            const bool same_handle = run.is_open();
            if (open_if_any(reference, run)) {
                const Fate fate = fate_of_call(reference, run);
                require_sound(run);
                if (fate != Fate::nothing && same_handle) {
                    throw Broken(How::half_done,
                                 step.name + " was done and yet failed with " + answer.text);
                }
                if (fate == Fate::done) {
                    run.reached();
                    continue;
                }
            }
            run.acknowledged = before;
            run.clock().set(then);
            const Answer again = attempt(step, run, fault);
            if (again.failed) {
                throw Broken(How::does_not_work, step.name + " failed with " + answer.text +
                                                     " and, when that was over, again with " +
                                                     again.text);
            }
        }
        fault.heal(run.disk());
        judge_end(reference, run);
    } catch (const Error& error) {
        fault.heal(run.disk());
        throw Broken(How::does_not_work, std::string("afterwards: ") + error.what());
    }
}

std::uint64_t endure_step(const Scenario& scenario, const Reference& reference, Run& run,
                          const Fault& fault, std::size_t step, std::uint64_t stride,
                          bool from_then_on) {
    const Reference::Beginning& begin = reference.beginnings[step];
    const auto start = [&] {
        run.begin(begin.files, begin.known);
        run.acknowledged = begin.state;
        run.clock().set(begin.now);
        if (!reference.states[begin.state].empty()) {
            (void)run.engine();
        }
    };
    start();
    std::uint64_t points = 0;
    for (std::uint64_t n = 1;; n += stride) {
        fault.plan(run.disk(), n, from_then_on);
        const Answer answer = attempt_nth(scenario.steps[step], run, fault, n);
        const bool struck = fault.struck(run.disk());
        fault.heal(run.disk());
        if (!answer.failed && !struck) {
            return points;
        }
        ++points;
        const bool same_handle = run.is_open();
        Fate fate = Fate::nothing;
        if (open_if_any(reference, run)) {
            fate = fate_of_call(reference, run);
            if (answer.failed && same_handle && fate != Fate::nothing) {
                throw Broken(How::half_done, scenario.steps[step].name + ", occasion " +
                                                 std::to_string(n) + ": done and yet failed with " +
                                                 answer.text);
            }
        }
        if (!answer.failed || fate != Fate::nothing || run.acknowledged != begin.state ||
            points % 20 == 0) {
            start(); // done in spite of it; and now and then without what is cached
        }
    }
}

void endure_power_loss(const Scenario& scenario, const Reference& reference, Run& run,
                       const Fault& fault, std::uint64_t n, std::uint64_t seed) {
    run.begin(reference.yesterday, reference.known);
    fault.plan(run.disk(), n, true);
    for (const Step& step : scenario.steps) {
        if (attempt(step, run, fault).failed) {
            break;
        }
    }
    run.close();
    fault.heal(run.disk());
    run.disk().crash(seed);
    judge_after_crash(reference, run);
}

} // namespace habeas::faults
