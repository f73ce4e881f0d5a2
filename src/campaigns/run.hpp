// When steps are carried out: by `run`, and right after the commit that made them due.
#pragma once

#include "campaigns/rows.hpp"

namespace habeas::campaigns {

/// Of the handle.
struct Live {
    bool running = false;              ///< `run` or a pass after a commit is under way
    std::vector<std::int64_t> waiting; ///< subjects with steps that became due meanwhile
    /// Campaigns and subjects who came in meanwhile: they come in again at the next run only, since
    /// campaigns that bring people into each other would never end.
    std::set<std::pair<std::int64_t, std::int64_t>> entered;
};

CampaignRunReport run(store::Engine& engine, const CampaignRunOptions& options);
Simulation simulate(store::Engine& engine, Time from, Time to, const std::string& only,
                    std::size_t limit);
/// Segments that a definition refers to are brought up to date. In a Write.
void refresh_sources(Work& work, const Definition& definition, bool full);

/// Before a commit: members of live segments come in, who waits is looked at again.
void settle(store::Engine& engine);
/// In a Write: steps of the subject that wait for this are due now, and carried out after the
/// commit.
void wake(store::Engine& engine, std::int64_t first, std::int64_t last, const char* waits_for);
/// After the commit, in the same call.
void carry_out_later(store::Engine& engine, const std::vector<std::int64_t>& subjects);
/// Somebody opened, clicked or submitted: kept, scored, taken in by campaigns; in a Write.
void signalled(store::Engine& engine, SubjectId subject, SignalKind kind, const std::string& key,
               Time at);
/// The submissions of this transaction as signals, before it commits.
void take_submissions(store::Engine& engine);

} // namespace habeas::campaigns
