// The names by which the enumerations are stored, printed and read.
#include "consent/facts.hpp"

#include <array>
#include <utility>

namespace habeas {
namespace {

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<std::pair<Enum, std::string_view>, N>& names,
                                   Enum value) noexcept {
    for (const auto& [key, name] : names) {
        if (key == value) {
            return name;
        }
    }
    return {};
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum>
value_of(const std::array<std::pair<Enum, std::string_view>, N>& names,
         std::string_view text) noexcept {
    for (const auto& [key, name] : names) {
        if (name == text) {
            return key;
        }
    }
    return std::nullopt;
}

using Name = std::string_view;

constexpr std::array<std::pair<EventKind, Name>, 41> event_kinds{{
    {EventKind::requested, "requested"},
    {EventKind::granted, "granted"},
    {EventKind::refused, "refused"},
    {EventKind::withdrawn, "withdrawn"},
    {EventKind::expired, "expired"},
    {EventKind::objected, "objected"},
    {EventKind::objection_upheld, "objection_upheld"},
    {EventKind::objection_overridden, "objection_overridden"},
    {EventKind::restricted, "restricted"},
    {EventKind::restriction_notice, "restriction_notice"},
    {EventKind::restriction_lifted, "restriction_lifted"},
    {EventKind::suppressed, "suppressed"},
    {EventKind::unsuppressed, "unsuppressed"},
    {EventKind::bounced, "bounced"},
    {EventKind::complained, "complained"},
    {EventKind::delivery_reset, "delivery_reset"},
    {EventKind::erasure_requested, "erasure_requested"},
    {EventKind::erasure_refused, "erasure_refused"},
    {EventKind::erasure_cancelled, "erasure_cancelled"},
    {EventKind::basis_fact, "basis_fact"},
    {EventKind::basis_ended, "basis_ended"},
    {EventKind::basis_resumed, "basis_resumed"},
    {EventKind::profile_changed, "profile_changed"},
    {EventKind::merged, "merged"},
    {EventKind::disclosed, "disclosed"},
    {EventKind::proof_opened, "proof_opened"},
    {EventKind::paused, "paused"},
    {EventKind::resumed, "resumed"},
    {EventKind::store_created, "store_created"},
    {EventKind::purpose_defined, "purpose_defined"},
    {EventKind::purpose_retired, "purpose_retired"},
    {EventKind::text_added, "text_added"},
    {EventKind::field_changed, "field_changed"},
    {EventKind::setting_changed, "setting_changed"},
    {EventKind::imported, "imported"},
    {EventKind::erased, "erased"},
    {EventKind::retention_deleted, "retention_deleted"},
    {EventKind::key_rotated, "key_rotated"},
    {EventKind::restored, "restored"},
    {EventKind::migrated, "migrated"},
    {EventKind::exported, "exported"},
}};

constexpr std::array<std::pair<Channel, Name>, 8> channels{{
    {Channel::any, "any"},
    {Channel::email, "email"},
    {Channel::sms, "sms"},
    {Channel::phone, "phone"},
    {Channel::post, "post"},
    {Channel::push, "push"},
    {Channel::web, "web"},
    {Channel::internal, "internal"},
}};

constexpr std::array<std::pair<Basis, Name>, 9> bases{{
    {Basis::consent, "consent"},
    {Basis::contract, "contract"},
    {Basis::legal_obligation, "legal_obligation"},
    {Basis::vital_interests, "vital_interests"},
    {Basis::public_task, "public_task"},
    {Basis::legitimate_interests, "legitimate_interests"},
    {Basis::soft_opt_in, "soft_opt_in"},
    {Basis::casl_implied, "casl_implied"},
    {Basis::opt_out_regime, "opt_out_regime"},
}};

constexpr std::array<std::pair<PurposeKind, Name>, 11> purpose_kinds{{
    {PurposeKind::marketing, "marketing"},
    {PurposeKind::profiling, "profiling"},
    {PurposeKind::transactional, "transactional"},
    {PurposeKind::service, "service"},
    {PurposeKind::confirmation, "confirmation"},
    {PurposeKind::legal, "legal"},
    {PurposeKind::legal_claims, "legal_claims"},
    {PurposeKind::storage, "storage"},
    {PurposeKind::safety, "safety"},
    {PurposeKind::security, "security"},
    {PurposeKind::research, "research"},
}};

constexpr std::array<std::pair<ConsentState, Name>, 6> consent_states{{
    {ConsentState::none, "none"},
    {ConsentState::requested, "requested"},
    {ConsentState::granted, "granted"},
    {ConsentState::refused, "refused"},
    {ConsentState::withdrawn, "withdrawn"},
    {ConsentState::expired, "expired"},
}};

using consent::Scope;
constexpr std::array<std::pair<Scope, Name>, 7> scopes{{
    {Scope::marketing, "marketing"},
    {Scope::all, "all"},
    {Scope::direct_marketing, "direct_marketing"},
    {Scope::legitimate_interests, "legitimate_interests"},
    {Scope::public_task, "public_task"},
    {Scope::hard, "hard"},
    {Scope::soft, "soft"},
}};

} // namespace

std::string_view event_kind_name(EventKind kind) noexcept {
    return name_of(event_kinds, kind);
}
std::optional<EventKind> event_kind(std::string_view name) noexcept {
    return value_of(event_kinds, name);
}
std::string_view channel_name(Channel channel) noexcept {
    return name_of(channels, channel);
}
std::optional<Channel> channel(std::string_view name) noexcept {
    return value_of(channels, name);
}
std::string_view basis_name(Basis basis) noexcept {
    return name_of(bases, basis);
}
std::optional<Basis> basis(std::string_view name) noexcept {
    return value_of(bases, name);
}
std::string_view purpose_kind_name(PurposeKind kind) noexcept {
    return name_of(purpose_kinds, kind);
}
std::optional<PurposeKind> purpose_kind(std::string_view name) noexcept {
    return value_of(purpose_kinds, name);
}
std::string_view consent_state_name(ConsentState state) noexcept {
    return name_of(consent_states, state);
}

namespace consent {

std::string_view scope_name(Scope scope) noexcept {
    return name_of(scopes, scope);
}
std::optional<Scope> scope(std::string_view name) noexcept {
    return value_of(scopes, name);
}

} // namespace consent

} // namespace habeas
