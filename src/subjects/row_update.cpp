// Changing a subject by a row: what differs, which identifiers come and go, what the ledger must
// know.
#include "audit/ledger.hpp"
#include "subjects/records.hpp"
#include "subjects/row_roles.hpp"
#include "subjects/row_writer.hpp"

#include <algorithm>

namespace habeas::subjects {

void RowWriter::read_current(const store::Statement& row) {
    int at = 1;
    for (Column& column : columns_) {
        column.changed = false;
        if (column.parameter != 0) {
            read_cell(engine_, *column.info, static_cast<std::int64_t>(id_), row, at++,
                      column.current);
        }
    }
}

/// The identifier that the field's present value gave. What was typed finds it; else the normal
/// form, which may need another default country now for a national number.
std::optional<StoredIdentifier> RowWriter::identifier_of(const Column& column) const {
    if (!identifies(*column.info) || !column.current.has_value()) {
        return std::nullopt;
    }
    const auto kind = kind_of(column.info->role);
    NormalIdentifier old;
    Refusal ignored;
    Format format;
    format.default_country = stored_country_;
    bool normal = normalise_into(kind, {}, column.current.text, format, old, ignored);
    std::optional<StoredIdentifier> by_normal_form;
    for (StoredIdentifier& stored : identifiers_of(engine_, id_)) {
        if (stored.identifier.kind != kind) {
            continue;
        }
        if (stored.identifier.typed == column.current.text) {
            return std::move(stored);
        }
        if (normal && stored.identifier.normal == old.normal) {
            by_normal_form = std::move(stored);
        }
    }
    return by_normal_form;
}

/// E-mail or phone written otherwise than it is stored, but the same in normal form?
bool RowWriter::same_address(const Column& column) const {
    auto stored = identifier_of(column);
    return stored && stored->identifier.normal == column.cell.normal;
}

bool RowWriter::row_has(const StoredIdentifier& stored) const {
    return std::any_of(
        identifiers_.begin(), identifiers_.begin() + static_cast<std::ptrdiff_t>(used_identifiers_),
        [&stored](const RowIdentifier& row) {
            return row.identifier.kind == stored.identifier.kind && row.hash == stored.hash;
        });
}

/// False: refused. Marks the columns that get another value.
bool RowWriter::find_changes(bool& any) {
    for (Column& column : columns_) {
        const FieldInfo& info = *column.info;
        if (column.cell.state == Cell::State::absent ||
            (column.cell.state == Cell::State::blank && options_.blank == Blank::keep)) {
            continue;
        }
        if (column.parameter == 0) {
            read_choices(engine_, static_cast<std::int64_t>(id_), info, column.current);
        }
        if (column.cell.has_value() == column.current.has_value() &&
            (!column.cell.has_value() || same_value(info, column.cell, column.current) ||
             (!options_.respell && same_address(column)))) {
            continue;
        }
        if (!column.cell.has_value() && info.field.required) {
            refuse(info.field.name, field_type_name(info.field.type), "required, but blank");
            return false;
        }
        if (column.unique && column.cell.has_value() && unique_taken(column, column.cell, id_)) {
            return false;
        }
        column.changed = true;
        any = true;
    }
    return true;
}

/// False: refused. Finds what the changed fields email and phone replace.
bool RowWriter::change_identifiers(bool& added, bool& removed) {
    replaced_.clear();
    for (const Column& column : columns_) {
        if (!column.changed) {
            continue;
        }
        if (auto old = identifier_of(column); old && !row_has(*old)) {
            replaced_.push_back(std::move(old->identifier));
        }
    }
    std::size_t fresh = 0;
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        fresh += identifiers_[at].owner == SubjectId{} ? 1 : 0;
    }
    added = fresh > 0;
    removed = !replaced_.empty();
    if (removed && fresh == 0 && identifiers_of(engine_, id_).size() <= replaced_.size()) {
        refuse(name_of(replaced_.front()), "identifier",
               "the subject's last identifier cannot go; erase the subject instead");
        return false;
    }
    return true;
}

void RowWriter::write_update() {
    auto id = static_cast<std::int64_t>(id_);
    update_->bind(1, id).bind(2, now_);
    for (const Column& column : columns_) {
        if (column.parameter != 0) {
            const Cell& cell = column.changed ? column.cell : column.current;
            bind_cell(engine_, *column.info, id, cell, *update_, column.parameter);
        } else if (column.changed) {
            write_choices(engine_, id, *column.info, column.cell);
        }
    }
    update_->run();
    for (const NormalIdentifier& old : replaced_) {
        forget_identifier(engine_, id_, old);
    }
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        const RowIdentifier& row = identifiers_[at];
        if (row.owner == SubjectId{}) {
            insert_identifier(*insert_identifier_, id_, row.identifier, row.hash);
        } else if (options_.respell) {
            auto typed = engine_.db().prepare(
                "UPDATE identifier SET typed = nullif(?3, normal) WHERE kind = ?1 AND hash = ?2");
            typed.bind(1, static_cast<int>(row.identifier.kind))
                .bind(2, store::Blob{base::as_view(row.hash)})
                .bind(3, row.identifier.typed);
            typed.run();
        }
    }
}

RowOutcome RowWriter::update_row(SubjectId id, std::int64_t version) {
    id_ = id;
    select_->bind(1, static_cast<std::int64_t>(id));
    if (!select_->step()) {
        select_->reset();
        return refuse({}, "row", "no such subject", Errc::subject_unknown);
    }
    std::int64_t stored_version = select_->i64(0);
    read_current(*select_);
    select_->reset();
    if (version != 0 && version != stored_version) {
        return refuse({}, "row", "the subject changed since it was read; read it again",
                      Errc::conflict);
    }
    bool any = false;
    bool added = false;
    bool removed = false;
    if (!find_changes(any) || !change_identifiers(added, removed)) {
        return RowOutcome::rejected;
    }
    if (!any && !added) {
        return RowOutcome::unchanged;
    }
    bool deciding = std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
        return column.changed && decides(*column.info);
    });
    Profile before;
    if (deciding) {
        before = profile(engine_, id_);
    }
    write_update();
    engine_.note_change(id_, ChangeKind::profile);
    if (deciding) {
        record_profile_change(engine_, id_, before, removed);
    } else if (removed) {
        call_subject_changed(engine_, id_);
    }
    announce(added, true);
    return RowOutcome::updated;
}

void call_subject_changed(store::Engine& engine, SubjectId id) {
    for (const store::Module* module : engine.modules()) {
        if (module->subject_changed != nullptr) {
            module->subject_changed(engine, id);
        }
    }
}

void record_profile_change(store::Engine& engine, SubjectId id, const Profile& before,
                           bool identifiers_removed) {
    bool changed = profile_evidence(before) != profile_evidence(profile(engine, id));
    if (changed) {
        audit::Entry entry;
        entry.subject = static_cast<std::int64_t>(id);
        entry.kind = EventKind::profile_changed;
        entry.evidence = profile_evidence(before);
        audit::append(engine, entry);
    }
    if (changed || identifiers_removed) {
        call_subject_changed(engine, id);
    }
}

} // namespace habeas::subjects
