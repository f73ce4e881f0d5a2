// outbox: queue, list, show, run, stop, retry, sent, token.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "mail.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::outbox_group {
namespace {

constexpr const char* id_help = "its number";

MessageId message_id(const std::string& text) {
    return MessageId{require_number(text, "a message")};
}

std::string subject_text(const std::optional<SubjectId>& subject) {
    return subject ? fmt::format("{}", number(*subject)) : std::string();
}

Json to_json(const MessageInfo& message) {
    return {{"message", number(message.id)},
            {"key", message.key},
            {"reference", message.reference},
            {"subject", message.subject ? Json(number(*message.subject)) : Json(nullptr)},
            {"kind", message_kind_name(message.kind)},
            {"purpose", message.purpose},
            {"channel", channel_name(message.channel)},
            {"message_template", message.message_template},
            {"template_version", message.template_version},
            {"state", message_state_name(message.state)},
            {"reason", message.reason},
            {"priority", message.priority},
            {"attempts", message.attempts},
            {"queued_at", format_time(message.queued_at)},
            {"not_before", json_time(message.not_before)},
            {"due_at", json_time(message.due_at)},
            {"finished_at", json_time(message.finished_at)},
            {"gateway", message.gateway},
            {"gateway_reference", message.gateway_reference},
            {"subject_line", message.subject_line}};
}

void print_message(Session& s, MessageId id) {
    const MessageInfo message = Outbox(s.store()).get(id);
    if (s.json()) {
        s.out().json(to_json(message));
    } else {
        s.out().line(fmt::format("Message {}: {}{}{}.", number(id),
                                 message_state_name(message.state),
                                 message.reason.empty() ? "" : ", ", message.reason));
    }
}

struct QueueOptions {
    std::string subject;
    Message message;
    std::optional<Time> not_before;
    std::vector<std::string> attachments;
};

std::string file_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1); // all of it where there is no folder
}

Action declare_queue(Args& args) {
    auto o = std::make_shared<QueueOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.positional("TEMPLATE", o->message.message_template, "code of the template");
    args.text("--key TEXT", o->message.key,
              "names this message for good, without personal data: the same key again is the same "
              "message",
              Need::required);
    args.text("--data JSON", o->message.data, "an object for data.<name>, or @FILE");
    args.texts("--attach FILE", o->attachments, "goes along; repeatable");
    args.time("--not-before TIME", o->not_before, "when it may go");
    return [o](Session& s) {
        Message message = o->message;
        message.subject = s.subject(o->subject);
        message.data = text_or_file(message.data);
        message.not_before = o->not_before;
        for (const std::string& path : o->attachments) {
            Attachment& each = message.attachments.emplace_back();
            each.name = file_name(path);
            each.path = path;
        }
        const QueueResult result = Outbox(s.store()).queue(message);
        if (s.json()) {
            Json decision; // of a former message: none was asked
            if (!result.again) {
                decision = cli::to_json(result.decision);
                decision.erase("reference");
            }
            s.out().json({{"message", number(result.id)},
                          {"state", message_state_name(result.state)},
                          {"again", result.again},
                          {"decision", decision}});
        } else if (result.again) {
            s.out().line(fmt::format("Message {} has this key already: {}.", number(result.id),
                                     message_state_name(result.state)));
        } else {
            print_message(s, result.id);
        }
        return result.state == MessageState::refused ? Exit::no : Exit::ok;
    };
}

struct ListOptions {
    std::string subject;
    MessageFilter filter;
    std::int64_t limit = 100, after = 0;
};

Action declare_list(Args& args) {
    auto o = std::make_shared<ListOptions>();
    args.choice("--state STATE", o->filter.state, names_of<MessageState>(message_state_name), "");
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.number("--limit NUMBER", o->limit, "of messages; 100 unless said", 1, 100'000);
    args.number("--after NUMBER", o->after, "only messages after this one");
    return [o](Session& s) {
        MessageFilter filter = o->filter;
        if (!o->subject.empty()) {
            filter.subject = s.subject(o->subject);
        }
        filter.limit = static_cast<std::size_t>(o->limit);
        filter.after = MessageId{o->after};
        JsonArray array(s.out());
        Table table(s.out(), {{"message", true},
                              {"subject", true},
                              {"kind"},
                              {"template"},
                              {"state"},
                              {"reason"},
                              {"queued at"}});
        for (const MessageInfo& each : Outbox(s.store()).list(filter)) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({fmt::format("{}", number(each.id)), subject_text(each.subject),
                           std::string(message_kind_name(each.kind)), each.message_template,
                           std::string(message_state_name(each.state)), each.reason,
                           format_time(each.queued_at)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("MESSAGE", *id, id_help);
    return [id](Session& s) {
        const MessageInfo message = Outbox(s.store()).get(message_id(*id));
        if (s.json()) {
            s.out().json(to_json(message));
            return Exit::ok;
        }
        const std::string version =
            message.message_template.empty() ? "" : fmt::format(" {}", message.template_version);
        Record record{{"message", fmt::format("{}", number(message.id))},
                      {"key", message.key},
                      {"reference", message.reference},
                      {"subject", subject_text(message.subject)},
                      {"kind", std::string(message_kind_name(message.kind))},
                      {"purpose", message.purpose},
                      {"channel", std::string(channel_name(message.channel))},
                      {"template", message.message_template + version},
                      {"state", std::string(message_state_name(message.state))},
                      {"reason", message.reason},
                      {"attempts", fmt::format("{}", message.attempts)},
                      {"queued at", format_time(message.queued_at)},
                      {"not before", time_text(message.not_before)},
                      {"due at", time_text(message.due_at)},
                      {"finished at", time_text(message.finished_at)},
                      {"gateway", message.gateway},
                      {"its reference", message.gateway_reference},
                      {"subject line", message.subject_line}};
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

struct RunOptions {
    std::string folder, gateway;
    std::int64_t limit = 1000, lease = 300;
};

Action declare_run(Args& args) {
    auto o = std::make_shared<RunOptions>();
    args.text("--folder FOLDER", o->folder,
              "where an .eml is written for each; made if it is not there");
    args.text("--gateway JSON", o->gateway,
              "SMTP or Mailjet, as habeas gateway describes, or @FILE; instead of a folder");
    args.number("--limit NUMBER", o->limit, "of messages; 1000 unless said", 1, 1'000'000);
    args.number("--lease SECONDS", o->lease,
                "until a message without an answer is uncertain; 300 unless said", 1, 86'400);
    return [o](Session& s) {
        Outbox outbox(s.store());
        if (o->folder.empty() == o->gateway.empty()) {
            throw Error(Errc::invalid, "write --folder or --gateway, one of them", "--gateway");
        }
        const std::unique_ptr<Gateway> gateway =
            o->gateway.empty() ? std::make_unique<DirectoryGateway>(s.store(), o->folder)
                               : GatewayConfig::from_json(text_or_file(o->gateway))
                                     .make(s.store(), credentials_of_environment());
        SendOptions options;
        options.limit = static_cast<std::size_t>(o->limit);
        options.lease = std::chrono::seconds(o->lease);
        SendReport report;
        {
            ProgressBar bar("Sending", ProgressBar::Unit::rows, s.progress());
            options.progress = bar.callback();
            report = outbox.send(*gateway, options);
        }
        if (s.json()) {
            s.out().json({{"sent", report.sent},
                          {"failed", report.failed},
                          {"retried", report.retried},
                          {"uncertain", report.uncertain},
                          {"stopped", report.stopped},
                          {"deferred", report.deferred},
                          {"resolved", report.resolved}});
            return Exit::ok;
        }
        print_record(s.out(), {{"sent", fmt::format("{}", report.sent)},
                               {"failed", fmt::format("{}", report.failed)},
                               {"to be tried again", fmt::format("{}", report.retried)},
                               {"uncertain", fmt::format("{}", report.uncertain)},
                               {"stopped by the decision", fmt::format("{}", report.stopped)},
                               {"waiting by the pacing", fmt::format("{}", report.deferred)},
                               {"resolved of former runs", fmt::format("{}", report.resolved)}});
        return Exit::ok;
    };
}

struct StopOptions {
    std::string id, why;
};

Action declare_stop(Args& args) {
    auto o = std::make_shared<StopOptions>();
    args.positional("MESSAGE", o->id, id_help);
    args.text("--why WORD", o->why, "kept with the message", Need::required);
    return [o](Session& s) {
        Outbox(s.store()).stop(message_id(o->id), o->why);
        print_message(s, message_id(o->id));
        return Exit::ok;
    };
}

using Act = void (Outbox::*)(MessageId);

template <Act act>
Action declare_act(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("MESSAGE", *id, id_help);
    return [id](Session& s) {
        Outbox outbox(s.store());
        (outbox.*act)(message_id(*id));
        print_message(s, message_id(*id));
        return Exit::ok;
    };
}

Action declare_token(Args& args) {
    auto token = std::make_shared<std::string>();
    args.positional("TOKEN", *token, "the end of a link, or @FILE; @- is standard input");
    return [token](Session& s) {
        const auto found = Outbox(s.store()).find_token(word_or_file(*token));
        if (!found) {
            s.json() ? s.out().json(nullptr) : s.out().line("No message has this token.");
            return Exit::no;
        }
        const char* use = found->use == TokenInfo::Use::unsubscribe ? "unsubscribe" : "preferences";
        if (s.json()) {
            s.out().json({{"use", use},
                          {"message", number(found->message)},
                          {"subject", number(found->subject)},
                          {"purpose", found->purpose},
                          {"channel", channel_name(found->channel)},
                          {"expires_at", format_time(found->expires_at)}});
        } else {
            print_record(s.out(), {{"use", use},
                                   {"message", fmt::format("{}", number(found->message))},
                                   {"subject", fmt::format("{}", number(found->subject))},
                                   {"purpose", found->purpose},
                                   {"channel", std::string(channel_name(found->channel))},
                                   {"expires_at", format_time(found->expires_at)}});
        }
        return Exit::ok;
    };
}

constexpr const char* message_json =
    "an object: message, key, reference, subject, kind, purpose, channel, message_template, "
    "template_version, "
    "state, reason, priority, attempts, queued_at, not_before, due_at, finished_at, gateway, "
    "gateway_reference, subject_line";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"outbox queue", "puts a message to somebody into the queue, if the decision is yes",
         "habeas outbox queue email:anna@example.org hello --key news/27",
         "an object: message, state (queued, refused), again (the key was known), decision",
         declare_queue},
        {"outbox list", "messages, the oldest first", "habeas outbox list --state queued",
         "an array of messages as outbox show does", declare_list},
        {"outbox show", "one message; its content is with the gateway", "habeas outbox show 5",
         message_json, declare_show},
        {"outbox run",
         "sends what is due: as .eml files that an erasure deletes, by SMTP, or by Mailjet",
         "habeas outbox run --folder mail",
         "an object: sent, failed, retried, uncertain, stopped, deferred, resolved", declare_run},
        {"outbox stop", "takes a queued message out", "habeas outbox stop 5 --why recalled",
         message_json, declare_stop},
        {"outbox retry", "queues a failed or uncertain message again", "habeas outbox retry 3",
         message_json, declare_act<&Outbox::retry>},
        {"outbox sent", "you know that an uncertain message was sent", "habeas outbox sent 4",
         message_json, declare_act<&Outbox::confirm_sent>},
        {"outbox token", "whom the link with this token is about",
         "habeas outbox token @unsubscribe.token",
         "an object: use (unsubscribe, preferences), message, subject, purpose, channel, "
         "expires_at; null for none",
         declare_token},
    };
    return commands;
}

} // namespace habeas::cli::outbox_group
