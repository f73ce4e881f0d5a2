#include "outbox/rows.hpp"

#include "base/calendar.hpp"
#include "outbox/links.hpp"

namespace habeas::outbox {

const char info_columns[] =
    "o.id, o.key, o.reference, o.subject_id, o.kind, p.code, o.channel, t.code, "
    "o.template_version, o.state, o.reason, o.priority, o.attempts, o.queued_at, o.not_before, "
    "o.due_at, o.finished_at, o.gateway, o.gateway_reference, o.subject_line";

namespace {
std::optional<Time> time_at(const store::Statement& row, int column) {
    return row.is_null(column) ? std::nullopt
                               : std::optional(Time(std::chrono::milliseconds(row.i64(column))));
}
} // namespace

MessageInfo read_info(const store::Statement& row) {
    MessageInfo out;
    out.id = MessageId{row.i64(0)};
    out.key = row.str(1);
    out.reference = reference_text(row.i64(0), row.blob(2));
    if (!row.is_null(3)) {
        out.subject = SubjectId{row.i64(3)};
    }
    out.kind = message_kind(row.text(4)).value_or(MessageKind::transactional);
    out.purpose = row.opt_str(5).value_or("");
    out.channel = channel(row.text(6)).value_or(Channel::any);
    out.message_template = row.opt_str(7).value_or("");
    out.template_version = static_cast<std::int32_t>(row.i64(8));
    out.state = message_state(row.text(9)).value_or(MessageState::failed);
    out.reason = row.str(10);
    out.priority = static_cast<int>(row.i64(11));
    out.attempts = static_cast<int>(row.i64(12));
    out.queued_at = Time(std::chrono::milliseconds(row.i64(13)));
    out.not_before = time_at(row, 14);
    if (out.state == MessageState::queued) {
        out.due_at = time_at(row, 15);
    }
    out.finished_at = time_at(row, 16);
    out.gateway = row.str(17);
    out.gateway_reference = row.str(18);
    out.subject_line = row.str(19);
    return out;
}

void Figures::add(std::int64_t template_id, std::int64_t purpose_id, Channel channel,
                  MessageState state) {
    ++counts_[{template_id, purpose_id, channel, state}];
}

void Figures::write(store::Engine& engine) {
    auto row = engine.db().prepare(
        "INSERT INTO outbox_day(day, template_id, purpose_id, channel, state, messages) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
        "messages = messages + excluded.messages");
    const std::string day =
        format_date(base::civil_date(Time(std::chrono::milliseconds(engine.now_ms()))));
    for (const auto& [what, count] : counts_) {
        const auto& [template_id, purpose_id, channel, state] = what;
        row.bind_all(day, template_id, purpose_id, channel_name(channel), message_state_name(state),
                     count)
            .run();
    }
    counts_.clear();
}

void note_message(store::Engine& engine, std::optional<std::int64_t> subject) {
    if (subject) {
        engine.note_change(SubjectId{*subject}, ChangeKind::message);
    }
}

void finish(store::Engine& engine, std::int64_t id, MessageState state, const std::string& reason) {
    auto row = engine.db().prepare(
        "UPDATE outbox SET state = ?2, reason = ?3, finished_at = ?4, lease = NULL, "
        "lease_until = NULL WHERE id = ?1 "
        "RETURNING subject_id, template_id, purpose_id, channel");
    row.bind_all(id, message_state_name(state), reason, engine.now_ms());
    if (!row.step()) {
        return;
    }
    Figures figures;
    figures.add(row.i64(1), row.i64(2), channel(row.text(3)).value_or(Channel::any), state);
    const std::optional<std::int64_t> subject = row.opt_i64(0);
    row.reset();
    figures.write(engine);
    note_message(engine, subject);
    if (state == MessageState::stopped) {
        forget_content(engine, id);
    } else if (state == MessageState::sent) {
        forget_secret(engine, id);
    }
}

void forget_secret(store::Engine& engine, std::int64_t id) {
    engine.db()
        .prepare("UPDATE outbox_content SET secret = '' WHERE message_id = ?1 AND secret <> ''")
        .bind(1, id)
        .run();
}

void forget_content(store::Engine& engine, std::int64_t id) {
    engine.db().prepare("DELETE FROM outbox_content WHERE message_id = ?1").bind(1, id).run();
    engine.db().prepare("DELETE FROM outbox_attachment WHERE message_id = ?1").bind(1, id).run();
    engine.db().prepare("UPDATE outbox SET purged = 1 WHERE id = ?1").bind(1, id).run();
}

} // namespace habeas::outbox
