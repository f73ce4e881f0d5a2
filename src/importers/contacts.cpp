#include "importers/contacts.hpp"

#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "consent/moment.hpp"
#include "subjects/row_roles.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

/// Without case, and with the dashes that pages write made one.
std::string comparable(std::string_view text) {
    std::string out(base::trim(text));
    for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x80\x94"}) {
        for (std::size_t at = out.find(dash); at != std::string::npos; at = out.find(dash)) {
            out.replace(at, dash.size(), "-");
        }
    }
    return base::invalid_utf8(out) ? out : base::casefold(out);
}

std::string_view text_of(const Cell& cell) {
    return cell.value_or(std::string_view{});
}

} // namespace

void check_consents(Run& run, const ContactPlan& plan) {
    const auto& consents = run.options().consents;
    store::Engine::Read snapshot(run.engine());
    const auto purposes = consent::catalogue(run.engine());
    for (std::size_t i = 0; i < consents.size(); ++i) {
        const MigrationConsent& each = consents[i];
        const std::string where = "consents/" + std::to_string(i);
        const consent::PurposeHistory* purpose = purposes->find(each.purpose);
        if (purpose == nullptr || purpose->versions.empty()) {
            throw Error(Errc::not_found,
                        where + ": no purpose " + each.purpose + " is declared; define it first",
                        where);
        }
        const auto& channels = consent::present_definition(*purpose)->channels;
        if (each.channel != Channel::any &&
            std::find(channels.begin(), channels.end(), each.channel) == channels.end()) {
            throw Error(Errc::invalid, where + ": the purpose does not name this channel", where);
        }
        const bool shown =
            each.text_version == 0 ||
            std::any_of(purpose->texts.begin(), purpose->texts.end(),
                        [&](const auto& text) { return text.number == each.text_version; });
        if (!shown) {
            throw Error(Errc::not_found,
                        where + ": the purpose has no text version of that number; add it first",
                        where);
        }
        for (const std::string* column : {&each.column, &each.time_column}) {
            const bool there = column->empty() ? column == &each.time_column
                                               : std::find(plan.columns.begin(), plan.columns.end(),
                                                           *column) != plan.columns.end();
            if (!there) {
                throw Error(Errc::invalid, where + ": " + plan.table + " has no column " + *column,
                            where);
            }
        }
    }
}

Contacts::Contacts(Run& run, TableSource& source, OptOuts& opt_outs, ContactPlan plan,
                   const MomentReader& moments)
    : run_(run), source_(source), opt_outs_(opt_outs), plan_(std::move(plan)), moments_(moments),
      part_(run.part(plan_.table)), events_(run.engine()) {
    std::stable_sort(plan_.mapped.begin(), plan_.mapped.end(), [](const auto& a, const auto& b) {
        const auto rank = [](const subjects::MappedColumn& column) {
            return column.kind == subjects::MappedColumn::Kind::field && column.target == "country"
                       ? 0
                   : column.fallback ? 2
                                     : 1;
        };
        return rank(a) < rank(b);
    });
    for (const MigrationConsent& each : run.options().consents) {
        const auto place = [&](const std::string& column) {
            return static_cast<std::size_t>(
                std::find(plan_.columns.begin(), plan_.columns.end(), column) -
                plan_.columns.begin());
        };
        plan_.consent_columns.push_back(place(each.column));
        plan_.consent_times.push_back(
            each.time_column.empty() ? std::nullopt : std::optional(place(each.time_column)));
    }
}

void Contacts::write_all() {
    const auto cursor = source_.open(plan_.table, plan_.columns);
    Run::Steps steps;
    steps.begin = [this] { begin_batch(); };
    steps.row = [this](const TableRow& row) { write(row); };
    steps.end = [this] {
        events_.finish();
        opt_outs_.end_batch();
    };
    steps.drop = [this] { writer_.reset(); };
    steps.subjects = 1;
    steps.resumable = true;
    run_.each_row(plan_.table, *cursor, steps);
}

void Contacts::begin_batch() {
    prepare_writer();
    events_.begin();
    opt_outs_.begin_batch();
}

/// Another process may have changed the fields between two batches.
void Contacts::prepare_writer() {
    if (writer_ && !writer_->stale()) {
        writer_->begin();
        return;
    }
    writer_.reset();
    phone_slot_.reset();
    fields_ = subjects::field_set(run_.engine(), FieldOwner::subject);
    std::vector<const subjects::FieldInfo*> columns;
    for (subjects::MappedColumn& column : plan_.mapped) {
        if (column.kind != subjects::MappedColumn::Kind::field) {
            continue;
        }
        const subjects::FieldInfo* info = &subjects::require_field(*fields_, column.target);
        const auto known = std::find(columns.begin(), columns.end(), info);
        column.slot = static_cast<std::size_t>(known - columns.begin());
        if (known == columns.end()) {
            columns.push_back(info);
        }
        if (info->role == subjects::Role::phone) {
            phone_slot_ = column.slot;
        }
        column.format.list_separator = plan_.list_separator;
        column.format.dates = moments_.dates();
    }
    writer_.emplace(run_.engine(), fields_, columns, subjects::RowWriter::Options{});
    writer_->begin();
}

void Contacts::write(const TableRow& row) {
    if (plan_.leave_out) {
        if (const auto why = plan_.leave_out(row); !why.empty()) {
            Run::skip(part_, why);
            return;
        }
    }
    if (!fill(row)) {
        return;
    }
    note_identifiers(row);
    if (opt_outs_.erased(own_identifiers())) {
        Run::skip(part_, "was erased here and wants nothing any more");
        return;
    }
    // Before the subject: the no is there when the subject comes.
    column_says_no(row);
    const SaidNo no = opt_outs_.said(own_identifiers());
    // Said of the number: then of the address too, which a later import may bring alone.
    const auto addresses = emails();
    for (const OptOut& each : no.each) {
        if (!addresses.empty()) {
            opt_outs_.add(addresses, each, run_.reference(source_, plan_.table, row.number));
        }
    }
    const auto outcome = upsert(row);
    if (!outcome) {
        return;
    }
    count(row, *outcome);
    if (*outcome != RowOutcome::rejected) {
        run_.report().opted_out += no.any() ? 1 : 0;
        record_consents(row, no);
    }
}

/// False: the row was rejected.
bool Contacts::fill(const TableRow& row) {
    using Kind = subjects::MappedColumn::Kind;
    writer_->clear();
    for (const subjects::MappedColumn& column : plan_.mapped) {
        const std::string_view text = text_of(row.cells[column.index]);
        if (column.kind == Kind::external) {
            if (!base::trim(text).empty() &&
                !writer_->add_identifier(IdentifierKind::external, column.target, text, {})) {
                const subjects::RowFault& fault = writer_->fault();
                run_.reject(part_, row, fault.field, fault.kind, fault.why.reason);
                return false;
            }
        } else if (column.kind == Kind::field && !fill_field(row, column, text)) {
            return false;
        }
    }
    return true;
}

/// A value that its field does not take is left out and told; only who has no valid address is
/// refused.
bool Contacts::fill_field(const TableRow& row, const subjects::MappedColumn& column,
                          std::string_view text) {
    const subjects::FieldInfo& info = writer_->column(column.slot);
    if ((column.fallback && writer_->has_value(column.slot)) ||
        (without_phone_ && info.role == subjects::Role::phone)) {
        return true;
    }
    subjects::Format format = column.format;
    const std::string_view own = writer_->country();
    format.default_country = own.empty() ? std::string_view(run_.options().default_country) : own;
    text = base::trim(text);
    const bool date = info.field.type == FieldType::date || info.field.type == FieldType::datetime;
    if (date && text.starts_with("0000-00-00")) {
        text = {}; // MySQL's zero
    }
    if (info.field.type == FieldType::datetime && !text.empty()) {
        std::int64_t at = 0;
        subjects::Refusal why;
        if (!moments_.read(text, at, why)) {
            run_.drop_value(part_, row, info.field.name, "datetime", why.reason);
            return true;
        }
        zoned_ = format_time(consent::from_ms(at));
        text = zoned_;
        format.dates = subjects::Format::Dates::iso;
    }
    if (writer_->set_text(column.slot, text, format)) {
        return true;
    }
    const subjects::RowFault fault = writer_->fault();
    if (info.role == subjects::Role::email) {
        run_.reject(part_, row, fault.field, fault.kind, fault.why.reason);
        return false;
    }
    run_.drop_value(part_, row, fault.field, fault.kind, fault.why.reason);
    writer_->set_text(column.slot, {}, format);
    return true;
}

/// A number that several people share is left out rather than a person. Nothing: the row was
/// rejected.
std::optional<RowOutcome> Contacts::upsert(const TableRow& row) {
    RowOutcome outcome = writer_->upsert(plan_.source);
    const bool taken = outcome == RowOutcome::rejected && writer_->fault().code != Errc::invalid;
    if (taken && phone_slot_ && writer_->has_value(*phone_slot_)) {
        const std::string why = writer_->fault().why.reason;
        without_phone_ = true;
        const bool filled = fill(row);
        without_phone_ = false;
        if (!filled) {
            return std::nullopt;
        }
        outcome = writer_->upsert(plan_.source);
        if (outcome != RowOutcome::rejected) {
            run_.drop_value(part_, row, "phone", "identifier", why);
        }
    }
    return outcome;
}

void Contacts::count(const TableRow& row, RowOutcome outcome) {
    if (outcome == RowOutcome::rejected) {
        const subjects::RowFault& fault = writer_->fault();
        run_.reject(part_, row, fault.field, fault.kind, fault.why.reason);
        return;
    }
    const bool again = !touched_.insert(static_cast<std::int64_t>(writer_->id())).second;
    if (outcome == RowOutcome::created) {
        ++part_.created;
    } else if (again) {
        ++part_.merged;
    } else if (outcome == RowOutcome::updated) {
        ++part_.updated;
    } else {
        ++part_.unchanged;
    }
}

/// Of the row, in normal form. What is no identifier was told before.
void Contacts::note_identifiers(const TableRow& row) {
    using Kind = subjects::MappedColumn::Kind;
    identifiers_.clear();
    for (const subjects::MappedColumn& column : plan_.mapped) {
        const std::string_view text = base::trim(text_of(row.cells[column.index]));
        const bool external = column.kind == Kind::external;
        if (text.empty() || (!external && !subjects::identifies(writer_->column(column.slot)))) {
            continue;
        }
        const IdentifierKind kind = external ? IdentifierKind::external
                                             : subjects::kind_of(writer_->column(column.slot).role);
        subjects::NormalIdentifier identifier;
        subjects::Refusal ignored;
        if (opt_outs_.normalise(kind, external ? column.target : std::string_view{}, text,
                                writer_->country(), identifier, ignored)) {
            identifiers_.push_back(std::move(identifier));
        }
    }
}

/// Without the phone number where there is an address: people share telephones.
std::vector<subjects::NormalIdentifier> Contacts::own_identifiers() const {
    const bool email = std::any_of(identifiers_.begin(), identifiers_.end(), [](const auto& each) {
        return each.kind == IdentifierKind::email;
    });
    std::vector<subjects::NormalIdentifier> out;
    std::copy_if(identifiers_.begin(), identifiers_.end(), std::back_inserter(out),
                 [&](const auto& each) { return !email || each.kind != IdentifierKind::phone; });
    return out;
}

std::vector<subjects::NormalIdentifier> Contacts::emails() const {
    std::vector<subjects::NormalIdentifier> out;
    std::copy_if(identifiers_.begin(), identifiers_.end(), std::back_inserter(out),
                 [](const auto& each) { return each.kind == IdentifierKind::email; });
    return out;
}

/// Lists the row's address where a column of it says no.
void Contacts::column_says_no(const TableRow& row) {
    for (const OptOutColumn& column : plan_.opt_outs) {
        const std::string_view text = base::trim(text_of(row.cells[column.index]));
        // What is neither yes nor no may be a yes.
        const bool out = column.means == OptOutColumn::Means::filled_is_out
                             ? !text.empty()
                             : !text.empty() && subjects::yes_or_no(text).value_or(true);
        if (!out || identifiers_.empty()) {
            continue;
        }
        // By the e-mail address if there is one, else by whatever finds the person.
        const auto by = emails();
        using Span = std::span<const subjects::NormalIdentifier>;
        opt_outs_.add(by.empty() ? Span(identifiers_) : Span(by), column.opt_out,
                      run_.reference(source_, plan_.table, row.number));
    }
}

void Contacts::record_consents(const TableRow& row, const SaidNo& no) {
    for (std::size_t at = 0; at < plan_.consent_columns.size(); ++at) {
        record_consent(row, at, no);
    }
}

/// Nothing: it says neither.
std::optional<bool> Contacts::agreed(const MigrationConsent& consent, std::string_view text) const {
    text = base::trim(text);
    if (text.empty()) {
        return std::nullopt;
    }
    if (consent.granted.empty()) {
        return subjects::yes_or_no(text);
    }
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = plan_.consent_separator == '\0'
                                    ? std::string_view::npos
                                    : rest.find(plan_.consent_separator);
        const std::string part = comparable(rest.substr(0, end));
        if (std::any_of(consent.granted.begin(), consent.granted.end(),
                        [&](const std::string& yes) { return comparable(yes) == part; })) {
            return true;
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    const auto word = subjects::yes_or_no(text);
    return word && !*word ? word : std::nullopt; // a plain no; other words say nothing
}

void Contacts::withhold_value(const TableRow& row, const MigrationConsent& consent,
                              std::string_view reason) {
    run_.drop_value(part_, row, "consent." + consent.purpose, "consent", reason);
}

/// Does the ledger have it, proven as well, from whichever file?
bool Contacts::as_good(const consent::PreparedEvent& event, const Evidence& evidence) {
    auto row = run_.engine().db().prepare(
        "SELECT 1 FROM event WHERE subject_id = ?1 AND kind = ?2 AND purpose_id = ?3 AND "
        "channel = ?4 AND effective_at = ?5 AND (?6 = 0 OR text_version = ?6) AND "
        "(?7 = 0 OR json_extract(evidence, '$.document') IS NOT NULL)");
    row.bind_all(static_cast<std::int64_t>(writer_->id()),
                 static_cast<std::int64_t>(event.entry.kind), event.entry.purpose,
                 event.entry.channel, event.entry.effective_at,
                 static_cast<std::int64_t>(evidence.text_version),
                 static_cast<std::int64_t>(evidence.document.empty() ? 0 : 1));
    return row.step();
}

void Contacts::record_consent(const TableRow& row, std::size_t at, const SaidNo& no) {
    const MigrationConsent& consent = run_.options().consents[at];
    const std::string_view text = text_of(row.cells[plan_.consent_columns[at]]);
    const auto answer = agreed(consent, text);
    if (!answer) {
        if (!base::trim(text).empty() && consent.granted.empty()) {
            withhold_value(row, consent, "neither yes nor no");
        }
        return;
    }
    if (*answer && no.to(consent.purpose, consent.channel)) {
        ++run_.report().consents_withheld;
        return;
    }
    const auto& time = plan_.consent_times[at];
    const std::string_view when = time ? base::trim(text_of(row.cells[*time])) : std::string_view{};
    if (when.empty()) {
        if (*answer) {
            withhold_value(row, consent,
                           time ? "consent not recorded: its time is blank"
                                : "consent not recorded: no column gives its time");
        }
        return; // an unticked box without a time says nothing
    }
    ConsentEvent event;
    std::int64_t effective = 0;
    subjects::Refusal why;
    if (!moments_.read(when, effective, why)) {
        withhold_value(row, consent, "consent not recorded: " + why.reason);
        return;
    }
    event.kind = *answer ? EventKind::granted : EventKind::refused;
    event.purpose = consent.purpose;
    event.channel = consent.channel;
    event.effective_at = consent::from_ms(effective);
    event.evidence.method = "import";
    event.evidence.text_version = consent.text_version;
    const std::string reference = run_.reference(source_, plan_.table, row.number);
    // A document stands for what was shown (art. 7(1)): only a policy makes the file one.
    (run_.options().accept_unproven ? event.evidence.document : event.evidence.note) = reference;
    try {
        consent::PreparedEvent prepared = events_.prepare(event);
        if (!as_good(prepared, event.evidence) && events_.add(writer_->id(), prepared)) {
            ++run_.report().consents;
            const bool unproven =
                *answer && event.evidence.document.empty() && event.evidence.text_version == 0;
            run_.report().consents_unproven += unproven ? 1 : 0;
        }
    } catch (const Error& error) {
        if (error.code() != Errc::invalid) {
            throw;
        }
        withhold_value(row, consent, "consent not recorded: " + consent::event_fault(error).reason);
    }
}

} // namespace habeas::importers
