// Standard output: text, documents, JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas::cli {

using Json = nlohmann::ordered_json;

class Output {
  public:
    explicit Output(std::FILE* to);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Text that is fit to be shown. Throws ClosedPipe, or Errc::io.
    void write(std::string_view text);
    /// The same with a line break; characters that are not fit to be shown are escaped.
    void line(std::string_view text);
    /// A document of the store (HTML, CSV, receipt): the bytes as they are, escaped on a terminal.
    void document(std::string_view text);
    /// One JSON value, indented.
    void json(const Json& value);
    void flush();

    [[nodiscard]] bool terminal() const noexcept { return terminal_; }
    /// Columns of the terminal, or of COLUMNS; 0: as wide as one likes.
    [[nodiscard]] std::size_t width() const noexcept { return width_; }

  private:
    std::FILE* to_;
    bool terminal_;
    std::size_t width_;
};

/// A JSON array with one element a line, written as it comes.
class JsonArray {
  public:
    explicit JsonArray(Output& out) : out_(&out) {}
    void add(const Json& element);
    void end();

  private:
    Output* out_;
    bool any_ = false;
};

/// Names and values, one a line, for a single thing.
using Record = std::vector<std::pair<std::string, std::string>>;
void print_record(Output& out, const Record& record);

} // namespace habeas::cli
