#include "campaigns/actions.hpp"

#include "base/json_members.hpp"
#include "consent/load.hpp"
#include "consent/standing.hpp"
#include "exports/bundle.hpp"
#include "habeas/outbox.hpp"
#include "habeas/points.hpp"
#include "habeas/segment.hpp"
#include "holders/tasks.hpp"
#include "outbox/links.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <array>

namespace habeas::campaigns {
namespace {

using nlohmann::json;
using Then = Outcome::Then;

constexpr std::int64_t hour = std::int64_t{3600} * 1000;

std::string text_of(const Event& event, const char* member) {
    return event.parameters.value(member, std::string());
}

/// One action of one step, with all it needs to know.
class Action {
  public:
    Action(Work& work, const Campaign& campaign, const Definition& definition, const Event& event,
           const Step& step)
        : work_(work), engine_(work.engine), campaign_(campaign), definition_(definition),
          event_(event), step_(step), subject_(SubjectId{step.member.subject}) {}

    Outcome run() {
        for (const auto& [name, does] : table) {
            if (event_.name == name) {
                return (this->*does)();
            }
        }
        throw Error(Errc::internal, "an action without a function", event_.id);
    }

  private:
    using Does = Outcome (Action::*)();
    static const std::array<std::pair<std::string_view, Does>, 15> table;

    /// The answer to a request: of a verified or vouched one alone.
    Outcome delete_subject() {
        Answer answer = answer_for(RequestKind::erasure);
        if (!answer.request) {
            return answer.outcome;
        }
        if (work_.simulation == nullptr) {
            Requests(engine_).fulfil(*answer.request, "campaign " + campaign_.code);
            if (holders::held(engine_, subject_)) { // it follows when the hold ends
                return {Then::next, "held", {}};
            }
        }
        return {Then::over, "erased", {}};
    }

    Outcome send_access_bundle() {
        Answer answer = answer_for(RequestKind::access);
        if (!answer.request) {
            return answer.outcome;
        }
        if (work_.simulation != nullptr) {
            return would_send(text_of(event_, "template"));
        }
        if (holders::any_open(engine_, subject_, HolderOperation::export_data)) {
            return {Then::wait, "holders", work_.ms() + hour};
        }
        Message message = message_of("template", step_.key());
        message.attachments = access_attachments();
        Outcome out = queued(Outbox(engine_).queue(message));
        if (out.text == "queued") {
            Requests(engine_).fulfil(*answer.request, "campaign " + campaign_.code);
        }
        return out;
    }

    Outcome open_request() {
        const auto kind = request_kind(text_of(event_, "kind"));
        const RequestId id = Requests(engine_).open(*kind, subject_, origin());
        const Request request = Requests(engine_).get(id);
        if (request.state == RequestState::received &&
            event_.parameters.contains("confirm_template")) {
            ask(id);
        }
        return {};
    }

    Outcome send_message() {
        if (work_.simulation != nullptr) {
            return would_send(text_of(event_, "template"));
        }
        return queued(Outbox(engine_).queue(message_of("template", step_.key())));
    }

    Outcome notify() {
        if (work_.simulation != nullptr) {
            return {Then::next, "queued", {}};
        }
        Notice notice;
        notice.to = text_of(event_, "to");
        notice.about = subject_;
        notice.key = step_.key();
        notice.message_template = text_of(event_, "template");
        notice.data = data().dump();
        (void)Outbox(engine_).notify(notice);
        return {Then::next, "queued", {}};
    }

    Outcome set_field() {
        SubjectInput input;
        const json& value = event_.parameters["value"];
        Value& field = input.fields[text_of(event_, "field")];
        if (value.is_string()) {
            field = value.get<std::string>();
        } else if (!value.is_null()) {
            field = value.dump();
        }
        Subjects(engine_).update(subject_, input, Blank::overwrite);
        return {};
    }

    Outcome add_segment() {
        Segments(engine_).add(text_of(event_, "segment"), subject_);
        return {};
    }
    Outcome remove_segment() {
        Segments(engine_).remove_member(text_of(event_, "segment"), subject_);
        return {};
    }
    Outcome add_tag() {
        Tags(engine_).add(subject_, text_of(event_, "tag"));
        return {};
    }
    Outcome remove_tag() {
        Tags(engine_).remove(subject_, text_of(event_, "tag"));
        return {};
    }

    Outcome points() {
        const bool kept = Points(engine_).add(subject_, event_.parameters["points"].get<int>(),
                                              "campaign " + campaign_.code + "/" + event_.id);
        return {Then::next, kept ? "done" : "refused: no profiling", {}};
    }

    Outcome suppress() {
        if (is_recorded(EventKind::suppressed, "", Channel::any, text_of(event_, "scope"))) {
            return {};
        }
        const Subject subject = subjects::load(engine_, subject_);
        for (const Identifier& each : subject.identifiers) {
            if (each.kind != IdentifierKind::external) {
                Consent(engine_).suppress(each, "objection", text_of(event_, "scope"), origin());
            }
        }
        return {};
    }

    Outcome record_consent() {
        ConsentEvent consent = consent_of(campaign_.code, event_);
        consent.subject = subject_;
        if (!is_recorded(consent.kind, consent.purpose, consent.channel, consent.scope)) {
            Consent(engine_).record(consent);
        }
        return {};
    }

    /// The last word on it is this one, since the step was reached: after a power cut a no comes
    /// back by the restore journal although the step does not.
    bool is_recorded(EventKind kind, const std::string& purpose, Channel over,
                     const std::string& scope) {
        const auto history = Consent(engine_).history(subject_);
        const auto last = std::find_if(history.rbegin(), history.rend(), [&](const auto& each) {
            return each.purpose == purpose && each.channel == over &&
                   (each.kind == kind || (scope.empty() && each.scope.empty()));
        });
        return last != history.rend() && last->kind == kind && last->scope == scope &&
               last->recorded_at.time_since_epoch().count() >= step_.reached_at;
    }

    Outcome call_host() {
        if (work_.simulation != nullptr) {
            return {Then::next, "called", {}};
        }
        return {Then::call, "called", {}};
    }

    Outcome jump() {
        // A round of its own: all that follows is new to this member, whoever else jumps there.
        auto row =
            engine_.db().prepare("SELECT max(round) FROM campaign_step WHERE member_id = ?1");
        row.bind(1, step_.member.id);
        row.step();
        const std::int64_t last = row.i64(0);
        row.reset();
        place(work_, step_.member, definition_.events[event_.jump], last + 1);
        return {};
    }

    // ---- requests

    struct Answer {
        std::optional<RequestId> request; ///< verified
        Outcome outcome;                  ///< otherwise
    };

    /// Whoever comes in by a segment that declares it is vouched for.
    [[nodiscard]] std::string vouched() const {
        for (const std::string& code : definition_.segments) {
            auto row = engine_.db().prepare(
                "SELECT g.vouched FROM segment g JOIN segment_member m ON m.segment_id = g.id "
                "WHERE g.code = ?1 AND m.subject_id = ?2 AND g.vouched <> ''");
            row.bind(1, code).bind(2, step_.member.subject);
            if (row.step()) {
                return row.str(0);
            }
        }
        return {};
    }

    Answer answer_for(RequestKind kind) {
        Requests requests(engine_);
        RequestQuery query;
        query.subject = subject_;
        query.kind = kind;
        query.open_only = step_.waits_for.empty();
        auto known = requests.list(query);
        if (!step_.waits_for.empty()) { // the one that it waited for, or a later one
            if (known.empty() || known.back().state >= RequestState::fulfilled) {
                return {
                    {},
                    {Then::next,
                     known.empty() ? "closed" : std::string(request_state_name(known.back().state)),
                     {}}};
            }
            known = {known.back()};
        }
        RequestId id = known.empty() ? requests.open(kind, subject_, origin()) : known.front().id;
        Request request = requests.get(id);
        if (request.state > RequestState::identity_asked &&
            request.state < RequestState::fulfilled) {
            return {id, {}};
        }
        const std::string by = vouched();
        if (!by.empty()) {
            // Acted upon when it is committed: an erasure that comes back by the restore journal
            // finds the request that it answers.
            requests.vouch(id, by);
            return {{}, {Then::wait, "vouched", work_.ms()}};
        }
        if (request.state == RequestState::received) {
            ask(id);
            request = requests.get(id);
        }
        Outcome wait{Then::wait, "waits", {}};
        if (request.token_expires_at) {
            wait.deadline = request.token_expires_at->time_since_epoch().count();
        }
        if (wait.deadline && *wait.deadline <= work_.ms()) {
            return {{}, {Then::next, "expired", {}}};
        }
        return {{}, wait};
    }

    /// Sends the token to the person's own address, and nowhere else.
    void ask(RequestId id) {
        if (!event_.parameters.contains("confirm_template")) {
            throw Error(Errc::invalid,
                        "nobody vouches for who came in, and no confirm_template is named",
                        event_.id);
        }
        const std::string token = Requests(engine_).ask_identity(id);
        if (work_.simulation != nullptr) {
            return;
        }
        Message message = message_of("confirm_template", step_.key() + "/confirm");
        json given = data();
        given["request"] = std::to_string(static_cast<std::int64_t>(id));
        message.data = given.dump();
        message.secret_data =
            base::object_of("token", token, "confirm_url",
                            outbox::request_url(*outbox::settings(engine_), token))
                .dump();
        const QueueResult result = Outbox(engine_).queue(message);
        if (result.state == MessageState::refused) {
            throw Error(Errc::denied,
                        "the confirmation may not be sent (" +
                            std::string(reason_code(result.decision.reason)) +
                            "): answer the request by hand",
                        event_.id);
        }
    }

    /// What a person gets who asked to see their data.
    std::vector<Attachment> access_attachments() {
        BundleOptions options;
        auto file = [&](const char* name, const char* type, BundleFormat format) {
            return Attachment{
                name, type, exports::access_bundle(engine_, subject_, format, options), {}};
        };
        try {
            return {file("personal-data.zip", "application/zip", BundleFormat::zip)};
        } catch (const Error& error) {
            if (error.code() != Errc::unsupported) {
                throw;
            }
        }
        std::vector<Attachment> out{file("index.html", "text/html", BundleFormat::html)};
        options.record = false; // the two are one disclosure
        out.push_back(file("data.json", "application/json", BundleFormat::json));
        return out;
    }

    // ---- messages

    [[nodiscard]] std::string origin() const { return "campaign:" + campaign_.code; }

    [[nodiscard]] json data() const {
        json out = event_.parameters.value("data", json::object());
        out["campaign"] = campaign_.code;
        out["event"] = event_.id;
        out["subject_id"] = std::to_string(step_.member.subject);
        return out;
    }

    Message message_of(const char* member, std::string key) {
        Message out;
        out.subject = subject_;
        out.key = std::move(key);
        out.message_template = text_of(event_, member);
        out.data = data().dump();
        return out;
    }

    static Outcome queued(const QueueResult& result) {
        if (result.state == MessageState::refused) {
            return {Then::next, "refused " + std::string(reason_code(result.decision.reason)), {}};
        }
        return {Then::next, "queued", {}};
    }

    Outcome would_send(const std::string& code) {
        const auto found = Templates(engine_).find(code);
        if (!found) {
            throw Error(Errc::not_found, "template " + code + " is not there", event_.id);
        }
        DecideOptions options;
        options.at = work_.now;
        const Decision decision =
            Consent(engine_).may_process(subject_, found->purpose, found->channel, options);
        return decision.allowed ? Outcome{Then::next, "queued", {}}
                                : Outcome{Then::next,
                                          "refused " + std::string(reason_code(decision.reason)),
                                          {}};
    }

    Work& work_;
    store::Engine& engine_;
    const Campaign& campaign_;
    const Definition& definition_;
    const Event& event_;
    const Step& step_;
    SubjectId subject_;
};

const std::array<std::pair<std::string_view, Action::Does>, 15> Action::table{
    {{"delete_subject", &Action::delete_subject},
     {"send_access_bundle", &Action::send_access_bundle},
     {"open_request", &Action::open_request},
     {"send_message", &Action::send_message},
     {"notify", &Action::notify},
     {"set_field", &Action::set_field},
     {"add_segment", &Action::add_segment},
     {"remove_segment", &Action::remove_segment},
     {"add_tag", &Action::add_tag},
     {"remove_tag", &Action::remove_tag},
     {"points", &Action::points},
     {"suppress", &Action::suppress},
     {"record_consent", &Action::record_consent},
     {"call_host", &Action::call_host},
     {"jump", &Action::jump}}};

/// Art. 18(2): storage, the person's own rights, and what the decision lets through.
bool allowed_when_restricted(Work& work, const Event& event, std::int64_t subject) {
    const std::string& name = event.name;
    if (name == "delete_subject" || name == "send_access_bundle" || name == "open_request" ||
        name == "suppress" || name == "jump" || name == "send_message") {
        return true;
    }
    if (name == "record_consent") { // a no counts always
        const auto kind = event_kind(text_of(event, "kind"));
        return kind != EventKind::granted && kind != EventKind::requested;
    }
    if (name == "notify") { // an employee must learn of a request
        RequestQuery query;
        query.subject = SubjectId{subject};
        query.open_only = true;
        return !Requests(work.engine).list(query).empty();
    }
    return false;
}

} // namespace

ConsentEvent consent_of(const std::string& campaign, const Event& event) {
    ConsentEvent out;
    out.kind = event_kind(text_of(event, "kind")).value_or(EventKind::withdrawn);
    out.purpose = text_of(event, "purpose");
    out.channel = channel(text_of(event, "channel")).value_or(Channel::any);
    out.scope = text_of(event, "scope");
    out.evidence.method = "api";
    out.evidence.document = "campaign:" + campaign + "/" + event.id;
    out.evidence.language = text_of(event, "language");
    out.evidence.text_version = event.parameters.value("text_version", 0);
    return out;
}

bool restricted(Work& work, std::int64_t subject) {
    auto row = work.engine.db().prepare("SELECT standing FROM subject WHERE id = ?1");
    row.bind(1, subject);
    if (!row.step() || row.i64(0) == 0) {
        return false;
    }
    row.reset();
    consent::SubjectFacts facts = consent::load_facts(work.engine, SubjectId{subject});
    consent::Question question;
    question.channel = Channel::internal;
    question.at = work.ms();
    consent::Moment moment(question.at);
    return consent::standing_of(facts, question, moment).restricted != nullptr;
}

Outcome act(Work& work, const Campaign& campaign, const Definition& definition, const Event& event,
            const Step& step) {
    if (restricted(work, step.member.subject) &&
        !allowed_when_restricted(work, event, step.member.subject)) {
        return {Then::skipped, "skipped: restricted", {}};
    }
    Outcome out = Action(work, campaign, definition, event, step).run();
    if (event.name == "suppress" || event.name == "record_consent") {
        work.forget_filters(); // what they were compiled with may be another now
    }
    return out;
}

} // namespace habeas::campaigns
