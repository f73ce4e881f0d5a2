#include "store/engine.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "store/actor.hpp"
#include "store/backup/backup.hpp"
#include "store/limits.hpp"
#include "store/own_log.hpp"
#include "store/writer_queue.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>

namespace habeas::store {
namespace {

/// Hundreds of keys; whatever is longer is something else.
constexpr std::uint64_t max_key_bytes = 1 << 16;

bool is_memory(Engine::Open how) {
    return how == Engine::Open::memory;
}

void check_actor(const Actor& actor) {
    base::require_text(actor.id, "actor.id", false, 255);
    base::require_text(actor.reason, "actor.reason", true, 1000);
}

/// What is to be opened is there and is not empty.
void require_content(const std::string& path, std::optional<std::uint64_t> size) {
    if (!size) {
        throw Error(Errc::not_found, fmt::format("there is no store at {}; create one first", path),
                    path);
    }
    if (*size == 0) {
        throw Error(Errc::not_a_store, fmt::format("{} is empty; create the store first", path),
                    path);
    }
}

base::Hash256 key_check(const RootKey& key, const Keyring& ring, std::string_view store_id) {
    return base::Hasher(ring.subkey(key, Subkey::check)).str("check").str(store_id).finish();
}

} // namespace

Engine::Engine(const std::string& path, StoreOptions options, Open how, EngineOptions internal)
    : path_(is_memory(how) ? ":memory:" : path), options_(std::move(options)),
      internal_(std::move(internal)), how_(how), modules_(internal_.modules),
      files_(internal_.files), random_(internal_.random), actor_(options_.actor) {
    check_actor(actor_);
    if (!options_.clock) {
        options_.clock = system_clock_now;
    }
    if (!random_) {
        random_ = base::random_bytes;
    }
    if (files_ == nullptr) {
        own_files_ = in_memory() ? std::make_unique<MemoryFileSystem>() : make_real_filesystem();
        files_ = own_files_.get();
    }
    journal_path_ = options_.journal_file.empty() ? path_ + ".restore" : options_.journal_file;
    key_path_ = options_.key_file.empty() ? path_ + ".key" : options_.key_file;

    open_database();
    if (how_ == Open::create || how_ == Open::memory) {
        create_store();
    } else {
        require_own_log(*db_);
        db_->merge_log_on_close(true);
        check_identity();
        load_keys();
        check_key();
        open_journal();
    }
    if (key_source_ == KeySource::file && options_.key_file.empty()) {
        warnings_.emplace_back(
            "the root key lies beside the database: who copies one copies the other; "
            "keep it elsewhere (option key_file)");
    }
    if (key_source_ == KeySource::file && files_->open_to_others(key_path_)) {
        warnings_.push_back(
            fmt::format("{} is open to others than its owner: who reads it can undo "
                        "keyed hashes and forge proofs; run chmod 600 on it",
                        key_path_));
        log(LogLevel::warning, warnings_.back());
    }
}

Engine::~Engine() {
    // The head goes along to the journal, so that an older file put back later is noticed even if
    // nothing but grants was written since.
    try {
        if (journal_ != nullptr && !in_memory() && db_ != nullptr && !db_->read_only() &&
            depth_ == 0) {
            const auto state = commit_state();
            if (state.authentic && state.head_sequence > journal_->last().audit_sequence &&
                (queue_ == nullptr || queue_->acquire(std::chrono::milliseconds(0)))) {
                JournalRecord head;
                head.kind = JournalKind::head;
                head.at = state.time;
                head.audit_sequence = state.head_sequence;
                head.audit_hash = state.head_hash;
                // Synced: what follows rests on all before it being there.
                journal_->append({head}, internal_.journal_sync);
                if (queue_ != nullptr) {
                    queue_->release();
                }
            }
        }
    } catch (...) { // closing must not fail; the next close writes it
    }
}

std::uint32_t Engine::current_schema() const {
    std::uint32_t version = 1;
    for (const Module* module : modules_) {
        for (const auto& migration : module->migrations) {
            version = std::max(version, migration.to);
        }
    }
    return version;
}

void check_store_file(const std::string& path, bool create) {
    const auto size = base::file_size(path, "store file");
    if (base::on_network_filesystem(path)) {
        throw Error(Errc::network_filesystem,
                    fmt::format("{} is on a network file system, where SQLite's locks do not hold; "
                                "keep the store on a local disk",
                                path),
                    path);
    }
    if (create) {
        // What is there may be an interrupted creation; the connection looks inside. SQLite takes
        // less than a sector for an empty database.
        if (size.value_or(0) > 0 && *size < 512) {
            throw Error(Errc::exists, fmt::format("{} exists already", path), path);
        }
        return;
    }
    require_content(path, size);
}

void Engine::open_database() {
    ConnectionOptions connection;
    connection.vfs = internal_.vfs;
    connection.read_only = options_.read_only;
    connection.create = connection.must_be_empty = how_ == Open::create;
    connection.durability = options_.durability;
    connection.busy_timeout = options_.busy_timeout;
    connection.synchronous = internal_.synchronous;
    if (how_ == Open::existing || how_ == Open::migrate) {
        connection.application = application_id;
    }
    if (!in_memory()) {
        check_place();
    }
    db_ = std::make_unique<Connection>(path_, connection);
    if (!in_memory() && internal_.writer_queue && !options_.read_only) {
        queue_ = std::make_unique<WriterQueue>(path_ + ".lock");
    }
}

void Engine::check_place() {
    if (internal_.files == nullptr) {
        check_store_file(path_, how_ == Open::create);
        return;
    }
    if (how_ == Open::create) {
        return; // the connection refuses what is not empty
    }
    require_content(path_, files_->size(path_));
}

void Engine::check_identity() {
    const auto version = static_cast<std::uint32_t>(
        std::strtoul(db_->scalar("PRAGMA user_version")->c_str(), nullptr, 10));
    if (version > current_schema()) {
        throw Error(
            Errc::newer_store,
            fmt::format("{} has schema version {}, this habeas knows {}; use a newer habeas", path_,
                        version, current_schema()),
            path_);
    }
    if (version < current_schema() && how_ != Open::migrate && !options_.auto_migrate) {
        throw Error(
            Errc::migration_needed,
            fmt::format("{} has schema version {}, this habeas needs {}; run \"habeas migrate\" "
                        "or open with auto_migrate",
                        path_, version, current_schema()),
            path_);
    }
    store_id_ = meta("store_id").value_or("");
}

void Engine::load_keys() {
    std::string text;
    if (options_.key_callback) {
        key_source_ = KeySource::callback;
        text = options_.key_callback();
    } else if (const char* env = std::getenv("HABEAS_KEY"); env != nullptr && *env != '\0') {
        key_source_ = KeySource::environment;
        text = env;
    } else if (files_->size(key_path_).value_or(0) > max_key_bytes) {
        throw Error(Errc::invalid, fmt::format("{} is too long to be a key file", key_path_),
                    key_path_);
    } else if (auto file = files_->read(key_path_)) {
        key_source_ = KeySource::file;
        text = std::move(*file);
    } else {
        throw Error(
            Errc::key_missing,
            fmt::format("no root key: neither a callback nor HABEAS_KEY gives one, and {} is "
                        "missing; put the key back",
                        key_path_),
            key_path_);
    }
    keys_ = Keyring::parse(text);
    wipe(text);
}

void Engine::save_keys(const Keyring& keys) {
    std::string text = keys.to_text();
    switch (key_source_) {
    case KeySource::file:
        files_->replace(key_path_, text);
        break;
    case KeySource::callback:
        if (!options_.key_save) {
            throw Error(
                Errc::unsupported,
                "the root key comes from the host, and no key_save callback keeps a new one",
                "key_save");
        }
        options_.key_save(text);
        break;
    case KeySource::environment:
        throw Error(
            Errc::unsupported,
            "the root key comes from HABEAS_KEY, where a new one cannot be kept; use a key file",
            "HABEAS_KEY");
    case KeySource::generated:
        break;
    }
    wipe(text);
}

/// The key that the store says is active becomes so; false: a key of the store is missing or wrong.
bool Engine::take_active_key() {
    Statement row = db_->prepare("SELECT id, check_value, active FROM root_key");
    std::string active;
    bool fits = true;
    while (row.step()) {
        const RootKey* key = keys_.find(row.text(0));
        if (row.i64(2) != 0) {
            active = row.str(0);
        }
        const bool good =
            key != nullptr && base::equal_constant_time(base::as_bytes(row.blob(1)),
                                                        key_check(*key, keys_, store_id_));
        fits = fits && good;
    }
    if (!fits || keys_.find(active) == nullptr) {
        return false;
    }
    keys_.activate(active);
    return true;
}

void Engine::check_key() {
    if (take_active_key()) {
        return;
    }
    if (!options_.accept_lost_key) {
        throw Error(
            Errc::key_wrong,
            fmt::format("the root key does not belong to {}; put the right one back. If it is "
                        "lost, suppressions no longer match: open once with the lost key accepted",
                        path_),
            key_path_);
    }
    adopt_key();
}

void Engine::refresh_keys() {
    if (depth_ > 0 || commit_state().active_key) {
        return;
    }
    Keyring before = keys_;
    load_keys();
    if (!take_active_key()) {
        keys_ = std::move(before);
        throw Error(Errc::key_wrong,
                    fmt::format("the root key of {} was rotated, and the new one is not where the "
                                "old one was; put it there",
                                path_),
                    key_path_);
    }
}

void Engine::create_store() {
    if (in_memory()) {
        keys_ = Keyring::generate(random_);
    } else {
        if (files_->exists(journal_path_) && files_->size(journal_path_).value_or(0) > 512) {
            throw Error(
                Errc::exists,
                fmt::format("{} is the restore journal of another store; move it away first",
                            journal_path_),
                journal_path_);
        }
        try {
            load_keys();
        } catch (const Error& e) {
            if (e.code() != Errc::key_missing) {
                throw;
            }
            keys_ = Keyring::generate(random_);
            if (key_source_ != KeySource::callback) {
                key_source_ = KeySource::file;
            }
            save_keys(keys_);
        }
    }
    store_id_ = base::uuid_v4(random_);
    db_->exec("PRAGMA auto_vacuum=NONE");
    db_->exec("BEGIN IMMEDIATE");
    depth_ = 1;
    try {
        tx_time_ = options_.clock().time_since_epoch().count();
        db_->exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", application_id,
                              current_schema()));
        for (const Module* module : modules_) {
            if (module->schema != nullptr) {
                db_->exec(module->schema);
            }
        }
        set_meta("store_id", store_id_);
        const auto check = key_check(keys_.active(), keys_, store_id_);
        db_->prepare("INSERT INTO root_key(id, check_value, created_at, active) VALUES(?, ?, ?, 1)")
            .bind_all(keys_.active().id, Blob{base::as_view(check)}, tx_time_)
            .run();
        set_meta_i64("definitions", 1);
        journal_ = std::make_unique<Journal>(journal_at(journal_path_));
        journal_->create(tx_time_);
        state_ = {};
        state_.journal_sequence = journal_->last_sequence();
        record_act(EventKind::store_created,
                   fmt::format(R"({{"schema":{},"store":"{}"}})", current_schema(), store_id_));
        for (const Module* module : modules_) {
            if (module->created != nullptr) {
                module->created(*this);
            }
        }
        changes_before_ = -1;
        commit_write();
    } catch (...) {
        rollback_write();
        throw;
    }
}

// ---- small services

StoreInfo Engine::info() {
    StoreInfo info;
    info.id = store_id_;
    info.schema_version = current_schema();
    info.path = in_memory() ? std::string() : path_;
    info.key_id = keys_.active().id;
    info.warnings = warnings_;
    return info;
}

void Engine::set_actor(Actor actor) {
    check_actor(actor);
    actor_ = std::move(actor);
    actor_id_ = 0;
}

std::int64_t Engine::actor_id() {
    if (actor_id_ == 0) {
        const std::string_view kind = actor_kind_name(actor_.kind);
        Statement find =
            db_->prepare("SELECT id FROM actor WHERE kind = ? AND ref = ? AND reason = ?");
        find.bind_all(kind, actor_.id, actor_.reason);
        if (find.step()) {
            actor_id_ = find.i64(0);
        } else {
            const bool words = !actor_.id.empty() || !actor_.reason.empty();
            Statement insert = db_->prepare(
                "INSERT INTO actor(id, kind, ref, reason) VALUES(CASE WHEN ?1 THEN "
                "min(0, coalesce((SELECT min(id) FROM actor), 0)) - 1 ELSE "
                "max(0, coalesce((SELECT max(id) FROM actor), 0)) + 1 END, ?2, ?3, ?4) "
                "RETURNING id");
            insert.bind_all(words ? 1 : 0, kind, actor_.id, actor_.reason);
            insert.step();
            actor_id_ = insert.i64(0);
        }
    }
    return actor_id_;
}

void Engine::blank_unused_actors(const std::set<std::int64_t>& actors) {
    const auto named = [&](std::int64_t actor) {
        for (const Module* module : modules_) {
            for (const auto& [table, column] : module->actor_columns) {
                Statement row = db_->prepare_text(
                    fmt::format("SELECT 1 FROM {0} WHERE {1} = ?1 AND {1} < 0 LIMIT 1",
                                quote_name(table), quote_name(column)));
                row.bind(1, actor);
                if (row.step()) {
                    return true;
                }
            }
        }
        return false;
    };
    for (const std::int64_t actor : actors) {
        if (actor < 0 && !named(actor)) {
            db_->prepare("UPDATE actor SET ref = '', reason = 'erased ' || id WHERE id = ?")
                .bind_all(actor)
                .run();
            actor_id_ = 0; // whoever acts next is not the one without words
        }
    }
}

std::string Engine::places_using(Uses Module::*hook, const std::string& name) {
    std::vector<std::string> places;
    for (const Module* module : modules_) {
        if (const Uses uses = module->*hook; uses != nullptr) {
            uses(*this, name, places);
        }
    }
    return fmt::format("{}", fmt::join(places, "; "));
}

std::int64_t Engine::now_ms() {
    return depth_ > 0 ? tx_time_ : options_.clock().time_since_epoch().count();
}

void Engine::log(LogLevel level, std::string message) {
    if (options_.log) {
        logs_.emplace_back(level, std::move(message));
        if (depth_ == 0) {
            flush_logs();
        }
    }
}

void Engine::log_failure(std::string_view what, const std::exception& error) noexcept {
    try {
        log(LogLevel::warning, fmt::format("{}: {}", what, error.what()));
    } catch (...) { // without memory there is no log either
    }
}

void Engine::flush_logs() noexcept {
    auto logs = std::move(logs_);
    logs_.clear();
    for (const auto& [level, message] : logs) {
        try {
            options_.log(level, message);
        } catch (...) { // a log that throws must not undo what is committed
        }
    }
}

std::optional<std::string> Engine::meta(const char* name) {
    Statement row = db_->prepare("SELECT value FROM meta WHERE name = ?");
    row.bind_view(1, std::string_view(name));
    return row.step() ? row.opt_str(0) : std::nullopt;
}

void Engine::set_meta(const char* name, std::string_view value) {
    db_->prepare("INSERT INTO meta(name, value) VALUES(?, ?) "
                 "ON CONFLICT(name) DO UPDATE SET value = excluded.value")
        .bind_all(name, value)
        .run();
}

std::int64_t Engine::meta_i64(const char* name, std::int64_t otherwise) {
    Statement row = db_->prepare("SELECT value FROM meta WHERE name = ?");
    row.bind_view(1, std::string_view(name));
    return row.step() ? row.i64(0) : otherwise;
}

void Engine::set_meta_i64(const char* name, std::int64_t value) {
    db_->prepare("INSERT INTO meta(name, value) VALUES(?, ?) "
                 "ON CONFLICT(name) DO UPDATE SET value = excluded.value")
        .bind_all(name, value)
        .run();
}

std::int64_t Engine::definitions_generation() {
    return meta_i64("definitions");
}

Engine::Pulse Engine::pulse() {
    return {db_->data_version(), own_pulse_};
}

void Engine::bump_definitions() {
    definitions_bumped_ = true;
    ++own_pulse_;
    set_meta_i64("definitions", definitions_generation() + 1);
}

void Engine::record_act(EventKind kind, const std::string& evidence) {
    for (const Module* module : modules_) {
        if (module->record_act != nullptr) {
            module->record_act(*this, kind, evidence);
        }
    }
}

void Engine::check_writable() const {
    if (options_.read_only) {
        throw Error(Errc::read_only, "the store was opened read-only");
    }
}

VerifyReport Engine::verify(const VerifyOptions& options) {
    VerifyReport report;
    refresh_keys();
    Read snapshot(*this);
    {
        Statement row = db_->prepare_text("PRAGMA integrity_check(20)");
        while (row.step()) {
            if (row.text(0) != "ok") {
                report.findings.push_back({Severity::error, "file_damaged", row.str(0), 0});
            }
        }
    }
    {
        Statement row = db_->prepare_text("PRAGMA foreign_key_check");
        while (row.step()) {
            report.findings.push_back(
                {Severity::error, "foreign_key",
                 fmt::format("table {}, row {}: refers to a missing row of {}", row.text(0),
                             row.i64(1), row.text(2)),
                 0});
        }
    }
    try {
        journal_->open(commit_state().journal_sequence);
        journal_->read(0, [](const JournalRecord&) {});
    } catch (const Error& e) {
        report.findings.push_back({Severity::error, "journal_damaged", e.what(), 0});
    }
    if (!commit_state().authentic) {
        report.findings.push_back({Severity::error, "head_forged",
                                   "the head of the audit chain does not carry the store's "
                                   "authentication: it was written by somebody without the key",
                                   0});
    }
    for (const Module* module : modules_) {
        if (module->verify != nullptr) {
            module->verify(*this, options, report);
        }
    }
    return report;
}

TickReport Engine::tick() {
    check_writable();
    TickReport report;
    delete_expired_files(report);
    if (!in_memory()) {
        remove_restore_draft(*files_, path_);
    }
    for (const Module* module : modules_) {
        if (module->tick != nullptr) {
            module->tick(*this, report);
        }
    }
    return report;
}

void Engine::delete_expired_files(TickReport& report) {
    std::vector<std::pair<std::int64_t, std::string>> expired;
    {
        Statement row = db_->prepare("SELECT id, path FROM written_file WHERE expires_at <= ?");
        row.bind(1, now_ms());
        while (row.step()) {
            expired.emplace_back(row.i64(0), row.str(1));
        }
    }
    for (const auto& [id, file] : expired) {
        files_->remove(file);
        files_->remove(file + backup_draft); // of a backup that a crash ended
        Write tx(*this);
        db_->prepare("DELETE FROM written_file WHERE id = ?").bind_all(id).run();
        tx.commit();
        ++report.files_deleted;
    }
}

void Engine::register_file(const std::string& path, std::optional<SubjectId> subject,
                           std::optional<std::int64_t> expires_at) {
    Write tx(*this);
    const std::int64_t until = expires_at.value_or(now_ms() + std::int64_t{30} * 24 * 3600 * 1000);
    db_->prepare(
           "INSERT INTO written_file(path, subject_id, created_at, expires_at) VALUES(?, ?, ?, ?)")
        .bind_all(path, subject ? std::optional(static_cast<std::int64_t>(*subject)) : std::nullopt,
                  now_ms(), until)
        .run();
    tx.commit();
}

void wipe(std::string& text) {
    volatile char* p = text.data();
    for (std::size_t i = 0; i < text.size(); ++i) {
        p[i] = 0;
    }
    text.clear();
}

} // namespace habeas::store
