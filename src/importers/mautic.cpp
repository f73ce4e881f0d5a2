// Mautic: its database (a dump or a live server), or its CSV export of contacts with a file of
// opt-outs.
#include "importers/mautic.hpp"

#include "base/text.hpp"
#include "importers/csv_table.hpp"
#include "importers/dump_source.hpp"
#include "importers/mysql_source.hpp"
#include "importers/platforms.hpp"

#include <algorithm>
#include <array>

namespace habeas::importers {
namespace {

constexpr std::string_view system_name = "mautic";

/// Headers of its CSV export that every import does not know already.
constexpr std::array<HeaderWord, 5> words{{{"id", "external:mautic"},
                                           {"firstname", "first_name"},
                                           {"lastname", "last_name"},
                                           {"preferredlocale", "language"},
                                           {"mobile", "phone", true}}};
constexpr std::array<std::string_view, 3> email_words{"email", "emailaddress", "mail"};
constexpr std::array<std::string_view, 3> lead_words{"leadid", "contactid", "id"};

/// A row of lead_donotcontact.
struct Dnc {
    std::optional<OptOut> opt_out;
    std::string_view skipped; ///< why it is none
};

/// Mautic's reasons: 0 contactable, 1 unsubscribed, 2 bounced, 3 manual. What it does not name is
/// taken for a no.
Dnc read_dnc(std::string_view reason, std::string_view channel, std::string_view comments,
             std::optional<std::int64_t> at) {
    Dnc out;
    if (reason == "0") {
        out.skipped = "contactable: no opt-out";
        return out;
    }
    const bool bounced = reason == "2" || reason == "bounced";
    if (bounced && base::trim(comments).starts_with("SOFT")) {
        out.skipped = "soft bounce: no opt-out (a full mailbox is none)";
        return out;
    }
    OptOut no;
    no.kind = bounced ? OptOut::Kind::bounce : OptOut::Kind::objection;
    no.channel = channel.empty() || channel == "email" ? Channel::email
                 : channel == "sms"                    ? Channel::sms
                 : channel == "notification"           ? Channel::push
                                                       : Channel::any;
    no.at = at;
    out.opt_out = no;
    return out;
}

class MauticDatabase {
  public:
    MauticDatabase(Run& run, TableSource& source)
        : run_(run), source_(source), prefix_(run.options().table_prefix),
          moments_(run.options().time_zone.empty() ? "UTC" : run.options().time_zone,
                   run.options().dates),
          opt_outs_(run), people_(run) {}

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
        const auto cursor =
            source_.open(table, {"lead_id", "reason", "channel", "comments", "date_added"});
        MigrationPart& part = run_.part(table);
        Run::Steps steps;
        steps.begin = [&] { opt_outs_.begin_batch(); };
        steps.end = [&] { opt_outs_.end_batch(); };
        steps.row = [&](const TableRow& row) { suppress_row(part, table, row); };
        steps.fault = [&](const TableRow& row) { require_readable(run_, source_, row); };
        run_.each_row(table, *cursor, steps);
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
        std::optional<std::int64_t> at;
        std::int64_t ms = 0;
        subjects::Refusal why;
        if (!text(4).empty() && moments_.read(text(4), ms, why)) {
            at = ms;
        }
        const Dnc dnc = read_dnc(text(1), text(2), text(3), at);
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
        if (opt_outs_.normalise(IdentifierKind::external, system_name, lead, {}, number, why)) {
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
        map("id", Kind::external, std::string(system_name), false);
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

/// Contacts by CSV, opt-outs by files of their own.
class MauticFiles {
  public:
    explicit MauticFiles(Run& run)
        : run_(run), moments_(run.options().time_zone.empty() ? "UTC" : run.options().time_zone,
                              run.options().dates),
          opt_outs_(run) {}

    void migrate() {
        const MigrationOptions& options = run_.options();
        require_opt_outs(run_, !options.opt_outs.empty(),
                         "the CSV export of contacts does not: give a file of do-not-contact");
        std::vector<std::unique_ptr<TableSource>> files;
        for (const std::string& path : options.opt_outs) {
            files.push_back(open(path));
            run_.add_source(*files.back());
        }
        std::unique_ptr<TableSource> contacts;
        std::optional<ContactPlan> plan;
        if (!options.contacts.empty()) {
            contacts = open(options.contacts);
            run_.add_source(*contacts);
            plan = plan_of_csv(run_, *contacts, words, Platform::mautic);
            add_do_not_email(*plan);
            check_consents(run_, *plan);
            note_unmapped(*plan);
        }
        for (const auto& file : files) {
            read_opt_outs(*file);
        }
        if (contacts && !run_.cancelled()) {
            Contacts(run_, *contacts, opt_outs_, std::move(*plan), moments_).write_all();
        }
    }

  private:
    std::unique_ptr<TableSource> open(const std::string& path) const {
        return open_csv_table(path,
                              {run_.options().delimiter, run_.options().windows1252, std::nullopt});
    }

    static void add_do_not_email(ContactPlan& plan) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            if (subjects::plain_header(plan.columns[i]) == "donotemail") {
                plan.opt_outs.push_back({i, OptOutColumn::Means::yes_is_out, {}});
            }
        }
    }

    void note_unmapped(const ContactPlan& plan) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            const auto at = [i](const auto& each) { return each.index == i; };
            const bool consent = std::any_of(
                run_.options().consents.begin(), run_.options().consents.end(),
                [&](const MigrationConsent& each) {
                    return each.column == plan.columns[i] || each.time_column == plan.columns[i];
                });
            if (!consent && std::none_of(plan.mapped.begin(), plan.mapped.end(), at) &&
                std::none_of(plan.opt_outs.begin(), plan.opt_outs.end(), at)) {
                run_.report().unmapped.push_back(plan.columns[i]);
            }
        }
    }

    struct Places {
        std::optional<std::size_t> email, lead, reason, channel, comments, at;
    };

    void read_opt_outs(TableSource& file) {
        const auto headers = file.columns(file.name());
        const auto place = [&](std::initializer_list<std::string_view> named) {
            const std::vector<std::string_view> list(named);
            return find_column(headers, list);
        };
        Places places;
        places.email = find_column(headers, email_words);
        places.lead = places.email ? std::nullopt : find_column(headers, lead_words);
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
        const auto cursor = file.open(file.name(), headers);
        MigrationPart& part = run_.part(file.name());
        Run::Steps steps;
        steps.begin = [&] { opt_outs_.begin_batch(); };
        steps.end = [&] { opt_outs_.end_batch(); };
        steps.row = [&](const TableRow& row) { read_row(file, part, places, row); };
        steps.fault = [&](const TableRow& row) { require_readable(run_, file, row); };
        run_.each_row(file.name(), *cursor, steps);
    }

    void read_row(TableSource& file, MigrationPart& part, const Places& places,
                  const TableRow& row) {
        const auto text = [&](const std::optional<std::size_t>& at) {
            return at ? base::trim(row.cells[*at].value_or(std::string_view{}))
                      : std::string_view{};
        };
        subjects::NormalIdentifier identifier;
        subjects::Refusal why;
        const bool by_email = places.email.has_value();
        if (!opt_outs_.normalise(by_email ? IdentifierKind::email : IdentifierKind::external,
                                 by_email ? std::string_view{} : system_name,
                                 text(by_email ? places.email : places.lead), {}, identifier,
                                 why)) {
            run_.reject(part, row, by_email ? "email" : "lead_id", "identifier", why.reason);
            return;
        }
        std::optional<std::int64_t> at;
        std::int64_t ms = 0;
        if (!text(places.at).empty() && moments_.read(text(places.at), ms, why)) {
            at = ms;
        }
        const Dnc dnc =
            read_dnc(text(places.reason), text(places.channel), text(places.comments), at);
        if (!dnc.opt_out) {
            Run::skip(part, dnc.skipped);
            return;
        }
        const bool wrote = opt_outs_.add(std::span(&identifier, 1), *dnc.opt_out,
                                         run_.reference(file, file.name(), row.number));
        ++(wrote ? part.suppressed : part.unchanged);
    }

    Run& run_;
    MomentReader moments_;
    OptOuts opt_outs_;
};

} // namespace

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
        MauticFiles(run).migrate();
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
