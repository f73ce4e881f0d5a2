// report: one page of figures for who answers for data protection; records: those of art. 30;
// notice: draft, lint.
#include "arguments.hpp"
#include "command.hpp"
#include "report.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::report_group {
namespace {

struct ReportArguments {
    std::string output;
    ReportOptions options;
};

Action declare_report(Args& args) {
    auto o = std::make_shared<ReportArguments>();
    args.text("-o,--output FILE", o->output, "a new file; standard output unless named");
    args.text("--title TEXT", o->options.title, "heading of the page");
    args.text("--language LANGUAGE", o->options.language, "en (unless said) or de");
    return [o](Session& s) {
        const std::string page = report_html(s.store(), o->options);
        if (o->output.empty()) {
            s.out().document(page);
            return Exit::ok;
        }
        s.give_file(o->output, page, fmt::format("The report is written to {}", o->output));
        return Exit::ok;
    };
}

struct RecordsArguments {
    std::string output;
    bool html = false;
};

Action declare_records(Args& args) {
    auto o = std::make_shared<RecordsArguments>();
    args.flag("--html", o->html, "a page instead of JSON");
    args.text("-o,--output FILE", o->output, "a new file; standard output unless named");
    return [o](Session& s) {
        const Records records(s.store());
        if (o->output.empty()) {
            o->html ? s.out().document(records.to_html())
                    : s.out().json(Json::parse(records.to_json()));
            return Exit::ok;
        }
        s.give_file(o->output,
                    o->html ? records.to_html() : Json::parse(records.to_json()).dump(1) + "\n",
                    fmt::format("The records are written to {}", o->output));
        return Exit::ok;
    };
}

struct NoticeArguments {
    std::string language = "en", output;
    bool html = false;
};

Action declare_notice(Args& args) {
    auto o = std::make_shared<NoticeArguments>();
    args.text("--language LANGUAGE", o->language, "en (unless said) or de");
    args.flag("--html", o->html, "a page instead of JSON");
    args.text("-o,--output FILE", o->output, "a new file; standard output unless named");
    return [o](Session& s) {
        const Records records(s.store());
        const Json notice = Json::parse(records.notice_json(o->language));
        if (!o->output.empty()) {
            s.give_file(o->output,
                        o->html ? records.notice_html(o->language) : notice.dump(1) + "\n",
                        fmt::format("The draft is written to {}", o->output));
        } else if (o->html) {
            s.out().document(records.notice_html(o->language));
        } else {
            s.out().json(notice);
        }
        if (!s.json()) {
            for (const Json& gap : notice.at("gaps")) {
                s.note(fmt::format("{} ({})", gap.at("text").get<std::string>(),
                                   gap.at("reference").get<std::string>()));
            }
        }
        return Exit::ok;
    };
}

Action declare_lint(Args& /*args*/) {
    return [](Session& s) {
        const Json found = Json::parse(Records(s.store()).lint_json());
        if (s.json()) {
            s.out().json(found);
        } else {
            Table table(s.out(), {{"text or form"}, {"rule"}, {"severity"}, {"what"}, {"remedy"}});
            const auto show = [&](const std::string& name, const Json& findings) {
                for (const Json& each : findings) {
                    table.row({name, each.at("rule"), each.at("severity"), each.at("title"),
                               each.at("remedy")});
                }
            };
            for (const Json& each : found.at("texts")) {
                show(fmt::format("purpose {} ({})", each.at("purpose").get<std::string>(),
                                 each.at("language").get<std::string>()),
                     each.at("findings"));
            }
            for (const Json& each : found.at("forms")) {
                show("form " + each.at("form").get<std::string>(), each.at("findings"));
            }
            table.end();
        }
        return found.at("errors") == 0 ? Exit::ok : Exit::no;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"report", "one page of figures (HTML) without personal data, for who answers for it",
         "habeas report --output report.html",
         "with --output an object: file; else the page itself", declare_report},
        {"records", "the records of processing activities (art. 30), and what they lack",
         "habeas records --html --output records.html",
         "with --output an object: file; else the records, or the page itself", declare_records},
        {"notice draft", "draft of a privacy notice (arts. 13, 14), and what it lacks",
         "habeas notice draft --html --output notice.html",
         "with --output an object: file; else the notice, or the page itself", declare_notice},
        {"notice lint",
         "consent texts and published forms against the rules of forms; exit code 1 for errors",
         "habeas notice lint || echo 'mend these'",
         "an object: texts, forms (each with findings: rule, severity, title, reference, remedy), "
         "errors, warnings",
         declare_lint},
    };
    return commands;
}

} // namespace habeas::cli::report_group
