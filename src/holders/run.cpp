// The saga: claim, call, record. `calling` is committed before the call, the answer after it; no
// host code and no other database inside of a transaction of ours.
#include "holders/run.hpp"

#include "consent/decide.hpp"
#include "holders/declared.hpp"
#include "holders/tasks.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>

namespace habeas::holders {
namespace {

using nlohmann::json;

constexpr const char* due_and_served =
    "due_at <= ?1 AND holder || ' ' || operation IN (SELECT value FROM json_each(?2)) ";

/// The subject's present values as text: what a holder should have.
std::string fields_of(store::Engine& engine, SubjectId subject) {
    const store::Engine::Read snapshot(engine);
    const Subject present = subjects::load(engine, subject);
    json out = json::object();
    for (const Field& field : subjects::field_list(engine, FieldOwner::subject)) {
        if (field.retired || field.field_class == FieldClass::sealed) {
            continue;
        }
        const auto value = present.fields.find(field.name);
        out[field.name] = value == present.fields.end()
                              ? json(nullptr)
                              : json(subjects::value_text(field, value->second));
    }
    return out.dump();
}

std::vector<HolderRows> draft_of(store::Engine& engine, HolderTaskId id) {
    std::vector<HolderRows> out;
    auto row = engine.db().prepare("SELECT draft FROM holder_task WHERE id = ?1 AND draft <> ''");
    row.bind(1, number(id));
    if (row.step()) {
        for (const json& each : json::parse(row.text(0))) {
            out.push_back(
                {each.at("place").get<std::string>(), each.at("rows").get<std::uint64_t>()});
        }
    }
    return out;
}

} // namespace

Runner::Runner(store::Engine& engine, const HolderRunOptions& options)
    : engine_(engine), options_(options) {
    if (options.time_out <= std::chrono::milliseconds(0) ||
        options.first_backoff <= std::chrono::milliseconds(0)) {
        throw Error(Errc::invalid, "time-out and back-off are more than nothing", "options");
    }
    const auto& attached = engine.attachment<Attached>().by_code;
    json served = json::array();
    for (Definition& each : definitions(engine)) {
        const auto callbacks = attached.find(each.code);
        for (const HolderOperation operation : each.operations) {
            if (each.database ||
                (callbacks != attached.end() && callbacks->second.contains(operation))) {
                served.push_back(fmt::format("{} {}", each.code, holder_operation_name(operation)));
            }
        }
        declared_.emplace(each.code, std::move(each));
    }
    served_ = served.dump();
}

std::int64_t Runner::now() {
    return options_.now ? options_.now->time_since_epoch().count() : engine_.now_ms();
}

std::int64_t Runner::later(std::int64_t ms) {
    return std::max(now(), engine_.now_ms()) + ms;
}

HolderRunReport Runner::run() {
    report_.holds_ended = end_holds(engine_, now());
    const std::int64_t due = now();
    while (report_.calls < options_.limit &&
           (!options_.progress || options_.progress(report_.calls, 0))) {
        const auto task = claim(due);
        if (!task) {
            break;
        }
        ++report_.calls;
        HolderAnswer answer;
        std::string failure;
        std::string detail;
        try {
            note_rows(*task);
            answer = ask(*task);
            check_answer(task->call.operation, answer);
        } catch (const Error& error) {
            failure = errc_name(error.code());
            if (declared_.at(task->holder).database) { // it names tables, and never a value
                detail = error.what();
            }
        } catch (...) { // whatever a callback throws
            failure = "no_answer";
        }
        failure.empty() ? record(*task, std::move(answer)) : fail(*task, failure, detail);
    }
    report_.unattended = unattended(due);
    return report_;
}

/// Of a holder and a person one task after the other, in the order in which they were opened.
std::optional<Runner::Claimed> Runner::claim(std::int64_t due) {
    store::Engine::Write tx(engine_);
    Claimed out;
    HolderCall& call = out.call;
    SealedIdentity sealed;
    {
        auto row = engine_.db().prepare_text(
            fmt::format("SELECT {}, cursor, key_id, identity FROM holder_task t WHERE {} AND NOT "
                        "EXISTS (SELECT 1 FROM holder_task e WHERE e.subject_id = t.subject_id AND "
                        "e.holder = t.holder AND e.id < t.id AND e.due_at IS NOT NULL) ORDER BY "
                        "due_at, id LIMIT 1",
                        task_columns, due_and_served));
        row.bind_all(due, served_);
        if (!row.step()) {
            return std::nullopt;
        }
        HolderTask task = read_task(row);
        call.task = task.id;
        call.subject = task.subject;
        call.operation = task.operation;
        call.about = task.about;
        call.key = std::move(task.key);
        call.page = task.pages;
        call.attempt = task.attempts + 1;
        call.cursor = row.str(15);
        sealed = {row.str(16), std::string(row.blob(17))};
        out.holder = std::move(task.holder);
    }
    Identity identity = unseal(engine_, call.key, sealed);
    call.former = std::move(identity.former);
    call.identifiers = std::move(identity.identifiers);
    engine_.db()
        .prepare("UPDATE holder_task SET state = 'calling', attempts = attempts + 1, due_at = ?2 "
                 "WHERE id = ?1")
        .bind_all(number(call.task), later(options_.time_out.count()))
        .run();
    tx.commit();
    call.fields = "null";
    return out;
}

/// Before rows are erased: how many there are. A call that comes again finds none any more.
void Runner::note_rows(const Claimed& task) {
    const Definition& holder = declared_.at(task.holder);
    if (!holder.database || task.call.operation != HolderOperation::erase ||
        !draft_of(engine_, task.call.task).empty()) {
        return;
    }
    const auto rows = count_declared(*holder.database, task.call, now()).rows;
    if (!rows.empty()) {
        store::Engine::Write tx(engine_);
        engine_.db()
            .prepare("UPDATE holder_task SET draft = ?2 WHERE id = ?1 AND ended_at IS NULL")
            .bind_all(number(task.call.task), rows_json(rows).dump())
            .run();
        tx.commit();
    }
}

HolderAnswer Runner::ask(const Claimed& task) {
    HolderCall call = task.call;
    const Definition& holder = declared_.at(task.holder);
    if (call.operation == HolderOperation::rectify) {
        // The one call that hands out data. Erasing, restricting and telling are owed to the
        // person, wherever the data are (arts. 17 to 19).
        if (!holder.processor.empty() &&
            !consent::may_transfer(engine_, call.subject, {}, Channel::any, holder.processor)) {
            throw Error(Errc::denied,
                        "its processor " + holder.processor + " may not get data (GDPR 44)",
                        "processor");
        }
        call.fields = fields_of(engine_, call.subject);
    }
    if (holder.database) {
        return call_declared(*holder.database, call, now());
    }
    // A copy: the callback may attach another one.
    const HolderFunction function =
        engine_.attachment<Attached>().by_code.at(task.holder).at(call.operation);
    return function(call);
}

void Runner::record(const Claimed& task, HolderAnswer answer) {
    store::Engine::Write tx(engine_);
    for (const HolderRows& found : draft_of(engine_, task.call.task)) {
        const auto same =
            std::find_if(answer.rows.begin(), answer.rows.end(),
                         [&](const HolderRows& each) { return each.place == found.place; });
        if (same == answer.rows.end()) {
            answer.rows.push_back(found);
        } else {
            same->rows = std::max(same->rows, found.rows);
        }
    }
    const bool last = answer.next.empty();
    if (store_answer(engine_, task.call.task, task.call.page, answer, false) && last) {
        const auto ended = find_task(engine_, task.call.task);
        ++(ended->state == HolderTaskState::retained ? report_.retained : report_.done);
    }
    tx.commit();
}

void Runner::fail(const Claimed& task, const std::string& reason, const std::string& detail) {
    ++report_.failed;
    store::Engine::Write tx(engine_);
    engine_.db()
        .prepare("UPDATE holder_task SET state = 'failed', reason = ?2, due_at = ?3 WHERE id = ?1 "
                 "AND state = 'calling' AND page = ?4 AND attempts = ?5")
        .bind_all(number(task.call.task), reason, later(back_off(task.call.attempt)),
                  task.call.page, task.call.attempt)
        .run();
    engine_.log(LogLevel::warning,
                fmt::format("data holder {} did not answer task {} at attempt {}: {}; it is asked "
                            "again",
                            task.holder, number(task.call.task), task.call.attempt,
                            detail.empty() ? reason : detail));
    tx.commit();
}

std::int64_t Runner::back_off(std::int64_t attempts) const {
    std::int64_t wait = options_.first_backoff.count();
    for (std::int64_t i = 1; i < attempts && wait < options_.longest_backoff.count(); ++i) {
        wait *= 2;
    }
    return std::max<std::int64_t>(std::min(wait, options_.longest_backoff.count()), 1);
}

std::uint64_t Runner::unattended(std::int64_t due) {
    auto row = engine_.db().prepare(
        "SELECT count(*) FROM holder_task WHERE due_at <= ?1 AND holder || ' ' || operation NOT IN "
        "(SELECT value FROM json_each(?2))");
    row.bind_all(due, served_);
    row.step();
    return static_cast<std::uint64_t>(row.i64(0));
}

} // namespace habeas::holders
