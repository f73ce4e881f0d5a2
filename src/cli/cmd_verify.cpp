// verify: files, state against ledger, audit chain, residue of the erased.
#include "arguments.hpp"
#include "command.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::verify_group {
namespace {

struct VerifyArguments {
    VerifyOptions options;
    std::string residue_file;
};

const char* severity_name(Severity severity) {
    return severity == Severity::error ? "error" : "notice";
}

void print_report(Session& s, const VerifyReport& report, std::size_t values) {
    if (s.json()) {
        Json findings = Json::array();
        for (const Finding& finding : report.findings) {
            findings.push_back(Json{{"severity", severity_name(finding.severity)},
                                    {"code", finding.code},
                                    {"message", finding.message},
                                    {"sequence", finding.sequence}});
        }
        s.out().json({{"ok", report.ok()},
                      {"findings", findings},
                      {"events", report.events},
                      {"erased", report.erased},
                      {"ready_rows", report.ready_rows},
                      {"head", report.head}});
        return;
    }
    print_record(s.out(), {{"events checked", fmt::format("{}", report.events)},
                           {"erased events", fmt::format("{}", report.erased)},
                           {"ready answers", fmt::format("{}", report.ready_rows)},
                           {"values searched", fmt::format("{}", values)},
                           {"head of the chain", report.head}});
    s.out().write("\n");
    if (report.findings.empty()) {
        s.out().write("Nothing is wrong.\n");
        return;
    }
    Table table(s.out(), {{"severity"}, {"finding"}, {"entry", true}, {"what"}});
    for (const Finding& finding : report.findings) {
        table.row({severity_name(finding.severity), finding.code,
                   finding.sequence == 0 ? "" : fmt::format("{}", finding.sequence),
                   finding.message});
    }
    table.end();
}

Action declare_verify(Args& args) {
    auto o = std::make_shared<VerifyArguments>();
    args.texts("--residue VALUE", o->options.residue,
               "look for it in every file of the store, whole and in pieces; repeatable");
    args.text("--residue-file FILE", o->residue_file,
              "more values, one a line; - is standard "
              "input");
    args.texts("--residue-path PATH", o->options.residue_paths,
               "one more file or folder to look in; repeatable");
    return [o](Session& s) {
        VerifyOptions options = o->options;
        if (!o->residue_file.empty()) {
            for (std::string& line : read_lines(o->residue_file)) {
                if (!line.empty()) {
                    options.residue.push_back(std::move(line));
                }
            }
        }
        VerifyReport report;
        {
            ProgressBar bar("Verifying", ProgressBar::Unit::rows, s.progress());
            options.progress = bar.callback();
            report = s.store().verify(options);
        }
        print_report(s, report, options.residue.size());
        return report.ok() ? Exit::ok : Exit::no;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"verify", "is everything as it was written, and is nothing left of the erased?",
         "habeas verify --residue dora@example.org",
         "an object: ok, findings (severity, code, message, sequence), events, erased, "
         "ready_rows, head",
         declare_verify},
    };
    return commands;
}

} // namespace habeas::cli::verify_group
