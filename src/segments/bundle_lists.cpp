// Segments and tags are what somebody thinks of the person.
#include "exports/bundle_list.hpp"
#include "segments/module.hpp"

namespace habeas::segments {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"segments",
         "segments",
         {{"segment"}, {"label", Kind::labels}, {"since", Kind::time}},
         "SELECT g.code, g.labels, m.since FROM segment_member m JOIN segment g ON g.id = "
         "m.segment_id WHERE m.subject_id = ?1 ORDER BY g.code",
         false},
        {"segments",
         "segments_by_hand",
         {{"segment"}, {"label", Kind::labels}, {"included"}, {"at", Kind::time}},
         "SELECT g.code, g.labels, iif(m.included, 'added', 'removed'), m.at FROM segment_manual m "
         "JOIN segment g ON g.id = m.segment_id WHERE m.subject_id = ?1 ORDER BY g.code",
         false},
        {"segments",
         "tags",
         {{"tag"}},
         "SELECT t.name FROM subject_tag s JOIN tag t ON t.id = s.tag_id WHERE s.subject_id = ?1 "
         "ORDER BY t.key",
         false},
    };
    return lists;
}

} // namespace habeas::segments
