#include "holders/module.hpp"

#include "habeas/erasure.hpp"
#include "holders/declared.hpp"
#include "holders/definition.hpp"
#include "holders/documents.hpp"
#include "holders/tasks.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_holders[];
}

namespace habeas::holders {
namespace {

void check_erasure(store::Engine& engine, SubjectId subject) {
    if (const auto ground = held(engine, subject)) {
        throw Error(Errc::denied,
                    "a hold keeps this person from being erased (GDPR art. 17(3)): " + *ground +
                        "; lift it first",
                    "hold");
    }
}

/// What a declared holder would remove and keep, table by table. Errors of its database.
std::vector<ErasurePlanRow> plan_of(store::Engine& engine, SubjectId subject,
                                    const Definition& holder) {
    std::vector<ErasurePlanRow> out;
    HolderCall call;
    call.subject = subject;
    call.operation = HolderOperation::erase;
    Identity identity = identity_of(engine, subject);
    call.former = std::move(identity.former);
    call.identifiers = std::move(identity.identifiers);
    do {
        const HolderAnswer page = count_declared(*holder.database, call, engine.now_ms());
        for (const HolderRows& each : page.rows) {
            out.push_back({"data holder " + holder.code + ": " + each.place, each.rows, "ask",
                           "erased when it is asked"});
        }
        for (const HolderRetained& each : page.retained) {
            out.push_back(
                {"data holder " + holder.code + ": " + each.place, each.rows, "keep",
                 each.until ? each.ground + " until " + format_time(*each.until) : each.ground});
        }
        call.cursor = page.next;
    } while (!call.cursor.empty());
    return out;
}

void plan_erasure(store::Engine& engine, SubjectId subject, ErasurePlan& plan) {
    check_erasure(engine, subject);
    for (const Definition& holder : definitions(engine)) {
        if (!holder.has(HolderOperation::erase)) {
            continue;
        }
        if (holder.database) {
            try {
                const auto rows = plan_of(engine, subject, holder);
                plan.rows.insert(plan.rows.end(), rows.begin(), rows.end());
                continue;
            } catch (const Error&) { // it cannot be looked at now; the erasure asks it all the same
            }
        }
        plan.rows.push_back({"data holder " + holder.code, 0, "ask",
                             "it answers what it removed or retains, and why"});
    }
}

void processors_used(store::Engine& engine, std::multimap<std::string, std::string>& used) {
    for (const Definition& holder : definitions(engine)) {
        if (!holder.processor.empty()) {
            used.emplace(holder.processor, holder.code);
        }
    }
}

bool is_there(store::Engine& engine, SubjectId subject) {
    auto row = engine.db().prepare("SELECT 1 FROM subject WHERE id = ?1");
    row.bind(1, number(subject));
    return row.step();
}

/// In the transaction of the erasure, while it is still known who the person is.
void erase(store::Engine& engine, store::ErasureContext& context) {
    cancel(engine, context.subject, std::nullopt);
    engine.db()
        .prepare("UPDATE holder_hold SET ground = '', ended_at = coalesce(ended_at, ?2) WHERE "
                 "subject_id = ?1 AND holder IS NULL")
        .bind_all(number(context.subject), engine.now_ms())
        .run();
    if (is_there(engine, context.subject)) { // a replay may be about a number without a person
        open_tasks(engine, {context.subject, HolderOperation::erase, {}, false});
        open_tells(engine, context.subject, HolderOperation::erase);
    }
}

/// Whoever records a restriction or its end: holders are asked to follow, recipients are told.
void settle(store::Engine& engine) {
    std::vector<std::pair<SubjectId, bool>> changed;
    {
        auto row = engine.db().prepare(
            "SELECT subject_id, kind FROM event WHERE id > ?1 AND kind IN (?2, ?3) AND subject_id "
            "IS NOT NULL ORDER BY id");
        row.bind_all(engine.last_commit().head_sequence, static_cast<int>(EventKind::restricted),
                     static_cast<int>(EventKind::restriction_lifted));
        while (row.step()) {
            changed.emplace_back(SubjectId{row.i64(0)},
                                 row.i64(1) == static_cast<int>(EventKind::restricted));
        }
    }
    for (const auto& [subject, restricted] : changed) {
        const HolderOperation operation =
            restricted ? HolderOperation::restrict_data : HolderOperation::lift;
        open_tasks(engine, {subject, operation, {}, false});
        if (restricted) { // art. 19 names the restriction, not its end
            open_tells(engine, subject, operation);
        }
    }
}

void rekey(store::Engine& engine, const Progress&) {
    rekey_identities(engine);
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto left = engine.db().prepare("SELECT id FROM holder_task WHERE ended_at IS NOT NULL AND "
                                    "(identity IS NOT NULL OR due_at IS NOT NULL)");
    while (left.step()) {
        findings.error("holder_task_not_over",
                       fmt::format("task {} of a data holder is over, but whom it was about is "
                                   "still kept",
                                   left.i64(0)));
    }
    auto lost = engine.db().prepare(
        "SELECT id FROM holder_export e WHERE NOT EXISTS (SELECT 1 FROM subject s WHERE s.id = "
        "e.subject_id)");
    while (lost.step()) {
        findings.error("export_without_subject",
                       fmt::format("export {} is about a subject that is not there", lost.i64(0)));
    }
    findings.finish();
}

/// Holds end and exports go when their time is over. Holders are not called here: host code runs
/// where the host asks for it, in DataHolders::run.
void tick(store::Engine& engine, TickReport&) {
    end_holds(engine, engine.now_ms());
    const std::int64_t end = engine.now_ms() - std::chrono::milliseconds(export_lifetime).count();
    auto old = engine.db().prepare("SELECT 1 FROM holder_export WHERE at <= ?1 LIMIT 1");
    old.bind(1, end);
    if (!old.step()) {
        return;
    }
    old.reset();
    store::Engine::Write tx(engine);
    engine.db().prepare("DELETE FROM holder_export WHERE at <= ?1").bind_all(end).run();
    tx.commit();
}

using OnErase = store::SubjectTable::OnErase;

} // namespace

const store::Module module{
    .name = "holders",
    .schema = store::schema_holders,
    .tables = {{"holder_task", "subject_id", "tasks of data holders", OnErase::keep,
                "what each holder was asked and answered, of the number alone (GDPR art. 5(2)); "
                "whom to look for is sealed, and goes with its answer"},
               {"holder_export", "subject_id", "exports of data holders", OnErase::remove, nullptr},
               {"holder_hold", "subject_id", "holds on an erasure", OnErase::keep,
                "what must be kept, on which ground and until when, of the number alone (GDPR "
                "art. 17(3)); whom to look for then is sealed"}},
    .store_tables = {"holder"},
    .definitions = {{"holders", list_definitions, apply_definition}},
    .erase = erase,
    .check_erasure = check_erasure,
    .plan_erasure = plan_erasure,
    .erasure_receipt = erasure_receipt,
    .processors_used = processors_used,
    .merge = merge_tasks,
    .settle = settle,
    .rekey = rekey,
    .verify = verify,
    .tick = tick,
    .actor_columns = {{"holder_task", "answered_by"}, {"holder_hold", "actor_id"}},
};

} // namespace habeas::holders
