// Finding the subject of a row by its identifiers, and creating it where there is none.
#include "subjects/records.hpp"
#include "subjects/row_roles.hpp"
#include "subjects/row_writer.hpp"

#include <algorithm>

namespace habeas::subjects {
namespace {

constexpr std::string_view no_identifier =
    "no identifier: neither e-mail nor phone nor external id";

} // namespace

/// Adds what the fields email and phone say, hashes all, and drops repetitions within the row.
void RowWriter::collect_identifiers() {
    for (const Column& column : columns_) {
        if (identifies(*column.info) && column.cell.has_value()) {
            NormalIdentifier& identifier = next_identifier().identifier;
            identifier.kind = kind_of(column.info->role);
            identifier.system.clear();
            identifier.normal = column.cell.normal;
            identifier.typed = column.cell.text;
        }
    }
    for (std::size_t at = 0; at < used_identifiers_;) {
        RowIdentifier& row = identifiers_[at];
        row.hash = keys_.hash(row.identifier);
        row.owner = SubjectId{};
        bool again = std::any_of(
            identifiers_.begin(), identifiers_.begin() + static_cast<std::ptrdiff_t>(at),
            [&row](const RowIdentifier& other) {
                return other.identifier.kind == row.identifier.kind && other.hash == row.hash;
            });
        if (again) {
            std::swap(row, identifiers_[--used_identifiers_]);
        } else {
            ++at;
        }
    }
}

void RowWriter::look_up_owners() {
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        RowIdentifier& row = identifiers_[at];
        find_->bind(1, static_cast<int>(row.identifier.kind));
        find_->bind_view(2, store::Blob{base::as_view(row.hash)});
        if (find_->step()) {
            row.owner = SubjectId{find_->i64(0)};
        }
        find_->reset();
    }
}

/// Refuses the row if an identifier belongs to somebody else than `self`.
bool RowWriter::owned_by_others(SubjectId self) {
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        const RowIdentifier& row = identifiers_[at];
        if (row.owner != SubjectId{} && row.owner != self) {
            refuse(name_of(row.identifier), "identifier", "belongs to another subject",
                   Errc::exists);
            return true;
        }
    }
    return false;
}

RowOutcome RowWriter::create(std::string_view source) {
    collect_identifiers();
    if (used_identifiers_ == 0) {
        return refuse({}, "row", no_identifier);
    }
    look_up_owners();
    return owned_by_others(SubjectId{}) ? RowOutcome::rejected : insert_row(source);
}

RowOutcome RowWriter::update(SubjectId id, std::int64_t version) {
    collect_identifiers();
    look_up_owners();
    return owned_by_others(id) ? RowOutcome::rejected : update_row(id, version);
}

RowOutcome RowWriter::upsert(std::string_view source) {
    collect_identifiers();
    if (used_identifiers_ == 0) {
        return refuse({}, "row", no_identifier);
    }
    if (expect_new_ && insert_if_new(source)) {
        return RowOutcome::created;
    }
    look_up_owners();
    SubjectId found{};
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        SubjectId owner = identifiers_[at].owner;
        if (owner != SubjectId{} && found != SubjectId{} && owner != found) {
            return refuse(name_of(identifiers_[at].identifier), "identifier",
                          "identifiers of different subjects", Errc::conflict);
        }
        if (owner != SubjectId{}) {
            found = owner;
        }
    }
    expect_new_ = found == SubjectId{};
    if (expect_new_) {
        return insert_row(source);
    }
    if (contradicts(found)) {
        return refuse("phone", "identifier",
                      "the phone number belongs to a subject with another e-mail address",
                      Errc::conflict);
    }
    switch (options_.on_match) {
    case OnMatch::skip:
        id_ = found;
        return RowOutcome::skipped;
    case OnMatch::fail: {
        auto taken = std::find_if(identifiers_.begin(), identifiers_.end(),
                                  [found](const RowIdentifier& row) { return row.owner == found; });
        return refuse(name_of(taken->identifier), "identifier", "belongs to a subject already",
                      Errc::exists);
    }
    case OnMatch::update:
        break;
    }
    return update_row(found, 0);
}

/// Found by the phone number alone, although the row has an e-mail address that nobody has and the
/// subject has another? People share telephones: to give one's address to the other would give the
/// other's consents to an address that nobody asked.
bool RowWriter::contradicts(SubjectId found) const {
    bool fresh_email = false;
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        const RowIdentifier& row = identifiers_[at];
        if (row.owner != SubjectId{} && row.identifier.kind != IdentifierKind::phone) {
            return false;
        }
        fresh_email = fresh_email || row.identifier.kind == IdentifierKind::email;
    }
    if (!fresh_email) {
        return false;
    }
    auto all = identifiers_of(engine_, found);
    return std::any_of(all.begin(), all.end(), [](const StoredIdentifier& stored) {
        return stored.identifier.kind == IdentifierKind::email;
    });
}

bool RowWriter::unique_taken(Column& column, const Cell& cell, SubjectId self) {
    bind_cell(engine_, *column.info, 0, cell, *column.unique, 1);
    bool taken = column.unique->step() && SubjectId{column.unique->i64(0)} != self;
    column.unique->reset();
    if (taken) {
        refuse(column.info->field.name, field_type_name(column.info->field.type),
               "the value belongs to another subject", Errc::exists);
    }
    return taken;
}

/// False: refused. What a new subject must have, and must not share.
bool RowWriter::may_create() {
    if (!other_required_.empty()) {
        const Field& field = other_required_.front()->field;
        refuse(field.name, field_type_name(field.type), "required, but the row has none");
        return false;
    }
    for (Column& column : columns_) {
        const Cell& cell = initial(column);
        if (column.info->field.required && !cell.has_value()) {
            refuse(column.info->field.name, field_type_name(column.info->field.type),
                   "required, but blank");
            return false;
        }
        if (column.unique && cell.has_value() && unique_taken(column, cell, SubjectId{})) {
            return false;
        }
    }
    return true;
}

RowOutcome RowWriter::insert_row(std::string_view source) {
    if (!may_create()) {
        return RowOutcome::rejected;
    }
    take_id();
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        insert_identifier(*insert_identifier_, id_, identifiers_[at].identifier,
                          identifiers_[at].hash);
    }
    insert_subject(source);
    return RowOutcome::created;
}

/// Where rows have been new so far, the next is likely new too: its identifiers are inserted
/// without looking for them first, which saves a search for each. False: somebody has one of them,
/// or the subject may not be created; nothing was written.
bool RowWriter::insert_if_new(std::string_view source) {
    if (!may_create()) {
        return false;
    }
    take_id();
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        insert_identifier(*insert_identifier_, id_, identifiers_[at].identifier,
                          identifiers_[at].hash);
        if (engine_.db().changes() == 0) {
            while (at-- > 0) {
                remove_identifier_->bind(1, static_cast<int>(identifiers_[at].identifier.kind));
                remove_identifier_->bind_view(2, store::Blob{base::as_view(identifiers_[at].hash)});
                remove_identifier_->run();
            }
            spare_id_ = id_; // nobody saw it
            id_ = SubjectId{};
            return false;
        }
    }
    insert_subject(source);
    return true;
}

void RowWriter::take_id() {
    id_ = spare_id_ != SubjectId{} ? spare_id_ : SubjectId{engine_.next_id(store::IdKind::subject)};
    spare_id_ = SubjectId{};
}

void RowWriter::insert_subject(std::string_view source) {
    auto id = static_cast<std::int64_t>(id_);
    insert_->bind(1, id).bind(2, now_);
    if (source.empty()) {
        insert_->bind(3, nullptr);
    } else {
        insert_->bind_view(3, source);
    }
    int last = 3;
    for (const Column& column : columns_) {
        if (column.parameter != 0) {
            bind_cell(engine_, *column.info, id, initial(column), *insert_, column.parameter);
            last = column.parameter;
        }
    }
    for (const auto& [info, cell] : other_defaults_) {
        if (info->storage != Storage::choices) {
            bind_cell(engine_, *info, id, cell, *insert_, ++last);
        }
    }
    insert_->run();
    for (const Column& column : columns_) {
        if (column.parameter == 0 && initial(column).has_value()) {
            write_choices(engine_, id, *column.info, initial(column));
        }
    }
    for (const auto& [info, cell] : other_defaults_) {
        if (info->storage == Storage::choices) {
            write_choices(engine_, id, *info, cell);
        }
    }
    engine_.note_change(id_, ChangeKind::created);
    announce(used_identifiers_ > 0, false);
}

/// Tells the modules of the identifiers that nobody had. `changed`: the subject existed before.
void RowWriter::announce(bool added, bool changed) {
    if (!added || added_hooks_.empty()) {
        return;
    }
    std::size_t used = 0;
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        const RowIdentifier& row = identifiers_[at];
        if (!changed || row.owner == SubjectId{}) {
            keys_.hash_all(row.identifier, row.hash, hashes_, used);
        }
    }
    for (auto* hook : added_hooks_) {
        hook(engine_, id_, std::span(hashes_.data(), used));
    }
}

} // namespace habeas::subjects
