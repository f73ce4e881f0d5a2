// Writing events of subjects to the ledger, with all that follows from it.
#pragma once

#include "audit/ledger.hpp"
#include "consent/catalogue.hpp"
#include "habeas/consent.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace habeas::consent {

/// Checks and stamps an event; its subject is the survivor. In a write transaction; writes nothing.
/// Errc::not_found (purpose, text version), Errc::invalid.
audit::Entry prepare_event(store::Engine& engine, const Catalogue& purposes,
                           const ConsentEvent& event);
/// Appends a prepared event; the ready rows are the caller's.
std::int64_t append_prepared(store::Engine& engine, const Catalogue& purposes, audit::Entry& entry);
/// Both. Errors leave nothing written.
std::int64_t append_event(store::Engine& engine, const Catalogue& purposes,
                          const ConsentEvent& event);

/// Must a restore of an older file not undo this? All that says no, and what ends a no again.
bool outlives_restore(EventKind kind, std::string_view scope) noexcept;

/// An event that habeas itself records (a hit on the suppression list, the stricter side of a
/// merge, a replay), without evidence.
struct OwnEvent {
    std::int64_t subject = 0;
    EventKind kind{};
    std::int64_t purpose = 0;
    Channel channel = Channel::any;
    std::string scope;
    Ms effective = 0; ///< 0: now
    std::optional<Ms> expires;
    std::string note; ///< "suppression_list", "merge", "restore"
};
std::int64_t append_own(store::Engine& engine, const OwnEvent& event);

/// An entry of the ledger as the public interface shows it.
ConsentEvent to_event(store::Engine& engine, const Catalogue& purposes, const audit::Entry& entry);
/// All of a subject's, one after the other in order of sequence. In a Read. `subject`: who
/// survived.
void each_event(store::Engine& engine, const Catalogue& purposes, SubjectId subject,
                const std::function<void(ConsentEvent&&)>& sink);
/// All of a subject's, in order of effect. In a Read. `subject`: who survived.
std::vector<ConsentEvent> history(store::Engine& engine, const Catalogue& purposes,
                                  SubjectId subject);

} // namespace habeas::consent
