#include "catch.hpp"

#include "habeas/error.hpp"
#include "store/filesystem.hpp"
#include "support/filesystem_contract.hpp"
#include "support/raw_db.hpp"

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace store_filesystem_test {

using namespace habeas;
using namespace habeas::store;
using habeas::test::check_contract;
using habeas::test::slurp;
using habeas::test::TempFolder;

TEST_CASE("store: a file system in memory keeps the contract", "[store]") {
    MemoryFileSystem files;
    check_contract(files, "a/b.restore");
}

TEST_CASE("store: real files keep the contract", "[store]") {
    TempFolder folder;
    const auto files = make_real_filesystem();
    check_contract(*files, folder.file("a.restore"));
    struct stat status {};
    REQUIRE(stat(folder.file("a.restore").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    CHECK_FALSE(files->exists(folder.file("no/such/folder/file")));
    CHECK_FALSE(files->read(folder.file("no/such/folder/file")));
    CHECK_THROWS_AS(files->append(folder.file("no/such/folder/file"), "x"), Error);
}

TEST_CASE("store: links and folders are refused in the place of a file", "[store]") {
    TempFolder folder;
    std::ofstream(folder.file("victim")) << "precious";
    const std::string link = folder.file("link");
    REQUIRE(symlink(folder.file("victim").c_str(), link.c_str()) == 0);
    const auto files = make_real_filesystem();
    CHECK(files->exists(link));
    CHECK_THROWS_AS(files->read(link), Error);
    CHECK_THROWS_AS(files->read_tail(link, 3), Error);
    CHECK_THROWS_AS(files->append(link, "x"), Error);
    CHECK_THROWS_AS(files->truncate(link, 0), Error);
    CHECK_THROWS_AS(files->append(folder.path().string(), "x"), Error);
    CHECK(slurp(folder.file("victim")) == "precious");
}

TEST_CASE("store: an append goes to the file that has the name now", "[store]") {
    TempFolder folder;
    const std::string path = folder.file("a.restore");
    const auto one = make_real_filesystem();
    const auto two = make_real_filesystem();
    one->append(path, "old");
    two->replace(path, "new ");
    one->append(path, "one ");
    two->append(path, "two ");
    one->sync(path);
    CHECK(two->read(path) == "new one two ");
    two->remove(path);
    CHECK_THROWS_AS(one->sync(path), Error);
    one->append(path, "again");
    CHECK(two->read(path) == "again");
}

TEST_CASE("store: an append that fails half-way leaves the file as it was", "[store]") {
    TempFolder folder;
    const std::string path = folder.file("a.restore");
    const auto files = make_real_filesystem();
    files->append(path, "whole records;");
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 20;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_THROWS_AS(files->append(path, "a record that does not fit"), Error);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    (void)std::signal(SIGXFSZ, handler);
    CHECK(files->read(path) == "whole records;");
    files->append(path, "next;");
    CHECK(files->read(path) == "whole records;next;");
}

} // namespace store_filesystem_test
