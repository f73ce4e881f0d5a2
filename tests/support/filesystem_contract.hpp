// What every store::FileSystem does: the real one, memory, and the disk of the fault tests.
#pragma once

#include "catch.hpp"
#include "habeas/error.hpp"
#include "store/filesystem.hpp"

#include <string>
#include <string_view>

namespace habeas::test {

inline void check_contract(store::FileSystem& files, const std::string& path) {
    CHECK_FALSE(files.exists(path));
    CHECK_FALSE(files.size(path));
    CHECK_FALSE(files.read(path));
    CHECK_FALSE(files.read_tail(path, 4));
    CHECK(files.read_range(path, 0, 4).empty());
    CHECK_THROWS_AS(files.truncate(path, 0), Error);
    CHECK_THROWS_AS(files.sync(path), Error);
    CHECK_NOTHROW(files.remove(path));

    files.append(path, "one,");
    files.append(path, std::string_view("t\0o", 3));
    files.sync(path);
    CHECK(files.exists(path));
    CHECK(files.size(path) == 7u);
    CHECK(files.read(path) == std::string("one,t\0o", 7));
    CHECK(files.read_tail(path, 3) == store::FileTail{std::string("t\0o", 3), 7});
    CHECK(files.read_tail(path, 100)->bytes.size() == 7);
    CHECK(files.read_range(path, 1, 2) == "ne");
    CHECK(files.read_range(path, 5, 100).size() == 2);
    CHECK(files.read_range(path, 7, 1).empty());

    files.truncate(path, 100); // never grows
    CHECK(files.size(path) == 7u);
    files.truncate(path, 4);
    files.append(path, "more");
    files.sync(path);
    CHECK(files.read(path) == "one,more");

    files.replace(path, "new");
    CHECK(files.read(path) == "new");
    files.append(path, "er");
    CHECK(files.read(path) == "newer");

    const std::string other = path + ".other";
    CHECK_THROWS_AS(files.rename(other, path), Error);
    files.append(other, "taken");
    files.rename(path, other);
    CHECK_FALSE(files.exists(path));
    files.append(other, ", renamed");
    CHECK(files.read(other) == "newer, renamed");
    files.rename(other, path);

    files.remove(path);
    CHECK_FALSE(files.exists(path));
    files.append(path, "again");
    CHECK(files.read(path) == "again");
}

} // namespace habeas::test
