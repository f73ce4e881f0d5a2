#include "campaigns/rows.hpp"

#include "campaigns/timing.hpp"
#include "subjects/zone.hpp"

#include <fmt/format.h>

#include <array>
#include <tuple>

namespace habeas::campaigns {
namespace {

#define HABEAS_CAMPAIGN_COLUMNS "id, code, version, state, pause_reason, published_at, failed"
#define HABEAS_PENDING "('due', 'waiting', 'calling')"

/// Versions never change, so what was read once holds.
struct Definitions {
    std::map<std::pair<std::int64_t, std::int32_t>, std::shared_ptr<const Definition>> known;
};

CampaignState state_of(std::string_view name) {
    for (auto state : {CampaignState::draft, CampaignState::published, CampaignState::paused,
                       CampaignState::retired}) {
        if (campaign_state_name(state) == name) {
            return state;
        }
    }
    throw Error(Errc::corrupt, "a campaign has an unknown state", "campaign");
}

Campaign read(const store::Statement& row) {
    Campaign out;
    out.id = row.i64(0);
    out.code = row.str(1);
    out.version = static_cast<std::int32_t>(row.i64(2));
    out.state = state_of(row.text(3));
    out.pause_reason = row.str(4);
    if (!row.is_null(5)) {
        out.published_at = Time(std::chrono::milliseconds(row.i64(5)));
    }
    out.failed = row.i64(6);
    return out;
}

std::vector<Campaign> with_definitions(store::Engine& engine, std::vector<Campaign> campaigns) {
    for (Campaign& each : campaigns) {
        each.definition = definition_of(engine, each.id, each.version);
    }
    return campaigns;
}

} // namespace

bool Campaign::open_at(Time now) const {
    return state == CampaignState::published &&
           (!definition->publish_from || now >= *definition->publish_from) &&
           (!definition->publish_until || now < *definition->publish_until);
}

Campaign load(store::Engine& engine, const std::string& code) {
    auto row =
        engine.db().prepare("SELECT " HABEAS_CAMPAIGN_COLUMNS " FROM campaign WHERE code = ?1");
    row.bind(1, code);
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no campaign of this code; define it first", code);
    }
    Campaign out = read(row);
    row.reset();
    out.definition = definition_of(engine, out.id, out.version);
    return out;
}

std::vector<Campaign> load_all(store::Engine& engine) {
    std::vector<Campaign> out;
    {
        auto row =
            engine.db().prepare("SELECT " HABEAS_CAMPAIGN_COLUMNS " FROM campaign ORDER BY code");
        while (row.step()) {
            out.push_back(read(row));
        }
    }
    return with_definitions(engine, std::move(out));
}

std::vector<Campaign> published(store::Engine& engine) {
    std::vector<Campaign> out;
    {
        auto row = engine.db().prepare("SELECT " HABEAS_CAMPAIGN_COLUMNS
                                       " FROM campaign WHERE state = 'published' ORDER BY id");
        while (row.step()) {
            out.push_back(read(row));
        }
    }
    return with_definitions(engine, std::move(out));
}

std::shared_ptr<const Definition> definition_of(store::Engine& engine, std::int64_t campaign,
                                                std::int32_t version) {
    auto& slot = engine.cache<Definitions>().known[{campaign, version}];
    if (!slot) {
        auto row = engine.db().prepare("SELECT definition FROM campaign_version "
                                       "WHERE campaign_id = ?1 AND version = ?2");
        row.bind(1, campaign).bind(2, static_cast<std::int64_t>(version));
        if (!row.step()) {
            throw Error(Errc::corrupt, "a campaign's definition is not there", "campaign_version");
        }
        slot = std::make_shared<const Definition>(parse(row.text(0)));
    }
    return slot;
}

std::string Step::key() const {
    return fmt::format("{:016x}/{}/{}", static_cast<std::uint64_t>(member.reference), event, round);
}

segments::Today Work::today() {
    return {now, engine.meta("setting.time_zone").value_or("")};
}

bool Work::matches(const std::string& text, std::int64_t subject) {
    auto found = filters_.find(text);
    if (found == filters_.end()) {
        found =
            filters_.emplace(text, segments::compile(engine, segments::parse_filter(text), today()))
                .first;
    }
    const segments::Filter& filter = found->second;
    auto row = engine.db().prepare_text("SELECT 1 FROM subject s WHERE s.id = ?" +
                                        std::to_string(filter.parameters.size() + 1) + " AND (" +
                                        filter.where + ")");
    segments::bind(row, filter);
    row.bind(static_cast<int>(filter.parameters.size()) + 1, subject);
    return row.step();
}

void Work::count(std::int64_t campaign, const std::string& event, const std::string& outcome,
                 std::int64_t by) {
    counts_.push_back({campaign, event, outcome.substr(0, outcome.find_first_of(" :")), by});
}

void Work::tell(const Campaign& campaign, std::int64_t subject, const std::string& event,
                std::string what, std::string outcome) {
    if (simulation == nullptr) {
        return;
    }
    if (simulation->steps.size() >= limit) {
        simulation->more = true;
        return;
    }
    simulation->steps.push_back(
        {now, SubjectId{subject}, campaign.code, event, std::move(what), std::move(outcome)});
}

void Work::write_counts() {
    auto insert = engine.db().prepare(
        "INSERT INTO campaign_count(campaign_id, event, outcome, count) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT(campaign_id, event, outcome) DO UPDATE SET count = count + excluded.count");
    std::map<std::tuple<std::int64_t, std::string, std::string>, std::int64_t> sums;
    for (Count& each : counts_) {
        sums[{each.campaign, std::move(each.event), std::move(each.outcome)}] += each.by;
    }
    for (const auto& [key, by] : sums) {
        insert.bind_all(std::get<0>(key), std::get<1>(key), std::get<2>(key), by).run();
    }
    counts_.clear();
}

void place(Work& work, const Member& member, const Event& event, std::int64_t round) {
    std::optional<std::int64_t> due_at = work.ms();
    if (!event.when.immediate()) {
        due_at = due(event.when, work.now, subjects::zone_of(work.engine, member.subject))
                     .time_since_epoch()
                     .count();
    }
    std::optional<std::int64_t> deadline;
    const bool decides = event.kind == Event::Kind::decision;
    if (decides && !event.no_after.empty()) {
        deadline = later(work.now, event.no_after, subjects::zone_of(work.engine, member.subject))
                       .time_since_epoch()
                       .count();
    }
    work.engine.db()
        .prepare("INSERT INTO campaign_step(member_id, event, round, subject_id, campaign_id, "
                 "state, due_at, waits_for, deadline, reached_at, attempts, outcome) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, 'due', ?6, ?7, ?8, ?9, 0, '') "
                 "ON CONFLICT(member_id, event, round) DO NOTHING")
        .bind_all(member.id, event.id, round, member.subject, member.campaign, due_at,
                  decides ? event.name : std::string(), deadline, work.ms())
        .run();
}

void finish(Work& work, const Step& step, const char* state, const std::string& outcome) {
    work.engine.db()
        .prepare("UPDATE campaign_step SET state = ?4, outcome = ?5, finished_at = ?6, due_at = "
                 "NULL WHERE member_id = ?1 AND event = ?2 AND round = ?3")
        .bind_all(step.member.id, step.event, step.round, state, outcome, work.ms())
        .run();
    work.count(step.member.campaign, step.event, outcome);
}

void close_if_done(Work& work, const Member& member) {
    work.engine.db()
        .prepare("UPDATE campaign_member SET state = 'done' WHERE id = ?1 AND state = 'active' "
                 "AND NOT EXISTS (SELECT 1 FROM campaign_step WHERE member_id = ?1 "
                 "AND state IN " HABEAS_PENDING ")")
        .bind_all(member.id)
        .run();
    if (work.engine.db().changes() > 0) {
        work.count(member.campaign, "", "done");
    }
}

void enter(Work& work, const Campaign& campaign, std::int64_t subject, const char* origin) {
    Member member;
    member.subject = subject;
    member.campaign = campaign.id;
    member.version = campaign.version;
    std::array<std::uint8_t, 8> random{};
    work.engine.random()(random);
    for (std::uint8_t byte : random) {
        member.reference =
            static_cast<std::int64_t>((static_cast<std::uint64_t>(member.reference) << 8) | byte);
    }
    auto& db = work.engine.db();
    db.prepare("INSERT INTO campaign_member(campaign_id, subject_id, rotation, version, reference, "
               "origin, state, entered_at) VALUES(?1, ?2, (SELECT coalesce(max(rotation), 0) + 1 "
               "FROM campaign_member WHERE campaign_id = ?1 AND subject_id = ?2), ?3, ?4, ?5, "
               "'active', ?6)")
        .bind_all(campaign.id, subject, static_cast<std::int64_t>(member.version), member.reference,
                  origin, work.ms())
        .run();
    {
        auto row = db.prepare("SELECT last_insert_rowid()");
        row.step();
        member.id = row.i64(0);
    }
    work.engine.note_change(SubjectId{subject}, ChangeKind::campaign);
    for (std::size_t root : campaign.definition->roots) {
        place(work, member, campaign.definition->events[root], 1);
    }
    work.count(campaign.id, "", "entered");
    ++work.report.enrolled;
    work.tell(campaign, subject, "", "enrolled", origin);
}

void stop_pending(Work& work, std::int64_t member, const std::string& outcome, bool requests_too) {
    std::vector<std::pair<std::int64_t, std::string>> stopped;
    {
        auto row = work.engine.db().prepare(
            "UPDATE campaign_step SET state = 'stopped', outcome = ?2, finished_at = ?3, due_at = "
            "NULL WHERE member_id = ?1 AND state IN " HABEAS_PENDING
            " AND (?4 OR waits_for <> 'request') RETURNING campaign_id, event");
        row.bind_all(member, outcome, work.ms(), requests_too);
        while (row.step()) {
            stopped.emplace_back(row.i64(0), row.str(1));
        }
    }
    for (const auto& [campaign, event] : stopped) {
        work.count(campaign, event, outcome);
    }
}

} // namespace habeas::campaigns
