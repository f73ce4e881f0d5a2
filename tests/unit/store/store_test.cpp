#include "catch.hpp"
#include "support/store.hpp"

#include "audit/ledger.hpp"
#include "habeas/consent.hpp"
#include "habeas/erasure.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "support/raw_db.hpp"
#include "unit/base/expect_error.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace store_store_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::ScratchFolder;
using habeas::test::TestStore;

namespace {

std::int64_t act(Store& store, const std::string& evidence) {
    audit::Entry entry;
    entry.kind = EventKind::imported;
    entry.evidence = evidence;
    store::Engine::Write tx(store.engine());
    const auto id = audit::append(store.engine(), entry);
    tx.commit();
    return id;
}

} // namespace

TEST_CASE("store: every pragma we set is in force", "[store]") {
    TestStore t(TestStore::on_disk);
    auto& db = t.store.engine().db();
    CHECK(db.scalar("PRAGMA journal_mode") == "wal");
    CHECK(db.scalar("PRAGMA synchronous") == "2");
    CHECK(db.scalar("PRAGMA foreign_keys") == "1");
    CHECK(db.scalar("PRAGMA secure_delete") == "1");
    CHECK(db.scalar("PRAGMA trusted_schema") == "0");
    CHECK(db.scalar("PRAGMA cell_size_check") == "1");
    CHECK(db.scalar("PRAGMA temp_store") == "2");
    CHECK(db.scalar("PRAGMA mmap_size").value_or("0") == "0");
    CHECK(db.scalar("PRAGMA auto_vacuum") == "0");
    CHECK(db.scalar("PRAGMA recursive_triggers") == "1");
    CHECK(db.scalar("PRAGMA application_id") == std::to_string(0x48414245));
    int defensive = 0;
    sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
    CHECK(defensive == 1);
    CHECK_THROWS(db.exec("SELECT \"no such column, so a string\""));
}

TEST_CASE("store: files are readable by their owner alone", "[store]") {
    const auto old = ::umask(0);
    TestStore t(TestStore::on_disk);
    act(t.store, "{}");
    ::umask(old);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(t.folder.path())) {
        INFO(entry.path());
        CHECK((entry.status().permissions() & std::filesystem::perms::mask) ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        ++files;
    }
    CHECK(files >= 5); // database, wal, shm, key, journal, lock
}

TEST_CASE("store: a key file that others may read is named when the store is opened", "[store]") {
    TestStore t(TestStore::on_disk);
    const auto of_the_mode = [](std::string_view warning) {
        return warning.find("chmod 600") != std::string_view::npos;
    };
    const auto warned = [&] {
        StoreOptions options = t.options();
        int logged = 0;
        options.log = [&](LogLevel level, std::string_view message) {
            logged += level == LogLevel::warning && of_the_mode(message) ? 1 : 0;
        };
        const auto warnings = Store::open(t.path(), options).info().warnings;
        const auto found = std::count_if(warnings.begin(), warnings.end(), of_the_mode);
        CHECK(found == logged);
        return found;
    };
    CHECK(warned() == 0);
    for (const ::mode_t mode : {0666U, 0640U, 0604U}) {
        REQUIRE(::chmod((t.path() + ".key").c_str(), mode) == 0);
        CHECK(warned() == 1);
    }
}

TEST_CASE("store: the copy from before a migration is a file about everybody that goes in time",
          "[store]") {
    TestStore t(TestStore::on_disk);
    const SubjectId zoe =
        Subjects(t.store).create({{{"email", std::string("zoe.quartz@example.org")}}, {}, {}});
    const std::string copy = t.folder.file("copy");
    const auto older = [&] {
        t.close();
        test::RawDb(t.path(), nullptr).exec("PRAGMA user_version = 0");
    };
    SECTION("registered with the migration") {
        older();
        Store::migrate(t.path(), t.options(), copy);
        t.reopen();
        const auto result = Erasure(t.store).execute(zoe);
        CHECK(result.files_shared == std::vector<std::string>{copy});
        VerifyOptions look;
        look.residue = {"zoe.quartz@example.org"};
        const auto report = t.store.verify(look);
        REQUIRE(report.findings.size() == 1);
        CHECK(report.findings[0].message.find(copy) != std::string::npos);
        t.clock.advance(std::chrono::hours(24 * 30));
        CHECK(t.store.tick().files_deleted == 1);
        CHECK_FALSE(std::filesystem::exists(copy));
        CHECK(t.store.verify(look).findings.empty());
    }
    SECTION("also where there was nothing to migrate") {
        t.close();
        Store::migrate(t.path(), t.options(), copy);
        t.reopen();
        CHECK(Erasure(t.store).execute(zoe).files_shared == std::vector<std::string>{copy});
    }
    SECTION("none is left of a migration that failed") {
        older();
        StoreOptions wrong = t.options();
        wrong.key_file = t.folder.file("no.key");
        CHECK(code_of([&] { Store::migrate(t.path(), wrong, copy); }) == Errc::key_missing);
        CHECK_FALSE(std::filesystem::exists(copy));
    }
}

TEST_CASE("store: what was committed is there after opening again", "[store]") {
    TestStore t(TestStore::on_disk);
    const auto id = act(t.store, R"({"n":1})");
    t.reopen();
    const auto entry = audit::find_event(t.store.engine(), id);
    REQUIRE(entry);
    CHECK(entry->evidence == R"({"n":1})");
    CHECK(t.store.verify().ok());
}

TEST_CASE("store: opening a current file writes nothing", "[store]") {
    TestStore t(TestStore::on_disk);
    act(t.store, "{}");
    t.close();
    auto read = [&](const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const auto database = read(t.path());
    const auto journal = read(t.path() + ".restore");
    t.reopen();
    t.close();
    CHECK(read(t.path()) == database);
    CHECK(read(t.path() + ".restore") == journal);
}

TEST_CASE("store: a transaction that is not committed leaves nothing", "[store]") {
    TestStore t;
    {
        auto tx = t.store.transaction();
        act(t.store, "{}");
    }
    CHECK(audit::head(t.store.engine()).sequence == 1);
    {
        auto tx = t.store.transaction();
        act(t.store, "{}");
        {
            store::Engine::Write inner(t.store.engine());
            audit::Entry entry;
            entry.kind = EventKind::imported;
            audit::append(t.store.engine(), entry);
        }
        tx.commit();
    }
    CHECK(audit::head(t.store.engine()).sequence == 2);
    CHECK(t.store.verify().ok());
}

TEST_CASE("store: a snapshot sees one state, and its handle writes only afterwards", "[store]") {
    TestStore t(TestStore::on_disk);
    Store other = Store::open(t.path(), t.options());
    {
        const Snapshot snapshot = t.store.snapshot();
        CHECK(t.store.setting("time_zone").empty());
        other.set_setting("time_zone", "Europe/Vienna");
        CHECK(t.store.setting("time_zone").empty());
        const Snapshot inner = t.store.snapshot();
        try {
            t.store.set_setting("place", "Wien");
            FAIL("written inside a snapshot");
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            CHECK(error.where() == "snapshot");
        }
    }
    CHECK(t.store.setting("time_zone") == "Europe/Vienna");
    t.store.set_setting("place", "Wien");
    CHECK(other.setting("place") == "Wien");
}

TEST_CASE("store: recorded time never runs backwards, even if the clock does", "[store]") {
    TestStore t;
    const auto first = act(t.store, "{}");
    t.clock.set("2020-01-01");
    const auto second = act(t.store, "{}");
    auto at = [&](std::int64_t id) { return audit::find_event(t.store.engine(), id)->recorded_at; };
    CHECK(at(second) >= at(first));
}

TEST_CASE("store: what cannot be opened says why and what to do", "[store]") {
    TestStore t(TestStore::on_disk);
    const auto path = t.path();
    t.close();
    const auto options = t.options();

    SECTION("there is no file") {
        CHECK(code_of([&] { Store::open(t.folder.file("none"), options); }) == Errc::not_found);
    }
    SECTION("create over a store") {
        CHECK(code_of([&] { Store::create(path, options); }) == Errc::exists);
    }
    SECTION("what an interrupted creation left can be created again") {
        const auto begun = t.folder.file("begun");
        sqlite3* db = nullptr;
        sqlite3_open(begun.c_str(), &db);
        sqlite3_exec(db, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
        sqlite3_close(db);
        REQUIRE(std::filesystem::file_size(begun) > 0);
        CHECK(code_of([&] { Store::open(begun, options); }) == Errc::not_a_store);
        CHECK(Store::create(begun, options).verify().ok());
    }
    SECTION("create over what is somebody else's leaves it as it is") {
        const auto other = t.folder.file("other");
        sqlite3* db = nullptr;
        sqlite3_open(other.c_str(), &db);
        sqlite3_exec(db, "CREATE TABLE x(y)", nullptr, nullptr, nullptr);
        sqlite3_close(db);
        std::ofstream(t.folder.file("text")) << std::string(5000, 'x');
        for (const auto& file : {other, t.folder.file("text")}) {
            const auto before = test::slurp(file);
            CHECK(code_of([&] { Store::create(file, options); }) == Errc::exists);
            CHECK(test::slurp(file) == before);
        }
    }
    SECTION("not a database") {
        std::ofstream(t.folder.file("text")) << std::string(5000, 'x');
        CHECK(code_of([&] { Store::open(t.folder.file("text"), options); }) == Errc::not_a_store);
    }
    SECTION("a database of somebody else") {
        sqlite3* db = nullptr;
        sqlite3_open(t.folder.file("other").c_str(), &db);
        sqlite3_exec(db, "CREATE TABLE x(y)", nullptr, nullptr, nullptr);
        sqlite3_close(db);
        CHECK(code_of([&] { Store::open(t.folder.file("other"), options); }) == Errc::not_a_store);
    }
    SECTION("newer and older schema") {
        auto set_version = [&](int version) {
            sqlite3* db = nullptr;
            sqlite3_open(path.c_str(), &db);
            sqlite3_exec(db, ("PRAGMA user_version=" + std::to_string(version)).c_str(), nullptr,
                         nullptr, nullptr);
            sqlite3_close(db);
        };
        set_version(99);
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::newer_store);
        set_version(0);
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::migration_needed);
    }
    SECTION("the key is missing, wrong or nonsense") {
        const auto key = path + ".key";
        std::filesystem::rename(key, key + ".away");
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::key_missing);
        std::ofstream(key) << "habeas-key-1 0123456789abcdef " << std::string(64, 'a') << "\n";
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::key_wrong);
        std::ofstream(key) << "secret\n";
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::invalid);
        std::filesystem::rename(key + ".away", key);
        CHECK_NOTHROW(Store::open(path, options));
    }
    SECTION("the journal is missing or of another store") {
        const auto journal = path + ".restore";
        std::filesystem::rename(journal, journal + ".away");
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::journal_missing);
        TestStore other(TestStore::on_disk);
        std::filesystem::copy_file(other.path() + ".restore", journal);
        CHECK(code_of([&] { Store::open(path, options); }) == Errc::journal_foreign);
        auto accepting = options;
        accepting.accept_missing_journal = true;
        auto store = Store::open(path, accepting);
        CHECK(store.verify().ok());
    }
    SECTION("symbolic links") {
        for (const std::string name : {"", ".key", ".restore"}) {
            INFO(name);
            const auto file = path + name;
            std::filesystem::rename(file, file + ".real");
            std::filesystem::create_symlink(file + ".real", file);
            CHECK(code_of([&] { Store::open(path, options); }) == Errc::invalid);
            std::filesystem::remove(file);
            std::filesystem::rename(file + ".real", file);
        }
    }
}

TEST_CASE("store: a foreign program that holds the file is named", "[store]") {
    TestStore t(TestStore::on_disk);
    auto options = t.options();
    options.busy_timeout = std::chrono::milliseconds(20);
    auto store = Store::open(t.path(), options);
    sqlite3* db = nullptr;
    sqlite3_open(t.path().c_str(), &db);
    REQUIRE(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    CHECK(code_of([&] { act(store, "{}"); }) == Errc::locked);
    sqlite3_close(db);
    CHECK_NOTHROW(act(store, "{}"));
    // and another habeas is merely busy
    auto tx = store.transaction();
    auto other = Store::open(t.path(), options);
    CHECK(code_of([&] { act(other, "{}"); }) == Errc::busy);
}

TEST_CASE("store: a read-only handle reads and refuses to write", "[store]") {
    TestStore t(TestStore::on_disk);
    auto options = t.options();
    options.read_only = true;
    auto store = Store::open(t.path(), options);
    CHECK(store.setting("default_country").empty());
    CHECK(code_of([&] { store.set_setting("default_country", "DE"); }) == Errc::read_only);
}

TEST_CASE("store: settings are kept and unknown names refused", "[store]") {
    TestStore t;
    t.store.set_setting("default_country", "DE");
    CHECK(t.store.setting("default_country") == "DE");
    CHECK(code_of([&] { (void)t.store.setting("nonsense"); }) == Errc::not_found);
}

TEST_CASE("store: a rotated key opens the store, the old one alone does not", "[store]") {
    TestStore t(TestStore::on_disk);
    const auto before = t.store.info().key_id;
    std::ifstream in(t.path() + ".key");
    const std::string old_key((std::istreambuf_iterator<char>(in)), {});
    const auto id = t.store.rotate_key();
    CHECK(id != before);
    t.reopen();
    CHECK(t.store.info().key_id == id);
    CHECK(t.store.verify().ok());
    t.close();
    std::ofstream(t.path() + ".key") << old_key;
    CHECK(code_of([&] { Store::open(t.path(), t.options()); }) == Errc::key_wrong);
}

TEST_CASE("store: other handles follow a rotated key", "[store]") {
    TestStore t(TestStore::on_disk);
    const Identifier ann{IdentifierKind::external, "crm", "ann"};
    const Identifier listed{IdentifierKind::email, "", "listed@example.org"};
    const auto id = Subjects(t.store).create({{}, {ann}, {}});
    Store other = Store::open(t.path(), t.options());
    REQUIRE(Subjects(other).find(ann) == id);
    const auto key = t.store.rotate_key();
    Consent(t.store).suppress(listed, "objection", "marketing");
    CHECK(Subjects(other).find(ann) == id);
    CHECK(Consent(other).suppressed(listed));
    const auto again = other.rotate_key();
    CHECK(again != key);
    CHECK(Subjects(t.store).upsert(std::vector<SubjectInput>{{{}, {ann}, {}}}).front().id == id);
    CHECK(t.store.verify().ok());
    CHECK(t.store.info().key_id == again);
}

TEST_CASE("store: a file from before a rotation still knows what was suppressed after it",
          "[store]") {
    TestStore t(TestStore::on_disk);
    const Identifier listed{IdentifierKind::email, "", "listed@example.org"};
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("yesterday"));
    t.reopen();
    t.store.rotate_key();
    Consent(t.store).suppress(listed, "objection", "marketing");
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("today"));
    std::filesystem::copy_file(t.folder.file("yesterday"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
    CHECK(Consent(t.store).suppressed(listed));
    t.store.rotate_key();
    CHECK(Consent(t.store).suppressed(listed));
    CHECK(t.store.verify().ok());
    t.close();
    std::filesystem::copy_file(t.folder.file("today"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen(); // its key is still there
    CHECK(Consent(t.store).suppressed(listed));
}

TEST_CASE("store: an id is never given twice, whatever is rolled back or put back", "[store]") {
    TestStore t(TestStore::on_disk);
    std::filesystem::path copy = t.folder.file("yesterday");
    auto next = [&] {
        store::Engine::Write tx(t.store.engine());
        const auto id = t.store.engine().next_id(store::IdKind::subject);
        tx.commit();
        return id;
    };
    t.close();
    std::filesystem::copy_file(t.path(), copy);
    t.reopen();
    std::int64_t last = next();
    CHECK(next() == last + 1);
    for (int i = 0; i < 3; ++i) {
        {
            store::Engine::Write tx(t.store.engine());
            last = t.store.engine().next_id(store::IdKind::subject);
        }
        CHECK(next() > last);
        t.reopen(); // and now the first number of a handle
        {
            store::Engine::Write tx(t.store.engine());
            last = t.store.engine().next_id(store::IdKind::subject);
        }
        t.reopen();
        CHECK(next() > last);
        t.reopen();
        {
            store::Engine::Write tx(t.store.engine());
            {
                const store::Engine::Write inner(t.store.engine());
                last = t.store.engine().next_id(store::IdKind::subject);
            }
            act(t.store, "{}");
            tx.commit();
        }
        t.reopen();
        CHECK(next() > last);
    }
    last = next();
    t.close();
    std::filesystem::remove(t.path());
    std::filesystem::copy_file(copy, t.path());
    t.reopen();
    for (int i = 0; i < 1500; ++i) {
        const auto id = next();
        CHECK(id > last);
        last = id;
    }
}

TEST_CASE("store: an older file put back is noticed when it is opened", "[store]") {
    TestStore t(TestStore::on_disk);
    act(t.store, "{}");
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("yesterday"));
    t.reopen();
    for (int i = 0; i < 5; ++i) {
        act(t.store, "{}");
    }
    t.close();
    std::filesystem::copy_file(t.folder.file("yesterday"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
    bool restored = false;
    for (std::int64_t i = 1; i <= audit::head(t.store.engine()).sequence; ++i) {
        restored = restored || audit::find_event(t.store.engine(), i)->kind == EventKind::restored;
    }
    CHECK(restored);
}

TEST_CASE("store: every view can be read and stands in the README", "[store]") {
    TestStore t;
    Purpose purpose;
    purpose.code = "newsletter";
    purpose.channels = {Channel::email};
    Purposes(t.store).define(purpose);
    std::ifstream file(HABEAS_SOURCE_DIR "/src/store/README.md");
    const std::string readme{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> views;
    {
        store::Statement row = t.store.engine().db().prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name LIKE 'v%'");
        while (row.step()) {
            views.push_back(row.str(0));
        }
    }
    CHECK(views.size() >= 11);
    for (const std::string& view : views) {
        CAPTURE(view);
        CHECK(readme.find("`" + view + "`") != std::string::npos);
        int columns = 0; // a row of nothing where the view has none, so that all are computed
        CHECK_NOTHROW(t.store.query("SELECT v.* FROM (SELECT 1) LEFT JOIN " + view + " v", {},
                                    [&](const auto& names, const auto&) {
                                        columns = static_cast<int>(names.size());
                                        return true;
                                    }));
        CHECK(columns > 0);
    }
    std::string kind;
    t.store.query("SELECT basis || ' ' || kind FROM v_purpose", {},
                  [&](const auto&, const auto& row) {
                      kind = *row[0];
                      return true;
                  });
    CHECK(kind == "consent marketing");
}

TEST_CASE("store: queries read views only", "[store]") {
    TestStore t;
    t.store.engine().db().exec("CREATE VIEW v_test AS SELECT name FROM meta");
    std::size_t rows = 0;
    auto count = [&](const auto&, const auto&) { return ++rows > 0; };
    t.store.query("SELECT name FROM v_test WHERE name = ?", {"store_id"}, count);
    CHECK(rows == 1);
    CHECK(code_of([&] { t.store.query("SELECT * FROM meta", {}, count); }) == Errc::denied);
    CHECK(code_of([&] {
              t.store.query("WITH v_test AS (SELECT value FROM meta) SELECT * FROM v_test", {},
                            count);
          }) == Errc::denied);
    CHECK(code_of([&] { t.store.query("DELETE FROM meta", {}, count); }) == Errc::denied);
    CHECK(code_of([&] { t.store.query("SELECT 1; SELECT 2", {}, count); }) == Errc::denied);
    CHECK(code_of([&] { t.store.query("PRAGMA secure_delete=OFF", {}, count); }) == Errc::denied);
    CHECK(code_of([&] { t.store.query("ATTACH 'x' AS y", {}, count); }) == Errc::denied);
    CHECK(code_of([&] { t.store.query("SELECT nonsense FROM v_test", {}, count); }) ==
          Errc::invalid);
    CHECK(code_of([&] {
              t.store.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                            "SELECT count(*) FROM n",
                            {}, count, std::chrono::milliseconds(20));
          }) == Errc::cancelled);
}

} // namespace store_store_test
