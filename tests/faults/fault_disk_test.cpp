#include "catch.hpp"

#include "faults/failing_memory.hpp"
#include "faults/fault_disk.hpp"
#include "habeas/error.hpp"
#include "support/filesystem_contract.hpp"
#include "support/raw_db.hpp"

#include <array>
#include <new>
#include <set>

using namespace habeas;
using namespace habeas::faults;
using habeas::test::RawDb;
using habeas::test::SqliteError;

namespace {

constexpr int rows_a_transaction = 3;

void create(FaultDisk& disk, const char* vfs) {
    RawDb db("a.db", vfs);
    db.exec("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE t(id INTEGER PRIMARY KEY, tx INT, v TEXT); CREATE INDEX i ON t(tx)");
    CHECK_FALSE(disk.dead());
}

/// Runs transactions until all are done or one fails; the number of those that were acknowledged.
int work(const char* vfs, const char* synchronous, int transactions, unsigned seed) {
    int acknowledged = 0;
    std::mt19937 random(seed);
    try {
        RawDb db("a.db", vfs);
        db.exec("PRAGMA secure_delete=ON; PRAGMA cache_size=8; PRAGMA wal_autocheckpoint=15;"
                "PRAGMA synchronous=" +
                std::string(synchronous));
        for (int tx = 1; tx <= transactions; ++tx) {
            db.exec("BEGIN IMMEDIATE");
            for (int row = 0; row < rows_a_transaction; ++row) {
                const std::size_t size = random() % (random() % 5 == 0 ? 4000 : 200);
                db.run("INSERT INTO t(tx,v) VALUES (?,?)",
                       {std::int64_t{tx}, std::string(size, 'x')});
            }
            db.run("UPDATE t SET v=v||'y' WHERE tx=?",
                   {static_cast<std::int64_t>(1 + random() % static_cast<unsigned>(tx))});
            db.exec("COMMIT");
            acknowledged = tx;
            if (tx % 10 == 0) {
                db.run("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        }
    } catch (const SqliteError&) {
        // The fault; what was acknowledged before it is what counts.
    }
    return acknowledged;
}

enum class Fate : std::uint8_t { whole, lost, broken };

/// What the file says after `acknowledged` transactions were answered with success.
Fate judge(const char* vfs, int acknowledged) {
    try {
        RawDb db("a.db", vfs);
        if (db.one("PRAGMA integrity_check") != "ok" ||
            db.one("SELECT count(*) FROM (SELECT tx FROM t GROUP BY tx HAVING count(*) <> " +
                   std::to_string(rows_a_transaction) + ")") != "0") {
            return Fate::broken;
        }
        const int last = std::stoi("0" + db.one("SELECT max(tx) FROM t"));
        const int all = std::stoi(db.one("SELECT count(DISTINCT tx) FROM t"));
        return last >= acknowledged && last <= acknowledged + 1 && all == last ? Fate::whole
                                                                               : Fate::lost;
    } catch (const SqliteError&) {
        return Fate::broken;
    }
}

/// Power fails once in each run at another change; how many runs ended in which way.
std::array<int, 3> lose_power(bool scrubbing, const char* synchronous, unsigned runs) {
    FaultDisk disk;
    const char* vfs = scrubbing ? disk.scrubbing_vfs() : disk.vfs();
    create(disk, vfs);
    const FaultDisk::Image fresh = disk.image();
    const std::uint64_t before = disk.changes();
    REQUIRE(work(vfs, synchronous, 40, 1) == 40);
    const std::uint64_t changes = disk.changes() - before;
    REQUIRE(changes > 200);

    std::array<int, 3> fates{};
    std::mt19937_64 random(17);
    for (unsigned seed = 1; seed <= runs; ++seed) {
        disk.load(fresh);
        disk.cut_power_at(1 + random() % changes);
        const int acknowledged = work(vfs, synchronous, 40, 1);
        REQUIRE(disk.dead());
        disk.crash(seed);
        const Fate fate = judge(vfs, acknowledged);
        ++fates[static_cast<std::size_t>(fate)];
        if (std::string_view(synchronous) == "FULL" && fate != Fate::whole) {
            CAPTURE(scrubbing, seed, acknowledged);
            FAIL_CHECK("lost or broken");
        }
    }
    return fates;
}

} // namespace

TEST_CASE("faults: synchronous=FULL loses no acknowledged commit in a power cut", "[faults]") {
    const bool scrubbing = GENERATE(false, true);
    const auto fates = lose_power(scrubbing, "FULL", 250);
    CHECK(fates[0] == 250);
}

TEST_CASE("faults: synchronous=OFF loses some, so the model bites", "[faults]") {
    const bool scrubbing = GENERATE(false, true);
    const auto fates = lose_power(scrubbing, "OFF", 60);
    CHECK(fates[1] > 0);             // acknowledged and gone
    CHECK(fates[0] + fates[1] < 60); // or worse
}

TEST_CASE("faults: the same seed gives the same files", "[faults]") {
    const auto run = [](std::uint64_t seed) {
        FaultDisk disk;
        const auto files = disk.filesystem();
        for (int i = 0; i < 30; ++i) {
            files->append("f" + std::to_string(i % 4),
                          std::string(700, static_cast<char>('a' + i)));
            if (i % 7 == 0) {
                files->sync("f" + std::to_string(i % 4));
            }
        }
        disk.crash(seed);
        return disk.image();
    };
    CHECK(run(1) == run(1));
    std::set<FaultDisk::Image> all;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        all.insert(run(seed));
    }
    CHECK(all.size() > 10);
}

TEST_CASE("faults: the disk's file system keeps the contract", "[faults]") {
    FaultDisk disk;
    test::check_contract(*disk.filesystem(), "a.restore");
}

TEST_CASE("faults: what was synced stays, what was not may go or tear", "[faults]") {
    bool lost = false;
    bool torn = false;
    bool kept = false;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        FaultDisk disk;
        const auto files = disk.filesystem();
        files->append("a.restore", "synced;");
        files->sync("a.restore");
        files->append("a.restore", std::string(2000, 'x'));
        disk.crash(seed);
        const std::string now = files->read("a.restore").value();
        REQUIRE(now.substr(0, 7) == "synced;");
        const auto alive = static_cast<std::size_t>(std::count(now.begin(), now.end(), 'x'));
        lost = lost || alive == 0;
        kept = kept || alive == 2000;
        torn = torn || (alive != 0 && alive != 2000);
    }
    CHECK(lost);
    CHECK(kept);
    CHECK(torn);
}

TEST_CASE("faults: a replaced file is old or new, whenever the power fails", "[faults]") {
    std::set<std::string> seen;
    for (std::uint64_t change = 1; change <= 8; ++change) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            FaultDisk disk;
            const auto files = disk.filesystem();
            const std::string before(1500, 'o');
            const std::string after(1400, 'n');
            files->replace("a.key", before);
            disk.cut_power_at(change);
            bool acknowledged = true;
            try {
                files->replace("a.key", after);
            } catch (const Error& error) {
                CHECK(error.code() == Errc::io);
                acknowledged = false;
            }
            disk.crash(seed);
            const std::string now = files->read("a.key").value_or("");
            REQUIRE((now == after || (now == before && !acknowledged)));
            seen.insert(now.substr(0, 1));
        }
    }
    CHECK(seen == std::set<std::string>{"n", "o"});
}

TEST_CASE("faults: an I/O error at any call is reported and loses nothing", "[faults]") {
    FaultDisk disk;
    const char* vfs = disk.scrubbing_vfs();
    create(disk, vfs);
    const FaultDisk::Image fresh = disk.image();
    const std::uint64_t before = disk.calls();
    REQUIRE(work(vfs, "FULL", 12, 1) == 12);
    const std::uint64_t calls = disk.calls() - before;
    const bool from_then_on = GENERATE(false, true);
    for (std::uint64_t call = 1; call <= calls; call += 3) {
        CAPTURE(call, from_then_on);
        disk.load(fresh);
        disk.fail_call(call, from_then_on);
        const int acknowledged = work(vfs, "FULL", 12, 1);
        CHECK(disk.struck());
        disk.heal();
        REQUIRE(judge(vfs, acknowledged) == Fate::whole);
    }
}

TEST_CASE("faults: a full disk is reported and loses nothing", "[faults]") {
    FaultDisk disk;
    const char* vfs = disk.scrubbing_vfs();
    create(disk, vfs);
    const FaultDisk::Image fresh = disk.image();
    const std::uint64_t before = disk.writes();
    REQUIRE(work(vfs, "FULL", 12, 1) == 12);
    const std::uint64_t writes = disk.writes() - before;
    for (std::uint64_t write = 1; write <= writes; write += 2) {
        CAPTURE(write);
        disk.load(fresh);
        disk.fill_up_at(write);
        const int acknowledged = work(vfs, "FULL", 12, 1);
        CHECK(disk.struck());
        disk.heal();
        REQUIRE(judge(vfs, acknowledged) == Fate::whole);
    }
    const auto files = disk.filesystem();
    files->append("a.restore", "whole;");
    disk.fill_up_at(1);
    try {
        files->append("a.restore", "no room");
        FAIL("there was room");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::full);
    }
    disk.heal();
    CHECK(files->read("a.restore") == "whole;");
}

TEST_CASE("faults: memory that runs out is reported and loses nothing", "[faults]") {
    FailingAllocator::install();
    FaultDisk disk;
    const char* vfs = disk.scrubbing_vfs();
    create(disk, vfs);
    const FaultDisk::Image fresh = disk.image();
    const std::uint64_t before = FailingAllocator::allocations();
    REQUIRE(work(vfs, "FULL", 4, 1) == 4);
    const std::uint64_t allocations = FailingAllocator::allocations() - before;
    int failed = 0;
    for (std::uint64_t number = 1; number <= allocations; ++number) {
        CAPTURE(number);
        disk.load(fresh);
        FailingAllocator::fail_at(number, number % 2 == 0);
        const int acknowledged = work(vfs, "FULL", 4, 1);
        CHECK(FailingAllocator::struck());
        FailingAllocator::fail_at(0);
        failed += acknowledged < 4 ? 1 : 0;
        REQUIRE(judge(vfs, acknowledged) == Fate::whole);
    }
    CHECK(failed > 0);
}

TEST_CASE("faults: operator new fails when told to, once or for good", "[faults]") {
    const auto allocate = [] { return std::make_unique<std::string>(100, 'x'); }; // two of them
    FailingNew::fail_at(2);
    const auto outcome = [&] {
        try {
            return allocate() != nullptr;
        } catch (const std::bad_alloc&) {
            return false;
        }
    };
    const bool first = outcome();
    const bool struck = FailingNew::struck();
    const bool second = outcome();
    FailingNew::fail_at(1, true);
    const bool third = outcome();
    const bool fourth = outcome();
    FailingNew::fail_at(0);
    CHECK_FALSE(first);
    CHECK(struck);
    CHECK(second);
    CHECK_FALSE(third);
    CHECK_FALSE(fourth);
    CHECK(outcome());
}

TEST_CASE("faults: connections on the disk see each other's locks and commits", "[faults]") {
    FaultDisk disk;
    create(disk, disk.vfs());
    RawDb one("a.db", disk.vfs());
    RawDb two("a.db", disk.scrubbing_vfs());
    one.exec("BEGIN IMMEDIATE; INSERT INTO t(tx) VALUES (1)");
    CHECK(two.one("SELECT count(*) FROM t") == "0");
    CHECK_THROWS_AS(two.exec("BEGIN IMMEDIATE"), SqliteError);
    one.exec("COMMIT");
    CHECK(two.one("SELECT count(*) FROM t") == "1");
    two.exec("BEGIN");
    CHECK(two.one("SELECT count(*) FROM t") == "1"); // holds its snapshot
    one.exec("INSERT INTO t(tx) VALUES (2)");
    CHECK(one.one("PRAGMA wal_checkpoint(TRUNCATE)") == "1"); // a reader in the way
    CHECK(two.one("SELECT count(*) FROM t") == "1");
    two.exec("COMMIT");
    CHECK(one.one("PRAGMA wal_checkpoint(TRUNCATE)") == "0");
    CHECK(disk.image().at("a.db-wal").empty());
    CHECK_THROWS_AS(disk.crash(1), std::logic_error); // still open
}

TEST_CASE("faults: a rollback journal works on the disk too", "[faults]") {
    FaultDisk disk;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        disk.load({});
        {
            RawDb db("r.db", disk.vfs());
            db.exec("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; CREATE TABLE t(a)");
        }
        disk.cut_power_at(1 + seed % 30);
        int acknowledged = 0;
        try {
            RawDb db("r.db", disk.vfs());
            db.exec("PRAGMA synchronous=EXTRA");
            while (acknowledged < 50) {
                db.exec("INSERT INTO t VALUES (hex(randomblob(700)))");
                ++acknowledged;
            }
        } catch (const SqliteError&) {
        }
        REQUIRE(disk.dead());
        disk.crash(seed);
        RawDb db("r.db", disk.vfs());
        CHECK(db.one("PRAGMA integrity_check") == "ok");
        const int rows = std::stoi(db.one("SELECT count(*) FROM t"));
        CHECK(rows >= acknowledged);
        CHECK(rows <= acknowledged + 1);
    }
}
