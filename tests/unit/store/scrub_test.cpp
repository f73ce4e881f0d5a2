#include "catch.hpp"

#include "store/scrub.hpp"
#include "support/raw_db.hpp"

#include <array>
#include <set>

namespace store_scrub_test {

using namespace habeas;
using namespace habeas::test;
using store::scrub_page;

namespace {

using Page = std::vector<std::uint8_t>;

void put2(Page& page, std::size_t at, std::size_t value) {
    page[at] = static_cast<std::uint8_t>(value >> 8U);
    page[at + 1] = static_cast<std::uint8_t>(value);
}

std::size_t get2(const Page& page, std::size_t at) {
    return static_cast<std::size_t>(page[at]) << 8U | page[at + 1];
}

/// A database with stale bytes everywhere: all kinds of pages, secure_delete off, plain VFS.
void make_untidy(const std::string& path, int page_size) {
    RawDb db(path, nullptr);
    db.exec("PRAGMA page_size=" + std::to_string(page_size) +
            "; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF; BEGIN;"
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE INDEX i ON t(a);"
            "CREATE TABLE w(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID");
    std::mt19937 random(11);
    const auto text = [&] {
        const std::size_t size = random() % (random() % 30 == 0 ? 9000 : 90);
        return std::string(size, static_cast<char>('a' + random() % 26)) + std::to_string(random());
    };
    for (int i = 0; i < 4000; ++i) {
        db.run("INSERT INTO t(a,b) VALUES (?,?)", {text(), text()});
        db.run("INSERT INTO w VALUES (?,?)", {text(), text()});
        const std::int64_t some = random() % 4000;
        db.run("UPDATE t SET a=? WHERE id=?", {text(), some});
        if (i % 3 == 0) {
            db.run("DELETE FROM t WHERE id=?", {some / 2});
        }
    }
    db.exec("DELETE FROM w WHERE substr(k,1,1) < 'd'; COMMIT");
}

std::vector<Page> read_pages(const std::string& path, std::size_t page_size) {
    const std::string bytes = slurp(path);
    std::vector<Page> pages;
    for (std::size_t at = 0; at + page_size <= bytes.size(); at += page_size) {
        pages.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + page_size));
    }
    return pages;
}

/// Everything the database says, in one hash.
std::string all_data(const std::string& path) {
    RawDb db(path, nullptr, SQLITE_OPEN_READONLY);
    CHECK(db.one("PRAGMA integrity_check") == "ok");
    std::string out;
    for (const char* sql : {"SELECT id||'|'||a||'|'||b FROM t ORDER BY id",
                            "SELECT k||'|'||v FROM w ORDER BY k", "SELECT a FROM t ORDER BY a"}) {
        for (const auto& row : db.run(sql)) {
            out += row + "\n";
        }
    }
    return out;
}

/// A leaf of a table with two cells of 10 bytes, a freeblock of 20 between them, one fragment of 2.
/// Content: 4064 cell, 4074 fragment, 4076 freeblock, 4096-0: last cell ends the page.
Page small_leaf() {
    Page page(4096, 0xEE);
    page[0] = 13;
    put2(page, 1, 4066);
    put2(page, 3, 2);
    put2(page, 5, 4054);
    page[7] = 2;
    put2(page, 8, 4054);
    put2(page, 10, 4086);
    for (const std::size_t cell : {4054u, 4086u}) {
        page[cell] = 8;     // bytes of payload
        page[cell + 1] = 1; // row id
    }
    put2(page, 4066, 0); // last freeblock
    put2(page, 4068, 20);
    return page;
}

void check_untouched(Page page, bool first_page = false) {
    const Page before = page;
    CHECK_FALSE(scrub_page(page, first_page));
    CHECK((page == before));
}

} // namespace

TEST_CASE("store: scrubbing every page of a file keeps it sound and all of its data", "[store]") {
    const auto page_size = GENERATE(512u, 4096u, 65536u);
    CAPTURE(page_size);
    TempFolder folder;
    const std::string path = folder.file("untidy.db");
    make_untidy(path, static_cast<int>(page_size));
    const std::string before = all_data(path);

    auto pages = read_pages(path, page_size);
    std::size_t changed = 0;
    std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
    for (std::size_t number = 0; number < pages.size(); ++number) {
        changed += scrub_page(pages[number], number == 0) ? 1 : 0;
        out.write(reinterpret_cast<const char*>(pages[number].data()), page_size);
        CHECK_FALSE(scrub_page(pages[number], number == 0)); // nothing left to do
    }
    out.close();
    CHECK(changed > pages.size() / 10);
    CHECK((all_data(path) == before));
}

TEST_CASE("store: the scrubber knows every b-tree page of a real file", "[store]") {
    const std::size_t page_size = 1024;
    TempFolder folder;
    const std::string path = folder.file("untidy.db");
    make_untidy(path, page_size);
    auto pages = read_pages(path, page_size);
    std::set<std::size_t> trees;
    std::set<std::size_t> overflows;
    {
        RawDb db(path, nullptr, SQLITE_OPEN_READONLY);
        if (db.one("SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')") != "1") {
            WARN("this SQLite has no dbstat: nothing tells which page is what");
            return;
        }
        for (const auto& number :
             db.run("SELECT pageno FROM dbstat WHERE pagetype <> 'overflow'")) {
            trees.insert(std::stoul(number) - 1);
        }
    }
    std::set<int> kinds;
    for (std::size_t number = 0; number < pages.size(); ++number) {
        Page& page = pages[number];
        if (overflows.count(number) != 0) {
            check_untouched(page);
        }
        if (trees.count(number) == 0) { // free pages may be old b-tree pages: no harm done
            continue;
        }
        const std::size_t header = number == 0 ? 100 : 0;
        const bool leaf = page[header] >= 10;
        const std::size_t gap = header + (leaf ? 8 : 12) + 2 * get2(page, header + 3);
        const std::size_t content = get2(page, header + 5);
        if (gap == content) {
            continue;
        }
        page[gap] = 0xAA;
        page[content - 1] = 0xAA;
        kinds.insert(page[header]);
        CHECK(scrub_page(page, number == 0));
        CHECK(std::all_of(page.begin() + static_cast<std::ptrdiff_t>(gap),
                          page.begin() + static_cast<std::ptrdiff_t>(content),
                          [](std::uint8_t byte) { return byte == 0; }));
    }
    CHECK(kinds == std::set<int>{2, 5, 10, 13});
}

TEST_CASE("store: the scrubber zeroes gap, freeblocks and fragments, and nothing else", "[store]") {
    Page page = small_leaf();
    const Page before = page;
    CHECK(scrub_page(page, false));
    for (std::size_t at = 0; at < page.size(); ++at) {
        const bool gap = at >= 12 && at < 4054;
        const bool block = at >= 4070 && at < 4086;
        const bool fragment = at >= 4064 && at < 4066;
        CAPTURE(at);
        REQUIRE(page[at] == (gap || block || fragment ? 0 : before[at]));
    }
    check_untouched(page);
}

TEST_CASE("store: a page that does not add up is left alone", "[store]") {
    Page page = small_leaf();
    SECTION("no flag of a b-tree") {
        page[0] = 0;
    }
    SECTION("another flag") {
        page[0] = 10;
    }
    SECTION("pointers run into the content") {
        put2(page, 3, 3000);
    }
    SECTION("content begins past the end") {
        put2(page, 5, 5000);
    }
    SECTION("content begins at 65536") {
        put2(page, 5, 0);
    }
    SECTION("a cell in the gap") {
        put2(page, 8, 2000);
    }
    SECTION("a cell past the end") {
        put2(page, 10, 4095);
    }
    SECTION("two cells in one place") {
        put2(page, 10, 4054);
    }
    SECTION("a cell longer than the page") {
        page[4086] = 100;
    }
    SECTION("a cell with a length past all bounds") {
        std::fill_n(page.begin() + 4086, 9, std::uint8_t{0xFF});
    }
    SECTION("a freeblock in the header") {
        put2(page, 1, 2);
    }
    SECTION("a freeblock in a cell") {
        put2(page, 1, 4060);
    }
    SECTION("a freeblock that ends past the page") {
        put2(page, 4068, 60);
    }
    SECTION("a freeblock without a size") {
        put2(page, 4068, 0);
    }
    SECTION("freeblocks in a ring") {
        put2(page, 4066, 4066);
    }
    SECTION("freeblocks that descend") {
        put2(page, 4066, 4055);
    }
    SECTION("a freeblock at the very end") {
        put2(page, 1, 4095);
    }
    SECTION("too few fragments") {
        page[7] = 1;
    }
    SECTION("too many fragments") {
        page[7] = 60;
    }
    SECTION("all bytes set") {
        std::fill(page.begin(), page.end(), std::uint8_t{0xFF});
    }
    SECTION("a size that is none") {
        page.resize(4095);
    }
    SECTION("a size below all") {
        page.resize(256);
    }
    SECTION("nothing at all") {
        page.clear();
    }
    SECTION("half a page") {
        page.resize(2048);
    }
    check_untouched(page);
    check_untouched(page, true);
}

TEST_CASE("store: an empty page of 64 KiB is all gap", "[store]") {
    Page page(65536, 0xEE);
    page[0] = 13;
    std::fill_n(page.begin() + 1, 7, std::uint8_t{0}); // content at 0 stands for 65536
    CHECK(scrub_page(page, false));
    CHECK(std::count(page.begin() + 8, page.end(), 0) == 65528);
}

TEST_CASE("store: page 1 must say that it is ours to scrub", "[store]") {
    TempFolder folder;
    const std::string path = folder.file("untidy.db");
    make_untidy(path, 4096);
    Page page = read_pages(path, 4096).front();
    const std::size_t gap = 108 + 2 * get2(page, 103);
    page[gap] = 0xAA;
    SECTION("as it is") {
        CHECK(scrub_page(page, true));
        CHECK(page[gap] == 0);
        return;
    }
    SECTION("reserved bytes") {
        page[20] = 32;
    }
    SECTION("another page size") {
        put2(page, 16, 1024);
    }
    SECTION("another program's file") {
        page[0] = 's';
    }
    check_untouched(page, true);
}

TEST_CASE("store: damaged pages never lead the scrubber astray", "[store]") {
    TempFolder folder;
    const std::string path = folder.file("untidy.db");
    make_untidy(path, 512);
    const auto pages = read_pages(path, 512);
    std::mt19937 random(5);
    std::size_t left_alone = 0;
    for (int round = 0; round < 20000; ++round) {
        const std::size_t number = random() % pages.size();
        Page page = pages[number];
        const std::size_t header = number == 0 ? 100 : 0;
        const auto damages = 1 + random() % 4;
        for (std::size_t i = 0; i < damages; ++i) { // mostly where the structure is
            const std::size_t at = random() % 2 == 0 ? header + random() % 40 : random() % 512;
            page[at] = static_cast<std::uint8_t>(random() % 3 == 0 ? 0xFF : random());
        }
        const Page before = page;
        const bool changed = scrub_page(page, number == 0);
        REQUIRE(changed == (page != before));
        bool only_zeroed = true;
        for (std::size_t at = 0; at < page.size(); ++at) {
            only_zeroed = only_zeroed && (page[at] == before[at] || page[at] == 0);
        }
        REQUIRE(only_zeroed);
        left_alone += changed ? 0 : 1;
        REQUIRE_FALSE(scrub_page(page, number == 0));
    }
    CHECK(left_alone > 1000);
}

} // namespace store_scrub_test
