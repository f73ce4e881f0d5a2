// The import of contacts from CSV, row by row in batches. Consent columns are handed to a sink that
// the consent module implements.
#pragma once

#include "subjects/csv_run.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::subjects {

/// A consent column of a row that is not blank. UTF-8 and free of control characters.
struct ConsentCell {
    std::size_t slot = 0;    ///< of the column among the targets given to `begin`
    std::string_view target; ///< "consent.newsletter.email"
    std::string_view text;   ///< trimmed
};
struct ConsentRow {
    std::span<const ConsentCell> cells; ///< at least one
    std::string_view time;              ///< trimmed; empty: blank, or there is no such column
    std::string_view text_version;      ///< the same
    std::uint64_t line = 0;
};
struct ConsentFault {
    std::string target; ///< "consent.newsletter.email", "consent_time", "consent_text"
    std::string reason; ///< without the value
    /// true: the whole row is refused. false: the contact is imported, its consents are not
    /// recorded, and the rejects file says why.
    bool rejects_row = false;
};

/// Takes consent columns. Everything but `begin` runs inside a batch's write transaction.
class ConsentSink {
  public:
    virtual ~ConsentSink() = default;
    /// Once, before the first row. Throws Errc::invalid or not_found for a target that names
    /// nothing.
    virtual void begin(const std::vector<std::string>& targets) = 0;
    virtual void begin_batch() = 0;
    /// Before the subject is written.
    virtual std::optional<ConsentFault> check(const ConsentRow& row) = 0;
    /// After it was created, updated or found unchanged (not where it was skipped). Returns how
    /// many events were added; the same again adds none.
    virtual std::uint64_t record(SubjectId subject, const ConsentRow& row) = 0;
    /// Before the batch's commit.
    virtual void end_batch() = 0;
};

/// Errc::invalid with line and column for a file that is no CSV, or a mapping that names nothing;
/// what earlier batches committed stays, and the same import again makes no duplicates. A file that
/// a quote never closed or that is no text fails as a whole; a malformed record is a rejected row.
/// A dry run is one write transaction that is rolled back, so that repetitions within the file
/// count as they would; other writers wait meanwhile and `progress` must not call the store. `sink`
/// null: consent columns are refused.
ImportReport import_contacts(store::Engine& engine, CsvInput input, const ImportOptions& options,
                             ConsentSink* sink = nullptr);

} // namespace habeas::subjects
