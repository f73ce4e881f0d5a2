// report: one page of figures for who answers for data protection.
#include "arguments.hpp"
#include "command.hpp"
#include "report.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli {
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

} // namespace

std::span<const Command> report_commands() {
    static constexpr Command commands[]{
        {"report", "one page of figures (HTML) without personal data, for who answers for it",
         "habeas report --output report.html",
         "with --output an object: file; else the page itself", declare_report},
    };
    return commands;
}

} // namespace habeas::cli
