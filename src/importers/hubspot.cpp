// HubSpot: the CSV export of contacts, its export of unsubscribes and bounces, and lists of
// addresses that opted out. TRUE in the columns of such a file means opted out.
#include "importers/contacts.hpp"
#include "importers/csv_contacts.hpp"
#include "importers/platforms.hpp"

#include "base/text.hpp"
#include "consent/catalogue.hpp"

#include <algorithm>
#include <array>

namespace habeas::importers {
namespace {

constexpr std::array<HeaderWord, 9> hubspot_words{{{"recordid", "external:hubspot"},
                                                   {"hsobjectid", "external:hubspot"},
                                                   {"contactid", "external:hubspot"},
                                                   {"email", "email"},
                                                   {"mobilephonenumber", "phone", true},
                                                   {"country/region", "country"},
                                                   {"hslanguage", "language"},
                                                   {"hstimezone", "timezone"},
                                                   {"state/region", "state"}}};
constexpr std::array<std::string_view, 5> hubspot_email_words{"email", "emailaddress", "recipient",
                                                              "recipientemail", "mail"};

struct PortalColumn {
    std::string_view header; ///< plain
    OptOut::Kind kind;
};
constexpr std::array<PortalColumn, 9> portal_columns{{
    {"portalbounce", OptOut::Kind::bounce},
    {"globalbounce", OptOut::Kind::bounce},
    {"portalunsubscribe", OptOut::Kind::objection},
    {"portalspamreport", OptOut::Kind::complaint},
    {"unsubscribedfromallemail", OptOut::Kind::objection},
    {"optedoutofallemail", OptOut::Kind::objection},
    {"hsemailoptout", OptOut::Kind::objection},
    {"invalidemailaddress", OptOut::Kind::bounce},
    {"hsemailbadaddress", OptOut::Kind::bounce},
}};
/// Of a contact: why a hard bounce came, or that sending is stopped.
constexpr std::array<PortalColumn, 2> reason_columns{
    {{"hsemailhardbouncereason", OptOut::Kind::bounce},
     {"emailhardbouncereason", OptOut::Kind::bounce}}};
/// Columns of a file of opt-outs that say nothing.
constexpr std::array<std::string_view, 8> silent_columns{
    "recordid",   "contactid",        "firstname",       "lastname",
    "createdate", "lastmodifieddate", "firstsubscribed", "lastupdated"};
constexpr std::array<std::string_view, 2> type_prefixes{"optedoutofemail:", "hsemailoptout"};

/// "Opted out of email: Product news" or "hs_email_optout_4711": the type's name or number.
std::optional<std::string> type_of(const std::string& header) {
    const std::string plain = subjects::plain_header(header);
    for (const std::string_view prefix : type_prefixes) {
        if (plain.starts_with(prefix) && plain.size() > prefix.size()) {
            return plain.substr(prefix.size());
        }
    }
    return std::nullopt;
}

class Hubspot {
  public:
    explicit Hubspot(Run& run)
        : run_(run), moments_(run.options().time_zone, run.options().dates), opt_outs_(run) {
        check_options();
    }

    void migrate() {
        const MigrationOptions& options = run_.options();
        std::vector<std::unique_ptr<TableSource>> files;
        for (const std::string& path : options.opt_outs) {
            files.push_back(add_csv(run_, path, /*backslash=*/false));
        }
        std::unique_ptr<TableSource> contacts;
        std::optional<ContactPlan> plan;
        if (!options.contacts.empty()) {
            contacts = add_csv(run_, options.contacts, /*backslash=*/false);
            plan = plan_of_csv(run_, *contacts, hubspot_words, Platform::hubspot);
            plan->list_separator = ';';
            plan->consent_separator = ';';
            add_opt_out_columns(*plan);
            check_consents(run_, *plan);
            note_unmapped(run_, *plan);
        }
        for (const auto& file : files) {
            read_opt_outs(*file);
        }
        if (contacts && !run_.cancelled()) {
            Contacts(run_, *contacts, opt_outs_, std::move(*plan), moments_).write_all();
        }
    }

  private:
    void check_options() {
        const MigrationOptions& options = run_.options();
        if (!options.dump.empty() || options.server) {
            throw Error(Errc::invalid, "HubSpot has no database to read; give its CSV exports",
                        options.server ? "server" : "dump");
        }
        if (options.contacts.empty() && options.opt_outs.empty()) {
            throw Error(Errc::invalid, "contacts: name the CSV export of HubSpot", "contacts");
        }
        require_opt_outs(run_, !options.opt_outs.empty(),
                         "give HubSpot's export of unsubscribes and bounces");
        store::Engine::Read snapshot(run_.engine());
        const auto purposes = consent::catalogue(run_.engine());
        for (const auto& [type, purpose] : options.subscription_types) {
            if (purpose != "-" && purposes->find(purpose) == nullptr) {
                throw Error(Errc::not_found,
                            "subscription_types: no purpose " + purpose +
                                " is declared; define it first",
                            "subscription_types");
            }
        }
    }

    /// What an opt-out of a subscription type is here; nothing: of none of our purposes.
    std::optional<OptOut> of_type(const std::string& header, const std::string& type) {
        OptOut out;
        const std::string wanted = subjects::plain_header(type);
        const std::string whole = subjects::plain_header(header);
        for (const auto& [name, purpose] : run_.options().subscription_types) {
            const std::string plain = subjects::plain_header(name);
            if (plain == wanted || plain == whole) {
                out.purpose = purpose == "-" ? "" : purpose;
                return purpose == "-" ? std::nullopt : std::optional(out);
            }
        }
        auto& items = run_.report().items;
        const bool told = std::any_of(items.begin(), items.end(), [&](const MigrationItem& each) {
            return each.kind == "subscription_type" && each.from == header;
        });
        if (!told) {
            items.push_back({"subscription_type",
                             header,
                             "",
                             "left",
                             {"no purpose is named for it: its opt-outs count for all marketing"}});
        }
        return out;
    }

    void add_opt_out_columns(ContactPlan& plan) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            const std::string plain = subjects::plain_header(plan.columns[i]);
            const auto is = [&](const PortalColumn& each) { return each.header == plain; };
            if (const auto* found = std::find_if(portal_columns.begin(), portal_columns.end(), is);
                found != portal_columns.end()) {
                plan.opt_outs.push_back({i, OptOutColumn::Means::yes_is_out,
                                         OptOut{found->kind, Channel::email, {}, {}}});
            } else if (const auto* reason =
                           std::find_if(reason_columns.begin(), reason_columns.end(), is);
                       reason != reason_columns.end()) {
                plan.opt_outs.push_back({i, OptOutColumn::Means::filled_is_out,
                                         OptOut{reason->kind, Channel::email, {}, {}}});
            } else if (const auto type = type_of(plan.columns[i])) {
                plan.opt_outs.push_back(
                    {i, OptOutColumn::Means::yes_is_out, of_type(plan.columns[i], *type)});
            }
        }
    }

    void read_opt_outs(TableSource& file) {
        const auto headers = file.columns(file.name());
        const auto email = find_column(headers, hubspot_email_words);
        if (!email) {
            throw Error(Errc::invalid,
                        file.name() + ": no column Email; a file of opt-outs names addresses",
                        file.name());
        }
        std::vector<OptOutColumn> columns;
        for (std::size_t i = 0; i < headers.size(); ++i) {
            const std::string plain = subjects::plain_header(headers[i]);
            if (i == *email || std::find(silent_columns.begin(), silent_columns.end(), plain) !=
                                   silent_columns.end()) {
                continue;
            }
            const auto* portal =
                std::find_if(portal_columns.begin(), portal_columns.end(),
                             [&](const PortalColumn& each) { return each.header == plain; });
            if (portal != portal_columns.end()) {
                columns.push_back({i, OptOutColumn::Means::yes_is_out,
                                   OptOut{portal->kind, Channel::email, {}, {}}});
            } else {
                const auto type = type_of(headers[i]);
                columns.push_back({i, OptOutColumn::Means::yes_is_out,
                                   of_type(headers[i], type.value_or(headers[i]))});
            }
        }
        opt_outs_.read_table(file, file.name(), headers,
                             [&](MigrationPart& part, const TableRow& row) {
                                 read_row(file, part, row, *email, columns);
                             });
    }

    void read_row(TableSource& file, MigrationPart& part, const TableRow& row, std::size_t email,
                  const std::vector<OptOutColumn>& columns) {
        subjects::NormalIdentifier identifier;
        subjects::Refusal why;
        const std::string_view typed = base::trim(row.cells[email].value_or(""));
        if (!opt_outs_.normalise(IdentifierKind::email, {}, typed, {}, identifier, why)) {
            run_.reject(part, row, "email", "identifier", why.reason);
            return;
        }
        bool out = columns.empty(); // a list of addresses alone: everybody on it
        bool wrote = false;
        const std::string reference = run_.reference(file, file.name(), row.number);
        const auto add = [&](const OptOut& opt_out) {
            wrote = opt_outs_.add(std::span(&identifier, 1), opt_out, reference) || wrote;
            out = true;
        };
        if (out) {
            add({});
        }
        for (const OptOutColumn& column : columns) {
            if (says_no(column, row)) {
                add(*column.opt_out);
            }
        }
        if (!out) {
            Run::skip(part, "no opt-out: every column says no");
        } else if (wrote) {
            ++part.suppressed;
        } else {
            ++part.unchanged;
        }
    }

    Run& run_;
    MomentReader moments_;
    OptOuts opt_outs_;
};

} // namespace

void migrate_hubspot(Run& run) {
    Hubspot(run).migrate();
}

} // namespace habeas::importers
