#include "consent/decide.hpp"

#include "consent/load.hpp"
#include "consent/reasons.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace consent {
namespace {

/// Least permissive first: a no counts more than nothing said.
int permissiveness(ConsentState state) noexcept {
    switch (state) {
    case ConsentState::withdrawn:
        return 0;
    case ConsentState::refused:
        return 1;
    case ConsentState::expired:
        return 2;
    case ConsentState::none:
        return 3;
    case ConsentState::requested:
        return 4;
    case ConsentState::granted:
        return 5;
    }
    return 0;
}

/// Joins the answers of two channels: the first denial decides, the answer holds while both do.
void join(Verdict& into, const Verdict& next) {
    if (allows(into.reason) && !allows(next.reason)) {
        into.reason = next.reason;
        into.event = next.event;
    }
    if (permissiveness(next.state) < permissiveness(into.state)) {
        into.state = next.state;
    }
    into.valid_from = std::max(into.valid_from, next.valid_from);
    into.valid_until = std::min(into.valid_until, next.valid_until);
}

/// The host's own guard, of an allowed answer.
bool host_permits(store::Engine& engine, const PurposeHistory& purpose, const SubjectFacts& facts,
                  const Question& question) {
    TransferGuard* guard = engine.attachment<GuardSlot>().guard;
    Moment moment(question.at);
    const Purpose* definition = guard ? definition_at(purpose, question, moment) : nullptr;
    return definition == nullptr ||
           guard->permitted(
               {definition, country_at(facts, question, moment), {}, from_ms(question.at)});
}

/// "mailer: No contract of article 28 is on file. (NO_PROCESSOR_CONTRACT, GDPR 28(3))"
std::string words_of(const Barred& barred) {
    return barred.processor + ": " + barred.sentence + " (" + barred.rule + ", " +
           barred.reference + ")";
}

Verdict decide_channel(store::Engine& engine, const PurposeHistory* purpose,
                       const SubjectFacts& facts, const Question& question, Trace* trace) {
    Verdict verdict = evaluate(purpose, facts, question, trace);
    if (!allows(verdict.reason) || question.unguarded) {
        return verdict;
    }
    const Clearance recipients = clearance(engine, *purpose, question);
    bar(recipients, verdict);
    if (allows(verdict.reason) && !host_permits(engine, *purpose, facts, question)) {
        verdict.reason = Reason::transfer_denied;
        verdict.event = 0;
    }
    if (trace && !allows(verdict.reason)) {
        trace->back() = {"May the recipients get the data (art. 44)?",
                         recipients.barred ? words_of(*recipients.barred)
                                           : std::string(reason_sentence(verdict.reason)),
                         true};
    }
    return verdict;
}

} // namespace

// Before its first definition a purpose is what that one says.
std::span<const std::string> recipients_at(const PurposeHistory& purpose,
                                           const Question& question) {
    std::span<const std::string> out;
    for (const RecipientsVersion& each : purpose.recipients) {
        if (&each == &purpose.recipients.front() ||
            (each.recorded <= question.known_at && each.recorded <= question.at)) {
            out = each.recipients;
        }
    }
    return out;
}

GuardSlot& guards(store::Engine& engine) {
    GuardSlot& slot = engine.attachment<GuardSlot>();
    if (!slot.of_registry) {
        slot.of_registry = make_registry(engine);
    }
    return slot;
}

Registry& registry(store::Engine& engine) {
    return *guards(engine).of_registry;
}

Clearance clearance(store::Engine& engine, const PurposeHistory& purpose,
                    const Question& question) {
    Registry& asked = registry(engine);
    return asked.empty()
               ? Clearance{}
               : asked.clearance(recipients_at(purpose, question), question.at, question.known_at);
}

void bar(const Clearance& recipients, Verdict& verdict) {
    if (!allows(verdict.reason)) {
        return;
    }
    verdict.valid_from = std::max(verdict.valid_from, recipients.from);
    verdict.valid_until = std::min(verdict.valid_until, recipients.until);
    if (recipients.barred) {
        verdict.reason = Reason::transfer_denied;
        verdict.event = 0;
    }
}

void require_recipient(store::Engine& engine, std::string_view recipient) {
    const store::Engine::Read snapshot(engine);
    const Ms now = present(engine);
    Registry& asked = registry(engine);
    if (asked.empty() || !asked.knows(recipient)) {
        return;
    }
    if (const auto barred = asked.clearance(recipient, now).barred) {
        throw Error(Errc::denied,
                    "recipient: " + words_of(*barred) +
                        "; habeas processor show tells what is on file of it",
                    "recipient");
    }
}

bool may_transfer(store::Engine& engine, SubjectId subject, const std::string& purpose,
                  Channel channel, std::string_view processor) {
    if (processor.empty()) {
        return true;
    }
    if (Registry& asked = registry(engine); !asked.empty()) {
        const store::Engine::Read snapshot(engine);
        if (asked.clearance(processor, present(engine)).barred) {
            return false;
        }
    }
    TransferGuard* guard = engine.attachment<GuardSlot>().guard;
    const PurposeHistory* history = guard ? catalogue(engine)->find(purpose) : nullptr;
    const Purpose* definition = history ? present_definition(*history) : nullptr;
    if (definition == nullptr) {
        return true; // nobody to ask, or the decision is no already
    }
    Question question;
    question.at = present(engine);
    question.purpose = history->id;
    question.channel = channel;
    const SubjectFacts facts = load_facts(engine, subject, question.known_at);
    Moment moment(question.at);
    return guard->permitted(
        {definition, country_at(facts, question, moment), processor, from_ms(question.at)});
}

namespace {

Verdict decide_from_facts(store::Engine& engine, const PurposeHistory* purpose,
                          const SubjectFacts& facts, Question question, Trace* trace) {
    question.purpose = purpose ? purpose->id : 0;
    if (question.channel != Channel::any || !purpose || purpose->versions.empty()) {
        return decide_channel(engine, purpose, facts, question, trace);
    }
    Moment moment(question.at);
    const Purpose* definition = definition_at(*purpose, question, moment);
    const std::vector<Channel> channels =
        definition ? definition->channels : std::vector<Channel>{Channel::any};
    std::optional<Verdict> joined;
    Trace steps;
    for (Channel each : channels) {
        question.channel = each;
        steps.clear();
        Verdict next = decide_channel(engine, purpose, facts, question, trace ? &steps : nullptr);
        if (trace && (!joined || (allows(joined->reason) && !allows(next.reason)))) {
            *trace = steps; // the steps of the channel that decides
        }
        joined ? join(*joined, next) : void(joined = next);
    }
    joined->valid_from = std::max(joined->valid_from, moment.valid_from());
    joined->valid_until = std::min(joined->valid_until, moment.valid_until());
    return *joined;
}

bool guarded_by_host(store::Engine& engine) {
    return engine.attachment<GuardSlot>().guard != nullptr;
}

bool holds(const Verdict& verdict, Ms at) noexcept {
    return at >= verdict.valid_from && at < verdict.valid_until;
}

} // namespace

Verdict decide_from_ledger(store::Engine& engine, const PurposeHistory* purpose, SubjectId subject,
                           Question question, Trace* trace) {
    // Only a confirmation looks at sign-ups for others; the past of a merge, at everything.
    const bool of_itself = purpose && question.known_at == end_of_time && !ever_confirms(*purpose);
    return decide_from_facts(engine, purpose,
                             of_itself ? load_facts_of(engine, subject, purpose->id)
                                       : load_facts(engine, subject, question.known_at),
                             question, trace);
}

PresentAnswers::PresentAnswers(store::Engine& engine, SubjectId subject)
    : engine_(engine), subject_(subject), at_(present(engine)),
      rows_(stored_rows(engine, static_cast<std::int64_t>(subject))) {}

Verdict PresentAnswers::verdict(const PurposeHistory& purpose, Channel channel) {
    const ReadyKey key{purpose.id, channel};
    auto row = std::find_if(rows_.begin(), rows_.end(),
                            [&](const ReadyRow& each) { return each.key == key; });
    if (row != rows_.end() && holds(row->verdict, at_) &&
        !(allows(row->verdict.reason) && guarded_by_host(engine_))) {
        Verdict verdict = row->verdict;
        if (allows(verdict.reason)) {
            Question of_purpose;
            of_purpose.at = at_;
            bar(clearance(engine_, purpose, of_purpose), verdict);
        }
        return verdict;
    }
    const bool has_rows = std::any_of(rows_.begin(), rows_.end(), [&](const ReadyRow& each) {
        return each.key.first == purpose.id;
    });
    std::optional<SubjectFacts>& facts = has_rows ? facts_ : facts_beside_rows_;
    if (!facts) {
        facts =
            has_rows ? load_facts(engine_, subject_) : load_facts_beside_rows(engine_, subject_);
    }
    Question question;
    question.channel = channel;
    question.at = at_;
    return decide_from_facts(engine_, &purpose, *facts, question, nullptr);
}

Ms present(store::Engine& engine) {
    return std::max(engine.now_ms(), engine.commit_state().time);
}

std::string_view asking(const Catalogue& purposes, const std::string& controller) {
    return controller == purposes.controller() ? std::string_view{} : std::string_view(controller);
}

Asked ask(store::Engine& engine, std::string_view purpose, Channel channel,
          const std::optional<Time>& at, const std::optional<Time>& known_at,
          const std::string& controller) {
    Asked asked{catalogue(engine), nullptr, {}};
    asked.purpose = asked.purposes->find(purpose);
    asked.question.channel = channel;
    asked.question.at = at ? to_ms(*at) : present(engine);
    asked.question.known_at = known_at ? to_ms(*known_at) : end_of_time;
    asked.question.controller = asking(*asked.purposes, controller);
    return asked;
}

namespace {

/// The ready row, if there is one and it holds at that moment.
std::optional<Verdict> ready_verdict(store::Engine& engine, SubjectId subject, std::int64_t purpose,
                                     Channel channel, Ms at) {
    auto row = engine.db().prepare("SELECT reason, state, event_id, valid_from, valid_until FROM "
                                   "ready WHERE subject_id = ?1 AND purpose_id = ?2 AND channel = "
                                   "?3");
    row.bind(1, static_cast<std::int64_t>(subject))
        .bind(2, purpose)
        .bind(3, static_cast<std::int64_t>(channel));
    if (!row.step()) {
        return std::nullopt;
    }
    Verdict verdict = read_verdict(row, 0);
    return holds(verdict, at) ? std::optional(verdict) : std::nullopt;
}

/// What the registry says is the same for everybody: no ledger has to be read for it.
void bar_ready(store::Engine& engine, std::int64_t purpose, Ms at, Verdict& verdict) {
    const store::Engine::Read snapshot(engine);
    const auto purposes = catalogue(engine);
    if (const PurposeHistory* history = purposes->find(purpose)) {
        Question question;
        question.at = at;
        bar(clearance(engine, *history, question), verdict);
    }
}

} // namespace
} // namespace consent

Decision Consent::may_process(SubjectId subject, const std::string& purpose, Channel channel,
                              const DecideOptions& options) const {
    using namespace consent;
    if (!options.known_at && options.controller.empty()) {
        std::int64_t id = known_purpose_id(*engine_, purpose);
        if (id != 0) {
            // A clock that went back meets rows that begin later, and those are asked below.
            Ms at = options.at ? to_ms(*options.at) : engine_->now_ms();
            auto verdict = ready_verdict(*engine_, subject, id, channel, at);
            if (verdict && !allows(verdict->reason)) {
                return to_decision(*verdict);
            }
            const GuardSlot* slot = verdict ? &guards(*engine_) : nullptr;
            if (slot != nullptr && slot->guard == nullptr) {
                if (!slot->of_registry->empty()) {
                    bar_ready(*engine_, id, at, *verdict);
                }
                return to_decision(*verdict);
            }
        }
    }
    store::Engine::Read snapshot(*engine_);
    Asked asked = ask(*engine_, purpose, channel, options.at, options.known_at, options.controller);
    return to_decision(decide_from_ledger(*engine_, asked.purpose, subject, asked.question));
}

ConsentState Consent::state(SubjectId subject, const std::string& purpose, Channel channel) const {
    using namespace consent;
    store::Engine::Read snapshot(*engine_);
    SubjectId id = subjects::require(*engine_, subject);
    auto purposes = catalogue(*engine_);
    const PurposeHistory* found = purposes->find(purpose);
    if (!found || found->versions.empty()) {
        throw Error(Errc::not_found, "purpose " + purpose + " is not declared", "purpose");
    }
    Question question;
    question.channel = channel;
    question.at = present(*engine_);
    if (auto verdict = ready_verdict(*engine_, id, found->id, channel, question.at)) {
        return verdict->state;
    }
    return decide_from_ledger(*engine_, found, id, question).state;
}

void Consent::set_transfer_guard(TransferGuard* guard) {
    engine_->attachment<consent::GuardSlot>().guard = guard;
}

} // namespace habeas
