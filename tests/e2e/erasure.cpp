// Nothing of the erased is left in any file, after many changes from several connections;
// everything of the others is. The same without our VFS finds something, else this would test
// nothing.
//
//   e2e_erasure [--people N] [--operations N] [--singly N] [--batched N] [--seed N] [--threads]
//
// Without arguments: 20,000 people, 100,000 changes, 1,000 erased singly and 5,000 in batches.
#include "e2e/crowd.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

using namespace habeas;
using namespace habeas::e2e;

namespace {

constexpr std::uint32_t batch = 500;
constexpr std::uint32_t held_back = 50; ///< erased while a reader holds the log

struct Plan {
    Size size;
    std::uint32_t singly = 1000, batched = 5000;
};

/// The files as they are now. A copy by another process: closing a handle of our own on the
/// database would drop SQLite's locks.
class Copy {
  public:
    explicit Copy(const std::string& folder) {
        const std::string to = folder_.file("copy");
        const pid_t child = ::fork();
        if (child == 0) {
            ::execlp("cp", "cp", "-a", folder.c_str(), to.c_str(), nullptr);
            ::_exit(127);
        }
        int status = 0;
        if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
            throw std::runtime_error("the store's folder could not be copied");
        }
    }
    [[nodiscard]] std::string path() const { return folder_.file("copy"); }
    void remove(const std::string& name) const { std::filesystem::remove_all(path() + "/" + name); }

  private:
    test::ScratchFolder folder_;
};

struct Verdict {
    std::uint64_t erased = 0, erased_seen = 0; ///< canaries of the erased, and of rows refused
    std::uint64_t sealed_seen = 0;
    std::uint64_t former = 0, former_seen = 0; ///< overwritten or deleted ones of the living
    std::uint64_t present = 0, present_whole = 0;
    std::vector<std::string> residue; ///< some that were seen, as text
};

/// The letters that a border between two pages may hide: only in rows that are longer than a page.
std::uint32_t hidden(const Crowd& crowd, const Canaries& canaries, CanaryId id) {
    constexpr std::uint32_t page = 4092;
    const Person& person = crowd.owner_of(id);
    std::uint64_t row = 500;
    for (std::uint8_t place = 0; place < fields_end; ++place) {
        row += person.at[place] == 0 ? 0 : canaries[person.at[place]].length;
    }
    return row < 4000 ? 0 : 7 * (1 + (canaries[id].length + page - 1) / page);
}

class Run {
  public:
    Run(const Plan& plan, Checks& checks)
        : plan_(plan), checks_(&checks), crowd_(plan.size, checks), vfs_(plan.size.vfs) {}

    void run() {
        crowd_.populate();
        say("people", plan_.size.people);
        crowd_.churn(plan_.size.operations / 10 * 8);
        write_files();
        say("changes", crowd_.done());
        erase_singly();
        erase_in_batches();
        say("erased", erased_.size());
        say("changes", crowd_.done());
        look_into_files();
        if (vfs_) {
            they_do_not_come_back();
            crowd_.check_the_living();
            say("read through the API", crowd_.living());
            files_past_their_time();
            export_again();
            behind_a_reader();
            verify();
        }
    }
    [[nodiscard]] const Verdict& verdict() const { return verdict_; }

  private:
    void say(const char* what, std::uint64_t number) {
        std::printf("  %-28s %10llu  %6.1f s\n", what, static_cast<unsigned long long>(number),
                    watch_.lap());
        std::fflush(stdout);
    }

    void write_files() {
        CsvOptions options;
        options.recipient = "the agency";
        for (std::uint32_t i = 0; i < Crowd::connections; ++i) {
            Export(crowd_.connection(i).engine())
                .csv(crowd_.folder("exports") + "/all-" + std::to_string(i) + ".csv", options);
        }
        for (int i = 0; i < 20; ++i) {
            Person& person = crowd_.anyone();
            const std::string path = crowd_.folder("bundles") + "/" +
                                     std::to_string(static_cast<std::int64_t>(person.id)) + ".zip";
            if (!std::filesystem::exists(path)) {
                Export(crowd_.any_connection().engine()).access_zip(person.id, path);
                (i < 15 ? with_bundle_ : keeps_bundle_).push_back(&person);
            }
        }
    }

    std::string bundle_of(const Person& person) const {
        return crowd_.folder("bundles") + "/" +
               std::to_string(static_cast<std::int64_t>(person.id)) + ".zip";
    }

    /// Somebody living who does not keep a bundle.
    Person& victim() {
        while (true) {
            Person& person = crowd_.anyone();
            if (std::find(keeps_bundle_.begin(), keeps_bundle_.end(), &person) ==
                keeps_bundle_.end()) {
                return person;
            }
        }
    }

    void check(const ErasureResult& result, ErasureState state) {
        checks_->that(!result.already && result.state == state,
                      "an erasure is in another state than it should be");
        checks_->equal(result.files_shared.size() >= Crowd::connections, true,
                       "the files about several are named");
    }

    /// With more changes between them: what another connection has in its cache must not come back.
    void erase_singly() {
        for (Person* person : with_bundle_) {
            if (person->living()) {
                erase({person}, {}, ErasureState::physical, crowd_.any_connection());
                checks_->that(!std::filesystem::exists(bundle_of(*person)),
                              "the bundle of an erased person is still there");
            }
        }
        const std::uint32_t slice =
            plan_.size.operations / 10 * 2 / std::max(1U, plan_.singly / 20);
        for (std::uint32_t i = static_cast<std::uint32_t>(erased_.size()); i < plan_.singly; ++i) {
            ErasureOptions options;
            options.suppress = crowd_.random()() % 2 == 0;
            erase({&victim()}, options, ErasureState::physical, crowd_.any_connection());
            if (i % 20 == 19) {
                crowd_.churn(slice);
            }
        }
        for (const Person* person : keeps_bundle_) {
            checks_->that(!person->living() || std::filesystem::exists(bundle_of(*person)),
                          "the bundle of somebody else is gone");
        }
    }

    void erase_in_batches() {
        const std::uint32_t batches = (plan_.batched + batch - 1) / batch;
        for (std::uint32_t i = 0; i < batches; ++i) {
            std::vector<Person*> people;
            for (std::uint32_t n = std::min(batch, plan_.batched - i * batch); n > 0; --n) {
                Person& person = victim();
                person.erased = true; // not twice in a batch
                people.push_back(&person);
            }
            ErasureOptions options;
            if (i % 2 == 0) {
                options.proof["newsletter"] = ProofAfterErasure::sealed;
                options.proof["profiling"] = ProofAfterErasure::commitment;
                options.proof_until = parse_time("2030-01-01");
            }
            erase(people, options, ErasureState::physical, crowd_.any_connection());
            if (i + 1 < batches) {
                crowd_.churn(plan_.size.operations / 10 / batches);
            }
        }
    }

    void erase(const std::vector<Person*>& people, const ErasureOptions& options,
               ErasureState state, Connection& at) {
        std::vector<SubjectId> ids;
        for (Person* person : people) {
            ids.push_back(person->id);
            person->erased = true;
            erased_.push_back(person);
        }
        for (const auto& result : Erasure(at.engine()).execute(ids, options)) {
            check(result, state);
        }
    }

    Verdict judge(const std::string& folder) {
        const Canaries& canaries = crowd_.canaries();
        std::vector<std::uint8_t> unwanted(canaries.size());
        for (CanaryId id = 1; id < canaries.size(); ++id) {
            const Canary& canary = canaries[id];
            unwanted[id] = canary.sealed || !canary.current || !crowd_.owner_of(id).living();
        }
        Sightings seen(canaries, unwanted);
        seen.scan_folder(folder);
        Verdict out;
        for (CanaryId id = 1; id < canaries.size(); ++id) {
            const Canary& canary = canaries[id];
            const std::uint32_t hits = seen.hits(id);
            if (!crowd_.owner_of(id).living()) {
                ++out.erased;
                out.erased_seen += hits > 0 ? 1 : 0;
                if (hits > 0 && canary.shape == Shape::text && out.residue.size() < 100) {
                    out.residue.push_back(canaries.text(id));
                }
            } else if (canary.sealed) {
                out.sealed_seen += hits > 0 ? 1 : 0;
            } else if (!canary.current) {
                ++out.former;
                out.former_seen += hits > 0 ? 1 : 0;
            } else {
                ++out.present;
                const std::uint32_t less = hidden(crowd_, canaries, id);
                const std::uint32_t whole = canaries.windows(id);
                const bool found = hits + less >= whole;
                out.present_whole += found ? 1 : 0;
                checks_->that(found, "a value of the living is not whole in the file: " +
                                         std::string(canary.place));
            }
        }
        std::printf("  %llu canaries of the erased, %llu seen; of others: %llu former, %llu seen, "
                    "sealed %llu seen, %llu present, %llu whole; %llu files, %llu MB\n",
                    static_cast<unsigned long long>(out.erased),
                    static_cast<unsigned long long>(out.erased_seen),
                    static_cast<unsigned long long>(out.former),
                    static_cast<unsigned long long>(out.former_seen),
                    static_cast<unsigned long long>(out.sealed_seen),
                    static_cast<unsigned long long>(out.present),
                    static_cast<unsigned long long>(out.present_whole),
                    static_cast<unsigned long long>(seen.files()),
                    static_cast<unsigned long long>(seen.bytes() >> 20U));
        if (vfs_) {
            for (const auto& line : seen.first_unwanted()) {
                std::printf("  seen: %s\n", line.c_str());
            }
        }
        return out;
    }

    void check_nothing_is_left(const Verdict& verdict, const char* when) {
        checks_->equal(verdict.erased_seen, std::uint64_t{0},
                       std::string("values of the erased in the files, ") + when);
        checks_->equal(verdict.sealed_seen, std::uint64_t{0}, "sealed values in clear");
        checks_->equal(verdict.former_seen, std::uint64_t{0},
                       std::string("former values of the living in the files, ") + when);
    }

    /// While all connections are open: closing the last one would empty the log by itself. Not into
    /// the exports of many, which hold whoever was there then; they are named and go later.
    void look_into_files() {
        const Copy copy(crowd_.scratch().path());
        copy.remove("exports");
        verdict_ = judge(copy.path());
        say("canaries looked for", crowd_.canaries().size());
        if (vfs_) {
            check_nothing_is_left(verdict_, "after the erasures");
        }
    }

    /// After an erasure the same connection goes on: the log is begun anew with pages from its
    /// cache. And once more when another erasure has emptied it.
    void they_do_not_come_back() {
        Connection& same = crowd_.any_connection();
        crowd_.turns(same, 25);
        std::vector<Person*> people;
        for (std::uint32_t i = 0; i < batch / 2; ++i) {
            people.push_back(&victim());
            people.back()->erased = true;
        }
        erase(people, {}, ErasureState::physical, same);
        crowd_.turns(same, 5);
        {
            const Copy copy(crowd_.scratch().path());
            copy.remove("exports");
            checks_->that(std::filesystem::file_size(copy.path() + "/store.habeas-wal") > 100'000,
                          "nothing is in the log");
            checks_->equal(judge(copy.path()).erased_seen, std::uint64_t{0},
                           "values of the erased that came back with later changes");
        }
        erase({&victim()}, {}, ErasureState::physical, crowd_.any_connection());
        const Copy copy(crowd_.scratch().path());
        copy.remove("exports");
        check_nothing_is_left(judge(copy.path()), "after later changes");
        say("erased, and changes after it", people.size() + 1);
    }

    void files_past_their_time() {
        crowd_.clock().advance(std::chrono::hours(31 * 24));
        const auto report = crowd_.any_connection().engine().tick();
        checks_->that(report.files_deleted > Crowd::connections, "no file went at its time");
        for (const char* name : {"rejects", "exports", "bundles"}) {
            checks_->that(std::filesystem::is_empty(crowd_.folder(name)),
                          std::string("files past their time are left in ") + name);
        }
    }

    /// An export of today has all that is exported of the living, and nothing else.
    void export_again() {
        CsvOptions options;
        options.recipient = "the agency";
        options.columns = {"id", "email", "phone", "first_name", "last_name", "story", "diagnosis"};
        const std::string path = crowd_.folder("exports") + "/today.csv";
        checks_->equal(Export(crowd_.any_connection().engine()).csv(path, options), crowd_.living(),
                       "rows of the export");
        const Canaries& canaries = crowd_.canaries();
        Sightings seen(canaries, std::vector<std::uint8_t>(canaries.size()));
        seen.scan_file(path);
        std::uint64_t others = 0;
        std::uint64_t missing = 0;
        for (CanaryId id = 1; id < canaries.size(); ++id) {
            const Person& owner = crowd_.owner_of(id);
            if (!owner.living() || !canaries[id].current) {
                others += seen.hits(id) > 0 ? 1 : 0;
                continue;
            }
            for (const Place place : {email, phone, first_name, last_name, story, diagnosis}) {
                missing += owner.at[place] == id && seen.hits(id) < canaries.windows(id) ? 1 : 0;
            }
        }
        checks_->equal(others, std::uint64_t{0}, "values in the export that should not be");
        checks_->equal(missing, std::uint64_t{0}, "values that the export lacks");
        say("rows exported again", crowd_.living());
        crowd_.clock().advance(std::chrono::hours(31 * 24));
        crowd_.any_connection().engine().tick();
    }

    void behind_a_reader() {
        Connection& reader = crowd_.connection(1);
        Connection& writer = crowd_.connection(0);
        std::vector<Person*> people;
        for (std::uint32_t i = 0; i < held_back; ++i) {
            Person& person = crowd_.anyone();
            person.erased = true;
            people.push_back(&person);
        }
        {
            const store::Engine::Read snapshot(reader.engine());
            (void)Subjects(reader.engine()).get(people[0]->id); // still there for the reader
            std::vector<SubjectId> ids;
            for (const Person* person : people) {
                ids.push_back(person->id);
                erased_.push_back(person);
            }
            for (const auto& result : Erasure(writer.engine()).execute(ids)) {
                checks_->that(result.state == ErasureState::physical_pending,
                              "an erasure behind a reader is not reported as pending");
            }
            checks_->equal(writer.engine().tick().physical_pending, std::uint64_t{held_back},
                           "erasures that wait for the reader");
            const Copy copy(crowd_.scratch().path());
            checks_->that(judge(copy.path()).erased_seen > 0,
                          "pending, and yet nothing is left: then why wait?");
        }
        checks_->equal(writer.engine().tick().physical_done, std::uint64_t{held_back},
                       "erasures that the tick completed");
        for (const Person* person : people) {
            const std::string receipt = Erasure(writer.engine()).receipt(person->id);
            checks_->that(receipt.find("\"state\":\"physical\"") != std::string::npos,
                          "the receipt of a completed erasure");
        }
        const Copy copy(crowd_.scratch().path());
        check_nothing_is_left(judge(copy.path()), "after the reader");
        say("erased behind a reader", held_back);
    }

    /// What habeas itself says about it.
    void verify() {
        store::Engine& engine = crowd_.any_connection().engine();
        VerifyOptions options;
        const Canaries& canaries = crowd_.canaries();
        for (CanaryId id = 1; id < canaries.size(); id += 17) {
            if (canaries[id].shape <= Shape::phone && crowd_.owner_of(id).erased) {
                options.residue.push_back(canaries.text(id));
            }
        }
        options.residue_paths = {crowd_.scratch().path()};
        const VerifyReport report = engine.verify(options);
        for (const auto& finding : report.findings) {
            checks_->that(finding.severity == Severity::notice,
                          finding.code + ": " + finding.message);
        }
        std::uint64_t gone = 0;
        for (const Person* person : erased_) {
            try {
                (void)Subjects(engine).get(person->id);
            } catch (const Error& e) {
                gone += e.code() == Errc::erased ? 1 : 0;
            }
        }
        checks_->equal(gone, std::uint64_t{erased_.size()}, "numbers that answer erased");
        say("events verified", report.events);
    }

    Plan plan_;
    Checks* checks_;
    Crowd crowd_;
    bool vfs_;
    Stopwatch watch_;
    std::vector<const Person*> erased_;
    std::vector<Person*> with_bundle_, keeps_bundle_;
    Verdict verdict_;
};

int run(const Arguments& arguments) {
    Plan plan;
    plan.size.people = static_cast<std::uint32_t>(arguments.number("--people", 20'000));
    plan.size.operations = static_cast<std::uint32_t>(arguments.number("--operations", 100'000));
    plan.singly = static_cast<std::uint32_t>(arguments.number("--singly", 1'000));
    plan.batched = static_cast<std::uint32_t>(arguments.number("--batched", 5'000));
    plan.size.seed = arguments.number("--seed", 20'260'601);
    plan.size.threads = arguments.has("--threads");
    std::printf("seed %llu\n", static_cast<unsigned long long>(plan.size.seed));
    Checks checks;
    if (!plan.size.threads) {
        std::printf("with SQLite's own VFS:\n");
        Plan without = plan;
        without.size.vfs = false;
        without.size.people = std::min(plan.size.people, 2000U);
        without.size.operations = std::min(plan.size.operations, 10'000U);
        without.singly = std::min(plan.singly, 60U);
        without.batched = without.size.people / 10 * 6; // most of them: so that some are found
        Run run(without, checks);
        run.run();
        checks.that(run.verdict().erased_seen > 0,
                    "nothing is left without the VFS either: this tests nothing");
    }
    std::printf("with the VFS of habeas:\n");
    Run(plan, checks).run();
    return checks.finish();
}

} // namespace

int main(int count, char** values) {
    return run_program(count, values, run);
}
