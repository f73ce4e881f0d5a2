// Sending: claim and compose, hand over, record. README.md says what a crash leaves at each step.
#include "base/text.hpp"
#include "consent/decide.hpp"
#include "outbox/links.hpp"
#include "outbox/prepare.hpp"
#include "outbox/rows.hpp"
#include "outbox/sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace habeas {
namespace outbox {
namespace {

constexpr std::size_t max_batch_bytes = std::size_t{32} << 20;

const char* fallback_reason(GatewayOutcome outcome) {
    switch (outcome) {
    case GatewayOutcome::permanent:
        return "gateway_refused";
    case GatewayOutcome::uncertain:
        return "no_answer";
    case GatewayOutcome::not_reached:
        return "gateway_not_reached";
    case GatewayOutcome::no_such_address:
        return "no_such_address";
    default:
        return "gateway_busy";
    }
}

/// A gateway's word, as it may be stored.
std::string word_of(const GatewayResult& result) {
    std::string out;
    for (char c : result.reason.substr(0, 60)) {
        const bool good = base::is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
        out += good ? c : '_';
    }
    return out.empty() ? fallback_reason(result.outcome) : out;
}

std::string channels_of(const Gateway& gateway) {
    std::string out = "[";
    for (Channel each : {Channel::email, Channel::sms, Channel::phone, Channel::post, Channel::push,
                         Channel::web}) {
        if (gateway.serves(each)) {
            out += (out.size() > 1 ? ",\"" : "\"") + std::string(channel_name(each)) + '"';
        }
    }
    return out + "]";
}

std::string random_lease(store::Engine& engine) {
    std::array<std::uint8_t, 16> bytes{};
    engine.random()(bytes);
    return base::to_hex(bytes);
}

} // namespace

Sender::Sender(store::Engine& engine, Gateway& gateway, const SendOptions& options)
    : engine_(engine), gateway_(gateway), options_(options), gateway_id_(gateway.id()),
      processor_(gateway.processor()), channels_(channels_of(gateway)),
      lease_(random_lease(engine)), settings_(settings(engine)) {
    if (gateway_id_.empty() || gateway_id_.size() > 60) {
        throw Error(Errc::invalid, "a gateway has an id of at most 60 bytes", "gateway");
    }
    if (options.lease <= std::chrono::milliseconds(0) || options.max_attempts < 1 ||
        options.first_backoff <= std::chrono::milliseconds(0)) {
        throw Error(Errc::invalid, "lease, attempts and back-off are more than nothing", "options");
    }
}

std::int64_t Sender::now() {
    return options_.now ? options_.now->time_since_epoch().count() : engine_.now_ms();
}

std::int64_t Sender::later(std::int64_t ms) {
    return std::max(now(), engine_.now_ms()) + ms;
}

SendReport Sender::run() {
    give_up_leases();
    resolve_uncertain();
    due_ = now();
    Delivered last;
    while (reached_ && handed_ < options_.limit) {
        Batch batch = record_and_claim(last);
        last = {};
        if (batch.rows.empty() && !saw_rows_) {
            return report_;
        }
        if (!batch.rows.empty()) {
            handed_ += batch.rows.size();
            last = deliver(std::move(batch));
        }
        if (options_.progress) { // it may throw: nothing waits for its record then
            record(std::exchange(last, {}));
            if (!options_.progress(handed_, options_.limit)) {
                return report_;
            }
        }
    }
    record(last);
    return report_;
}

std::vector<Claimed> Sender::due_rows(std::size_t room) {
    std::vector<Claimed> out;
    auto row = engine_.db().prepare(
        "SELECT id, reference, kind, subject_id, recipient, purpose_id, template_id, "
        "template_version, channel, attempts, token_key, purged, queued_at FROM outbox INDEXED BY "
        "outbox_due "
        "WHERE state = 'queued' AND due_at <= ?1 "
        "AND channel IN (SELECT value FROM json_each(?2)) "
        "ORDER BY priority DESC, due_at, id LIMIT ?3");
    row.bind_all(due_, channels_, static_cast<std::int64_t>(room));
    while (row.step()) {
        Claimed& each = out.emplace_back();
        each.id = row.i64(0);
        each.reference = row.blob(1);
        each.kind = message_kind(row.text(2)).value_or(MessageKind::marketing);
        each.subject = row.opt_i64(3);
        each.recipient = row.opt_str(4).value_or("");
        each.purpose_id = row.i64(5);
        each.template_id = row.i64(6);
        each.template_version = static_cast<std::int32_t>(row.i64(7));
        each.channel = channel(row.text(8)).value_or(Channel::any);
        each.attempts = static_cast<int>(row.i64(9));
        each.links = !row.is_null(10);
        each.token_key = row.opt_str(10).value_or("");
        each.purged = row.i64(11) != 0;
        each.queued_at = row.i64(12);
    }
    return out;
}

/// One transaction for both: half as many syncs of the disk.
Batch Sender::record_and_claim(const Delivered& last) {
    try {
        store::Engine::Write tx(engine_);
        record_all(last);
        Batch out;
        saw_rows_ = false;
        if (reached_) { // a host's gateway may throw to end the run
            out = claim(std::min<std::size_t>(std::max<std::size_t>(gateway_.batch_size(), 1),
                                              options_.limit - handed_));
        }
        tx.commit();
        return out;
    } catch (...) { // the answers of the gateway are kept whatever became of the claim
        record(last);
        throw;
    }
}

/// The decision is asked, and the message composed, in the transaction that marks it `sending`;
/// then the gateway has it at once. A crash before its end leaves all as it was.
Batch Sender::claim(std::size_t room) {
    const std::shared_ptr<const Settings> settings = settings_;
    Pacer pacer(engine_, settings->pacing, gateway_id_, now(), options_.lease.count());
    // Many may have to wait, which is one row each: not a transaction for every few of them.
    std::vector<Claimed> rows = due_rows(settings->pacing.empty() ? room : room + 1000);
    saw_rows_ = !rows.empty();
    Batch out;
    std::size_t bytes = 0;
    for (Claimed& each : rows) {
        if (bytes > max_batch_bytes || out.rows.size() == room) {
            break; // the rest stays as it is
        }
        bytes += take(std::move(each), pacer, out);
    }
    return out;
}

std::size_t Sender::take(Claimed row, Pacer& pacer, Batch& batch) {
    if (!still_allowed(row)) {
        return 0;
    }
    Material material = read_material(engine_, *settings_, std::move(row));
    if (material.failure.empty()) {
        if (const auto wait = pacer.ask(material)) {
            engine_.db()
                .prepare("UPDATE outbox SET due_at = ?2, reason = ?3 WHERE id = ?1")
                .bind_all(material.row.id, wait->until, wait->reason)
                .run();
            ++report_.deferred;
            return 0;
        }
    }
    const std::size_t bytes = material_bytes(material);
    OutgoingMessage message;
    if (material.failure.empty()) {
        message = make_message(engine_, *settings_, material);
    }
    if (!material.failure.empty()) {
        finish(engine_, material.row.id, MessageState::failed, material.failure);
        ++report_.failed;
        return 0;
    }
    engine_.db()
        .prepare("UPDATE outbox SET state = 'sending', lease = ?2, lease_until = ?3, gateway = ?4, "
                 "subject_line = ?5, attempts = attempts + 1, reason = '' WHERE id = ?1")
        .bind_all(material.row.id, lease_, later(options_.lease.count()), gateway_id_,
                  message.subject_line)
        .run();
    ++material.row.attempts;
    batch.rows.push_back(std::move(material.row));
    batch.messages.push_back(std::move(message));
    return bytes;
}

bool Sender::still_allowed(Claimed& row) {
    if (row.kind == MessageKind::internal) {
        return true;
    }
    std::string purpose;
    {
        auto code = engine_.db().prepare("SELECT code FROM purpose WHERE id = ?1");
        code.bind(1, row.purpose_id);
        purpose = code.step() ? code.str(0) : std::string();
    }
    const SubjectId subject{*row.subject};
    const Decision decision = Consent(engine_).may_process(subject, purpose, row.channel);
    Reason reason = decision.reason;
    bool allowed = decision.allowed;
    if (allowed && !consent::may_transfer(engine_, subject, purpose, row.channel, processor_)) {
        allowed = false;
        reason = Reason::transfer_denied;
    }
    if (!allowed) {
        finish(engine_, row.id, MessageState::stopped, std::string(reason_code(reason)));
        ++report_.stopped;
    }
    row.event = static_cast<std::int64_t>(decision.event);
    return allowed;
}

Delivered Sender::deliver(Batch batch) {
    Delivered out;
    try {
        out.results = gateway_.send(batch.messages);
    } catch (const std::exception&) {
        out.results.clear();
        engine_.log(LogLevel::error,
                    "gateway " + gateway_id_ + " failed; what became of its messages is uncertain");
    }
    if (out.results.size() != batch.rows.size()) {
        out.results.assign(batch.rows.size(), {GatewayOutcome::uncertain, {}, "no_answer", {}});
    }
    out.rows = std::move(batch.rows);
    return out;
}

void Sender::record(const Delivered& delivered) {
    if (delivered.rows.empty()) {
        return;
    }
    store::Engine::Write tx(engine_);
    record_all(delivered);
    tx.commit();
}

void Sender::record_all(const Delivered& delivered) {
    if (delivered.rows.empty()) {
        return;
    }
    Figures figures;
    reached_ = std::any_of(
        delivered.results.begin(), delivered.results.end(),
        [](const GatewayResult& each) { return each.outcome != GatewayOutcome::not_reached; });
    for (std::size_t i = 0; i < delivered.rows.size(); ++i) {
        record_one(delivered.rows[i], delivered.results[i], figures);
    }
    figures.write(engine_);
}

/// Also where the lease ended meanwhile: the answer is the truth, unless somebody else has it now.
void Sender::record_one(const Claimed& row, const GatewayResult& result, Figures& figures) {
    MessageState state = MessageState::sent;
    std::string reason = result.outcome == GatewayOutcome::sent ? std::string() : word_of(result);
    std::int64_t due = now();
    switch (result.outcome) {
    case GatewayOutcome::sent:
        ++report_.sent;
        break;
    case GatewayOutcome::transient:
        state = row.attempts >= options_.max_attempts ? MessageState::failed : MessageState::queued;
        due = later(back_off(row.attempts, result));
        ++(state == MessageState::failed ? report_.failed : report_.retried);
        break;
    case GatewayOutcome::not_reached:
        state = MessageState::queued;
        due = reached_ ? due_ : later(back_off(1, result)); // reached: the next batch has it
        ++report_.retried;
        break;
    case GatewayOutcome::no_such_address:
    case GatewayOutcome::permanent:
        state = MessageState::failed;
        ++report_.failed;
        break;
    case GatewayOutcome::uncertain:
        state = MessageState::uncertain;
        due = later(options_.first_backoff.count());
        ++report_.uncertain;
        break;
    }
    const bool waits = state == MessageState::queued;
    auto update = engine_.db().prepare(
        "UPDATE outbox SET state = ?3, reason = ?4, due_at = ?5, finished_at = ?6, "
        "gateway_reference = ?7, lease_until = NULL, lease = CASE ?3 WHEN 'uncertain' THEN lease "
        "END, settled = 0, attempts = attempts - ?8 WHERE id = ?1 AND lease = ?2 AND state IN "
        "('sending', 'uncertain') "
        "RETURNING subject_id");
    update.bind_all(row.id, lease_, message_state_name(state), reason, due,
                    waits ? std::nullopt : std::optional(engine_.now_ms()),
                    std::string_view(result.reference).substr(0, 200),
                    result.outcome == GatewayOutcome::not_reached);
    if (!update.step()) {
        return; // erased, or given to somebody else
    }
    const std::optional<std::int64_t> subject = update.opt_i64(0);
    update.reset();
    if (state == MessageState::sent) {
        forget_secret(engine_, row.id);
    }
    if (result.outcome == GatewayOutcome::no_such_address && row.kind != MessageKind::internal &&
        subject) {
        note_dead_address(SubjectId{*subject}, row, reason);
    }
    if (!waits) {
        figures.add(row.template_id, row.purpose_id, row.channel, state);
        note_message(engine_, subject);
    }
}

/// As a bounce mail would tell it later (deliveries).
void Sender::note_dead_address(SubjectId subject, const Claimed& row, const std::string& reason) {
    ConsentEvent bounced;
    bounced.subject = subject;
    bounced.kind = EventKind::bounced;
    bounced.scope = "hard";
    bounced.channel = row.channel;
    bounced.evidence.method = "api";
    bounced.evidence.note =
        fmt::format("{}: message {} was refused ({})", gateway_id_, row.id, reason);
    Consent(engine_).record(bounced);
}

std::int64_t Sender::back_off(int attempts, const GatewayResult& result) const {
    std::int64_t wait = options_.first_backoff.count();
    for (int i = 1; i < attempts && wait < options_.longest_backoff.count(); ++i) {
        wait *= 2;
    }
    wait = std::min(wait, options_.longest_backoff.count());
    if (result.retry_after) {
        wait = std::clamp<std::int64_t>(result.retry_after->count(), wait,
                                        std::max<std::int64_t>(wait, 24LL * 3600 * 1000));
    }
    return std::max<std::int64_t>(wait, 1);
}

void Sender::give_up_leases() {
    outbox::give_up_leases(engine_, now());
}

} // namespace outbox

SendReport Outbox::send(Gateway& gateway, const SendOptions& options) {
    engine_->check_writable();
    if (engine_->db().in_transaction()) {
        throw Error(Errc::invalid, "a gateway is never called inside a transaction", "transaction");
    }
    return outbox::Sender(*engine_, gateway, options).run();
}

std::optional<GatewayResult> Gateway::resolve(const std::string&) {
    return std::nullopt;
}

} // namespace habeas
