#include "holders/tasks.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "consent/purposes.hpp"
#include "holders/definition.hpp"

#include <algorithm>
#include <set>

namespace habeas::holders {

const char task_columns[] =
    "id, subject_id, holder, operation, about, request_id, state, key, page, attempts, reason, "
    "opened_at, due_at, ended_at, answer";

namespace {

using nlohmann::json;

constexpr std::size_t max_place = 200, max_answer_ground = 300, max_cursor = 1000,
                      max_entries = 1000;
constexpr std::size_t max_page = std::size_t{16} << 20;
constexpr std::int64_t day = std::int64_t{24} * 3600 * 1000;

/// A task that will do the same, and that none which undoes it follows.
bool is_open(store::Engine& engine, SubjectId subject, const std::string& holder,
             HolderOperation operation, std::string_view about) {
    HolderOperation undoes = operation;
    if (operation == HolderOperation::restrict_data) {
        undoes = HolderOperation::lift;
    } else if (operation == HolderOperation::lift) {
        undoes = HolderOperation::restrict_data;
    }
    const std::string_view name = holder_operation_name(operation);
    auto row = engine.db().prepare(
        "SELECT operation FROM holder_task WHERE subject_id = ?1 AND holder = ?2 AND operation IN "
        "(?3, ?4) AND about = ?5 AND ended_at IS NULL ORDER BY id DESC LIMIT 1");
    row.bind_all(number(subject), holder, name, holder_operation_name(undoes), about);
    return row.step() && row.text(0) == name;
}

/// Those of purposes that the person agreed to, or that need no consent.
std::set<std::string> recipients_of(store::Engine& engine, SubjectId subject) {
    std::set<std::string> out;
    for (const Purpose& purpose : *consent::declared_purposes(engine)) {
        if (purpose.recipients.empty()) {
            continue;
        }
        if (purpose.basis == Basis::consent) {
            auto row = engine.db().prepare(
                "SELECT 1 FROM event e JOIN purpose p ON p.id = e.purpose_id WHERE e.subject_id = "
                "?1 AND p.code = ?2 AND e.kind = ?3 LIMIT 1");
            row.bind_all(number(subject), purpose.code, static_cast<int>(EventKind::granted));
            if (!row.step()) {
                continue;
            }
        }
        out.insert(purpose.recipients.begin(), purpose.recipients.end());
    }
    return out;
}

void read_answer(std::string_view text, std::vector<HolderRows>& rows,
                 std::vector<HolderRetained>& retained) {
    const json answer = json::parse(text);
    if (const auto list = answer.find("rows"); list != answer.end()) {
        for (const json& each : *list) {
            rows.push_back(
                {each.at("place").get<std::string>(), each.at("rows").get<std::uint64_t>()});
        }
    }
    if (const auto list = answer.find("retained"); list != answer.end()) {
        for (const json& each : *list) {
            HolderRetained& out = retained.emplace_back();
            out.place = each.at("place").get<std::string>();
            out.rows = each.at("rows").get<std::uint64_t>();
            out.ground = each.at("ground").get<std::string>();
            if (const auto until = each.find("until"); until != each.end() && !until->is_null()) {
                out.until = parse_time(until->get<std::string>());
            }
        }
    }
}

/// Pages add up: one entry a place, and of what is retained one a place, ground and end.
void add_up(std::vector<HolderRows>& rows, std::vector<HolderRetained>& retained,
            const HolderAnswer& page) {
    for (const HolderRows& each : page.rows) {
        const auto same = std::find_if(rows.begin(), rows.end(), [&](const HolderRows& known) {
            return known.place == each.place;
        });
        same == rows.end() ? rows.push_back(each) : void(same->rows += each.rows);
    }
    for (const HolderRetained& each : page.retained) {
        const auto same =
            std::find_if(retained.begin(), retained.end(), [&](const HolderRetained& known) {
                return known.place == each.place && known.ground == each.ground &&
                       known.until == each.until;
            });
        same == retained.end() ? retained.push_back(each) : void(same->rows += each.rows);
    }
}

/// When to ask again: at the first end there is, but not at once and for ever.
std::optional<std::int64_t> first_end(store::Engine& engine,
                                      const std::vector<HolderRetained>& retained) {
    std::optional<std::int64_t> out;
    for (const HolderRetained& each : retained) {
        if (each.until) {
            const std::int64_t end = each.until->time_since_epoch().count();
            out = std::min(out.value_or(end), end);
        }
    }
    return out ? std::optional(std::max(*out, engine.now_ms() + day)) : std::nullopt;
}

std::string grounds(const std::vector<HolderRetained>& retained) {
    std::set<std::string> each;
    for (const HolderRetained& one : retained) {
        each.insert(one.ground);
    }
    std::string out;
    for (const std::string& ground : each) {
        out += (out.empty() ? "" : "; ") + ground;
    }
    return out;
}

/// Whom to look for stays, sealed, until what is retained can go.
void keep_hold(store::Engine& engine, const HolderTask& task, const SealedIdentity& sealed) {
    engine.db()
        .prepare("INSERT INTO holder_hold(subject_id, holder, ground, until, placed_at, actor_id, "
                 "key, key_id, identity) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .bind_all(number(task.subject), task.holder, grounds(task.retained),
                  first_end(engine, task.retained), engine.now_ms(), engine.actor_id(), task.key,
                  sealed.key_id, store::Blob{sealed.bytes})
        .run();
}

} // namespace

HolderTaskId insert_task(store::Engine& engine, const NewTask& task, const Identity& identity) {
    const std::string key = base::uuid_v4(engine.random());
    const SealedIdentity sealed = seal(engine, key, identity);
    engine.db()
        .prepare(
            "INSERT INTO holder_task(subject_id, holder, operation, about, request_id, state, "
            "key, cursor, page, attempts, reason, due_at, opened_at, answer, key_id, identity) "
            "VALUES(?1, ?2, ?3, ?4, ?5, 'waiting', ?6, '', 0, 0, '', ?7, ?8, '{}', ?9, ?10)")
        .bind_all(number(task.subject), task.holder, holder_operation_name(task.operation),
                  task.about, task.request, key, task.due_at, engine.now_ms(), sealed.key_id,
                  store::Blob{sealed.bytes})
        .run();
    return HolderTaskId{engine.db().scalar_i64("SELECT last_insert_rowid()")};
}

std::vector<HolderTaskId> open_tasks(store::Engine& engine, const Opening& opening) {
    std::vector<HolderTaskId> out;
    std::optional<Identity> identity;
    for (const Definition& holder : definitions(engine)) {
        if (!holder.has(opening.operation) ||
            is_open(engine, opening.subject, holder.code, opening.operation, "")) {
            continue;
        }
        if (!identity) {
            identity = identity_of(engine, opening.subject);
        }
        out.push_back(
            insert_task(engine,
                        {opening.subject, holder.code, opening.operation, "", opening.request,
                         opening.later ? std::nullopt : std::optional(engine.now_ms())},
                        *identity));
    }
    return out;
}

void open_tells(store::Engine& engine, SubjectId subject, HolderOperation about,
                std::optional<std::int64_t> request) {
    const std::set<std::string> recipients = recipients_of(engine, subject);
    if (recipients.empty()) {
        return;
    }
    const Identity identity = identity_of(engine, subject);
    for (const std::string& recipient : recipients) {
        const std::string_view what = holder_operation_name(about);
        if (is_open(engine, subject, recipient, HolderOperation::tell, what)) {
            continue;
        }
        const auto holder = find_definition(engine, recipient);
        const bool called = holder && holder->has(HolderOperation::tell);
        insert_task(engine,
                    {subject, recipient, HolderOperation::tell, std::string(what), request,
                     called ? std::optional(engine.now_ms()) : std::nullopt},
                    identity);
    }
}

void release(store::Engine& engine, SubjectId subject, HolderOperation operation) {
    engine.db()
        .prepare("UPDATE holder_task SET due_at = ?3 WHERE subject_id = ?1 AND operation = ?2 AND "
                 "ended_at IS NULL AND due_at IS NULL")
        .bind_all(number(subject), holder_operation_name(operation), engine.now_ms())
        .run();
}

void cancel(store::Engine& engine, SubjectId subject, std::optional<HolderOperation> operation) {
    const std::string_view name = operation ? holder_operation_name(*operation) : "";
    engine.db()
        .prepare("UPDATE holder_task SET state = 'cancelled', ended_at = ?3, due_at = NULL, cursor "
                 "= '', key_id = NULL, identity = NULL WHERE subject_id = ?1 AND ended_at IS NULL "
                 "AND CASE ?2 WHEN '' THEN operation <> 'erase' ELSE operation = ?2 END")
        .bind_all(number(subject), name, engine.now_ms())
        .run();
}

bool any_open(store::Engine& engine, SubjectId subject, HolderOperation operation) {
    auto row = engine.db().prepare("SELECT 1 FROM holder_task WHERE subject_id = ?1 AND operation "
                                   "= ?2 AND ended_at IS NULL LIMIT 1");
    row.bind_all(number(subject), holder_operation_name(operation));
    return row.step();
}

HolderTask read_task(const store::Statement& row) {
    HolderTask out;
    out.id = HolderTaskId{row.i64(0)};
    out.subject = SubjectId{row.i64(1)};
    out.holder = row.str(2);
    const auto operation = holder_operation(row.text(3));
    const auto state = holder_task_state(row.text(6));
    if (!operation || !state) {
        throw Error(Errc::corrupt, "a data holder's task has an unknown operation or state",
                    "holder_task");
    }
    out.operation = *operation;
    out.about = holder_operation(row.text(4)).value_or(*operation);
    out.request = row.opt_i64(5);
    out.state = *state;
    out.key = row.str(7);
    out.pages = row.i64(8);
    out.attempts = row.i64(9);
    out.reason = row.str(10);
    out.opened_at = time_of(row.i64(11));
    out.due_at = optional_time(row, 12);
    out.ended_at = optional_time(row, 13);
    read_answer(row.text(14), out.rows, out.retained);
    return out;
}

std::optional<HolderTask> find_task(store::Engine& engine, HolderTaskId id) {
    auto row = engine.db().prepare_text(std::string("SELECT ") + task_columns +
                                        " FROM holder_task WHERE id = ?1");
    row.bind(1, number(id));
    return row.step() ? std::optional(read_task(row)) : std::nullopt;
}

void check_answer(HolderOperation operation, const HolderAnswer& answer) {
    base::require_text(answer.next, "next", false, max_cursor);
    if (answer.rows.size() > max_entries || answer.retained.size() > max_entries) {
        throw Error(Errc::invalid, "an answer names at most 1000 places", "rows");
    }
    for (const HolderRows& each : answer.rows) {
        base::require_text(each.place, "place", false, max_place);
    }
    for (const HolderRetained& each : answer.retained) {
        base::require_text(each.place, "place", false, max_place);
        base::require_text(each.ground, "ground", false, max_answer_ground);
        if (each.ground.empty()) {
            throw Error(Errc::invalid, "what is retained needs its legal ground (GDPR art. 17(3))",
                        "ground");
        }
    }
    if (!answer.retained.empty() && operation != HolderOperation::erase) {
        throw Error(Errc::invalid, "only an erasure retains something", "retained");
    }
    if (answer.data.empty()) {
        return;
    }
    if (operation != HolderOperation::export_data) {
        throw Error(Errc::invalid, "only an export gives data", "data");
    }
    if (answer.data.size() > max_page || !json::accept(answer.data)) {
        throw Error(Errc::invalid, "data is a JSON value of at most 16 MiB a page", "data");
    }
}

bool store_answer(store::Engine& engine, HolderTaskId id, std::int64_t page,
                  const HolderAnswer& answer, bool by_hand) {
    auto task = find_task(engine, id);
    if (!task || task->ended_at || task->pages != page) {
        return false;
    }
    check_answer(task->operation, answer);
    add_up(task->rows, task->retained, answer);
    const std::string stored =
        base::object_of("rows", rows_json(task->rows), "retained", retained_json(task->retained))
            .dump();
    if (!answer.data.empty()) {
        engine.db()
            .prepare("INSERT OR REPLACE INTO holder_export(subject_id, task_id, page, at, data) "
                     "VALUES(?1, ?2, ?3, ?4, ?5)")
            .bind_all(number(task->subject), number(id), page, engine.now_ms(), answer.data)
            .run();
    }
    if (!answer.next.empty()) {
        engine.db()
            .prepare(
                "UPDATE holder_task SET state = 'waiting', cursor = ?2, page = page + 1, "
                "attempts = 0, reason = '', due_at = opened_at, answer = ?3, draft = '' WHERE id = "
                "?1")
            .bind_all(number(id), answer.next, stored)
            .run();
        return true;
    }
    const bool retains = !task->retained.empty();
    if (retains) {
        auto row = engine.db().prepare("SELECT key_id, identity FROM holder_task WHERE id = ?1");
        row.bind(1, number(id));
        row.step();
        const SealedIdentity sealed{row.str(0), std::string(row.blob(1))};
        row.reset();
        keep_hold(engine, *task, sealed);
    }
    engine.db()
        .prepare("UPDATE holder_task SET state = ?2, cursor = '', page = page + 1, reason = '', "
                 "due_at = NULL, ended_at = ?3, answered_by = ?4, answer = ?5, draft = '', key_id "
                 "= NULL, identity = NULL WHERE id = ?1")
        .bind_all(number(id), retains ? "retained" : "done", engine.now_ms(),
                  by_hand ? std::optional(engine.actor_id()) : std::nullopt, stored)
        .run();
    if (task->operation != HolderOperation::tell &&
        !any_open(engine, task->subject, task->operation)) {
        for (const store::Module* module : engine.modules()) {
            if (module->holders_answered != nullptr) {
                module->holders_answered(engine, task->subject,
                                         holder_operation_name(task->operation));
            }
        }
    }
    return true;
}

json rows_json(const std::vector<HolderRows>& rows) {
    json out = json::array();
    for (const HolderRows& each : rows) {
        out.push_back(base::object_of("place", each.place, "rows", each.rows));
    }
    return out;
}

json retained_json(const std::vector<HolderRetained>& retained) {
    json out = json::array();
    for (const HolderRetained& each : retained) {
        json& entry = out.emplace_back(base::object_of("place", each.place, "rows", each.rows,
                                                       "ground", each.ground, "until", nullptr));
        if (each.until) {
            entry["until"] = format_time(*each.until);
        }
    }
    return out;
}

} // namespace habeas::holders
