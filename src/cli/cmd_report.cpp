// report: one page of figures for who answers for data protection; records: those of art. 30.
#include "arguments.hpp"
#include "command.hpp"
#include "report.hpp"
#include "session.hpp"

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
        write_new_file(o->output, page);
        if (s.json()) {
            s.out().json({{"file", o->output}});
        } else {
            s.out().line(fmt::format("The report is written to {}", o->output));
        }
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
        write_new_file(o->output,
                       o->html ? records.to_html() : Json::parse(records.to_json()).dump(1) + "\n");
        if (s.json()) {
            s.out().json({{"file", o->output}});
        } else {
            s.out().line(fmt::format("The records are written to {}", o->output));
        }
        return Exit::ok;
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
    };
    return commands;
}

} // namespace habeas::cli::report_group
