// Which consent record decides for a purpose and channel at a moment, and in what state it is.
#pragma once

#include "consent/facts.hpp"

namespace habeas::consent {

struct Selection {
    ConsentState state = ConsentState::none;
    /// Where state is none: why there is nothing to look at (NO_CONSENT ... CONSENT_NOT_YET_GIVEN).
    Reason missing = Reason::no_consent;
    const LedgerEvent* event = nullptr; ///< what made the state
    const LedgerEvent* grant = nullptr; ///< where it is granted
};

/// `erasure_withdrawal`: a refused erasure request, which ends every consent given before it.
Selection select_consent(const SubjectFacts& facts, const Purpose& definition,
                         const Question& question, const LedgerEvent* erasure_withdrawal,
                         Moment& moment);

/// The latest sign-up for any purpose over this channel that waits for its confirmation and has not
/// lapsed; null where there is none.
const LedgerEvent* pending_sign_up(const SubjectFacts& facts, const Question& question,
                                   const LedgerEvent* erasure_withdrawal, Moment& moment);

/// Is the event a declaration about consent (asked, given, refused, withdrawn, run out)?
bool is_consent_record(EventKind kind) noexcept;

} // namespace habeas::consent
