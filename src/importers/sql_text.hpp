// SQL as dumps write it: blanks, names, strings and values, read a buffer at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace habeas::importers {

/// Reads `size` bytes at most from `offset` on; 0: the end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, char* buffer, std::size_t size)>;
/// A file, without following a symbolic link. Errc::not_found, Errc::invalid, Errc::io.
ReadAt read_at_file(const std::string& path);
ReadAt read_at_memory(std::string_view text);

struct SqlDumpLimits {
    std::size_t max_cell_bytes = 64 << 20;
    std::size_t max_row_bytes = 128 << 20;
    std::size_t max_columns = 4096;
    std::size_t max_tables = 10'000;
};

struct SqlPlace {
    std::uint64_t offset = 0, line = 1;
};

/// What is malformed is Errc::invalid with its line, never a value.
class SqlText {
  public:
    SqlText(ReadAt source, SqlDumpLimits limits, SqlPlace begin, std::size_t buffer_bytes);

    static constexpr int end_of_input = -1;
    static bool is_space(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
    }
    static bool is_digit(int c) { return c >= '0' && c <= '9'; }
    static bool is_word(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
               c == '$' || c >= 0x80;
    }

    [[nodiscard]] const SqlDumpLimits& limits() const { return limits_; }
    [[nodiscard]] std::uint64_t line() const { return lines_; }
    [[nodiscard]] std::uint64_t offset() const { return base_ + at_; }
    [[noreturn]] void fail(const std::string& what) const;

    /// `ahead`: less than 128.
    int peek(std::size_t ahead = 0);
    int get();
    bool take(char c);
    void expect(char c, const char* where);

    /// Blanks and comments. What MySQL would run of a conditional comment is settings only, but for
    /// its character set.
    void skip_blanks();
    /// Of "set names utf8mb4" in lower case: another character set than UTF-8 is refused.
    void check_names(const std::string& lower) const;
    std::string word(); ///< in lower case; may be empty
    /// In backquotes, double quotes (ANSI) or bare.
    std::string name();
    std::string table_name(); ///< of `schema`.`table`: the table
    /// After the opening quote. `out` null: skipped.
    void string(char quote, std::string* out);
    /// Appended to `out`; null: skipped. True: NULL.
    bool value(std::string* out);

  private:
    bool fill();
    void skip_line();
    void skip_block_comment();
    void note_character_set(); ///< at "/*!40101 SET NAMES utf8mb4 */"
    void number(std::string* out);
    void hex(std::string* out, char closing);
    void bits(std::string* out); ///< b'0101', as the bytes that MySQL gives

    ReadAt read_;
    SqlDumpLimits limits_;
    std::string buffer_;
    std::size_t at_ = 0, filled_ = 0;
    std::uint64_t base_ = 0; ///< offset of the buffer's first byte
    std::uint64_t lines_ = 1;
};

} // namespace habeas::importers
