// Looking at messages, and what a person does with them.
#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "outbox/links.hpp"
#include "outbox/rows.hpp"
#include "subjects/lookup.hpp"

namespace habeas {
namespace outbox {
namespace {

constexpr const char* from_outbox = " FROM outbox o LEFT JOIN purpose p ON p.id = o.purpose_id "
                                    "LEFT JOIN message_template t ON t.id = o.template_id ";

store::Statement select_info(store::Engine& engine, const char* where) {
    return engine.db().prepare_text(std::string("SELECT ") + info_columns + from_outbox + where);
}

MessageState state_of(store::Engine& engine, MessageId id) {
    auto row = engine.db().prepare("SELECT state FROM outbox WHERE id = ?1");
    row.bind(1, number(id));
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no message " + std::to_string(number(id)), "id");
    }
    return message_state(row.text(0)).value_or(MessageState::failed);
}

[[noreturn]] void refuse_state(MessageState state) {
    throw Error(Errc::conflict, "the message is " + std::string(message_state_name(state)),
                "state");
}

} // namespace
} // namespace outbox

MessageInfo Outbox::get(MessageId id) const {
    using namespace outbox;
    auto row = select_info(*engine_, "WHERE o.id = ?1");
    row.bind(1, number(id));
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no message " + std::to_string(number(id)), "id");
    }
    return read_info(row);
}

std::optional<MessageInfo> Outbox::find(const std::string& key) const {
    using namespace outbox;
    auto row = select_info(*engine_, "WHERE o.key = ?1");
    row.bind(1, key);
    return row.step() ? std::optional(read_info(row)) : std::nullopt;
}

std::vector<MessageInfo> Outbox::list(const MessageFilter& filter) const {
    using namespace outbox;
    store::Engine::Read snapshot(*engine_);
    std::string where = "WHERE o.id > ?1";
    std::optional<std::int64_t> subject;
    if (filter.subject) {
        subject = number(subjects::require(*engine_, *filter.subject));
        where += " AND o.subject_id = ?3";
    }
    if (filter.state) {
        where += " AND o.state = ?4";
    }
    auto row = select_info(*engine_, (where + " ORDER BY o.id LIMIT ?2").c_str());
    row.bind(1, number(filter.after)).bind(2, static_cast<std::int64_t>(filter.limit));
    if (subject) {
        row.bind(3, *subject);
    }
    if (filter.state) {
        row.bind(4, message_state_name(*filter.state));
    }
    std::vector<MessageInfo> out;
    while (row.step()) {
        out.push_back(read_info(row));
    }
    return out;
}

void Outbox::stop(MessageId id, const std::string& reason) {
    using namespace outbox;
    base::require_text(reason, "reason", false, 200);
    store::Engine::Write tx(*engine_);
    if (const MessageState state = state_of(*engine_, id); state != MessageState::queued) {
        refuse_state(state);
    }
    outbox::finish(*engine_, number(id), MessageState::stopped, reason);
    tx.commit();
}

void Outbox::retry(MessageId id) {
    using namespace outbox;
    store::Engine::Write tx(*engine_);
    const MessageState state = state_of(*engine_, id);
    if (state != MessageState::failed && state != MessageState::uncertain) {
        refuse_state(state);
    }
    auto row = engine_->db().prepare(
        "UPDATE outbox SET state = 'queued', reason = '', due_at = ?2, attempts = 0, settled = 0, "
        "lease = NULL, lease_until = NULL, finished_at = NULL WHERE id = ?1 AND purged = 0");
    row.bind_all(number(id), engine_->now_ms()).run();
    if (engine_->db().changes() == 0) {
        throw Error(Errc::conflict, "its content was removed when its retention was over", "state");
    }
    tx.commit();
}

void Outbox::confirm_sent(MessageId id) {
    using namespace outbox;
    store::Engine::Write tx(*engine_);
    if (const MessageState state = state_of(*engine_, id); state != MessageState::uncertain) {
        refuse_state(state);
    }
    outbox::finish(*engine_, number(id), MessageState::sent, "");
    tx.commit();
}

std::optional<TokenInfo> Outbox::find_token(const std::string& token) const {
    using namespace outbox;
    store::Engine::Read snapshot(*engine_);
    const auto link = read_token(*engine_, token);
    if (!link || engine_->now_ms() >= link->expires_at) {
        return std::nullopt;
    }
    const subjects::Resolved found = subjects::resolve(*engine_, SubjectId{link->subject});
    if (found.existence != subjects::Existence::present &&
        found.existence != subjects::Existence::merged) {
        return std::nullopt;
    }
    TokenInfo out;
    out.use = link->use;
    out.message = MessageId{link->message};
    out.subject = found.id;
    if (const auto* purpose = consent::catalogue(*engine_)->find(link->purpose)) {
        out.purpose = purpose->code;
    }
    out.channel = link->channel;
    out.expires_at = Time(std::chrono::milliseconds(link->expires_at));
    return out;
}

} // namespace habeas
