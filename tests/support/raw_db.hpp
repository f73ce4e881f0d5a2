// A thin hold on the raw SQLite API for the tests of what lies below the store.
#pragma once

#include "catch.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace habeas::test {

struct SqliteError : std::runtime_error {
    SqliteError(int code_, const std::string& message) : std::runtime_error(message), code(code_) {}
    int code;
};

using Value = std::variant<std::int64_t, std::string>;

/// One connection; keeps its statements. Throws SqliteError.
class RawDb {
  public:
    RawDb(const std::string& path, const char* vfs,
          int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
        const int code = sqlite3_open_v2(path.c_str(), &db_, flags, vfs);
        if (code != SQLITE_OK) {
            const std::string message = db_ != nullptr ? sqlite3_errmsg(db_) : "open";
            const int extended = db_ != nullptr ? sqlite3_extended_errcode(db_) : code;
            sqlite3_close(db_);
            throw SqliteError(extended, message);
        }
        sqlite3_extended_result_codes(db_, 1);
    }
    RawDb(const RawDb&) = delete;
    RawDb& operator=(const RawDb&) = delete;
    ~RawDb() {
        for (auto& [sql, statement] : statements_) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(db_);
    }

    void exec(const std::string& sql) {
        check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), sql);
    }

    /// The first column of every row, as text; runs the statement to its end.
    std::vector<std::string> run(const std::string& sql, const std::vector<Value>& values = {}) {
        sqlite3_stmt*& statement = statements_[sql];
        if (statement == nullptr) {
            check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), sql);
        }
        int index = 0;
        for (const Value& value : values) {
            ++index;
            if (const auto* number = std::get_if<std::int64_t>(&value)) {
                sqlite3_bind_int64(statement, index, *number);
            } else {
                const auto& text = std::get<std::string>(value);
                sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                                  SQLITE_TRANSIENT);
            }
        }
        std::vector<std::string> rows;
        int code = SQLITE_ROW;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            if (sqlite3_column_count(statement) > 0) {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
                rows.emplace_back(text != nullptr ? text : "");
            }
        }
        sqlite3_reset(statement);
        check(code == SQLITE_DONE ? SQLITE_OK : code, sql);
        return rows;
    }

    std::string one(const std::string& sql) {
        const auto rows = run(sql);
        return rows.empty() ? std::string() : rows.front();
    }

    sqlite3* handle() noexcept { return db_; }

  private:
    void check(int code, const std::string& sql) {
        if (code != SQLITE_OK) {
            throw SqliteError(sqlite3_extended_errcode(db_), sql + ": " + sqlite3_errmsg(db_));
        }
    }

    sqlite3* db_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

/// An empty folder that goes with the object.
class TempFolder {
  public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "habeas-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Looks for any 8-byte window of given texts.
class ResidueSearch {
  public:
    void look_for(std::string_view text) {
        for (std::size_t at = 0; at + 8 <= text.size(); ++at) {
            const std::uint64_t window = key(text.data() + at);
            windows_.insert(window);
            filter_[slot(window)] = true;
        }
    }

    /// Number of places in `bytes` where a window begins.
    [[nodiscard]] std::size_t hits(std::string_view bytes) const {
        std::size_t found = 0;
        for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
            const std::uint64_t window = key(bytes.data() + at);
            found += filter_[slot(window)] ? windows_.count(window) : 0;
        }
        return found;
    }

    /// In every file of a folder.
    [[nodiscard]] std::size_t hits_in(const std::filesystem::path& folder) const {
        std::size_t found = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            found += entry.is_regular_file() ? hits(slurp(entry.path())) : 0;
        }
        return found;
    }

  private:
    static std::uint64_t key(const char* bytes) {
        std::uint64_t out = 0;
        std::copy(bytes, bytes + 8, reinterpret_cast<char*>(&out));
        return out;
    }
    static std::size_t slot(std::uint64_t window) { // of 2^24; most look-ups end here
        return static_cast<std::size_t>(window * 0x9E3779B97F4A7C15ULL >> 40U);
    }
    std::unordered_set<std::uint64_t> windows_;
    std::vector<bool> filter_ = std::vector<bool>(std::size_t{1} << 24U);
};

} // namespace habeas::test
