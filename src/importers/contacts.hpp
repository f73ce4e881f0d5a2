// People of another platform, row by row: their fields, identifiers, and what columns say of
// consent.
#pragma once

#include "consent/event_writer.hpp"
#include "importers/moment.hpp"
#include "importers/opt_outs.hpp"
#include "importers/run.hpp"
#include "subjects/csv_mapping.hpp"
#include "subjects/row_writer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace habeas::importers {

/// A column that says no.
struct OptOutColumn {
    enum class Means : std::uint8_t {
        yes_is_out,   ///< true: opted out
        filled_is_out ///< anything in it: opted out
    };
    std::size_t index = 0;
    Means means = Means::yes_is_out;
    OptOut opt_out;
};

struct ContactPlan {
    std::string table;                ///< of the source, and name of the part
    std::vector<std::string> columns; ///< that are read
    /// Of `columns` by index: fields and identifiers (kinds field and external).
    std::vector<subjects::MappedColumn> mapped;
    std::vector<OptOutColumn> opt_outs;
    /// Where MigrationConsent's columns are; parallel to the options.
    std::vector<std::size_t> consent_columns;
    std::vector<std::optional<std::size_t>> consent_times;
    char list_separator = '|';
    /// Separates several values of a consent column; 0: it has one.
    char consent_separator = '\0';
    std::string source; ///< kept with new subjects: "migrate:mautic"
    /// Why a row is left out on purpose; empty: it is not.
    std::function<std::string_view(const TableRow&)> leave_out = {};
};

/// Errc::invalid, Errc::not_found: a consent names no purpose, channel, text version or column.
void check_consents(Run& run, const ContactPlan& plan);

class Contacts {
  public:
    Contacts(Run& run, TableSource& source, OptOuts& opt_outs, ContactPlan plan,
             const MomentReader& moments);
    void write_all();

  private:
    void begin_batch();
    void prepare_writer();
    void write(const TableRow& row);
    bool fill(const TableRow& row);
    bool fill_field(const TableRow& row, const subjects::MappedColumn& column,
                    std::string_view text);
    std::optional<RowOutcome> upsert(const TableRow& row);
    bool as_good(const consent::PreparedEvent& event, const Evidence& evidence);
    void count(const TableRow& row, RowOutcome outcome);
    void note_identifiers(const TableRow& row);
    void column_says_no(const TableRow& row);
    [[nodiscard]] std::vector<subjects::NormalIdentifier> own_identifiers() const;
    [[nodiscard]] std::vector<subjects::NormalIdentifier> emails() const;
    void record_consents(const TableRow& row, const SaidNo& no);
    void record_consent(const TableRow& row, std::size_t at, const SaidNo& no);
    void withhold_value(const TableRow& row, const MigrationConsent& consent,
                        std::string_view reason);
    [[nodiscard]] std::optional<bool> agreed(const MigrationConsent& consent,
                                             std::string_view text) const;

    Run& run_;
    TableSource& source_;
    OptOuts& opt_outs_;
    ContactPlan plan_;
    const MomentReader& moments_;
    MigrationPart& part_;
    std::shared_ptr<const subjects::FieldSet> fields_;
    std::optional<subjects::RowWriter> writer_;
    consent::EventWriter events_;
    std::unordered_set<std::int64_t> touched_; ///< subjects of earlier rows
    // Of the current row.
    std::vector<subjects::NormalIdentifier> identifiers_;
    std::string zoned_;
    std::optional<std::size_t> phone_slot_;
    bool without_phone_ = false;
};

} // namespace habeas::importers
