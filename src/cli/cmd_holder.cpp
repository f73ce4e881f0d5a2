// holder: define, list, show, delete, ask, tasks, run, answer, opendsr, hold, lift, holds.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::holder_group {
namespace {

constexpr const char* task_help = "its number";

HolderInfo require_holder(Session& s, const std::string& code) {
    if (auto found = DataHolders(s.store()).find(code)) {
        return *found;
    }
    throw Error(Errc::not_found,
                fmt::format("there is no data holder \"{}\"; habeas holder list shows those there "
                            "are",
                            code),
                code);
}

std::string operations_text(const HolderInfo& holder) {
    std::string out;
    for (const HolderOperation each : holder.operations) {
        out += fmt::format("{}{}", out.empty() ? "" : ", ", holder_operation_name(each));
    }
    return out;
}

Action declare_define(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "the data holder, as JSON; - is standard input");
    return [file](Session& s) {
        const std::string text = read_text(*file);
        DataHolders(s.store()).define(text);
        const HolderInfo holder =
            require_holder(s, Json::parse(text).at("code").get<std::string>());
        if (s.json()) {
            s.out().json(Json::parse(DataHolders::json_of(holder)));
        } else {
            s.out().line(fmt::format("Data holder {}: {}.", holder.code, operations_text(holder)));
        }
        return Exit::ok;
    };
}

Action declare_list(Args&) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"code"}, {"declared"}, {"operations"}, {"waiting", true}});
        for (const HolderInfo& each : DataHolders(s.store()).list()) {
            if (s.json()) {
                array.add(Json::parse(DataHolders::json_of(each)));
            } else {
                table.row({each.code, each.declared ? "database" : "callbacks",
                           operations_text(each), fmt::format("{}", each.waiting)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("HOLDER", *code, "its code");
    return [code](Session& s) {
        const HolderInfo holder = require_holder(s, *code);
        if (s.json()) {
            s.out().json(Json::parse(DataHolders::json_of(holder)));
        } else {
            print_record(s.out(), {{"code", holder.code},
                                   {"operations", operations_text(holder)},
                                   {"waiting", fmt::format("{}", holder.waiting)},
                                   {"definition", holder.definition}});
        }
        return Exit::ok;
    };
}

Action declare_delete(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("HOLDER", *code, "its code");
    return [code](Session& s) {
        DataHolders(s.store()).remove(*code);
        if (s.json()) {
            s.out().json({{"code", *code}});
        } else {
            s.out().line(fmt::format("Data holder {} deleted.", *code));
        }
        return Exit::ok;
    };
}

struct AskOptions {
    std::string subject;
    HolderOperation operation = HolderOperation::export_data;
};

Action declare_ask(Args& args) {
    auto o = std::make_shared<AskOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.choice("OPERATION", o->operation, names_of<HolderOperation>(holder_operation_name),
                "export, rectify, restrict or lift", Need::required);
    return [o](Session& s) {
        DataHolders holders(s.store());
        const auto opened = holders.ask(s.subject(o->subject), o->operation);
        if (s.json()) {
            Json out = Json::array();
            for (const HolderTaskId each : opened) {
                out.push_back(number(each));
            }
            s.out().json({{"tasks", std::move(out)}});
        } else {
            s.out().line(fmt::format("{} data holders are asked; habeas holder run calls them.",
                                     opened.size()));
        }
        return Exit::ok;
    };
}

struct TaskOptions {
    std::string subject;
    HolderTaskQuery query;
};

std::string rows_text(const HolderTask& task) {
    std::string out;
    for (const HolderRows& each : task.rows) {
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", each.place, each.rows);
    }
    for (const HolderRetained& each : task.retained) {
        out += fmt::format("{}retains {} {} ({}{})", out.empty() ? "" : ", ", each.place, each.rows,
                           each.ground, each.until ? " until " + format_time(*each.until) : "");
    }
    return out;
}

Action declare_tasks(Args& args) {
    auto o = std::make_shared<TaskOptions>();
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.text("--holder HOLDER", o->query.holder, "its code, or the recipient who is told");
    args.choice("--operation OPERATION", o->query.operation,
                names_of<HolderOperation>(holder_operation_name), "");
    args.flag("--open", o->query.open_only, "those that are not answered");
    return [o](Session& s) {
        HolderTaskQuery query = o->query;
        if (!o->subject.empty()) {
            query.subject = s.subject(o->subject);
        }
        JsonArray array(s.out());
        Table table(s.out(), {{"task", true},
                              {"subject", true},
                              {"holder"},
                              {"operation"},
                              {"state"},
                              {"attempts", true},
                              {"due at"},
                              {"answer"}});
        for (const HolderTask& each : DataHolders(s.store()).tasks(query)) {
            if (s.json()) {
                array.add(Json::parse(DataHolders::json_of(each)));
                continue;
            }
            const bool tells = each.operation == HolderOperation::tell;
            table.row(
                {fmt::format("{}", number(each.id)), fmt::format("{}", number(each.subject)),
                 each.holder,
                 fmt::format("{}{}{}", holder_operation_name(each.operation), tells ? " " : "",
                             tells ? holder_operation_name(each.about) : ""),
                 std::string(holder_task_state_name(each.state)), fmt::format("{}", each.attempts),
                 time_text(each.due_at), each.reason.empty() ? rows_text(each) : each.reason});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

struct RunOptions {
    std::int64_t limit = std::int64_t{1} << 53;
    std::int64_t minutes = 10;
};

Action declare_run(Args& args) {
    auto o = std::make_shared<RunOptions>();
    args.number("--limit NUMBER", o->limit, "calls at most", 1);
    args.number("--time-out MINUTES", o->minutes, "of an answer; 10 unless said", 1, 10'000);
    return [o](Session& s) {
        HolderRunOptions options;
        options.limit = static_cast<std::uint64_t>(o->limit);
        options.time_out = std::chrono::minutes(o->minutes);
        const HolderRunReport report = DataHolders(s.store()).run(options);
        if (s.json()) {
            s.out().json(Json::parse(DataHolders::json_of(report)));
            return Exit::ok;
        }
        s.out().line(fmt::format("{} calls: {} tasks done, {} with something retained; {} calls "
                                 "failed. {} holds ended.",
                                 report.calls, report.done, report.retained, report.failed,
                                 report.holds_ended));
        if (report.unattended > 0) {
            s.note(fmt::format("{} tasks wait for the host whose callbacks they need.",
                               report.unattended));
        }
        return Exit::ok;
    };
}

struct AnswerOptions {
    std::string id, ground;
    std::vector<std::string> rows, retained;
    std::optional<Time> until;
};

std::pair<std::string, std::uint64_t> place_and_rows(const std::string& text) {
    const auto [place, rows] = read_pair(text, "PLACE=ROWS");
    return {place, static_cast<std::uint64_t>(require_number(rows, "how many rows"))};
}

void print_task(Session& s, HolderTaskId id) {
    const HolderTask task = DataHolders(s.store()).get(id);
    if (s.json()) {
        s.out().json(Json::parse(DataHolders::json_of(task)));
    } else {
        s.out().line(fmt::format("Task {} of {}: {}.", number(task.id), task.holder,
                                 holder_task_state_name(task.state)));
    }
}

Action declare_answer(Args& args) {
    auto o = std::make_shared<AnswerOptions>();
    args.positional("TASK", o->id, task_help);
    args.texts("--rows PLACE=ROWS", o->rows, "erased or changed there");
    args.texts("--retained PLACE=ROWS", o->retained, "kept there; needs --ground");
    args.text("--ground TEXT", o->ground, "why they are kept, such as 17(3)(b)");
    args.time("--until TIME", o->until, "then they are erased");
    return [o](Session& s) {
        HolderAnswer answer;
        for (const std::string& each : o->rows) {
            const auto [place, rows] = place_and_rows(each);
            answer.rows.push_back({place, rows});
        }
        for (const std::string& each : o->retained) {
            const auto [place, rows] = place_and_rows(each);
            answer.retained.push_back({place, rows, o->ground, o->until});
        }
        const HolderTaskId id{require_number(o->id, "a task")};
        DataHolders(s.store()).answer(id, answer);
        print_task(s, id);
        return Exit::ok;
    };
}

Action declare_opendsr(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("TASK", *id, task_help);
    return [id](Session& s) {
        const std::string document =
            DataHolders(s.store()).opendsr_json(HolderTaskId{require_number(*id, "a task")});
        s.out().json(Json::parse(document));
        return Exit::ok;
    };
}

struct HoldOptions {
    std::string subject, ground;
    std::optional<Time> until;
};

void print_hold(Session& s, const Hold& hold) {
    if (s.json()) {
        s.out().json(Json::parse(DataHolders::json_of(hold)));
    } else {
        s.out().line(fmt::format("Hold {}: subject {} is not erased{}.", number(hold.id),
                                 number(hold.subject),
                                 hold.until ? " before " + format_time(*hold.until)
                                            : std::string(" until it is lifted")));
    }
}

Hold hold_of(Session& s, HoldId id) {
    for (const Hold& each : DataHolders(s.store()).holds()) {
        if (each.id == id) {
            return each;
        }
    }
    return {};
}

Action declare_hold(Args& args) {
    auto o = std::make_shared<HoldOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.text("--ground TEXT", o->ground, "why (GDPR art. 17(3)), such as 17(3)(e)",
              Need::required);
    args.time("--until TIME", o->until, "when it ends by itself");
    return [o](Session& s) {
        const HoldId id = DataHolders(s.store()).hold(s.subject(o->subject), o->ground, o->until);
        print_hold(s, hold_of(s, id));
        return Exit::ok;
    };
}

Action declare_lift(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("HOLD", *id, "its number");
    return [id](Session& s) {
        const HoldId hold{require_number(*id, "a hold")};
        DataHolders(s.store()).lift(hold);
        if (s.json()) {
            s.out().json(Json::parse(DataHolders::json_of(hold_of(s, hold))));
        } else {
            s.out().line(fmt::format("Hold {} lifted; habeas holder run does what waited for it.",
                                     number(hold)));
        }
        return Exit::ok;
    };
}

struct HoldListOptions {
    std::string subject;
    bool open = false;
};

Action declare_holds(Args& args) {
    auto o = std::make_shared<HoldListOptions>();
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.flag("--open", o->open, "those that have not ended");
    return [o](Session& s) {
        const auto subject =
            o->subject.empty() ? std::nullopt : std::optional(s.subject(o->subject));
        JsonArray array(s.out());
        Table table(
            s.out(),
            {{"hold", true}, {"subject", true}, {"holder"}, {"ground"}, {"until"}, {"ended at"}});
        for (const Hold& each : DataHolders(s.store()).holds(subject, o->open)) {
            if (s.json()) {
                array.add(Json::parse(DataHolders::json_of(each)));
            } else {
                table.row({fmt::format("{}", number(each.id)),
                           fmt::format("{}", number(each.subject)), each.holder, each.ground,
                           time_text(each.until), time_text(each.ended_at)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

constexpr const char* holder_json = "an object: code, operations, declared, waiting, definition";
constexpr const char* task_json =
    "an object: task, subject, holder, operation, about, request, state, key, pages, attempts, "
    "reason, opened_at, due_at, ended_at, rows, retained";
constexpr const char* hold_json =
    "an object: hold, subject, holder, ground, until, placed_at, ended_at";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"holder define", "declares a data holder: by callbacks of a host, or over an SQLite file",
         "habeas holder define holder.json", holder_json, declare_define},
        {"holder list", "data holders, by code", "habeas holder list",
         "an array of holders as holder show does", declare_list},
        {"holder show", "one data holder", "habeas holder show crm", holder_json, declare_show},
        {"holder delete", "forgets a data holder that nothing waits for",
         "habeas holder delete archive", "an object: code", declare_delete},
        {"holder ask", "asks all data holders about a person",
         "habeas holder ask email:anna@example.org export", "an object: tasks (numbers)",
         declare_ask},
        {"holder tasks", "what data holders and recipients are asked and have answered",
         "habeas holder tasks --open", "an array of tasks as holder answer does", declare_tasks},
        {"holder run", "calls declared data holders that are due; ends holds", "habeas holder run",
         "an object: calls, done, retained, failed, holds_ended, unattended", declare_run},
        {"holder answer", "notes an answer that came another way",
         "habeas holder answer 1 --rows contacts=1", task_json, declare_answer},
        {"holder opendsr", "the request of OpenDSR 2.0 that tells a processor of an erasure",
         "habeas holder opendsr 1",
         "an object: regulation, subject_request_id, subject_request_type, submitted_time, "
         "subject_identities, api_version",
         declare_opendsr},
        {"holder hold", "keeps a person from being erased",
         "habeas holder hold 2 --ground '17(3)(e)' --until 2059-01-01", hold_json, declare_hold},
        {"holder lift", "ends a hold now", "habeas holder lift 1", hold_json, declare_lift},
        {"holder holds", "what keeps erasures from being done, here or at data holders",
         "habeas holder holds --open", "an array of holds as holder hold does", declare_holds},
    };
    return commands;
}

} // namespace habeas::cli::holder_group
