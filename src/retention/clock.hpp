// When a period is over, and what it is counted from.
#pragma once

#include "consent/facts.hpp"
#include "habeas/retention.hpp"
#include "segments/relative_date.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::retention {

using consent::Ms;

/// SQL over `subject s`: the person's own last act in ms, NULL where none is known. What counts:
/// README.md.
extern const char activity_sql[];
/// SQL over `subject s`: was the person made anonymous, and nothing written about them since?
extern const char anonymous_sql[];

/// The end of a period that begins at `since`. Nothing: beyond the years that can be written.
std::optional<Ms> end_of_period(Ms since, const std::string& period);
/// Whatever began later than this is not due at `at`; what began before may be. Months are of
/// different lengths, so this is a few days late on purpose.
Ms latest_begin(Ms at, const std::string& period);

/// The end of a civil date ("2026-01-31"), by the zone of `today`. Nothing: no date.
std::optional<Ms> end_of_day(std::string_view date, const segments::Today& today);

/// Since when the consent for a purpose is over, over every channel it ever had: withdrawn,
/// refused, expired, past the purpose's own retention, or asked for and not confirmed in time.
/// Nothing: it was never asked, or some of it is in force or waits.
struct ConsentEnd {
    struct OfChannel {
        Channel channel{};
        ConsentState state = ConsentState::none; ///< requested: it was not confirmed
        Ms at = 0;
        bool operator==(const OfChannel&) const = default;
    };
    std::vector<OfChannel> channels; ///< those that were asked
    bool whole = false;              ///< all channels of the purpose, in one way and at one time
    Ms at = 0;                       ///< the last of them
};
std::optional<ConsentEnd> consent_end(const consent::PurposeHistory& purpose,
                                      const consent::SubjectFacts& facts, Ms at);

} // namespace habeas::retention
