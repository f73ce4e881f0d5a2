// A backup becomes a store: what the restore journal knows is done again before it has its name.
#include "store/backup/backup.hpp"
#include "store/limits.hpp"
#include "store/raw_files.hpp"
#include "store/writer_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace habeas::store {
namespace {

// The database itself comes last: as long as it is there, the rest is found.
constexpr std::array<const char*, 4> draft_suffixes{"-wal", "-shm", "-journal", ""};

std::string draft_of(const std::string& store) {
    return store + ".restoring";
}

/// The store that is there, held so that nobody can open it until another has its name.
class Former {
  public:
    Former(const std::string& path, const BackupHeader& header, const StoreOptions& options,
           const EngineOptions& internal)
        : db_(path, ConnectionOptions{.vfs = internal.vfs,
                                      .application = application_id,
                                      .busy_timeout = options.busy_timeout}) {
        const auto id = db_.scalar("SELECT value FROM meta WHERE name = 'store_id'");
        if (id != header.store_id) {
            throw Error(
                Errc::conflict,
                fmt::format("{} is another store than the backup's; move it away first", path),
                path);
        }
        try {
            // Only who has the file alone can leave the log, which goes into the file: none is
            // left that the new file could be taken to belong to.
            (void)db_.scalar("PRAGMA journal_mode=DELETE");
            db_.exec("BEGIN EXCLUSIVE");
        } catch (const Error& error) {
            if (error.code() != Errc::busy) {
                throw;
            }
            refuse(path);
        }
        if (db_.scalar("PRAGMA journal_mode") != "delete") { // somebody came between the two
            refuse(path);
        }
    }
    /// Whoever waited for the file has it open under the name that it had, and must not take it for
    /// the store.
    void empty() noexcept {
        try {
            raw_empty(db_);
        } catch (const std::exception&) { // it has no name any more
        }
    }

  private:
    [[noreturn]] static void refuse(const std::string& path) {
        throw Error(Errc::busy, fmt::format("{} is open elsewhere; close it, then restore", path),
                    path);
    }
    Connection db_;
};

class Restore {
  public:
    Restore(const std::string& path, const std::string& to, const RestoreOptions& options,
            const EngineOptions& internal)
        : path_(path), to_(to), draft_(draft_of(to)), options_(options), internal_(internal) {
        if (internal_.files == nullptr) {
            own_files_ = make_real_filesystem();
        }
        files_ = own_files_ != nullptr ? own_files_.get() : internal_.files;
        reader_ = std::make_unique<BackupReader>(*files_, path);
        StoreOptions& store = options_.store;
        if (store.key_file.empty()) {
            store.key_file = to + ".key";
        }
        if (store.journal_file.empty()) {
            store.journal_file = to + ".restore";
        }
    }

    RestoreReport run(const std::vector<RootKey>& keys) {
        check_place();
        // What is damaged or has another key touches nothing.
        verify_backup(*files_, path_, keys, half_of(options_.progress, false));
        take_turn();
        hold_former();
        remove_restore_draft(*files_, to_);
        RestoreReport report;
        report.backup = reader_->info();
        try {
            write_pages(keys);
            const std::uint64_t contained = replay();
            // A journal that was begun anew knows nothing of the backup.
            report.journal_records =
                contained - std::min(contained, report.backup.journal_sequence);
            if (former_ == nullptr && files_->exists(to_)) {
                refuse_existing(); // somebody created one meanwhile
            }
            files_->rename(draft_, to_);
        } catch (...) {
            remove_quietly();
            throw;
        }
        if (former_ != nullptr) {
            former_->empty();
            report.overwritten = true;
        }
        return report;
    }

  private:
    void check_place() const {
        if (options_.store.read_only) {
            throw Error(Errc::invalid, "a store cannot be restored read-only", "read_only");
        }
        if (to_.empty()) {
            throw Error(Errc::invalid, "name the file of the restored store", "to");
        }
        if (internal_.files == nullptr && base::on_network_filesystem(to_)) {
            check_store_file(to_, false);
        }
        if (!options_.store.accept_missing_journal &&
            !files_->exists(options_.store.journal_file)) {
            throw Error(
                Errc::journal_missing,
                fmt::format("the restore journal {} is missing: without it people who were erased "
                            "since the backup would come back; put the newest copy there, or "
                            "accept the missing journal",
                            options_.store.journal_file),
                options_.store.journal_file);
        }
    }

    void take_turn() {
        if (!internal_.writer_queue) {
            return;
        }
        turn_ = std::make_unique<WriterQueue>(to_ + ".lock");
        if (!turn_->acquire(options_.store.busy_timeout)) {
            throw Error(Errc::busy, fmt::format("somebody else writes or restores {}", to_), to_);
        }
    }

    [[noreturn]] void refuse_existing() const {
        throw Error(Errc::exists,
                    fmt::format("{} exists already; say that it may be overwritten", to_), to_);
    }

    void hold_former() {
        if (files_->size(to_)) {
            if (!options_.overwrite) {
                refuse_existing();
            }
            try {
                former_ =
                    std::make_unique<Former>(to_, reader_->header(), options_.store, internal_);
            } catch (const Error& error) {
                if (error.code() != Errc::corrupt && error.code() != Errc::not_a_store) {
                    throw;
                }
                // Whether somebody has it open cannot be told.
                throw Error(error.code(),
                            fmt::format("{} is damaged or no store; move it away with its -wal, "
                                        "then restore",
                                        to_),
                            to_, error.sqlite_code());
            }
            return;
        }
        for (const char* suffix : {"-wal", "-journal"}) {
            if (files_->exists(to_ + suffix)) {
                throw Error(
                    Errc::exists,
                    fmt::format("{}{} belongs to a store that is gone; move it away", to_, suffix),
                    to_);
            }
        }
    }

    void write_pages(const std::vector<RootKey>& keys) {
        const std::uint64_t page_size = reader_->header().page_size;
        PageFile file(internal_.vfs, draft_);
        reader_->read(
            keys,
            [&](std::uint32_t number, std::string_view page) {
                file.write((number - 1) * page_size, page);
            },
            half_of(options_.progress, true));
        file.sync();
    }

    /// Opens it as any older file that was put back. Returns what it contains of the journal.
    std::uint64_t replay() {
        {
            Connection db(draft_,
                          ConnectionOptions{.vfs = internal_.vfs, .application = application_id});
            if (const auto found = db.scalar("PRAGMA quick_check(1)"); found != "ok") {
                throw Error(Errc::corrupt,
                            fmt::format("the backup holds a damaged store ({}); use an older one",
                                        found.value_or("")),
                            draft_);
            }
        }
        EngineOptions internal = internal_;
        internal.files = files_;
        internal.writer_queue = false; // the turn is ours
        std::uint64_t contained = 0;
        {
            Engine engine(draft_, options_.store, Engine::Open::existing, internal);
            contained = engine.commit_state().journal_sequence;
            if (!engine.db().truncate_wal(options_.store.busy_timeout).complete) {
                throw Error(Errc::busy, fmt::format("somebody has {} open", draft_), draft_);
            }
        }
        if (files_->size(draft_ + "-wal").value_or(0) > 0) {
            throw Error(Errc::io, fmt::format("{} could not be completed", draft_), draft_);
        }
        for (const char* suffix : {"-wal", "-shm"}) {
            files_->remove(draft_ + suffix);
        }
        return contained;
    }

    void remove_quietly() noexcept {
        try {
            remove_restore_draft(*files_, to_);
        } catch (const std::exception&) { // the first tick of the store tries again
        }
    }

    std::string path_, to_, draft_;
    RestoreOptions options_;
    EngineOptions internal_;
    std::unique_ptr<FileSystem> own_files_;
    FileSystem* files_ = nullptr;
    std::unique_ptr<BackupReader> reader_;
    std::unique_ptr<WriterQueue> turn_; ///< given back last
    std::unique_ptr<Former> former_;
};

} // namespace

void remove_restore_draft(FileSystem& files, const std::string& store) {
    for (const char* suffix : draft_suffixes) {
        files.remove(draft_of(store) + suffix);
    }
}

RestoreReport restore_backup(const std::string& path, const std::string& to,
                             const std::vector<RootKey>& keys, const RestoreOptions& options,
                             const EngineOptions& internal) {
    return Restore(path, to, options, internal).run(keys);
}

} // namespace habeas::store
