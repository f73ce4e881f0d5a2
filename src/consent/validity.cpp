#include "consent/validity.hpp"

#include "base/calendar.hpp"
#include "consent/law.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

/// Date of birth as known at that time: knowledge alone, since nobody's birthday changes.
std::optional<Date> birth_known(const SubjectFacts& facts, Ms known_at) {
    const ProfileBefore* first = nullptr;
    for (const ProfileBefore& before : facts.changes) {
        if (before.recorded > known_at && (!first || before.recorded < first->recorded)) {
            first = &before;
        }
    }
    return first ? first->birth : facts.birth;
}

} // namespace

bool superseded(const PurposeHistory& purpose, const LedgerEvent& grant, const Question& question,
                Moment& moment) {
    std::int32_t shown = grant.text_version;
    if (shown == 0) { // not noted: the newest of its time
        for (const TextFact& text : purpose.texts) {
            if (text.recorded <= grant.effective && text.recorded <= question.known_at) {
                shown = text.number;
            }
        }
    }
    return std::any_of(purpose.texts.begin(), purpose.texts.end(), [&](const TextFact& text) {
        // The first text changes nothing unless somebody says that it does.
        bool material = text.material_change.value_or(text.number > 1);
        return text.number > shown && material && text.recorded <= question.known_at &&
               moment.reached(text.recorded);
    });
}

bool below_standard(const LedgerEvent& grant) noexcept {
    return grant.preticked || !grant.gdpr_standard;
}

Maturity maturity(const SubjectFacts& facts, const LedgerEvent& grant, const Question& question) {
    if (grant.parental_authorisation) {
        return Maturity::authorised;
    }
    std::optional<Date> birth = birth_known(facts, question.known_at);
    if (!birth) {
        return Maturity::unknown;
    }
    // Of the person's and, where it was noted, the controller's country the higher age, by the law
    // and the profile of the day of the consent.
    Date day = base::civil_date(from_ms(grant.effective));
    ProfileView then =
        profile_at(facts, question.known_at, [&](Ms change) { return change <= grant.effective; });
    int needed = age_of_consent(then.country, day);
    if (!grant.controller_country.empty()) {
        needed = std::max(needed, age_of_consent(grant.controller_country, day));
    }
    return base::completed_years(*birth, day) < needed ? Maturity::child : Maturity::old_enough;
}

} // namespace habeas::consent
