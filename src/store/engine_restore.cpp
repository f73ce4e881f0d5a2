// Opening the restore journal, replaying it into an older file, keys that change, migration.
#include "base/files.hpp"
#include "store/engine.hpp"
#include "store/limits.hpp"
#include "store/own_log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::store {
namespace {

struct Reset {
    bool* flag;
    ~Reset() { *flag = false; }
};

} // namespace

void Engine::open_journal() {
    journal_ = std::make_unique<Journal>(journal_at(journal_path_));
    const CommitState state = commit_state();
    bool accepted = false;
    try {
        journal_->open(state.journal_sequence);
        if (journal_->last_sequence() < state.journal_sequence) {
            throw Error(
                Errc::journal_foreign,
                fmt::format("the restore journal {} is older than the store: it lacks what the "
                            "store knows; put the newest one back",
                            journal_path_),
                journal_path_);
        }
    } catch (const Error& e) {
        const bool recoverable =
            e.code() == Errc::journal_missing || e.code() == Errc::journal_foreign;
        if (!recoverable || !options_.accept_missing_journal || options_.read_only) {
            throw;
        }
        accepted = true;
    }
    if (accepted) {
        if (auto old = files_->read(journal_path_)) {
            files_->replace(fmt::format("{}.lost-{}", journal_path_, now_ms()), *old);
        }
        journal_->create(now_ms());
        Write tx(*this);
        state_.journal_sequence = journal_->last_sequence();
        record_act(EventKind::restored, R"({"journal":"missing, accepted"})");
        JournalRecord ids;
        ids.kind = JournalKind::ids;
        ids.number = meta_i64("ids.subject", 1);
        journal(std::move(ids));
        tx.commit();
        log(LogLevel::warning, "the restore journal was missing and a new one was begun");
        return;
    }
    const bool older_head = journal_->last().audit_sequence > state.head_sequence;
    if (journal_->last_sequence() > state.journal_sequence || older_head) {
        replay(state.journal_sequence, older_head);
    }
    if (options_.auto_migrate && how_ != Open::migrate) {
        migrate({});
    }
}

Journal Engine::journal_at(const std::string& path) {
    return {*files_, path, store_id_, keys_.subkey(keys_.all().front(), Subkey::journal)};
}

void Engine::fold_journal() {
    Write tx(*this);
    if (depth_ > 1) {
        throw Error(Errc::invalid, "the journal cannot be folded inside a transaction", "journal");
    }
    journal_->refresh(state_.journal_sequence);
    if (journal_->last_sequence() == state_.journal_sequence && journal_->fold()) {
        JournalRecord mark;
        mark.kind = JournalKind::folded;
        journal(std::move(mark));
        tx.commit();
    }
}

void Engine::replay(std::uint64_t contained, bool older_head) {
    std::vector<JournalRecord> records;
    std::int64_t newest_head = 0;
    // Another file than this was accepted meanwhile: their chains are the same up to here.
    std::optional<std::int64_t> shared_head;
    journal_->read(contained, [&](const JournalRecord& record) {
        newest_head = std::max(newest_head, record.audit_sequence);
        if (record.kind == JournalKind::restored) {
            shared_head = std::min(record.number, shared_head.value_or(record.number));
        }
        if (record.kind == JournalKind::abandoned) {
            std::erase_if(records,
                          [&](const JournalRecord& r) { return abandons(record, r.sequence); });
        } else if (record.kind != JournalKind::head && record.kind != JournalKind::restored &&
                   record.kind != JournalKind::folded) {
            records.push_back(record);
        }
    });
    if (records.empty() && !older_head && !shared_head) {
        return; // only abandoned records: the file lacks nothing
    }
    if (options_.read_only) {
        throw Error(
            Errc::read_only,
            "the file is older than its restore journal; open it for writing once, so that what "
            "a restore must not undo is done again",
            path_);
    }
    Write tx(*this);
    // Another process may have done it while we waited for the turn.
    if (commit_state().journal_sequence >= journal_->last_sequence() &&
        commit_state().head_sequence >= newest_head) {
        return;
    }
    replaying_ = true;
    const Reset reset{&replaying_};
    const std::int64_t head_before = state_.head_sequence;
    for (const auto& record : records) {
        if (record.kind == JournalKind::ids) {
            const char* name = record.subject == 0 ? "ids.subject" : "ids.organisation";
            set_meta_i64(name, std::max(meta_i64(name, 1), record.number));
        }
        for (const Module* module : modules_) {
            if (module->replay != nullptr) {
                module->replay(*this, record);
            }
        }
    }
    record_act(EventKind::restored,
               fmt::format(R"({{"file_head":{},"journal_head":{},"replayed":{}}})", head_before,
                           newest_head, records.size()));
    replaying_ = false;
    state_.journal_sequence = journal_->last_sequence();
    JournalRecord mark;
    mark.kind = JournalKind::restored;
    mark.number = std::min(head_before, shared_head.value_or(head_before));
    journal(std::move(mark));
    tx.commit();
    log(LogLevel::warning,
        fmt::format("the file was older than its restore journal: {} records were done again",
                    records.size()));
}

// ---- keys

namespace {
base::Hash256 check_value(const RootKey& key, const Keyring& ring, std::string_view store_id) {
    return base::Hasher(ring.subkey(key, Subkey::check)).str("check").str(store_id).finish();
}
} // namespace

std::string Engine::rotate_key(const Progress& progress) {
    check_writable();
    if (depth_ > 0) {
        throw Error(Errc::invalid, "a key cannot be rotated inside a transaction", "rotate_key");
    }
    // The new key is kept before the database knows it: a database with a key that nobody has would
    // be lost. A host is asked to keep it outside the transaction; the key file is changed inside,
    // so that two who rotate at once do not take each other's key out of it.
    refresh_keys();
    const bool by_host = key_source_ == KeySource::callback;
    const std::string former = keys_.active().id;
    Keyring keys = keys_;
    if (by_host) {
        keys.add(random_);
        save_keys(keys);
    }
    Write tx(*this);
    if (by_host && keys_.active().id != former) {
        throw Error(Errc::conflict, "another handle rotated the key meanwhile; rotate again",
                    "rotate_key");
    }
    if (!by_host) {
        if (key_source_ == KeySource::file) {
            load_keys();
            take_active_key();
        }
        keys = keys_;
        keys.add(random_);
        save_keys(keys);
    }
    std::swap(keys, keys_);
    try {
        const auto check = check_value(keys_.active(), keys_, store_id_);
        db_->prepare("UPDATE root_key SET active = 0").run();
        db_->prepare("INSERT INTO root_key(id, check_value, created_at, active) VALUES(?, ?, ?, 1)")
            .bind_all(keys_.active().id, Blob{base::as_view(check)}, now_ms())
            .run();
        for (const Module* module : modules_) {
            if (module->rekey != nullptr) {
                module->rekey(*this, progress);
            }
        }
        record_act(EventKind::key_rotated, fmt::format(R"({{"key":"{}"}})", keys_.active().id));
        bump_definitions(); // writers of other handles hold hashes under the former key
        tx.commit();
    } catch (...) {
        std::swap(keys, keys_); // the key that was kept in vain does no harm
        throw;
    }
    return keys_.active().id;
}

void Engine::adopt_key() {
    // The former key is lost. What it hashed and sealed cannot be read again; identifiers are
    // hashed anew from their normal form.
    if (options_.read_only) {
        throw Error(Errc::read_only,
                    "a lost key can only be replaced in a store opened for writing");
    }
    if (!options_.accept_missing_journal) {
        throw Error(
            Errc::journal_foreign,
            "the restore journal was written under the lost key: accept the missing journal too",
            journal_path_);
    }
    adopting_ = true;
    const Reset reset{&adopting_};
    Write tx(*this);
    db_->prepare("DELETE FROM root_key").run();
    const auto check = check_value(keys_.active(), keys_, store_id_);
    db_->prepare("INSERT INTO root_key(id, check_value, created_at, active) VALUES(?, ?, ?, 1)")
        .bind_all(keys_.active().id, Blob{base::as_view(check)}, now_ms())
        .run();
    for (const Module* module : modules_) {
        if (module->rekey != nullptr) {
            module->rekey(*this, {});
        }
    }
    record_act(EventKind::key_rotated,
               fmt::format(R"({{"key":"{}","lost":true}})", keys_.active().id));
    tx.commit();
}

// ---- migration

void Engine::migrate_store(const std::string& path, StoreOptions options, const std::string& backup,
                           const Progress& progress, EngineOptions internal) {
    if (!backup.empty()) {
        if (internal.files == nullptr) {
            check_store_file(path, false);
        }
        Connection source(path,
                          ConnectionOptions{.vfs = internal.vfs, .application = application_id});
        require_own_log(source);
        source.merge_log_on_close(true);
        source.backup_to(backup, progress);
    }
    try {
        Engine engine(path, std::move(options), Open::migrate, std::move(internal));
        Write tx(engine);
        engine.migrate({});
        if (!backup.empty()) { // everybody is in it: erasures name it, and it goes in time
            engine.register_file(base::absolute_path(backup), {});
        }
        tx.commit();
    } catch (...) { // a copy that no store knows of would stay for ever
        if (!backup.empty()) {
            unlink_database(backup);
        }
        throw;
    }
}

void Engine::migrate(const Progress& progress) {
    const auto target = current_schema();
    const auto from = static_cast<std::uint32_t>(
        std::strtoul(db_->scalar("PRAGMA user_version")->c_str(), nullptr, 10));
    if (from >= target) {
        return;
    }
    check_writable();
    db_->forget_statements();
    Write tx(*this);
    for (std::uint32_t version = from + 1; version <= target; ++version) {
        if (progress && !progress(version - from - 1, target - from)) {
            throw Error(Errc::cancelled, "the migration was cancelled; nothing was changed");
        }
        for (const Module* module : modules_) {
            for (const auto& migration : module->migrations) {
                if (migration.to == version) {
                    migration.run(*this);
                }
            }
        }
    }
    db_->exec(fmt::format("PRAGMA user_version={}", target));
    record_act(EventKind::migrated, fmt::format(R"({{"from":{},"to":{}}})", from, target));
    tx.commit();
    db_->forget_statements();
}

} // namespace habeas::store
