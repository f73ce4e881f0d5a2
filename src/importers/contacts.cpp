#include "importers/contacts.hpp"

#include "base/text.hpp"
#include "consent/moment.hpp"
#include "subjects/row_roles.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

std::string_view text_of(const Cell& cell) {
    return cell.value_or(std::string_view{});
}

} // namespace

Contacts::Contacts(Run& run, TableSource& source, OptOuts& opt_outs, ContactPlan plan,
                   const MomentReader& moments)
    : run_(run), source_(source), opt_outs_(opt_outs), plan_(std::move(plan)), moments_(moments),
      opt_out_part_(plan_.opt_outs.empty() ? nullptr : &run.part(plan_.table + ": opt-outs")),
      part_(run.part(plan_.table)), consents_(run, source, plan_, moments) {
    subjects::order_columns(plan_.mapped);
    for (subjects::MappedColumn& column : plan_.mapped) {
        column.format.list_separator = plan_.list_separator;
        column.format.dates = moments_.dates();
    }
}

void Contacts::write_all() {
    opt_outs_.read_from(source_);
    list_opt_outs();
    const auto cursor = source_.open(plan_.table, plan_.columns);
    Run::Steps steps;
    steps.begin = [this] { begin_batch(); };
    steps.row = [this](const TableRow& row) { write(row); };
    steps.end = [this] {
        consents_.end_batch();
        opt_outs_.end_batch();
    };
    steps.drop = [this] { writer_.reset(); };
    steps.subjects = 1;
    steps.resumable = true;
    run_.each_row(plan_.table, *cursor, steps);
}

/// What the table's own columns say, before anybody is written: the row that says no may stand
/// behind one of the same person that says yes.
void Contacts::list_opt_outs() {
    if (opt_out_part_ == nullptr) {
        return;
    }
    MigrationPart& part = *opt_out_part_;
    const auto cursor = source_.open(plan_.table, plan_.columns);
    Run::Steps steps;
    steps.begin = [this] {
        prepare_writer();
        opt_outs_.begin_batch();
    };
    steps.row = [&](const TableRow& row) {
        const bool no = std::any_of(plan_.opt_outs.begin(), plan_.opt_outs.end(),
                                    [&](const auto& column) { return says_no(column, row); });
        if (!no) {
            Run::skip(part, "no opt-out: every column says no");
            return;
        }
        writer_->clear();
        note_identifiers(row);
        std::erase_if(identifiers_, [](const auto& each) { // in which country, the row itself knows
            return each.kind == IdentifierKind::phone;
        });
        if (identifiers_.empty()) {
            Run::skip(part, "nothing but a phone number: with the row itself");
            return;
        }
        ++(list_columns(row) ? part.suppressed : part.unchanged);
    };
    steps.end = [this] { opt_outs_.end_batch(); };
    steps.drop = [this] { writer_.reset(); };
    run_.each_row(part.name, *cursor, steps);
}

void Contacts::begin_batch() {
    prepare_writer();
    consents_.begin_batch();
    opt_outs_.begin_batch();
}

/// Another process may have changed the fields between two batches.
void Contacts::prepare_writer() {
    if (writer_ && !writer_->stale()) {
        writer_->begin();
        return;
    }
    writer_.reset();
    fields_ = subjects::field_set(run_.engine(), FieldOwner::subject);
    const auto columns = subjects::give_slots(plan_.mapped, *fields_);
    const auto phone = std::find_if(columns.begin(), columns.end(), [](const auto* each) {
        return each->role == subjects::Role::phone;
    });
    phone_slot_ = phone == columns.end()
                      ? std::nullopt
                      : std::optional(static_cast<std::size_t>(phone - columns.begin()));
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
    list_columns(row);
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
        consents_.record(writer_->id(), row, no);
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

bool says_no(const OptOutColumn& column, const TableRow& row) {
    const std::string_view text = base::trim(text_of(row.cells[column.index]));
    if (!column.opt_out || text.empty()) {
        return false;
    }
    // What is neither yes nor no may be a yes.
    return column.means == OptOutColumn::Means::filled_is_out ||
           subjects::yes_or_no(text).value_or(true);
}

/// Lists the row's address where a column of it says no; without one, whatever finds the person.
/// True: something new was written.
bool Contacts::list_columns(const TableRow& row) {
    const auto addresses = emails();
    const auto& by = addresses.empty() ? identifiers_ : addresses;
    bool wrote = false;
    for (const OptOutColumn& column : plan_.opt_outs) {
        if (!by.empty() && says_no(column, row)) {
            wrote = opt_outs_.add(by, *column.opt_out,
                                  run_.reference(source_, plan_.table, row.number)) ||
                    wrote;
        }
    }
    return wrote;
}

} // namespace habeas::importers
