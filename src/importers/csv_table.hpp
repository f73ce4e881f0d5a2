// A CSV file as a source with one table.
#pragma once

#include "importers/table_source.hpp"

#include "base/csv.hpp"

namespace habeas::importers {

struct CsvTableOptions {
    char delimiter = ',';
    bool windows1252 = false;
    /// The quote behind a backslash is a character, as PHP's fputcsv writes it. Nothing: where the
    /// file has no BOM (Mautic's scheduled exports have none, those of its pages have one).
    std::optional<bool> backslash = false;
};

/// The table is named as the file. Its line 1 names the columns. Errc::invalid for what is no CSV.
std::unique_ptr<TableSource> open_csv_table(const std::string& path,
                                            const CsvTableOptions& options);

/// Makes RFC 4180 of what fputcsv writes: doubles a quote behind a backslash. A backslash, one
/// quote and the end of a cell: the cell ends with the backslash.
base::ReadBytes from_backslashes(base::ReadBytes read, char delimiter);

} // namespace habeas::importers
