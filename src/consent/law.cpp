#include "consent/law.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/one_of.hpp"

#include <array>

namespace habeas::consent {
namespace {

using namespace std::chrono_literals;

struct AgeRow {
    std::string_view country;
    int age;
    Date from = Date{std::chrono::year{1}, std::chrono::January, 1d}; ///< the first day it holds
};

// GDPR art. 8(1) and national acts; the later row of a country wins from its day on.
constexpr std::array ages{
    AgeRow{"AT", 14}, AgeRow{"BE", 13}, AgeRow{"BG", 14}, AgeRow{"CY", 14},
    AgeRow{"CZ", 15}, AgeRow{"DE", 16}, AgeRow{"DK", 13}, AgeRow{"DK", 15, 2024y / 1 / 1},
    AgeRow{"EE", 13}, AgeRow{"ES", 14}, AgeRow{"FI", 13}, AgeRow{"FR", 15},
    AgeRow{"GB", 13}, AgeRow{"GR", 15}, AgeRow{"HR", 16}, AgeRow{"HU", 16},
    AgeRow{"IE", 16}, AgeRow{"IS", 13}, AgeRow{"IT", 14}, AgeRow{"LI", 16},
    AgeRow{"LT", 14}, AgeRow{"LU", 16}, AgeRow{"LV", 13}, AgeRow{"MT", 13},
    AgeRow{"NL", 16}, AgeRow{"NO", 13}, AgeRow{"PL", 16}, AgeRow{"PT", 13},
    AgeRow{"RO", 16}, AgeRow{"SE", 13}, AgeRow{"SI", 16}, AgeRow{"SI", 15, 2023y / 1 / 26},
    AgeRow{"SK", 16},
};
constexpr int age_otherwise = 16;

// France: opt-out for calls until 10 August 2026 (law 2025-594, Code de la consommation L223-1).
constexpr Date france_calls_need_consent = 2026y / 8 / 11;

bool electronic_mail(Channel channel) {
    return channel == Channel::email || channel == Channel::sms;
}

Fit marketing_on_interests(const BasisQuestion& q, Moment& moment) {
    switch (q.channel) {
    case Channel::post:
    case Channel::internal:
        return Fit::yes;
    case Channel::phone:
        if (q.country == "FR") {
            return moment.reached(to_ms(base::midnight(france_calls_need_consent)))
                       ? Fit::not_country
                       : Fit::yes;
        }
        return q.country == "GB" ? Fit::yes : Fit::not_country;
    default:
        // Push and web messages wait in the terminal until collected: electronic mail in the sense
        // of ePrivacy 2(h), so the same rule.
        if (!q.corporate) {
            return Fit::not_channel;
        }
        return q.country == "FR" || q.country == "GB" ? Fit::yes : Fit::not_country;
    }
}

/// Marketing, electronic mail, some countries: the shape of the three national rules.
Fit national_rule(const BasisQuestion& q, bool channel_carried, bool country_carried) {
    if (q.kind != PurposeKind::marketing) {
        return Fit::not_purpose;
    }
    if (!channel_carried) {
        return Fit::not_channel;
    }
    return country_carried ? Fit::yes : Fit::not_country;
}

Fit only(bool kind_carried) {
    return kind_carried ? Fit::yes : Fit::not_purpose;
}

} // namespace

Fit basis_fit(const BasisQuestion& question, Moment& moment) {
    BasisQuestion q = question;
    if (q.kind == PurposeKind::research) {
        q.kind = PurposeKind::service; // no rule of its own yet
    }
    using K = PurposeKind;
    switch (q.basis) {
    case Basis::consent:
        return Fit::yes;
    case Basis::contract:
        return only(
            base::one_of(q.kind, {K::transactional, K::service, K::storage, K::legal_claims}));
    case Basis::legal_obligation:
        return only(base::one_of(q.kind, {K::legal, K::storage, K::legal_claims}));
    case Basis::vital_interests:
        return only(q.kind == K::safety);
    case Basis::public_task:
        return only(base::one_of(q.kind, {K::service, K::legal, K::storage, K::security}));
    case Basis::legitimate_interests:
        return q.kind == K::marketing ? marketing_on_interests(q, moment) : Fit::yes;
    case Basis::soft_opt_in:
        return national_rule(q, electronic_mail(q.channel),
                             base::is_eea(q.country) || q.country == "GB" || q.country == "CH");
    case Basis::casl_implied:
        return national_rule(q, electronic_mail(q.channel), q.country == "CA");
    case Basis::opt_out_regime: // an SMS needs prior consent (TCPA)
        return national_rule(q, q.channel == Channel::email, q.country == "US");
    }
    return Fit::not_purpose;
}

int age_of_consent(std::string_view country, Date on) {
    int age = age_otherwise;
    for (const AgeRow& row : ages) {
        if (row.country == country && row.from <= on) {
            age = row.age;
        }
    }
    return age;
}

Ms casl_end(CaslKind kind, Date event) {
    int months = kind == CaslKind::purchase ? 24 : 6;
    std::chrono::sys_days last_day{base::add_months(event, months)};
    return to_ms(last_day + std::chrono::days{1});
}

} // namespace habeas::consent
