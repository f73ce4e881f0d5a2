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
#include <array>
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

/// One way of standing against a purpose and channel, with the event that does.
struct Block {
    const LedgerEvent* in_force = nullptr;
    const LedgerEvent* effective = nullptr; ///< null where a newer consent counts
    Scope scope = Scope::none;
};

/// In an order that is the same for everybody.
using Blocks = std::array<Block, 13>;

struct View {
    Blocks blocks;
    ConsentState state{};
    bool says_no = false; ///< refused, or withdrawn, be it by a refused erasure request
};

constexpr std::array every_channel{Channel::email, Channel::sms, Channel::phone,   Channel::post,
                                   Channel::push,  Channel::web, Channel::internal};

bool is_no(ConsentState state) {
    return state == ConsentState::withdrawn || state == ConsentState::refused;
}

const LedgerEvent* open_objection(const Standing::Objection& objection) {
    bool overridden =
        objection.decision && objection.decision->kind == EventKind::objection_overridden;
    return overridden ? nullptr : objection.made;
}

/// As `evaluate` has it, whatever the purpose's kind and basis: a block that does not stop the
/// purpose today changes nothing when it is kept.
Blocks blocks_of(const Standing& standing, const LedgerEvent* grant) {
    auto lasting = [](const LedgerEvent* event, Scope scope = Scope::none) {
        return Block{event, event, scope};
    };
    auto until_consent = [&](const LedgerEvent* event, Scope scope = Scope::none) {
        bool ended = event && grant && grant->effective > event->effective;
        return Block{event, ended ? nullptr : event, scope};
    };
    Block pause, pause_of_purpose; // they stop different kinds; of each the longest
    for (const LedgerEvent* event : standing.pauses) {
        Block& slot = event->purpose == 0 ? pause : pause_of_purpose;
        const Block next = until_consent(event);
        slot.in_force = event;
        if (next.effective && (!slot.effective || *event->expires > *slot.effective->expires)) {
            slot.effective = event;
        }
    }
    return {lasting(standing.erasure_pending),
            until_consent(standing.restricted),
            lasting(standing.suppressed_marketing, Scope::marketing),
            lasting(standing.suppressed_all, Scope::all),
            lasting(standing.hard_bounce, Scope::hard),
            until_consent(standing.complaint),
            lasting(standing.basis_ended),
            lasting(standing.contracts_ended),
            until_consent(standing.marketing.made, Scope::direct_marketing),
            lasting(open_objection(standing.interests), Scope::legitimate_interests),
            lasting(open_objection(standing.public_task), Scope::public_task),
            pause,
            pause_of_purpose};
}

bool shorter(const LedgerEvent& one, const LedgerEvent& other) {
    return one.kind == EventKind::paused && *one.expires < *other.expires;
}

View view(const SubjectFacts& facts, const Purpose& definition, const Question& question) {
    Moment moment(question.at);
    const Standing standing = standing_of(facts, question, moment);
    const Selection said =
        select_consent(facts, definition, question, standing.erasure_withdrawal, moment);
    // A refused erasure request is a withdrawal, also where there was nothing to withdraw.
    bool silent = said.state == ConsentState::none || said.state == ConsentState::requested;
    return {blocks_of(standing, said.grant), said.state,
            is_no(said.state) || (silent && standing.erasure_withdrawal)};
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
        for (const Ms instant : instants()) {
            question.at = instant;
            for (const PurposeHistory& purpose : purposes_->all()) {
                if (const Purpose* definition = present_definition(purpose)) {
                    question.purpose = purpose.id;
                    for (Channel each : definition->channels) {
                        question.channel = each;
                        compare(*definition, question);
                    }
                }
            }
            // What speaks of all purposes holds for those that are declared later too.
            question.purpose = 0;
            for (Channel each : every_channel) {
                question.channel = each;
                compare({}, question);
            }
        }
    }

  private:
    /// Now, and where a host's clock is ahead the times of what takes effect later.
    [[nodiscard]] std::set<Ms> instants() const {
        std::set<Ms> out{engine_.now_ms()};
        for (const LedgerEvent& event : both_.events) {
            if (event.effective > *out.begin()) {
                out.insert(event.effective);
            }
        }
        return out;
    }

    void compare(const Purpose& definition, const Question& question) {
        const View joined = view(both_, definition, question);
        for (const SubjectFacts* side : {&one_, &other_}) {
            const View alone = view(*side, definition, question);
            for (std::size_t i = 0; i < alone.blocks.size(); ++i) {
                keep_block(alone.blocks[i], joined.blocks[i], question);
            }
            if (question.purpose != 0 && alone.says_no && !joined.says_no) {
                OwnEvent event;
                event.kind = alone.state == ConsentState::refused ? EventKind::refused
                                                                  : EventKind::withdrawn;
                event.purpose = question.purpose;
                event.channel = question.channel;
                record(event, question);
            }
        }
    }

    /// What the other record lifted is said again as it was said; what its consent overrides, for
    /// the purpose and channel of that consent.
    void keep_block(const Block& alone, const Block& joined, const Question& question) {
        const LedgerEvent* block = alone.effective;
        if (!block || (joined.effective && !shorter(*joined.effective, *block))) {
            return;
        }
        const bool lifted = !joined.in_force;
        OwnEvent event;
        event.kind = block->kind;
        event.purpose = lifted ? block->purpose : question.purpose;
        event.channel = lifted ? block->channel : question.channel;
        event.scope = scope_name(alone.scope);
        if (block->kind == EventKind::paused) {
            event.expires = block->expires;
        }
        record(event, question);
    }

    void record(OwnEvent& event, const Question& question) {
        event.effective = question.at;
        if (!written_
                 .insert({event.kind, event.scope, event.purpose, event.channel, event.effective})
                 .second) {
            return;
        }
        event.subject = static_cast<std::int64_t>(keep_);
        event.note = "merge: the stricter of two records";
        append_own(engine_, event);
    }

    store::Engine& engine_;
    SubjectId keep_;
    std::shared_ptr<const Catalogue> purposes_;
    SubjectFacts both_, one_, other_;
    std::set<std::tuple<EventKind, std::string, std::int64_t, Channel, Ms>> written_;
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
