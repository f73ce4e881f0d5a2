#include "store/backup/backup.hpp"

#include "base/files.hpp"
#include "store/limits.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace habeas::store {
namespace {

/// The row of the file, known before its first byte: its snapshot knows it too, so that a restored
/// store deletes the backup in time. Gone again unless the backup was finished.
class Registration {
  public:
    Registration(Engine& engine, const std::string& path, std::chrono::seconds keep_for)
        : engine_(&engine) {
        Engine::Write tx(engine);
        const auto until = engine.now_ms() + std::chrono::milliseconds(keep_for).count();
        engine.register_file(path, {}, until);
        id_ = engine.db().scalar_i64("SELECT last_insert_rowid()");
        tx.commit();
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
        if (kept_) {
            return;
        }
        try {
            Engine::Write tx(*engine_);
            engine_->db().prepare("DELETE FROM written_file WHERE id = ?").bind_all(id_).run();
            tx.commit();
        } catch (const std::exception& error) { // the tick finds the file missing and forgets it
            engine_->log_failure("forgetting a backup that failed", error);
        }
    }
    void keep() noexcept { kept_ = true; }

  private:
    Engine* engine_;
    std::int64_t id_ = 0;
    bool kept_ = false;
};

void require_sound(Connection& db) {
    const auto found = db.scalar("PRAGMA quick_check(1)");
    if (found != "ok") {
        throw Error(Errc::corrupt,
                    fmt::format("the store is damaged ({}); no backup was written, keep the former "
                                "ones",
                                found.value_or("")),
                    db.path());
    }
}

void write_draft(Engine& engine, const std::string& draft, const RootKey& key,
                 const Progress& progress) {
    const Engine::Read snapshot(engine);
    Connection& db = engine.db();
    require_sound(db);
    BackupHeader header;
    header.store_id = engine.store_id();
    header.schema_version = static_cast<std::uint32_t>(db.scalar_i64("PRAGMA user_version"));
    header.page_size = static_cast<std::uint32_t>(db.scalar_i64("PRAGMA page_size"));
    header.pages = static_cast<std::uint64_t>(db.scalar_i64("PRAGMA page_count"));
    header.created_at = engine.now_ms();
    header.journal_sequence = engine.commit_state().journal_sequence;
    const std::uint64_t total = BackupLayout(header).sealed_size;
    BackupWriter writer(engine.files(), draft, header, key);
    std::uint64_t done = 0;
    read_pages(db, [&](std::uint32_t number, std::string_view page) {
        writer.page(number, page);
        done += page.size();
        if (progress && number % 64 == 0 && !progress(done, total)) {
            throw Error(Errc::cancelled, "the backup was cancelled; no file is left");
        }
    });
    writer.finish();
}

} // namespace

Progress half_of(const Progress& progress, bool second) {
    if (!progress) {
        return {};
    }
    return [&progress, second](std::uint64_t done, std::uint64_t total) {
        return progress(done + (second ? total : 0), 2 * total);
    };
}

std::vector<RootKey> parse_backup_keys(std::string_view text) {
    return parse_keys(text, backup_key_prefix, "backup key", "backup_key");
}

BackupInfo write_backup(Engine& engine, const std::string& given, const std::vector<RootKey>& keys,
                        const BackupOptions& options) {
    engine.check_writable(); // the file is registered
    if (engine.in_memory()) {
        throw Error(Errc::unsupported, "a store in memory has no backups", "backup");
    }
    if (engine.db().in_transaction()) {
        throw Error(Errc::invalid, "end the transaction or snapshot before a backup", "backup");
    }
    if (options.keep_for <= std::chrono::seconds(0) ||
        options.keep_for > std::chrono::hours(24 * 36525)) {
        throw Error(Errc::invalid, "keep_for: give a time of at most 100 years", "keep_for");
    }
    FileSystem& files = engine.files();
    const std::string path = base::absolute_path(given);
    const std::string draft = path + backup_draft;
    if (given.empty() || files.exists(path)) {
        throw Error(given.empty() ? Errc::invalid : Errc::exists,
                    fmt::format("{}: name a new file for the backup", given), given);
    }
    files.remove(draft); // of a backup that a crash ended
    Registration registration(engine, path, options.keep_for);
    try {
        write_draft(engine, draft, keys.back(), half_of(options.progress, false));
        BackupInfo info = verify_backup(files, draft, keys, half_of(options.progress, true));
        files.rename(draft, path);
        registration.keep();
        return info;
    } catch (...) {
        for (const std::string& left : {draft, path}) {
            try {
                files.remove(left);
            } catch (const std::exception& error) {
                engine.log_failure("deleting a backup that failed", error);
            }
        }
        throw;
    }
}

BackupInfo verify_backup(FileSystem& files, const std::string& path,
                         const std::vector<RootKey>& keys, const Progress& progress) {
    const BackupReader reader(files, path);
    reader.read(
        keys, [](std::uint32_t, std::string_view) {}, progress);
    return reader.info();
}

} // namespace habeas::store

namespace habeas {

std::string Backup::new_key() {
    return store::key_line(store::make_key(base::random_bytes), store::backup_key_prefix);
}

BackupInfo Backup::write(Store& store, const std::string& path, std::string_view key,
                         const BackupOptions& options) {
    return store::write_backup(store.engine(), path, store::parse_backup_keys(key), options);
}

BackupInfo Backup::info(const std::string& path) {
    const auto files = store::make_real_filesystem();
    return store::BackupReader(*files, path).info();
}

BackupInfo Backup::verify(const std::string& path, std::string_view key, const Progress& progress) {
    const auto files = store::make_real_filesystem();
    return store::verify_backup(*files, path, store::parse_backup_keys(key), progress);
}

RestoreReport Backup::restore(const std::string& path, const std::string& to, std::string_view key,
                              const RestoreOptions& options) {
    return store::restore_backup(path, to, store::parse_backup_keys(key), options);
}

} // namespace habeas
