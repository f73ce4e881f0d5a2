// Contacts and opt-outs from files of CSV: which column is what.
#pragma once

#include "importers/contact_plan.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::importers {

/// Opens a file as the run's options say, and makes it one of the run's sources. `backslash`:
/// CsvTableOptions.
std::unique_ptr<TableSource> add_csv(Run& run, const std::string& path,
                                     std::optional<bool> backslash);

/// What a platform calls its columns, beside the names and synonyms of every import.
struct HeaderWord {
    std::string_view header; ///< plain (subjects::plain_header)
    std::string_view target; ///< field or "external:<system>"
    bool fallback = false;   ///< taken only where another column gave nothing
};

/// Plan of the one table of `source`: options.columns as told, then `words`, then what every import
/// knows. Errc::invalid: no column identifies anybody.
ContactPlan plan_of_csv(Run& run, TableSource& source, std::span<const HeaderWord> words,
                        Platform platform);

/// Index of the only column whose plain header is one of `words`; nothing: none is.
std::optional<std::size_t> find_column(const std::vector<std::string>& headers,
                                       std::span<const std::string_view> words);

/// Columns of contacts that nothing takes go into the report.
void note_unmapped(Run& run, const ContactPlan& plan);

/// The run is refused unless the opt-outs are `read`, or a person confirmed that there are none.
void require_opt_outs(Run& run, bool read, const char* remedy);

} // namespace habeas::importers
