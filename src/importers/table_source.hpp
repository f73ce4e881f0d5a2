// A table of another platform, wherever it comes from: a CSV file, a dump of MySQL, a live server.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::importers {

/// NULL is nothing; a cell of a CSV is never NULL.
using Cell = std::optional<std::string_view>;

struct TableRow {
    std::uint64_t number = 0;    ///< from 1, in the order of the source
    std::uint64_t line = 0;      ///< of the file where it begins; 0: no file
    std::span<const Cell> cells; ///< of the columns asked for, in their order; empty: see fault
    std::string_view fault;      ///< why the row could not be read, without its values
};

/// Where each of `wanted` is in `names`; nothing: it is not there.
std::vector<std::optional<std::size_t>> places_of(const std::vector<std::string>& names,
                                                  const std::vector<std::string>& wanted);

/// Rows of one table; views are valid until the next call. One cursor of a source at a time.
class TableCursor {
  public:
    TableCursor() = default;
    TableCursor(const TableCursor&) = delete;
    TableCursor& operator=(const TableCursor&) = delete;
    virtual ~TableCursor() = default;
    /// False: no more rows. Errc::invalid (place, never a value) for what is malformed as a whole.
    virtual bool next(TableRow& row) = 0;
    [[nodiscard]] virtual std::uint64_t done() const = 0;  ///< bytes or rows, for progress
    [[nodiscard]] virtual std::uint64_t total() const = 0; ///< 0: unknown
};

class TableSource {
  public:
    TableSource() = default;
    TableSource(const TableSource&) = delete;
    TableSource& operator=(const TableSource&) = delete;
    virtual ~TableSource() = default;

    [[nodiscard]] virtual std::vector<std::string> tables() = 0; ///< in order of name
    /// Names of its columns in order; empty: there is no such table.
    [[nodiscard]] virtual std::vector<std::string> columns(const std::string& table) = 0;
    /// How many rows it has; nothing: not known without reading it.
    [[nodiscard]] virtual std::optional<std::uint64_t> rows(const std::string& table) = 0;
    /// Reads `columns` of it; one that is not there gives NULL in every row.
    virtual std::unique_ptr<TableCursor> open(const std::string& table,
                                              const std::vector<std::string>& columns) = 0;
    /// For people and evidence: the file's name, "mysql:<database>".
    [[nodiscard]] virtual const std::string& name() const = 0;
    /// SHA-256 of the file, hexadecimal; empty: a server, whose rows may change.
    [[nodiscard]] virtual const std::string& sha256() const = 0;
};

} // namespace habeas::importers
