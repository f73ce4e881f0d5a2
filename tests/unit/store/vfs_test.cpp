#include "catch.hpp"

#include "churn.hpp"
#include "habeas/error.hpp"
#include "store/vfs.hpp"
#include "support/raw_db.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace store_vfs_test {

using namespace habeas;
using namespace habeas::test;
using store::register_vfs;
using store::vfs_name;

namespace {

int open_code(const std::string& path, int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
    try {
        RawDb db(path, vfs_name, flags);
        db.exec("PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t(a)");
    } catch (const SqliteError& error) {
        return error.code;
    }
    return SQLITE_OK;
}

unsigned mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(lstat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

} // namespace

TEST_CASE("store: churn leaves bytes of the erased behind, and none through our VFS", "[store]") {
    register_vfs();
    std::size_t without = 0;
    for (const unsigned seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        without += churn_residue(nullptr, seed, 4096, true);
        CHECK(churn_residue(vfs_name, seed, 4096, true) == 0);
    }
    CHECK(without > 0); // otherwise this tests nothing
}

TEST_CASE("store: no stale byte at any page size, and none with a small cache", "[store]") {
    register_vfs();
    const auto page_size = GENERATE(512, 8192, 65536);
    CAPTURE(page_size);
    CHECK(churn_residue(vfs_name, 7, page_size, true) == 0);
}

TEST_CASE("store: overflow and freed pages keep nothing of what they held", "[store]") {
    // The page alone does not tell where a payload ends, so this is secure_delete's part.
    register_vfs();
    const auto residue = [](const char* secure_delete) {
        TempFolder folder;
        ResidueSearch search;
        std::mt19937 random(5);
        std::vector<std::string> values(50);
        RawDb db(folder.file("a.db"), vfs_name);
        db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA secure_delete=" +
                std::string(secure_delete) + "; CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
        for (int step = 0; step < 600; ++step) {
            std::string& value = values[random() % values.size()];
            for (std::size_t at = 0; at + 8 <= value.size(); at += 32) {
                search.look_for(std::string_view(value).substr(at, 8));
            }
            value.resize(random() % 16000);
            std::generate(value.begin(), value.end(),
                          [&] { return static_cast<char>('!' + random() % 90); });
            db.run("INSERT OR REPLACE INTO t VALUES (?,?)", {&value - values.data(), value});
        }
        CHECK(db.one("PRAGMA freelist_count") != "0");
        CHECK(db.one("PRAGMA wal_checkpoint(TRUNCATE)") == "0");
        return search.hits_in(folder.path());
    };
    CHECK(residue("FAST") > 0);
    CHECK(residue("ON") == 0);
}

TEST_CASE("store: registering the VFS again, from many threads, changes nothing", "[store]") {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([] { register_vfs(); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    sqlite3_vfs* ours = sqlite3_vfs_find(vfs_name);
    REQUIRE(ours != nullptr);
    register_vfs();
    CHECK(sqlite3_vfs_find(vfs_name) == ours);
    CHECK(sqlite3_vfs_find(nullptr) != ours);
    CHECK_THROWS_AS(register_vfs("habeas-nowhere", "no such vfs"), Error);
}

TEST_CASE("store: the files of a database are for their owner alone", "[store]") {
    register_vfs();
    TempFolder folder;
    const std::string path = folder.file("a.db");
    const mode_t before = umask(0);
    {
        RawDb db(path, vfs_name);
        db.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        CHECK(mode_of(path) == 0600);
        CHECK(mode_of(path + "-wal") == 0600);
        CHECK(mode_of(path + "-shm") == 0600);
        db.exec("PRAGMA journal_mode=PERSIST; INSERT INTO t VALUES (1)");
        CHECK(mode_of(path + "-journal") == 0600);
        db.exec("VACUUM INTO '" + folder.file("copy.db") + "'");
        CHECK(mode_of(folder.file("copy.db")) == 0600);
    }
    umask(before);
}

TEST_CASE("store: what is no plain file is not opened as a database", "[store]") {
    register_vfs();
    TempFolder folder;
    const std::string real = folder.file("real.db");
    REQUIRE(open_code(real) == SQLITE_OK);

    const std::string link = folder.file("link.db");
    REQUIRE(symlink(real.c_str(), link.c_str()) == 0);
    CHECK(open_code(link) == SQLITE_CANTOPEN_SYMLINK);
    const std::string dangling = folder.file("dangling.db");
    REQUIRE(symlink(folder.file("none").c_str(), dangling.c_str()) == 0);
    CHECK(open_code(dangling) == SQLITE_CANTOPEN_SYMLINK);
    CHECK_FALSE(std::filesystem::exists(folder.file("none")));

    const std::string pipe = folder.file("pipe.db");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    CHECK((open_code(pipe) & 0xFF) == SQLITE_CANTOPEN); // and does not wait for a writer
    CHECK((open_code(folder.path().string()) & 0xFF) == SQLITE_CANTOPEN);
    CHECK((open_code(folder.file("no/such/folder.db")) & 0xFF) == SQLITE_CANTOPEN);
    CHECK((open_code(folder.file("missing.db"), SQLITE_OPEN_READWRITE) & 0xFF) == SQLITE_CANTOPEN);
    CHECK_FALSE(std::filesystem::exists(folder.file("missing.db")));

    // A link to the folder is the administrator's business.
    const std::string other = folder.file("folder");
    REQUIRE(symlink(folder.path().c_str(), other.c_str()) == 0);
    CHECK(open_code(other + "/real.db") == SQLITE_OK);
}

TEST_CASE("store: linked WAL and shared-memory files are refused", "[store]") {
    register_vfs();
    TempFolder folder;
    const std::string path = folder.file("a.db");
    REQUIRE(open_code(path) == SQLITE_OK);
    const auto suffix = GENERATE("-wal", "-shm");
    std::ofstream(folder.file("victim")) << "precious";
    std::filesystem::remove(path + suffix);
    REQUIRE(symlink(folder.file("victim").c_str(), (path + suffix).c_str()) == 0);
    CHECK(open_code(path) != SQLITE_OK);
    CHECK(slurp(folder.file("victim")) == "precious");
}

TEST_CASE("store: the VFS offers no memory mapping and tells its name", "[store]") {
    register_vfs();
    TempFolder folder;
    RawDb db(folder.file("a.db"), vfs_name);
    db.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
    CHECK(db.one("PRAGMA mmap_size=1000000") == "0");
    char* name = nullptr;
    REQUIRE(sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_VFSNAME, &name) == SQLITE_OK);
    CHECK(std::string(name).rfind("habeas/", 0) == 0);
    sqlite3_free(name);
}

TEST_CASE("store: a file with auto-vacuum or reserved bytes is written as it is", "[store]") {
    register_vfs();
    TempFolder folder;
    RawDb db(folder.file("a.db"), vfs_name);
    SECTION("auto-vacuum") {
        db.exec("PRAGMA auto_vacuum=FULL");
    }
    SECTION("reserved bytes") {
        int reserved = 32;
        sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    }
    db.exec("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; CREATE TABLE t(a, b);"
            "CREATE INDEX i ON t(b);"
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<5000)"
            "INSERT INTO t SELECT hex(randomblob(x % 300)), hex(randomblob(20)) FROM n;"
            "DELETE FROM t WHERE rowid % 3 = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK(db.one("PRAGMA integrity_check") == "ok");
}

TEST_CASE("store: connections through the VFS see each other's locks and writes", "[store]") {
    register_vfs();
    TempFolder folder;
    const std::string path = folder.file("a.db");
    RawDb one(path, vfs_name);
    one.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
    RawDb two(path, vfs_name);
    one.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
    CHECK(two.one("SELECT count(*) FROM t") == "0");
    try {
        two.exec("BEGIN IMMEDIATE");
        FAIL("two writers at once");
    } catch (const SqliteError& error) {
        CHECK(error.code == SQLITE_BUSY);
    }
    one.exec("COMMIT");
    CHECK(two.one("SELECT count(*) FROM t") == "1");
}

} // namespace store_vfs_test
