// What stands in the way of a purpose over a channel at a moment, whatever its basis: restriction,
// suppression, bounces, objections, an open erasure request; and the facts of the basis.
#pragma once

#include "consent/facts.hpp"

namespace habeas::consent {

/// The latest event of each kind in force, null where none is.
struct Standing {
    const LedgerEvent* erasure_pending = nullptr;
    /// A refused erasure request counts as a withdrawal when it was made.
    const LedgerEvent* erasure_withdrawal = nullptr;
    const LedgerEvent* restricted = nullptr;
    const LedgerEvent* suppressed_marketing = nullptr;
    const LedgerEvent* suppressed_all = nullptr;
    const LedgerEvent* hard_bounce = nullptr;
    const LedgerEvent* complaint = nullptr;
    struct Objection {
        const LedgerEvent* made = nullptr;
        const LedgerEvent* decision = nullptr; ///< upheld or overridden, after it was made
    };
    Objection marketing, interests, public_task;
    const LedgerEvent* basis_ended = nullptr;     ///< of the purpose itself
    const LedgerEvent* contracts_ended = nullptr; ///< of all contracts
    std::vector<const LedgerEvent*> pauses;       ///< all in force: a consent may end one of them

    BasisFact fact;                                ///< all facts so far, the later member wins
    const LedgerEvent* fact_event = nullptr;       ///< the latest of them
    std::optional<Ms> casl_purchase, casl_inquiry; ///< first instant after the period
};

/// Does the event speak of this purpose and channel? `any` and "all purposes" speak of each.
inline bool concerns(const LedgerEvent& event, std::int64_t purpose, Channel channel) noexcept {
    return (event.purpose == 0 || event.purpose == purpose) &&
           (event.channel == Channel::any || event.channel == channel);
}

Standing standing_of(const SubjectFacts& facts, const Question& question, Moment& moment);

} // namespace habeas::consent
