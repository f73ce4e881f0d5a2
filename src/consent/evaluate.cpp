#include "consent/evaluate.hpp"

#include "base/calendar.hpp"
#include "base/one_of.hpp"
#include "consent/law.hpp"
#include "consent/reasons.hpp"
#include "consent/selection.hpp"
#include "consent/standing.hpp"
#include "consent/validity.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

using K = PurposeKind;

class Evaluation {
  public:
    Evaluation(const PurposeHistory* purpose, const SubjectFacts& facts, const Question& question,
               Trace* trace)
        : purpose_(purpose), facts_(facts), q_(question), moment_(question.at), trace_(trace) {}

    Verdict run() {
        decide();
        verdict_.valid_from = moment_.valid_from();
        verdict_.valid_until = moment_.valid_until();
        return verdict_;
    }

  private:
    /// Notes a step that did not decide.
    bool pass(const char* question, const char* answer) {
        if (trace_) {
            trace_->push_back({question, answer, false});
        }
        return false;
    }
    bool decided(const char* question, Reason reason, const LedgerEvent* event = nullptr) {
        verdict_.reason = reason;
        verdict_.event = event ? event->id : 0;
        if (trace_) {
            trace_->push_back({question, std::string(reason_sentence(reason)), true});
        }
        return true;
    }

    void decide() {
        if (known_subject() || declared_purpose() || erased()) {
            return;
        }
        ProfileView profile =
            profile_at(facts_, q_.known_at, [this](Ms t) { return moment_.reached(t); });
        country_ = profile.country;
        corporate_ = profile.corporate;
        standing_ = standing_of(facts_, q_, moment_);
        selection_ = select_consent(facts_, *p_, q_, standing_.erasure_withdrawal, moment_);
        verdict_.state = selection_.state;
        if (erasure_pending() || restricted() || suppressed() || bounced() || objected() ||
            basis_fits() || consent_found() || consent_state() || consent_valid() ||
            retention_over() || paused()) {
            return;
        }
        allow();
    }

    bool known_subject() {
        constexpr auto* question = "Is the person known?";
        if (facts_.existence == SubjectFacts::Existence::unknown ||
            facts_.known_since > q_.known_at) {
            return decided(question, Reason::subject_unknown);
        }
        return pass(question, "Yes.");
    }

    bool declared_purpose() {
        constexpr auto* question = "Is the purpose declared (art. 5(1)(b))?";
        p_ = purpose_ ? definition_at(*purpose_, q_, moment_) : nullptr;
        if (!p_) {
            if (purpose_ && !purpose_->versions.empty()) { // the consent field outlives the purpose
                verdict_.state = select_consent(facts_, purpose_->versions.back().definition, q_,
                                                nullptr, moment_)
                                     .state;
            }
            return decided(question, Reason::purpose_not_declared);
        }
        return pass(question, "Yes.");
    }

    bool erased() {
        constexpr auto* question = "Was the person erased (art. 17)?";
        if (facts_.existence == SubjectFacts::Existence::erased) {
            return decided(question, Reason::erased);
        }
        return pass(question, "No.");
    }

    /// A basis that ended for the purpose ends it; an end without a purpose is of the contracts.
    [[nodiscard]] const LedgerEvent* ended() const {
        const LedgerEvent* own = standing_.basis_ended;
        const LedgerEvent* all = p_->basis == Basis::contract ? standing_.contracts_ended : nullptr;
        return !own || (all && all->effective >= own->effective) ? all : own;
    }

    bool erasure_pending() {
        constexpr auto* question = "Is an erasure request open (art. 17)?";
        if (!standing_.erasure_pending) {
            return pass(question, "No.");
        }
        bool running_contract =
            p_->kind == K::transactional && p_->basis == Basis::contract && !ended();
        if (base::one_of(p_->kind, {K::legal, K::legal_claims, K::storage, K::safety}) ||
            running_contract) {
            return pass(question, "Yes, but it does not stop a purpose of this kind.");
        }
        return decided(question, Reason::erasure_pending, standing_.erasure_pending);
    }

    /// Basis consent, given after `block`, and neither pending nor ended.
    [[nodiscard]] bool newer_consent(const LedgerEvent& block) const {
        return p_->basis == Basis::consent && selection_.grant &&
               selection_.grant->effective > block.effective;
    }

    bool restricted() {
        constexpr auto* question = "Is processing restricted (art. 18)?";
        if (!standing_.restricted) {
            return pass(question, "No.");
        }
        if (base::one_of(p_->kind, {K::storage, K::legal_claims, K::safety, K::legal})) {
            return pass(question, "Yes, but not for a purpose of this kind (art. 18(2)).");
        }
        if (newer_consent(*standing_.restricted)) {
            return pass(question, "Yes, but the person consented after that (art. 18(2)).");
        }
        return decided(question, Reason::restricted, standing_.restricted);
    }

    bool suppressed() {
        constexpr auto* question = "Is the person or the address on the suppression list?";
        if (standing_.suppressed_all && !base::one_of(p_->kind, {K::legal, K::safety})) {
            return decided(question, Reason::suppressed, standing_.suppressed_all);
        }
        if (standing_.suppressed_marketing && p_->kind == K::marketing) {
            return decided(question, Reason::suppressed, standing_.suppressed_marketing);
        }
        return pass(question, standing_.suppressed_all || standing_.suppressed_marketing
                                  ? "Yes, but not for a purpose of this kind."
                                  : "No.");
    }

    bool bounced() {
        constexpr auto* question = "Can the address be reached, and did nobody complain?";
        if (standing_.hard_bounce) {
            return decided(question, Reason::hard_bounce, standing_.hard_bounce);
        }
        if (standing_.complaint && p_->kind == K::marketing &&
            !newer_consent(*standing_.complaint)) {
            return decided(question, Reason::complaint, standing_.complaint);
        }
        return pass(question, "Yes.");
    }

    bool objected() {
        constexpr auto* question = "Did the person object (art. 21)?";
        const auto& interests = standing_.interests;
        if (base::one_of(p_->kind, {K::marketing, K::profiling})) {
            const LedgerEvent* made = standing_.marketing.made;
            if (p_->basis == Basis::legitimate_interests && interests.made &&
                (!made || interests.made->effective >= made->effective)) {
                made = interests.made;
            }
            if (made && !newer_consent(*made)) {
                return decided(question, Reason::objected_direct_marketing, made);
            }
            return pass(question, made ? "Yes, but consented again after that." : "No.");
        }
        const Standing::Objection* of_basis = p_->basis == Basis::legitimate_interests ? &interests
                                              : p_->basis == Basis::public_task
                                                  ? &standing_.public_task
                                                  : nullptr;
        if (!of_basis || !of_basis->made) {
            return pass(question, "Not against this basis.");
        }
        if (!of_basis->decision) {
            return decided(question, Reason::objected_pending, of_basis->made);
        }
        if (of_basis->decision->kind == EventKind::objection_upheld) {
            return decided(question, Reason::objected, of_basis->decision);
        }
        return pass(question, "Yes, but compelling grounds override it (art. 21(1)).");
    }

    bool basis_fits() {
        constexpr auto* question = "Does the lawful basis carry this kind, channel and country?";
        switch (basis_fit({p_->basis, p_->kind, q_.channel, country_, corporate_}, moment_)) {
        case Fit::not_purpose:
            return decided(question, Reason::basis_not_permitted_for_purpose);
        case Fit::not_channel:
            return decided(question, Reason::basis_not_permitted_for_channel);
        case Fit::not_country:
            return decided(question, Reason::basis_not_permitted_for_country);
        case Fit::yes:
            break;
        }
        bool declared_channel =
            std::find(p_->channels.begin(), p_->channels.end(), q_.channel) != p_->channels.end();
        if (!declared_channel && p_->basis != Basis::consent) {
            return decided(question, Reason::basis_not_permitted_for_channel);
        }
        if (const LedgerEvent* end = ended()) {
            return decided(question, Reason::basis_ended, end);
        }
        if (p_->contains_marketing && p_->kind != K::marketing) {
            return decided(question, Reason::mixed_with_marketing);
        }
        if (p_->basis == Basis::legitimate_interests && !p_->balancing_test) {
            return decided(question, Reason::balancing_test_missing);
        }
        if (p_->basis == Basis::soft_opt_in && soft_opt_in_missing()) {
            if (decided(question, Reason::soft_opt_in_condition_missing, standing_.fact_event) &&
                trace_) {
                trace_->back().answer += " Missing: ";
                trace_->back().answer += soft_opt_in_missing();
                trace_->back().answer += '.';
            }
            return true;
        }
        if (p_->basis == Basis::casl_implied && !casl_implied()) {
            return decided(question, Reason::casl_implied_expired, standing_.fact_event);
        }
        return pass(question, "Yes.");
    }

    /// The first condition of ePrivacy 13(2) that is not met; what is not recorded is not met.
    [[nodiscard]] const char* soft_opt_in_missing() const {
        const BasisFact& fact = standing_.fact;
        if (!fact.sale_context.value_or(false)) {
            return "sale_context";
        }
        if (!fact.similar_products.value_or(false)) {
            return "similar_products";
        }
        if (!fact.own_products.value_or(false) || !p_->own_similar_products) {
            return "own_products";
        }
        if (!fact.opt_out_offered.value_or(false)) {
            return "opt_out_offered_at_collection";
        }
        return p_->opt_out_in_each_message ? nullptr : "opt_out_in_each_message";
    }

    bool casl_implied() {
        bool purchase = standing_.casl_purchase && !moment_.reached(*standing_.casl_purchase);
        bool inquiry = standing_.casl_inquiry && !moment_.reached(*standing_.casl_inquiry);
        return purchase || inquiry;
    }

    bool consent_found() {
        constexpr auto* question = "Is there a consent for this purpose and channel?";
        if (p_->kind == K::confirmation) {
            sign_up_ = pending_sign_up(facts_, q_, standing_.erasure_withdrawal, moment_);
            if (!sign_up_) {
                return decided("Does a sign-up wait for its confirmation?", Reason::no_consent);
            }
            pass("Does a sign-up wait for its confirmation?", "Yes.");
        }
        if (p_->basis != Basis::consent) {
            return pass(question, "Not needed: the basis is another.");
        }
        if (selection_.state == ConsentState::none) {
            return decided(question, selection_.missing);
        }
        return pass(question, "Yes.");
    }

    bool consent_state() {
        constexpr auto* question = "What did the person say last?";
        bool needed = p_->basis == Basis::consent;
        // On another basis a no is an opt-out; profiling counts as related to marketing (art.
        // 21(2)).
        bool opt_out = base::one_of(p_->kind, {K::marketing, K::profiling});
        if (!needed && !opt_out) {
            return pass(question, "It does not matter for this basis.");
        }
        switch (selection_.state) {
        case ConsentState::refused:
            return decided(question, Reason::consent_refused, selection_.event);
        case ConsentState::withdrawn:
            return decided(question, Reason::consent_withdrawn, selection_.event);
        case ConsentState::requested:
            if (needed) {
                return decided(question, Reason::consent_pending, selection_.event);
            }
            break;
        case ConsentState::expired:
            if (needed) {
                return decided(question, Reason::consent_expired, selection_.event);
            }
            break;
        case ConsentState::granted:
            if (needed && superseded(*purpose_, *selection_.grant, q_, moment_)) {
                return decided(question, Reason::consent_version_superseded, selection_.event);
            }
            return pass(question, "Yes, and the text still holds.");
        case ConsentState::none:
            if (!needed && standing_.erasure_withdrawal) { // who asks for erasure wants no mail
                return decided(question, Reason::consent_withdrawn, standing_.erasure_withdrawal);
            }
            break;
        }
        return pass(question, "Nothing that stands against it.");
    }

    bool consent_valid() {
        constexpr auto* question = "Is the consent valid and proven (art. 7)?";
        bool needed = p_->basis == Basis::consent;
        const LedgerEvent* grant = selection_.grant;
        if (needed && below_standard(*grant)) {
            return decided(question, Reason::consent_invalid, grant);
        }
        if (needed && !grant->proven) {
            return decided(question, Reason::consent_unproven, grant);
        }
        pass(question, needed ? "Yes." : "Not needed: the basis is another.");
        if (p_->special_category && !p_->art9_exception) {
            constexpr auto* of_art9 = "Is there explicit consent for special categories (art. 9)?";
            bool explicitly = grant && grant->explicit_consent && grant->proven &&
                              !below_standard(*grant) &&
                              !superseded(*purpose_, *grant, q_, moment_);
            if (!explicitly) {
                return decided(of_art9, Reason::explicit_consent_required, grant);
            }
            pass(of_art9, "Yes.");
        }
        return needed && p_->information_society_service && too_young();
    }

    bool too_young() {
        constexpr auto* question = "Was the person old enough to consent (art. 8)?";
        switch (maturity(facts_, *selection_.grant, q_)) {
        case Maturity::child:
            return decided(question, Reason::child_no_parental_authorisation, selection_.grant);
        case Maturity::unknown:
            if (p_->aimed_at_children) {
                return decided(question, Reason::age_unknown, selection_.grant);
            }
            return pass(question, "Not known, but the service is not aimed at children.");
        case Maturity::authorised:
            return pass(question, "A parent authorised it.");
        case Maturity::old_enough:
            break;
        }
        return pass(question, "Yes.");
    }

    /// What a retention period is counted from.
    [[nodiscard]] const LedgerEvent* deciding_event() const {
        if (p_->basis == Basis::consent) {
            return selection_.grant;
        }
        return p_->kind == K::confirmation ? sign_up_ : standing_.fact_event;
    }

    bool retention_over() {
        constexpr auto* question = "Is the retention period over (art. 5(1)(e))?";
        bool over =
            standing_.fact.retention_until && moment_.reached(*standing_.fact.retention_until);
        const LedgerEvent* from = deciding_event();
        if (p_->retention && from) {
            Ms end = to_ms(base::add_duration(from_ms(from->effective), *p_->retention));
            over = moment_.reached(end) || over;
        }
        return over ? decided(question, Reason::retention_expired, from) : pass(question, "No.");
    }

    /// Last of all, as it ends by itself: what stands longer is said first.
    bool paused() {
        constexpr auto* question = "Did the person ask for a pause?";
        if (standing_.pauses.empty()) {
            return pass(question, "No, or it is over.");
        }
        const LedgerEvent* longest = nullptr;
        bool consented = false;
        for (const LedgerEvent* pause : standing_.pauses) {
            if (p_->kind != K::marketing && (pause->purpose == 0 || p_->basis != Basis::consent)) {
                continue;
            }
            if (newer_consent(*pause)) {
                consented = true;
            } else if (!longest || *pause->expires >= *longest->expires) {
                longest = pause;
            }
        }
        if (longest) {
            return decided(question, Reason::paused, longest);
        }
        return pass(question, consented ? "Yes, but consented again after that."
                                        : "Yes, but not from a purpose of this kind.");
    }

    void allow() {
        constexpr auto* question = "What allows it?";
        switch (p_->kind) {
        case K::storage:
            decided(question, Reason::ok_storage);
            return;
        case K::legal_claims:
            decided(question, Reason::ok_legal_claims);
            return;
        case K::confirmation:
            decided(question, Reason::ok_doi_confirmation, sign_up_);
            return;
        default:
            break;
        }
        switch (p_->basis) {
        case Basis::consent:
            decided(question, Reason::ok_consent, selection_.grant);
            break;
        case Basis::contract:
            decided(question, Reason::ok_contract);
            break;
        case Basis::legal_obligation:
            decided(question, Reason::ok_legal_obligation);
            break;
        case Basis::vital_interests:
            decided(question, Reason::ok_vital_interests);
            break;
        case Basis::public_task:
            decided(question, Reason::ok_public_task);
            break;
        case Basis::legitimate_interests:
            decided(question, Reason::ok_legitimate_interests);
            break;
        case Basis::soft_opt_in:
            decided(question, Reason::ok_soft_opt_in, standing_.fact_event);
            break;
        case Basis::casl_implied:
            decided(question, Reason::ok_casl_implied, standing_.fact_event);
            break;
        case Basis::opt_out_regime:
            decided(question, Reason::ok_opt_out_regime);
            break;
        }
    }

    const PurposeHistory* purpose_;
    const SubjectFacts& facts_;
    const Question& q_;
    Moment moment_;
    Trace* trace_;
    Verdict verdict_;
    const Purpose* p_ = nullptr;
    std::string_view country_;
    bool corporate_ = false;
    Standing standing_;
    Selection selection_;
    const LedgerEvent* sign_up_ = nullptr;
};

} // namespace

Verdict evaluate(const PurposeHistory* purpose, const SubjectFacts& facts, const Question& question,
                 Trace* trace) {
    return Evaluation(purpose, facts, question, trace).run();
}

const Purpose* definition_at(const PurposeHistory& purpose, const Question& question,
                             Moment& moment) {
    if (purpose.versions.empty() || purpose.versions.front().recorded > question.known_at ||
        (purpose.retired && *purpose.retired <= question.known_at &&
         moment.reached(*purpose.retired))) {
        return nullptr;
    }
    // Before the first definition the first one answers: consents may be older than the store.
    const Purpose* in_force = &purpose.versions.front().definition;
    for (const DefinitionVersion& version : purpose.versions) {
        if (version.recorded <= question.known_at && moment.reached(version.recorded)) {
            in_force = &version.definition;
        }
    }
    return in_force;
}

std::string_view country_at(const SubjectFacts& facts, const Question& question, Moment& moment) {
    return profile_at(facts, question.known_at, [&](Ms t) { return moment.reached(t); }).country;
}

} // namespace habeas::consent
