// Who comes in by the source segments, and who goes.
#include "campaigns/rows.hpp"

#include <nlohmann/json.hpp>

namespace habeas::campaigns {
namespace {

std::string segment_ids(store::Engine& engine, const Definition& definition) {
    nlohmann::json ids = nlohmann::json::array();
    for (const std::string& code : definition.segments) {
        auto row = engine.db().prepare("SELECT id FROM segment WHERE code = ?1");
        row.bind(1, code);
        if (row.step()) {
            ids.push_back(row.i64(0));
        }
    }
    return ids.dump();
}

std::vector<std::int64_t> numbers(store::Statement row) {
    std::vector<std::int64_t> out;
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

void leave(Work& work, const Campaign& campaign, std::int64_t member, std::int64_t subject) {
    const bool stop = campaign.definition->stop_on_leaving;
    work.engine.db()
        .prepare("UPDATE campaign_member SET left_at = ?2, state = CASE WHEN ?3 AND state = "
                 "'active' THEN 'left' ELSE state END WHERE id = ?1")
        .bind_all(member, work.ms(), stop)
        .run();
    if (stop) {
        stop_pending(work, member, "stopped: left the source", false);
    }
    work.engine.note_change(SubjectId{subject}, ChangeKind::campaign);
    work.count(campaign.id, "", "left");
    ++work.report.left;
    work.tell(campaign, subject, "", "left", stop ? "stopped" : "continues");
}

} // namespace

std::size_t follow_sources(Work& work, const Campaign& campaign, std::int64_t first,
                           std::int64_t last, std::size_t limit) {
    auto& db = work.engine.db();
    const std::string segments = segment_ids(work.engine, *campaign.definition);
    const auto most = static_cast<std::int64_t>(limit);
    // Once only, unless it may start again after it has left.
    auto fresh = db.prepare(
        "SELECT DISTINCT m.subject_id FROM segment_member m WHERE m.segment_id IN "
        "(SELECT value FROM json_each(?1)) AND m.subject_id BETWEEN ?2 AND ?3 AND NOT EXISTS "
        "(SELECT 1 FROM campaign_member e WHERE e.campaign_id = ?4 AND e.subject_id = m.subject_id "
        "AND (?5 = 0 OR e.left_at IS NULL OR e.state = 'removed')) ORDER BY 1 LIMIT ?6");
    fresh.bind_all(segments, first, last, campaign.id, campaign.definition->restart, most);
    const std::vector<std::int64_t> entering = numbers(std::move(fresh));
    for (std::int64_t subject : entering) {
        enter(work, campaign, subject, "segment");
    }

    auto gone = db.prepare(
        "SELECT e.id, e.subject_id FROM campaign_member e WHERE e.campaign_id = ?1 AND "
        "e.subject_id BETWEEN ?2 AND ?3 AND e.left_at IS NULL AND e.origin = 'segment' AND NOT "
        "EXISTS (SELECT 1 FROM segment_member m WHERE m.subject_id = e.subject_id AND m.segment_id "
        "IN (SELECT value FROM json_each(?4))) LIMIT ?5");
    gone.bind_all(campaign.id, first, last, segments, most);
    std::vector<std::pair<std::int64_t, std::int64_t>> leaving;
    while (gone.step()) {
        leaving.emplace_back(gone.i64(0), gone.i64(1));
    }
    gone.reset();
    for (const auto& [member, subject] : leaving) {
        leave(work, campaign, member, subject);
    }
    return std::max(entering.size(), leaving.size());
}

} // namespace habeas::campaigns
