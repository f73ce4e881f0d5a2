// import: contacts, consents.
#include "arguments.hpp"
#include "command.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::import_group {
namespace {

struct ImportArguments {
    std::string file, columns, delimiter = ",", list_separator = "|";
    std::vector<std::string> maps;
    std::int64_t batch = 0;
    ImportOptions options;
};

[[noreturn]] void refuse_columns(const std::string& file, const std::string& pointer,
                                 const char* reason) {
    throw Error(Errc::invalid, fmt::format("{}: {}: {}", file, pointer, reason), pointer);
}

/// [{"header": "E-Mail", "target": "email", "format": "iso"}, ...]
std::vector<ImportColumn> read_columns(const std::string& file) {
    const Json document = Json::parse(read_text(file), nullptr, false);
    if (!document.is_array()) {
        refuse_columns(file, "/", "write a JSON array of {\"header\", \"target\", \"format\"}");
    }
    std::vector<ImportColumn> out;
    for (const Json& each : document) {
        const std::string pointer = fmt::format("/{}", out.size());
        if (!each.is_object() || !each.contains("header") || !each.contains("target")) {
            refuse_columns(file, pointer, "a column has a header and a target");
        }
        ImportColumn& column = out.emplace_back();
        for (const auto& [name, value] : each.items()) {
            std::string* to = name == "header"   ? &column.header
                              : name == "target" ? &column.target
                              : name == "format" ? &column.format
                                                 : nullptr;
            if (to == nullptr || !value.is_string()) {
                refuse_columns(file, fmt::format("{}/{}", pointer, name),
                               "a column has the texts header, target and format");
            }
            *to = value.get<std::string>();
        }
    }
    return out;
}

void declare_file(Args& args, ImportArguments& o) {
    args.positional("FILE", o.file, "the CSV file, with a header line");
    args.text("--delimiter CHARACTER", o.delimiter, "between cells; a comma unless said, or tab");
    args.flag("--windows-1252", o.options.windows1252,
              "the file is Windows-1252 or ISO-8859-1; UTF-8 unless said");
    args.flag("--dry-run", o.options.dry_run, "check and count everything, keep nothing");
    args.text("--rejects FILE", o.options.rejects_file,
              "a file for rejected rows: line, column, field, kind, reason");
    args.number("--batch ROWS", o.batch, "rows of a transaction; 10000 unless said", 1, 1'000'000);
}

ImportOptions options_of(const ImportArguments& o) {
    ImportOptions out = o.options;
    out.delimiter = read_delimiter(o.delimiter, "--delimiter");
    out.list_separator = read_delimiter(o.list_separator, "--list-separator");
    out.batch = o.batch == 0 ? out.batch : static_cast<std::size_t>(o.batch);
    if (!o.columns.empty()) {
        out.columns = read_columns(o.columns);
    }
    for (const std::string& map : o.maps) {
        auto [header, target] = read_pair(map, "--map HEADER=TARGET");
        out.columns.push_back({header, target, {}});
    }
    return out;
}

Json json_of(const ImportReport& report) {
    return {{"rows", report.rows},         {"created", report.created},
            {"updated", report.updated},   {"unchanged", report.unchanged},
            {"skipped", report.skipped},   {"rejected", report.rejected},
            {"consents", report.consents}, {"cancelled", report.cancelled},
            {"unmapped", report.unmapped}, {"reasons", report.reasons}};
}

void print_report(Session& s, const ImportReport& report, const ImportOptions& options) {
    if (s.json()) {
        s.out().json(json_of(report));
        return;
    }
    Record record{{"rows", fmt::format("{}", report.rows)}};
    for (const auto& [name, count] :
         {std::pair("created", report.created), std::pair("updated", report.updated),
          std::pair("unchanged", report.unchanged), std::pair("skipped", report.skipped),
          std::pair("rejected", report.rejected), std::pair("consents", report.consents)}) {
        record.emplace_back(name, fmt::format("{}", count));
    }
    for (const std::string& header : report.unmapped) {
        record.emplace_back("not imported", header);
    }
    print_record(s.out(), record);
    if (!report.reasons.empty()) {
        s.out().write("\n");
        Table table(s.out(), {{"rows", true}, {"reason"}});
        std::vector<std::pair<std::string, std::uint64_t>> reasons(report.reasons.begin(),
                                                                   report.reasons.end());
        std::stable_sort(reasons.begin(), reasons.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        for (const auto& [reason, count] : reasons) {
            table.row({fmt::format("{}", count), reason});
        }
        table.end();
    }
    if (report.rejected > 0 && options.rejects_file.empty()) {
        s.note("--rejects FILE says of each rejected row where and why.");
    }
    if (options.dry_run) {
        s.note("Nothing was kept: this was a dry run.");
    }
}

template <class Import_>
Exit run(Session& s, const ImportArguments& o, Import_ import) {
    ImportOptions options = options_of(o);
    ImportReport report;
    {
        ProgressBar bar(options.dry_run ? "Checking" : "Importing", ProgressBar::Unit::bytes,
                        s.progress());
        options.progress = bar.callback();
        report = import(options);
    }
    print_report(s, report, options);
    if (!report.cancelled) {
        return Exit::ok;
    }
    s.note("Stopped; what was imported stays, and the same import again makes no duplicates.");
    return Exit::interrupted;
}

Action declare_contacts(Args& args) {
    auto o = std::make_shared<ImportArguments>();
    declare_file(args, *o);
    args.text("--columns FILE", o->columns,
              "JSON array of {\"header\", \"target\", \"format\"}; the target is a field, "
              "external:<system>, source, consent.<purpose>.<channel>, or - for nothing; formats: "
              "iso, dmy, mdy, point, comma. Headers map themselves unless one is told");
    args.texts("--map HEADER=TARGET", o->maps, "one column, in place of a file; repeatable");
    args.choice("--on-match WHAT", o->options.on_match,
                Names<OnMatch>{
                    {"update", OnMatch::update}, {"skip", OnMatch::skip}, {"fail", OnMatch::fail}},
                "whoever is there already; update unless said");
    args.choice("--blank WHAT", o->options.blank,
                Names<Blank>{{"keep", Blank::keep}, {"overwrite", Blank::overwrite}},
                "a blank cell; keep unless said");
    args.text("--list-separator CHARACTER", o->list_separator,
              "between choices of a multiselect; | unless said");
    args.text("--default-country CODE", o->options.default_country,
              "for phone numbers in national form; the store's unless said");
    args.text("--source TEXT", o->options.source,
              "kept with new people; import:<file name> unless said");
    args.text("--consent-time-column HEADER", o->options.consent_time_column,
              "when a consent column was given: without it no consent is recorded");
    args.text("--consent-text-version-column HEADER", o->options.consent_text_version_column,
              "which text was shown");
    args.text("--consent-document NAME", o->options.consent_document,
              "reference that proves the consents");
    return [o](Session& s) {
        return run(s, *o, [&](const ImportOptions& options) {
            return Import(s.store()).contacts(o->file, options);
        });
    };
}

Action declare_consents(Args& args) {
    auto o = std::make_shared<ImportArguments>();
    declare_file(args, *o);
    return [o](Session& s) {
        return run(s, *o, [&](const ImportOptions& options) {
            return Import(s.store()).consents(o->file, options);
        });
    };
}

constexpr const char* report_json =
    "an object: rows, created, updated, unchanged, skipped, rejected, consents, "
    "cancelled, unmapped (headers), reasons (rows by reason)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"import contacts", "people from CSV; that alone makes nobody mailable",
         "habeas import contacts contacts.csv --columns columns.json --rejects rejects.csv",
         report_json, declare_contacts},
        {"import consents", "events of consent from CSV, with their evidence",
         "habeas import consents consents.csv --rejects consent-rejects.csv", report_json,
         declare_consents},
    };
    return commands;
}

} // namespace habeas::cli::import_group
