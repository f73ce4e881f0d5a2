// Dated legal facts that decisions need: which basis carries what, ages of consent, Canadian
// periods.
#pragma once

#include "consent/moment.hpp"
#include "habeas/consent.hpp"

#include <string_view>

namespace habeas::consent {

/// Does the basis carry a purpose of this kind over this channel in this country? Channel: no
/// country lets this basis carry it; country: some country does, not this one.
enum class Fit : std::uint8_t { yes, not_purpose, not_channel, not_country };

struct BasisQuestion {
    Basis basis{};
    PurposeKind kind{};
    Channel channel{};
    std::string_view country; ///< ISO 3166-1 alpha-2; empty: unknown, the strictest rule
    bool corporate = false;   ///< a legal person's address (ePrivacy 13(5))
};
Fit basis_fit(const BasisQuestion& question, Moment& moment);

/// Age from which a child consents alone (GDPR art. 8(1) and national acts) on that day.
/// Unknown: 16.
int age_of_consent(std::string_view country, Date on);

enum class CaslKind : std::uint8_t { none, purchase, inquiry };
/// First instant at which consent is no longer implied: a purchase counts for 24 calendar months,
/// an inquiry for 6, the last day included (CASL 10(10)).
Ms casl_end(CaslKind kind, Date event);

} // namespace habeas::consent
