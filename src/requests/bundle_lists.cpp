// What the person asked for, and how it was answered.
#include "exports/bundle_list.hpp"
#include "requests/module.hpp"

namespace habeas::requests {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"requests",
         "requests",
         {{"request", Kind::number},
          {"kind"},
          {"state"},
          {"origin"},
          {"vouched_by"},
          {"ground"},
          {"received_at", Kind::time},
          {"verified_at", Kind::time},
          {"extended_at", Kind::time},
          {"closed_at", Kind::time}},
         "SELECT id, kind, state, origin, vouched_by, ground, received_at, verified_at, "
         "extended_at, closed_at FROM request WHERE subject_id = ?1 ORDER BY id",
         true},
        {"requests",
         "request_steps",
         {{"request", Kind::number}, {"at", Kind::time}, {"state"}, {"note"}},
         "SELECT s.request_id, s.at, s.state, s.note FROM request r JOIN request_step s ON "
         "s.request_id = r.id WHERE r.subject_id = ?1 ORDER BY r.id, s.number",
         false},
    };
    return lists;
}

} // namespace habeas::requests
