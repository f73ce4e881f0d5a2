// campaign: run, simulate, enrol, remove, signal.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::run_group {
namespace {

constexpr const char* code_help = "code of the campaign";
constexpr const char* all_help = "code of the campaign; all unless named";

/// A campaign that is not there would be one with nothing to do.
void require_campaign(Session& s, const std::string& code) {
    if (!code.empty() && !Campaigns(s.store()).find(code)) {
        throw Error(
            Errc::not_found,
            fmt::format("there is no campaign \"{}\"; habeas campaign list shows those there are",
                        code),
            code);
    }
}

struct RunArguments {
    std::string code;
    std::int64_t limit = 100'000;
};

Action declare_run(Args& args) {
    auto o = std::make_shared<RunArguments>();
    args.positional("CODE", o->code, all_help, Need::optional);
    args.number("--limit NUMBER", o->limit, "of steps; 100000 unless said", 1, 100'000'000);
    return [o](Session& s) {
        require_campaign(s, o->code);
        CampaignRunOptions options;
        options.campaign = o->code;
        options.limit = static_cast<std::size_t>(o->limit);
        CampaignRunReport report;
        {
            ProgressBar bar("Running", ProgressBar::Unit::rows, s.progress());
            options.progress = bar.callback();
            report = Campaigns(s.store()).run(options);
        }
        if (s.json()) {
            s.out().json({{"enrolled", report.enrolled},
                          {"left", report.left},
                          {"done", report.done},
                          {"skipped", report.skipped},
                          {"failed", report.failed},
                          {"host_calls", report.host_calls},
                          {"paused", report.paused},
                          {"more", report.more}});
            return Exit::ok;
        }
        print_record(s.out(), {{"enrolled", fmt::format("{}", report.enrolled)},
                               {"left", fmt::format("{}", report.left)},
                               {"steps done", fmt::format("{}", report.done)},
                               {"skipped (restricted)", fmt::format("{}", report.skipped)},
                               {"attempts that failed", fmt::format("{}", report.failed)}});
        if (!report.paused.empty()) {
            s.note(fmt::format("habeas: note: paused because too much failed: {}; habeas campaign "
                               "list tells why",
                               fmt::join(report.paused, ", ")));
        }
        if (report.more) {
            s.note("habeas: note: the limit was reached; run again");
        }
        return Exit::ok;
    };
}

struct SimulateArguments {
    std::string code;
    std::optional<Time> from, to;
    std::int64_t limit = 100'000;
};

Action declare_simulate(Args& args) {
    auto o = std::make_shared<SimulateArguments>();
    args.positional("CODE", o->code, all_help, Need::optional);
    args.time("--from TIME", o->from, "now unless said");
    args.time("--to TIME", o->to, "at most 400 days later; required");
    args.number("--limit NUMBER", o->limit, "of steps; 100000 unless said", 1, 100'000'000);
    return [o](Session& s) {
        if (!o->to) {
            throw UsageError("--to is required: until when? See habeas campaign simulate --help");
        }
        require_campaign(s, o->code);
        const Simulation found = Campaigns(s.store()).simulate(
            o->from.value_or(s.store().now()), *o->to, o->code, static_cast<std::size_t>(o->limit));
        Json steps = Json::array();
        Table table(s.out(),
                    {{"at"}, {"subject", true}, {"campaign"}, {"event"}, {"what"}, {"outcome"}});
        for (const SimulatedStep& each : found.steps) {
            if (s.json()) {
                steps.push_back({{"at", format_time(each.at)},
                                 {"subject", number(each.subject)},
                                 {"campaign", each.campaign},
                                 {"event", each.event},
                                 {"what", each.what},
                                 {"outcome", each.outcome}});
            } else {
                table.row({format_time(each.at), fmt::format("{}", number(each.subject)),
                           each.campaign, each.event, each.what, each.outcome});
            }
        }
        if (s.json()) {
            s.out().json({{"steps", steps}, {"more", found.more}});
            return Exit::ok;
        }
        table.end();
        s.note("Nothing was done: this was a simulation.");
        if (found.more) {
            s.note("habeas: note: the limit was reached; there would be more steps");
        }
        return Exit::ok;
    };
}

struct MemberArguments {
    std::string code, subject;
};

using Act = void (Campaigns::*)(const std::string&, SubjectId);

template <Act act>
Action declare_member(Args& args) {
    auto o = std::make_shared<MemberArguments>();
    args.positional("CODE", o->code, code_help);
    args.positional("SUBJECT", o->subject, "number or identifier");
    return [o](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        Campaigns campaigns(s.store());
        (campaigns.*act)(o->code, subject);
        if (s.json()) {
            s.out().json({{"campaign", o->code}, {"subject", number(subject)}});
        } else {
            s.out().line(fmt::format("Subject {} {} campaign {}.", number(subject),
                                     act == &Campaigns::enrol ? "is in" : "is taken out of",
                                     o->code));
        }
        return Exit::ok;
    };
}

struct SignalArguments {
    std::string subject, key;
    SignalKind kind = SignalKind::opened;
    std::optional<Time> at;
};

Action declare_signal(Args& args) {
    auto o = std::make_shared<SignalArguments>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.choice("KIND", o->kind, names_of<SignalKind>(signal_kind_name), "what somebody did",
                Need::required);
    args.positional("KEY", o->key, "code of the template, or of the form");
    args.time("--at TIME", o->at, "now unless said");
    return [o](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        Campaigns(s.store()).record_signal(subject, o->kind, o->key, o->at);
        if (s.json()) {
            s.out().json({{"subject", number(subject)},
                          {"kind", signal_kind_name(o->kind)},
                          {"key", o->key}});
        } else {
            s.out().line(fmt::format("Noted: subject {} {} {}.", number(subject),
                                     signal_kind_name(o->kind), o->key));
        }
        return Exit::ok;
    };
}

constexpr const char* member_json = "an object: campaign, subject";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"campaign run", "does what is due; steps that call the host wait for a host",
         "habeas campaign run",
         "an object: enrolled, left, done, skipped, failed, host_calls, paused (codes), more",
         declare_run},
        {"campaign simulate", "what would happen, step by step; changes nothing",
         "habeas campaign simulate welcome --to 2060-01-01 --from 2059-12-01",
         "an object: steps (at, subject, campaign, event, what, outcome), more", declare_simulate},
        {"campaign enrol", "puts somebody in by hand", "habeas campaign enrol welcome 1",
         member_json, declare_member<&Campaigns::enrol>},
        {"campaign remove", "takes somebody out; sources do not bring them in again",
         "habeas campaign remove welcome 1", member_json,
         declare_member<&Campaigns::remove_member>},
        {"campaign signal", "somebody opened or clicked a message, or sent a form",
         "habeas campaign signal 1 opened hello", "an object: subject, kind, key", declare_signal},
    };
    return commands;
}

} // namespace habeas::cli::run_group
