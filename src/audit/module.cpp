#include "audit/module.hpp"

#include "audit/ledger.hpp"
#include "audit/verify.hpp"

namespace habeas::store {
extern const char schema_audit[];
}

namespace habeas::audit {
namespace {

void record_act(store::Engine& engine, EventKind kind, const std::string& evidence) {
    Entry entry;
    entry.kind = kind;
    entry.evidence = evidence;
    append(engine, entry);
}

/// The events of `gone` join those of `keep`. Their commitments hold: they are to the number that
/// an event was written for, which stays in origin_id.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("UPDATE event SET origin_id = coalesce(origin_id, subject_id), subject_id = ?1 "
                 "WHERE subject_id = ?2")
        .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
        .run();
}

void before_commit(store::Engine& engine) {
    const auto& start = engine.ledger_start();
    if (!start.checked) {
        return; // nothing was appended: the head stays what the last commit vouched for
    }
    const Head last = head(engine);
    if (start.foreign && last.hash == start.hash) {
        return; // what was appended was rolled back, and the end is not ours
    }
    engine.set_head(last.sequence, last.hash);
}

} // namespace

const store::Module module{
    .name = "audit",
    .schema = store::schema_audit,
    .tables = {{"event", "subject_id", "ledger events", store::SubjectTable::OnErase::remove,
                nullptr}},
    .store_tables = {"chain"},
    .merge = merge,
    .record_act = record_act,
    .before_commit = before_commit,
    .verify = verify,
    .actor_columns = {{"event", "actor_id"}},
};

} // namespace habeas::audit
