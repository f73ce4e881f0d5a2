// What a form does with what it got.
#include "forms/submission.hpp"

#include "base/json_members.hpp"
#include "habeas/points.hpp"
#include "habeas/segment.hpp"
#include "outbox/links.hpp"

#include <nlohmann/json.hpp>

namespace habeas::forms {
namespace {

using nlohmann::json;
using Kind = FormAction::Kind;

class Runner {
  public:
    Runner(store::Engine& engine, Arrival& arrival, SubmissionResult& result)
        : engine_(engine), arrival_(arrival), result_(result) {}

    void run() {
        const std::vector<FormAction>& actions = arrival_.form.info.form.actions;
        for (std::size_t i = 0; i < actions.size(); ++i) {
            if (holds(actions[i].conditions, arrival_.answers)) {
                key_ = std::to_string(number(arrival_.id)) + ":" + std::to_string(i);
                one(actions[i]);
            }
        }
    }

  private:
    void one(const FormAction& action) {
        switch (action.kind) {
        case Kind::message:
        case Kind::redirect:
            break; // set_answer does it
        case Kind::notify:
            notify(action);
            break;
        case Kind::open_request:
            open_request(action);
            break;
        case Kind::set_fields:
            set_fields(action);
            break;
        case Kind::add_segment:
            Segments(engine_).add(action.target, arrival_.subject);
            break;
        case Kind::remove_segment:
            Segments(engine_).remove_member(action.target, arrival_.subject);
            break;
        case Kind::add_tag:
            Tags(engine_).add(arrival_.subject, action.target);
            break;
        case Kind::remove_tag:
            Tags(engine_).remove(arrival_.subject, action.target);
            break;
        case Kind::send_message:
            send(action.message_template, "form-message:" + key_, data());
            break;
        case Kind::points:
            (void)Points(engine_).add(arrival_.subject, action.points, "form " + arrival_.code());
            break;
        }
    }

    /// The answers for a template: data.values as a list of label and value, data.answers.<field>.
    [[nodiscard]] json data() const {
        const Form& form = arrival_.form.info.form;
        json out = base::object_of("form", form.code, "page", arrival_.context.page, "values",
                                   json::array(), "answers", json::object());
        for (const FormField* field : arrival_.answers.asked) {
            const auto& values = arrival_.answers.of(field->name);
            if (values.empty()) {
                continue;
            }
            std::string text;
            for (const std::string& each : values) {
                text += (text.empty() ? "" : ", ") + each;
            }
            const std::string& label = pick(field->label, form.language, form.language);
            out["values"].push_back(
                {{"label", label.empty() ? field->name : label}, {"value", text}});
            out["answers"][field->name] = text;
        }
        return out;
    }

    void notify(const FormAction& action) {
        Notice notice;
        notice.to = action.target;
        notice.about = arrival_.subject;
        notice.key = "form-notice:" + key_;
        json results = data();
        if (action.message_template.empty()) {
            notice.subject_line = "Form " + arrival_.code();
            for (const json& each : results["values"]) {
                notice.text += each["label"].get<std::string>() + ": " +
                               each["value"].get<std::string>() + "\n";
            }
            if (notice.text.empty()) {
                notice.text = "Nothing was filled in.\n";
            }
        } else {
            notice.message_template = action.message_template;
            notice.data = results.dump();
        }
        result_.messages.push_back(Outbox(engine_).notify(notice).id);
    }

    void open_request(const FormAction& action) {
        Requests requests(engine_);
        const RequestId id = requests.open(request_kind(action.target).value(), arrival_.subject,
                                           "form:" + arrival_.code());
        result_.requests.push_back(id);
        const bool settled = requests.get(id).state > RequestState::identity_asked;
        if (settled) {
            return;
        }
        if (arrival_.identified) {
            requests.vouch(id, "the host, who identified the sender of form " + arrival_.code());
        } else if (!action.message_template.empty()) {
            const std::string token = requests.ask_identity(id);
            const json secret =
                base::object_of("token", token, "confirm_url",
                                outbox::request_url(*outbox::settings(engine_), token));
            send(action.message_template, "form-request:" + key_,
                 {{"request", action.target}, {"form", arrival_.code()}}, secret.dump());
        }
    }

    void send(const std::string& code, const std::string& key, const json& given,
              const std::string& secret = {}) {
        Message message;
        message.subject = arrival_.subject;
        message.key = key;
        message.message_template = code;
        message.data = given.dump();
        message.secret_data = secret;
        result_.messages.push_back(Outbox(engine_).queue(message).id);
    }

    void set_fields(const FormAction& action) {
        SubjectInput input;
        for (const auto& [field, value] : action.fields) {
            input.fields[field] = value;
        }
        Subjects(engine_).update(arrival_.subject, input);
    }

    store::Engine& engine_;
    Arrival& arrival_;
    SubmissionResult& result_;
    std::string key_;
};

} // namespace

void run_actions(store::Engine& engine, Arrival& arrival, SubmissionResult& result) {
    Runner(engine, arrival, result).run();
}

void set_answer(const Form& form, const Answers& answers, const std::string& language,
                SubmissionResult& result) {
    for (const FormAction& each : form.actions) {
        if (!holds(each.conditions, answers)) {
            continue;
        }
        if (each.kind == Kind::message) {
            result.message +=
                (result.message.empty() ? "" : "\n") + pick(each.text, language, form.language);
        } else if (each.kind == Kind::redirect && result.redirect.empty()) {
            result.redirect = each.target;
        }
    }
}

} // namespace habeas::forms
