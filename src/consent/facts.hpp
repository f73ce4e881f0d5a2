// All that a decision can depend on, as plain values. Loading them is somebody else's work.
#pragma once

#include "consent/law.hpp"
#include "consent/moment.hpp"
#include "habeas/consent.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::consent {

enum class Scope : std::uint8_t {
    none,
    marketing,
    all,
    direct_marketing,
    legitimate_interests,
    public_task,
    hard,
    soft
};
std::string_view scope_name(Scope scope) noexcept; ///< empty for none
std::optional<Scope> scope(std::string_view name) noexcept;

using ChannelSet = std::uint32_t; ///< bit 1 << channel
constexpr ChannelSet bit(Channel channel) noexcept {
    return ChannelSet{1} << static_cast<unsigned>(channel);
}

/// What an event of kind basis_fact says; later facts replace earlier ones member by member.
struct BasisFact {
    std::optional<bool> sale_context, similar_products, own_products, opt_out_offered;
    CaslKind casl_kind = CaslKind::none;
    std::optional<Ms> casl_day; ///< midnight of the purchase or inquiry
    std::optional<Ms> retention_until;
    bool operator==(const BasisFact&) const = default;
};

/// An event of the ledger, as far as decisions look at it.
struct LedgerEvent {
    std::int64_t id = 0;
    EventKind kind{};
    std::int64_t purpose = 0; ///< 0: all purposes
    Channel channel = Channel::any;
    Scope scope = Scope::none;
    Ms effective = 0, recorded = 0;
    std::int64_t origin = 0; ///< the subject it was written for, where a merge moved it

    // Of requests and grants:
    std::int32_t text_version = 0;
    ChannelSet channels = 0; ///< what `any` meant when it was recorded; 0: every channel
    bool proven = false;
    bool preticked = false;
    bool gdpr_standard = true;
    bool explicit_consent = false;
    bool parental_authorisation = false;
    bool own_controller = true; ///< the store's controller is among those named
    std::vector<std::string> controllers;
    std::string controller_country; ///< when it was recorded; empty: unknown
    std::optional<Ms> expires;

    std::optional<BasisFact> fact;
};

/// Values of the profile until a change.
struct ProfileBefore {
    Ms effective = 0, recorded = 0;
    std::string country;
    std::optional<Date> birth;
    bool corporate = false;
};

struct SubjectFacts {
    enum class Existence : std::uint8_t { present, erased, unknown } existence = Existence::present;
    Ms known_since = begin_of_time; ///< before it nothing was known of the person
    std::string country;            ///< today's profile
    std::optional<Date> birth;
    bool corporate = false;
    std::vector<ProfileBefore> changes; ///< by effective time, then sequence
    std::vector<LedgerEvent> events;    ///< by effective time, then sequence
};

struct DefinitionVersion {
    Ms recorded = 0;
    Purpose definition;
};
struct TextFact {
    std::int32_t number = 0;
    Ms recorded = 0;
    std::optional<bool> material_change;
};
/// Who gets the data, from when on.
struct RecipientsVersion {
    Ms recorded = 0;
    std::vector<std::string> recipients;
};
/// A purpose with its past: versions and texts in order of time.
struct PurposeHistory {
    std::int64_t id = 0;
    std::string code;
    std::vector<DefinitionVersion> versions;   ///< empty: the code is reserved, nothing is declared
    std::vector<RecipientsVersion> recipients; ///< no boundary of versions, so by themselves
    std::vector<TextFact> texts;
    std::optional<Ms> retired;
};

struct Question {
    std::int64_t purpose = 0;
    Channel channel = Channel::email;
    Ms at = 0;
    Ms known_at = end_of_time;
    std::string_view controller; ///< empty: the store's
    bool unguarded = false;      ///< as if every recipient might get the data
};

} // namespace habeas::consent
