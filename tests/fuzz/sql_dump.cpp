// covers: src/importers/sql_dump.cpp src/importers/sql_text.cpp src/importers/dump_source.cpp
// Laws of the reader of MySQL's dumps: how its input is cut into reads changes nothing; what the
// one pass counts is what the tables then give; rows written again as a dump read back as the same
// cells.
#include "fuzz.hpp"

#include "importers/dump_source.hpp"
#include "importers/sql_dump.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace habeas;
using namespace habeas::importers;

namespace {

struct Reading {
    std::vector<std::string> events;
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::string error;
    bool operator==(const Reading&) const = default;
};

SqlDumpLimits limits() {
    SqlDumpLimits out;
    out.max_cell_bytes = 1 << 16;
    out.max_columns = 64;
    return out;
}

Reading read_all(ReadAt read, std::size_t buffer) {
    Reading out;
    SqlDumpReader reader(std::move(read), limits(), {}, buffer);
    try {
        for (auto event = reader.next(); event != SqlDumpReader::Event::end;
             event = reader.next()) {
            fuzz::require(reader.table().columns.size() <= 64, "no more columns than allowed");
            out.events.push_back(std::to_string(static_cast<int>(event)) + reader.table().name);
            if (event == SqlDumpReader::Event::row) {
                auto& row = out.rows.emplace_back();
                for (const auto& cell : reader.cells()) {
                    fuzz::require(!cell || cell->size() <= limits().max_cell_bytes,
                                  "no longer cells");
                    row.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
                }
            }
        }
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "a parser refuses with Errc::invalid");
        out.error = error.what();
    }
    return out;
}

std::string written(const std::vector<std::vector<std::optional<std::string>>>& rows) {
    std::string out;
    for (const auto& row : rows) {
        out += "INSERT INTO t VALUES (";
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += i == 0 ? "" : ",";
            if (!row[i]) {
                out += "NULL";
                continue;
            }
            out += '\'';
            for (const char c : *row[i]) {
                out += c == '\'' || c == '\\' ? std::string("\\") + c
                       : c == '\0'            ? std::string("\\0")
                                              : std::string(1, c);
            }
            out += '\'';
        }
        out += ");\n";
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 1 << 16)
        return 0;
    const std::size_t piece = 1 + data[0] % 64;
    const std::string_view text = fuzz::view(data + 1, size - 1);

    const ReadAt memory = read_at_memory(text);
    const Reading whole = read_all(memory, 1 << 20);
    const Reading cut =
        read_all([&](std::uint64_t offset, char* buffer,
                     std::size_t room) { return memory(offset, buffer, std::min(room, piece)); },
                 128);
    fuzz::require(cut == whole, "the size of reads changes nothing");
    const Reading again = read_all(read_at_memory(written(whole.rows)), 1 << 20);
    fuzz::require(again.error.empty() && again.rows == whole.rows, "what is written reads back");

    fuzz::accepted([&] {
        const auto source = open_dump(memory, "fuzz");
        for (const std::string& table : source->tables()) {
            const auto cursor = source->open(table, source->columns(table));
            std::uint64_t rows = 0;
            for (TableRow row; cursor->next(row); ++rows) {
                fuzz::require(!row.fault.empty() ||
                                  row.cells.size() == source->columns(table).size(),
                              "a row is whole, or has a fault");
            }
            fuzz::require(rows == source->rows(table), "every row that was counted is given");
        }
    });
    return 0;
}
