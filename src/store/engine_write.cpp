// Write and read transactions, ids, and what a commit says about itself.
#include "store/commit_record.hpp"
#include "store/engine.hpp"
#include "store/limits.hpp"
#include "store/writer_queue.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace habeas::store {

using commit_record::get64;
using commit_record::put64;

namespace {

// What undoes is prepared before there is something to undo: it must work when memory ran out.
// The statement cache keys by these addresses.
constexpr char roll_back[] = "ROLLBACK";
constexpr char roll_back_inner[] = "ROLLBACK TO habeas";
constexpr char release_inner[] = "RELEASE habeas";

base::Hash256 state_mac(const base::SecretKey& key, std::string_view store_id,
                        std::string_view body) {
    return base::Hasher(key).str("commit").str(store_id).str(body).finish();
}

} // namespace

Engine::CommitState Engine::commit_state() {
    CommitState state;
    Statement row = db_->prepare("SELECT state FROM last_commit WHERE id = 1");
    if (!row.step()) {
        return state;
    }
    const std::string_view raw = row.blob(0);
    if (raw.size() != commit_record::size) {
        return state;
    }
    state.time = static_cast<std::int64_t>(get64(raw, commit_record::time_at));
    state.journal_sequence = get64(raw, commit_record::journal_at);
    state.head_sequence = static_cast<std::int64_t>(get64(raw, commit_record::head_at));
    std::memcpy(state.head_hash.data(), raw.data() + commit_record::hash_at, 32);
    state.number = get64(raw, commit_record::number_at);
    const RootKey* key = keys_.find(raw.substr(commit_record::key_at, 16));
    state.active_key = key == &keys_.active();
    if (key != nullptr) {
        const auto mac = state.active_key ? state_mac(keys_.subkey(Subkey::audit), store_id_,
                                                      raw.substr(0, commit_record::body))
                                          : state_mac(keys_.subkey(*key, Subkey::audit), store_id_,
                                                      raw.substr(0, commit_record::body));
        state.authentic =
            base::equal_constant_time(base::as_bytes(raw.substr(commit_record::body)), mac);
    }
    return state;
}

void Engine::write_commit_state(std::uint64_t journal_sequence) {
    std::string raw;
    raw.reserve(commit_record::size);
    put64(raw, static_cast<std::uint64_t>(tx_time_));
    put64(raw, journal_sequence);
    put64(raw, static_cast<std::uint64_t>(state_.head_sequence));
    raw += base::as_view(state_.head_hash);
    raw += keys_.active().id;
    put64(raw, ++state_.number);
    const auto mac = state_mac(keys_.subkey(Subkey::audit), store_id_, raw);
    raw += base::as_view(mac);
    db_->prepare("INSERT INTO last_commit(id, state) VALUES(1, ?) "
                 "ON CONFLICT(id) DO UPDATE SET state = excluded.state")
        .bind_view(1, Blob{raw})
        .run();
}

void Engine::set_head(std::int64_t sequence, const base::Hash256& hash) {
    state_.head_sequence = sequence;
    state_.head_hash = hash;
}

void Engine::begin_write() {
    begin_transaction();
    if (state_.active_key || adopting_) {
        return;
    }
    // Another handle has rotated the key. No host code runs inside a transaction, so once more.
    rollback_write();
    refresh_keys();
    begin_transaction();
}

void Engine::begin_transaction() {
    check_writable();
    if (db_->moved()) {
        throw Error(
            Errc::conflict,
            fmt::format("{} was moved or replaced while it was open: what is written now would be "
                        "lost; close the store and open it again",
                        path_),
            path_);
    }
    // The host's clock is asked before the transaction: no host code runs inside one.
    const std::int64_t clock = options_.clock().time_since_epoch().count();
    if (queue_ != nullptr && !queue_->acquire(options_.busy_timeout)) {
        throw Error(Errc::busy, "other writers held the store for too long, try again");
    }
    try {
        if (db().in_transaction()) {
            throw Error(Errc::invalid, "a snapshot is open: end it before writing", "snapshot");
        }
        db_->prepare(roll_back).reset();
        db_->prepare("BEGIN IMMEDIATE").run();
    } catch (const Error& e) {
        if (queue_ != nullptr) {
            queue_->release();
        }
        if (e.code() == Errc::busy && queue_ != nullptr) {
            throw Error(
                Errc::locked,
                "a program that is not habeas holds the database file; close it and try again",
                path_, e.sqlite_code());
        }
        throw;
    }
    depth_ = 1;
    torn_ = false;
    if (actor_id_ < 0) {
        actor_id_ = 0; // another handle may have blanked its words
    }
    noted_.clear();
    noted_mark_ = 0;
    ledger_start_ = {};
    try {
        state_ = commit_state();
        if (journal_ != nullptr && !replaying_ &&
            state_.journal_sequence > journal_->last_sequence()) {
            journal_->refresh(state_.journal_sequence);
        }
    } catch (...) {
        rollback_write();
        throw;
    }
    tx_time_ = std::max(clock, state_.time); // recorded_at never runs backwards
    changes_before_ = sqlite3_total_changes(db_->handle());
}

void Engine::commit_write() {
    if (torn_) {
        throw Error(Errc::out_of_memory,
                    "a part of the transaction could not be undone, so all of it is rolled back");
    }
    const bool wrote = !pending_.empty() || sqlite3_total_changes(db_->handle()) != changes_before_;
    std::uint64_t first = 0;
    std::uint64_t size_before = 0;
    bool appended = false;
    if (wrote) {
        for (const Module* module : modules_) {
            if (module->settle != nullptr) {
                module->settle(*this);
            }
        }
        write_changes();
        for (const Module* module : modules_) {
            if (module->before_commit != nullptr) {
                module->before_commit(*this);
            }
        }
        std::uint64_t sequence = state_.journal_sequence;
        if (!pending_.empty()) {
            for (auto& record : pending_) {
                record.at = tx_time_;
                record.audit_sequence = state_.head_sequence;
                record.audit_hash = state_.head_hash;
            }
            journal_->refresh(state_.journal_sequence);
            first = journal_->last_sequence() + 1;
            size_before = journal_->size();
            sequence = first + pending_.size() - 1;
        }
        write_commit_state(sequence);
        if (!pending_.empty()) {
            journal_->append(std::move(pending_), internal_.journal_sync);
            pending_.clear();
            appended = true;
        }
    }
    try {
        db_->prepare("COMMIT").run();
    } catch (...) {
        if (appended) {
            journal_->abandon(first, size_before);
        }
        throw;
    }
    depth_ = 0;
    for (auto& block : ids_) {
        block.provisional = false;
    }
    definitions_bumped_ = false;
    if (queue_ != nullptr) {
        queue_->release();
    }
    run_after_commit();
}

void Engine::run_after_commit() noexcept {
    const auto after = std::move(after_);
    after_.clear();
    for (const auto& action : after) {
        try {
            action();
        } catch (const std::exception& error) { // the commit is done all the same
            log_failure("after a commit", error);
        }
    }
    flush_logs();
}

void Engine::roll_back_now() {
    if (db_->in_transaction()) {
        db_->prepare(roll_back).run();
    }
    rollback_waits_ = false;
}

void Engine::rollback_write() noexcept {
    try {
        roll_back_now();
    } catch (...) {
        rollback_waits_ = db_->in_transaction(); // else SQLite did it by itself
    }
    depth_ = 0;
    actor_id_ = 0;
    for (auto& block : ids_) {
        if (block.provisional) {
            block = {0, 0, std::max(block.floor, block.next), false, true};
        }
    }
    pending_.clear();
    after_.clear();
    if (definitions_bumped_) {
        drop_caches();
        definitions_bumped_ = false;
    }
    if (queue_ != nullptr) {
        queue_->release();
    }
    flush_logs();
    keep_lost_ids();
}

/// Numbers that a transaction gave out and took back must not come again, from no handle. Where
/// that cannot be written now, this handle's next block goes past them, and whoever opens the store
/// next finds them in the restore journal.
void Engine::keep_lost_ids() noexcept {
    for (const IdKind kind : {IdKind::subject, IdKind::organisation}) {
        auto& block = ids_[static_cast<std::size_t>(kind)];
        if (!block.lost || rollback_waits_) {
            continue;
        }
        block.lost = false; // one attempt
        try {
            reserve_ids(kind, 1);
        } catch (const std::exception& error) {
            log_failure("numbers that were given out and taken back", error);
        }
    }
}

Engine::Write::Write(Engine& engine) : engine_(&engine), outer_(engine.depth_ == 0) {
    if (outer_) {
        engine.begin_write();
        depth_ = 1;
        return;
    }
    engine.db_->prepare(roll_back_inner).reset();
    engine.db_->prepare(release_inner).reset();
    engine.db_->prepare("SAVEPOINT habeas").run();
    depth_ = ++engine.depth_;
    journal_mark_ = engine.pending_.size();
    after_mark_ = engine.after_.size();
    noted_mark_ = engine.noted_.size();
    engine.noted_mark_ = noted_mark_;
}

Engine::Write::~Write() {
    if (done_) {
        return;
    }
    if (outer_) {
        engine_->rollback_write();
        return;
    }
    --engine_->depth_;
    try {
        if (engine_->db_->in_transaction()) {
            engine_->db_->prepare(roll_back_inner).run();
            engine_->db_->prepare(release_inner).run();
            engine_->store_provisional_ids();
        }
    } catch (...) {
        engine_->torn_ = true; // half of it may be there: the outermost commit refuses
    }
    engine_->pending_.resize(std::min(journal_mark_, engine_->pending_.size()));
    engine_->after_.resize(std::min(after_mark_, engine_->after_.size()));
    engine_->noted_.resize(std::min(noted_mark_, engine_->noted_.size()));
    engine_->actor_id_ = 0;
    if (engine_->definitions_bumped_) {
        engine_->drop_caches();
    }
}

void Engine::Write::commit() {
    if (outer_) {
        try {
            engine_->commit_write();
        } catch (...) {
            if (engine_->depth_ > 0) {
                done_ = true;
                engine_->rollback_write();
            }
            throw;
        }
        done_ = true;
        return;
    }
    engine_->db_->prepare(release_inner).run();
    --engine_->depth_;
    done_ = true;
}

Engine::Read::Read(Engine& engine) : engine_(&engine), began_(!engine.db().in_transaction()) {
    if (began_) {
        engine.db().prepare("BEGIN").run();
    }
}

Engine::Read::~Read() {
    if (began_) {
        try {
            engine_->db_->prepare("COMMIT").run();
        } catch (...) { // a read transaction has nothing to lose, but it must end
            engine_->rollback_waits_ = engine_->db_->in_transaction();
        }
    }
}

void Engine::journal(JournalRecord record) {
    if (!replaying_ && journal_ != nullptr) {
        pending_.push_back(std::move(record));
    }
}

void Engine::after_commit(std::function<void()> action) {
    after_.push_back(std::move(action));
}

// ---- ids

namespace {
const char* counter_name(IdKind kind) {
    return kind == IdKind::subject ? "ids.subject" : "ids.organisation";
}

JournalRecord ids_record(IdKind kind, std::int64_t end) {
    JournalRecord record;
    record.kind = JournalKind::ids;
    record.subject = static_cast<std::int64_t>(kind);
    record.number = end;
    return record;
}
} // namespace

/// A savepoint that is undone takes the counters back, but not the numbers.
void Engine::store_provisional_ids() {
    for (const IdKind kind : {IdKind::subject, IdKind::organisation}) {
        const auto& block = ids_[static_cast<std::size_t>(kind)];
        if (block.provisional) {
            set_meta_i64(counter_name(kind), block.end);
        }
    }
}

std::int64_t Engine::next_id(IdKind kind) {
    auto& block = ids_[static_cast<std::size_t>(kind)];
    if (block.next >= block.end) {
        const std::int64_t start = std::max(meta_i64(counter_name(kind), 1), block.floor);
        set_meta_i64(counter_name(kind), start + id_block);
        // At once and not at the commit: a number may be seen although it is taken back.
        JournalRecord record = ids_record(kind, start + id_block);
        record.at = tx_time_;
        record.audit_sequence = state_.head_sequence;
        record.audit_hash = state_.head_hash;
        journal_->refresh(state_.journal_sequence);
        state_.journal_sequence = journal_->append({std::move(record)}, internal_.journal_sync);
        block = {start, start + id_block, block.floor, true, false};
    }
    return block.next++;
}

void Engine::reserve_ids(IdKind kind, std::int64_t count) {
    auto& block = ids_[static_cast<std::size_t>(kind)];
    if (depth_ > 0 || block.end - block.next >= count) {
        return; // inside a transaction next_id reserves as it goes
    }
    Write tx(*this);
    const std::int64_t start = std::max(meta_i64(counter_name(kind), 1), block.floor);
    const std::int64_t end = start + std::max(count, id_block);
    set_meta_i64(counter_name(kind), end);
    journal(ids_record(kind, end));
    tx.commit();
    block = {start, end, start, false, false};
}

} // namespace habeas::store
