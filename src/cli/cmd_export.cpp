// export: subject, many.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::export_group {
namespace {

struct BundleArguments {
    std::string subject, output, password_file;
    BundleFormat format = BundleFormat::zip;
    BundleOptions options;
    bool preview = false;
};

std::string render(Export& exporter, SubjectId subject, const BundleArguments& o) {
    switch (o.format) {
    case BundleFormat::json:
        return exporter.access_json(subject, o.options);
    case BundleFormat::html:
        return exporter.access_html(subject, o.options);
    case BundleFormat::csv:
        return exporter.access_csv(subject, o.options);
    case BundleFormat::zip:
        break;
    }
    throw UsageError("a ZIP goes to a file: give --output FILE");
}

std::string password_in(const std::string& path) {
    const std::vector<std::string> lines = read_lines(path);
    if (lines.empty() || lines.front().empty()) {
        throw UsageError("--password-file: its first line is empty");
    }
    return lines.front();
}

Action declare_subject(Args& args) {
    auto o = std::make_shared<BundleArguments>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.choice("--format FORMAT", o->format,
                Names<BundleFormat>{{"zip", BundleFormat::zip},
                                    {"json", BundleFormat::json},
                                    {"html", BundleFormat::html},
                                    {"csv", BundleFormat::csv}},
                "zip (all of it, with receipts) unless said");
    args.text("-o,--output FILE", o->output,
              "a new file, which an erasure deletes; standard output unless named");
    args.text("--language LANGUAGE", o->options.language,
              "of labels and texts; the person's unless said");
    args.text("--recipient NAME", o->options.recipient,
              "who gets it, kept as a disclosure; \"data subject\" unless said");
    args.text("--password-file FILE", o->password_file,
              "its first line encrypts the ZIP (AES-256); - is standard input. Send it on another "
              "way than the ZIP");
    args.flag("--preview", o->preview, "nobody gets it: no disclosure is kept");
    return [o](Session& s) {
        o->options.record = !o->preview;
        if (!o->password_file.empty()) {
            o->options.password = password_in(o->password_file);
        }
        const SubjectId subject = s.subject(o->subject);
        Export exporter(s.store());
        if (o->output.empty()) {
            s.out().document(render(exporter, subject, *o));
            return Exit::ok;
        }
        exporter.access_file(subject, o->output, o->format, o->options);
        if (s.json()) {
            s.out().json({{"subject", number(subject)}, {"file", o->output}});
        } else {
            s.out().line(fmt::format("Subject {}: written to {}", number(subject), o->output));
        }
        return Exit::ok;
    };
}

struct ManyArguments {
    std::string output;
    std::optional<Channel> channel;
    CsvOptions options;
    bool raw = false;
};

Action declare_many(Args& args) {
    auto o = std::make_shared<ManyArguments>();
    args.text("-o,--output FILE", o->output, "a new file", Need::required);
    args.text("--recipient NAME", o->options.recipient, "who gets it, kept as a disclosure",
              Need::required);
    args.texts("--column NAME", o->options.columns,
               "a field, consent.<purpose>, external:<system>, id, created_at, changed_at, source; "
               "repeatable; all that are exportable unless said");
    args.text("--purpose CODE", o->options.purpose, "only who may be processed for it");
    args.choice("--channel CHANNEL", o->channel, names_of<Channel>(channel_name),
                "with --purpose: over which; email unless said");
    args.time("--changed-since TIME", o->options.changed_since, "only who changed since");
    args.flag("--raw-formulas", o->raw,
              "no apostrophe before = + - @: not for spreadsheets, which would run them");
    return [o](Session& s) {
        CsvOptions options = o->options;
        options.channel = o->channel.value_or(options.channel);
        options.neutralise_formulas = !o->raw;
        std::uint64_t rows = 0;
        {
            ProgressBar bar("Exporting", ProgressBar::Unit::rows, s.progress());
            options.progress = bar.callback();
            rows = Export(s.store()).csv(o->output, options);
        }
        if (s.json()) {
            s.out().json({{"rows", rows}, {"file", o->output}});
        } else {
            s.out().line(fmt::format("{} people written to {}", rows, o->output));
        }
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"export subject", "one person's data (arts. 15 and 20): ZIP, JSON, page or CSV",
         "habeas export subject email:anna@example.org --output anna.zip",
         "with --output an object: subject, file; else the document itself", declare_subject},
        {"export many", "CSV of many people; who gets it is kept",
         "habeas export many --recipient 'Mail provider' --purpose newsletter --column email "
         "--output list.csv",
         "an object: rows, file", declare_many},
    };
    return commands;
}

} // namespace habeas::cli::export_group
