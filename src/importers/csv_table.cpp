#include "importers/csv_table.hpp"

#include "base/hash.hpp"
#include "habeas/error.hpp"
#include "subjects/csv_mapping.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace habeas::importers {
namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";

/// "CSV line 5, column 7: reason": the place is no part of the reason.
std::string without_place(const Error& error) {
    const std::string text = error.what();
    const std::size_t place = text.find(error.where() + ": ");
    return place == std::string::npos ? text : text.substr(place + error.where().size() + 2);
}

class CsvCursor : public TableCursor {
  public:
    CsvCursor(base::ReadBytes read, const base::CsvOptions& options, std::uint64_t bytes,
              const std::vector<std::string>& header, const std::vector<std::string>& wanted)
        : reader_(std::move(read), options), bytes_(bytes), width_(header.size()),
          places_(places_of(header, wanted)) {
        std::span<const base::CsvCell> first;
        reader_.next(first);
    }

    bool next(TableRow& row) override {
        cells_.clear();
        row.fault = {};
        std::span<const base::CsvCell> cells;
        try {
            if (!reader_.next(cells)) {
                return false;
            }
            if (cells.size() != width_) {
                row.fault = cells.size() > width_ ? "more cells than the header has columns"
                                                  : "fewer cells than the header has columns";
            } else {
                for (const auto& place : places_) {
                    cells_.push_back(place ? Cell{cells[*place].text} : Cell{});
                }
            }
        } catch (const Error& error) {
            if (error.code() != Errc::invalid || reader_.failed()) {
                throw;
            }
            fault_ = without_place(error);
            row.fault = fault_;
        }
        row.number = ++number_;
        row.line = reader_.line();
        row.cells = cells_;
        return true;
    }
    [[nodiscard]] std::uint64_t done() const override { return reader_.bytes(); }
    [[nodiscard]] std::uint64_t total() const override { return bytes_; }

  private:
    base::CsvReader reader_;
    std::uint64_t bytes_;
    std::size_t width_;
    std::vector<std::optional<std::size_t>> places_;
    std::vector<Cell> cells_;
    std::string fault_;
    std::uint64_t number_ = 0;
};

class CsvSource : public TableSource {
  public:
    CsvSource(const std::string& path, const CsvTableOptions& options)
        : path_(path), name_(std::filesystem::path(path).filename().string()),
          backslash_(options.backslash) {
        csv_.delimiter = options.delimiter;
        csv_.windows1252 = options.windows1252;
        hash_file();
        base::CsvReader reader(bytes(), csv_);
        std::span<const base::CsvCell> row;
        if (!reader.next(row)) {
            throw Error(Errc::invalid,
                        name_ + ": the file is empty; its first line names the columns", "header");
        }
        header_ = subjects::header_texts(row);
    }

    std::vector<std::string> tables() override { return {name_}; }
    std::vector<std::string> columns(const std::string& table) override {
        return table == name_ ? header_ : std::vector<std::string>{};
    }
    std::optional<std::uint64_t> rows(const std::string& /*table*/) override {
        return std::nullopt;
    }
    std::unique_ptr<TableCursor> open(const std::string& /*table*/,
                                      const std::vector<std::string>& columns) override {
        return std::make_unique<CsvCursor>(bytes(), csv_, size_, header_, columns);
    }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const std::string& sha256() const override { return sha256_; }

  private:
    void hash_file() {
        base::Sha256 hash;
        const base::ReadBytes read = base::read_file(path_);
        std::string buffer(256 << 10, '\0');
        bool first = true;
        for (std::size_t count = read(buffer.data(), buffer.size()); count != 0;
             count = read(buffer.data(), buffer.size())) {
            const std::string_view piece(buffer.data(), count);
            if (first && !backslash_) {
                backslash_ = !piece.starts_with(bom);
            }
            first = false;
            hash.add(piece);
            size_ += count;
        }
        sha256_ = base::to_hex(hash.finish());
    }
    base::ReadBytes bytes() {
        base::ReadBytes read = base::read_file(path_);
        return backslash_.value_or(false) ? from_backslashes(std::move(read), csv_.delimiter)
                                          : read;
    }

    std::string path_, name_, sha256_;
    std::optional<bool> backslash_;
    base::CsvOptions csv_;
    std::uint64_t size_ = 0;
    std::vector<std::string> header_;
};

/// State of from_backslashes, which looks one byte ahead.
class Doubling {
  public:
    Doubling(base::ReadBytes read, char delimiter)
        : read_(std::move(read)), delimiter_(delimiter), in_(64 << 10, '\0') {}

    std::size_t operator()(char* buffer, std::size_t size) {
        while (out_.size() - given_ < size && !ended_) {
            step();
        }
        const std::size_t count = std::min(size, out_.size() - given_);
        std::memcpy(buffer, out_.data() + given_, count);
        given_ += count;
        if (given_ == out_.size()) {
            out_.clear();
            given_ = 0;
        }
        return count;
    }

  private:
    /// -1: the end.
    int get() {
        if (at_ == filled_) {
            filled_ = read_(in_.data(), in_.size());
            at_ = 0;
            if (filled_ == 0) {
                return -1;
            }
        }
        return static_cast<unsigned char>(in_[at_++]);
    }
    void step() {
        const int c = ahead_ == none ? get() : ahead_;
        ahead_ = none;
        if (c == -1) {
            ended_ = true;
            return;
        }
        if (c == '"' && quoted_ && escaped_) {
            ahead_ = get();
            const bool ends = ahead_ == -1 || ahead_ == '\n' || ahead_ == '\r' ||
                              ahead_ == static_cast<unsigned char>(delimiter_);
            out_ += ends ? "\"" : "\"\"";
            quoted_ = !ends;
            escaped_ = false;
            return;
        }
        if (c == '"') {
            quoted_ = !quoted_; // a doubled one does so twice
        }
        // In PHP a second backslash does not end the escape.
        escaped_ = quoted_ && c == '\\';
        out_ += static_cast<char>(c);
    }

    static constexpr int none = -2;
    base::ReadBytes read_;
    char delimiter_;
    std::string in_, out_;
    std::size_t at_ = 0, filled_ = 0, given_ = 0;
    int ahead_ = none;
    bool quoted_ = false, escaped_ = false, ended_ = false;
};

} // namespace

base::ReadBytes from_backslashes(base::ReadBytes read, char delimiter) {
    auto state = std::make_shared<Doubling>(std::move(read), delimiter);
    return [state](char* buffer, std::size_t size) { return (*state)(buffer, size); };
}

std::unique_ptr<TableSource> open_csv_table(const std::string& path,
                                            const CsvTableOptions& options) {
    return std::make_unique<CsvSource>(path, options);
}

} // namespace habeas::importers
