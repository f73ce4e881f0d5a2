// When steps are carried out: by `run`, and right after the commit that made them due.
#pragma once

#include "campaigns/rows.hpp"

namespace habeas::campaigns {

/// Of the handle.
struct Live {
    bool running = false;              ///< `run` or a pass after a commit is under way
    std::vector<std::int64_t> waiting; ///< subjects with steps that became due meanwhile
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
/// A form was submitted; in the Write of the submission.
void submitted(store::Engine& engine, SubjectId subject, const std::string& form);

} // namespace habeas::campaigns
