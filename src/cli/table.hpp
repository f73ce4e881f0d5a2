// Tables for people, aligned by what a terminal shows.
#pragma once

#include "output.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace habeas::cli {

struct Column {
    std::string title;
    bool number = false; ///< set to the right
};

/// Rows are kept until enough are there to know how wide the columns are; a terminal that is too
/// narrow wraps the widest cells, and one that is far too narrow gets one line a value.
class Table {
  public:
    Table(Output& out, std::vector<Column> columns);
    void row(std::vector<std::string> cells); ///< escaped here
    void end();                               ///< writes what is kept; "(none)" for no row at all

  private:
    void flush();
    bool fit();
    void print(const std::vector<std::string>& cells);
    void print_as_record(const std::vector<std::string>& cells);
    [[nodiscard]] std::size_t total() const;

    Output& out_;
    std::vector<Column> columns_;
    std::vector<std::size_t> widths_, words_; ///< of the widest cell, of the longest word
    std::vector<std::vector<std::string>> kept_;
    bool any_ = false;
    bool records_ = false;
};

} // namespace habeas::cli
