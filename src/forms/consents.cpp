// Ticked boxes become events of the ledger, with what was shown as evidence.
#include "base/json_members.hpp"
#include "forms/submission.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace forms {
namespace {

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
                if (auto purpose = Purposes(engine_).find(code)) {
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
        waiting_.push_back(event_of(field, purpose, channel, EventKind::requested));
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
        case Reason::paused:
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
        Consent(engine_).record(event_of(field, purpose, channel, kind));
    }

    [[nodiscard]] ConsentEvent event_of(const FormField& field, const Purpose& purpose,
                                        Channel channel, EventKind kind) const {
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
        return event;
    }

    /// Whether a mail goes is not for the page to say: it would tell who is known here.
    void ask(SubmissionResult& result) {
        OptinInput input;
        input.subject = arrival_.subject;
        input.consents = std::move(waiting_);
        input.language = arrival_.shown.language;
        input.message_template = arrival_.form.info.form.confirm_template;
        input.data = base::object_of("form", arrival_.code()).dump();
        const Optin asked = Optins(engine_).ask(input);
        result.optin = asked.id;
        if (asked.message != MessageId{}) {
            result.messages.push_back(asked.message);
        }
    }

    store::Engine& engine_;
    Arrival& arrival_;
    std::vector<ConsentEvent> waiting_;
};

} // namespace

void write_consents(store::Engine& engine, Arrival& arrival, SubmissionResult& result) {
    Recorder(engine, arrival).run(result);
}

} // namespace forms

} // namespace habeas
