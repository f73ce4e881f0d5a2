// decide, filter: who may be processed, and why.
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

namespace habeas::cli::decide_group {
namespace {

struct Question {
    std::string purpose;
    Channel channel = Channel::email;
    std::optional<Time> at, known_at;
    std::string controller;
};

void declare_question(Args& args, Question& o) {
    args.positional("PURPOSE", o.purpose, "code of the purpose");
    args.choice("CHANNEL", o.channel, names_of<Channel>(channel_name), "over which",
                Need::required);
    args.time("--at TIME", o.at, "the moment asked about; now unless said");
    args.time("--known-at TIME", o.known_at, "by what was recorded until then; all unless said");
    args.text("--controller NAME", o.controller, "which of several controllers asks");
}

struct DecideArguments : Question {
    std::string subject;
    bool explain = false;
};

void print_decision(Output& out, const Decision& decision) {
    out.line(fmt::format("{}: {}, {}", decision.allowed ? "allowed" : "denied",
                         reason_code(decision.reason), decision.reference));
    if (decision.event != EventId{}) {
        out.line(fmt::format("decided by event {}", number(decision.event)));
    }
    if (decision.holds_until) {
        out.line(fmt::format("may change at {}", format_time(*decision.holds_until)));
    }
}

void print_explanation(Output& out, const Explanation& explanation) {
    const std::string summary = visible(explanation.summary);
    for (const std::string& line : wrap(summary, out.width() == 0 ? 80 : out.width())) {
        out.write(line + "\n");
    }
    if (explanation.decision.event != EventId{}) {
        out.line(fmt::format("decided by event {}", number(explanation.decision.event)));
    }
    out.write("\n");
    Table table(out, {{""}, {"question"}, {"answer"}});
    for (const ExplainStep& step : explanation.steps) {
        table.row({step.decided ? "->" : "", step.question, step.answer});
    }
    table.end();
}

Action declare_decide(Args& args) {
    auto o = std::make_shared<DecideArguments>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    declare_question(args, *o);
    args.flag("--explain", o->explain, "every step of the order of precedence, in words");
    return [o](Session& s) {
        // Whom nobody knows is denied, as the number 0 is: an answer, not an error.
        const SubjectId subject = s.find_subject(o->subject).value_or(SubjectId{});
        const DecideOptions options{o->at, o->known_at, o->controller};
        const Consent consent(s.store());
        Decision decision;
        if (o->explain) {
            const Explanation explanation =
                consent.explain(subject, o->purpose, o->channel, options);
            decision = explanation.decision;
            if (s.json()) {
                s.out().json(Json::parse(explanation.to_json()));
            } else {
                print_explanation(s.out(), explanation);
            }
        } else {
            decision = consent.may_process(subject, o->purpose, o->channel, options);
            if (s.json()) {
                s.out().json(to_json(decision));
            } else {
                print_decision(s.out(), decision);
            }
        }
        return decision.allowed ? Exit::ok : Exit::no;
    };
}

struct FilterArguments : Question {
    bool denied = false, count = false;
    std::vector<std::string> subjects;
    std::string from;
};

/// Takes decisions one by one and prints what was asked for.
class Report {
  public:
    Report(Session& s, const FilterArguments& o)
        : s_(s), o_(o), array_(s.out()),
          table_(s.out(), {{"subject", true}, {"may"}, {"reason"}, {"until"}}) {}

    void add(SubjectId subject, const Decision& decision) {
        ++counts_[{!decision.allowed, decision.reason}];
        if (o_.count || (!decision.allowed && !o_.denied)) {
            return;
        }
        if (s_.json()) {
            Json row{{"subject", number(subject)}};
            row.update(to_json(decision));
            array_.add(row);
        } else {
            table_.row({fmt::format("{}", number(subject)), decision.allowed ? "yes" : "no",
                        std::string(reason_code(decision.reason)),
                        time_text(decision.holds_until)});
        }
    }

    void end() {
        if (o_.count) {
            print_counts();
        } else {
            s_.json() ? array_.end() : table_.end();
        }
    }

  private:
    void print_counts() {
        std::uint64_t allowed = 0, denied = 0;
        Json reasons = Json::array();
        Table table(s_.out(), {{"subjects", true}, {"may"}, {"reason"}, {"article"}});
        for (const auto& [key, count] : counts_) {
            const auto [is_denied, reason] = key;
            (is_denied ? denied : allowed) += count;
            reasons.push_back(Json{{"reason", reason_code(reason)},
                                   {"allowed", !is_denied},
                                   {"subjects", count},
                                   {"reference", reason_reference(reason)}});
            table.row({fmt::format("{}", count), is_denied ? "no" : "yes",
                       std::string(reason_code(reason)), std::string(reason_reference(reason))});
        }
        if (s_.json()) {
            s_.out().json({{"allowed", allowed}, {"denied", denied}, {"reasons", reasons}});
            return;
        }
        table.end();
        s_.out().line(fmt::format("{} may be processed, {} may not", allowed, denied));
    }

    Session& s_;
    const FilterArguments& o_;
    JsonArray array_;
    Table table_;
    std::map<std::pair<bool, Reason>, std::uint64_t> counts_; ///< the allowed first
};

Action declare_filter(Args& args) {
    auto o = std::make_shared<FilterArguments>();
    declare_question(args, *o);
    args.flag("--denied", o->denied, "the denied with their reason as well");
    args.flag("--count", o->count, "only how many for which reason");
    args.texts("--subject SUBJECT", o->subjects, "who of these; everybody unless said. Repeatable");
    args.text("--from FILE", o->from, "who of these: one subject a line; - is standard input");
    return [o](Session& s) {
        const Consent consent(s.store());
        const FilterOptions options{o->at, o->controller, o->denied || o->count, o->known_at};
        Report report(s, *o);
        if (o->subjects.empty() && o->from.empty()) {
            consent.filter(
                o->purpose, o->channel,
                [&](SubjectId subject, const Decision& decision) {
                    report.add(subject, decision);
                    return true;
                },
                options);
        } else {
            const auto subjects = s.subjects(o->subjects, o->from);
            const auto decisions = consent.filter(subjects, o->purpose, o->channel, options);
            for (std::size_t i = 0; i < subjects.size(); ++i) {
                report.add(subjects[i], decisions[i]);
            }
        }
        report.end();
        if (!Purposes(s.store()).find(o->purpose)) {
            s.note(fmt::format("habeas: note: no purpose \"{}\" is declared, so nobody is allowed",
                               o->purpose));
        }
        return Exit::ok;
    };
}

constexpr const char* decision_json =
    "an object: allowed, reason, reference, event (0: none), holds_until; with --explain also "
    "summary and steps (question, answer, decided)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"decide", "may this person be processed for this purpose, and why?",
         "habeas decide email:anna@example.org newsletter email --explain", decision_json,
         declare_decide},
        {"filter", "who may be processed; for addresses see export many, which notes who gets them",
         "habeas filter newsletter email --count",
         "an array of objects: subject, allowed, reason, reference, event, holds_until; with "
         "--count an object: allowed, denied, reasons (reason, allowed, subjects, reference)",
         declare_filter},
    };
    return commands;
}

} // namespace habeas::cli::decide_group
