// request: open, list, show, ask, confirm, vouch, begin, extend, fulfil, rectify, refuse,
// withdraw, announce, lift. When they are due: cmd_due.cpp.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "request_text.hpp"
#include "session.hpp"
#include "subject_input.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::request_group {
namespace {

constexpr const char* id_help = "its number";

RequestId request_id(const std::string& text) {
    return RequestId{require_number(text, "a request")};
}

void print_request(Session& s, RequestId id) {
    const Requests requests(s.store());
    const Request request = requests.get(id);
    const RequestDeadline when = requests.deadline(request);
    if (s.json()) {
        s.out().json(to_json(request, when));
        return;
    }
    const bool open = !request.closed_at;
    s.out().line(fmt::format("Request {}: {} of {}, {}{}.", number(id),
                             request_kind_name(request.kind), whose(request),
                             request_state_name(request.state),
                             open ? ", due " + format_date(when.answer.answer.due) : ""));
}

struct OpenOptions {
    RequestKind kind = RequestKind::access;
    std::string subject, origin = "cli";
};

Action declare_open(Args& args) {
    auto o = std::make_shared<OpenOptions>();
    args.choice("KIND", o->kind, names_of<RequestKind>(request_kind_name), "what is asked",
                Need::required);
    args.positional("SUBJECT", o->subject,
                    "number or identifier; one that nobody has is answered too");
    args.text("--origin WORD", o->origin, "where it came from: letter, telephone; cli unless said");
    return [o](Session& s) {
        Requests requests(s.store());
        const bool by_number = read_number(o->subject).has_value();
        print_request(s, by_number
                             ? requests.open(o->kind, s.subject(o->subject), o->origin)
                             : requests.open_for(o->kind, read_identifier(o->subject), o->origin));
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
        query.by_urgency = true;
        if (!o->subject.empty()) {
            query.subject = s.subject(o->subject);
        }
        print_requests(s, Requests(s.store()).list(query));
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
            Json out = to_json(request, requests.deadline(request));
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
        const RequestDeadline when = requests.deadline(request);
        Record record{{"request", fmt::format("{}", number(request.id))},
                      {"of", whose(request)},
                      {"kind", std::string(request_kind_name(request.kind))},
                      {"state", std::string(request_state_name(request.state))},
                      {"origin", request.origin},
                      {"vouched by", request.vouched_by},
                      {"ground", request.ground},
                      {"due", due_text(request, when)},
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
    std::string id, words, more;
    std::int64_t months = 2;
};

/// A command that acts on one request, with its words.
template <class Act>
Action act_on_one(const std::shared_ptr<ActOptions>& o, Act act) {
    return [o, act](Session& s) {
        const RequestId id = request_id(o->id);
        Requests requests(s.store());
        act(requests, id, *o);
        print_request(s, id);
        return Exit::ok;
    };
}

Action declare_vouch(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--by TEXT", o->words, "who answers for the identity, and how", Need::required);
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.vouch(id, given.words);
    });
}

Action declare_begin(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--note TEXT", o->words, "who, or what is done first");
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.begin(id, given.words);
    });
}

Action declare_extend(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--reason TEXT", o->words, "as the person was told it", Need::required);
    args.number("--months NUMBER", o->months, "1 or 2; 2 unless said", 1, 2);
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.extend(id, static_cast<std::int32_t>(given.months), given.words);
    });
}

Action declare_fulfil(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--note TEXT", o->words, "what was done");
    args.text("--except GROUND", o->more, "why the rest was not done (GDPR art. 12(4))");
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        if (given.more.empty()) {
            requests.fulfil(id, given.words);
        } else {
            requests.fulfil_partly(id, given.more, given.words);
        }
    });
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
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.refuse(id, given.words);
    });
}

Action declare_withdraw(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--note TEXT", o->words, "how the person said so");
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.withdraw(id, given.words);
    });
}

Action declare_announce(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--how TEXT", o->words, "how the person was told", Need::required);
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.announce_lifting(id, given.words);
    });
}

Action declare_lift(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("REQUEST", o->id, id_help);
    args.text("--note TEXT", o->words, "why");
    return act_on_one(o, [](Requests& requests, RequestId id, const ActOptions& given) {
        requests.lift_restriction(id, given.words);
    });
}

constexpr const char* request_json =
    "an object: request, subject (null: nobody known), contact (kind, value; of somebody unknown), "
    "kind, state, origin, vouched_by, ground, received_at, asked_at, verified_at, extended_at, "
    "extension_months, lifting_announced_at, lifted_at, closed_at, token_expires_at, due, warn, "
    "due_suspended, extension_notice_latest, late";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"request open", "notes what somebody asks for; the open one of its kind is kept",
         "habeas request open erasure 2 --origin letter", request_json, declare_open},
        {"request list", "requests, the most urgent first", "habeas request list --open",
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
        {"request begin", "notes that somebody works on it", "habeas request begin 2", request_json,
         declare_begin},
        {"request extend", "takes more time; the person must have been told why",
         "habeas request extend 2 --reason 'three archives to search'", request_json,
         declare_extend},
        {"request fulfil", "closes a verified request; one for erasure erases",
         "habeas request fulfil 2 --note 'sent as ZIP'", request_json, declare_fulfil},
        {"request rectify", "changes the data as asked; shows before and after (art. 16)",
         "habeas request rectify 3 last_name=Kay --preview",
         "an object: format, request, subject, at, language, preview, changes (name, label, "
         "before, after), recipients (recipient, last_at)",
         declare_rectify},
        {"request refuse", "closes a request with the ground of the refusal",
         "habeas request refuse 1 --ground '12(5)'", request_json, declare_refuse},
        {"request withdraw", "closes a request that the person takes back",
         "habeas request withdraw 1", request_json, declare_withdraw},
        {"request announce", "notes that the person was told: a restriction will be lifted",
         "habeas request announce 4 --how 'letter of 2 May'", request_json, declare_announce},
        {"request lift", "lifts a restriction, once that was announced", "habeas request lift 4",
         request_json, declare_lift},
    };
    return commands;
}

} // namespace habeas::cli::request_group
