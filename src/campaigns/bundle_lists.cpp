// Ways through campaigns, and what the person did with messages.
#include "campaigns/module.hpp"
#include "exports/bundle_list.hpp"

namespace habeas::campaigns {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"campaigns",
         "campaigns",
         {{"campaign"}, {"origin"}, {"state"}, {"entered_at", Kind::time}, {"left_at", Kind::time}},
         "SELECT c.code, m.origin, m.state, m.entered_at, m.left_at FROM campaign_member m JOIN "
         "campaign c ON c.id = m.campaign_id WHERE m.subject_id = ?1 ORDER BY m.id",
         false},
        {"campaigns",
         "campaign_steps",
         {{"campaign"},
          {"event"},
          {"state"},
          {"outcome"},
          {"reached_at", Kind::time},
          {"finished_at", Kind::time}},
         "SELECT c.code, s.event, s.state, CASE WHEN s.state = 'failed' THEN '' ELSE s.outcome "
         "END, s.reached_at, s.finished_at FROM campaign_step s JOIN campaign c ON c.id = "
         "s.campaign_id WHERE s.subject_id = ?1 ORDER BY s.member_id, s.reached_at, s.event, "
         "s.round",
         false},
        {"campaigns",
         "signals",
         {{"kind"}, {"key"}, {"at", Kind::time}},
         "SELECT kind, key, at FROM campaign_signal WHERE subject_id = ?1 ORDER BY id",
         true},
    };
    return lists;
}

} // namespace habeas::campaigns
