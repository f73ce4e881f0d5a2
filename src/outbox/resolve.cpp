// What becomes of messages whose gateway's answer was lost: the gateway tells, or the policy does.
#include "outbox/links.hpp"
#include "outbox/sender.hpp"

#include <exception>

namespace habeas::outbox {
namespace {

constexpr std::int64_t at_once = 1000; ///< questions in one run
constexpr std::int64_t ask_again_ms = 10LL * 60 * 1000;
constexpr std::int64_t ask_for_ms = 24LL * 3600 * 1000; ///< then nobody can tell

} // namespace

void give_up_leases(store::Engine& engine, std::int64_t now) {
    {
        auto row = engine.db().prepare(
            "SELECT 1 FROM outbox WHERE state = 'sending' AND lease_until <= ?1 LIMIT 1");
        row.bind(1, now);
        if (!row.step()) {
            return;
        }
    }
    store::Engine::Write tx(engine);
    struct Row {
        std::optional<std::int64_t> subject;
        std::int64_t template_id, purpose_id;
        Channel channel;
    };
    std::vector<Row> rows;
    {
        auto row = engine.db().prepare(
            "UPDATE outbox SET state = 'uncertain', reason = 'lease_expired', settled = 0, "
            "due_at = ?1, finished_at = ?2, lease_until = NULL "
            "WHERE state = 'sending' AND lease_until <= ?1 "
            "RETURNING subject_id, template_id, purpose_id, channel");
        row.bind_all(now, engine.now_ms());
        while (row.step()) {
            rows.push_back({row.opt_i64(0), row.i64(1), row.i64(2),
                            channel(row.text(3)).value_or(Channel::any)});
        }
    }
    Figures figures;
    for (const Row& each : rows) {
        figures.add(each.template_id, each.purpose_id, each.channel, MessageState::uncertain);
        note_message(engine, each.subject);
    }
    figures.write(engine);
    tx.commit();
}

void Sender::resolve_uncertain() {
    std::vector<Lost> all;
    {
        auto row = engine_.db().prepare(
            "SELECT id, reference, lease, kind, repeated, finished_at FROM outbox "
            "WHERE state = 'uncertain' AND settled = 0 AND due_at <= ?1 AND gateway = ?2 "
            "ORDER BY due_at, id LIMIT ?3");
        row.bind_all(now(), gateway_id_, at_once);
        while (row.step()) {
            Lost& lost = all.emplace_back();
            lost.id = row.i64(0);
            lost.reference = row.blob(1);
            lost.lease = row.opt_str(2).value_or("");
            lost.kind = message_kind(row.text(3)).value_or(MessageKind::marketing);
            lost.repeated = row.i64(4) != 0;
            lost.since = row.i64(5);
        }
    }
    for (const Lost& lost : all) {
        std::optional<GatewayResult> answer;
        try {
            answer = gateway_.resolve(reference_text(lost.id, lost.reference));
        } catch (const std::exception&) {
            answer = GatewayResult{GatewayOutcome::uncertain, {}, "no_answer", {}};
        }
        settle(lost, answer);
    }
}

/// Marketing is not sent again unless the gateway says that it was not sent; everything else once.
void Sender::settle(const Lost& lost, const std::optional<GatewayResult>& answer) {
    store::Engine::Write tx(engine_);
    const bool asks_again = answer && answer->outcome == GatewayOutcome::uncertain &&
                            engine_.now_ms() - lost.since < ask_for_ms;
    const bool unsent = answer && answer->outcome == GatewayOutcome::transient;
    const bool known = answer && answer->outcome != GatewayOutcome::uncertain;
    const bool once_more = !known && lost.kind != MessageKind::marketing && !lost.repeated;
    auto row = engine_.db().prepare(
        "SELECT 1 FROM outbox WHERE id = ?1 AND state = 'uncertain' AND settled = 0 "
        "AND coalesce(lease, '') = ?2");
    row.bind_all(lost.id, lost.lease);
    if (!row.step()) {
        return; // erased, or somebody else was first
    }
    row.reset();
    if (asks_again) {
        engine_.db()
            .prepare("UPDATE outbox SET due_at = ?2 WHERE id = ?1")
            .bind_all(lost.id, now() + ask_again_ms)
            .run();
    } else if (unsent || once_more) {
        engine_.db()
            .prepare("UPDATE outbox SET state = 'queued', due_at = ?2, finished_at = NULL, "
                     "lease = NULL, repeated = ?3 WHERE id = ?1")
            .bind_all(lost.id, now(), lost.repeated || once_more)
            .run();
        ++report_.resolved;
    } else if (known) {
        const bool sent = answer->outcome == GatewayOutcome::sent;
        engine_.db()
            .prepare("UPDATE outbox SET gateway_reference = ?2 WHERE id = ?1")
            .bind_all(lost.id, std::string_view(answer->reference).substr(0, 200))
            .run();
        finish(engine_, lost.id, sent ? MessageState::sent : MessageState::failed,
               sent                     ? std::string()
               : answer->reason.empty() ? std::string("gateway_refused")
                                        : answer->reason.substr(0, 60));
        ++report_.resolved;
    } else {
        engine_.db()
            .prepare("UPDATE outbox SET settled = 1, lease = NULL WHERE id = ?1")
            .bind_all(lost.id)
            .run();
    }
    tx.commit();
}

} // namespace habeas::outbox
