// An encrypted backup is restored after 500 people were erased and 500 withdrew: no byte of the
// former is in any file, nobody of the latter is written to. And a backup of a large store and its
// restore need little memory.
//
//   e2e_backup [--people N] [--megabytes N]
#include "e2e/canary.hpp"
#include "e2e/checks.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

using namespace habeas;
using namespace habeas::e2e;

namespace {

namespace fs = std::filesystem;

struct Person {
    SubjectId id{};
    std::vector<CanaryId> values;
    std::string address;
};

class Town {
  public:
    Town(std::uint32_t size, Checks& checks)
        : size_(size), checks_(&checks), canaries_(size * std::size_t{4}) {
        options_.clock = clock_.clock();
        options_.durability = Durability::normal;
    }

    void run() {
        {
            Store store = Store::create(path(), options_);
            settle(store);
            churn(store);
            (void)Backup::write(store, folder_.file("monday.backup"), key_);
            std::printf("%u people, backed up: %.1f s\n", size_, watch_.lap());
            clock_.advance(std::chrono::hours(24));
            leave(store);
            RestoreJournal(store).copy(folder_.file("copy.restore"));
            (void)RestoreJournal(store).rotate();
        }
        RestoreOptions options;
        options.store = options_;
        options.overwrite = true;
        const RestoreReport report =
            Backup::restore(folder_.file("monday.backup"), path(), key_, options);
        checks_->that(report.journal_records >= erased_ + withdrew_,
                      "the report counts too few records of the journal");
        std::printf("restored, %llu records of the journal: %.1f s\n",
                    static_cast<unsigned long long>(report.journal_records), watch_.lap());
        no_bytes("before anybody opened it");
        {
            Store store = Store::open(path(), options_);
            nobody_comes_back(store);
            store.tick();
            const VerifyReport verified = store.verify();
            for (const Finding& finding : verified.findings) {
                checks_->that(finding.severity == Severity::notice,
                              finding.code + ": " + finding.message);
            }
            no_bytes("while it is open");
        }
        no_bytes("after it was closed");
        without_the_journal();
    }

  private:
    [[nodiscard]] std::string path() const { return folder_.file("store.habeas"); }

    std::string value(Person& person, std::uint32_t number, Shape shape, std::string_view place) {
        person.values.push_back(canaries_.make(random_, shape, 24, number, place));
        return canaries_.text(person.values.back());
    }

    static void say(Store& store, SubjectId id, EventKind kind) {
        ConsentEvent event;
        event.subject = id;
        event.kind = kind;
        event.purpose = "newsletter";
        event.evidence.method = "form";
        event.evidence.text_version = kind == EventKind::granted ? 1 : 0;
        Consent(store).record(event);
    }

    void settle(Store& store) {
        Purpose newsletter;
        newsletter.code = "newsletter";
        newsletter.channels = {Channel::email};
        newsletter.texts = {{0, {}, {{"en", "Yes, write to me.", "Yes"}}, {}, {}}};
        Purposes(store).define(newsletter);
        people_.resize(size_);
        auto tx = store.transaction();
        for (std::uint32_t i = 0; i < size_; ++i) {
            Person& person = people_[i];
            SubjectInput input;
            person.address = value(person, i, Shape::mail, "email");
            input.fields["email"] = person.address;
            input.fields["first_name"] = value(person, i, Shape::text, "first_name");
            input.fields["last_name"] = value(person, i, Shape::text, "last_name");
            person.id = Subjects(store).create(input);
            say(store, person.id, EventKind::granted);
        }
        tx.commit();
    }

    /// Pages split and cells move, so that there is something to leave behind.
    void churn(Store& store) {
        auto tx = store.transaction();
        for (std::uint32_t i = 0; i < size_; i += 3) {
            SubjectInput input;
            input.fields["last_name"] = value(people_[i], i, Shape::text, "last_name");
            Subjects(store).update(people_[i].id, input);
        }
        tx.commit();
    }

    /// The first half is erased, one by one and in a batch; every fourth of the rest withdraws.
    void leave(Store& store) {
        const std::uint32_t quarter = size_ / 4;
        std::vector<SubjectId> batch;
        for (std::uint32_t i = 0; i < quarter; ++i) {
            if (i % 10 == 0) {
                Erasure(store).execute(people_[i].id);
            } else {
                batch.push_back(people_[i].id);
            }
        }
        Erasure(store).execute(batch);
        erased_ = quarter;
        for (std::uint32_t i = quarter; i < 2 * quarter; ++i) {
            say(store, people_[i].id, EventKind::withdrawn);
        }
        withdrew_ = quarter;
        std::printf("%u erased, %u withdrew: %.1f s\n", erased_, withdrew_, watch_.lap());
    }

    void nobody_comes_back(Store& store) {
        std::set<SubjectId> allowed;
        Consent(store).filter("newsletter", Channel::email, [&](SubjectId id, const Decision&) {
            allowed.insert(id);
            return true;
        });
        for (std::uint32_t i = 0; i < size_; ++i) {
            const Person& person = people_[i];
            const bool gone = i < erased_;
            const bool no = i < erased_ + withdrew_;
            checks_->that(allowed.contains(person.id) != no, "a decision differs");
            checks_->that(
                Subjects(store).find({IdentifierKind::email, "", person.address}).has_value() !=
                    gone,
                "somebody is found, or not");
            if (gone) {
                checks_->that(
                    Consent(store).suppressed({IdentifierKind::email, "", person.address}),
                    "an erased address is not on the list");
                checks_->that(answer(store, person.id) == Errc::erased, "an erased number answers");
            } else if (no) {
                checks_->that(Consent(store).state(person.id, "newsletter", Channel::email) ==
                                  ConsentState::withdrawn,
                              "a withdrawal is forgotten");
            }
        }
    }

    static Errc answer(Store& store, SubjectId id) {
        try {
            (void)Subjects(store).get(id);
        } catch (const Error& error) {
            return error.code();
        }
        return Errc::internal;
    }

    /// Any eight bytes in any file of the folder, backup and copies of the journal too.
    void no_bytes(const char* when) {
        std::vector<std::uint8_t> unwanted(canaries_.size());
        for (std::uint32_t i = 0; i < erased_; ++i) {
            for (const CanaryId id : people_[i].values) {
                unwanted[id] = 1;
            }
        }
        Sightings seen(canaries_, unwanted);
        seen.scan_folder(folder_.path());
        std::uint64_t hits = 0;
        std::uint64_t others = 0;
        for (std::uint32_t i = 0; i < size_; ++i) {
            for (const CanaryId id : people_[i].values) {
                (i < erased_ ? hits : others) += seen.hits(id);
            }
        }
        for (const std::string& first : seen.first_unwanted()) {
            std::printf("%s\n", first.c_str());
        }
        checks_->equal(hits, std::uint64_t{0}, std::string("windows of the erased ") + when);
        checks_->that(others > size_, "nobody else is seen either: this tests nothing");
        std::printf("%s: %llu bytes in %llu files, %llu of the erased: %.1f s\n", when,
                    static_cast<unsigned long long>(seen.bytes()),
                    static_cast<unsigned long long>(seen.files()),
                    static_cast<unsigned long long>(hits), watch_.lap());
    }

    /// If somebody says that it does not matter, they all come back: so it is the journal that
    /// helps.
    void without_the_journal() {
        const test::ScratchFolder alone;
        fs::copy_file(path() + ".key", alone.file("store.habeas.key"));
        RestoreOptions options;
        options.store = options_;
        options.store.accept_missing_journal = true;
        (void)Backup::restore(folder_.file("monday.backup"), alone.file("store.habeas"), key_,
                              options);
        Store store = Store::open(alone.file("store.habeas"), options_);
        checks_->equal(Subjects(store).count(), std::int64_t{size_}, "people without the journal");
    }

    std::uint32_t size_;
    std::uint32_t erased_ = 0, withdrew_ = 0;
    Checks* checks_;
    test::ScratchFolder folder_;
    test::TestClock clock_;
    StoreOptions options_;
    Random random_{7};
    Canaries canaries_;
    std::vector<Person> people_;
    std::string key_ = Backup::new_key();
    Stopwatch watch_;
};

/// Most memory since the last call of `forget_peak`, in bytes.
std::uint64_t peak() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            std::uint64_t kilobytes = 0;
            std::istringstream(line.substr(6)) >> kilobytes;
            return kilobytes * 1024;
        }
    }
    return 0;
}
void forget_peak() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

void little_memory(std::uint64_t megabytes, Checks& checks) {
    const test::ScratchFolder folder;
    const std::string path = folder.file("large.habeas");
    const std::string key = Backup::new_key();
    StoreOptions options;
    options.durability = Durability::normal;
    Stopwatch watch;
    {
        Store store = Store::create(path, options);
        std::string filling(1 << 20, '\0');
        Random random(11);
        for (std::uint64_t i = 0; i < megabytes; ++i) {
            std::generate(filling.begin(), filling.end(),
                          [&] { return static_cast<char>(random()); });
            store::Engine::Write tx(store.engine());
            store.engine().set_meta(("filling" + std::to_string(i)).c_str(), filling);
            tx.commit();
        }
    }
    std::printf("a store of %llu MB: %.1f s\n",
                static_cast<unsigned long long>(fs::file_size(path) / 1000000), watch.lap());
    forget_peak();
    {
        Store store = Store::open(path, options);
        (void)Backup::write(store, folder.file("large.backup"), key);
    }
    const std::uint64_t writing = peak();
    std::printf("backup: %.1f s, %.1f MiB\n", watch.lap(), static_cast<double>(writing) / 1048576);
    forget_peak();
    RestoreOptions restore;
    restore.store = options;
    restore.overwrite = true;
    (void)Backup::restore(folder.file("large.backup"), path, key, restore);
    const std::uint64_t reading = peak();
    std::printf("restore: %.1f s, %.1f MiB\n", watch.lap(), static_cast<double>(reading) / 1048576);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    constexpr std::uint64_t bound = std::uint64_t{64} << 20;
    checks.that(writing < bound, "a backup took more than 64 MiB");
    checks.that(reading < bound, "a restore took more than 64 MiB");
#endif
    const Store store = Store::open(path, options);
    checks.that(store.info().schema_version > 0, "the large store opens again");
}

} // namespace

int main(int count, char** values) {
    return run_program(count, values, [](const Arguments& arguments) {
        Checks checks;
        little_memory(arguments.number("--megabytes", 100),
                      checks); // first: memory is never given back
        Town(static_cast<std::uint32_t>(arguments.number("--people", 2000)), checks).run();
        return checks.finish();
    });
}
