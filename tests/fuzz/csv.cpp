// covers: src/base/csv.cpp
// Laws of the CSV reader: how its input is cut into reads changes nothing; every cell lies within
// the limits; what it read, written by csv_cell, reads back as the same cells.
#include "fuzz.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace habeas;
using namespace habeas::base;

namespace {

struct Reading {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::uint64_t> lines;
    std::vector<std::string> errors;
    std::uint64_t bytes = 0;
    bool operator==(const Reading&) const = default;
};

ReadBytes in_pieces(std::string_view text, std::size_t piece) {
    return [text, piece](char* buffer, std::size_t size) mutable {
        const std::size_t n = std::min({piece, size, text.size()});
        std::copy_n(text.data(), n, buffer);
        text.remove_prefix(n);
        return n;
    };
}

void take(const CsvReader& reader, std::span<const CsvCell> row, const CsvOptions& options,
          Reading& out) {
    fuzz::require(!row.empty() && row.size() <= options.max_columns, "1 to max_columns cells");
    auto& cells = out.rows.emplace_back();
    for (const CsvCell& cell : row) {
        fuzz::require(cell.column >= 1, "columns count from 1");
        // Windows-1252 becomes up to three bytes of UTF-8.
        fuzz::require(cell.text.size() <= options.max_cell_bytes * (options.windows1252 ? 3 : 1),
                      "no longer cells");
        cells.emplace_back(cell.text);
    }
    fuzz::require(out.lines.empty() || reader.line() > out.lines.back(), "lines go up");
    out.lines.push_back(reader.line());
    fuzz::require(reader.record() == out.rows.size() + out.errors.size(), "records are counted");
}

/// Goes on behind a broken record; stops where the whole file is refused.
Reading read_all_rows(const ReadBytes& source, const CsvOptions& options) {
    Reading out;
    CsvReader reader(source, options);
    std::span<const CsvCell> row;
    for (bool more = true; more && !reader.failed();) {
        try {
            more = reader.next(row);
            if (more)
                take(reader, row, options, out);
        } catch (const Error& error) {
            fuzz::require(error.code() == Errc::invalid, "a parser refuses with Errc::invalid");
            out.errors.emplace_back(error.what());
        }
    }
    if (reader.failed())
        fuzz::require(!fuzz::accepted([&] { reader.next(row); }), "a refused file stays refused");
    out.bytes = reader.bytes();
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    // Two bytes choose the options, the rest is the file.
    CsvOptions options;
    options.delimiter = ",;\t|"[data[0] & 3];
    options.windows1252 = (data[0] & 4) != 0;
    options.max_columns = (data[0] & 8) != 0 ? 4 : 2000;
    options.max_cell_bytes = (data[0] & 16) != 0 ? 16 : 1 << 20;
    options.max_record_bytes = (data[0] & 64) != 0 ? 100 : 8 << 20;
    options.buffer_bytes = (data[0] & 32) != 0 ? 16 : 4096;
    const std::size_t piece = 1 + data[1] % 64;
    const std::string_view text = fuzz::view(data + 2, size - 2);

    const Reading whole = read_all_rows(read_memory(text), options);
    Reading cut = read_all_rows(in_pieces(text, piece), options);
    if (!whole.errors.empty())
        cut.bytes = whole.bytes; // how far it had read ahead of a fault may differ
    fuzz::require(cut == whole, "the size of reads changes nothing");
    if (whole.errors.empty())
        fuzz::require(whole.bytes == text.size(), "all bytes are counted");

    std::string written = "\xEF\xBB\xBF"; // else a first cell that begins with a BOM would lose it
    for (const auto& row : whole.rows) {
        std::string line;
        for (const auto& cell : row)
            line += (&cell == row.data() ? "" : ",") + csv_cell(cell, false);
        written += (line.empty() ? "\"\"" : line) + "\r\n";
    }
    CsvOptions plain;
    plain.buffer_bytes = 4096;
    plain.max_cell_bytes = 4 << 20; // Windows-1252 grows when it becomes UTF-8
    const Reading again = read_all_rows(read_memory(written), plain);
    fuzz::require(again.errors.empty() && again.rows == whole.rows, "what is written reads back");
    return 0;
}
