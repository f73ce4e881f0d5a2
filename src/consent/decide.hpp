// One decision, by the ready row where it holds, else from the ledger.
#pragma once

#include "consent/catalogue.hpp"
#include "consent/evaluate.hpp"
#include "consent/ready.hpp"
#include "consent/registry.hpp"
#include "habeas/consent.hpp"
#include "store/engine.hpp"

#include <span>

namespace habeas::consent {

inline Decision to_decision(const Verdict& verdict) noexcept {
    Decision decision;
    decision.reason = verdict.reason;
    decision.allowed = verdict.reason < Reason::subject_unknown;
    decision.reference = reason_reference(verdict.reason);
    decision.event = EventId{verdict.event};
    if (verdict.valid_until != end_of_time) {
        decision.holds_until = from_ms(verdict.valid_until);
    }
    return decision;
}
/// Who gets the purpose's data at the question's moment, as known then.
std::span<const std::string> recipients_at(const PurposeHistory& purpose, const Question& question);
/// What the registry says of the purpose's recipients at the question's moment. In a Read or Write.
Clearance clearance(store::Engine& engine, const PurposeHistory& purpose, const Question& question);
/// An allowed answer as the registry leaves it.
void bar(const Clearance& recipients, Verdict& verdict);

/// From the ledger. In a Read or Write. `purpose` null: not declared. Channel::any: the least
/// permissive of the purpose's channels. Asks the transfer guard.
Verdict decide_from_ledger(store::Engine& engine, const PurposeHistory* purpose, SubjectId subject,
                           Question question, Trace* trace = nullptr);

/// Answers about one subject for the present, each as Consent::state and may_process give it, from
/// one reading of its rows and, where those do not suffice, of its ledger (of a purpose without
/// rows of a few events alone). Lives within one Read.
class PresentAnswers {
  public:
    /// `subject`: who survived.
    PresentAnswers(store::Engine& engine, SubjectId subject);
    Verdict verdict(const PurposeHistory& purpose, Channel channel);

  private:
    store::Engine& engine_;
    SubjectId subject_;
    Ms at_;
    std::vector<ReadyRow> rows_;
    std::optional<SubjectFacts> facts_;             ///< of purposes with rows that do not suffice
    std::optional<SubjectFacts> facts_beside_rows_; ///< of those without rows
};

/// A question in numbers, and what is known of its purpose.
struct Asked {
    std::shared_ptr<const Catalogue> purposes;
    const PurposeHistory* purpose = nullptr; ///< null: not declared
    Question question;
};
/// In a Read. `controller` must outlive what is returned.
Asked ask(store::Engine& engine, std::string_view purpose, Channel channel,
          const std::optional<Time>& at, const std::optional<Time>& known_at,
          const std::string& controller);

/// Now, but never before what the store recorded last, even if the clock went back. In a Read.
Ms present(store::Engine& engine);
/// The store's own name means the store; see DecideOptions::controller.
std::string_view asking(const Catalogue& purposes, const std::string& controller);

/// How many could be processed for the purpose over the channel, if every recipient might get the
/// data. In a Read.
std::uint64_t count_unguarded(store::Engine& engine, const std::string& purpose, Channel channel,
                              const std::optional<Time>& at);

/// What the host's guard and the registry say of a processor, now. True where there is none.
bool may_transfer(store::Engine& engine, SubjectId subject, const std::string& purpose,
                  Channel channel, std::string_view processor);
/// Errc::denied, naming rule and reference, where the registry knows the recipient and bars it now.
/// Whoever it does not know is no processor of its.
void require_recipient(store::Engine& engine, std::string_view recipient);

/// Who is asked about recipients: the host's guard and the registry; a no of either is a no. Lives
/// as long as the handle does.
struct GuardSlot {
    TransferGuard* guard = nullptr;
    std::unique_ptr<Registry> of_registry;
};
GuardSlot& guards(store::Engine& engine); ///< with its registry
Registry& registry(store::Engine& engine);

} // namespace habeas::consent
