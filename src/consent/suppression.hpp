// The suppression list: keyed hashes of addresses that must not be written to. It outlives
// erasures.
#pragma once

#include "consent/facts.hpp"
#include "store/engine.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::consent {

struct Suppression {
    std::string kind;         ///< objection, erasure, bounce, complaint
    std::string scope;        ///< marketing, all
    std::int64_t purpose = 0; ///< 0: by scope
    Channel channel = Channel::any;
    Ms effective = 0;
};

/// Adds an entry for each hash that lacks it. In a write transaction. Whoever has the identifier is
/// not looked for, and nothing is journalled: see suppress_identifier.
void add_entries(store::Engine& engine, std::span<const store::HashRef> hashes,
                 const Suppression& entry);
/// The same for one hash under the active key, noted in the restore journal. `purpose`: the code of
/// entry.purpose.
void list_identifier(store::Engine& engine, const store::HashRef& active, const Suppression& entry,
                     const std::string& purpose = {});
/// The entries of any of these hashes, each once, in order of time.
std::vector<Suppression> find_entries(store::Engine& engine,
                                      std::span<const store::HashRef> hashes);
/// Takes out the entries of these hashes; false if there was none.
bool remove_entries(store::Engine& engine, std::span<const store::HashRef> hashes);

/// The subject has an identifier with these entries: events in its ledger say so, once each. True
/// if any was written; the ready rows are the caller's.
bool apply_entries(store::Engine& engine, SubjectId subject,
                   const std::vector<Suppression>& entries);

/// Errc::invalid unless kind and scope are of the known ones.
void check_suppression(std::string_view kind, std::string_view scope);
/// Which channels an entry for an identifier of this kind blocks. A telephone number stands for
/// calls and SMS (a household shares it); a bounce for the channel of the address; all else for the
/// person.
std::vector<Channel> suppressed_channels(std::string_view kind, IdentifierKind identifier);

} // namespace habeas::consent
