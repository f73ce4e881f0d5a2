// The moment asked about. It notes every instant it is compared with, so that the caller learns for
// how long the answer holds: an answer found by comparisons alone cannot change between two of
// them.
#pragma once

#include "habeas/time.hpp"

#include <cstdint>
#include <limits>

namespace habeas::consent {

using Ms = std::int64_t; ///< milliseconds UTC since 1970, as in the database
inline constexpr Ms begin_of_time = std::numeric_limits<Ms>::min();
inline constexpr Ms end_of_time = std::numeric_limits<Ms>::max();

inline Ms to_ms(Time time) noexcept {
    return time.time_since_epoch().count();
}
inline Time from_ms(Ms ms) noexcept {
    return Time{std::chrono::milliseconds{ms}};
}

class Moment {
  public:
    explicit Moment(Ms at) noexcept : at_(at) {}
    /// Is the moment at or after `instant`? What happens takes effect at its own instant
    /// (inclusive).
    bool reached(Ms instant) noexcept {
        if (instant <= at_) {
            if (instant > from_) {
                from_ = instant;
            }
            return true;
        }
        if (instant < until_) {
            until_ = instant;
        }
        return false;
    }
    [[nodiscard]] Ms valid_from() const noexcept { return from_; }   ///< inclusive
    [[nodiscard]] Ms valid_until() const noexcept { return until_; } ///< exclusive

  private:
    Ms at_;
    Ms from_ = begin_of_time, until_ = end_of_time;
};

} // namespace habeas::consent
