// The only class that talks to SQLite: one connection, its cached statements, its transaction
// state.
#pragma once

#include "habeas/error.hpp"
#include "habeas/store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace habeas::store {

struct Blob {
    std::string_view bytes;
};

/// A leased statement. Reset and given back to the cache when it goes; must not outlive its
/// connection.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // Parameters are numbered from 1. Text and blobs are copied unless bound with *_view (then they
    // must live until the statement is reset).
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, int value) { return bind(index, static_cast<std::int64_t>(value)); }
    Statement& bind(int index, bool value) { return bind(index, std::int64_t{value}); }
    Statement& bind(int index, double value);
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, const std::string& text) {
        return bind(index, std::string_view(text));
    }
    Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
    Statement& bind(int index, Blob blob);
    Statement& bind(int index, std::nullptr_t);
    template <class T>
    Statement& bind(int index, const std::optional<T>& value) {
        return value ? bind(index, *value) : bind(index, nullptr);
    }
    Statement& bind_view(int index, std::string_view text);
    Statement& bind_view(int index, Blob blob);
    /// Binds all in order.
    template <class... Ts>
    Statement& bind_all(const Ts&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    bool step();  ///< true: a row; false: done. Throws Error.
    void run();   ///< steps to the end and resets, so that it can be bound again
    void reset(); ///< bindings stay

    // Columns are numbered from 0.
    [[nodiscard]] int columns() const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t i64(int column) const;
    [[nodiscard]] double f64(int column) const;
    [[nodiscard]] std::string_view text(int column) const; ///< valid until the next step
    [[nodiscard]] std::string_view blob(int column) const; ///< valid until the next step
    [[nodiscard]] std::string str(int column) const { return std::string(text(column)); }
    [[nodiscard]] std::optional<std::int64_t> opt_i64(int column) const;
    [[nodiscard]] std::optional<std::string> opt_str(int column) const;
    [[nodiscard]] std::string_view name(int column) const;
    [[nodiscard]] sqlite3_stmt* handle() const noexcept { return stmt_; }

  private:
    friend class Connection;
    Statement(class Connection* connection, sqlite3_stmt* stmt, void* slot);
    [[nodiscard]] std::string_view view(int column, const void* data) const;
    Connection* connection_;
    sqlite3_stmt* stmt_;
    void* slot_; ///< cache entry, null for a statement of its own
};

struct ConnectionOptions {
    const char* vfs = "habeas";
    bool read_only = false;
    bool create = false;
    bool must_be_empty = false; ///< Errc::exists where the file holds anything; nothing is changed
    /// Errc::not_a_store for a file with another number in its header, before anything is written;
    /// 0: any file.
    std::int64_t application = 0;
    Durability durability = Durability::full;
    std::chrono::milliseconds busy_timeout{5000};
    bool secure_delete = true;         ///< off only in tests that show why it is on
    const char* synchronous = nullptr; ///< overrides durability; tests only
    /// Another program's database: its journal mode stays as it is. Errc::denied for a store of
    /// habeas.
    bool foreign = false;
};

/// A test of texts that SQL calls as name(pattern, text). Made once for a pattern in a statement.
class TextPredicate {
  public:
    virtual ~TextPredicate() = default;
    virtual bool matches(std::string_view text) = 0;
};
using MakePredicate = std::unique_ptr<TextPredicate> (*)(std::string_view pattern);
/// A number found from numbers; may read through the same connection.
using NumberFunction = std::function<std::int64_t(std::span<const std::int64_t>)>;

class Connection {
  public:
    /// `path` ":memory:" for none. Sets and checks every pragma; see README.md for the list.
    Connection(const std::string& path, const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// `sql` must be a literal (or live as long as the connection): the cache keys by address.
    Statement prepare(const char* sql);
    /// For SQL made at run time (column lists); cached by text, the 100 last used.
    Statement prepare_text(const std::string& sql);
    /// One or more statements without parameters and results.
    void exec(const char* sql);
    void exec(const std::string& sql) { exec(sql.c_str()); }
    /// First column of the first row of a PRAGMA or SELECT, nothing if there is no row or it is
    /// NULL.
    std::optional<std::string> scalar(const std::string& sql);
    std::int64_t scalar_i64(const char* sql);

    /// A number that changes with every commit to the file that this connection has seen; no
    /// statement runs (SQLITE_FCNTL_DATA_VERSION).
    [[nodiscard]] std::uint32_t data_version() const noexcept;
    [[nodiscard]] std::int64_t changes() const noexcept;
    [[nodiscard]] bool in_transaction() const noexcept; ///< not autocommit
    [[nodiscard]] const std::string& path() const noexcept;
    [[nodiscard]] bool read_only() const noexcept;
    [[nodiscard]] bool empty(); ///< no tables
    [[nodiscard]] sqlite3* handle() const noexcept;
    /// Makes name(pattern, text) known to SQL: 1, 0, or NULL for a NULL text. Neither views nor
    /// triggers of the file can call it. `name` must be a literal; cheap when it is known already.
    void define_predicate(const char* name, MakePredicate make);
    /// The path names another file now, or none (SQLITE_FCNTL_HAS_MOVED).
    [[nodiscard]] bool moved() const noexcept;
    /// Whether closing the last connection carries the log into the file. Not so for an existing
    /// store until it is known that they belong together (own_log.hpp).
    void merge_log_on_close(bool merge);
    /// The same for name(number, ...), of four arguments at most, with what is in the database
    /// then.
    void define_numbers(const char* name, int arguments, NumberFunction function);
    /// Drops cached statements (before ALTER TABLE and DROP).
    void forget_statements();
    /// Throws the Error for an SQLite result code; `what` names the action.
    [[noreturn]] void fail(int code, std::string_view what) const;

    struct Checkpoint {
        bool complete = false; ///< the WAL has no bytes left
        int frames_left = 0;
    };
    /// wal_checkpoint(TRUNCATE): moves all into the database file and empties the WAL, for good: a
    /// power cut does not bring back what was in it. Without `sync` only the next commit makes that
    /// final: it begins the log anew and syncs its header. Never throws busy.
    Checkpoint truncate_wal(std::chrono::milliseconds wait, bool sync = true);
    /// Copies the database to a new file (0600), page by page; whole or not at all. Errc::exists.
    void backup_to(const std::string& path, const Progress& progress);

  private:
    friend class Statement;
    void refuse_content(const std::string& path);
    void refuse_store(const std::string& path);
    void require_application();
    void copy_to(const std::string& path, const Progress& progress);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Quotes an identifier for SQL ("a""b"). The one way a name gets into SQL text.
std::string quote_name(std::string_view name);
/// Deletes a database that nobody has open, with what SQLite keeps beside it, as far as it goes.
void unlink_database(const std::string& path) noexcept;
/// Message and code for an SQLite result code.
Error make_sqlite_error(sqlite3* db, int code, std::string_view what);

} // namespace habeas::store
