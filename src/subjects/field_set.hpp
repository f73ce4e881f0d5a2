// The fields of a store as they are now, with what is needed to read and write their columns.
#pragma once

#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "subjects/cell.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace habeas::subjects {

/// Look-up in maps of strings by a view, without making a string.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

/// Core fields that identifiers and decisions rest on: never renamed, retired or removed.
enum class Role : std::uint8_t { none, email, phone, country, birth, recipient_type };

enum class Storage : std::uint8_t { text, integer, real, sealed, choices };

struct FieldInfo {
    Field field;
    std::int64_t id = 0;
    std::string column; ///< quoted, for SQL; empty for multiselect
    Storage storage = Storage::text;
    Role role = Role::none;
    TextSet choices; ///< select, multiselect
};

class FieldSet {
  public:
    FieldSet(store::Engine& engine, FieldOwner owner);
    [[nodiscard]] const std::vector<FieldInfo>& all() const { return fields_; }
    [[nodiscard]] const FieldInfo* find(std::string_view name) const;
    [[nodiscard]] const FieldInfo* find(Role role) const;
    [[nodiscard]] const std::vector<Field>& definitions() const { return definitions_; }
    [[nodiscard]] std::int64_t generation() const { return generation_; }
    /// ", f_a, f_b": the columns of all fields that have one, in the order of all().
    [[nodiscard]] const std::string& columns() const { return columns_; }
    [[nodiscard]] FieldOwner owner() const { return owner_; }

  private:
    FieldOwner owner_;
    std::int64_t generation_;
    std::vector<FieldInfo> fields_;
    std::vector<Field> definitions_;
    TextMap<std::size_t> by_name_;
    std::string columns_;
};

/// The fields by the store's present definitions, kept with the handle.
std::shared_ptr<const FieldSet> field_set(store::Engine& engine, FieldOwner owner);

/// As find(), but Errc::not_found names the field.
const FieldInfo& require_field(const FieldSet& fields, std::string_view name);

std::string_view class_name(FieldClass value) noexcept;
std::string_view owner_name(FieldOwner value) noexcept;
Storage storage_of(const Field& field) noexcept;
/// Column of a field, quoted: "f_<name>".
std::string column_of(std::string_view name);
/// What is kept of a definition beside name, type and class: JSON, keys sorted.
std::string definition_json(const Field& field);
void read_definition(std::string_view json, Field& field);

/// Writes the views anew (v_subject and v_organisation have one column for each field). In a write
/// transaction; call after each change of the fields.
void drop_views(store::Engine& engine);
void create_views(store::Engine& engine);

} // namespace habeas::subjects
