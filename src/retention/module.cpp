#include "retention/module.hpp"

#include "retention/clock.hpp"
#include "retention/definition.hpp"
#include "retention/run.hpp"
#include "segments/filter.hpp"
#include "store/engine.hpp"

namespace habeas::store {
extern const char schema_retention[];
}

namespace habeas::retention {
namespace {

/// What either did last counts.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    const auto run = [&](const char* sql) {
        engine.db()
            .prepare(sql)
            .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
            .run();
    };
    run("INSERT INTO retention_state(subject_id, activity, anonymised_at) SELECT ?1, activity, "
        "NULL "
        "FROM retention_state WHERE subject_id = ?2 ON CONFLICT(subject_id) DO UPDATE SET "
        "anonymised_at = NULL, activity = nullif(max(coalesce(activity, 0), "
        "coalesce(excluded.activity, 0)), 0)");
    run("DELETE FROM retention_state WHERE subject_id = ?2");
}

void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places) {
    for (const Stored& each : load_all(engine)) {
        if (each.rule.filter.empty()) {
            continue;
        }
        for (const std::string& pointer :
             segments::pointers_to_segment(each.rule.filter, segment)) {
            places.push_back("retention rule " + each.rule.code + " (/filter" + pointer + ")");
        }
    }
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;

} // namespace

const store::Module module{
    .name = "retention",
    .schema = store::schema_retention,
    .tables = {{"retention_state", "subject_id", "last activity", OnErase::remove, nullptr}},
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
    .merge = merge,
    .tick = tick,
    .uses_segment = uses_segment,
    .actor_columns = {{"retention_run", "actor_id"}},
};

} // namespace habeas::retention
