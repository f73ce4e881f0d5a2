// The store: one SQLite file, its root key and its restore journal.
#pragma once

#include "habeas/error.hpp"
#include "habeas/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

namespace store {
class Engine;
}

/// Who acts; kept with every write, export and disclosure.
struct Actor {
    enum class Kind : std::uint8_t { system, person, subject };
    Kind kind = Kind::system;
    std::string id;     ///< the host's own id of the person, or "" for the system
    std::string reason; ///< why, in the host's words; may be empty
    bool operator==(const Actor&) const = default;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };
/// Called outside write transactions. Messages hold no personal data.
using Log = std::function<void(LogLevel, std::string_view)>;

/// full: an acknowledged write survives a power cut. normal: the last writes may be lost (never
/// half).
enum class Durability : std::uint8_t { full, normal };

/// Progress of long work: done and total units (total 0 = unknown). Return false to cancel.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

struct StoreOptions {
    Clock clock; ///< empty: the operating system's
    Log log;     ///< empty: nothing is logged
    Actor actor; ///< of the handle, changed by set_actor
    Durability durability = Durability::full;
    std::chrono::milliseconds busy_timeout{5000}; ///< waiting for other writers and readers
    bool read_only = false;
    bool auto_migrate = false; ///< else an older file gives Errc::migration_needed
    /// Root key, first that is given: the text from this callback; the environment variable
    /// HABEAS_KEY; the file `key_file` (empty: "<path>.key"). The format is one line a key, see
    /// src/store/README.md.
    std::function<std::string()> key_callback;
    /// With key_callback: keeps the new text when a key is made or rotated, before anything uses
    /// it.
    std::function<void(const std::string&)> key_save;
    std::string key_file;
    std::string journal_file; ///< restore journal; empty: "<path>.restore"
    /// A person says how to go on without the journal (what a restore must not undo may be undone).
    bool accept_missing_journal = false;
    /// A person says how to go on with another key: suppressions under the lost key no longer
    /// match.
    bool accept_lost_key = false;
};

struct StoreInfo {
    std::string id; ///< random UUID, given at creation
    std::uint32_t schema_version = 0;
    std::string path;                  ///< empty for an in-memory store
    std::string key_id;                ///< of the active root key
    std::vector<std::string> warnings; ///< such as: the key lies beside the database
};

/// What a finding of `verify` is about.
enum class Severity : std::uint8_t { notice, error };
struct Finding {
    Severity severity = Severity::error;
    std::string
        code; ///< stable: "event_changed", "chain_cut", "older_file", "ready_row_differs", ...
    std::string message;       ///< names the place and what follows; no personal data
    std::int64_t sequence = 0; ///< of the audit chain, 0 where none
};
struct VerifyOptions {
    /// Values to look for in every file of the store and every file that habeas wrote, byte for
    /// byte and in any 8-byte window of longer ones; a hit is the finding "residue".
    std::vector<std::string> residue;
    std::vector<std::string> residue_paths; ///< more files or folders to scan
    Progress progress;
};
struct VerifyReport {
    std::vector<Finding> findings;
    std::uint64_t events = 0; ///< ledger events checked
    std::uint64_t erased = 0; ///< sequences absent because an erasure lists them
    std::uint64_t ready_rows = 0;
    std::string head; ///< hexadecimal head of the audit chain
    [[nodiscard]] bool ok() const;
};

struct TickReport {
    std::uint64_t physical_done = 0;    ///< erasures whose bytes are gone now
    std::uint64_t physical_pending = 0; ///< still held by a reader
    std::uint64_t expired = 0;          ///< ready rows renewed after an expiry
    std::uint64_t files_deleted = 0;    ///< files that habeas wrote, past their time
    std::uint64_t proofs_deleted = 0;   ///< sealed evidence past its limitation date
    std::uint64_t retained_ended = 0;   ///< subjects of whom a rule of retention took something
};

/// Groups operations: all of them or none. Nested = savepoint. Not committed = rolled back.
class Transaction {
  public:
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) noexcept;
    ~Transaction();
    void commit(); ///< Errc::full, Errc::io: nothing was changed

  private:
    friend class Store;
    struct Impl;
    explicit Transaction(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// One consistent view for many reads, each several times cheaper than on its own. While it lives
/// the handle cannot write (Errc::invalid), and no erasure in any process becomes physical: keep it
/// to a batch of questions. A withdrawal that comes meanwhile is not seen before it ends.
class Snapshot {
  public:
    Snapshot(Snapshot&&) noexcept;
    Snapshot& operator=(Snapshot&&) = delete;
    ~Snapshot();

  private:
    friend class Store;
    struct Impl;
    explicit Snapshot(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// A handle to a store. Movable; used by one thread at a time; never across fork().
/// Nobody else may open the file with another copy of SQLite in the same process.
class Store {
  public:
    /// Creates database, key (unless one is given) and journal with mode 0600. Errc::exists.
    static Store create(const std::string& path, StoreOptions options = {});
    /// Opens; writes nothing when the file is current. Replays a journal that is ahead of the file.
    static Store open(const std::string& path, StoreOptions options = {});
    /// Same API without files, for hosts' tests.
    static Store in_memory(StoreOptions options = {});
    /// Brings an older file to this version; copies it to `backup` first unless that is empty. The
    /// copy is a file about everybody: erasures name it, and the tick deletes it after 30 days.
    static void migrate(const std::string& path, StoreOptions options = {},
                        const std::string& backup = {}, const Progress& progress = {});

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    [[nodiscard]] StoreInfo info() const;
    void set_actor(Actor actor);
    [[nodiscard]] Transaction transaction();
    [[nodiscard]] Snapshot snapshot(); ///< inside a transaction: that transaction's own view
    [[nodiscard]] Time now() const;

    /// Read-only SQL over the documented views (v_subject, v_consent, v_event, ...; see
    /// src/store/README.md). One statement; parameters are bound in order. Each row goes to `row`
    /// with the column names; return false to stop. Errc::denied for anything else than reading
    /// views, Errc::cancelled past `limit`.
    void
    query(const std::string& sql, const std::vector<std::string>& parameters,
          const std::function<bool(const std::vector<std::string>& names,
                                   const std::vector<std::optional<std::string>>& values)>& row,
          std::chrono::milliseconds limit = std::chrono::seconds(30));

    /// File integrity, foreign keys, state against ledger, audit chain, residue.
    [[nodiscard]] VerifyReport verify(const VerifyOptions& options = {});
    /// Finishes what waits: physical erasure, expiries, files past their time; runs the rules of
    /// retention. Call it now and then.
    TickReport tick();
    /// Adds a root key and makes it the active one; old ones stay for look-ups. Returns the new id.
    std::string rotate_key(const Progress& progress = {});

    /// A setting as text: "controller" (JSON), "default_country", "time_zone", "place", "base_url",
    /// "sender" ("Name <address>"), "unsubscribe_mailto", "message_retention" ("P30D"), "pacing"
    /// (JSON: how fast, when not, how often), "tracking_purpose" (of opens), "bounce_address",
    /// "optin_quiet" ("P30D"), "request_template".
    [[nodiscard]] std::string setting(const std::string& name) const;
    void set_setting(const std::string& name, const std::string& value);

    [[nodiscard]] store::Engine& engine() const { return *engine_; } ///< habeas's own use

  private:
    explicit Store(std::unique_ptr<store::Engine> engine);
    std::unique_ptr<store::Engine> engine_;
};

} // namespace habeas
