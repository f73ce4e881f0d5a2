// migrate mautic, migrate hubspot: moving in from another platform. (migrate alone is in
// cmd_store.)
#include "arguments.hpp"
#include "command.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <memory>

namespace habeas::cli::migrate_group {
namespace {

struct MigrateArguments {
    MigrationOptions options;
    MysqlServer server;
    std::int64_t port = 0, batch = 0;
    std::string delimiter = ",", password_file, report_file;
    std::vector<std::string> maps, consents, types;
    bool preview = false, anew = false;
};

/// COLUMN=PURPOSE[/CHANNEL][@TIMECOLUMN][#TEXTVERSION][=VALUE|VALUE]
MigrationConsent read_consent(const std::string& text) {
    const char* form = "--consent COLUMN=PURPOSE[/CHANNEL][@TIMECOLUMN][#TEXTVERSION][=YES|YES...]";
    MigrationConsent out;
    auto [column, rest] = read_pair(text, form);
    out.column = column;
    if (const auto at = rest.find('='); at != std::string::npos) {
        std::string values = rest.substr(at + 1);
        rest.resize(at);
        for (std::size_t begin = 0; begin <= values.size();) {
            const std::size_t end = std::min(values.find('|', begin), values.size());
            out.granted.push_back(values.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    if (const auto at = rest.rfind('#'); at != std::string::npos) {
        out.text_version =
            static_cast<std::int32_t>(require_number(rest.substr(at + 1), "the text version"));
        rest.resize(at);
    }
    if (const auto at = rest.find('@'); at != std::string::npos) {
        out.time_column = rest.substr(at + 1);
        rest.resize(at);
    }
    if (const auto at = rest.find('/'); at != std::string::npos) {
        const auto over = channel(rest.substr(at + 1));
        if (!over) {
            throw UsageError(fmt::format("{}: no such channel", form));
        }
        out.channel = *over;
        rest.resize(at);
    }
    out.purpose = rest;
    return out;
}

MigrationOptions options_of(const MigrateArguments& o) {
    MigrationOptions out = o.options;
    out.resume = !o.anew;
    out.batch = o.batch == 0 ? out.batch : static_cast<std::size_t>(o.batch);
    out.delimiter = read_delimiter(o.delimiter, "--delimiter");
    for (const std::string& each : o.maps) {
        auto [header, target] = read_pair(each, "--map HEADER=TARGET");
        out.columns.push_back({header, target, {}});
    }
    for (const std::string& each : o.consents) {
        out.consents.push_back(read_consent(each));
    }
    for (const std::string& each : o.types) {
        out.subscription_types.insert(read_pair(each, "--type NAME=PURPOSE"));
    }
    if (!o.server.database.empty()) {
        out.server = o.server;
        out.server->port = o.port == 0 ? 3306 : static_cast<unsigned>(o.port);
        if (!o.password_file.empty()) {
            std::string& password = out.server->password;
            password = read_text(o.password_file);
            password.erase(password.find_last_not_of("\r\n") + 1);
        } else if (const char* given = std::getenv("MYSQL_PWD")) { // NOLINT(concurrency-mt-unsafe)
            out.server->password = given;
        }
    }
    return out;
}

std::string number(std::uint64_t value) {
    return fmt::format("{}", value);
}

void print_reasons(Session& s, const char* heading,
                   const std::map<std::string, std::uint64_t>& reasons) {
    if (reasons.empty()) {
        return;
    }
    s.out().write("\n");
    Table table(s.out(), {{"rows", true}, {heading}});
    for (const auto& [reason, count] : reasons) {
        table.row({number(count), reason});
    }
    table.end();
}

void print_report(Session& s, const MigrationReport& report) {
    {
        Table table(s.out(), {{"of"},
                              {"rows", true},
                              {"created", true},
                              {"updated", true},
                              {"unchanged", true},
                              {"merged", true},
                              {"suppressed", true},
                              {"skipped", true},
                              {"rejected", true}});
        for (const MigrationPart& each : report.parts) {
            table.row({each.name, number(each.rows), number(each.created), number(each.updated),
                       number(each.unchanged), number(each.merged), number(each.suppressed),
                       number(each.skipped), number(each.rejected)});
        }
        table.end();
    }
    s.out().write("\n");
    Record record{{"consents", number(report.consents)},
                  {"of them unproven", number(report.consents_unproven)},
                  {"withheld, opted out", number(report.consents_withheld)},
                  {"contacts opted out", number(report.opted_out)}};
    for (const MigrationSource& each : report.sources) {
        record.emplace_back("from",
                            each.sha256.empty() ? each.name : each.name + " sha256:" + each.sha256);
    }
    for (const std::string& each : report.unmapped) {
        record.emplace_back("column not taken", each);
    }
    for (const std::string& each : report.left) {
        record.emplace_back("table not taken", each);
    }
    print_record(s.out(), record);
    std::map<std::string, std::uint64_t> reasons;
    for (const MigrationPart& each : report.parts) {
        for (const auto& [reason, count] : each.reasons) {
            reasons[each.name + ": " + reason] += count;
        }
    }
    print_reasons(s, "skipped or rejected because", reasons);
    print_reasons(s, "values left out", report.dropped);
    if (!report.items.empty()) {
        s.out().write("\n");
        Table table(s.out(), {{"kind"}, {"from"}, {"to"}, {"outcome"}, {"notes"}});
        for (const MigrationItem& each : report.items) {
            std::string notes;
            for (const std::string& note : each.notes) {
                notes += (notes.empty() ? "" : "; ") + note;
            }
            table.row({each.kind, each.from, each.to, each.outcome, notes});
        }
        table.end();
    }
}

Exit migrate(Session& s, const MigrateArguments& o, Platform platform) {
    MigrationOptions options = options_of(o);
    MigrationReport report;
    {
        ProgressBar bar(o.preview ? "Checking" : "Migrating", ProgressBar::Unit::rows,
                        s.progress());
        options.progress = bar.callback();
        Migration migration(s.store());
        report =
            o.preview ? migration.preview(platform, options) : migration.run(platform, options);
    }
    const std::string json = report.to_json();
    if (!o.report_file.empty()) {
        write_new_file(o.report_file, json + "\n");
    }
    if (s.json()) {
        s.out().json(Json::parse(json));
    } else {
        print_report(s, report);
    }
    if (report.cancelled) {
        s.note("Stopped; what was committed stays, and the same command goes on there.");
        return Exit::interrupted;
    }
    for (const std::string& each : report.refusals) {
        s.note("The run would be refused: " + each);
    }
    if (o.preview) {
        s.note("Nothing was kept: this was a preview.");
    } else if (report.consents_unproven > 0) {
        s.note("Consents without proof are in the ledger and denied as CONSENT_UNPROVEN; "
               "--accept-unproven is the policy that takes them for enough.");
    }
    return Exit::ok;
}

void declare_common(Args& args, MigrateArguments& o) {
    args.flag("--preview", o.preview, "do all of it and keep nothing");
    args.flag("--no-opt-outs", o.options.no_opt_outs,
              "you confirm that nobody ever opted out, so that there is no such file");
    args.texts("--consent COLUMN=PURPOSE", o.consents,
               "a column that says whether somebody agreed: "
               "COLUMN=PURPOSE[/CHANNEL][@TIMECOLUMN][#TEXTVERSION][=YES|YES...]; email unless "
               "said; without a time no consent is recorded; repeatable");
    args.flag("--accept-unproven", o.options.accept_unproven,
              "policy: imported consent is enough although nothing proves what was shown");
    args.texts("--map HEADER=TARGET", o.maps,
               "a column of contacts: a field, external:<system>, or - for nothing; repeatable");
    args.text("--delimiter CHARACTER", o.delimiter, "between cells; a comma unless said, or tab");
    args.flag("--windows-1252", o.options.windows1252,
              "files are Windows-1252 or ISO-8859-1; UTF-8 unless said");
    args.text("--time-zone ZONE", o.options.time_zone,
              "of times that name none (Europe/Vienna); Mautic's are UTC unless said");
    args.choice("--dates ORDER", o.options.dates,
                Names<std::string>{{"iso", "iso"}, {"dmy", "dmy"}, {"mdy", "mdy"}},
                "order in dates; iso unless said");
    args.text("--default-country CODE", o.options.default_country,
              "for phone numbers in national form; the store's unless said");
    args.text("--rejects FILE", o.options.rejects_file,
              "a file for rows and values that were refused: line, field, kind, reason");
    args.text("--report FILE", o.report_file, "the reconciliation as JSON, in a new file");
    args.number("--batch ROWS", o.batch, "rows of a transaction; 5000 unless said", 1, 1'000'000);
    args.flag("--anew", o.anew, "begin anew although the same run stopped midway");
}

Action declare_mautic(Args& args) {
    auto o = std::make_shared<MigrateArguments>();
    args.text("--dump FILE", o->options.dump, "Mautic's database by mysqldump or mariadb-dump");
    args.text("--database NAME", o->server.database, "its live database, read in one snapshot");
    args.text("--host NAME", o->server.host, "of the database server; TLS unless this machine");
    args.number("--port NUMBER", o->port, "3306 unless said", 1, 65535);
    args.text("--socket PATH", o->server.socket, "of a server on this machine");
    args.text("--user NAME", o->server.user, "who may SELECT there");
    args.text("--password-file FILE", o->password_file,
              "its password; unless named the environment's MYSQL_PWD");
    args.flag("--insecure", o->server.insecure, "another machine without TLS");
    args.text("--prefix TEXT", o->options.table_prefix, "of its tables");
    args.text("--contacts FILE", o->options.contacts,
              "its CSV export of contacts, in place of the database; it has no opt-outs");
    args.texts("--opt-outs FILE", o->options.opt_outs,
               "with it: CSV of do-not-contact, with email or lead_id, reason, channel, "
               "date_added; repeatable");
    declare_common(args, *o);
    return [o](Session& s) { return migrate(s, *o, Platform::mautic); };
}

Action declare_hubspot(Args& args) {
    auto o = std::make_shared<MigrateArguments>();
    args.text("--contacts FILE", o->options.contacts, "its CSV export of contacts");
    args.texts("--opt-outs FILE", o->options.opt_outs,
               "its export of unsubscribes and bounces (TRUE means opted out), or a list of "
               "addresses that opted out; repeatable");
    args.texts("--type NAME=PURPOSE", o->types,
               "what a subscription type is here, or - for nothing; opt-outs of others count for "
               "all marketing; repeatable");
    declare_common(args, *o);
    return [o](Session& s) { return migrate(s, *o, Platform::hubspot); };
}

constexpr const char* report_json =
    "an object: platform, preview, cancelled, resumed, balanced, refusals, sources (name, sha256), "
    "parts (name, rows and what became of them, reasons), consents, consents_unproven, "
    "consents_withheld, opted_out, items (kind, from, to, outcome, notes), unmapped (columns), "
    "left (tables), dropped (values by reason), samples (part, row, field, reason)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"migrate mautic", "people, opt-outs, tags and segments of Mautic",
         "habeas migrate mautic --dump mautic.sql --preview", report_json, declare_mautic},
        {"migrate hubspot", "people and opt-outs of HubSpot",
         "habeas migrate hubspot --contacts hubspot.csv --opt-outs unsubscribes.csv --preview",
         report_json, declare_hubspot},
    };
    return commands;
}

} // namespace habeas::cli::migrate_group
