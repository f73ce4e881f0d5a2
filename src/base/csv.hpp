// A streaming reader of RFC 4180 that knows line and column. Rows are views into its buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace habeas::base {

struct CsvOptions {
    char delimiter = ','; ///< any ASCII character but quote, CR, LF, NUL
    char quote = '"';
    std::size_t max_columns = 2000; ///< more is an error of the whole file (a bomb)
    std::size_t max_cell_bytes = 1 << 20;
    std::size_t max_record_bytes = 8 << 20; ///< bounds the memory of the reader
    std::size_t buffer_bytes = 256 << 10;   ///< to begin with; a longer record makes it grow
    bool windows1252 = false;               ///< else UTF-8; a BOM is skipped
};

/// Reads `size` bytes at most into `buffer`; 0 = end. May throw: the reader has failed then.
using ReadBytes = std::function<std::size_t(char* buffer, std::size_t size)>;

struct CsvCell {
    std::string_view text;    ///< unquoted, UTF-8 not yet checked (windows1252: already converted)
    bool quoted = false;      ///< "" differs from nothing
    std::uint32_t column = 0; ///< byte column in its line where the cell starts, 1-based
};

class CsvReader {
  public:
    /// Throws Errc::invalid for options that cannot be.
    CsvReader(ReadBytes read, CsvOptions options);
    ~CsvReader();
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;

    /// The next record, valid until the next call; empty lines are skipped; false at the end.
    /// Throws Errc::invalid, with line and column in the message, without any text of the file:
    /// * errors of one record: text after a closing quote, a bare quote inside an unquoted cell, a
    ///   byte that is not Windows-1252. A caller may go on: the next call skips what is left of
    ///   that line.
    /// * errors of the whole file (`failed()`; each further call throws the same): a quote never
    ///   closed, too many columns, too long a cell or record, another encoding by its BOM.
    bool next(std::span<const CsvCell>& row);
    [[nodiscard]] bool failed() const noexcept;
    [[nodiscard]] std::uint64_t
    line() const noexcept; ///< first line of the current record, 1-based
    [[nodiscard]] std::uint64_t record() const noexcept; ///< 1-based number of the current record
    [[nodiscard]] std::uint64_t bytes() const noexcept;  ///< input bytes consumed, for progress

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Reads a file without following a symbolic link at its last component.
ReadBytes read_file(const std::string& path);
/// Reads from memory (tests, C ABI).
ReadBytes read_memory(std::string_view text);

} // namespace habeas::base
