// Who comes in by the source segments, and who goes.
#include "campaigns/run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::campaigns {
namespace {

std::vector<std::int64_t> segment_ids(store::Engine& engine, const Definition& definition) {
    std::vector<std::int64_t> ids;
    for (const std::string& code : definition.segments) {
        auto row = engine.db().prepare("SELECT id FROM segment WHERE code = ?1");
        row.bind(1, code);
        if (row.step()) {
            ids.push_back(row.i64(0));
        }
    }
    return ids;
}

/// Members of these segments who come in, in order: the first `limit` of them.
std::vector<std::int64_t> entering(store::Engine& engine, const Campaign& campaign,
                                   const std::vector<std::int64_t>& segments, Range subjects,
                                   std::size_t limit) {
    std::vector<std::int64_t> out;
    // Once only, unless it may start again after it has left. One segment after the other: the key
    // gives them in order, and a sort of all of them for each batch is saved.
    auto row = engine.db().prepare(
        "SELECT m.subject_id FROM segment_member m WHERE m.segment_id = ?1 AND m.subject_id "
        "BETWEEN "
        "?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM campaign_member e WHERE e.campaign_id = ?4 AND "
        "e.subject_id = m.subject_id AND (?5 = 0 OR e.left_at IS NULL OR e.state = 'removed')) "
        "ORDER BY m.subject_id LIMIT ?6");
    for (std::int64_t segment : segments) {
        row.bind_all(segment, subjects.first, subjects.last, campaign.id,
                     campaign.definition->restart, static_cast<std::int64_t>(limit));
        while (row.step()) {
            out.push_back(row.i64(0));
        }
        row.reset();
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    out.resize(std::min(out.size(), limit));
    return out;
}

struct Leaving {
    std::int64_t member = 0, subject = 0;
};

/// Who came in by a segment and is in none of these any more, in order of subject.
std::vector<Leaving> leaving(store::Engine& engine, const Campaign& campaign,
                             const std::vector<std::int64_t>& segments, Range subjects,
                             std::size_t limit) {
    std::vector<Leaving> out;
    auto row = engine.db().prepare(
        "SELECT e.id, e.subject_id FROM campaign_member e WHERE e.campaign_id = ?1 AND "
        "e.subject_id BETWEEN ?2 AND ?3 AND e.left_at IS NULL AND e.origin = 'segment' AND NOT "
        "EXISTS (SELECT 1 FROM segment_member m WHERE m.subject_id = e.subject_id AND m.segment_id "
        "IN (SELECT value FROM json_each(?4))) ORDER BY e.subject_id LIMIT ?5");
    row.bind_all(campaign.id, subjects.first, subjects.last, nlohmann::json(segments).dump(),
                 static_cast<std::int64_t>(limit));
    while (row.step()) {
        out.push_back({row.i64(0), row.i64(1)});
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

std::optional<std::int64_t> follow_sources(Work& work, const Campaign& campaign, Range subjects,
                                           std::size_t limit) {
    const auto segments = segment_ids(work.engine, *campaign.definition);
    std::optional<std::int64_t> next;
    const auto in = entering(work.engine, campaign, segments, subjects, limit);
    if (in.size() == limit) {
        next = subjects.last = in.back();
    }
    const auto out = leaving(work.engine, campaign, segments, subjects, limit);
    if (out.size() == limit) {
        next = subjects.last = out.back().subject;
    }
    Live& live = work.engine.attachment<Live>();
    const bool once = live.running && work.simulation == nullptr;
    for (std::int64_t subject : in) {
        if (subject <= subjects.last &&
            (!once || live.entered.emplace(campaign.id, subject).second)) {
            enter(work, campaign, subject, "segment");
        }
    }
    for (const Leaving& each : out) {
        leave(work, campaign, each.member, each.subject);
    }
    return next;
}

} // namespace habeas::campaigns
