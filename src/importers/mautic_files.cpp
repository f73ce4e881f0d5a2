// Mautic's CSV export of contacts, and files of do-not-contact beside it.
#include "importers/contacts.hpp"
#include "importers/csv_contacts.hpp"
#include "importers/mautic.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace habeas::importers {
namespace {

/// Headers of its CSV export that every import does not know already.
constexpr std::array<HeaderWord, 5> mautic_words{{{"id", "external:mautic"},
                                                  {"firstname", "first_name"},
                                                  {"lastname", "last_name"},
                                                  {"preferredlocale", "language"},
                                                  {"mobile", "phone", true}}};
constexpr std::array<std::string_view, 3> mautic_email_words{"email", "emailaddress", "mail"};
constexpr std::array<std::string_view, 2> lead_words{"leadid", "contactid"};
constexpr std::array<std::string_view, 1> id_words{"id"}; ///< of a list of contacts; else the row's

/// Contacts by CSV, opt-outs by files of their own.
class MauticFiles {
  public:
    explicit MauticFiles(Run& run)
        : run_(run), moments_(mautic_moments(run.options())), opt_outs_(run) {}

    void migrate() {
        const MigrationOptions& options = run_.options();
        require_opt_outs(run_, !options.opt_outs.empty(),
                         "the CSV export of contacts does not: give a file of do-not-contact");
        std::vector<std::unique_ptr<TableSource>> files;
        for (const std::string& path : options.opt_outs) {
            files.push_back(add_csv(run_, path, by_its_bom));
        }
        std::unique_ptr<TableSource> contacts;
        std::optional<ContactPlan> plan;
        if (!options.contacts.empty()) {
            contacts = add_csv(run_, options.contacts, by_its_bom);
            plan = plan_of_csv(run_, *contacts, mautic_words, Platform::mautic);
            add_do_not_email(*plan);
            check_consents(run_, *plan);
            note_unmapped(run_, *plan);
        }
        std::vector<Places> places;
        for (const auto& file : files) {
            places.push_back(places_of(*file));
            if (plan) {
                require_match(*file, places.back(), *plan);
            }
        }
        for (std::size_t i = 0; i < files.size(); ++i) {
            read_opt_outs(*files[i], places[i]);
        }
        if (contacts && !run_.cancelled()) {
            Contacts(run_, *contacts, opt_outs_, std::move(*plan), moments_).write_all();
        }
    }

  private:
    static constexpr std::nullopt_t by_its_bom = std::nullopt; ///< whether a backslash escapes

    static void add_do_not_email(ContactPlan& plan) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            if (subjects::plain_header(plan.columns[i]) == "donotemail") {
                plan.opt_outs.push_back({i, OptOutColumn::Means::yes_is_out, OptOut{}});
            }
        }
    }

    struct Places {
        std::optional<std::size_t> email, lead, reason, channel, comments, at;
    };

    static Places places_of(TableSource& file) {
        const auto headers = file.columns(file.name());
        const auto place = [&](std::initializer_list<std::string_view> named) {
            const std::vector<std::string_view> list(named);
            return find_column(headers, list);
        };
        Places places;
        places.email = find_column(headers, mautic_email_words);
        places.lead = find_column(headers, lead_words);
        if (!places.email && !places.lead) {
            places.lead = find_column(headers, id_words);
        }
        places.reason = place({"reason"});
        places.channel = place({"channel"});
        places.comments = place({"comments", "comment"});
        places.at = place({"dateadded", "date"});
        if (!places.email && !places.lead) {
            throw Error(Errc::invalid,
                        file.name() + ": neither a column email nor lead_id; a file of opt-outs "
                                      "says whom it concerns",
                        file.name());
        }
        return places;
    }

    /// Opt-outs by what the contacts do not have would meet nobody.
    void require_match(const TableSource& file, const Places& places, const ContactPlan& plan) {
        using Kind = subjects::MappedColumn::Kind;
        const bool meets =
            std::any_of(plan.mapped.begin(), plan.mapped.end(), [&](const auto& column) {
                return (places.email && column.kind == Kind::field && column.target == "email") ||
                       (places.lead && column.kind == Kind::external &&
                        column.target == mautic_system);
            });
        if (!meets) {
            run_.refuse(file.name() + " names people by " +
                            (places.lead ? "Mautic's number" : "e-mail address") + ", and " +
                            plan.table + " has no column of it: its opt-outs would meet nobody",
                        file.name());
        }
    }

    void read_opt_outs(TableSource& file, const Places& places) {
        opt_outs_.read_table(
            file, file.name(), file.columns(file.name()),
            [&](MigrationPart& part, const TableRow& row) { read_row(file, part, places, row); });
    }

    void read_row(TableSource& file, MigrationPart& part, const Places& places,
                  const TableRow& row) {
        const auto text = [&](const std::optional<std::size_t>& at) {
            return at ? base::trim(row.cells[*at].value_or(std::string_view{}))
                      : std::string_view{};
        };
        const Dnc dnc = read_dnc(text(places.reason), text(places.channel), text(places.comments),
                                 moments_.read(text(places.at)));
        if (!dnc.opt_out) {
            Run::skip(part, dnc.skipped);
            return;
        }
        subjects::Refusal why;
        std::vector<subjects::NormalIdentifier> by;
        subjects::NormalIdentifier identifier;
        if (places.email && opt_outs_.normalise(IdentifierKind::email, {}, text(places.email), {},
                                                identifier, why)) {
            by.push_back(identifier);
        }
        if (places.lead && opt_outs_.normalise(IdentifierKind::external, mautic_system,
                                               text(places.lead), {}, identifier, why)) {
            by.push_back(identifier);
        }
        if (by.empty()) {
            // By e-mail, no contact can be written to at what is no address.
            if (!places.email || dnc.opt_out->channel != Channel::email) {
                refuse_opt_out(run_, file, row, "names nobody");
            }
            run_.reject(part, row, places.email ? "email" : "lead_id", "identifier", why.reason);
            return;
        }
        const bool wrote =
            opt_outs_.add(by, *dnc.opt_out, run_.reference(file, file.name(), row.number));
        ++(wrote ? part.suppressed : part.unchanged);
    }

    Run& run_;
    MomentReader moments_;
    OptOuts opt_outs_;
};

} // namespace

void migrate_mautic_files(Run& run) {
    MauticFiles(run).migrate();
}

} // namespace habeas::importers
