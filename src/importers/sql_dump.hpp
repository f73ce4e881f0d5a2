// A reader of what mysqldump and mariadb-dump write: tables and their rows, as a stream. It knows
// CREATE TABLE, INSERT and REPLACE with values, comments and DELIMITER, skips every other
// statement, and executes nothing.
#pragma once

#include "importers/sql_text.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::importers {

struct SqlTable {
    std::string name;
    std::vector<std::string> columns;
};

/// One pass over a dump, or over a part of it.
class SqlDumpReader {
  public:
    enum class Event : std::uint8_t {
        end,
        table,  ///< a CREATE TABLE: table()
        insert, ///< a statement that inserts rows begins: table().name, place()
        row,    ///< cells() of table().columns
    };

    explicit SqlDumpReader(ReadAt read, SqlDumpLimits limits = {}, SqlPlace begin = {},
                           std::size_t buffer_bytes = 256 << 10);
    ~SqlDumpReader();
    SqlDumpReader(SqlDumpReader&&) noexcept;
    SqlDumpReader& operator=(SqlDumpReader&&) noexcept;

    /// Errc::invalid names line and what was expected, never a value: text that is no dump, a
    /// string never closed, another character set than UTF-8, a bomb.
    Event next();
    /// After `insert`: whether rows() are given one by one (as they are unless said) or counted
    /// only. Returns the number of rows skipped.
    std::uint64_t skip_rows();
    /// Of the current insert: the columns it names itself; empty: all of the table's.
    [[nodiscard]] const SqlTable& table() const;
    [[nodiscard]] const std::vector<std::optional<std::string_view>>& cells() const;
    [[nodiscard]] SqlPlace place() const;       ///< where the current statement begins
    [[nodiscard]] std::uint64_t line() const;   ///< of the current row
    [[nodiscard]] std::uint64_t offset() const; ///< bytes read

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace habeas::importers
