#include "retention/module.hpp"

#include "base/json_members.hpp"
#include "retention/clock.hpp"
#include "retention/definition.hpp"
#include "retention/run.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_retention[];
}

namespace habeas::retention {
namespace {

/// The stricter of two holds: the longer one. What either did last counts.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    const auto run = [&](const char* sql) {
        engine.db()
            .prepare(sql)
            .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
            .run();
    };
    run("INSERT INTO retention_hold(subject_id, reason, since, until) SELECT ?1, reason, since, "
        "until FROM retention_hold WHERE subject_id = ?2 ON CONFLICT(subject_id) DO UPDATE SET "
        "reason = excluded.reason, since = excluded.since, until = excluded.until WHERE "
        "retention_hold.until IS NOT NULL AND (excluded.until IS NULL OR excluded.until > "
        "retention_hold.until)");
    run("INSERT INTO retention_state(subject_id, activity, anonymised_at) SELECT ?1, activity, "
        "NULL "
        "FROM retention_state WHERE subject_id = ?2 ON CONFLICT(subject_id) DO UPDATE SET "
        "anonymised_at = NULL, activity = nullif(max(coalesce(activity, 0), "
        "coalesce(excluded.activity, 0)), 0)");
    run("DELETE FROM retention_hold WHERE subject_id = ?2");
    run("DELETE FROM retention_state WHERE subject_id = ?2");
}

void bundle(store::Engine& engine, SubjectId subject, nlohmann::json& out) {
    auto row = engine.db().prepare(
        "SELECT reason, since, until FROM retention_hold WHERE subject_id = ?1");
    row.bind(1, static_cast<std::int64_t>(subject));
    if (!row.step()) {
        return;
    }
    const auto time = [&](int column) {
        return format_time(Time(std::chrono::milliseconds(row.i64(column))));
    };
    nlohmann::json hold = base::object_of("reason", row.str(0), "since", time(1));
    if (!row.is_null(2)) {
        hold["until"] = time(2);
    }
    out["hold"] = std::move(hold);
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;

} // namespace

const store::Module module{
    .name = "retention",
    .schema = store::schema_retention,
    .tables = {{"retention_hold", "subject_id", "holds", OnErase::remove, nullptr},
               {"retention_state", "subject_id", "last activity", OnErase::remove, nullptr}},
    .store_tables = {"retention_rule", "retention_run"},
    .filter_fields = {{.name = "anonymised",
                       .type = Type::boolean,
                       .sql = anonymous_sql,
                       .changes = store::change_bit(ChangeKind::profile)},
                      {.name = "last_activity_at",
                       .type = Type::time,
                       .sql = activity_sql,
                       .changes = store::change_bit(ChangeKind::campaign) |
                                  store::change_bit(ChangeKind::submission) |
                                  store::change_bit(ChangeKind::consent)}},
    .definitions = {{"retention", list_definitions, apply_definition}},
    .bundle = bundle,
    .merge = merge,
    .tick = tick,
};

} // namespace habeas::retention
