#include "subjects/row_writer.hpp"

#include "audit/ledger.hpp"
#include "subjects/records.hpp"

#include <algorithm>

namespace habeas::subjects {
namespace {

/// Repeated values are looked up instead of normalised again; beyond this many they hardly repeat.
constexpr std::size_t max_seen = 1024;

constexpr std::string_view no_identifier =
    "no identifier: neither e-mail nor phone nor external id";

bool repeats(FieldType type) {
    return type == FieldType::country || type == FieldType::language ||
           type == FieldType::timezone || type == FieldType::region;
}

bool identifies(const FieldInfo& info) {
    return info.role == Role::email || info.role == Role::phone;
}

bool decides(const FieldInfo& info) {
    return info.role == Role::country || info.role == Role::birth ||
           info.role == Role::recipient_type;
}

IdentifierKind kind_of(Role role) {
    return role == Role::email ? IdentifierKind::email : IdentifierKind::phone;
}

std::string name_of(const NormalIdentifier& identifier) {
    return identifier_kind_name({identifier.kind, identifier.system, {}});
}

} // namespace

RowWriter::RowWriter(store::Engine& engine, std::shared_ptr<const FieldSet> fields,
                     std::vector<const FieldInfo*> columns, Options options)
    : engine_(engine), fields_(std::move(fields)), options_(options), keys_(engine),
      stored_country_(default_country(engine)) {
    prepare_columns(columns);
    for (const store::Module* module : engine.modules()) {
        if (module->identifiers_added != nullptr) {
            added_hooks_.push_back(module->identifiers_added);
        }
    }
    find_.emplace(
        engine.db().prepare("SELECT subject_id FROM identifier WHERE kind = ?1 AND hash = ?2"));
    insert_identifier_.emplace(engine.db().prepare(insert_identifier_sql));
}

void RowWriter::prepare_columns(const std::vector<const FieldInfo*>& columns) {
    std::string names;
    std::string values;
    std::string assignments;
    int parameter = 3;
    Refusal ignored;
    auto add_parameter = [&](const FieldInfo& info) {
        std::string number = "?" + std::to_string(++parameter);
        names += ", " + info.column;
        values += ", " + number;
        return number;
    };
    columns_.reserve(columns.size());
    std::string selected;
    for (const FieldInfo* info : columns) {
        Column& column = columns_.emplace_back();
        column.info = info;
        if (info->field.default_value) {
            parse_text(*info, *info->field.default_value, {}, column.default_value, ignored);
        }
        if (info->storage == Storage::choices) {
            continue;
        }
        std::string number = add_parameter(*info);
        column.parameter = parameter;
        assignments += ", " + info->column + " = " + number;
        selected += ", " + info->column;
        if (info->field.unique) {
            column.unique.emplace(engine_.db().prepare_text("SELECT id FROM subject WHERE " +
                                                            info->column + " = ?1"));
        }
    }
    for (const FieldInfo& info : fields_->all()) {
        if (std::find(columns.begin(), columns.end(), &info) != columns.end() ||
            info.field.retired) {
            continue;
        }
        if (info.field.default_value) {
            auto& [other, cell] = other_defaults_.emplace_back(&info, Cell{});
            parse_text(info, *info.field.default_value, {}, cell, ignored);
            if (info.storage != Storage::choices) {
                add_parameter(info);
            }
        } else if (info.field.required) {
            other_required_.push_back(&info);
        }
    }
    insert_.emplace(engine_.db().prepare_text(
        "INSERT INTO subject(id, version, created_at, changed_at, source" + names +
        ") VALUES(?1, 1, ?2, ?2, ?3" + values + ")"));
    select_.emplace(
        engine_.db().prepare_text("SELECT version" + selected + " FROM subject WHERE id = ?1"));
    update_.emplace(
        engine_.db().prepare_text("UPDATE subject SET version = version + 1, changed_at = ?2" +
                                  assignments + " WHERE id = ?1"));
}

void RowWriter::begin() {
    now_ = engine_.now_ms();
}

bool RowWriter::stale() const {
    return engine_.definitions_generation() != fields_->generation();
}

void RowWriter::clear() {
    for (Column& column : columns_) {
        column.cell.clear();
    }
    used_identifiers_ = 0;
    id_ = SubjectId{};
}

RowOutcome RowWriter::refuse(std::string_view field, std::string_view kind, std::string_view reason,
                             Errc code) {
    fault_.field = field;
    fault_.kind = kind;
    fault_.why.reason = reason;
    fault_.why.detail.clear();
    fault_.code = code;
    return RowOutcome::rejected;
}

bool RowWriter::refused(const FieldInfo& info, Errc code) {
    fault_.field = info.field.name;
    fault_.kind = field_type_name(info.field.type);
    fault_.code = code;
    return false;
}

std::optional<std::size_t> RowWriter::column_of(std::string_view field) const {
    for (std::size_t at = 0; at < columns_.size(); ++at) {
        if (columns_[at].info->field.name == field) {
            return at;
        }
    }
    return std::nullopt;
}

std::string_view RowWriter::country() const {
    for (const Column& column : columns_) {
        if (column.info->role == Role::country && column.cell.has_value()) {
            return column.cell.text;
        }
    }
    return {};
}

bool RowWriter::set_text(std::size_t at, std::string_view text, const Format& format) {
    Column& column = columns_[at];
    const FieldInfo& info = *column.info;
    if (info.field.retired) {
        refuse(info.field.name, field_type_name(info.field.type), "the field is retired");
        return false;
    }
    bool memorable = repeats(info.field.type);
    if (memorable) {
        auto known = column.seen.find(text);
        if (known != column.seen.end()) {
            column.cell.text = known->second;
            column.cell.state = Cell::State::value;
            return true;
        }
    }
    Format own = format;
    if (own.default_country.empty()) {
        own.default_country = stored_country_;
    }
    if (!parse_text(info, text, own, column.cell, fault_.why)) {
        return refused(info);
    }
    if (memorable && column.cell.has_value() && column.seen.size() < max_seen) {
        column.seen.emplace(text, column.cell.text);
    }
    return true;
}

bool RowWriter::set_value(std::size_t at, const Value& value, const Format& format) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return set_text(at, *text, format);
    }
    Column& column = columns_[at];
    const FieldInfo& info = *column.info;
    if (info.field.retired) {
        refuse(info.field.name, field_type_name(info.field.type), "the field is retired");
        return false;
    }
    return parse_value(info, value, format, column.cell, fault_.why) || refused(info);
}

RowWriter::RowIdentifier& RowWriter::next_identifier() {
    if (used_identifiers_ == identifiers_.size()) {
        identifiers_.emplace_back();
    }
    return identifiers_[used_identifiers_++];
}

bool RowWriter::add_identifier(IdentifierKind kind, std::string_view system, std::string_view typed,
                               const Format& format) {
    Format own = format;
    if (own.default_country.empty()) {
        own.default_country = stored_country_;
    }
    RowIdentifier& row = next_identifier();
    if (normalise_into(kind, system, typed, own, row.identifier, fault_.why)) {
        return true;
    }
    --used_identifiers_;
    fault_.field = kind == IdentifierKind::email ? "email"
                   : kind == IdentifierKind::phone
                       ? "phone"
                       : "external:" + std::string(system.substr(0, 63));
    fault_.kind = "identifier";
    fault_.code = Errc::invalid;
    return false;
}

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
    if (found == SubjectId{}) {
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

RowOutcome RowWriter::insert_row(std::string_view source) {
    if (!other_required_.empty()) {
        const Field& field = other_required_.front()->field;
        return refuse(field.name, field_type_name(field.type), "required, but the row has none");
    }
    for (Column& column : columns_) {
        const Cell& cell = initial(column);
        if (column.info->field.required && !cell.has_value()) {
            return refuse(column.info->field.name, field_type_name(column.info->field.type),
                          "required, but blank");
        }
        if (column.unique && cell.has_value() && unique_taken(column, cell, SubjectId{})) {
            return RowOutcome::rejected;
        }
    }
    std::int64_t id = engine_.next_id(store::IdKind::subject);
    id_ = SubjectId{id};
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
    for (std::size_t at = 0; at < used_identifiers_; ++at) {
        insert_identifier(*insert_identifier_, id_, identifiers_[at].identifier,
                          identifiers_[at].hash);
    }
    announce(used_identifiers_ > 0, false);
    return RowOutcome::created;
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
