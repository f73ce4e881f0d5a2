// request: open, list, show, ask, confirm, vouch, fulfil, rectify, refuse.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "subject_input.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli {
namespace {

constexpr const char* id_help = "its number";

RequestId request_id(const std::string& text) {
    return RequestId{require_number(text, "a request")};
}

Json to_json(const Request& request) {
    return {{"request", number(request.id)},
            {"subject", number(request.subject)},
            {"kind", request_kind_name(request.kind)},
            {"state", request_state_name(request.state)},
            {"origin", request.origin},
            {"vouched_by", request.vouched_by},
            {"ground", request.ground},
            {"received_at", format_time(request.received_at)},
            {"verified_at", json_time(request.verified_at)},
            {"closed_at", json_time(request.closed_at)},
            {"token_expires_at", json_time(request.token_expires_at)}};
}

void print_request(Session& s, RequestId id) {
    const Request request = Requests(s.store()).get(id);
    if (s.json()) {
        s.out().json(to_json(request));
    } else {
        s.out().line(fmt::format("Request {}: {} of subject {}, {}.", number(id),
                                 request_kind_name(request.kind), number(request.subject),
                                 request_state_name(request.state)));
    }
}

struct OpenOptions {
    RequestKind kind = RequestKind::access;
    std::string subject, origin = "cli";
};

Action declare_open(Args& args) {
    auto o = std::make_shared<OpenOptions>();
    args.choice("KIND", o->kind, names_of<RequestKind>(request_kind_name), "what is asked",
                Need::required);
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.text("--origin WORD", o->origin, "where it came from: letter, telephone; cli unless said");
    return [o](Session& s) {
        print_request(s, Requests(s.store()).open(o->kind, s.subject(o->subject), o->origin));
        return Exit::ok;
    };
}

struct ListOptions {
    std::string subject;
    RequestQuery query;
};

Action declare_list(Args& args) {
    auto o = std::make_shared<ListOptions>();
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.choice("--kind KIND", o->query.kind, names_of<RequestKind>(request_kind_name), "");
    args.flag("--open", o->query.open_only, "those that wait for something");
    return [o](Session& s) {
        RequestQuery query = o->query;
        if (!o->subject.empty()) {
            query.subject = s.subject(o->subject);
        }
        JsonArray array(s.out());
        Table table(s.out(), {{"request", true},
                              {"subject", true},
                              {"kind"},
                              {"state"},
                              {"origin"},
                              {"received at"},
                              {"closed at"}});
        for (const Request& each : Requests(s.store()).list(query)) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({fmt::format("{}", number(each.id)),
                           fmt::format("{}", number(each.subject)),
                           std::string(request_kind_name(each.kind)),
                           std::string(request_state_name(each.state)), each.origin,
                           format_time(each.received_at), time_text(each.closed_at)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("REQUEST", *id, id_help);
    return [id](Session& s) {
        const Requests requests(s.store());
        const Request request = requests.get(request_id(*id));
        const auto steps = requests.steps(request.id);
        if (s.json()) {
            Json out = to_json(request);
            out["steps"] = Json::array();
            for (const RequestStep& step : steps) {
                out["steps"].push_back({{"at", format_time(step.at)},
                                        {"state", request_state_name(step.state)},
                                        {"actor", json_actor(step.actor)},
                                        {"note", step.note}});
            }
            s.out().json(out);
            return Exit::ok;
        }
        Record record{{"request", fmt::format("{}", number(request.id))},
                      {"subject", fmt::format("{}", number(request.subject))},
                      {"kind", std::string(request_kind_name(request.kind))},
                      {"state", std::string(request_state_name(request.state))},
                      {"origin", request.origin},
                      {"vouched by", request.vouched_by},
                      {"ground", request.ground},
                      {"token expires at", time_text(request.token_expires_at)}};
        for (const RequestStep& step : steps) {
            record.emplace_back(format_time(step.at),
                                fmt::format("{} {} {}", request_state_name(step.state),
                                            actor_text(step.actor), step.note));
        }
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

struct AskOptions {
    std::string id;
    std::int64_t hours = 24 * 7;
};

Action declare_ask(Args& args) {
    auto o = std::make_shared<AskOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.number("--hours NUMBER", o->hours, "that the token counts; 168 unless said", 1, 8784);
    return [o](Session& s) {
        const std::string token =
            Requests(s.store()).ask_identity(request_id(o->id), std::chrono::hours(o->hours));
        if (s.json()) {
            s.out().json({{"request", number(request_id(o->id))}, {"token", token}});
        } else {
            s.out().line(token);
            s.note("Send it to the person's own address and nowhere else.");
        }
        return Exit::ok;
    };
}

Action declare_confirm(Args& args) {
    auto token = std::make_shared<std::string>();
    args.positional("TOKEN", *token, "what the person sent back, or @FILE; @- is standard input");
    return [token](Session& s) {
        const auto found = Requests(s.store()).confirm(word_or_file(*token));
        if (s.json()) {
            s.out().json({{"request", found ? Json(number(*found)) : Json(nullptr)}});
        } else {
            s.out().line(found ? fmt::format("Request {} is verified.", number(*found))
                               : "This token does not count.");
        }
        return found ? Exit::ok : Exit::no;
    };
}

struct ActOptions {
    std::string id, words;
};

Action declare_vouch(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--by TEXT", o->words, "who answers for the identity, and how", Need::required);
    return [o](Session& s) {
        Requests(s.store()).vouch(request_id(o->id), o->words);
        print_request(s, request_id(o->id));
        return Exit::ok;
    };
}

Action declare_fulfil(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--note TEXT", o->words, "what was done");
    return [o](Session& s) {
        Requests(s.store()).fulfil(request_id(o->id), o->words);
        print_request(s, request_id(o->id));
        return Exit::ok;
    };
}

struct RectifyArguments {
    std::string id;
    InputOptions input;
    RectifyOptions options;
};

void print_rectification(Session& s, const Json& document) {
    Record record;
    for (const Json& change : document.at("changes")) {
        auto text = [&](const char* name) {
            return change.at(name).is_null() ? "(no value)" : change.at(name).get<std::string>();
        };
        record.emplace_back(change.at("label").get<std::string>(),
                            text("before") + " -> " + text("after"));
    }
    for (const Json& each : document.at("recipients")) {
        record.emplace_back("to be told", each.at("recipient").get<std::string>());
    }
    print_record(s.out(), record);
}

Action declare_rectify(Args& args) {
    auto o = std::make_shared<RectifyArguments>();
    args.positional("REQUEST", o->id, id_help);
    declare_input(args, o->input);
    args.flag("--overwrite-blanks", o->input.overwrite_blanks, "FIELD= empties the field");
    args.text("--note TEXT", o->options.note, "kept in the journal, in front of the names");
    args.text("--language LANGUAGE", o->options.language,
              "of the labels; the person's unless said");
    args.flag("--preview", o->options.preview, "shows it, changes and closes nothing");
    return [o](Session& s) {
        RectifyOptions options = o->options;
        options.blank = o->input.overwrite_blanks ? Blank::overwrite : Blank::keep;
        const Json document = Json::parse(
            Requests(s.store()).rectify(request_id(o->id), input_of(o->input), options));
        if (s.json()) {
            s.out().json(document);
        } else {
            print_rectification(s, document);
        }
        return Exit::ok;
    };
}

Action declare_refuse(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--ground TEXT", o->words, "why (GDPR art. 12(4)), such as 17(3)(b)", Need::required);
    return [o](Session& s) {
        Requests(s.store()).refuse(request_id(o->id), o->words);
        print_request(s, request_id(o->id));
        return Exit::ok;
    };
}

constexpr const char* request_json = "an object: request, subject, kind, state, origin, "
                                     "vouched_by, ground, received_at, verified_at, "
                                     "closed_at, token_expires_at";

} // namespace

std::span<const Command> request_commands() {
    static constexpr Command commands[]{
        {"request open", "notes what somebody asks for; the open one of its kind is kept",
         "habeas request open erasure 2 --origin letter", request_json, declare_open},
        {"request list", "requests, the oldest first", "habeas request list --open",
         "an array of requests as request open does", declare_list},
        {"request show", "a request and its journal", "habeas request show 1",
         "the request, and steps (at, state, actor, note)", declare_show},
        {"request ask", "makes the token that goes to the person's own address",
         "habeas request ask 1", "an object: request, token", declare_ask},
        {"request confirm", "takes the token that came back; it counts once",
         "habeas request confirm \"$(habeas request ask 1)\"",
         "an object: request (null: the token does not count)", declare_confirm},
        {"request vouch", "verifies a request in your name",
         "habeas request vouch 1 --by 'passport shown at the counter'", request_json,
         declare_vouch},
        {"request fulfil", "closes a verified request; one for erasure erases",
         "habeas request fulfil 2 --note 'sent as ZIP'", request_json, declare_fulfil},
        {"request rectify", "changes the data as asked; shows before and after (art. 16)",
         "habeas request rectify 3 last_name=Kay --preview",
         "an object: format, request, subject, at, language, preview, changes (name, label, "
         "before, after), recipients (recipient, last_at)",
         declare_rectify},
        {"request refuse", "closes a request with the ground of the refusal",
         "habeas request refuse 1 --ground '12(5)'", request_json, declare_refuse},
    };
    return commands;
}

} // namespace habeas::cli
