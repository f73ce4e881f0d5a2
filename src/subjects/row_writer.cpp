#include "subjects/row_writer.hpp"

#include "subjects/records.hpp"

#include <algorithm>

namespace habeas::subjects {
namespace {

/// Repeated values are looked up instead of normalised again; beyond this many they hardly repeat.
constexpr std::size_t max_seen = 1024;

bool repeats(FieldType type) {
    return type == FieldType::country || type == FieldType::language ||
           type == FieldType::timezone || type == FieldType::region;
}

} // namespace

RowWriter::RowWriter(store::Engine& engine, std::shared_ptr<const FieldSet> fields,
                     const std::vector<const FieldInfo*>& columns, Options options)
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
    remove_identifier_.emplace(
        engine.db().prepare("DELETE FROM identifier WHERE kind = ?1 AND hash = ?2"));
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
    spare_id_ = SubjectId{}; // a rolled-back transaction may have taken its block back
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

} // namespace habeas::subjects
