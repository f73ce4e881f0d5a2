// A score is a profile: art. 15(1)(h).
#include "exports/bundle_list.hpp"
#include "points/module.hpp"

namespace habeas::points {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"points",
         "entries",
         {{"at", Kind::time}, {"points", Kind::number}, {"reason"}},
         "SELECT at, points, reason FROM points_entry WHERE subject_id = ?1 ORDER BY id",
         false},
    };
    return lists;
}

} // namespace habeas::points
