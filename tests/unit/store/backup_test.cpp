#include "catch.hpp"

#include "habeas/backup.hpp"
#include "habeas/consent.hpp"
#include "habeas/erasure.hpp"
#include "habeas/subject.hpp"
#include "store/backup/backup.hpp"
#include "support/store.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace store_backup_test {

using namespace habeas;
using habeas::test::ScratchFolder;
using habeas::test::TestStore;

namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
bool exists(const std::string& path) {
    return std::filesystem::exists(path);
}

template <class Call>
Error error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    return {Errc::internal, "nothing was thrown"};
}

/// A store with some people, on a disk.
struct Town : TestStore {
    Town() : TestStore(on_disk) {
        for (int i = 0; i < 300; ++i) {
            add("person" + std::to_string(i) + "@example.org");
        }
    }
    SubjectId add(const std::string& address) {
        SubjectInput input;
        input.fields["email"] = address;
        return Subjects(store).create(input);
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder.path()), {}));
    }
    std::int64_t registered() {
        std::int64_t rows = 0;
        store.query("SELECT count(*) FROM v_file", {}, [&](const auto&, const auto& values) {
            rows = std::stoll(*values[0]);
            return true;
        });
        return rows;
    }
    std::string backup = folder.file("monday.backup");
    std::string key = Backup::new_key();
};

} // namespace

TEST_CASE("backup: a store is written, verified and restored as it was", "[store][backup]") {
    Town town;
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    BackupOptions options;
    options.progress = [&](std::uint64_t done, std::uint64_t of) {
        CHECK(done >= last);
        last = done;
        total = of;
        return true;
    };
    const BackupInfo written = Backup::write(town.store, town.backup, town.key, options);
    CHECK(last == total);
    CHECK(total > 0);
    CHECK(written.store_id == town.store.info().id);
    CHECK(written.schema_version == town.store.info().schema_version);
    CHECK(written.created_at == town.clock.now());
    CHECK(written.bytes == std::filesystem::file_size(town.backup));
    CHECK(Backup::info(town.backup) == written);
    CHECK(Backup::verify(town.backup, town.key) == written);
    struct stat status {};
    REQUIRE(::stat(town.backup.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const std::string raw = bytes_of(town.backup);
    CHECK(raw.find("example.org") == std::string::npos);
    CHECK(raw.find("SQLite format") == std::string::npos);
    CHECK(raw.find("habeas-") == std::string::npos);

    const std::int64_t people = Subjects(town.store).count();
    town.add("tuesday@example.org");
    town.close();
    RestoreOptions restore;
    restore.store = town.options();
    CHECK(error_of([&] { Backup::restore(town.backup, town.path(), town.key, restore); }).code() ==
          Errc::exists);
    restore.overwrite = true;
    const RestoreReport report = Backup::restore(town.backup, town.path(), town.key, restore);
    CHECK(report.backup == written);
    CHECK(report.overwritten);
    REQUIRE(::stat(town.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    Store again = Store::open(town.path(), town.options());
    CHECK(Subjects(again).count() == people);
    CHECK_FALSE(Subjects(again).find({IdentifierKind::email, "", "tuesday@example.org"}));
    for (const Finding& finding : again.verify().findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
    CHECK_FALSE(exists(town.path() + ".restoring"));
    CHECK_FALSE(exists(town.path() + ".restoring.lock"));
}

TEST_CASE("backup: it may be restored under another name, and where no store is left",
          "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    town.close();
    RestoreOptions options;
    options.store = town.options();
    std::filesystem::remove(town.path());
    CHECK_FALSE(Backup::restore(town.backup, town.path(), town.key, options).overwritten);
    CHECK(Subjects(*std::make_unique<Store>(Store::open(town.path(), town.options()))).count() ==
          300);

    options.store.key_file = town.path() + ".key";
    options.store.journal_file = town.path() + ".restore";
    const std::string other = town.folder.file("other.habeas");
    Backup::restore(town.backup, other, town.key, options);
    Store opened = Store::open(other, options.store);
    CHECK(Subjects(opened).count() == 300);
}

TEST_CASE("backup: restoring does again what the journal knows and the backup lacks",
          "[store][backup]") {
    Town town;
    Purpose newsletter;
    newsletter.code = "newsletter";
    newsletter.channels = {Channel::email};
    newsletter.texts = {{0, {}, {{"en", "May we?", "Yes"}}, {}, {}}};
    Purposes(town.store).define(newsletter);
    const auto say = [&](SubjectId id, EventKind kind) {
        ConsentEvent event;
        event.subject = id;
        event.kind = kind;
        event.purpose = "newsletter";
        event.evidence.method = "form";
        event.evidence.text_version = kind == EventKind::granted ? 1 : 0;
        Consent(town.store).record(event);
    };
    const SubjectId zora = town.add("zora-quixote@example.org");
    const SubjectId wim = town.add("wim@example.org");
    say(zora, EventKind::granted);
    say(wim, EventKind::granted);
    Backup::write(town.store, town.backup, town.key);
    town.clock.advance(std::chrono::hours(1));
    say(wim, EventKind::withdrawn);
    const auto receipt = Erasure(town.store).execute(zora);
    town.close();

    RestoreOptions options;
    options.store = town.options();
    options.overwrite = true;
    CHECK(Backup::restore(town.backup, town.path(), town.key, options).journal_records >= 2);
    // Nobody has opened it yet, and nothing of her is there.
    for (const auto& entry : std::filesystem::directory_iterator(town.folder.path())) {
        CAPTURE(entry.path().string());
        CHECK(bytes_of(entry.path().string()).find("quixote") == std::string::npos);
    }
    Store store = Store::open(town.path(), town.options());
    CHECK(error_of([&] { (void)Subjects(store).get(zora); }).code() == Errc::erased);
    CHECK_FALSE(Consent(store).may_process(wim, "newsletter", Channel::email).allowed);
    CHECK(Consent(store).state(wim, "newsletter", Channel::email) == ConsentState::withdrawn);
    store.tick();
    CHECK(store.verify().ok());
}

TEST_CASE("backup: what is damaged anywhere is refused, and nothing is left of it",
          "[store][backup]") {
    Town town;
    const BackupInfo info = Backup::write(town.store, town.backup, town.key);
    const std::string good = bytes_of(town.backup);
    town.close();
    const std::string before = bytes_of(town.path());
    const std::size_t files = town.files();
    RestoreOptions options;
    options.store = town.options();
    options.overwrite = true;
    const auto refused = [&](const std::string& bytes) {
        write_file(town.backup, bytes);
        const Errc code = error_of([&] { Backup::verify(town.backup, town.key); }).code();
        CHECK(error_of([&] {
                  Backup::restore(town.backup, town.path(), town.key, options);
              }).code() == code);
        CHECK(bytes_of(town.path()) == before);
        CHECK(town.files() == files);
        return code;
    };
    const std::size_t header = good.size() - [&] {
        store::BackupHeader same;
        same.pages = info.pages;
        same.page_size = info.page_size;
        return store::BackupLayout(same).sealed_size;
    }();
    REQUIRE(header < 200);

    SECTION("a bit is turned") {
        for (std::size_t at = 0; at < good.size(); at += at < header ? 1 : 9973) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 1);
            CAPTURE(at);
            const Errc code = refused(bad);
            const bool named = code == Errc::corrupt || (code == Errc::not_a_store && at < 8) ||
                               (code == Errc::newer_store && at >= 8 && at < 12) ||
                               (code == Errc::key_wrong && at < header);
            CHECK(named);
        }
    }
    SECTION("its end is missing, or more follows") {
        for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{12}, header - 1,
                                       header, good.size() / 2, good.size() - 1}) {
            CAPTURE(size);
            const Errc code = refused(good.substr(0, size));
            CHECK(code == (size < 8 ? Errc::not_a_store : Errc::corrupt));
        }
        CHECK(refused(good + "x") == Errc::corrupt);
    }
    SECTION("chunks changed places, or came from another backup") {
        const std::size_t chunk = 16 * (4 + 4096) + 17;
        REQUIRE(good.size() > header + 2 * chunk);
        std::string moved = good;
        moved.replace(header, chunk, good.substr(header + chunk, chunk));
        moved.replace(header + chunk, chunk, good.substr(header, chunk));
        CHECK(refused(moved) == Errc::corrupt);

        Store store = Store::open(town.path(), town.options());
        const std::string second = town.folder.file("second.backup");
        Backup::write(store, second, town.key);
        const std::string other = bytes_of(second);
        REQUIRE(other.size() == good.size());
        std::string spliced = good;
        spliced.replace(header + chunk, chunk, other.substr(header + chunk, chunk));
        write_file(town.backup, spliced);
        CHECK(error_of([&] { Backup::verify(town.backup, town.key); }).code() == Errc::corrupt);
        CHECK(Backup::verify(second, town.key).bytes == good.size());
    }
    SECTION("it is something else, or of a newer habeas") {
        CHECK(refused(before) == Errc::not_a_store);
        std::string newer = good;
        newer[8] = 2;
        CHECK(refused(newer) == Errc::newer_store);
    }
    SECTION("the key is another one, or another under the same name") {
        write_file(town.backup, good);
        const std::string other = Backup::new_key();
        const Error unknown = error_of([&] { Backup::verify(town.backup, other); });
        CHECK(unknown.code() == Errc::key_wrong);
        CHECK(std::string(unknown.what()).find(info.key_id) != std::string::npos);
        const std::size_t secret = std::string("habeas-backup-key-1 ").size() + 16;
        CHECK(error_of([&] {
                  Backup::verify(town.backup, town.key.substr(0, secret) + other.substr(secret));
              }).code() == Errc::corrupt);
        CHECK(error_of([&] { Backup::verify(town.backup, ""); }).code() == Errc::key_missing);
        CHECK(error_of([&] { Backup::verify(town.backup, "habeas-key-1 x"); }).code() ==
              Errc::invalid);
    }
}

TEST_CASE("backup: a new key opens new backups and leaves the former readable", "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    const std::string both = town.key + Backup::new_key();
    const std::string second = town.folder.file("tuesday.backup");
    const BackupInfo info = Backup::write(town.store, second, both);
    CHECK(info.key_id != Backup::info(town.backup).key_id);
    CHECK_NOTHROW(Backup::verify(town.backup, both));
    CHECK_NOTHROW(Backup::verify(second, both));
    CHECK(error_of([&] { Backup::verify(second, town.key); }).code() == Errc::key_wrong);
}

TEST_CASE("backup: the file is registered, expires, and receipts of erasures count it",
          "[store][backup]") {
    Town town;
    BackupOptions options;
    options.keep_for = std::chrono::hours(48);
    Backup::write(town.store, town.backup, town.key, options);
    CHECK(town.registered() == 1);
    const SubjectId anna = town.add("anna@example.org");
    CHECK(Erasure(town.store).execute(anna).files_shared.size() == 1);
    town.clock.advance(std::chrono::hours(47));
    town.store.tick();
    CHECK(exists(town.backup));
    write_file(town.backup + store::backup_draft, "what a crash left");
    town.clock.advance(std::chrono::hours(2));
    CHECK(town.store.tick().files_deleted == 1);
    CHECK_FALSE(exists(town.backup));
    CHECK_FALSE(exists(town.backup + store::backup_draft));
    CHECK(town.registered() == 0);
}

TEST_CASE("backup: what ends it leaves neither file nor row", "[store][backup]") {
    Town town;
    const std::size_t files = town.files();
    const auto refused = [&](Errc code, const BackupOptions& options = {}) {
        CHECK(error_of([&] { Backup::write(town.store, town.backup, town.key, options); }).code() ==
              code);
        CHECK_FALSE(exists(town.backup + store::backup_draft));
    };
    SECTION("cancelled while it writes or reads again") {
        for (const std::uint64_t half : {0, 1}) {
            BackupOptions options;
            options.progress = [&](std::uint64_t done, std::uint64_t total) {
                return done * 2 <= total * half;
            };
            refused(Errc::cancelled, options);
        }
    }
    SECTION("no time to keep it") {
        BackupOptions options;
        options.keep_for = std::chrono::seconds(0);
        refused(Errc::invalid, options);
    }
    SECTION("in a transaction or a snapshot") {
        {
            auto tx = town.store.transaction();
            refused(Errc::invalid);
        }
        auto snapshot = town.store.snapshot();
        refused(Errc::invalid);
    }
    SECTION("the place does not exist") {
        town.backup = town.folder.file("no/such/folder/b");
        refused(Errc::not_found);
    }
    SECTION("a file is there") {
        write_file(town.backup, "mine");
        refused(Errc::exists);
        CHECK(bytes_of(town.backup) == "mine");
        std::filesystem::remove(town.backup);
    }
    SECTION("the store is in memory, or read-only") {
        Store memory = Store::in_memory();
        CHECK(error_of([&] { Backup::write(memory, town.backup, town.key); }).code() ==
              Errc::unsupported);
        StoreOptions options = town.options();
        options.read_only = true;
        Store reader = Store::open(town.path(), options);
        CHECK(error_of([&] { Backup::write(reader, town.backup, town.key); }).code() ==
              Errc::read_only);
    }
    CHECK(town.files() == files);
    CHECK(town.registered() == 0);
}

TEST_CASE("backup: others write meanwhile, and it is of one moment", "[store][backup]") {
    Town town;
    Store other = Store::open(town.path(), town.options());
    int written = 0;
    BackupOptions options;
    options.progress = [&](std::uint64_t, std::uint64_t) {
        if (written < 200) {
            SubjectInput input;
            input.fields["email"] = "late" + std::to_string(written++) + "@example.org";
            Subjects(other).create(input);
        }
        return true;
    };
    Backup::write(town.store, town.backup, town.key, options);
    CHECK(written > 1);
    RestoreOptions restore;
    restore.store = town.options();
    restore.store.key_file = town.path() + ".key";
    restore.store.journal_file = town.path() + ".restore";
    const std::string copy = town.folder.file("copy.habeas");
    Backup::restore(town.backup, copy, town.key, restore);
    Store restored = Store::open(copy, restore.store);
    CHECK(Subjects(restored).count() == 300);
}

TEST_CASE("restore: a store that somebody has open is left alone", "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    RestoreOptions options;
    options.store = town.options();
    options.store.busy_timeout = std::chrono::milliseconds(20);
    options.overwrite = true;
    CHECK(error_of([&] { Backup::restore(town.backup, town.path(), town.key, options); }).code() ==
          Errc::busy);
    CHECK(Subjects(town.store).count() == 300);
    town.add("still@example.org");
    town.close();
    CHECK_NOTHROW(Backup::restore(town.backup, town.path(), town.key, options));
}

TEST_CASE("restore: another store, its key or its journal are refused", "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    town.close();
    RestoreOptions options;
    options.store = town.options();
    options.overwrite = true;
    const auto code = [&](const std::string& to) {
        return error_of([&] { Backup::restore(town.backup, to, town.key, options); }).code();
    };
    SECTION("another store is there") {
        const std::string other = town.folder.file("other.habeas");
        (void)Store::create(other, town.options());
        CHECK(code(other) == Errc::conflict);
        CHECK_NOTHROW(Store::open(other, town.options()));
    }
    SECTION("something else is there") {
        const std::string other = town.folder.file("note.txt");
        write_file(other, std::string(5000, 'x'));
        write_file(other + ".restore", "x");
        CHECK(code(other) == Errc::not_a_store);
        CHECK(bytes_of(other).size() == 5000);
    }
    SECTION("the store that is there is damaged") {
        std::string bad = bytes_of(town.path());
        std::fill(bad.begin() + 100, bad.end(), '\x5a');
        write_file(town.path(), bad);
        const Error error =
            error_of([&] { Backup::restore(town.backup, town.path(), town.key, options); });
        CHECK(error.code() == Errc::corrupt);
        CHECK(std::string(error.what()).find("move it away") != std::string::npos);
        std::filesystem::remove(town.path());
        std::filesystem::remove(town.path() + "-wal");
        CHECK_NOTHROW(Backup::restore(town.backup, town.path(), town.key, options));
        CHECK_NOTHROW(Store::open(town.path(), town.options()));
    }
    SECTION("the log of a store that is gone is there") {
        const std::string other = town.folder.file("gone.habeas");
        write_file(other + "-wal", "x");
        options.store.key_file = town.path() + ".key";
        options.store.journal_file = town.path() + ".restore";
        CHECK(code(other) == Errc::exists);
    }
    SECTION("the journal is missing") {
        std::filesystem::rename(town.path() + ".restore", town.folder.file("away"));
        CHECK(code(town.path()) == Errc::journal_missing);
        options.store.accept_missing_journal = true;
        CHECK(Backup::restore(town.backup, town.path(), town.key, options).journal_records == 0);
        Store store = Store::open(town.path(), town.options());
        CHECK(Subjects(store).count() == 300);
    }
    SECTION("the journal is another store's, or cut") {
        const std::string mine = bytes_of(town.path() + ".restore");
        write_file(town.path() + ".restore", mine.substr(0, 150));
        CHECK(code(town.path()) == Errc::journal_foreign);
        (void)Store::create(town.folder.file("other.habeas"), town.options());
        write_file(town.path() + ".restore", bytes_of(town.folder.file("other.habeas.restore")));
        CHECK(code(town.path()) == Errc::journal_foreign);
        CHECK_FALSE(exists(town.path() + ".restoring"));
        write_file(town.path() + ".restore", mine);
        CHECK_NOTHROW(Store::open(town.path(), town.options()));
    }
    SECTION("the root key is missing or wrong") {
        std::filesystem::remove(town.path() + ".key");
        CHECK(code(town.path()) == Errc::key_missing);
        (void)Store::create(town.folder.file("other.habeas"), town.options());
        write_file(town.path() + ".key", bytes_of(town.folder.file("other.habeas.key")));
        CHECK(code(town.path()) == Errc::key_wrong);
        CHECK_FALSE(exists(town.path() + ".restoring"));
    }
    SECTION("read-only, or no name") {
        CHECK(code("") == Errc::invalid);
        options.store.read_only = true;
        CHECK(code(town.path()) == Errc::invalid);
    }
}

TEST_CASE("restore: stopped half-way it leaves the store and no file", "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    town.add("later@example.org");
    town.close();
    const std::size_t files = town.files();
    RestoreOptions options;
    options.store = town.options();
    options.overwrite = true;
    options.progress = [](std::uint64_t done, std::uint64_t total) { return done * 2 < total; };
    CHECK(error_of([&] { Backup::restore(town.backup, town.path(), town.key, options); }).code() ==
          Errc::cancelled);
    CHECK(town.files() == files);
    Store store = Store::open(town.path(), town.options());
    CHECK(Subjects(store).count() == 301);
    // What a crash left is gone after the next tick.
    write_file(town.path() + ".restoring", "personal data");
    write_file(town.path() + ".restoring-wal", "and more");
    store.tick();
    CHECK_FALSE(exists(town.path() + ".restoring"));
    CHECK_FALSE(exists(town.path() + ".restoring-wal"));
}

TEST_CASE("restore: a newer file that comes back after a restore is no forgery",
          "[store][backup]") {
    Town town;
    Backup::write(town.store, town.backup, town.key);
    const SubjectId anna = town.add("anna@example.org");
    Erasure(town.store).execute(anna);
    for (int i = 0; i < 20; ++i) {
        town.add("more" + std::to_string(i) + "@example.org");
    }
    town.close();
    const std::string newer = bytes_of(town.path());
    RestoreOptions options;
    options.store = town.options();
    options.overwrite = true;
    Backup::restore(town.backup, town.path(), town.key, options);
    { Store restored = Store::open(town.path(), town.options()); }
    // As if the power had failed before the restored file had its name.
    write_file(town.path(), newer);
    Store store = Store::open(town.path(), town.options());
    CHECK(Subjects(store).find({IdentifierKind::email, "", "more7@example.org"}));
    town.clock.advance(std::chrono::minutes(5));
    SubjectInput input;
    input.fields["email"] = "after@example.org";
    Subjects(store).create(input);
    Erasure(store).execute(*Subjects(store).find({IdentifierKind::email, "", "after@example.org"}));
    for (const Finding& finding : store.verify().findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
}

} // namespace store_backup_test
