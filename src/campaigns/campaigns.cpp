// The public class: declaring, publishing, members by hand, signals.
#include "habeas/campaign.hpp"

#include "base/text.hpp"
#include "campaigns/rows.hpp"
#include "campaigns/run.hpp"
#include "campaigns/steps.hpp"
#include "points/score.hpp"
#include "subjects/lookup.hpp"

#include <array>

namespace habeas {
namespace campaigns {
namespace {

constexpr std::array<std::string_view, 4> state_names{"draft", "published", "paused", "retired"};
constexpr std::array<std::string_view, 3> signal_names{"opened", "clicked", "submitted"};
constexpr std::size_t max_reason = 500;
constexpr std::size_t max_key = 200;
constexpr auto tolerance = std::chrono::minutes(5); ///< clocks of hosts differ a little

Work work_now(store::Engine& engine) {
    return {engine, Time(std::chrono::milliseconds(engine.now_ms()))};
}

void require_open(const Campaign& campaign) {
    if (campaign.state == CampaignState::retired) {
        throw Error(Errc::invalid, "campaign " + campaign.code + " is retired; declare another",
                    campaign.code);
    }
}

CampaignInfo info_of(store::Engine& engine, const Campaign& campaign) {
    CampaignInfo out;
    out.code = campaign.code;
    out.state = campaign.state;
    out.version = campaign.version;
    out.pause_reason = campaign.pause_reason;
    out.published_at = campaign.published_at;
    out.failed = campaign.failed;
    auto row = engine.db().prepare(
        "SELECT v.definition, (SELECT count(*) FROM campaign_member m WHERE m.campaign_id = ?1 AND "
        "m.state = 'active'), (SELECT count(*) FROM campaign_step s WHERE s.campaign_id = ?1 AND "
        "s.state IN ('due', 'waiting', 'calling')) FROM campaign_version v WHERE v.campaign_id = "
        "?1 AND v.version = ?2");
    row.bind_all(campaign.id, static_cast<std::int64_t>(campaign.version));
    if (row.step()) {
        out.definition = row.str(0);
        out.members = row.i64(1);
        out.pending = row.i64(2);
    }
    return out;
}

/// Steps of members of the campaign, or of one of them.
void stop_all(Work& work, const Campaign& campaign, std::optional<std::int64_t> subject,
              const char* state, const std::string& outcome) {
    std::vector<std::pair<std::int64_t, std::int64_t>> members;
    {
        auto row = work.engine.db().prepare(
            subject ? "SELECT id, subject_id FROM campaign_member WHERE campaign_id = ?1 AND "
                      "subject_id = ?2 AND (state = 'active' OR left_at IS NULL)"
                    : "SELECT id, subject_id FROM campaign_member WHERE campaign_id = ?1 AND "
                      "state = 'active'");
        row.bind(1, campaign.id);
        if (subject) {
            row.bind(2, *subject);
        }
        while (row.step()) {
            members.emplace_back(row.i64(0), row.i64(1));
        }
    }
    for (const auto& [member, id] : members) {
        stop_pending(work, member, outcome, true);
        work.engine.db()
            .prepare("UPDATE campaign_member SET state = ?2, left_at = coalesce(left_at, ?3) "
                     "WHERE id = ?1")
            .bind_all(member, state, work.ms())
            .run();
        work.engine.note_change(SubjectId{id}, ChangeKind::campaign);
        work.count(campaign.id, "", state);
    }
}

} // namespace
} // namespace campaigns

std::string_view campaign_state_name(CampaignState state) noexcept {
    const auto at = static_cast<std::size_t>(state);
    return at < campaigns::state_names.size() ? campaigns::state_names[at] : std::string_view{};
}
std::string_view signal_kind_name(SignalKind kind) noexcept {
    const auto at = static_cast<std::size_t>(kind);
    return at < campaigns::signal_names.size() ? campaigns::signal_names[at] : std::string_view{};
}
std::optional<SignalKind> signal_kind(std::string_view name) noexcept {
    for (std::size_t i = 0; i < campaigns::signal_names.size(); ++i) {
        if (campaigns::signal_names[i] == name) {
            return static_cast<SignalKind>(i);
        }
    }
    return std::nullopt;
}

std::int32_t Campaigns::define(const std::string& text) {
    using namespace campaigns;
    const Definition definition = parse(std::string_view(text));
    const std::string canonical = nlohmann::json::parse(text).dump();
    store::Engine::Write tx(*engine_);
    check_references(*engine_, definition);
    auto& db = engine_->db();
    std::int64_t id = 0;
    std::int64_t version = 1;
    {
        auto row = db.prepare("SELECT c.id, c.version, v.definition FROM campaign c JOIN "
                              "campaign_version v ON v.campaign_id = c.id AND v.version = "
                              "c.version WHERE c.code = ?1");
        row.bind(1, definition.code);
        if (row.step()) {
            id = row.i64(0);
            version = row.i64(1);
            if (row.text(2) == canonical) {
                return static_cast<std::int32_t>(version);
            }
            ++version;
        }
    }
    if (id == 0) {
        db.prepare("INSERT INTO campaign(code, version, state, pause_reason, failed) "
                   "VALUES(?1, 1, 'draft', '', 0)")
            .bind_all(definition.code)
            .run();
        id = db.scalar_i64("SELECT last_insert_rowid()");
    } else {
        require_open(load(*engine_, definition.code));
        db.prepare("UPDATE campaign SET version = ?2 WHERE id = ?1").bind_all(id, version).run();
    }
    db.prepare("INSERT INTO campaign_version(campaign_id, version, recorded_at, definition) "
               "VALUES(?1, ?2, ?3, ?4)")
        .bind_all(id, version, engine_->now_ms(), canonical)
        .run();
    engine_->bump_definitions(); // a rollback drops what was cached of this version
    tx.commit();
    return static_cast<std::int32_t>(version);
}

void Campaigns::adopt(const std::string& code) {
    using namespace campaigns;
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    require_open(campaign);
    engine_->db()
        .prepare("UPDATE campaign_member SET version = ?2 WHERE campaign_id = ?1 AND state = "
                 "'active'")
        .bind_all(campaign.id, static_cast<std::int64_t>(campaign.version))
        .run();
    tx.commit();
}

void Campaigns::publish(const std::string& code) {
    using namespace campaigns;
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    require_open(campaign);
    check_references(*engine_, *campaign.definition);
    auto& db = engine_->db();
    db.prepare("UPDATE campaign SET state = 'published', pause_reason = '', failed = 0, "
               "published_at = ?2 WHERE id = ?1")
        .bind_all(campaign.id, engine_->now_ms())
        .run();
    // What failed is tried again; its members are on their way again.
    db.prepare("UPDATE campaign_member SET state = 'active' WHERE campaign_id = ?1 AND state = "
               "'done' AND id IN (SELECT member_id FROM campaign_step WHERE campaign_id = ?1 AND "
               "state = 'failed')")
        .bind_all(campaign.id)
        .run();
    db.prepare("UPDATE campaign_step SET state = 'due', due_at = ?2, attempts = 0 WHERE "
               "campaign_id = ?1 AND state = 'failed' AND member_id IN (SELECT id FROM "
               "campaign_member WHERE campaign_id = ?1 AND state = 'active')")
        .bind_all(campaign.id, engine_->now_ms())
        .run();
    tx.commit();
}

void Campaigns::pause(const std::string& code, const std::string& reason) {
    using namespace campaigns;
    base::require_text(reason, "reason", false, max_reason);
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    if (campaign.state != CampaignState::published) {
        throw Error(Errc::invalid, "campaign " + code + " is not published", code);
    }
    set_paused(*engine_, campaign, reason);
    tx.commit();
}

void Campaigns::retire(const std::string& code) {
    using namespace campaigns;
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    if (campaign.state == CampaignState::retired) {
        return;
    }
    Work work = work_now(*engine_);
    stop_all(work, campaign, {}, "left", "stopped: retired");
    work.write_counts();
    engine_->db()
        .prepare("UPDATE campaign SET state = 'retired' WHERE id = ?1")
        .bind_all(campaign.id)
        .run();
    tx.commit();
}

std::vector<CampaignInfo> Campaigns::list() const {
    store::Engine::Read snapshot(*engine_);
    std::vector<CampaignInfo> out;
    for (const campaigns::Campaign& each : campaigns::load_all(*engine_)) {
        out.push_back(campaigns::info_of(*engine_, each));
    }
    return out;
}

std::optional<CampaignInfo> Campaigns::find(const std::string& code) const {
    for (CampaignInfo& each : list()) {
        if (each.code == code) {
            return std::move(each);
        }
    }
    return std::nullopt;
}

void Campaigns::enrol(const std::string& code, SubjectId subject) {
    using namespace campaigns;
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    const auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    if (!campaign.definition->manual) {
        throw Error(Errc::invalid, "campaign " + code + " takes nobody by hand; its sources say so",
                    code);
    }
    if (campaign.state != CampaignState::published) {
        throw Error(Errc::invalid, "campaign " + code + " is not published", code);
    }
    Work work = work_now(*engine_);
    auto row = engine_->db().prepare(
        "SELECT 1 FROM campaign_member WHERE campaign_id = ?1 AND subject_id = ?2 AND (state = "
        "'active' OR (?3 = 0 AND state <> 'removed'))");
    row.bind_all(campaign.id, id, campaign.definition->restart);
    if (row.step()) {
        return; // once only
    }
    row.reset();
    engine_->db()
        .prepare("UPDATE campaign_member SET state = 'left' WHERE campaign_id = ?1 AND subject_id "
                 "= ?2 AND state = 'removed'")
        .bind_all(campaign.id, id)
        .run();
    enter(work, campaign, id, "manual");
    work.write_counts();
    carry_out_later(*engine_, {id});
    tx.commit();
}

void Campaigns::remove_member(const std::string& code, SubjectId subject) {
    using namespace campaigns;
    store::Engine::Write tx(*engine_);
    const Campaign campaign = load(*engine_, code);
    Work work = work_now(*engine_);
    stop_all(work, campaign, static_cast<std::int64_t>(subjects::require(*engine_, subject)),
             "removed", "stopped: removed by hand");
    work.write_counts();
    tx.commit();
}

CampaignRunReport Campaigns::run(const CampaignRunOptions& options) {
    return campaigns::run(*engine_, options);
}

void Campaigns::record_signal(SubjectId subject, SignalKind kind, const std::string& key,
                              std::optional<Time> at) {
    using namespace campaigns;
    base::require_text(key, "key", false, max_key);
    if (signal_kind_name(kind).empty()) {
        throw Error(Errc::invalid, "no such kind of signal", "kind");
    }
    store::Engine::Write tx(*engine_);
    subject = subjects::require(*engine_, subject);
    const Time now(std::chrono::milliseconds(engine_->now_ms()));
    if (at && *at > now + tolerance) {
        throw Error(Errc::invalid, "more than 5 minutes ahead of the clock", "at");
    }
    signalled(*engine_, subject, kind, key, at.value_or(now));
    tx.commit();
}

void Campaigns::set_host(HostCallback host) {
    engine_->attachment<campaigns::Host>().callback = std::move(host);
}

Simulation Campaigns::simulate(Time from, Time to, const std::string& campaign, std::size_t limit) {
    return campaigns::simulate(*engine_, from, to, campaign, limit);
}

std::vector<EventCount> Campaigns::counts(const std::string& code) const {
    store::Engine::Read snapshot(*engine_);
    std::vector<EventCount> out;
    auto row = engine_->db().prepare("SELECT event, outcome, count FROM campaign_count WHERE "
                                     "campaign_id = ?1 ORDER BY event, outcome");
    row.bind(1, campaigns::load(*engine_, code).id);
    while (row.step()) {
        out.push_back({row.str(0), row.str(1), row.i64(2)});
    }
    return out;
}

} // namespace habeas
