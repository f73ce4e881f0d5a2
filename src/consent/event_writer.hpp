// The events of an import, in batches: none is added twice, and the ready rows of a subject follow
// once for each batch.
#pragma once

#include "audit/ledger.hpp"
#include "consent/catalogue.hpp"
#include "habeas/consent.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::consent {

/// Checked, and not yet written.
struct PreparedEvent {
    audit::Entry entry;
    bool own_expiry = false; ///< the input says until when it holds
};

class EventWriter {
  public:
    explicit EventWriter(store::Engine& engine) : engine_(engine) {}
    /// First call in each write transaction.
    void begin();
    [[nodiscard]] const Catalogue& purposes() const { return *purposes_; }

    /// All checks but that of the subject. Errc::not_found, Errc::invalid as Consent::record.
    PreparedEvent prepare(const ConsentEvent& event);
    /// False: the subject has this event already: same purpose, channel, kind, time and evidence.
    bool add(SubjectId subject, PreparedEvent& event);
    /// Ready rows of those who got an event. Last call in each write transaction.
    void finish();

  private:
    bool known(const PreparedEvent& event);

    store::Engine& engine_;
    std::shared_ptr<const Catalogue> purposes_;
    std::vector<SubjectId> touched_;
};

/// What a person did about a consent, by its name in any case: requested, granted, refused,
/// withdrawn, expired.
std::optional<EventKind> consent_act(std::string_view name);
/// Number of a text version; blank: 0, not known. Nothing: no such number.
std::optional<std::int32_t> text_number(std::string_view text) noexcept;

/// Why a checked event was refused, for a file of rejects: `field` is the name of the column
/// ("at", "ip", ...), the reason does not repeat it.
struct EventFault {
    std::string field;
    std::string reason;
};
EventFault event_fault(const Error& error);

} // namespace habeas::consent
