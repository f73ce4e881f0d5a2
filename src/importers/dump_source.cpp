#include "importers/dump_source.hpp"

#include "base/hash.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace habeas::importers {
namespace {

struct Stretch {
    SqlPlace begin; ///< of its first statement
};
/// What the dumpers write at the ends of a dump, unless told to write no comments.
constexpr std::array<std::string_view, 2> headings{"-- MySQL dump ", "-- MariaDB dump "};
constexpr std::string_view last_words = "-- Dump completed";
constexpr std::size_t end_bytes = 512;

struct DumpTable {
    std::vector<std::string> columns;
    std::vector<Stretch> stretches; ///< statements of this table with no other table's between
    std::uint64_t rows = 0;
};

class DumpCursor : public TableCursor {
  public:
    DumpCursor(ReadAt read, std::string name, const DumpTable* table,
               std::vector<std::string> wanted)
        : read_(std::move(read)), name_(std::move(name)), table_(table),
          wanted_(std::move(wanted)) {}

    bool next(TableRow& row) override {
        for (;;) {
            if (!reader_) {
                if (table_ == nullptr || at_ == table_->stretches.size()) {
                    return false;
                }
                reader_.emplace(read_, SqlDumpLimits{}, table_->stretches[at_++].begin);
            }
            switch (reader_->next()) {
            case SqlDumpReader::Event::insert:
                if (reader_->table().name != name_) {
                    reader_.reset();
                } else {
                    map_columns();
                }
                break;
            case SqlDumpReader::Event::row:
                fill(row);
                return true;
            case SqlDumpReader::Event::table:
            case SqlDumpReader::Event::end:
                reader_.reset();
                break;
            }
        }
    }
    [[nodiscard]] std::uint64_t done() const override { return number_; }
    [[nodiscard]] std::uint64_t total() const override { return table_ ? table_->rows : 0; }

  private:
    void map_columns() {
        const auto& own = reader_->table().columns;
        const auto& names = own.empty() ? table_->columns : own;
        width_ = names.size();
        places_ = places_of(names, wanted_);
    }

    void fill(TableRow& row) {
        const auto& values = reader_->cells();
        row.number = ++number_;
        row.line = reader_->line();
        row.fault = {};
        cells_.clear();
        if (values.size() != width_) {
            row.fault = values.size() > width_ ? "more values than the table has columns"
                                               : "fewer values than the table has columns";
        } else {
            for (const auto& place : places_) {
                cells_.push_back(place ? values[*place] : Cell{});
            }
        }
        row.cells = cells_;
    }

    ReadAt read_;
    std::string name_;
    const DumpTable* table_;
    std::vector<std::string> wanted_;
    std::size_t at_ = 0;
    std::optional<SqlDumpReader> reader_;
    std::vector<std::optional<std::size_t>> places_;
    std::size_t width_ = 0;
    std::vector<Cell> cells_;
    std::uint64_t number_ = 0;
};

class DumpSource : public TableSource {
  public:
    DumpSource(ReadAt read, std::string name, std::uint64_t bytes, const Progress& progress)
        : read_(std::move(read)), name_(std::move(name)) {
        find_tables(bytes, progress);
    }

    std::vector<std::string> tables() override {
        std::vector<std::string> out;
        for (const auto& [name, table] : tables_) {
            out.push_back(name);
        }
        return out;
    }
    std::vector<std::string> columns(const std::string& table) override {
        const auto found = tables_.find(table);
        return found == tables_.end() ? std::vector<std::string>{} : found->second.columns;
    }
    std::optional<std::uint64_t> rows(const std::string& table) override {
        const auto found = tables_.find(table);
        return found == tables_.end() ? 0 : found->second.rows;
    }
    std::unique_ptr<TableCursor> open(const std::string& table,
                                      const std::vector<std::string>& columns) override {
        const auto found = tables_.find(table);
        return std::make_unique<DumpCursor>(
            read_, table, found == tables_.end() ? nullptr : &found->second, columns);
    }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const std::string& sha256() const override { return sha256_; }

  private:
    void find_tables(std::uint64_t bytes, const Progress& progress) {
        base::Sha256 hash;
        std::uint64_t hashed = 0;
        // The one pass reads from begin to end: it hashes what it is given.
        SqlDumpReader reader([&](std::uint64_t offset, char* buffer, std::size_t size) {
            const std::size_t count = read_(offset, buffer, size);
            if (offset == hashed) {
                hash.add({buffer, count});
                hashed += count;
                if (progress && !progress(hashed, bytes)) {
                    throw Error(Errc::cancelled, "stopped while the dump was looked through");
                }
            }
            return count;
        });
        std::string last;
        for (SqlDumpReader::Event event = reader.next(); event != SqlDumpReader::Event::end;
             event = reader.next()) {
            const SqlTable& now = reader.table();
            if (event == SqlDumpReader::Event::table) {
                if (tables_.size() == SqlDumpLimits{}.max_tables) {
                    throw Error(Errc::invalid, name_ + ": too many tables", name_);
                }
                tables_[now.name].columns = now.columns;
                last.clear();
                continue;
            }
            const auto found = tables_.find(now.name);
            if (found == tables_.end()) {
                throw Error(Errc::invalid,
                            name_ + ": line " + std::to_string(reader.place().line) +
                                ": rows of table " + now.name +
                                ", which the dump does not define; dump again without "
                                "--no-create-info",
                            "line " + std::to_string(reader.place().line));
            }
            if (last != now.name) {
                last = now.name;
                found->second.stretches.push_back({reader.place()});
            }
            found->second.rows += reader.skip_rows();
        }
        sha256_ = base::to_hex(hash.finish());
        require_end(hashed);
        if (tables_.empty()) {
            throw Error(Errc::invalid, name_ + ": the dump has no tables", name_);
        }
    }

    /// A dump that broke off between two statements reads well, and lacks whoever comes last.
    void require_end(std::uint64_t bytes) const {
        const std::string begin = piece(0);
        const bool commented = std::any_of(headings.begin(), headings.end(), [&](auto each) {
            return begin.find(each) != std::string::npos;
        });
        const std::string end = piece(bytes - std::min<std::uint64_t>(bytes, end_bytes));
        if (commented && end.find(last_words) == std::string::npos) {
            throw Error(Errc::invalid,
                        name_ + ": the dump broke off, for its last line does not say that it was "
                                "completed; dump again",
                        name_);
        }
    }
    [[nodiscard]] std::string piece(std::uint64_t offset) const {
        std::string out(end_bytes, '\0');
        std::size_t filled = 0;
        for (std::size_t count = 1; count != 0 && filled < out.size(); filled += count) {
            count = read_(offset + filled, out.data() + filled, out.size() - filled);
        }
        out.resize(filled);
        return out;
    }

    ReadAt read_;
    std::string name_, sha256_;
    std::map<std::string, DumpTable> tables_;
};

} // namespace

std::unique_ptr<TableSource> open_dump(const std::string& path, const Progress& progress) {
    std::error_code ignored;
    const auto bytes = std::filesystem::file_size(path, ignored);
    return std::make_unique<DumpSource>(read_at_file(path),
                                        std::filesystem::path(path).filename().string(),
                                        ignored ? 0 : static_cast<std::uint64_t>(bytes), progress);
}

std::unique_ptr<TableSource> open_dump(ReadAt read, std::string name, const Progress& progress) {
    return std::make_unique<DumpSource>(std::move(read), std::move(name), 0, progress);
}

} // namespace habeas::importers
