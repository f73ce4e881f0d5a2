// The ledgers of two records join, and the stricter state wins: what stood against one of them and
// would be lifted by an event of the other is recorded anew, and so is a no that a yes of the other
// would end.
#include "consent/merge.hpp"

#include "consent/ledger.hpp"
#include "consent/ready.hpp"
#include "consent/selection.hpp"
#include "consent/standing.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

namespace habeas::consent {
namespace {

/// Ids of records that were joined into `id` before: their events belong to it.
std::unordered_set<std::int64_t> joined_before(store::Engine& engine, std::int64_t id,
                                               std::int64_t ledger) {
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs; // kept, gone
    auto row =
        engine.db().prepare("SELECT evidence FROM event WHERE subject_id = ?1 AND kind = ?2");
    row.bind(1, ledger).bind(2, static_cast<std::int64_t>(EventKind::merged));
    while (row.step()) {
        auto in = nlohmann::json::parse(row.text(0), nullptr, false);
        if (in.is_object()) {
            pairs.emplace_back(in.value("kept", std::int64_t{0}),
                               in.value("gone", std::int64_t{0}));
        }
    }
    std::unordered_set<std::int64_t> own{id};
    for (std::size_t before = 0; before != own.size();) {
        before = own.size();
        for (const auto& [kept, gone] : pairs) {
            if (own.contains(kept)) {
                own.insert(gone);
            }
        }
    }
    return own;
}

/// All that stands against a purpose and channel, by kind and scope, with the event.
using Blocks = std::map<std::pair<EventKind, Scope>, const LedgerEvent*>;

Blocks blocks(const Standing& standing) {
    Blocks out;
    auto add = [&](const LedgerEvent* event) {
        if (event) {
            out[{event->kind, event->scope}] = event;
        }
    };
    add(standing.erasure_pending);
    add(standing.restricted);
    add(standing.suppressed_marketing);
    add(standing.suppressed_all);
    add(standing.hard_bounce);
    add(standing.complaint);
    add(standing.basis_ended);
    add(standing.paused);
    add(standing.marketing.made);
    for (const Standing::Objection* each : {&standing.interests, &standing.public_task}) {
        if (!each->decision || each->decision->kind != EventKind::objection_overridden) {
            add(each->made);
        }
    }
    return out;
}

struct View {
    Blocks blocks;
    Selection said;
};

View view(const SubjectFacts& facts, const Purpose& definition, const Question& question) {
    Moment moment(question.at);
    Standing standing = standing_of(facts, question, moment);
    return {blocks(standing),
            select_consent(facts, definition, question, standing.erasure_withdrawal, moment)};
}

bool is_no(ConsentState state) {
    return state == ConsentState::withdrawn || state == ConsentState::refused;
}

class Join {
  public:
    Join(store::Engine& engine, SubjectId keep, SubjectId gone)
        : engine_(engine), keep_(keep), purposes_(catalogue(engine)),
          both_(load_facts(engine, keep)), one_(both_), other_(both_) {
        auto theirs =
            joined_before(engine, static_cast<std::int64_t>(gone), static_cast<std::int64_t>(keep));
        auto of_gone = [&](const LedgerEvent& event) { return theirs.contains(event.origin); };
        std::erase_if(one_.events, of_gone);
        std::erase_if(other_.events, [&](const LedgerEvent& event) { return !of_gone(event); });
    }

    void keep_the_stricter() {
        Question question;
        question.at = engine_.now_ms();
        for (const PurposeHistory& purpose : purposes_->all()) {
            const Purpose* definition = present_definition(purpose);
            if (!definition) {
                continue;
            }
            question.purpose = purpose.id;
            for (Channel each : definition->channels) {
                question.channel = each;
                compare(*definition, question);
            }
        }
    }

  private:
    void compare(const Purpose& definition, const Question& question) {
        View joined = view(both_, definition, question);
        for (const SubjectFacts* side : {&one_, &other_}) {
            View alone = view(*side, definition, question);
            for (const auto& [block, event] : alone.blocks) {
                if (!joined.blocks.contains(block)) {
                    record(event->kind, event->purpose, event->channel, event->scope,
                           event->expires);
                }
            }
            if (is_no(alone.said.state) && !is_no(joined.said.state)) {
                bool refused = alone.said.state == ConsentState::refused;
                record(refused ? EventKind::refused : EventKind::withdrawn, question.purpose,
                       question.channel, Scope::none);
            }
        }
    }

    void record(EventKind kind, std::int64_t purpose, Channel over, Scope scope,
                std::optional<Ms> expires = {}) {
        if (!written_.insert({kind, scope, purpose, over}).second) {
            return;
        }
        OwnEvent event;
        event.subject = static_cast<std::int64_t>(keep_);
        event.kind = kind;
        event.purpose = purpose;
        event.channel = over;
        event.scope = scope_name(scope);
        event.expires = kind == EventKind::paused ? expires : std::nullopt;
        event.note = "merge: the stricter of two records";
        append_own(engine_, event);
    }

    store::Engine& engine_;
    SubjectId keep_;
    std::shared_ptr<const Catalogue> purposes_;
    SubjectFacts both_, one_, other_;
    std::set<std::tuple<EventKind, Scope, std::int64_t, Channel>> written_;
};

} // namespace

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("DELETE FROM ready WHERE subject_id = ?1")
        .bind_all(static_cast<std::int64_t>(gone))
        .run();
    Join(engine, keep, gone).keep_the_stricter();
    refresh(engine, keep);
}

} // namespace habeas::consent
