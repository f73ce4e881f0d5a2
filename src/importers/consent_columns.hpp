// Columns of contacts that say whether somebody agreed, as events of the ledger.
#pragma once

#include "consent/event_writer.hpp"
#include "importers/contact_plan.hpp"
#include "importers/moment.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace habeas::importers {

/// Errc::invalid, Errc::not_found: a consent names no purpose, channel, text version or column, or
/// a column that says who opted out.
void check_consents(Run& run, const ContactPlan& plan);

class ConsentColumns {
  public:
    ConsentColumns(Run& run, TableSource& source, const ContactPlan& plan,
                   const MomentReader& moments);

    void begin_batch() { writer_.begin(); }
    void end_batch() { writer_.finish(); }
    /// What the row says, unless the input says no of the same person.
    void record(SubjectId subject, const TableRow& row, const SaidNo& no);

  private:
    struct Place {
        std::size_t column = 0;
        std::optional<std::size_t> time;
    };

    void record_one(SubjectId subject, const TableRow& row, std::size_t at, const SaidNo& no);
    void withhold(const TableRow& row, const MigrationConsent& consent, std::string_view reason);
    [[nodiscard]] bool as_good(SubjectId subject, const consent::PreparedEvent& event,
                               const Evidence& evidence);
    [[nodiscard]] std::optional<bool> agreed(const MigrationConsent& consent,
                                             std::string_view text) const;

    Run& run_;
    TableSource& source_;
    const ContactPlan& plan_;
    const MomentReader& moments_;
    MigrationPart& part_;
    consent::EventWriter writer_;
    std::vector<Place> places_; ///< parallel to the options' consents
};

} // namespace habeas::importers
