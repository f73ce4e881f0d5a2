// What data holders were asked about the person, and what is kept of the person and why.
#include "exports/bundle_list.hpp"
#include "holders/module.hpp"

namespace habeas::holders {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"holders", // what each gave last, a row a page
         "holders",
         {{"holder"}, {"exported_at", Kind::time}, {"data", Kind::json}},
         "SELECT t.holder, e.at, e.data FROM holder_export e JOIN holder_task t ON t.id = "
         "e.task_id WHERE e.subject_id = ?1 AND NOT EXISTS (SELECT 1 FROM holder_task n WHERE "
         "n.subject_id = t.subject_id AND n.holder = t.holder AND n.operation = t.operation AND "
         "n.id > t.id) ORDER BY e.id"},
        {"holders",
         "holder_tasks",
         {{"holder"},
          {"operation"},
          {"state"},
          {"opened_at", Kind::time},
          {"ended_at", Kind::time},
          {"answer", Kind::long_json}},
         "SELECT holder, operation, state, opened_at, ended_at, nullif(answer, '') FROM "
         "holder_task "
         "WHERE subject_id = ?1 ORDER BY id"},
        {"holders",
         "holds",
         {{"ground"},
          {"holder"},
          {"placed_at", Kind::time},
          {"until", Kind::time},
          {"ended_at", Kind::time}},
         "SELECT ground, holder, placed_at, until, ended_at FROM holder_hold WHERE subject_id = ?1 "
         "ORDER BY id"},
    };
    return lists;
}

} // namespace habeas::holders
