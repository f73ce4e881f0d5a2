// What all modules share: connection, keys, journal, clock, actor, transactions, ids, module list.
#pragma once

#include "base/hash.hpp"
#include "habeas/changes.hpp"
#include "habeas/store.hpp"
#include "store/connection.hpp"
#include "store/filesystem.hpp"
#include "store/journal.hpp"
#include "store/keyring.hpp"
#include "store/module.hpp"
#include "store/row_values.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <vector>

namespace habeas::store {

class WriterQueue;

/// Settings that only tests change.
struct EngineOptions {
    const char* vfs = "habeas";
    FileSystem* files = nullptr; ///< null: the operating system's
    base::Random random;         ///< empty: libsodium's
    bool journal_sync = true;
    const char* synchronous = nullptr;
    bool writer_queue = true; ///< off where the VFS has no real files
    std::span<const Module* const> modules = store::modules();
};

enum class IdKind : std::uint8_t { subject = 0, organisation = 1 };

/// Is there what `open` (or, with `create`, nothing that `create`) expects? Errc::invalid for what
/// is no regular file, not_found, exists, not_a_store, network_filesystem. Opens nothing.
void check_store_file(const std::string& path, bool create);

/// Subjects from first to last, with the same changes.
struct NotedChange {
    std::int64_t first = 0, last = 0;
    std::uint32_t kinds = 0; ///< bits of change_bit
    bool operator==(const NotedChange&) const = default;
};
constexpr std::uint32_t change_bit(ChangeKind kind) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(kind);
}

class Engine {
  public:
    enum class Open : std::uint8_t { existing, create, memory, migrate };
    Engine(const std::string& path, StoreOptions options, Open how, EngineOptions internal = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    /// Store::migrate.
    static void migrate_store(const std::string& path, StoreOptions options,
                              const std::string& backup, const Progress& progress,
                              EngineOptions internal = {});

    [[nodiscard]] Connection& db() {
        if (rollback_waits_) { // nobody reads what was taken back
            roll_back_now();
        }
        return *db_;
    }
    [[nodiscard]] Keyring& keys() { return keys_; }
    /// Another handle may have rotated the key: then the keys are read again. Cheap; write
    /// transactions do it by themselves. Errc::key_wrong.
    void refresh_keys();
    [[nodiscard]] FileSystem& files() { return *files_; }
    [[nodiscard]] const base::Random& random() const { return random_; }
    [[nodiscard]] const StoreOptions& options() const { return options_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool in_memory() const { return how_ == Open::memory; }
    [[nodiscard]] std::span<const Module* const> modules() const { return modules_; }
    [[nodiscard]] StoreInfo info();

    /// The clock's time in ms. Inside a write transaction: one value for the whole transaction,
    /// never before what the store recorded last.
    [[nodiscard]] std::int64_t now_ms();
    [[nodiscard]] const Actor& actor() const { return actor_; }
    void set_actor(Actor actor);
    /// Row id of the present actor in table actor (made when first used). In a write transaction.
    std::int64_t actor_id();
    /// Blanks the words of those of these actors that no row names any more. The number stays, and
    /// is never given again. In a write transaction, when the rows are gone.
    void blank_unused_actors(const std::set<std::int64_t>& actors);

    /// Where the modules' definitions name it ("form signup, /fields/1/maps_to; segment vips"),
    /// empty where none does. `hook`: &Module::uses_field, &Module::uses_segment.
    [[nodiscard]] std::string places_using(Uses Module::*hook, const std::string& name);

    /// Logged after the transaction, never inside it. No personal data.
    void log(LogLevel level, std::string message);
    /// Logs what failed after a commit: what is done stays done, and the tick finishes the rest.
    void log_failure(std::string_view what, const std::exception& error) noexcept;

    /// Ids never come twice: counters reserved in blocks of 1,000 in database and restore journal.
    std::int64_t next_id(IdKind kind);
    /// Before a bulk write: makes sure that `count` ids wait outside the coming transaction, so
    /// that a rollback cannot give them out again.
    void reserve_ids(IdKind kind, std::int64_t count);

    /// Queued for the restore journal: appended and synced when the outermost transaction commits,
    /// before the database does.
    void journal(JournalRecord record);
    /// A file with the restore journal of this store, or a copy of it; not opened yet.
    [[nodiscard]] Journal journal_at(const std::string& path);
    /// Journal::fold, and a record that tells other handles to read it again.
    void fold_journal();
    [[nodiscard]] Journal* restore_journal() { return journal_.get(); }
    [[nodiscard]] bool replaying() const { return replaying_; }
    /// Called by audit before_commit: the head that the commit will have.
    void set_head(std::int64_t sequence, const base::Hash256& hash);
    /// What the last commit stored about itself; authenticated with the store's key.
    struct CommitState {
        std::int64_t time = 0;              ///< recorded_at of the last commit, ms
        std::uint64_t journal_sequence = 0; ///< of the restore journal, contained in the file
        std::int64_t head_sequence = 0;     ///< head of the audit chain
        base::Hash256 head_hash{};
        std::uint64_t number = 0; ///< commits count from 1
        bool authentic = false;   ///< the MAC fits
        bool active_key = true;   ///< it was made with the key that is active in this handle
    };
    [[nodiscard]] CommitState commit_state();
    /// Inside a write transaction: what the last commit stored.
    [[nodiscard]] const CommitState& last_commit() const { return state_; }
    /// What audit found at the end of the chain when this write transaction began to append; empty
    /// again in the next one.
    struct LedgerStart {
        bool checked = false;
        bool foreign = false; ///< the chain does not end where the last commit says
        base::Hash256 hash{};
    };
    [[nodiscard]] LedgerStart& ledger_start() { return ledger_start_; }
    /// Records an act on the store (an event without subject); evidence is canonical JSON.
    void record_act(EventKind kind, const std::string& evidence);

    /// Something about the subject changed: the commit writes it to the change log.
    void note_change(SubjectId subject, ChangeKind kind);
    /// What this write transaction changed so far: ranges in order, none twice.
    [[nodiscard]] std::vector<NotedChange> noted_changes() const;

    /// Registers a file that habeas wrote (absolute path). No subject: it is about many.
    /// `expires_at` in ms; empty: in 30 days.
    void register_file(const std::string& path, std::optional<SubjectId> subject,
                       std::optional<std::int64_t> expires_at = {});

    /// Runs after the outermost commit, in order (delete files, logs). Dropped on rollback. One
    /// that throws is logged.
    void after_commit(std::function<void()> action);

    // meta: a small table of named values.
    [[nodiscard]] std::optional<std::string> meta(const char* name);
    void set_meta(const char* name, std::string_view value);
    [[nodiscard]] std::int64_t meta_i64(const char* name, std::int64_t otherwise = 0);
    void set_meta_i64(const char* name, std::int64_t value);
    /// Changes whenever fields, purposes or settings change, also by another process. Cheap.
    [[nodiscard]] std::int64_t definitions_generation();
    void bump_definitions();
    /// Differs whenever `definitions_generation` may, also within one's own transaction and after
    /// its rollback. Without a statement of its own: as of what this handle read last.
    struct Pulse {
        std::uint32_t file = 0; ///< changes with every commit that the handle has seen
        std::uint64_t own = 0;
        bool operator==(const Pulse&) const = default;
    };
    [[nodiscard]] Pulse pulse();

    /// Per-module caches that live with the handle: engine.cache<FieldCache>() makes one when first
    /// used. On rollback of a transaction that bumped the definitions all caches are dropped.
    template <class T>
    T& cache() {
        auto& slot = caches_[std::type_index(typeid(T))];
        if (!slot)
            slot = std::make_shared<T>();
        return *std::static_pointer_cast<T>(slot);
    }
    void drop_caches() {
        caches_.clear();
        ++own_pulse_;
    }
    /// What the host attached to the handle (a transfer guard): one of a kind, never dropped.
    template <class T>
    T& attachment() {
        auto& slot = attachments_[std::type_index(typeid(T))];
        if (!slot)
            slot = std::make_shared<T>();
        return *std::static_pointer_cast<T>(slot);
    }

    /// Write transaction (BEGIN IMMEDIATE behind the fair queue), or a savepoint inside one.
    class Write {
      public:
        explicit Write(Engine& engine);
        ~Write(); ///< rolls back unless committed
        Write(const Write&) = delete;
        Write& operator=(const Write&) = delete;
        void commit();

      private:
        Engine* engine_;
        bool outer_;
        bool done_ = false;
        std::size_t journal_mark_ = 0, after_mark_ = 0, noted_mark_ = 0;
        int depth_ = 0;
    };
    /// One consistent snapshot for several reads; nothing extra inside a transaction. Keep it
    /// short.
    class Read {
      public:
        explicit Read(Engine& engine);
        ~Read();
        Read(const Read&) = delete;
        Read& operator=(const Read&) = delete;

      private:
        Engine* engine_;
        bool began_;
    };

    void check_writable() const;
    std::string rotate_key(const Progress& progress);
    void query(const std::string& sql, const std::vector<std::string>& parameters,
               const std::function<bool(const std::vector<std::string>&,
                                        const std::vector<std::optional<std::string>>&)>& row,
               std::chrono::milliseconds limit);
    VerifyReport verify(const VerifyOptions& options);
    TickReport tick();
    [[nodiscard]] const std::string& store_id() const { return store_id_; }
    [[nodiscard]] const std::string& journal_path() const { return journal_path_; }
    [[nodiscard]] const std::string& key_path() const { return key_path_; }
    void migrate(const Progress& progress);

  private:
    void open_database();
    void create_store();
    void load_keys();
    void save_keys(const Keyring& keys);
    void check_place();
    void check_identity();
    bool take_active_key();
    void check_key();
    void adopt_key();
    void open_journal();
    void replay(std::uint64_t contained, bool older_head);
    void begin_write();
    void begin_transaction();
    void commit_write();
    void run_after_commit() noexcept;
    void keep_lost_ids() noexcept;
    void store_provisional_ids();
    void write_commit_state(std::uint64_t journal_sequence);
    void write_changes();
    void rollback_write() noexcept;
    void roll_back_now();
    void flush_logs() noexcept;
    [[nodiscard]] std::uint32_t current_schema() const;
    void delete_expired_files(TickReport& report);

    std::string path_, journal_path_, key_path_, store_id_;
    StoreOptions options_;
    EngineOptions internal_;
    Open how_;
    std::span<const Module* const> modules_;
    std::unique_ptr<FileSystem> own_files_;
    FileSystem* files_ = nullptr;
    base::Random random_;
    Keyring keys_;
    std::unique_ptr<Connection> db_;
    std::unique_ptr<WriterQueue> queue_;
    std::unique_ptr<Journal> journal_;
    Actor actor_;
    std::int64_t actor_id_ = 0;
    bool replaying_ = false;
    bool adopting_ = false; ///< the key in hand takes the place of the store's
    std::vector<std::string> warnings_;

    // State of the open write transaction.
    int depth_ = 0;
    std::int64_t tx_time_ = 0;
    std::uint64_t own_pulse_ = 0;
    bool definitions_bumped_ = false;
    bool torn_ = false;           ///< a savepoint could not be undone
    bool rollback_waits_ = false; ///< a transaction that is over could not be undone
    std::vector<JournalRecord> pending_;
    std::vector<std::function<void()>> after_;
    std::vector<NotedChange> noted_; ///< as they came
    std::size_t noted_mark_ = 0;     ///< what an outer transaction noted: not to be widened
    LedgerStart ledger_start_;
    CommitState state_; ///< of the open write transaction, to be stored at its commit
    int changes_before_ = 0;
    enum class KeySource : std::uint8_t { generated, callback, environment, file };
    KeySource key_source_ = KeySource::generated;
    std::vector<std::pair<LogLevel, std::string>> logs_;
    struct IdBlock {
        std::int64_t next = 0, end = 0, floor = 0;
        bool provisional = false; ///< reserved in the open transaction
        bool lost = false;        ///< `floor` is beyond what the store knows
    };
    IdBlock ids_[2];
    std::unordered_map<std::type_index, std::shared_ptr<void>> caches_, attachments_;
};

} // namespace habeas::store
