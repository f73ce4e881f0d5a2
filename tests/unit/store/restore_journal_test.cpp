#include "catch.hpp"

#include "habeas/backup.hpp"
#include "habeas/erasure.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <fstream>
#include <iterator>

namespace store_restore_journal_test {

using namespace habeas;
using habeas::test::TestStore;

namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class Call>
Errc code_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return Errc::internal;
}

struct Kept : TestStore {
    Kept() : TestStore(on_disk) {}
    SubjectId add(const std::string& name) {
        SubjectInput input;
        input.fields["email"] = name + "@example.org";
        return Subjects(store).create(input);
    }
    [[nodiscard]] std::string journal() const { return path() + ".restore"; }
    std::string copy = folder.file("copy.restore");
};

} // namespace

TEST_CASE("restore journal: a copy is whole, and says how it stands to the journal",
          "[store][backup]") {
    Kept kept;
    const SubjectId anna = kept.add("anna");
    RestoreJournal journal(kept.store);
    const JournalInfo info = journal.check();
    CHECK(info.store_id == kept.store.info().id);
    CHECK(info.records == info.sequence);
    CHECK(info.bytes == std::filesystem::file_size(kept.journal()));
    CHECK(code_of([&] { (void)journal.compare(kept.copy); }) == Errc::not_found);
    CHECK(journal.copy(kept.copy) == info);
    CHECK(bytes_of(kept.copy) == bytes_of(kept.journal()));
    JournalInfo other;
    CHECK(journal.compare(kept.copy, &other) == JournalRelation::same);
    CHECK(other == info);

    Erasure(kept.store).execute(anna);
    CHECK(journal.compare(kept.copy) == JournalRelation::older);
    const std::string older = bytes_of(kept.copy);
    journal.copy(kept.copy);
    CHECK(journal.compare(kept.copy) == JournalRelation::same);

    SECTION("a newer copy is not overwritten") {
        const std::string newest = kept.folder.file("newest.restore");
        Erasure(kept.store).execute(kept.add("bob"));
        journal.copy(newest);
        kept.close();
        std::filesystem::copy_file(kept.copy, kept.journal(),
                                   std::filesystem::copy_options::overwrite_existing);
        CHECK(code_of([&] { (void)Store::open(kept.path(), kept.options()); }) ==
              Errc::journal_foreign);
        std::filesystem::copy_file(newest, kept.journal(),
                                   std::filesystem::copy_options::overwrite_existing);
        Store store = Store::open(kept.path(), kept.options());
        StoreOptions options = kept.options();
        std::ofstream(kept.copy, std::ios::binary | std::ios::trunc) << older;
        CHECK(RestoreJournal(store).compare(kept.copy) == JournalRelation::older);
    }
    SECTION("a foreign or damaged copy is named so") {
        CHECK(code_of([&] { journal.copy(kept.path() + ".key"); }) == Errc::journal_foreign);
        CHECK(code_of([&] { journal.copy(kept.journal()); }) == Errc::conflict);
        std::string bad = older;
        bad[older.size() / 2] = static_cast<char>(bad[older.size() / 2] ^ 1);
        std::ofstream(kept.copy, std::ios::binary | std::ios::trunc) << bad;
        CHECK(code_of([&] { (void)journal.compare(kept.copy); }) == Errc::journal_foreign);
    }
    SECTION("a store in memory has none") {
        Store memory = Store::in_memory();
        CHECK(code_of([&] { (void)RestoreJournal(memory).check(); }) == Errc::unsupported);
    }
}

TEST_CASE("restore journal: two that went different ways are told apart", "[store][backup]") {
    Kept kept;
    kept.add("anna");
    kept.close();
    const std::string database = bytes_of(kept.path());
    const std::string journal = bytes_of(kept.journal());
    const auto put_back = [&] {
        std::ofstream(kept.path(), std::ios::binary | std::ios::trunc) << database;
        std::ofstream(kept.journal(), std::ios::binary | std::ios::trunc) << journal;
    };
    const auto go_on = [&](const char* name) {
        Store store = Store::open(kept.path(), kept.options());
        SubjectInput input;
        input.fields["email"] = std::string(name) + "@example.org";
        Erasure(store).execute(Subjects(store).create(input));
    };
    go_on("left");
    const std::string left = kept.folder.file("left.restore");
    std::filesystem::copy_file(kept.journal(), left);
    put_back();
    go_on("right");
    Store store = Store::open(kept.path(), kept.options());
    CHECK(RestoreJournal(store).compare(left) == JournalRelation::diverged);
    CHECK(code_of([&] { RestoreJournal(store).copy(left); }) == Errc::conflict);
}

TEST_CASE("restore journal: rotation takes out what says nothing, and no record about a person",
          "[store][backup]") {
    Kept kept;
    std::vector<SubjectId> erased;
    for (int day = 0; day < 12; ++day) { // each opening leaves a head of the audit chain
        erased.push_back(kept.add("erased" + std::to_string(day)));
        Erasure(kept.store).execute(erased.back());
        kept.add("stays" + std::to_string(day));
        kept.store.engine().reserve_ids(store::IdKind::subject, 1000000);
        kept.reopen();
    }
    const std::string yesterday = kept.folder.file("yesterday");
    RestoreJournal journal(kept.store);
    const JournalInfo before = journal.check();
    StoreOptions options = kept.options();
    Store other = Store::open(kept.path(), options); // keeps the former one in mind
    const std::string archive = kept.folder.file("archive.restore");
    const JournalInfo after = journal.rotate(archive);
    CHECK(after.bytes < before.bytes);
    CHECK(after.records < before.records);
    CHECK(after.sequence == before.sequence + 1);
    CHECK(bytes_of(archive).size() == before.bytes);
    CHECK(journal.compare(archive) == JournalRelation::older);
    CHECK(journal.rotate() == after); // nothing more to gain

    // Who had it open goes on with the new one.
    SubjectInput input;
    input.fields["email"] = "later@example.org";
    const SubjectId later = Subjects(other).create(input);
    Erasure(other).execute(later);
    erased.push_back(later);
    CHECK(kept.store.verify().ok());
    CHECK(other.verify().ok());

    // A file of the first day under it.
    kept.close();
    other = Store::in_memory();
    CHECK_NOTHROW(Store::open(kept.path(), kept.options()));
}

TEST_CASE("restore journal: under a folded journal an old file shows nobody who was erased",
          "[store][backup]") {
    Kept kept;
    std::vector<SubjectId> people;
    for (int i = 0; i < 10; ++i) {
        people.push_back(kept.add("p" + std::to_string(i)));
    }
    kept.close();
    const std::string old = bytes_of(kept.path());
    for (int day = 0; day < 10; ++day) {
        Store store = Store::open(kept.path(), kept.options());
        if (day % 2 == 0) {
            Erasure(store).execute(people[static_cast<std::size_t>(day)]);
        }
        for (int i = 0; i < 3; ++i) {
            store.engine().reserve_ids(store::IdKind::subject, 5000 * (i + 1));
        }
        SubjectInput input;
        input.fields["email"] = "new" + std::to_string(day) + "@example.org";
        Subjects(store).create(input);
    }
    std::int64_t highest = 0;
    {
        Store store = Store::open(kept.path(), kept.options());
        SubjectInput input;
        input.fields["email"] = "newest@example.org";
        highest = static_cast<std::int64_t>(Subjects(store).create(input));
        const auto before = RestoreJournal(store).check();
        CHECK(RestoreJournal(store).rotate().bytes < before.bytes);
    }
    std::ofstream(kept.path(), std::ios::binary | std::ios::trunc) << old;
    Store store = Store::open(kept.path(), kept.options());
    for (std::size_t i = 0; i < people.size(); ++i) {
        CAPTURE(i);
        CHECK(code_of([&] { (void)Subjects(store).get(people[i]); }) ==
              (i % 2 == 0 ? Errc::erased : Errc::internal));
    }
    SubjectInput input;
    input.fields["email"] = "again@example.org";
    CHECK(static_cast<std::int64_t>(Subjects(store).create(input)) > highest);
    CHECK(RestoreJournal(store).check().records > 0);
}

} // namespace store_restore_journal_test
