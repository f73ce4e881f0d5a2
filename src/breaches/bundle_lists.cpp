// Which breaches concern the person, and when they were told. What it was called is the host's
// text, so the person gets it with the communication.
#include "breaches/module.hpp"
#include "exports/bundle_list.hpp"

namespace habeas::breaches {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"breaches",
         "breaches",
         {{"breach"}, {"title"}, {"aware_at", Kind::time}, {"told_at", Kind::time}},
         "SELECT b.code, CASE WHEN x.told_at IS NOT NULL THEN json_extract(b.facts, '$.title') "
         "END, b.aware_at, x.told_at FROM breach_subject x JOIN breach b ON b.id = x.breach_id "
         "WHERE x.subject_id = ?1 ORDER BY b.id"},
    };
    return lists;
}

} // namespace habeas::breaches
