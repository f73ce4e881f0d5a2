// A connection to the database file that knows nothing of habeas, as somebody who tampers has it.
#pragma once

#include <functional>
#include <initializer_list>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace habeas::e2e {

class Foreign {
  public:
    explicit Foreign(const std::string& path) {
        if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE, "unix") != SQLITE_OK) {
            sqlite3_close(db_);
            throw std::runtime_error("a foreign connection could not be opened");
        }
    }
    Foreign(const Foreign&) = delete;
    Foreign& operator=(const Foreign&) = delete;
    ~Foreign() { sqlite3_close(db_); }

    void exec(const std::string& sql) {
        check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), sql);
    }
    void each(const std::string& sql, const std::function<void(sqlite3_stmt*)>& row) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), sql);
        int code = SQLITE_ROW;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            row(statement);
        }
        sqlite3_finalize(statement);
        check(code == SQLITE_DONE ? SQLITE_OK : code, sql);
    }
    /// One statement with blobs and one number after them.
    void write(const std::string& sql, std::initializer_list<std::string_view> blobs,
               std::int64_t number) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), sql);
        int index = 0;
        for (const std::string_view blob : blobs) {
            sqlite3_bind_blob(statement, ++index, blob.data(), static_cast<int>(blob.size()),
                              SQLITE_TRANSIENT);
        }
        sqlite3_bind_int64(statement, ++index, number);
        const int code = sqlite3_step(statement);
        sqlite3_finalize(statement);
        check(code == SQLITE_DONE ? SQLITE_OK : code, sql);
    }
    std::int64_t number(const std::string& sql) {
        std::int64_t out = 0;
        each(sql, [&out](sqlite3_stmt* row) { out = sqlite3_column_int64(row, 0); });
        return out;
    }

    static std::string bytes(sqlite3_stmt* row, int column) {
        const auto* data = static_cast<const char*>(sqlite3_column_blob(row, column));
        return data == nullptr
                   ? std::string()
                   : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
    }

  private:
    void check(int code, const std::string& sql) {
        if (code != SQLITE_OK) {
            throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
        }
    }

    sqlite3* db_ = nullptr;
};

} // namespace habeas::e2e
