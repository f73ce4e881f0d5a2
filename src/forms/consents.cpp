// Ticked boxes become events of the ledger, with what was shown as evidence.
#include "base/calendar.hpp"

#include "base/json_members.hpp"
#include "forms/submission.hpp"
#include "outbox/links.hpp"
#include "requests/token.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace forms {
namespace {

using nlohmann::json;

constexpr std::int64_t max_attempts = 5;
constexpr const char stranger_validity[] = "P2D"; ///< where no purpose says it

class Recorder {
  public:
    Recorder(store::Engine& engine, Arrival& arrival) : engine_(engine), arrival_(arrival) {}

    void run(SubmissionResult& result) {
        for (const FormField* field : arrival_.answers.asked) {
            if (!is_consent(*field)) {
                continue;
            }
            for (const std::string& code : field->purposes) {
                if (arrival_.shown.page && !arrival_.shown.texts.contains(code)) {
                    continue; // the page did not show it
                }
                if (auto purpose = Purposes(engine_).find(code); purpose && !purpose->retired_at) {
                    one(*field, *purpose);
                }
            }
        }
        if (!waiting_.empty()) {
            ask(result);
        }
    }

  private:
    void one(const FormField& field, const Purpose& purpose) {
        const std::vector<Channel> channels = channels_of(field, purpose);
        const auto& sent = arrival_.answers.of(field.name);
        for (Channel each : channels) {
            const bool box_of_it = by_channel(field) && std::find(sent.begin(), sent.end(),
                                                                  channel_name(each)) != sent.end();
            const bool yes = by_channel(field) ? box_of_it : arrival_.answers.ticked(field);
            const bool no = !by_channel(field) && !sent.empty() && !yes;
            if (field.inverted) {
                answer(field, purpose, each, false, yes);
            } else {
                answer(field, purpose, each, yes, no);
            }
        }
    }

    void answer(const FormField& field, const Purpose& purpose, Channel channel, bool yes,
                bool no) {
        const ConsentState state = Consent(engine_).state(arrival_.subject, purpose.code, channel);
        const bool stands = state == ConsentState::granted || state == ConsentState::requested;
        if (yes) {
            agree(field, purpose, channel);
        } else if (arrival_.form.info.form.preferences && stands) {
            record(field, purpose, channel, EventKind::withdrawn);
        } else if (no && (arrival_.trusted() || state == ConsentState::none)) {
            record(field, purpose, channel, stands ? EventKind::withdrawn : EventKind::refused);
        }
    }

    void agree(const FormField& field, const Purpose& purpose, Channel channel) {
        const Decision now = Consent(engine_).may_process(arrival_.subject, purpose.code, channel);
        const bool confirm = purpose.double_opt_in;
        if (now.allowed && (confirm || !arrival_.trusted())) {
            return; // nothing new, and nobody takes it away by asking once more
        }
        if (!confirm && (arrival_.trusted() || !stands_against(now.reason))) {
            record(field, purpose, channel, EventKind::granted);
            return;
        }
        record(field, purpose, channel, EventKind::requested);
        const auto text = shown(purpose);
        waiting_.push_back(base::object_of(
            "purpose", purpose.code, "channel", channel_name(channel), "text_version",
            text ? text->version : 0, "language", text ? text->language : "", "hash",
            text ? text->hash : "", "explicit", field.explicit_consent));
        const Time until = base::add_duration(Time(std::chrono::milliseconds(engine_.now_ms())),
                                              purpose.double_opt_in ? purpose.double_opt_in_validity
                                                                    : stranger_validity);
        until_ = waiting_.size() == 1 ? until : std::min(until_, until);
    }

    /// A no that only the person can take back.
    static bool stands_against(Reason reason) {
        switch (reason) {
        case Reason::suppressed:
        case Reason::complaint:
        case Reason::restricted:
        case Reason::erasure_pending:
        case Reason::objected_direct_marketing:
        case Reason::objected_pending:
        case Reason::objected:
        case Reason::consent_refused:
        case Reason::consent_withdrawn:
            return true;
        default:
            return false;
        }
    }

    [[nodiscard]] std::optional<ShownText> shown(const Purpose& purpose) const {
        auto version = arrival_.shown.texts.find(purpose.code);
        return shown_text(purpose, arrival_.shown.language, arrival_.form.info.form.language,
                          version == arrival_.shown.texts.end() ? 0 : version->second);
    }

    void record(const FormField& field, const Purpose& purpose, Channel channel, EventKind kind) {
        ConsentEvent event;
        event.subject = arrival_.subject;
        event.kind = kind;
        event.purpose = purpose.code;
        event.channel = channel;
        Evidence& evidence = event.evidence;
        evidence.method = "form";
        if (const auto text = shown(purpose)) {
            evidence.text_version = text->version;
            evidence.language = text->language;
            evidence.note = "text " + text->hash;
        }
        evidence.form = arrival_.code() + "/" + std::to_string(arrival_.form.info.version);
        evidence.submission = std::to_string(number(arrival_.id));
        evidence.ip = arrival_.context.ip;
        evidence.user_agent = arrival_.context.user_agent;
        evidence.explicit_consent = field.explicit_consent;
        evidence.preticked =
            field.type == FormFieldType::hidden || field.default_value.value_or("") == "true";
        Consent(engine_).record(event);
    }

    void ask(SubmissionResult& result) {
        const requests::Token token = requests::make_token(engine_, number(arrival_.id));
        engine_.db()
            .prepare("INSERT INTO form_confirmation(submission_id, subject_id, consents, "
                     "token_key, token_hash, expires, attempts) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0)")
            .bind_all(number(arrival_.id), number(arrival_.subject), json(waiting_).dump(),
                      token.key, store::Blob{base::as_view(token.hash)},
                      until_.time_since_epoch().count())
            .run();
        const std::string& mail = arrival_.form.info.form.confirm_template;
        if (mail.empty()) {
            return; // asked for, and nothing more: the request lapses by itself
        }
        Message message;
        message.subject = arrival_.subject;
        message.key = "form-confirm:" + std::to_string(number(arrival_.id));
        message.message_template = mail;
        message.data = base::object_of("form", arrival_.code()).dump();
        message.secret_data =
            base::object_of("token", token.text, "confirm_url",
                            outbox::confirm_url(*outbox::settings(engine_), token.text))
                .dump();
        const QueueResult queued = Outbox(engine_).queue(message);
        result.messages.push_back(queued.id);
    }

    store::Engine& engine_;
    Arrival& arrival_;
    std::vector<json> waiting_;
    Time until_{};
};

} // namespace

void write_consents(store::Engine& engine, Arrival& arrival, SubmissionResult& result) {
    Recorder(engine, arrival).run(result);
}

} // namespace forms

std::optional<SubmissionId> Forms::confirm(std::string_view text) {
    using namespace forms;
    const auto parts = requests::split_token(text);
    if (!parts) {
        return std::nullopt;
    }
    store::Engine::Write tx(*engine_);
    auto row = engine_->db().prepare(
        "SELECT c.token_key, c.token_hash, c.expires, c.attempts, c.subject_id, c.consents, "
        "f.code, s.version FROM form_confirmation c JOIN form_submission s ON s.id = "
        "c.submission_id JOIN form f ON f.id = s.form_id WHERE c.submission_id = ?1");
    row.bind(1, parts->number);
    if (!row.step()) {
        return std::nullopt;
    }
    const auto hash = requests::hash_token(*engine_, row.str(0), *parts);
    const bool same = hash && base::equal_constant_time(base::as_bytes(row.blob(1)), *hash);
    const bool counts = engine_->now_ms() < row.i64(2) && row.i64(3) < max_attempts;
    const SubjectId subject{row.i64(4)};
    const std::string consents = row.str(5);
    const std::string form = row.str(6) + "/" + std::to_string(row.i64(7));
    row.reset();
    if (!same || !counts) {
        engine_->db()
            .prepare("UPDATE form_confirmation SET attempts = attempts + 1 WHERE submission_id = "
                     "?1")
            .bind_all(parts->number)
            .run();
        tx.commit();
        return std::nullopt;
    }
    engine_->db()
        .prepare("DELETE FROM form_confirmation WHERE submission_id = ?1")
        .bind_all(parts->number)
        .run();
    for (const json& each : json::parse(consents)) {
        ConsentEvent event;
        event.subject = subject;
        event.kind = EventKind::granted;
        event.purpose = each["purpose"].get<std::string>();
        event.channel = channel(each["channel"].get<std::string>()).value_or(Channel::any);
        event.evidence.method = "email_link";
        event.evidence.text_version = each["text_version"].get<std::int32_t>();
        event.evidence.language = each["language"].get<std::string>();
        event.evidence.note = "text " + each["hash"].get<std::string>();
        event.evidence.explicit_consent = each["explicit"].get<bool>();
        event.evidence.form = form;
        event.evidence.submission = std::to_string(parts->number);
        auto purpose = Purposes(*engine_).find(event.purpose);
        if (purpose && !purpose->retired_at) {
            Consent(*engine_).record(event);
        }
    }
    engine_->note_change(subject, ChangeKind::consent);
    tx.commit();
    return SubmissionId{parts->number};
}

} // namespace habeas
