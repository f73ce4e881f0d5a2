#include "catch.hpp"

#include "habeas/error.hpp"
#include "store/journal.hpp"

#include <array>

namespace store_journal_test {

using namespace habeas;
using namespace habeas::store;

namespace {

const std::string path = "store.restore";

Journal journal(FileSystem& files) {
    std::array<std::uint8_t, 32> key{};
    key.fill(3);
    return {files, path, "5d3f4a9e-0000-4000-8000-000000000000", base::SecretKey(key)};
}

JournalRecord record(const std::string& detail) {
    JournalRecord out;
    out.kind = JournalKind::event;
    out.detail = detail;
    return out;
}

std::vector<std::string> details(const Journal& journal) {
    std::vector<std::string> out;
    journal.read(0, [&](const JournalRecord& each) { out.push_back(each.detail); });
    return out;
}

/// Appends, truncates or syncs only as long as it is told to.
class Moody final : public FileSystem {
  public:
    bool fails_to_sync = false, fails_to_truncate = false;

    bool exists(const std::string& p) override { return files_.exists(p); }
    std::optional<std::uint64_t> size(const std::string& p) override { return files_.size(p); }
    std::optional<std::string> read(const std::string& p) override { return files_.read(p); }
    std::string read_range(const std::string& p, std::uint64_t offset, std::size_t max) override {
        return files_.read_range(p, offset, max);
    }
    std::optional<FileTail> read_tail(const std::string& p, std::size_t max) override {
        return files_.read_tail(p, max);
    }
    void append(const std::string& p, std::string_view bytes) override { files_.append(p, bytes); }
    void sync(const std::string& p) override {
        refuse_if(fails_to_sync, p);
        files_.sync(p);
    }
    void truncate(const std::string& p, std::uint64_t size) override {
        refuse_if(fails_to_truncate, p);
        files_.truncate(p, size);
    }
    void replace(const std::string& p, std::string_view bytes) override {
        files_.replace(p, bytes);
    }
    void rename(const std::string& p, const std::string& to) override { files_.rename(p, to); }
    void remove(const std::string& p) override { files_.remove(p); }

  private:
    static void refuse_if(bool moody, const std::string& p) {
        if (moody) {
            throw Error(Errc::io, "not now", p);
        }
    }
    MemoryFileSystem files_;
};

} // namespace

TEST_CASE("journal: the records of a transaction count all or not at all", "[store]") {
    MemoryFileSystem files;
    Journal written = journal(files);
    written.create(1);
    written.append({record("before")}, true);
    const std::uint64_t start = written.size();
    CHECK(written.append({record("a"), record("b"), record("c")}, true) == 5);
    const std::string whole = files.read(path).value();

    const auto reopened = [&](const std::string& bytes) {
        files.replace(path, bytes);
        Journal again = journal(files);
        again.open(0);
        return again;
    };
    CHECK(details(reopened(whole)) == std::vector<std::string>{"", "before", "a", "b", "c"});
    for (std::size_t size = start; size < whole.size(); size += 7) {
        Journal again = reopened(whole.substr(0, size));
        CHECK(again.last_sequence() == 2);
        CHECK(details(again) == std::vector<std::string>{"", "before"});
    }
    // Torn in the middle: the last record alone came through.
    std::string torn = whole;
    torn.replace(start, 20, std::string(20, '\0'));
    Journal again = reopened(torn);
    CHECK(again.last_sequence() == 2);
    CHECK(again.append({record("after")}, true) == 3);
    again = reopened(files.read(path).value());
    CHECK(details(again) == std::vector<std::string>{"", "before", "after"});
}

TEST_CASE("journal: what could not be taken back is abandoned once the disk allows it", "[store]") {
    Moody files;
    Journal ours = journal(files);
    ours.create(1);
    files.fails_to_sync = files.fails_to_truncate = true;
    CHECK_THROWS_AS(ours.append({record("failed"), record("too")}, true), Error);
    files.fails_to_sync = files.fails_to_truncate = false;
    SECTION("and nobody has seen it") {
        ours.refresh(1);
        CHECK(ours.last().kind == JournalKind::abandoned);
        CHECK(abandons(ours.last(), 2));
        CHECK(abandons(ours.last(), 3));
        CHECK_FALSE(abandons(ours.last(), 1));
        CHECK_FALSE(abandons(ours.last(), 5));
        CHECK(ours.append({record("later")}, true) == 5);
        ours.refresh(5);
        CHECK(ours.last_sequence() == 5);
    }
    SECTION("unless another handle has done what it says meanwhile") {
        ours.refresh(3);
        CHECK(ours.last_sequence() == 3);
    }
    SECTION("also when the transaction failed only afterwards") {
        ours.refresh(1);
        const std::uint64_t before = ours.size();
        ours.append({record("not committed")}, true);
        files.fails_to_sync = files.fails_to_truncate = true;
        ours.abandon(5, before);
        files.fails_to_sync = files.fails_to_truncate = false;
        ours.refresh(4);
        CHECK(abandons(ours.last(), 5));
    }
}

} // namespace store_journal_test
