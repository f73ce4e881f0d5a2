// Mautic's database, by a dump or a live server.
#include "importers/mautic.hpp"

#include "base/text.hpp"
#include "importers/dump_source.hpp"
#include "importers/mysql_source.hpp"
#include "importers/platforms.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

class MauticDatabase {
  public:
    MauticDatabase(Run& run, TableSource& source)
        : run_(run), source_(source), prefix_(run.options().table_prefix),
          moments_(mautic_moments(run.options())), opt_outs_(run), people_(run) {}

    void migrate() {
        const std::string leads = prefix_ + "leads";
        if (source_.columns(leads).empty()) {
            throw Error(Errc::invalid,
                        source_.name() + ": no table " + leads +
                            "; say the prefix of Mautic's tables (table_prefix)",
                        "table_prefix");
        }
        run_.add_source(source_);
        require_opt_outs(run_, !source_.columns(prefix_ + "lead_donotcontact").empty(),
                         "dump the table lead_donotcontact too");
        store::Engine::Write definitions(run_.engine());
        names_.fields = take_fields(run_, source_, prefix_);
        ContactPlan plan = plan_contacts(leads);
        check_consents(run_, plan);
        definitions.commit();
        suppress(leads);
        if (run_.cancelled()) {
            return;
        }
        Contacts(run_, source_, opt_outs_, std::move(plan), moments_).write_all();
        take_tags(run_, source_, prefix_, people_, names_);
        take_segments(run_, source_, prefix_, people_, names_);
        report_campaigns(run_, source_, prefix_);
        note_left();
    }

  private:
    /// lead_donotcontact, before anybody is written.
    void suppress(const std::string& leads) {
        const std::string table = prefix_ + "lead_donotcontact";
        if (source_.columns(table).empty()) {
            return;
        }
        find_addresses(leads, table);
        opt_outs_.read_table(
            source_, table, {"lead_id", "reason", "channel", "comments", "date_added"},
            [&](MigrationPart& part, const TableRow& row) { suppress_row(part, table, row); });
    }

    struct Address {
        std::string email, phone, country;
    };

    void find_addresses(const std::string& leads, const std::string& table) {
        TableRow row;
        const auto dnc = source_.open(table, {"lead_id"});
        while (dnc->next(row)) {
            if (row.fault.empty() && row.cells[0]) {
                addresses_.try_emplace(std::string(*row.cells[0]));
            }
        }
        const auto cursor = source_.open(leads, {"id", "email", "phone", "mobile", "country"});
        while (cursor->next(row)) {
            if (!row.fault.empty() || !row.cells[0]) {
                continue;
            }
            const auto found = addresses_.find(std::string(*row.cells[0]));
            if (found != addresses_.end()) {
                const auto text = [&](std::size_t at) {
                    return std::string(row.cells[at].value_or(std::string_view{}));
                };
                found->second = {text(1), text(2).empty() ? text(3) : text(2), text(4)};
            }
        }
    }

    void suppress_row(MigrationPart& part, const std::string& table, const TableRow& row) {
        const auto text = [&](std::size_t at) {
            return row.cells[at].value_or(std::string_view{});
        };
        const Dnc dnc = read_dnc(text(1), text(2), text(3), moments_.read(text(4)));
        if (!dnc.opt_out) {
            Run::skip(part, dnc.skipped);
            return;
        }
        const auto identifiers = identifiers_of(text(0), dnc.opt_out->channel);
        if (identifiers.empty()) {
            run_.reject(part, row, "lead_id", "identifier", "no number of a contact");
            return;
        }
        const bool wrote =
            opt_outs_.add(identifiers, *dnc.opt_out, run_.reference(source_, table, row.number));
        ++(wrote ? part.suppressed : part.unchanged);
    }

    /// What the opt-out is listed by: the address of its channel, else another, else the number.
    std::vector<subjects::NormalIdentifier> identifiers_of(std::string_view lead, Channel channel) {
        const Address& address = addresses_[std::string(lead)];
        subjects::NormalIdentifier email;
        subjects::NormalIdentifier phone;
        subjects::Refusal why;
        const bool has_email =
            !address.email.empty() &&
            opt_outs_.normalise(IdentifierKind::email, {}, address.email, {}, email, why);
        const bool has_phone =
            !address.phone.empty() && opt_outs_.normalise(IdentifierKind::phone, {}, address.phone,
                                                          address.country, phone, why);
        std::vector<subjects::NormalIdentifier> out;
        const bool by_phone = channel == Channel::sms || channel == Channel::phone;
        if (has_email && !(by_phone && has_phone)) {
            out.push_back(email);
        } else if (has_phone && by_phone) {
            out.push_back(phone);
        }
        subjects::NormalIdentifier number;
        // The number too: an address may change there, or be shared.
        if (opt_outs_.normalise(IdentifierKind::external, mautic_system, lead, {}, number, why)) {
            out.push_back(number);
        }
        return out;
    }

    ContactPlan plan_contacts(const std::string& leads) {
        const auto there = source_.columns(leads);
        const auto has = [&](const std::string& name) {
            return std::find(there.begin(), there.end(), name) != there.end();
        };
        ContactPlan plan;
        plan.table = leads;
        plan.source = "migrate:mautic";
        const auto column = [&](const std::string& name) {
            const auto found = std::find(plan.columns.begin(), plan.columns.end(), name);
            if (found != plan.columns.end()) {
                return static_cast<std::size_t>(found - plan.columns.begin());
            }
            plan.columns.push_back(name);
            return plan.columns.size() - 1;
        };
        const auto map = [&](const std::string& name, subjects::MappedColumn::Kind kind,
                             const std::string& to, bool fallback) {
            subjects::MappedColumn mapped;
            mapped.kind = kind;
            mapped.index = column(name);
            mapped.target = to;
            mapped.fallback = fallback;
            plan.mapped.push_back(std::move(mapped));
        };
        using Kind = subjects::MappedColumn::Kind;
        map("id", Kind::external, std::string(mautic_system), false);
        for (const MauticField& field : names_.fields) {
            if (!field.to.empty() && has(field.alias)) {
                map(field.alias, Kind::field, field.to, false);
            }
        }
        if (has("mobile") && Fields(run_.engine()).find("phone")) {
            map("mobile", Kind::field, "phone", true);
        }
        if (has("date_added")) {
            take_date_added(map);
        }
        for (const MigrationConsent& each : run_.options().consents) {
            for (const std::string& name : {each.column, each.time_column}) {
                if (!name.empty() && has(name)) {
                    column(name);
                }
            }
        }
        for (const std::string& name : there) {
            if (std::find(plan.columns.begin(), plan.columns.end(), name) == plan.columns.end()) {
                run_.report().unmapped.push_back(name);
            }
        }
        leave_visitors_out(plan, column, has);
        return plan;
    }

    /// When the platform first knew the person: segments filter by it.
    template <class Map>
    void take_date_added(const Map& map) {
        Fields fields(run_.engine());
        if (!fields.find("date_added") && run_.options().define_fields) {
            Field field;
            field.name = "date_added";
            field.type = FieldType::datetime;
            field.labels["en"] = "Added on the platform before";
            fields.define(field);
        }
        const auto there = fields.find("date_added");
        if (there && there->type == FieldType::datetime) {
            map("date_added", subjects::MappedColumn::Kind::field, "date_added", false);
            names_.fields.push_back({"date_added", "datetime", "date_added", "date_added"});
        }
    }

    /// Rows without anything that names a person: visitors that a cookie recognised.
    template <class Column, class Has>
    void leave_visitors_out(ContactPlan& plan, const Column& column, const Has& has) {
        std::vector<std::size_t> naming;
        for (const char* name :
             {"date_identified", "email", "phone", "mobile", "firstname", "lastname"}) {
            if (has(name)) {
                naming.push_back(column(name));
            }
        }
        plan.leave_out = [naming](const TableRow& row) -> std::string_view {
            const bool named = std::any_of(naming.begin(), naming.end(), [&](std::size_t at) {
                return row.cells[at] && !base::trim(*row.cells[at]).empty();
            });
            return named ? "" : "an anonymous visitor";
        };
    }

    /// Everything else that there is, so that nobody believes it came along.
    void note_left() {
        for (const std::string& table : source_.tables()) {
            if (!table.starts_with(prefix_) || run_.has_part(table)) {
                continue;
            }
            const auto rows = source_.rows(table);
            if (!rows || *rows > 0) {
                run_.report().left.push_back(table +
                                             (rows ? ": " + std::to_string(*rows) + " rows" : ""));
            }
        }
    }

    Run& run_;
    TableSource& source_;
    std::string prefix_;
    MomentReader moments_;
    OptOuts opt_outs_;
    MauticPeople people_;
    MauticNames names_;
    std::unordered_map<std::string, Address> addresses_; ///< of who is in lead_donotcontact
};

} // namespace

MomentReader mautic_moments(const MigrationOptions& options) {
    return {options.time_zone.empty() ? "UTC" : options.time_zone, options.dates};
}

void migrate_mautic(Run& run) {
    const MigrationOptions& options = run.options();
    const int ways = (options.dump.empty() ? 0 : 1) + (options.server ? 1 : 0) +
                     (options.contacts.empty() ? 0 : 1);
    if (ways > 1 || (ways == 0 && options.opt_outs.empty())) {
        throw Error(Errc::invalid,
                    "name one source of Mautic: a dump, a server, or its CSV export of contacts",
                    "dump");
    }
    if (!options.contacts.empty() || ways == 0) {
        migrate_mautic_files(run);
        return;
    }
    if (!options.opt_outs.empty()) {
        throw Error(Errc::invalid,
                    "opt_outs: the database has its own table of them; leave the files out",
                    "opt_outs");
    }
    std::unique_ptr<TableSource> source;
    try {
        source = options.server
                     ? open_mysql(*options.server)
                     : open_dump(options.dump, [&run](std::uint64_t done, std::uint64_t total) {
                           return run.proceed(done, total);
                       });
    } catch (const Error& error) {
        if (error.code() != Errc::cancelled) {
            throw;
        }
        return; // nothing was written, and the report says that it was stopped
    }
    MauticDatabase(run, *source).migrate();
}

} // namespace habeas::importers
