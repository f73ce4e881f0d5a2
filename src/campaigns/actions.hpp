// What an action does to its subject.
#pragma once

#include "campaigns/rows.hpp"

namespace habeas::campaigns {

struct Outcome {
    enum class Then : std::uint8_t {
        next,    ///< done, the next events follow
        over,    ///< done, and the subject is gone
        skipped, ///< not for a restricted subject; the next events follow
        wait,    ///< for a confirmation, until `deadline`
        call     ///< the host, after the commit
    } then = Then::next;
    std::string text = "done"; ///< begins with a word that is counted
    std::optional<std::int64_t> deadline;
};

/// In a savepoint. Throws habeas::Error: to be tried again.
Outcome act(Work& work, const Campaign& campaign, const Definition& definition, const Event& event,
            const Step& step);
/// What `record_consent` writes into the ledger; without its subject.
ConsentEvent consent_of(const std::string& campaign, const Event& event);
/// Whether processing of the subject is restricted (art. 18).
bool restricted(Work& work, std::int64_t subject);

} // namespace habeas::campaigns
