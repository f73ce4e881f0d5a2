// People of another platform, row by row: their fields, identifiers, and what columns say of
// consent.
#pragma once

#include "importers/consent_columns.hpp"
#include "importers/contact_plan.hpp"
#include "importers/moment.hpp"
#include "subjects/row_writer.hpp"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace habeas::importers {

class Contacts {
  public:
    Contacts(Run& run, TableSource& source, OptOuts& opt_outs, ContactPlan plan,
             const MomentReader& moments);
    void write_all();

  private:
    void list_opt_outs();
    void begin_batch();
    void prepare_writer();
    void write(const TableRow& row);
    bool fill(const TableRow& row);
    bool fill_field(const TableRow& row, const subjects::MappedColumn& column,
                    std::string_view text);
    std::optional<RowOutcome> upsert(const TableRow& row);
    void count(const TableRow& row, RowOutcome outcome);
    void note_identifiers(const TableRow& row);
    bool list_columns(const TableRow& row);
    [[nodiscard]] std::vector<subjects::NormalIdentifier> own_identifiers() const;
    [[nodiscard]] std::vector<subjects::NormalIdentifier> emails() const;

    Run& run_;
    TableSource& source_;
    OptOuts& opt_outs_;
    ContactPlan plan_;
    const MomentReader& moments_;
    MigrationPart* opt_out_part_; ///< of the table's own columns; null: it has none
    MigrationPart& part_;
    std::shared_ptr<const subjects::FieldSet> fields_;
    std::optional<subjects::RowWriter> writer_;
    ConsentColumns consents_;
    std::unordered_set<std::int64_t> touched_; ///< subjects of earlier rows
    // Of the current row.
    std::vector<subjects::NormalIdentifier> identifiers_;
    std::string zoned_;
    std::optional<std::size_t> phone_slot_;
    bool without_phone_ = false;
};

} // namespace habeas::importers
