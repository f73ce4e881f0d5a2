// From facts to the decision: one pure function, no database, no clock.
// The order of precedence is that of tests/data/law/decision_table.json.
#pragma once

#include "consent/facts.hpp"

#include <string>
#include <vector>

namespace habeas::consent {

/// The answer and the half-open stretch of time in which it holds with the same facts.
struct Verdict {
    Reason reason = Reason::subject_unknown;
    ConsentState state = ConsentState::none; ///< of the consent field, whatever the basis
    std::int64_t event = 0;                  ///< the event that decided, 0: none
    Ms valid_from = begin_of_time, valid_until = end_of_time;
    bool operator==(const Verdict&) const = default;
};

/// Collects the steps for `explain`.
using Trace = std::vector<ExplainStep>;

/// `purpose` null: no such code was ever declared. The transfer guard is not asked here.
Verdict evaluate(const PurposeHistory* purpose, const SubjectFacts& facts, const Question& question,
                 Trace* trace = nullptr);

/// The definition in force at the question's moment as known then; null: not declared.
const Purpose* definition_at(const PurposeHistory& purpose, const Question& question,
                             Moment& moment);
/// The country by the profile at that moment as known then.
std::string_view country_at(const SubjectFacts& facts, const Question& question, Moment& moment);

} // namespace habeas::consent
