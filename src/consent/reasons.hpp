// What a reason says in a sentence; codes and references are public (reason_code,
// reason_reference).
#pragma once

#include "habeas/consent.hpp"

#include <span>
#include <string_view>

namespace habeas::consent {

/// A sentence for people: "The person withdrew this consent."
std::string_view reason_sentence(Reason reason) noexcept;
constexpr bool allows(Reason reason) noexcept {
    return reason < Reason::subject_unknown;
}
/// Every reason there is, allowed first, then in the order of precedence.
std::span<const Reason> all_reasons() noexcept;

} // namespace habeas::consent
