// What retention knows of the person.
#include "exports/bundle_list.hpp"
#include "retention/module.hpp"

namespace habeas::retention {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"retention",
         "activity",
         {{"last_activity_at", Kind::time}, {"anonymised_at", Kind::time}},
         "SELECT activity, anonymised_at FROM retention_state WHERE subject_id = ?1"},
    };
    return lists;
}

} // namespace habeas::retention
