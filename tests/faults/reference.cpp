#include "faults/reference.hpp"

#include "habeas/erasure.hpp"

#include <algorithm>

namespace habeas::faults {
namespace {

using How = Broken::How;

const std::string journal = std::string(Run::path) + ".restore";
const std::string key = std::string(Run::path) + ".key";

/// When stores are opened again: a replay puts its own time on what it does.
Time afterwards() {
    return parse_time("2026-08-01");
}

/// What the files say when they are opened on a disk of their own.
World world_of(const FaultDisk::Image& files, const Known& known) {
    if (files.count(Run::path) == 0) {
        return {};
    }
    FaultDisk disk;
    Run run(disk);
    run.begin(files, known);
    run.clock().set(afterwards());
    return observe(run.engine(), known);
}

FaultDisk::Image with_journal_of(FaultDisk::Image files, const FaultDisk::Image& later) {
    for (const std::string& name : {journal, key}) {
        if (const auto found = later.find(name); found != later.end()) {
            files[name] = found->second;
        }
    }
    return files;
}

std::string place(const Run& run) {
    return "after " + std::to_string(run.acknowledged) + " acknowledged calls: ";
}

/// Any eight bytes of a mark, at its own multiples of eight: whoever leaves fifteen bytes of it is
/// found.
bool contains_part(const std::string& content, const std::string& mark) {
    constexpr std::size_t window = 8;
    for (std::size_t at = 0; at + window <= mark.size(); at += window) {
        if (content.find(mark.data() + at, 0, window) != std::string::npos) {
            return true;
        }
    }
    return false;
}

void require_gone(Run& run, const std::string& whose, const std::vector<std::string>& marks) {
    for (const auto& [file, content] : run.disk().image()) {
        if (file.starts_with(Run::backup)) {
            continue; // a copy of before
        }
        for (const std::string& mark : marks) {
            if (contains_part(content, mark)) {
                throw Broken(How::residue, place(run) + "a value of " + whose + " is in " + file);
            }
        }
    }
}

bool says_physical(store::Engine& engine, SubjectId id) {
    return Erasure(engine).receipt(id).find(R"("state":"physical"})") != std::string::npos;
}

/// Nobody's erasure is called physical while bytes are there; after the tick it is, for all.
void require_erased(Run& run) {
    store::Engine& engine = run.engine();
    for (const auto& [name, marks] : run.known.erased) {
        if (says_physical(engine, id_of(run, name))) {
            require_gone(run, name, marks);
        }
    }
    engine.tick();
    for (const auto& [name, marks] : run.known.erased) {
        if (!says_physical(engine, id_of(run, name))) {
            throw Broken(How::does_not_work, "the tick does not finish the erasure of " + name);
        }
        require_gone(run, name, marks);
    }
    require_gone(run, "a removed field", run.known.removed);
}

void require_noes(Run& run) {
    const Consent consent(run.engine());
    for (const Known::No& no : run.known.noes) {
        if (consent.may_process(id_of(run, no.name), no.purpose, no.channel).allowed) {
            throw Broken(How::laxer,
                         place(run) + no.name + " said no to " + no.purpose + " and is not denied");
        }
    }
    for (const std::string& address : run.known.suppressed) {
        if (!consent.suppressed({IdentifierKind::email, {}, address})) {
            throw Broken(How::laxer, place(run) + "an address is no longer suppressed");
        }
    }
    for (const auto& [name, marks] : run.known.erased) {
        try {
            (void)Subjects(run.engine()).get(id_of(run, name));
        } catch (const Error& error) {
            if (error.code() == Errc::erased) {
                continue;
            }
        }
        throw Broken(How::laxer, place(run) + name + " was erased and does not answer so");
    }
}

bool is(const World& world, const std::vector<World>& states, std::size_t number) {
    return number < states.size() && world == states[number];
}

/// Writes of each sort succeed, and no number comes twice.
void require_work(Run& run) {
    const std::set<SubjectId> given = run.known.given;
    run.known.given.clear();
    go_on(run);
    for (const SubjectId id : run.known.given) {
        if (given.count(id) != 0) {
            throw Broken(How::id_again, place(run) + "number " +
                                            std::to_string(static_cast<std::int64_t>(id)) +
                                            " was given twice");
        }
    }
    run.known.given = given;
}

} // namespace

std::string run_steps(const Scenario& scenario, Run& run,
                      const std::function<void()>& before_step) {
    std::string now = "close";
    try {
        for (const Step& step : scenario.steps) {
            now = step.name;
            before_step();
            step.act(run);
            run.reached();
        }
        run.close();
    } catch (const Error& error) {
        return now + ": " + error.what();
    }
    return {};
}

Reference run_undisturbed(const Scenario& scenario, Variant variant) {
    FaultDisk disk;
    Run run(disk, variant);
    Reference out;
    run.begin({}, {});
    if (scenario.prepare) {
        scenario.prepare(run);
        out.known = run.known;
        out.yesterday = disk.image();
    }
    run.begin(out.yesterday, out.known);
    struct Moment {
        FaultDisk::Image files;
        Known known;
    };
    std::vector<Moment> moments{{disk.image(), run.known}};
    out.states.push_back(world_of(out.yesterday, out.known));
    run.on_reached = [&] {
        moments.push_back({disk.image(), run.known});
        out.states.push_back(observe(run.engine(), run.known));
    };
    const std::uint64_t changes = disk.changes();
    const auto before_step = [&] {
        out.beginnings.push_back({disk.image(), run.known, run.acknowledged, run.clock().now()});
    };
    if (const std::string error = run_steps(scenario, run, before_step); !error.empty()) {
        throw std::logic_error("the workload " + scenario.name + " fails by itself: " + error);
    }
    out.changes = disk.changes() - changes;
    for (std::size_t i = 0; i + 1 < moments.size(); ++i) {
        out.replayed.push_back(world_of(with_journal_of(moments[i].files, moments[i + 1].files),
                                        moments[i + 1].known));
    }
    for (const Moment& moment : moments) {
        out.restored.push_back(
            world_of(with_journal_of(out.yesterday, moment.files), moment.known));
    }
    // Once more and without looks at it: what is counted are the workload's own calls.
    run.begin(out.yesterday, out.known);
    const std::uint64_t calls = disk.calls();
    const std::uint64_t writes = disk.writes();
    const std::uint64_t sqlite_allocations = FailingAllocator::allocations();
    const std::uint64_t allocations = FailingNew::allocations();
    (void)run_steps(scenario, run);
    out.calls = disk.calls() - calls;
    out.writes = disk.writes() - writes;
    out.sqlite_allocations = FailingAllocator::allocations() - sqlite_allocations;
    out.allocations = FailingNew::allocations() - allocations;
    return out;
}

bool open_if_any(const Reference& reference, Run& run) {
    try {
        (void)run.engine();
        return true;
    } catch (const Error& error) {
        const bool none_yet = reference.states[run.acknowledged].empty();
        if (none_yet && (error.code() == Errc::not_found || error.code() == Errc::not_a_store)) {
            return false;
        }
        throw Broken(How::cannot_open, place(run) + error.what());
    }
}

Fate fate_of_call(const Reference& reference, Run& run) {
    const World world = observe(run.engine(), run.known);
    const std::size_t now = run.acknowledged;
    if (is(world, reference.states, now)) {
        return Fate::nothing;
    }
    if (is(world, reference.states, now + 1)) {
        return Fate::done;
    }
    if (is(world, reference.replayed, now)) {
        return Fate::replayed;
    }
    const auto end = reference.states.begin() + static_cast<std::ptrdiff_t>(now);
    const bool former = std::find(reference.states.begin(), end, world) != end;
    throw Broken(former ? How::lost : How::half_done,
                 place(run) + "\n" + difference(reference.states[now], world));
}

void require_sound(Run& run) {
    for (const Finding& finding : run.engine().verify({}).findings) {
        if (finding.severity == Severity::error) {
            throw Broken(How::damaged, place(run) + finding.code + ": " + finding.message);
        }
    }
}

void judge_restored(const Reference& reference, Run& run, const FaultDisk::Image& files) {
    if (reference.yesterday.count(Run::path) == 0) {
        return;
    }
    const Known known = run.known;
    const std::size_t acknowledged = run.acknowledged;
    run.begin(with_journal_of(reference.yesterday, files), known);
    run.acknowledged = acknowledged;
    run.clock().set(afterwards());
    (void)open_if_any(reference, run);
    const World world = observe(run.engine(), known);
    require_noes(run);
    if (!is(world, reference.restored, acknowledged) &&
        !is(world, reference.restored, acknowledged + 1)) {
        throw Broken(How::half_done, place(run) + "yesterday's file put back:\n" +
                                         difference(reference.restored[acknowledged], world));
    }
    require_sound(run);
    require_erased(run);
    run.close();
}

void judge_after_crash(const Reference& reference, Run& run) {
    const FaultDisk::Image crashed = run.disk().image();
    run.on_reached = nullptr;
    run.clock().set(afterwards());
    try {
        if (open_if_any(reference, run)) {
            (void)fate_of_call(reference, run);
        } else {
            run.create(); // its creation was interrupted: it can be created again
        }
        require_noes(run);
        require_sound(run);
        require_erased(run);
        require_work(run);
        require_noes(run);
        require_sound(run);
        run.close();
        judge_restored(reference, run, crashed);
    } catch (const Error& error) {
        throw Broken(How::does_not_work,
                     place(run) + std::string(errc_name(error.code())) + ": " + error.what());
    }
}

void judge_end(const Reference& reference, Run& run) {
    const std::size_t last = reference.states.size() - 1;
    for (int look = 0; look < 2; ++look) { // by the handle that met the fault, and by another
        if (const World world = observe(run.engine(), run.known); world != reference.states[last]) {
            throw Broken(How::half_done,
                         "in the end:\n" + difference(reference.states[last], world));
        }
        require_noes(run);
        require_sound(run);
        run.close();
    }
    const FaultDisk::Image files = run.disk().image();
    require_erased(run);
    run.close();
    run.acknowledged = last;
    judge_restored(reference, run, files);
}

} // namespace habeas::faults
