// Carrying out steps: what is due, one after the other, each in a savepoint.
#pragma once

#include "campaigns/rows.hpp"

#include <span>

namespace habeas::campaigns {

/// Steps of a campaign that are due by work.now, the oldest first.
std::vector<Step> due_steps(Work& work, const Campaign& campaign, std::size_t limit);
/// Those of one subject.
std::vector<Step> due_steps_of(Work& work, std::int64_t subject);
/// Carries out one step, if it is still as it was read. A failure is noted for later; what is wrong
/// with the store itself is thrown.
void carry_out(Work& work, Campaign& campaign, const Step& step);
/// After the commit, outside of transactions: asks the host, then notes the answers.
void call_host(store::Engine& engine, Work& work);

void set_paused(store::Engine& engine, const Campaign& campaign, const std::string& reason);
/// Pauses a campaign that cannot go on, and says so.
void pause_by_itself(Work& work, Campaign& campaign, const std::string& reason);

/// Of the handle.
struct Host {
    HostCallback callback;
};

} // namespace habeas::campaigns
