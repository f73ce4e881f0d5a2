#include "audit/module.hpp"

#include "audit/ledger.hpp"

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

void before_commit(store::Engine& engine) {
    const Head last = head(engine);
    engine.set_head(last.sequence, last.hash);
}

} // namespace

const store::Module module{
    .name = "audit",
    .schema = store::schema_audit,
    .tables = {{"event", "subject_id", "ledger events", store::SubjectTable::OnErase::remove,
                nullptr}},
    .store_tables = {"chain"},
    .record_act = record_act,
    .before_commit = before_commit,
};

} // namespace habeas::audit
