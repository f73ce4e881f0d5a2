// The one way a subject is written: create, update and upsert, row by row with a fixed list of
// fields. Statements and buffers live as long as the writer, so that a bulk import allocates
// little.
#pragma once

#include "subjects/field_set.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/values.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::subjects {

/// Why a row was refused. Never holds a value.
struct RowFault {
    std::string field; ///< field, "email", "phone", "external:<system>", or empty: the row
    std::string kind;  ///< of the value: the field's type, "identifier", "row"
    Refusal why;
    Errc code = Errc::invalid;
    [[nodiscard]] Error error() const {
        return refusal_error(field.empty() ? "row" : field, why, code);
    }
};

class RowWriter {
  public:
    struct Options {
        OnMatch on_match = OnMatch::update;
        Blank blank = Blank::keep;
        /// Writes e-mail and phone as typed even if the normal form is the same. Off in imports,
        /// where spellings of one address would take turns.
        bool respell = false;
    };
    /// `columns`: the fields that rows may set, of `fields`.
    RowWriter(store::Engine& engine, std::shared_ptr<const FieldSet> fields,
              const std::vector<const FieldInfo*>& columns, Options options);

    /// First call in each write transaction.
    void begin();
    /// Have the definitions changed since this writer was made? Then make another.
    [[nodiscard]] bool stale() const;

    // One row: clear, fill, write. A fill that gives false has set fault(): the row is refused.
    void clear();
    bool set_text(std::size_t column, std::string_view text, const Format& format);
    bool set_value(std::size_t column, const Value& value, const Format& format);
    bool add_identifier(IdentifierKind kind, std::string_view system, std::string_view typed,
                        const Format& format);
    [[nodiscard]] bool has_value(std::size_t column) const {
        return columns_[column].cell.has_value();
    }
    /// The row's own country, if it has set one: the best default for its phone numbers.
    [[nodiscard]] std::string_view country() const;

    /// Finds the subject by the row's identifiers; creates or updates. In a write transaction.
    RowOutcome upsert(std::string_view source);
    /// Errc::exists in fault() if an identifier is taken.
    RowOutcome create(std::string_view source);
    /// `version` 0: whichever. `id` exists.
    RowOutcome update(SubjectId id, std::int64_t version = 0);

    [[nodiscard]] SubjectId id() const { return id_; }
    [[nodiscard]] const RowFault& fault() const { return fault_; }
    [[nodiscard]] std::size_t columns() const { return columns_.size(); }
    [[nodiscard]] const FieldInfo& column(std::size_t at) const { return *columns_[at].info; }
    /// Column of a field, if rows may set it.
    [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const;
    RowOutcome refuse(std::string_view field, std::string_view kind, std::string_view reason,
                      Errc code = Errc::invalid);

  private:
    struct Column {
        const FieldInfo* info;
        int parameter = 0; ///< in insert and update; 0: multiselect
        Cell cell;
        Cell current;       ///< as stored, while a row is updated
        Cell default_value; ///< for new subjects
        bool changed = false;
        TextMap<std::string> seen; ///< normal forms of the few values that come again and again
        std::optional<store::Statement> unique;
    };
    struct RowIdentifier {
        NormalIdentifier identifier;
        base::Hash128 hash{};
        SubjectId owner{}; ///< 0: nobody
    };

    bool refused(const FieldInfo& info, Errc code = Errc::invalid);
    void prepare_columns(const std::vector<const FieldInfo*>& columns);
    void collect_identifiers();
    void look_up_owners();
    bool owned_by_others(SubjectId self);
    [[nodiscard]] bool contradicts(SubjectId found) const;
    bool may_create();
    RowOutcome insert_row(std::string_view source);
    bool insert_if_new(std::string_view source);
    void take_id();
    void insert_subject(std::string_view source);
    RowOutcome update_row(SubjectId id, std::int64_t version);
    RowIdentifier& next_identifier();
    bool unique_taken(Column& column, const Cell& cell, SubjectId self);
    void read_current(const store::Statement& row);
    bool find_changes(bool& any);
    [[nodiscard]] std::optional<StoredIdentifier> identifier_of(const Column& column) const;
    [[nodiscard]] bool same_address(const Column& column) const;
    [[nodiscard]] bool row_has(const StoredIdentifier& stored) const;
    bool change_identifiers(bool& added, bool& removed);
    void write_update();
    void announce(bool added, bool changed);
    [[nodiscard]] const Cell& initial(const Column& column) const {
        return column.cell.has_value() ? column.cell : column.default_value;
    }

    store::Engine& engine_;
    std::shared_ptr<const FieldSet> fields_;
    Options options_;
    IdentifierKeys keys_;
    std::vector<Column> columns_;
    std::vector<std::pair<const FieldInfo*, Cell>> other_defaults_;
    std::vector<const FieldInfo*> other_required_;
    std::vector<RowIdentifier> identifiers_;
    std::size_t used_identifiers_ = 0;
    std::vector<NormalIdentifier> replaced_; ///< identifiers that the update takes away
    std::vector<store::HashRef> hashes_;
    std::vector<void (*)(store::Engine&, SubjectId, std::span<const store::HashRef>)> added_hooks_;
    std::int64_t now_ = 0;
    std::string stored_country_; ///< setting default_country
    SubjectId id_{};
    SubjectId spare_id_{}; ///< taken, but not used
    bool expect_new_ = true;
    RowFault fault_;
    std::optional<store::Statement> find_, insert_, insert_identifier_, remove_identifier_, select_,
        update_;
};

/// Calls the hooks of all modules: identifiers went, or what decides changed.
void call_subject_changed(store::Engine& engine, SubjectId id);
/// Records what decided before a change, if it differs from what decides now, and tells the
/// modules.
void record_profile_change(store::Engine& engine, SubjectId id, const Profile& before,
                           bool identifiers_removed);

} // namespace habeas::subjects
