// retention: define, list, show, delete, preview, run, journal.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::retention_group {
namespace {

constexpr const char* code_help = "code of the rule";

RetentionRuleInfo require_rule(Session& s, const std::string& code) {
    if (auto found = Retention(s.store()).find(code)) {
        return *found;
    }
    throw Error(
        Errc::not_found,
        fmt::format("there is no rule \"{}\"; habeas retention list shows those there are", code),
        code);
}

Json to_json(const RetentionRuleInfo& info) {
    return {{"rule", Json::parse(Retention::to_json(info.rule))},
            {"looked_at", json_time(info.looked_at)},
            {"fault", info.fault}};
}

/// "field phone delete"
std::string what_of(const RetentionRule& rule) {
    return fmt::format("{}{}{} {}", retention_about_name(rule.about), rule.of.empty() ? "" : " ",
                       rule.of, retention_action_name(rule.action));
}
/// "P24M since consent_end newsletter"
std::string when_of(const RetentionRule& rule) {
    return fmt::format("{} since {}{}{}", rule.period, retention_since_name(rule.since),
                       rule.since_of.empty() ? "" : " ", rule.since_of);
}

/// "hold 2, request 1"
std::string kept_text(const std::map<std::string, std::uint64_t>& kept) {
    std::vector<std::string> out;
    out.reserve(kept.size());
    for (const auto& [why, count] : kept) {
        out.push_back(fmt::format("{} {}", why, count));
    }
    return fmt::format("{}", fmt::join(out, ", "));
}

Action declare_define(Args& args) {
    auto rule = std::make_shared<std::string>();
    args.positional("RULE", *rule, "JSON, or @FILE; @- is standard input");
    return [rule](Session& s) {
        Retention retention(s.store());
        const RetentionRule wanted = Retention::from_json(text_or_file(*rule));
        const bool known = retention.find(wanted.code).has_value();
        retention.define(wanted);
        if (s.json()) {
            s.out().json(to_json(require_rule(s, wanted.code)));
        } else {
            s.out().line(fmt::format("Rule {} {}; habeas retention preview shows whom it takes.",
                                     wanted.code, known ? "changed" : "declared"));
        }
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"code"}, {"what"}, {"when"}, {"looked at"}, {"notes"}});
        for (const RetentionRuleInfo& each : Retention(s.store()).list()) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({each.rule.code, what_of(each.rule), when_of(each.rule),
                           time_text(each.looked_at),
                           each.rule.paused ? std::string("paused") : each.fault});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        const RetentionRuleInfo info = require_rule(s, *code);
        if (s.json()) {
            s.out().json(to_json(info));
            return Exit::ok;
        }
        Record record{{"code", info.rule.code}};
        for (const auto& [language, label] : info.rule.labels) {
            record.emplace_back("label " + language, label);
        }
        record.emplace_back("what", what_of(info.rule));
        record.emplace_back("when", when_of(info.rule));
        record.emplace_back("keeps", fmt::format("{}", fmt::join(info.rule.keep, ", ")));
        record.emplace_back(
            "characters", info.rule.characters == 0 ? "" : fmt::format("{}", info.rule.characters));
        record.emplace_back("of whom", info.rule.filter);
        record.emplace_back("paused", info.rule.paused ? "yes" : "");
        record.emplace_back("looked at", time_text(info.looked_at));
        record.emplace_back("fault", info.fault);
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

Action declare_delete(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        Retention(s.store()).remove(*code);
        if (s.json()) {
            s.out().json({{"rule", *code}});
        } else {
            s.out().line(fmt::format("Rule {} is deleted; what it did stays done.", *code));
        }
        return Exit::ok;
    };
}

struct PreviewOptions {
    std::string code;
    std::optional<Time> at;
    std::int64_t limit = 20;
};

Action declare_preview(Args& args) {
    auto o = std::make_shared<PreviewOptions>();
    args.positional("CODE", o->code, "code of the rule; all unless named", Need::optional);
    args.time("--at TIME", o->at, "as if it were then; now unless said");
    args.number("--limit NUMBER", o->limit, "of people shown for each rule; 20 unless said", 0,
                1'000'000);
    return [o](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"rule"}, {"subject", true}, {"due since"}});
        std::vector<std::string> sums;
        for (const RetentionPreview& each :
             Retention(s.store()).preview(o->code, o->at, static_cast<std::size_t>(o->limit))) {
            if (s.json()) {
                Json due = Json::array();
                for (const RetentionDue& one : each.due) {
                    due.push_back(
                        {{"subject", number(one.subject)}, {"due_at", format_time(one.due_at)}});
                }
                array.add({{"rule", each.rule},
                           {"subjects", each.subjects},
                           {"due", due},
                           {"kept", each.kept}});
                continue;
            }
            for (const RetentionDue& one : each.due) {
                table.row(
                    {each.rule, fmt::format("{}", number(one.subject)), format_time(one.due_at)});
            }
            sums.push_back(fmt::format("{}: {} due{}{}", each.rule, each.subjects,
                                       each.kept.empty() ? "" : "; kept: ", kept_text(each.kept)));
        }
        s.json() ? array.end() : table.end();
        for (const std::string& each : sums) {
            s.note(each);
        }
        return Exit::ok;
    };
}

Json to_json(const RetentionRun& run) {
    return {{"run", run.id},
            {"rule", run.rule},
            {"at", run.id == 0 ? Json(nullptr) : Json(format_time(run.at))},
            {"actor", run.id == 0 ? Json(nullptr) : json_actor(run.actor)},
            {"subjects", run.subjects},
            {"rows", run.rows},
            {"kept", run.kept},
            {"complete", run.complete}};
}

void print_runs(Session& s, const std::vector<RetentionRun>& runs) {
    JsonArray array(s.out());
    Table table(s.out(), {{"run", true},
                          {"rule"},
                          {"at"},
                          {"subjects", true},
                          {"entries", true},
                          {"kept"},
                          {"complete"}});
    for (const RetentionRun& each : runs) {
        if (s.json()) {
            array.add(to_json(each));
        } else {
            table.row({each.id == 0 ? std::string("-") : fmt::format("{}", each.id), each.rule,
                       each.id == 0 ? std::string() : format_time(each.at),
                       fmt::format("{}", each.subjects), fmt::format("{}", each.rows),
                       kept_text(each.kept), each.complete ? "yes" : "no"});
        }
    }
    s.json() ? array.end() : table.end();
}

struct RunOptions {
    std::string code;
    std::int64_t limit = 0;
};

Action declare_run(Args& args) {
    auto o = std::make_shared<RunOptions>();
    args.positional("CODE", o->code, "code of the rule; all that are not paused unless named",
                    Need::optional);
    args.number("--limit NUMBER", o->limit, "people at most; all unless said");
    return [o](Session& s) {
        RetentionOptions options;
        options.rule = o->code;
        options.limit = static_cast<std::uint64_t>(o->limit);
        ProgressBar bar("Retention", ProgressBar::Unit::rows, s.progress());
        options.progress = bar.callback();
        const auto runs = Retention(s.store()).run(options);
        print_runs(s, runs);
        return interrupted() ? Exit::interrupted : Exit::ok;
    };
}

Action declare_journal(Args& args) {
    auto limit = std::make_shared<std::int64_t>(100);
    args.number("--limit NUMBER", *limit, "of runs shown; 100 unless said", 1, 1'000'000);
    return [limit](Session& s) {
        print_runs(s, Retention(s.store()).runs(static_cast<std::size_t>(*limit)));
        return Exit::ok;
    };
}

constexpr const char* rule_json =
    "an object: rule (as it was declared), looked_at, fault (why the tick cannot run it)";
constexpr const char* run_json = "an array of objects: run (0: there was nothing to do), rule, at, "
                                 "actor, subjects, rows, kept (how many, by why), complete";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"retention define", "declares a rule, or changes it",
         "habeas retention define "
         "'{\"code\":\"quiet\",\"about\":\"subject\",\"since\":\"activity\","
         "\"period\":\"P24M\"}'",
         rule_json, declare_define},
        {"retention list", "all rules, in the order in which they run", "habeas retention list",
         "an array of rules as retention show does", declare_list},
        {"retention show", "one rule", "habeas retention show leads", rule_json, declare_show},
        {"retention delete", "deletes a rule; what it did stays done",
         "habeas retention delete leads", "an object: rule", declare_delete},
        {"retention preview", "whom the rules would take, and who stays and why",
         "habeas retention preview --at 2040-01-01",
         "an array of objects: rule, subjects, due (subject, due_at), kept (how many, by why)",
         declare_preview},
        {"retention run", "does now what the tick does bit by bit", "habeas retention run",
         run_json, declare_run},
        {"retention journal", "what the rules did, the newest first", "habeas retention journal",
         run_json, declare_journal},
    };
    return commands;
}

} // namespace habeas::cli::retention_group
