// What lies where a store, its key, its journal or its helpers should be.
#include "base/files.hpp"
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <sqlite3.h>

#include <fstream>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

namespace hostile_store_files_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::error_of;
using habeas::test::TestStore;
namespace fs = std::filesystem;

namespace {

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void spill(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string out(size, '\0');
    for (char& c : out) {
        c = static_cast<char>(random());
    }
    return out;
}

/// What may lie at a path instead of a file of ours.
struct Stranger {
    const char* name;
    void (*put)(const std::string& path);
};
const Stranger strangers[] = {
    {"a folder", [](const std::string& path) { fs::create_directory(path); }},
    {"a pipe", [](const std::string& path) { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }},
    {"a link to a file",
     [](const std::string& path) {
         spill(path + ".target", "precious");
         fs::create_symlink(path + ".target", path);
     }},
    {"a link to nothing",
     [](const std::string& path) { fs::create_symlink(path + ".nowhere", path); }},
    {"a link to a device", [](const std::string& path) { fs::create_symlink("/dev/zero", path); }},
    {"an empty file", [](const std::string& path) { spill(path, ""); }},
    {"a byte", [](const std::string& path) { spill(path, "x"); }},
    {"noise", [](const std::string& path) { spill(path, noise(50'000)); }},
    {"a text", [](const std::string& path) { spill(path, std::string(9'000, 'x')); }},
    {"a database of somebody else",
     [](const std::string& path) {
         sqlite3* db = nullptr;
         REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
         REQUIRE(sqlite3_exec(db, "CREATE TABLE subject(id INTEGER PRIMARY KEY, email TEXT)",
                              nullptr, nullptr, nullptr) == SQLITE_OK);
         sqlite3_close(db);
     }},
};

/// A store on disk that is closed, with one person in it.
struct Closed : TestStore {
    Closed() : TestStore(on_disk) {
        Subjects(store).create({{{"email", std::string("ann@example.com")}}, {}, {}});
        close();
    }
    [[nodiscard]] bool whole() {
        Store opened = Store::open(path(), options());
        return Subjects(opened).count() == 1 && opened.verify().ok();
    }
};

/// Puts a stranger at `path`, in the place of what was there; takes it away again.
class Swap {
  public:
    Swap(std::string path, const Stranger& stranger) : path_(std::move(path)) {
        if (fs::exists(fs::symlink_status(path_))) {
            fs::rename(path_, path_ + ".away");
        }
        stranger.put(path_);
        before_ = state();
    }
    Swap(const Swap&) = delete;
    Swap& operator=(const Swap&) = delete;
    ~Swap() {
        fs::remove(path_);
        fs::remove(path_ + ".target");
        if (fs::exists(path_ + ".away")) {
            fs::rename(path_ + ".away", path_);
        }
    }
    /// Neither the stranger nor what it leads to was changed, and nothing was made elsewhere.
    [[nodiscard]] bool untouched() const {
        return state() == before_ && !fs::exists(path_ + ".nowhere");
    }

  private:
    [[nodiscard]] std::string state() const {
        auto status = fs::symlink_status(path_);
        std::string out = std::to_string(static_cast<int>(status.type()));
        if (fs::is_regular_file(status)) {
            out += slurp(path_);
        } else if (fs::is_symlink(status)) {
            out += fs::read_symlink(path_).string();
            out += fs::exists(path_ + ".target") ? slurp(path_ + ".target") : "";
        }
        return out;
    }
    std::string path_;
    std::string before_;
};

/// Errc{0} where it worked.
template <class Act>
Errc outcome(Act act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    return Errc{0};
}

bool one_of(Errc code, std::initializer_list<Errc> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

} // namespace

TEST_CASE("hostile: a store swapped for something else is refused, and that something left alone",
          "[hostile][store]") {
    Closed t;
    for (const Stranger& stranger : strangers) {
        INFO(stranger.name);
        Swap swap(t.path(), stranger);
        auto refused = [&](auto open) {
            Error error = error_of(open);
            INFO(error.what());
            CHECK(one_of(error.code(), {Errc::not_a_store, Errc::invalid}));
            CHECK(error.where() == t.path());
            CHECK(swap.untouched());
        };
        refused([&] { Store::open(t.path(), t.options()); });
        refused([&] {
            StoreOptions options = t.options();
            options.read_only = true;
            Store::open(t.path(), options);
        });
        refused([&] { Store::migrate(t.path(), t.options()); });
        refused([&] { Store::migrate(t.path(), t.options(), t.folder.file("backup")); });
        CHECK_FALSE(fs::exists(t.folder.file("backup")));
    }
    CHECK(t.whole());
}

TEST_CASE("hostile: a store is created over nothing that is there", "[hostile][store]") {
    for (const Stranger& stranger : strangers) {
        INFO(stranger.name);
        TestStore t;
        std::string path = t.folder.file("new.habeas");
        if (stranger.name == std::string("an empty file")) {
            continue; // what a program made that keeps a name for itself
        }
        Swap swap(path, stranger);
        Error error = error_of([&] { Store::create(path, t.options()); });
        INFO(error.what());
        CHECK(one_of(error.code(), {Errc::exists, Errc::invalid}));
        CHECK(swap.untouched());
        CHECK_FALSE(fs::exists(path + ".key"));
        CHECK_FALSE(fs::exists(path + ".restore"));
    }
}

TEST_CASE("hostile: a key that is none opens nothing and is left alone", "[hostile][store]") {
    Closed t;
    for (const Stranger& stranger : strangers) {
        INFO(stranger.name);
        Swap swap(t.path() + ".key", stranger);
        Error error = error_of([&] { Store::open(t.path(), t.options()); });
        INFO(error.what());
        CHECK(one_of(error.code(), {Errc::invalid, Errc::key_wrong, Errc::key_missing}));
        CHECK(swap.untouched());
    }
    CHECK(t.whole());
}

TEST_CASE("hostile: a journal that is none opens nothing and is left alone", "[hostile][store]") {
    Closed t;
    for (const Stranger& stranger : strangers) {
        INFO(stranger.name);
        Swap swap(t.path() + ".restore", stranger);
        Error error = error_of([&] { Store::open(t.path(), t.options()); });
        INFO(error.what());
        CHECK(one_of(error.code(), {Errc::invalid, Errc::journal_foreign, Errc::journal_missing}));
        CHECK(swap.untouched());
    }
    CHECK(t.whole());
}

TEST_CASE("hostile: what stands where SQLite keeps its log, its index or the queue its lock is not "
          "written through",
          "[hostile][store]") {
    for (const std::string suffix : {"-wal", "-shm", "-journal", ".lock"}) {
        for (const Stranger& stranger : strangers) {
            Closed t;
            std::string name = stranger.name;
            INFO(suffix << ": " << name);
            fs::remove(t.path() + suffix);
            bool link = name.starts_with("a link");
            bool file = !link && name != "a folder" && name != "a pipe";
            std::optional<Swap> swap;
            swap.emplace(t.path() + suffix, stranger);
            Errc code = outcome([&] {
                Store store = Store::open(t.path(), t.options());
                Subjects(store).create({{{"email", std::string("bob@example.com")}}, {}, {}});
            });
            // Links lead nowhere; a plain file of that name is taken for what it pretends to be,
            // and without a valid header that is an empty log.
            if (!file) {
                CHECK(swap->untouched());
            }
            INFO(static_cast<int>(code));
            CHECK(one_of(code, {Errc{0}, Errc::invalid, Errc::io, Errc::read_only,
                                Errc::not_a_store, Errc::corrupt, Errc::locked, Errc::busy}));
            if (link && suffix != "-journal") {
                CHECK(code != Errc{0});
            }
            if (code != Errc{0}) {
                swap.reset();
                CHECK(t.whole());
            }
        }
    }
}

TEST_CASE("hostile: a store that was cut or scribbled over says that it is damaged, or opens whole",
          "[hostile][store]") {
    Closed t;
    const std::string good = slurp(t.path());
    std::mt19937 random(11);
    auto attempt = [&](const std::string& bytes) {
        spill(t.path(), bytes);
        fs::remove(t.path() + "-wal");
        fs::remove(t.path() + "-shm");
        try {
            Store store = Store::open(t.path(), t.options());
            // Opening looks at little; verify looks at everything.
            VerifyReport report = store.verify();
            bool found = !report.ok();
            CHECK((found || Subjects(store).count() == 1));
        } catch (const Error& error) {
            INFO(error.what());
            CHECK(one_of(error.code(),
                         {Errc::not_a_store, Errc::corrupt, Errc::newer_store, Errc::key_wrong,
                          Errc::migration_needed, Errc::journal_foreign, Errc::io}));
        }
    };
    for (std::size_t part = 1; part <= 16; ++part) {
        attempt(good.substr(0, good.size() * part / 17));
    }
    for (int round = 0; round < 60; ++round) {
        std::string bytes = good;
        std::size_t at = random() % (round < 20 ? 4096 : bytes.size());
        for (std::size_t n = 0; n < 16 && at + n < bytes.size(); ++n) {
            bytes[at + n] = static_cast<char>(random());
        }
        attempt(bytes);
    }
    spill(t.path(), good);
    CHECK(t.whole());
}

TEST_CASE(
    "hostile: files that habeas reads or writes for the host are never links, folders or pipes",
    "[hostile][import][exports]") {
    TestStore t;
    SubjectId ann = Subjects(t.store).create({{{"email", std::string("a@example.com")}}, {}, {}});
    std::string path = t.folder.file("file");
    spill(t.folder.file("good.csv"), "email\nb@example.com\n");
    for (const Stranger& stranger : strangers) {
        std::string name = stranger.name;
        INFO(name);
        Swap swap(path, stranger);
        bool link = name.starts_with("a link");
        auto refused = [&](auto act) {
            CHECK(code_of(act) == (link ? Errc::invalid : Errc::exists));
            CHECK(swap.untouched());
        };
        refused([&] {
            ImportOptions options;
            options.rejects_file = path;
            Import(t.store).contacts(t.folder.file("good.csv"), options);
        });
        refused([&] {
            CsvOptions options;
            options.recipient = "me";
            Export(t.store).csv(path, options);
        });
        if (has("archive")) {
            refused([&] { Export(t.store).access_zip(ann, path); });
        }
        CHECK(code_of([&] { Import(t.store).contacts(path); }) == Errc::invalid);
        CHECK(code_of([&] { Import(t.store).consents(path); }) == Errc::invalid);
        CHECK(swap.untouched());
        CHECK(Subjects(t.store).count() == 1);
    }
    CHECK(code_of([&] { Import(t.store).contacts(t.folder.file("missing")); }) == Errc::not_found);
}

TEST_CASE("hostile: a backup takes the place of nothing, and is whole or not there",
          "[hostile][store]") {
    Closed t;
    std::string backup = t.folder.file("backup");
    for (const Stranger& stranger : strangers) {
        INFO(stranger.name);
        Swap swap(backup, stranger);
        Errc code = code_of([&] { Store::migrate(t.path(), t.options(), backup); });
        CHECK(one_of(code, {Errc::exists, Errc::invalid}));
        CHECK(swap.untouched());
    }
    CHECK(code_of([&] {
              Store::migrate(t.path(), t.options(), backup,
                             [](std::uint64_t, std::uint64_t) { return false; });
          }) == Errc::cancelled);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        CHECK_FALSE(fs::exists(backup + suffix));
    }
    Store::migrate(t.path(), t.options(), backup);
    CHECK((fs::status(backup).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(t.whole());
}

} // namespace hostile_store_files_test
