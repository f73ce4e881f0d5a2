#include "breaches/rows.hpp"

#include "base/hash.hpp"
#include "base/json_members.hpp"
#include "breaches/breach_json.hpp"
#include "habeas/request.hpp"
#include "store/actor.hpp"

namespace habeas::breaches {
namespace {

using nlohmann::json;

constexpr const char* columns =
    "SELECT id, code, state, facts, aware_at, recorded_at, risk, risk_reason, notified_at, "
    "more_follows, informed_at, ground, closed_at, figures FROM breach";

BreachState state_of(std::string_view name) {
    for (const auto each : {BreachState::recorded, BreachState::assessed, BreachState::notified,
                            BreachState::closed, BreachState::dismissed}) {
        if (breach_state_name(each) == name) {
            return each;
        }
    }
    throw Error(Errc::corrupt, "a breach has an unknown state", "breach");
}

void wait(BreachInfo& out, std::int64_t now) {
    if (!is_open(out.state)) {
        return;
    }
    const bool told = out.notified_at.has_value();
    const auto needs = [&](bool it, const char* what) {
        if (it) {
            out.waits_for.emplace_back(what);
        }
    };
    needs(out.risk == BreachRisk::unassessed, "assessment");
    needs(!told && out.risk != BreachRisk::none, "authority");
    needs(told && out.more_follows, "further_information");
    needs(out.risk == BreachRisk::high && !out.informed_at && out.ground.empty(), "persons");
    const Breach& facts = out.breach;
    needs(facts.natures.empty() || facts.consequences.empty() || facts.measures.empty(),
          "documentation");
    out.overdue = !told && out.risk != BreachRisk::none && now >= ms_of(out.clock.strict);
}

BreachInfo read(store::Engine& engine, const store::Statement& row, const Deadlines& by) {
    BreachInfo out;
    out.number = row.i64(0);
    out.breach = read_breach(json::parse(row.text(3)));
    out.state = state_of(row.text(2));
    out.risk = breach_risk(row.text(6)).value_or(BreachRisk::unassessed);
    out.risk_reason = row.str(7);
    out.recorded_at = time_of(row.i64(5));
    out.notified_at = optional_time(row, 8);
    out.more_follows = row.i64(9) != 0;
    out.informed_at = optional_time(row, 10);
    out.ground = row.str(11);
    out.closed_at = optional_time(row, 12);
    if (!row.text(13).empty()) {
        out.figures = read_figures(json::parse(row.text(13)));
    }
    out.clock = by.breach(time_of(row.i64(4)));
    wait(out, engine.now_ms());
    return out;
}

} // namespace

std::vector<BreachInfo> load_all(store::Engine& engine, const Deadlines& by) {
    std::vector<BreachInfo> out;
    auto row = engine.db().prepare_text(std::string(columns) + " ORDER BY id");
    while (row.step()) {
        out.push_back(read(engine, row, by));
    }
    return out;
}

std::optional<BreachInfo> find(store::Engine& engine, const std::string& code) {
    const Deadlines by = Requests(engine).deadlines();
    auto row = engine.db().prepare_text(std::string(columns) + " WHERE code = ?1");
    row.bind(1, code);
    return row.step() ? std::optional(read(engine, row, by)) : std::nullopt;
}

BreachInfo require(store::Engine& engine, const std::string& code) {
    auto found = find(engine, code);
    if (!found) {
        throw Error(Errc::not_found, "there is no breach of this code", "code");
    }
    return *std::move(found);
}

BreachInfo require_open(store::Engine& engine, const std::string& code) {
    BreachInfo found = require(engine, code);
    if (!is_open(found.state)) {
        throw Error(Errc::conflict, "this breach is closed; reopen it first", "code");
    }
    return found;
}

std::vector<BreachStep> steps(store::Engine& engine, std::int64_t number) {
    std::vector<BreachStep> out;
    auto row = engine.db().prepare(
        "SELECT s.at, s.step, s.state, s.facts, a.kind, a.ref, a.reason FROM breach_step s JOIN "
        "actor a ON a.id = s.actor_id WHERE s.breach_id = ?1 ORDER BY s.number");
    row.bind(1, number);
    while (row.step()) {
        BreachStep each;
        each.at = time_of(row.i64(0));
        each.step = row.str(1);
        each.state = state_of(row.text(2));
        each.facts = row.str(3);
        each.actor = store::read_actor(row, 4);
        out.push_back(std::move(each));
    }
    return out;
}

void step(store::Engine& engine, const BreachInfo& breach, BreachState to, const char* what,
          const json& facts) {
    const std::string text = facts.dump();
    engine.db()
        .prepare("UPDATE breach SET state = ?2, closed_at = CASE WHEN ?2 IN ('closed', "
                 "'dismissed') THEN coalesce(closed_at, ?3) END WHERE id = ?1")
        .bind_all(breach.number, breach_state_name(to), engine.now_ms())
        .run();
    engine.db()
        .prepare("INSERT INTO breach_step(breach_id, number, at, step, state, actor_id, facts) "
                 "SELECT ?1, 1 + count(*), ?2, ?3, ?4, ?5, ?6 FROM breach_step WHERE breach_id = "
                 "?1")
        .bind_all(breach.number, engine.now_ms(), what, breach_state_name(to), engine.actor_id(),
                  text)
        .run();
    engine.record_act(EventKind::setting_changed,
                      base::object_of("breach", breach.breach.code, "hash",
                                      base::to_hex(base::hash256(text)), "setting", "breaches",
                                      "step", what)
                          .dump());
}

Standing standing(store::Engine& engine, std::int64_t number) {
    Standing out;
    {
        auto row = engine.db().prepare(
            "SELECT count(*), count(told_at), sum(refused <> '' AND told_at IS NULL) FROM "
            "breach_subject WHERE breach_id = ?1");
        row.bind(1, number);
        row.step();
        out.rows = row.i64(0);
        out.told = row.i64(1);
        out.refused = row.i64(2);
    }
    auto row = engine.db().prepare("SELECT o.state, count(*) FROM breach_subject x JOIN outbox o "
                                   "ON o.id = x.message_id WHERE x.breach_id = ?1 GROUP BY 1");
    row.bind(1, number);
    while (row.step()) {
        out.messages[row.str(0)] = row.i64(1);
    }
    return out;
}

} // namespace habeas::breaches
