// What would happen: the same steps, in a transaction that is rolled back, at times to come.
#include "campaigns/run.hpp"
#include "campaigns/steps.hpp"

#include <algorithm>
#include <limits>

namespace habeas::campaigns {
namespace {

constexpr auto longest = std::chrono::days(400);
constexpr std::size_t batch = 1000;

std::optional<Time> next_due(store::Engine& engine, const std::vector<Campaign>& campaigns,
                             Time after) {
    std::optional<Time> out;
    for (const Campaign& campaign : campaigns) {
        auto row = engine.db().prepare(
            "SELECT min(due_at) FROM campaign_step WHERE campaign_id = ?1 AND state IN ('due', "
            "'waiting', 'calling') AND due_at IS NOT NULL AND due_at > ?2");
        row.bind_all(campaign.id, after.time_since_epoch().count());
        if (row.step() && !row.is_null(0)) {
            const Time found(std::chrono::milliseconds(row.i64(0)));
            out = out ? std::min(*out, found) : found;
        }
    }
    return out;
}

/// All that happens at one time.
void at(Work& work, std::vector<Campaign>& campaigns) {
    for (Campaign& campaign : campaigns) {
        if (!campaign.open_at(work.now)) {
            continue;
        }
        refresh_sources(work, *campaign.definition, true);
        std::optional<std::int64_t> next = 0;
        while (next) {
            next = follow_sources(work, campaign, {.first = *next}, batch);
        }
    }
    bool moved = true;
    while (moved && !work.simulation->more) {
        moved = false;
        for (Campaign& campaign : campaigns) {
            for (auto steps = due_steps(work, campaign, batch);
                 campaign.open_at(work.now) && !steps.empty() && !work.simulation->more;
                 steps = due_steps(work, campaign, batch)) {
                moved = true;
                for (const Step& step : steps) {
                    carry_out(work, campaign, step);
                }
            }
        }
    }
}

} // namespace

Simulation simulate(store::Engine& engine, Time from, Time to, const std::string& only,
                    std::size_t limit) {
    if (to < from || to - from > longest) {
        throw Error(Errc::invalid, "simulate from a time to a later one, 400 days at most", "to");
    }
    if (engine.db().in_transaction()) {
        throw Error(Errc::invalid, "a simulation is not inside a transaction or a snapshot",
                    "transaction");
    }
    Simulation out;
    store::Engine::Write never(engine); // not committed
    std::vector<Campaign> campaigns = published(engine);
    if (!only.empty()) {
        campaigns = {load(engine, only)};
        campaigns.front().state = CampaignState::published; // also before it is
    }
    Time now = from;
    while (now <= to && !out.more) {
        Work work(engine, now);
        work.simulation = &out;
        work.limit = limit;
        at(work, campaigns);
        Time next = work.today().next_midnight();
        if (const auto due = next_due(engine, campaigns, now)) {
            next = std::min(next, *due);
        }
        now = next;
    }
    return out;
}

} // namespace habeas::campaigns
