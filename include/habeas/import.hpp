// CSV import as a stream (RFC 4180). Importing a contact makes nobody mailable.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/subject.hpp"

namespace habeas {

/// What a CSV column is. `target` is a field name, "external:<system>", "source", "-" (ignored) or,
/// for consent columns, "consent.<purpose>.<channel>".
struct ImportColumn {
    std::string header; ///< name in the first line, compared without case and blanks
    std::string target;
    /// dates: "iso" (default), "dmy", "mdy"; decimals: "point" (default), "comma"
    std::string format;
};

struct ImportOptions {
    std::vector<ImportColumn> columns; ///< empty: headers that are field names or core synonyms
    char delimiter = ',';
    bool windows1252 = false;  ///< else UTF-8, a BOM is skipped
    char list_separator = '|'; ///< multiselect
    OnMatch on_match = OnMatch::update;
    Blank blank = Blank::keep;
    bool dry_run = false;     ///< everything is checked and counted, nothing is kept
    std::string source;       ///< kept with new subjects; empty: "import:<file name>"
    std::string rejects_file; ///< CSV of line, column, field, value kind, reason; 0600; empty: none
    std::string default_country; ///< for phone numbers in national form; empty: the store's
    std::size_t batch = 10000;   ///< rows a transaction
    Progress progress;           ///< bytes read of bytes in all
    /// Evidence of consent columns: document reference, text version, method = import, time from
    /// `consent_time_column` (a header; without one no consent is recorded and the rows say why).
    std::string consent_time_column;
    std::string consent_text_version_column;
    std::string consent_document;
};

struct ImportReport {
    std::uint64_t rows = 0;
    std::uint64_t created = 0, updated = 0, unchanged = 0, skipped = 0, rejected = 0;
    std::uint64_t consents = 0;
    bool cancelled = false; ///< what was committed stays; the same import again makes no duplicates
    std::vector<std::string> unmapped;            ///< headers that no field took
    std::map<std::string, std::uint64_t> reasons; ///< rejects by reason
};

class Import {
  public:
    explicit Import(Store& store) : engine_(&store.engine()) {}
    explicit Import(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Errc::invalid with line and column for a file that is no CSV, or a mapping that names
    /// nothing.
    ImportReport contacts(const std::string& path, const ImportOptions& options = {});
    ImportReport contacts_text(std::string_view csv, const ImportOptions& options = {});
    /// A file of consent events: columns email or external:<system>, purpose, channel, action, at,
    /// text_version, language, method, form, submission, ip, user_agent, document, preticked,
    /// explicit, parental_authorisation (only the first five are required). Repeating it adds
    /// nothing twice.
    ImportReport consents(const std::string& path, const ImportOptions& options = {});
    ImportReport consents_text(std::string_view csv, const ImportOptions& options = {});

  private:
    store::Engine* engine_;
};

} // namespace habeas
