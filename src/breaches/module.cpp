#include "breaches/module.hpp"

#include "breaches/rows.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_breaches[];
}

namespace habeas::breaches {
namespace {

void erase(store::Engine& engine, store::ErasureContext& context) {
    mask_filters(engine, context.subject);
}

/// Whom both concern it concerns once; told is told.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    const auto run = [&](const char* sql) {
        engine.db()
            .prepare(sql)
            .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
            .run();
    };
    run("INSERT INTO breach_subject(breach_id, subject_id, told_at, message_id, refused) SELECT "
        "breach_id, ?1, told_at, message_id, refused FROM breach_subject WHERE subject_id = ?2 ON "
        "CONFLICT(breach_id, subject_id) DO UPDATE SET message_id = CASE WHEN told_at IS NULL THEN "
        "excluded.message_id ELSE message_id END, refused = CASE WHEN told_at IS NULL THEN "
        "excluded.refused ELSE refused END, told_at = coalesce(told_at, excluded.told_at)");
    run("DELETE FROM breach_subject WHERE subject_id = ?2 AND ?1 = ?1");
}

/// Every breach and every step can be read.
void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto row = engine.db().prepare("SELECT id, facts FROM breach UNION ALL SELECT breach_id, facts "
                                   "FROM breach_step ORDER BY 1");
    while (row.step()) {
        if (!nlohmann::json::accept(row.text(1))) {
            findings.error("breach_unreadable",
                           fmt::format("breach {} cannot be read", row.i64(0)));
        }
    }
    findings.finish();
}

} // namespace

const store::Module module{
    .name = "breaches",
    .schema = store::schema_breaches,
    .tables = {{"breach_subject", "subject_id", "breaches that concern them",
                store::SubjectTable::OnErase::remove, nullptr}},
    .store_tables = {"breach", "breach_step"},
    .erase = erase,
    .merge = merge,
    .verify = verify,
    .actor_columns = {{"breach_step", "actor_id"}},
};

} // namespace habeas::breaches
