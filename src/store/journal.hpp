// The restore journal: what a restore of an older file must not undo. Append-only, outside the
// database.
#pragma once

#include "base/hash.hpp"
#include "store/filesystem.hpp"
#include "store/keyring.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace habeas::store {

enum class JournalKind : std::uint8_t {
    created = 1, ///< first record: the store's id
    ids = 2,     ///< id counters reserved up to `number` (see Engine::next_id)
    erased = 3,  ///< subject, all identifier hashes; scope "suppress" if a suppression stays
    event = 4,   ///< a ledger event that a restore must not undo (withdrawn, refused, objected,
                 ///< restricted, ...)
    suppressed = 5,
    unsuppressed = 6,
    merged = 7, ///< subject = kept, number = gone
    head = 8,   ///< only the audit head; takes no sequence of its own
    /// the records from `number` on (to `subject`, unless 0) were never committed: skip them
    abandoned = 10,
    restored = 9, ///< an older file was accepted; heads before this record no longer bind
    folded = 11   ///< the records from `number` to this sequence said nothing that still counts
};

/// Keyed hash of an identifier the subject ever had.
struct HashRef {
    std::uint8_t kind = 0; ///< IdentifierKind
    std::string key_id;
    base::Hash128 hash{};
    bool operator==(const HashRef&) const = default;
};

struct JournalRecord {
    std::uint64_t sequence = 0; ///< filled by the journal
    std::int64_t at = 0;        ///< recorded_at, ms
    JournalKind kind = JournalKind::head;
    std::int64_t subject = 0;
    std::int64_t number = 0;
    /// Canonical JSON of what replay needs and no clear value:
    /// {"kind":"withdrawn","purpose":"newsletter", "channel":"email","scope":"","effective_at":...}
    std::string detail;
    std::vector<HashRef> identifiers;
    std::int64_t audit_sequence = 0; ///< head of the audit chain that the commit will have
    base::Hash256 audit_hash{};
    // Of a transaction with several records all are there or none counts.
    bool more = false;      ///< the next record is of the same transaction
    bool continued = false; ///< the one before is
    bool operator==(const JournalRecord&) const = default;
};

/// Does this record of kind `abandoned` say so of the one with this sequence?
inline bool abandons(const JournalRecord& record, std::uint64_t sequence) {
    return sequence >= static_cast<std::uint64_t>(record.number) &&
           (record.subject == 0 || sequence <= static_cast<std::uint64_t>(record.subject));
}

std::string encode_record(const JournalRecord& record, const base::SecretKey& mac_key);
/// Reads one record at `offset`, moves it on. Nothing = incomplete or damaged from there on. The
/// parser trusts nothing: it is fuzzed.
std::optional<JournalRecord> decode_record(std::string_view bytes, std::size_t& offset,
                                           const base::SecretKey& mac_key);

class Journal {
  public:
    Journal(FileSystem& files, std::string path, std::string store_id,
            const base::SecretKey& mac_key);

    void create(std::int64_t at); ///< writes the header; Errc::exists
    /// Checks header and last record. A torn tail was never acknowledged: it is passed over with
    /// the whole transaction it belongs to, and cut off by the next append. Errc::journal_missing,
    /// Errc::journal_foreign. `contained`: the last sequence that the database has; up to there all
    /// was synced, and the file need not be read from its beginning.
    void open(std::uint64_t contained);
    /// Appends the records of one transaction with the next sequences (a head takes none) and
    /// syncs. Nothing is kept of a failed append; where the disk refuses even that, it is marked as
    /// abandoned by the next `refresh`.
    std::uint64_t append(std::vector<JournalRecord> records, bool sync);
    /// Undoes an append whose transaction did not commit: a record `abandoned`, or where even that
    /// cannot be written, the file cut back, or the next `refresh`.
    void abandon(std::uint64_t from_sequence, std::uint64_t size_before) noexcept;
    /// Another process may have appended: reads the tail again (the write lock is held).
    /// `contained`: the last sequence that the database has.
    void refresh(std::uint64_t contained);
    [[nodiscard]] std::uint64_t last_sequence() const { return last_.sequence; }
    [[nodiscard]] const JournalRecord& last() const { return last_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// All records after `sequence`, in order; the whole file is checked on the way.
    void read(std::uint64_t after, const std::function<void(const JournalRecord&)>& record) const;
    /// The whole records as they are in the file, with the header: what a copy holds.
    [[nodiscard]] std::string bytes() const;
    /// Takes out what says nothing any more: counters that grew since, heads that later ones
    /// replace, records never committed. What is about a person stays, for nobody knows how old a
    /// file may come back. Atomic and durable; the write lock is held. False: nothing to be gained.
    bool fold();

  private:
    /// Bytes of an append.
    struct Piece {
        std::uint64_t offset = 0;
        std::uint64_t first = 0, last = 0; ///< sequences
        std::string bytes;
    };
    void reread(std::uint64_t contained);

    FileSystem* files_;
    std::string path_;
    std::string store_id_;
    base::SecretKey mac_key_;
    JournalRecord last_;
    Piece appended_;         ///< the last append
    Piece leftover_;         ///< of a transaction that did not commit; no bytes: none
    std::uint64_t size_ = 0; ///< of the whole records; a torn tail is not counted
};

} // namespace habeas::store
