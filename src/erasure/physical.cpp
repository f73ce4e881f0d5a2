#include "erasure/physical.hpp"

#include "erasure/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace habeas::erasure {
namespace {

/// The mark says that something is done; if a power cut takes it back, the tick does it again. So
/// its commit need not wait for the disk.
class Relaxed {
  public:
    explicit Relaxed(store::Connection& db)
        : db_(&db), before_(db.scalar("PRAGMA synchronous").value_or("2")) {
        if (before_ != "0") {
            db_->exec("PRAGMA synchronous=NORMAL");
        }
    }
    Relaxed(const Relaxed&) = delete;
    Relaxed& operator=(const Relaxed&) = delete;
    ~Relaxed() {
        try {
            db_->exec("PRAGMA synchronous=" + before_);
        } catch (...) { // a pragma without disk access does not fail
        }
    }

  private:
    store::Connection* db_;
    std::string before_;
};

/// Files of subjects whose erasure is committed. The rows go first with the files and then from the
/// log: a path may name the person.
void delete_files(store::Engine& engine) {
    std::vector<std::pair<std::int64_t, std::string>> files;
    {
        store::Statement row = engine.db().prepare(
            "SELECT w.id, w.path FROM written_file w CROSS JOIN tombstone t ON t.subject_id = "
            "w.subject_id CROSS JOIN erasure e ON e.event_id = t.event_id WHERE e.physical_at IS "
            "NULL");
        while (row.step()) {
            files.emplace_back(row.i64(0), row.str(1));
        }
    }
    std::vector<std::int64_t> gone;
    for (const auto& [id, path] : files) {
        try {
            engine.files().remove(path);
            gone.push_back(id);
        } catch (const Error&) {
            engine.log(LogLevel::warning,
                       fmt::format("file {} of an erased subject could not be deleted", id));
        }
    }
    if (!gone.empty()) {
        store::Engine::Write tx(engine);
        for (const std::int64_t id : gone) {
            engine.db().prepare("DELETE FROM written_file WHERE id = ?").bind_all(id).run();
        }
        tx.commit();
    }
}

std::uint64_t count_pending(store::Engine& engine) {
    return static_cast<std::uint64_t>(
        engine.db().scalar_i64("SELECT count(*) FROM erasure WHERE physical_at IS NULL"));
}

/// False: a reader holds the log. Without `sync` the next commit makes it final. Writers wait with
/// it: short on purpose.
bool empty_log(store::Engine& engine, bool sync) {
    const auto patience = std::min(engine.options().busy_timeout, std::chrono::milliseconds(250));
    return engine.db().truncate_wal(patience, sync).complete;
}

} // namespace

Completion complete(store::Engine& engine) {
    Completion out;
    // Only what was committed before the log is emptied: another process may erase meanwhile.
    const std::int64_t last = engine.db().scalar_i64(
        "SELECT coalesce(max(event_id), 0) FROM erasure WHERE physical_at IS NULL");
    if (last == 0) {
        return out;
    }
    delete_files(engine);
    // The commit of the mark makes it final, so one sync is enough for both.
    if (!empty_log(engine, false)) {
        out.pending = count_pending(engine);
        return out;
    }
    const std::uint64_t before = count_pending(engine);
    const Relaxed relaxed(engine.db());
    store::Engine::Write tx(engine);
    engine.db()
        .prepare("UPDATE erasure SET physical_at = ?1 WHERE physical_at IS NULL AND event_id <= ?2 "
                 "AND event_id NOT IN (SELECT t.event_id FROM written_file w "
                 "CROSS JOIN tombstone t ON t.subject_id = w.subject_id)")
        .bind_all(engine.now_ms(), last)
        .run();
    out.pending = count_pending(engine);
    out.done = before - std::min(before, out.pending);
    out.at = engine.now_ms();
    tx.commit();
    return out;
}

void tick(store::Engine& engine, TickReport& report) {
    const std::uint64_t proofs = delete_due_proofs(engine);
    report.proofs_deleted += proofs;
    const Completion completion = complete(engine);
    report.physical_done += completion.done;
    report.physical_pending += completion.pending;
    if (proofs > 0 && completion.done == 0) {
        empty_log(engine, true);
    }
}

} // namespace habeas::erasure
