#include "catch.hpp"
#include "store/engine.hpp"
#include "unit/base/expect_error.hpp"
#include "unit/consent/helpers.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace store_own_log_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

void put(const std::string& from, const std::string& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

std::string bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Desk : Shop {
    Desk() : Shop(on_disk) {
        for (const SubjectId each : {anna, ben}) {
            record(each, EventKind::granted, "newsletter");
        }
    }
    /// As a crash leaves the files: nothing is merged on closing.
    void keep(const std::string& name) const {
        put(path(), folder.file(name));
        put(path() + "-wal", folder.file(name + "-wal"));
    }
    void put_back(const std::string& file, const std::string& log) const {
        fs::remove(path() + "-shm");
        put(folder.file(file), path());
        put(folder.file(log + "-wal"), path() + "-wal");
    }
    bool may_write(SubjectId id) {
        return Consent(store).may_process(id, "newsletter", Channel::email).allowed;
    }
    SubjectId anna = person("anna@example.org");
    SubjectId ben = person("ben@example.org");
};

} // namespace

TEST_CASE("store: an older file beside the log of the newer one brings nobody back", "[store]") {
    Desk desk;
    desk.reopen();
    put(desk.path(), desk.folder.file("yesterday"));
    desk.clock.advance(1h);
    desk.record(desk.ben, EventKind::withdrawn, "newsletter");
    CHECK(Erasure(desk.store).execute(desk.anna).state == ErasureState::physical);
    SECTION("which has hardly anything in it") {}
    SECTION("which has the end of the ledger in it") {
        desk.record(desk.person("zoe@example.org"), EventKind::granted, "newsletter");
    }
    desk.keep("today");
    desk.close();
    desk.put_back("yesterday", "today");
    const std::string log = bytes(desk.path() + "-wal");
    const Error refused = error_of([&] { Store::open(desk.path(), desk.options()); });
    CHECK(refused.code() == Errc::corrupt);
    CHECK(refused.where() == desk.path() + "-wal");
    CHECK(bytes(desk.path()) == bytes(desk.folder.file("yesterday")));
    CHECK(bytes(desk.path() + "-wal") == log);

    fs::remove(desk.path() + "-wal");
    fs::remove(desk.path() + "-shm");
    desk.reopen();
    CHECK_FALSE(
        Subjects(desk.store).find(Identifier{IdentifierKind::email, "", "anna@example.org"}));
    CHECK_FALSE(desk.may_write(desk.ben));
    CHECK(desk.store.verify().ok());
}

TEST_CASE("store: after a crash the log is merged into its own file", "[store]") {
    Desk desk;
    desk.reopen();
    SECTION("a log from the start") {}
    SECTION("a log that was begun anew") {
        Erasure(desk.store).execute(desk.anna);
    }
    SECTION("a file that had a part of the log already") {
        desk.record(desk.anna, EventKind::withdrawn, "newsletter");
        desk.store.engine().db().exec("PRAGMA wal_checkpoint(PASSIVE)");
    }
    desk.record(desk.ben, EventKind::withdrawn, "newsletter");
    put(desk.path(), desk.folder.file("earlier")); // the log has all that came since
    desk.record(desk.ben, EventKind::refused, "newsletter");
    desk.keep("crashed");
    desk.close();
    for (const char* file : {"crashed", "earlier"}) {
        desk.put_back(file, "crashed");
        desk.store = Store::open(desk.path(), desk.options());
        CHECK_FALSE(desk.may_write(desk.ben));
        CHECK(desk.store.verify().ok());
        desk.close();
        CHECK_FALSE(fs::exists(desk.path() + "-wal"));
    }
}

TEST_CASE("store: nothing is written to a file that was moved away while it was open", "[store]") {
    Desk desk;
    fs::rename(desk.path(), desk.folder.file("away"));
    put(desk.folder.file("away"), desk.path());
    CHECK(code_of([&] { desk.record(desk.ben, EventKind::withdrawn, "newsletter"); }) ==
          Errc::conflict);
    fs::rename(desk.folder.file("away"), desk.path());
    desk.record(desk.ben, EventKind::withdrawn, "newsletter");
    CHECK_FALSE(desk.may_write(desk.ben));
}

} // namespace store_own_log_test
