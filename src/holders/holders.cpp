// The public facade of data holders.
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "holders/definition.hpp"
#include "holders/run.hpp"
#include "holders/tasks.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas {
namespace holders {
namespace {

constexpr std::size_t max_hold_ground = 300;

[[noreturn]] void no_holder(const std::string& code) {
    throw Error(Errc::not_found, "there is no data holder " + code + "; define it first", "code");
}

HolderInfo info_of(store::Engine& engine, const Definition& definition, std::string text) {
    HolderInfo out;
    out.code = definition.code;
    out.operations = definition.operations;
    out.definition = std::move(text);
    out.declared = definition.database.has_value();
    auto row = engine.db().prepare(
        "SELECT count(*) FROM holder_task WHERE holder = ?1 AND ended_at IS NULL");
    row.bind(1, definition.code);
    row.step();
    out.waiting = static_cast<std::uint64_t>(row.i64(0));
    return out;
}

HolderTask require_task(store::Engine& engine, HolderTaskId id) {
    auto found = find_task(engine, id);
    if (!found) {
        throw Error(Errc::not_found, "there is no such task of a data holder", "task");
    }
    return *found;
}

} // namespace
} // namespace holders

void DataHolders::define(const std::string& text) {
    using namespace holders;
    const nlohmann::json given = consent::read_document(text, "the holder");
    const Definition definition = read_definition(given, "");
    store::Engine::Write tx(*engine_);
    store_definition(*engine_, definition, given, "");
    tx.commit();
}

void DataHolders::remove(const std::string& code) {
    using namespace holders;
    store::Engine::Write tx(*engine_);
    const auto known = find(code);
    if (!known) {
        no_holder(code);
    }
    if (known->waiting > 0) {
        throw Error(Errc::invalid,
                    "data holder " + code +
                        " has tasks that are not answered: run them, or note "
                        "an answer",
                    "code");
    }
    auto held = engine_->db().prepare(
        "SELECT 1 FROM holder_hold WHERE holder = ?1 AND ended_at IS NULL LIMIT 1");
    held.bind(1, code);
    if (held.step()) {
        throw Error(Errc::invalid,
                    "data holder " + code + " still keeps data of erased people: see its holds",
                    "code");
    }
    held.reset();
    engine_->db().prepare("DELETE FROM holder WHERE code = ?1").bind_all(code).run();
    tx.commit();
}

std::optional<HolderInfo> DataHolders::find(const std::string& code) const {
    const std::vector<HolderInfo> all = list();
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const HolderInfo& each) { return each.code == code; });
    return at == all.end() ? std::nullopt : std::optional(*at);
}

std::vector<HolderInfo> DataHolders::list() const {
    using namespace holders;
    const store::Engine::Read snapshot(*engine_);
    nlohmann::json all = nlohmann::json::array();
    list_definitions(*engine_, all);
    std::vector<HolderInfo> out;
    for (const nlohmann::json& each : all) {
        out.push_back(info_of(*engine_, read_definition(each, ""), each.dump()));
    }
    return out;
}

void DataHolders::attach(const std::string& code, HolderCallbacks callbacks) {
    using namespace holders;
    const auto definition = find_definition(*engine_, code);
    if (!definition) {
        no_holder(code);
    }
    if (definition->database) {
        throw Error(Errc::invalid,
                    "data holder " + code + " is declared over a database and has no callbacks",
                    "code");
    }
    std::erase_if(callbacks, [](const auto& each) { return !each.second; });
    for (const auto& [operation, function] : callbacks) {
        if (!definition->has(operation)) {
            throw Error(Errc::invalid,
                        "data holder " + code + " is declared without the operation " +
                            std::string(holder_operation_name(operation)),
                        "operations");
        }
    }
    engine_->attachment<Attached>().by_code[code] = std::move(callbacks);
}

std::vector<HolderTaskId> DataHolders::ask(SubjectId subject, HolderOperation operation) {
    using namespace holders;
    if (operation == HolderOperation::erase || operation == HolderOperation::tell) {
        throw Error(Errc::invalid,
                    "holders are asked to erase by an erasure, and recipients are told of what was "
                    "done",
                    "operation");
    }
    store::Engine::Write tx(*engine_);
    auto out = open_tasks(*engine_, {subjects::require(*engine_, subject), operation, {}, false});
    tx.commit();
    return out;
}

HolderRunReport DataHolders::run(const HolderRunOptions& options) {
    engine_->check_writable();
    if (engine_->db().in_transaction()) {
        throw Error(Errc::invalid, "a data holder is never called inside a transaction",
                    "transaction");
    }
    return holders::Runner(*engine_, options).run();
}

void DataHolders::answer(HolderTaskId id, const HolderAnswer& answer) {
    using namespace holders;
    store::Engine::Write tx(*engine_);
    const HolderTask task = require_task(*engine_, id);
    if (task.ended_at) {
        throw Error(Errc::invalid, "this task is over already", "task");
    }
    if (!answer.next.empty()) {
        throw Error(Errc::invalid, "an answer by hand is the whole answer", "next");
    }
    store_answer(*engine_, id, task.pages, answer, true);
    tx.commit();
}

HolderTask DataHolders::get(HolderTaskId id) const {
    const store::Engine::Read snapshot(*engine_);
    return holders::require_task(*engine_, id);
}

std::vector<HolderTask> DataHolders::tasks(const HolderTaskQuery& query) const {
    using namespace holders;
    const store::Engine::Read snapshot(*engine_);
    std::vector<HolderTask> out;
    // Of one subject by the index: each erasure asks.
    auto row = engine_->db().prepare_text(
        fmt::format("SELECT {} FROM holder_task WHERE {} AND (?2 = '' OR holder = ?2) AND (?3 IS "
                    "NULL OR operation = ?3) AND (?4 = 0 OR ended_at IS NULL) ORDER BY id",
                    task_columns, query.subject ? "subject_id = ?1" : "?1 IS NULL"));
    if (query.subject) {
        row.bind(1, number(surviving(*engine_, *query.subject)));
    }
    row.bind(2, query.holder);
    if (query.operation) {
        row.bind(3, holder_operation_name(*query.operation));
    }
    row.bind(4, query.open_only);
    while (row.step()) {
        out.push_back(read_task(row));
    }
    return out;
}

HoldId DataHolders::hold(SubjectId subject, const std::string& ground, std::optional<Time> until) {
    using namespace holders;
    base::require_text(ground, "ground", false, max_hold_ground);
    if (ground.empty()) {
        throw Error(Errc::invalid, "a hold needs its ground, such as \"17(3)(e)\"", "ground");
    }
    store::Engine::Write tx(*engine_);
    subject = subjects::require(*engine_, subject);
    if (until && until->time_since_epoch().count() <= engine_->now_ms()) {
        throw Error(Errc::invalid, "a hold ends in the future", "until");
    }
    engine_->db()
        .prepare("INSERT INTO holder_hold(subject_id, ground, until, placed_at, actor_id) "
                 "VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind_all(number(subject), ground,
                  until ? std::optional(until->time_since_epoch().count()) : std::nullopt,
                  engine_->now_ms(), engine_->actor_id())
        .run();
    const HoldId id{engine_->db().scalar_i64("SELECT last_insert_rowid()")};
    tx.commit();
    return id;
}

void DataHolders::lift(HoldId hold) {
    store::Engine::Write tx(*engine_);
    auto row = engine_->db().prepare("SELECT ended_at FROM holder_hold WHERE id = ?1");
    row.bind(1, static_cast<std::int64_t>(hold));
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no such hold", "hold");
    }
    if (!row.is_null(0)) {
        throw Error(Errc::invalid, "this hold has ended already", "hold");
    }
    row.reset();
    engine_->db()
        .prepare("UPDATE holder_hold SET until = ?2 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(hold), engine_->now_ms())
        .run();
    tx.commit();
}

std::vector<Hold> DataHolders::holds(std::optional<SubjectId> subject, bool open_only) const {
    using namespace holders;
    const store::Engine::Read snapshot(*engine_);
    std::vector<Hold> out;
    auto row = engine_->db().prepare_text(
        fmt::format("SELECT id, subject_id, holder, ground, until, placed_at, ended_at FROM "
                    "holder_hold WHERE {} AND (?2 = 0 OR ended_at IS NULL) ORDER BY id",
                    subject ? "subject_id = ?1" : "?1 IS NULL"));
    if (subject) {
        row.bind(1, number(surviving(*engine_, *subject)));
    }
    row.bind(2, open_only);
    while (row.step()) {
        Hold& each = out.emplace_back();
        each.id = HoldId{row.i64(0)};
        each.subject = SubjectId{row.i64(1)};
        each.holder = row.opt_str(2).value_or("");
        each.ground = row.str(3);
        if (!row.is_null(4)) {
            each.until = time_of(row.i64(4));
        }
        each.placed_at = time_of(row.i64(5));
        if (!row.is_null(6)) {
            each.ended_at = time_of(row.i64(6));
        }
    }
    return out;
}

} // namespace habeas
