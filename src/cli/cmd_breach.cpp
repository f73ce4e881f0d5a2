// breach: define, list, due, show, recount, persons, assess, notify, tell, inform, note, close,
// dismiss, reopen.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::breach_group {
namespace {

constexpr const char* code_help = "code of the breach";

/// "due 2026-06-04T08:30:00.000Z", "overdue since ...", or nothing.
std::string due_text(const BreachInfo& breach) {
    for (const std::string& each : breach.waits_for) {
        if (each == "authority") {
            return fmt::format("{} {}", breach.overdue ? "overdue since" : "due",
                               format_time(breach.clock.strict));
        }
    }
    return "";
}

std::string persons_text(const BreachInfo& breach) {
    return breach.figures          ? fmt::format("{}", breach.figures->persons)
           : breach.breach.persons ? fmt::format("about {}", *breach.breach.persons)
                                   : "";
}

void print_breach(Session& s, const std::string& code) {
    const BreachInfo found = Breaches(s.store()).get(code);
    if (s.json()) {
        s.out().json(Json::parse(found.to_json()));
        return;
    }
    const std::string due = due_text(found);
    s.out().line(fmt::format(
        "Breach {}: {}, risk {}{}{}{}.", code, breach_state_name(found.state),
        breach_risk_name(found.risk), due.empty() ? "" : "; the authority is " + due,
        found.figures ? "; persons " + persons_text(found) : "",
        found.waits_for.empty() ? ""
                                : fmt::format("; waits for {}", fmt::join(found.waits_for, ", "))));
}

void print_breaches(Session& s, const std::vector<BreachInfo>& all) {
    JsonArray array(s.out());
    Table table(
        s.out(),
        {{"code"}, {"title"}, {"state"}, {"risk"}, {"persons"}, {"authority"}, {"waits for"}});
    for (const BreachInfo& each : all) {
        if (s.json()) {
            array.add(Json::parse(each.to_json()));
        } else {
            table.row({each.breach.code, each.breach.title,
                       std::string(breach_state_name(each.state)),
                       std::string(breach_risk_name(each.risk)), persons_text(each),
                       each.notified_at ? "told " + format_time(*each.notified_at) : due_text(each),
                       fmt::format("{}", fmt::join(each.waits_for, ", "))});
        }
    }
    s.json() ? array.end() : table.end();
}

Action declare_define(Args& args) {
    auto given = std::make_shared<std::string>();
    args.positional("BREACH", *given, "JSON, or @FILE; @- is standard input");
    return [given](Session& s) {
        const Breach wanted = Breach::from_json(text_or_file(*given));
        Breaches(s.store()).define(wanted);
        print_breach(s, wanted.code);
        return Exit::ok;
    };
}

Action declare_list(Args& args) {
    auto query = std::make_shared<BreachQuery>();
    args.flag("--open", query->open_only, "those that are not closed");
    return [query](Session& s) {
        print_breaches(s, Breaches(s.store()).list(*query));
        return Exit::ok;
    };
}

Action declare_due(Args& args) {
    auto hours = std::make_shared<std::int64_t>(24);
    args.number("--within HOURS", *hours, "24 unless said", 0, 10'000);
    return [hours](Session& s) {
        BreachQuery query;
        query.within_hours = static_cast<int>(*hours);
        const auto due = Breaches(s.store()).list(query);
        print_breaches(s, due);
        return due.empty() ? Exit::ok : Exit::no;
    };
}

void print_record(Session& s, const std::string& code) {
    const Breaches breaches(s.store());
    const BreachInfo found = breaches.get(code);
    const Breach& facts = found.breach;
    std::vector<std::string_view> natures;
    for (const BreachNature each : facts.natures) {
        natures.push_back(breach_nature_name(each));
    }
    Record record{{"code", code},
                  {"title", facts.title},
                  {"state", std::string(breach_state_name(found.state))},
                  {"nature", fmt::format("{}", fmt::join(natures, ", "))},
                  {"known since", time_text(facts.aware_at)},
                  {"authority",
                   found.notified_at ? "told " + format_time(*found.notified_at) : due_text(found)},
                  {"persons", persons_text(found)},
                  {"risk", std::string(breach_risk_name(found.risk))},
                  {"why", found.risk_reason},
                  {"persons told", time_text(found.informed_at)},
                  {"waits for", fmt::format("{}", fmt::join(found.waits_for, ", "))}};
    for (const BreachStep& each : breaches.steps(code)) {
        record.emplace_back(format_time(each.at),
                            fmt::format("{} {}", each.step, actor_text(each.actor)));
    }
    std::erase_if(record, [](const auto& each) { return each.second.empty(); });
    print_record(s.out(), record);
    const Json document = Json::parse(breaches.to_json(code));
    for (const Json& gap : document.at("gaps")) {
        s.note(fmt::format("{} ({})", gap.at("text").get<std::string>(),
                           gap.at("reference").get<std::string>()));
    }
}

struct ShowOptions {
    std::string code, output;
    bool html = false;
};

Action declare_show(Args& args) {
    auto o = std::make_shared<ShowOptions>();
    args.positional("CODE", o->code, code_help);
    args.flag("--html", o->html, "a page for the authority");
    args.text("-o,--output FILE", o->output, "a new file with that page, or with JSON");
    return [o](Session& s) {
        const Breaches breaches(s.store());
        if (!o->output.empty()) {
            s.give_file(o->output,
                        o->html ? breaches.to_html(o->code)
                                : Json::parse(breaches.to_json(o->code)).dump(1) + "\n",
                        fmt::format("The record is written to {}", o->output));
        } else if (o->html) {
            s.out().document(breaches.to_html(o->code));
        } else if (s.json()) {
            s.out().json(Json::parse(breaches.to_json(o->code)));
        } else {
            print_record(s, o->code);
        }
        return Exit::ok;
    };
}

struct PersonsOptions {
    std::string code;
    bool untold = false;
    std::int64_t after = 0, limit = 0;
};

Action declare_persons(Args& args) {
    auto o = std::make_shared<PersonsOptions>();
    args.positional("CODE", o->code, code_help);
    args.flag("--untold", o->untold, "those who were not told yet");
    args.number("--after NUMBER", o->after, "after this person, for the next page");
    args.number("--limit NUMBER", o->limit, "at most; all unless said", 1);
    return [o](Session& s) {
        JsonArray array(s.out());
        std::int64_t left = o->limit;
        Breaches(s.store()).persons(
            o->code, o->untold,
            [&](SubjectId each) {
                s.json() ? array.add(number(each)) : s.out().line(fmt::format("{}", number(each)));
                return --left != 0;
            },
            SubjectId{o->after});
        if (s.json()) {
            array.end();
        }
        return Exit::ok;
    };
}

struct ActOptions {
    std::string code, words;
    BreachRisk risk = BreachRisk::risk;
};

/// A command that acts on one breach.
template <class Options, class Act>
Action act_on_one(const std::shared_ptr<Options>& o, Act act) {
    return [o, act](Session& s) {
        Breaches breaches(s.store());
        act(breaches, *o);
        print_breach(s, o->code);
        return Exit::ok;
    };
}

Action declare_recount(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("CODE", o->code, code_help);
    return act_on_one(
        o, [](Breaches& breaches, const ActOptions& given) { breaches.recount(given.code); });
}

Action declare_assess(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("CODE", o->code, code_help);
    args.choice("RISK", o->risk, names_of<BreachRisk>(breach_risk_name, 1),
                "to the persons: none, risk, high", Need::required);
    args.text("--reason TEXT", o->words, "on what that rests", Need::required);
    return act_on_one(o, [](Breaches& breaches, const ActOptions& given) {
        breaches.assess(given.code, given.risk, given.words);
    });
}

struct NotifyOptions {
    std::string code;
    BreachNotice notice;
    bool more = false;
};

Action declare_notify(Args& args) {
    auto o = std::make_shared<NotifyOptions>();
    args.positional("CODE", o->code, code_help);
    args.time("--at TIME", o->notice.at, "now unless said");
    args.text("--authority TEXT", o->notice.authority, "the controller's unless said");
    args.text("--reference TEXT", o->notice.reference, "the authority's");
    args.text("--reason TEXT", o->notice.reason, "for a delay over the 72 hours (art. 33(1))");
    args.text("--note TEXT", o->notice.note, "what was told");
    args.flag("--more-follows", o->more, "it is not all yet (art. 33(4))");
    return act_on_one(o, [](Breaches& breaches, const NotifyOptions& given) {
        BreachNotice notice = given.notice;
        notice.complete = !given.more;
        breaches.notify(given.code, notice);
    });
}

struct TellOptions {
    std::string code, message_template;
    std::int64_t limit = 0;
};

Action declare_tell(Args& args) {
    auto o = std::make_shared<TellOptions>();
    args.positional("CODE", o->code, code_help);
    args.text("--template TEMPLATE", o->message_template,
              "of a purpose that rests on a legal obligation", Need::required);
    args.number("--limit NUMBER", o->limit, "persons at most; all unless said", 1);
    return [o](Session& s) {
        const BreachTold told = Breaches(s.store()).tell(o->code, o->message_template,
                                                         static_cast<std::size_t>(o->limit));
        if (s.json()) {
            s.out().json(Json::parse(told.to_json()));
            return Exit::ok;
        }
        s.out().line(fmt::format("Messages queued: {}; refused: {}; persons left: {}.", told.queued,
                                 told.refused, told.left));
        for (const auto& [reason, count] : told.reasons) {
            s.note(fmt::format("{}: {}. Tell them otherwise: habeas breach persons {} --untold.",
                               reason, count, o->code));
        }
        return Exit::ok;
    };
}

struct InformOptions {
    std::string code;
    BreachCommunication communication;
};

Action declare_inform(Args& args) {
    auto o = std::make_shared<InformOptions>();
    args.positional("CODE", o->code, code_help);
    args.time("--at TIME", o->communication.at, "now unless said");
    args.text("--how TEXT", o->communication.how, "how all persons were told, or the public");
    args.text("--ground LETTER", o->communication.ground,
              "a, b or c of art. 34(3): why each need not be told");
    args.text("--reason TEXT", o->communication.reason, "why that ground holds");
    return act_on_one(o, [](Breaches& breaches, const InformOptions& given) {
        breaches.inform(given.code, given.communication);
    });
}

using Say = void (Breaches::*)(const std::string&, const std::string&);

template <Say act>
Action declare_say(Args& args, const char* option, const char* help, Need need) {
    auto o = std::make_shared<ActOptions>();
    args.positional("CODE", o->code, code_help);
    args.text(option, o->words, help, need);
    return act_on_one(o, [](Breaches& breaches, const ActOptions& given) {
        (breaches.*act)(given.code, given.words);
    });
}

Action declare_note(Args& args) {
    auto o = std::make_shared<ActOptions>();
    args.positional("CODE", o->code, code_help);
    args.positional("TEXT", o->words, "what is to be kept; no names of persons");
    return act_on_one(o, [](Breaches& breaches, const ActOptions& given) {
        breaches.note(given.code, given.words);
    });
}
Action declare_close(Args& args) {
    return declare_say<&Breaches::close>(args, "--note TEXT", "what was learnt", Need::optional);
}
Action declare_dismiss(Args& args) {
    return declare_say<&Breaches::dismiss>(args, "--reason TEXT", "why it was none",
                                           Need::required);
}
Action declare_reopen(Args& args) {
    return declare_say<&Breaches::reopen>(args, "--reason TEXT", "what is new", Need::required);
}

constexpr const char* line_json =
    "an object: breach, number, title, state, risk, aware_at, recorded_at, clock (due, begins, "
    "counted, working_days_disputed, overdue), waits_for, persons, notified_at, informed_at, "
    "ground, closed_at";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"breach define", "records a breach, or what is known of it by now; counts whom it hits",
         "habeas breach define '{\"code\":\"mailing\",\"title\":\"Addresses in copy\",\"nature\":"
         "[\"confidentiality\"],\"affected\":{\"filter\":{\"field\":\"vip\",\"op\":\"=\","
         "\"value\":true},\"fields\":[\"email\"]}}'",
         line_json, declare_define},
        {"breach list", "the register, the most urgent first", "habeas breach list --open",
         "an array of breaches as breach define does", declare_list},
        {"breach due",
         "whose authority or persons are to be told soon; exit code 1 if there are "
         "any",
         "habeas breach due --within 24", "an array of breaches as breach define does",
         declare_due},
        {"breach show", "the record of one, with all of art. 33(3) and what is missing",
         "habeas breach show laptop --html --output laptop.html",
         "with --output an object: file; else the breach as breach define does, and facts, "
         "figures, risk_reason, more_follows, communication, controller, steps, gaps",
         declare_show},
        {"breach recount", "evaluates its filter again", "habeas breach recount laptop", line_json,
         declare_recount},
        {"breach persons", "numbers of the persons concerned", "habeas breach persons laptop",
         "an array of numbers", declare_persons},
        {"breach assess", "notes the risk to the persons (arts. 33(1), 34(1))",
         "habeas breach assess laptop high --reason 'passwords in clear'", line_json,
         declare_assess},
        {"breach notify", "notes that the authority was told, at least in part (art. 33)",
         "habeas breach notify laptop --reference D-2026-17 --more-follows", line_json,
         declare_notify},
        {"breach tell", "queues a message to each person concerned (art. 34)",
         "habeas breach tell laptop --template breach_notice",
         "an object: queued, refused, left, reasons (of the refused)", declare_tell},
        {"breach inform", "notes that all were told otherwise, or why not (art. 34(3))",
         "habeas breach inform laptop --how 'by letter'", line_json, declare_inform},
        {"breach note", "adds a note to the journal",
         "habeas breach note laptop 'the police has a file'", line_json, declare_note},
        {"breach close", "closes one of which nothing is missing",
         "habeas breach close paper --note 'shredder bought'", line_json, declare_close},
        {"breach dismiss", "it was no breach of personal data",
         "habeas breach dismiss laptop --reason 'it was found, unopened'", line_json,
         declare_dismiss},
        {"breach reopen", "something new is known of a closed one",
         "habeas breach reopen lost --reason 'a second letter'", line_json, declare_reopen},
    };
    return commands;
}

} // namespace habeas::cli::breach_group
