// Encrypted backups of a store, what comes of them when they are restored, and the restore journal.
#pragma once

#include "habeas/store.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace habeas {

/// What the beginning of a backup says. No personal data, and readable without the key, so nobody
/// vouches for it before the backup was verified.
struct BackupInfo {
    std::uint32_t format = 0; ///< version of the file format
    std::string store_id;
    std::uint32_t schema_version = 0;
    std::uint32_t page_size = 0;
    std::uint64_t pages = 0; ///< of the database
    std::uint64_t bytes = 0; ///< of the backup
    Time created_at{};
    std::uint64_t journal_sequence = 0; ///< what the restore journal has after it is done again
    std::string key_id;                 ///< of the key that opens it
    bool operator==(const BackupInfo&) const = default;
};

struct BackupOptions {
    /// The backup is a file with personal data that habeas wrote: the tick deletes it after this
    /// time, and receipts of erasures count it until then.
    std::chrono::seconds keep_for = std::chrono::hours(24 * 30);
    Progress progress; ///< bytes written, then read again
};

struct RestoreOptions {
    /// As for Store::open; without key_file and journal_file they are those beside the restored
    /// file. Of an older schema: auto_migrate. The journal was lost: accept_missing_journal.
    StoreOptions store;
    bool overwrite = false; ///< a store that is there goes; back it up before
    Progress progress;      ///< bytes verified, then written
};

struct RestoreReport {
    BackupInfo backup;
    std::uint64_t journal_records = 0; ///< that the backup lacked; what they say holds again
    bool overwritten = false;          ///< a former store is gone
};

/// A backup is one encrypted file. Its key is not the root key of the store: text, one line a key,
/// the newest last, `habeas-backup-key-1 <16 hexadecimal digits> <64 hexadecimal digits>`, which
/// the host keeps apart from the backups. Neither root key nor restore journal are in a backup.
class Backup {
  public:
    /// A line for a new key; with the lines of former ones before it, older backups stay readable.
    static std::string new_key();

    /// Writes the store as it is at this moment to a new file (0600), reads that again and gives it
    /// its name. Others go on writing meanwhile; what they erase becomes physical afterwards.
    /// Errc::exists; Errc::corrupt: the store is damaged; Errc::cancelled, Errc::full, Errc::io: no
    /// file is left. Not in a transaction or snapshot (Errc::invalid).
    static BackupInfo write(Store& store, const std::string& path, std::string_view key,
                            const BackupOptions& options = {});

    /// Errc::not_found; Errc::not_a_store: no backup; Errc::newer_store: of a newer habeas;
    /// Errc::corrupt: cut or lengthened.
    static BackupInfo info(const std::string& path);
    /// Reads all of it. As `info`; Errc::key_wrong: the key it names is not among those given;
    /// Errc::corrupt: changed, or of another key under the same name.
    static BackupInfo verify(const std::string& path, std::string_view key,
                             const Progress& progress = {});

    /// Makes a store of the backup. Before the file gets its name, everything is done again that
    /// the restore journal knows and the backup lacks: nobody who was erased is in it, nobody who
    /// said no is written to. As `verify`, and: Errc::exists: a store is there, and `overwrite` is
    /// not set; Errc::busy: somebody has it open; Errc::conflict: it is another store;
    /// Errc::journal_missing, journal_foreign, key_missing, key_wrong, migration_needed as by
    /// Store::open. After an error a store that was there is there unchanged.
    static RestoreReport restore(const std::string& path, const std::string& to,
                                 std::string_view key, const RestoreOptions& options = {});
};

/// A restore journal, or a copy of one.
struct JournalInfo {
    std::string store_id;
    std::uint64_t sequence = 0; ///< of the last record; folded ones count
    std::uint64_t records = 0;  ///< in the file
    std::uint64_t bytes = 0;
    Time last_at{};
    bool operator==(const JournalInfo&) const = default;
};

/// A copy beside the journal in use.
enum class JournalRelation : std::uint8_t {
    same,
    older,   ///< it lacks the latest records: copy again
    newer,   ///< it has more: the journal in use was itself put back, use the copy
    diverged ///< each has records that the other lacks or contradicts
};
std::string_view journal_relation_name(JournalRelation relation) noexcept;

/// The restore journal of a store: what putting back an older file must not undo. Keep a copy on
/// another disk, and never in a backup of the store.
class RestoreJournal {
  public:
    explicit RestoreJournal(Store& store) : engine_(&store.engine()) {}

    /// Reads all of it: each record's authentication and place. Errc::journal_foreign.
    [[nodiscard]] JournalInfo check() const;
    /// The same for a copy, and how it stands to the journal in use. Errc::not_found.
    [[nodiscard]] JournalRelation compare(const std::string& copy,
                                          JournalInfo* info = nullptr) const;
    /// Copies it (0600, durable on return), also over an older copy. Errc::conflict: what is there
    /// is newer or diverged; Errc::journal_foreign: it is something else.
    JournalInfo copy(const std::string& to);
    /// Takes out what says nothing any more (counters that grew, heads of the audit chain that
    /// later ones replace, records that were never committed). No record about a person goes, for
    /// nobody knows how old a file may come back. `archive`: the journal as it was is copied there
    /// first. Returns what it is now.
    JournalInfo rotate(const std::string& archive = {});

  private:
    store::Engine* engine_;
};

} // namespace habeas
