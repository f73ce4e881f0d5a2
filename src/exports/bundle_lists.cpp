// Files that were written about the person: that they are there. Where is the controller's
// business.
#include "exports/bundle_list.hpp"
#include "exports/module.hpp"

namespace habeas::exports {

std::span<const BundleList> own_bundle_lists() {
    using Kind = BundleColumn::Kind;
    static const std::vector<BundleList> lists{
        {"exports",
         "files",
         {{"created_at", Kind::time}, {"expires_at", Kind::time}},
         "SELECT created_at, expires_at FROM written_file WHERE subject_id = ?1 ORDER BY id"},
    };
    return lists;
}

} // namespace habeas::exports
