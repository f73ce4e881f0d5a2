// Evidence of an event: checked, shortened, and as canonical JSON (keys sorted, defaults left out).
#pragma once

#include "consent/facts.hpp"
#include "habeas/consent.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::consent {

/// IPv4 /24 ("192.0.2.0"), IPv6 /48 ("2001:db8:7::"). Errc::invalid unless it is an address.
std::string truncate_ip(std::string_view ip);

/// Checks texts and lengths, truncates address and user agent. Errc::invalid names the member.
void check_evidence(Evidence& evidence);

/// What habeas notes beside the evidence, so that a later change of definitions or settings cannot
/// change what an event meant.
struct Stamp {
    ChannelSet channels = 0;        ///< what `any` means for a grant or request
    bool own_controller = true;     ///< the store's controller is among the named
    std::string controller_country; ///< of the store's controller
};

/// Nothing where there is nothing to say.
std::optional<std::string> encode_evidence(const Evidence& evidence,
                                           const std::map<std::string, std::string>& data,
                                           const Stamp& stamp);
/// Do two say the same, whatever habeas noted beside them? `any_expiry`: the end of a request that
/// habeas worked out is such a note too.
bool same_evidence(std::string_view a, std::string_view b, bool any_expiry);
/// For `history`: fills evidence and data. Evidence of acts by habeas (merged, profile_changed) is
/// data.
void decode_evidence(std::string_view json, ConsentEvent& event);
/// For decisions.
void read_evidence(std::string_view json, LedgerEvent& event);

/// Checks the facts of a basis_fact event and reads them. Errc::invalid names the key.
BasisFact read_basis_fact(const std::map<std::string, std::string>& data);

} // namespace habeas::consent
