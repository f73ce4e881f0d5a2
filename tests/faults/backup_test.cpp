// A backup and a restore while the power fails, calls fail, or the disk is full, at every change.
#include "catch.hpp"

#include "faults/fault_disk.hpp"
#include "habeas/consent.hpp"
#include "habeas/erasure.hpp"
#include "habeas/subject.hpp"
#include "store/backup/backup.hpp"
#include "store/engine.hpp"

#include <cstdlib>
#include <memory>

using namespace habeas;
using namespace habeas::faults;

namespace {

constexpr const char* path = "/a.habeas";
constexpr const char* backup = "/a.backup";
constexpr const char* draft = "/a.habeas.restoring";

class Machine {
  public:
    std::unique_ptr<store::Engine> start(store::Engine::Open how = store::Engine::Open::existing) {
        return std::make_unique<store::Engine>(path, options(), how, internal());
    }
    void back_up() { store::write_backup(*start(), backup, keys, {}); }
    void restore() {
        RestoreOptions how;
        how.store = options();
        how.overwrite = true;
        store::restore_backup(backup, path, keys, how, internal());
    }

    FaultDisk disk;
    Time now = parse_time("2026-06-01T10:00:00Z");
    std::vector<store::RootKey> keys{store::make_key(base::random_bytes)};

  private:
    [[nodiscard]] StoreOptions options() const {
        StoreOptions out;
        out.clock = [this] { return now; };
        out.busy_timeout = std::chrono::milliseconds(20);
        return out;
    }
    store::EngineOptions internal() {
        files_ = disk.filesystem();
        store::EngineOptions out;
        out.vfs = disk.scrubbing_vfs();
        out.files = files_.get();
        out.writer_queue = false;
        return out;
    }
    std::unique_ptr<store::FileSystem> files_;
};

struct People {
    SubjectId erased{}, withdrew{}, stays{};
};

SubjectId add(store::Engine& engine, const char* address) {
    SubjectInput input;
    input.fields["email"] = std::string(address);
    return Subjects(engine).create(input);
}

void say(store::Engine& engine, SubjectId id, EventKind kind) {
    ConsentEvent event;
    event.subject = id;
    event.kind = kind;
    event.purpose = "newsletter";
    event.evidence.method = "form";
    event.evidence.text_version = kind == EventKind::granted ? 1 : 0;
    Consent(engine).record(event);
}

People fill(store::Engine& engine) {
    Purpose news;
    news.code = "newsletter";
    news.channels = {Channel::email};
    news.texts = {{0, {}, {{"en", "May we?", "Yes"}}, {}, {}}};
    Purposes(engine).define(news);
    const People people{add(engine, "zora-quixote@example.org"), add(engine, "wim@example.org"),
                        add(engine, "stays@example.org")};
    for (const SubjectId id : {people.erased, people.withdrew, people.stays}) {
        say(engine, id, EventKind::granted);
    }
    return people;
}

void since(store::Engine& engine, const People& people) {
    say(engine, people.withdrew, EventKind::withdrawn);
    Erasure(engine).execute(people.erased);
    add(engine, "later@example.org");
}

/// The store opens, and whoever said no said no, whichever of the two files it is.
void look(Machine& machine, const People& people) {
    machine.now += std::chrono::minutes(5);
    auto engine = machine.start();
    engine->tick();
    CHECK(Subjects(*engine).get(people.stays).id == people.stays);
    CHECK_FALSE(
        Consent(*engine).may_process(people.withdrew, "newsletter", Channel::email).allowed);
    CHECK(Consent(*engine).may_process(people.stays, "newsletter", Channel::email).allowed);
    try {
        (void)Subjects(*engine).get(people.erased);
        FAIL_CHECK("an erased number answers");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::erased);
    }
    add(*engine, "afterwards@example.org");
    engine->tick();
    for (const Finding& finding : engine->verify({}).findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
    engine.reset();
    for (const auto& [name, bytes] : machine.disk.image()) {
        CAPTURE(name);
        CHECK(bytes.find("quixote") == std::string::npos);
        CHECK(name.find(draft) == std::string::npos);
    }
}

/// Of calls that fail and writes that do not fit. The power fails at each change in any case.
std::uint64_t stride() {
    const char* given = std::getenv("HABEAS_BACKUP_STRIDE");
    return given != nullptr ? std::max(1UL, std::strtoul(given, nullptr, 10)) : 3;
}

bool fits(Errc code) {
    return code == Errc::io || code == Errc::full || code == Errc::busy ||
           code == Errc::read_only || code == Errc::corrupt || code == Errc::not_a_store;
}

enum class Fault { power, call, disk_full };

/// Does `work` with the fault at each point, and looks each time. Returns how many points there
/// were.
template <class Work, class Look>
std::uint64_t everywhere(Machine& machine, const FaultDisk::Image& files, Fault fault, Work work,
                         Look look_at) {
    machine.disk.load(files);
    const std::uint64_t before = fault == Fault::power  ? machine.disk.changes()
                                 : fault == Fault::call ? machine.disk.calls()
                                                        : machine.disk.writes();
    work();
    const std::uint64_t after = fault == Fault::power  ? machine.disk.changes()
                                : fault == Fault::call ? machine.disk.calls()
                                                       : machine.disk.writes();
    const std::uint64_t step = fault == Fault::power  ? 1
                               : fault == Fault::call ? stride() * 5
                                                      : stride();
    for (std::uint64_t point = 1; point <= after - before; point += step) {
        machine.disk.load(files);
        machine.now = parse_time("2026-06-02T10:00:00Z");
        CAPTURE(static_cast<int>(fault), point);
        if (fault == Fault::power) {
            machine.disk.cut_power_at(point);
        } else if (fault == Fault::call) {
            machine.disk.fail_call(point, point % 2 == 0);
        } else {
            machine.disk.fill_up_at(point);
        }
        bool done = false;
        try {
            work();
            done = true;
        } catch (const Error& error) {
            CAPTURE(error.what());
            CHECK(fits(error.code()));
        }
        if (fault == Fault::power) {
            machine.disk.crash(point);
        }
        machine.disk.heal();
        look_at(done);
    }
    return after - before;
}

} // namespace

TEST_CASE("faults: a backup that fails leaves the store, and no file that could be taken for one",
          "[faults][backup]") {
    const Fault fault = GENERATE(Fault::power, Fault::call, Fault::disk_full);
    Machine machine;
    const People people = fill(*machine.start(store::Engine::Open::create));
    since(*machine.start(), people);
    const FaultDisk::Image files = machine.disk.image();
    const std::uint64_t points = everywhere(
        machine, files, fault, [&] { machine.back_up(); },
        [&](bool done) {
            const auto found = machine.disk.image();
            if (done) {
                REQUIRE(found.contains(backup));
            }
            if (found.contains(backup)) {
                const auto disk = machine.disk.filesystem();
                CHECK_NOTHROW(store::verify_backup(*disk, backup, machine.keys, {}));
            }
            look(machine, people);
        });
    CHECK(points > 10);
}

TEST_CASE("faults: a restore that fails leaves a whole store, and brings nobody back",
          "[faults][backup]") {
    const Fault fault = GENERATE(Fault::power, Fault::call, Fault::disk_full);
    Machine machine;
    const People people = fill(*machine.start(store::Engine::Open::create));
    machine.back_up();
    since(*machine.start(), people);
    const FaultDisk::Image files = machine.disk.image();
    std::uint64_t restored = 0;
    const std::uint64_t points = everywhere(
        machine, files, fault, [&] { machine.restore(); },
        [&](bool done) {
            look(machine, people);
            const bool former = Subjects(*machine.start())
                                    .find({IdentifierKind::email, "", "later@example.org"})
                                    .has_value();
            CHECK((!done || !former));
            restored += former ? 0 : 1;
        });
    CHECK(points > 30);
    CHECK((fault != Fault::power || restored > 0)); // some cuts come after the rename
}
