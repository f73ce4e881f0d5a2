#include "retention/run.hpp"

#include "retention/act.hpp"
#include "store/actor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::retention {
namespace {

constexpr std::int64_t page = 10'000;    ///< subjects that are looked at together
constexpr std::size_t batch = 100;       ///< that go in one transaction
constexpr std::uint64_t per_tick = 1000; ///< that go in one tick
constexpr std::uint64_t pages_per_tick = 200;
constexpr std::int64_t day = std::int64_t{24} * 3600 * 1000;

void add(std::map<std::string, std::uint64_t>& to,
         const std::map<std::string, std::uint64_t>& from) {
    for (const auto& [why, count] : from) {
        to[why] += count;
    }
}

/// Is anybody due among these? Read first, so that no writer waits for a look in vain.
bool anybody(store::Engine& engine, const RetentionRule& rule, std::int64_t first,
             std::int64_t last, Look& out) {
    store::Engine::Read snapshot(engine);
    out = Finder(engine, rule, engine.now_ms()).look(first, last, 1);
    return !out.due.empty();
}

/// Has nobody changed, paused or removed the rule meanwhile?
bool stands(store::Engine& engine, const RetentionRule& rule) {
    auto row =
        engine.db().prepare("SELECT 1 FROM retention_rule WHERE code = ?1 AND definition = ?2");
    row.bind_all(rule.code, to_json(rule).dump());
    return row.step();
}

/// One transaction: looks again, since others may have written, and takes away. Nothing: the rule
/// is no longer what it was.
std::optional<Look> take(store::Engine& engine, const RetentionRule& rule, std::int64_t first,
                         std::int64_t last, std::size_t most, RetentionRun& run) {
    store::Engine::Write tx(engine);
    if (!stands(engine, rule)) {
        return std::nullopt;
    }
    Look found = Finder(engine, rule, engine.now_ms()).look(first, last, most);
    if (found.due.empty()) {
        return found;
    }
    RetentionRun now = run;
    add(now.kept, found.kept);
    now.rows += act(engine, rule, found.due);
    now.subjects += found.due.size();
    write_run(engine, now);
    tx.commit();
    run = std::move(now);
    found.kept.clear(); // they are counted
    return found;
}

/// Written when all is done: nothing new happens in it.
void close_run(store::Engine& engine, RetentionRun& run) {
    if (run.id != 0) {
        store::Engine::Write tx(engine);
        write_run(engine, run);
        tx.commit();
    }
}

/// What the tick remembers of a rule.
void remember(store::Engine& engine, const Stored& rule) {
    store::Engine::Write tx(engine);
    engine.db()
        .prepare("UPDATE retention_rule SET position = ?2, next_at = ?3, looked_at = ?4, "
                 "fault = ?5 WHERE id = ?1 AND definition = ?6")
        .bind_all(rule.id, rule.position, rule.next_at, rule.looked_at, rule.fault,
                  to_json(rule.rule).dump())
        .run();
    tx.commit();
}

/// False: the tick has done enough.
bool tick_rule(store::Engine& engine, Stored& rule, Budget& budget, TickReport& report) {
    const std::int64_t now = engine.now_ms();
    try {
        const Pass pass = run_rule(engine, rule.rule, rule.position, budget);
        rule.fault.clear();
        rule.position = pass.run.complete ? 0 : pass.reached;
        if (pass.run.complete) {
            rule.next_at = now + day;
            rule.looked_at = now;
        }
        report.retained_ended += pass.run.subjects;
        if (pass.run.subjects > 0) {
            engine.log(LogLevel::info, fmt::format("retention {}: data of {} subjects went",
                                                   rule.rule.code, pass.run.subjects));
        }
        remember(engine, rule);
        return pass.run.complete;
    } catch (const Error& error) {
        if (error.code() != Errc::invalid && error.code() != Errc::not_found) {
            throw;
        }
        rule.fault = error.what();
        rule.next_at = now + day;
        engine.log(LogLevel::warning,
                   fmt::format("retention {} cannot run: {}", rule.rule.code, rule.fault));
        remember(engine, rule);
        return true;
    }
}

} // namespace

std::int64_t end_of_page(store::Engine& engine, std::int64_t after) {
    auto row = engine.db().prepare(
        "SELECT max(id) FROM (SELECT id FROM subject WHERE id > ?1 ORDER BY id LIMIT ?2)");
    row.bind(1, after).bind(2, page);
    return row.step() && !row.is_null(0) ? row.i64(0) : 0;
}

Pass run_rule(store::Engine& engine, const RetentionRule& rule, std::int64_t after,
              Budget& budget) {
    Pass out;
    out.run.rule = rule.code;
    out.reached = after;
    for (;;) {
        const std::int64_t last = end_of_page(engine, out.reached);
        if (last == 0) {
            out.run.complete = true;
            break;
        }
        if (!budget.go_on()) {
            break;
        }
        --budget.looks;
        Look found;
        if (!anybody(engine, rule, out.reached + 1, last, found)) {
            add(out.run.kept, found.kept);
            out.reached = found.reached;
            continue;
        }
        while (out.reached < last && budget.go_on()) {
            const std::uint64_t before = out.run.subjects;
            const auto most = std::min<std::uint64_t>(batch, budget.left);
            const auto taken = take(engine, rule, out.reached + 1, last, most, out.run);
            if (!taken) {
                close_run(engine, out.run);
                return out;
            }
            add(out.run.kept, taken->kept);
            out.reached = taken->reached;
            budget.left -= out.run.subjects - before;
            budget.done += out.run.subjects - before;
        }
    }
    close_run(engine, out.run);
    return out;
}

void write_run(store::Engine& engine, RetentionRun& run) {
    auto& db = engine.db();
    if (run.id == 0) {
        run.at = Time(std::chrono::milliseconds(engine.now_ms()));
        run.actor = engine.actor();
    }
    auto row = db.prepare("INSERT INTO retention_run(id, rule, at, actor_id, subjects, rows, kept, "
                          "complete) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                          "ON CONFLICT(id) DO UPDATE SET subjects = excluded.subjects, rows = "
                          "excluded.rows, kept = excluded.kept, complete = excluded.complete "
                          "RETURNING id");
    row.bind_all(run.id == 0 ? std::optional<std::int64_t>{} : run.id, run.rule,
                 run.at.time_since_epoch().count(), engine.actor_id(),
                 static_cast<std::int64_t>(run.subjects), static_cast<std::int64_t>(run.rows),
                 nlohmann::json(run.kept).dump(), run.complete);
    row.step();
    run.id = row.i64(0);
}

std::vector<RetentionRun> read_runs(store::Engine& engine, std::size_t limit) {
    std::vector<RetentionRun> out;
    auto row = engine.db().prepare(
        "SELECT r.id, r.rule, r.at, a.kind, a.ref, a.reason, r.subjects, r.rows, r.kept, "
        "r.complete FROM retention_run r JOIN actor a ON a.id = r.actor_id ORDER BY r.id DESC "
        "LIMIT ?1");
    row.bind(1, static_cast<std::int64_t>(limit));
    while (row.step()) {
        RetentionRun run;
        run.id = row.i64(0);
        run.rule = row.str(1);
        run.at = Time(std::chrono::milliseconds(row.i64(2)));
        run.actor = store::read_actor(row, 3);
        run.subjects = static_cast<std::uint64_t>(row.i64(6));
        run.rows = static_cast<std::uint64_t>(row.i64(7));
        run.kept = nlohmann::json::parse(row.text(8)).get<std::map<std::string, std::uint64_t>>();
        run.complete = row.i64(9) != 0;
        out.push_back(std::move(run));
    }
    return out;
}

void tick(store::Engine& engine, TickReport& report) {
    std::vector<Stored> rules;
    {
        store::Engine::Read snapshot(engine);
        rules = load_some(engine, "");
    }
    Budget budget;
    budget.left = per_tick;
    budget.looks = pages_per_tick;
    for (Stored& each : rules) {
        if (each.next_at <= engine.now_ms() && !tick_rule(engine, each, budget, report)) {
            return;
        }
    }
}

} // namespace habeas::retention
