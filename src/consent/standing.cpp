#include "consent/standing.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

/// Latest of a kind that was met; later in the ledger wins, also at the same instant.
struct Latest {
    const LedgerEvent* event = nullptr;
    void see(const LedgerEvent& next) noexcept { event = &next; }
    /// Strictly later: at the same instant the stricter wins, and the stricter is what is ended.
    [[nodiscard]] bool ends(const LedgerEvent* what) const noexcept {
        return event && what && event->effective > what->effective;
    }
};

const LedgerEvent* in_force(const Latest& block, std::initializer_list<const Latest*> ends) {
    for (const Latest* end : ends) {
        if (end->ends(block.event)) {
            return nullptr;
        }
    }
    return block.event;
}

class Survey {
  public:
    Survey(const Question& question, Moment& moment) : question_(question), moment_(moment) {}

    void see(const LedgerEvent& event) {
        if (event.recorded > question_.known_at || !addressed(event) ||
            !moment_.reached(event.effective)) {
            return;
        }
        switch (event.kind) {
        case EventKind::erasure_requested:
        case EventKind::erasure_refused:
        case EventKind::erasure_cancelled:
            see_erasure(event);
            break;
        case EventKind::restricted:
            restricted_.see(event);
            break;
        case EventKind::restriction_notice:
            notice_.see(event);
            break;
        case EventKind::restriction_lifted:
            lifted_.see(event);
            break;
        case EventKind::suppressed:
            (event.scope == Scope::all ? all_ : marketing_).see(event);
            break;
        case EventKind::unsuppressed:
            marketing_again_.see(event);
            if (event.scope != Scope::marketing) {
                again_.see(event);
            }
            break;
        case EventKind::bounced:
            if (event.scope == Scope::hard) {
                bounced_.see(event);
            }
            break;
        case EventKind::complained:
            complained_.see(event);
            break;
        case EventKind::delivery_reset:
            reset_.see(event);
            break;
        case EventKind::objected:
        case EventKind::objection_upheld:
        case EventKind::objection_overridden:
            see_objection(event);
            break;
        case EventKind::basis_fact:
            see_fact(event);
            break;
        case EventKind::basis_ended:
            (event.purpose == 0 ? contracts_ended_ : ended_).see(event);
            break;
        case EventKind::basis_resumed:
            resumed_.see(event);
            break;
        case EventKind::paused:
        case EventKind::resumed:
            see_pause(event);
            break;
        default:
            break;
        }
    }

    Standing finish() {
        out_.erasure_pending = open_request_;
        // In force until the later of lifting and notice (art. 18(3)).
        out_.restricted = lifted_.ends(restricted_.event) && notice_.ends(restricted_.event)
                              ? nullptr
                              : restricted_.event;
        out_.suppressed_all = in_force(all_, {&again_});
        out_.suppressed_marketing = in_force(marketing_, {&marketing_again_});
        out_.hard_bounce = in_force(bounced_, {&reset_, &again_});
        out_.complaint = in_force(complained_, {&marketing_again_});
        out_.basis_ended = in_force(ended_, {&resumed_});
        out_.contracts_ended = in_force(contracts_ended_, {&resumed_});
        for (Standing::Objection* each : {&out_.marketing, &out_.interests, &out_.public_task}) {
            if (each->decision && each->decision->effective <= each->made->effective) {
                each->decision = nullptr;
            }
        }
        return out_;
    }

  private:
    [[nodiscard]] bool addressed(const LedgerEvent& event) const noexcept {
        bool of_delivery =
            event.kind == EventKind::bounced || event.kind == EventKind::delivery_reset;
        if (of_delivery && event.channel == Channel::any) { // bounces are of e-mail unless said
            return (event.purpose == 0 || event.purpose == question_.purpose) &&
                   (question_.channel == Channel::email || event.kind == EventKind::delivery_reset);
        }
        return concerns(event, question_.purpose, question_.channel);
    }

    void see_erasure(const LedgerEvent& event) {
        if (event.kind == EventKind::erasure_requested) {
            open_request_ = &event;
        } else if (open_request_ && event.effective > open_request_->effective) {
            if (event.kind == EventKind::erasure_refused) {
                out_.erasure_withdrawal = open_request_;
            }
            open_request_ = nullptr;
        }
    }

    void see_pause(const LedgerEvent& event) {
        if (event.kind == EventKind::resumed) {
            std::erase_if(out_.pauses, [&](const LedgerEvent* pause) {
                return event.effective > pause->effective;
            });
        } else if (event.expires && !moment_.reached(*event.expires)) {
            out_.pauses.push_back(&event);
        }
    }

    void see_objection(const LedgerEvent& event) {
        auto apply = [&](Standing::Objection& to) {
            if (event.kind == EventKind::objected) {
                to.made = &event;
            } else if (to.made) {
                bool same_instant = to.decision && to.decision->effective == event.effective;
                bool upheld_before =
                    same_instant && to.decision->kind == EventKind::objection_upheld;
                if (!upheld_before) {
                    to.decision = &event;
                }
            }
        };
        if (event.scope == Scope::direct_marketing || event.scope == Scope::none) {
            apply(out_.marketing);
        }
        if (event.scope == Scope::legitimate_interests || event.scope == Scope::none) {
            apply(out_.interests);
        }
        if (event.scope == Scope::public_task || event.scope == Scope::none) {
            apply(out_.public_task);
        }
    }

    void see_fact(const LedgerEvent& event) {
        if (!event.fact) {
            return;
        }
        const BasisFact& fact = *event.fact;
        take(out_.fact.sale_context, sale_, fact.sale_context, event.effective);
        take(out_.fact.similar_products, similar_, fact.similar_products, event.effective);
        take(out_.fact.own_products, own_, fact.own_products, event.effective);
        take(out_.fact.opt_out_offered, offered_, fact.opt_out_offered, event.effective);
        take(out_.fact.retention_until, retention_, fact.retention_until, event.effective);
        if (fact.casl_kind != CaslKind::none && fact.casl_day && moment_.reached(*fact.casl_day)) {
            Date day{std::chrono::floor<std::chrono::days>(from_ms(*fact.casl_day))};
            bool purchase = fact.casl_kind == CaslKind::purchase;
            take(purchase ? out_.casl_purchase : out_.casl_inquiry, purchase ? purchase_ : inquiry_,
                 std::optional<Ms>(casl_end(fact.casl_kind, day)), event.effective);
        }
        out_.fact_event = &event;
    }

    /// The later fact wins; at the same instant the stricter: no before yes, the earlier end.
    template <class T>
    static void take(std::optional<T>& to, Ms& since, const std::optional<T>& from, Ms effective) {
        if (from) {
            to = to && since == effective ? std::min(*to, *from) : *from;
            since = effective;
        }
    }

    const Question& question_;
    Moment& moment_;
    Standing out_;
    Ms sale_ = 0, similar_ = 0, own_ = 0, offered_ = 0, retention_ = 0, purchase_ = 0, inquiry_ = 0;
    const LedgerEvent* open_request_ = nullptr;
    Latest restricted_, notice_, lifted_, all_, marketing_, again_, marketing_again_, bounced_,
        reset_, complained_, ended_, contracts_ended_, resumed_;
};

} // namespace

Standing standing_of(const SubjectFacts& facts, const Question& question, Moment& moment) {
    Survey survey(question, moment);
    for (const LedgerEvent& event : facts.events) {
        survey.see(event);
    }
    return survey.finish();
}

} // namespace habeas::consent
