// Does a grant that is in force also hold: text, standard, proof, explicitness, age.
#pragma once

#include "consent/facts.hpp"

namespace habeas::consent {

/// The profile at a moment as known at another: the values before the first change that lies after
/// the moment or that was not known yet. `reached` compares with the moment.
struct ProfileView {
    std::string_view country;
    bool corporate = false;
};
template <class Reached>
ProfileView profile_at(const SubjectFacts& facts, Ms known_at, Reached reached) {
    for (const ProfileBefore& before : facts.changes) {
        if (before.effective > known_at || !reached(before.effective)) {
            return {before.country, before.corporate};
        }
    }
    return {facts.country, facts.corporate};
}

/// Did the processing change considerably after the text that was shown (EDPB 05/2020 par. 110)?
/// Unknown counts as yes.
bool superseded(const PurposeHistory& purpose, const LedgerEvent& grant, const Question& question,
                Moment& moment);

/// Pre-ticked (C-673/17), or an old consent below the standard (rec. 171).
bool below_standard(const LedgerEvent& grant) noexcept;

/// Art. 8: was the person old enough, or did a parent authorise it?
enum class Maturity : std::uint8_t { old_enough, authorised, child, unknown };
Maturity maturity(const SubjectFacts& facts, const LedgerEvent& grant, const Question& question);

} // namespace habeas::consent
