#include "store/connection.hpp"

#include "base/files.hpp"
#include "store/limits.hpp"
#include "store/raw_files.hpp"
#include "store/vfs.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <unistd.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace habeas::store {
namespace {

struct Slot {
    sqlite3_stmt* stmt = nullptr;
    bool leased = false;
    std::uint64_t used = 0;
};

constexpr std::size_t max_text_statements = 100;

} // namespace

struct Connection::Impl {
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    /// Here and not in ~Connection, which does not run where the constructor throws.
    ~Impl() {
        if (database == nullptr) {
            return;
        }
        // A lease that outlives its connection is a defect; do not abort the host.
        while (sqlite3_stmt* left = sqlite3_next_stmt(database->getHandle(), nullptr)) {
            sqlite3_finalize(left);
        }
    }

    std::string path;
    ConnectionOptions options;
    // SQLiteCpp aborts the process when a database closes under a living statement.
    std::unique_ptr<SQLite::Database> database;
    std::unordered_map<const char*, Slot> literals;
    std::unordered_map<std::string, Slot> texts;
    std::unordered_set<std::string> predicates;
    std::uint64_t clock = 0;
};

std::string quote_name(std::string_view name) {
    std::string out;
    out.reserve(name.size() + 2);
    out += '"';
    for (const char c : name) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    out += '"';
    return out;
}

Error make_sqlite_error(sqlite3* db, int code, std::string_view what) {
    int extended = code;
    const char* text = sqlite3_errstr(code);
    if (db != nullptr && (sqlite3_extended_errcode(db) & 0xff) == (code & 0xff)) {
        extended = sqlite3_extended_errcode(db);
        text = sqlite3_errmsg(db);
    }
    auto make = [&](Errc errc, std::string_view advice) {
        return Error(errc,
                     fmt::format("{}: {}{}{}", what, text, advice.empty() ? "" : "; ", advice), {},
                     extended);
    };
    switch (code & 0xff) {
    case SQLITE_BUSY:
        return make(Errc::busy, "another program is using the store, try again");
    case SQLITE_LOCKED:
        return make(Errc::busy, "a reader of this handle is still open");
    case SQLITE_FULL:
        return make(Errc::full, "free some disk space; nothing was changed");
    case SQLITE_IOERR:
        return extended == SQLITE_IOERR_NOMEM
                   ? make(Errc::out_of_memory, "nothing was changed")
                   : make(Errc::io, "check the disk; nothing was changed");
    case SQLITE_CORRUPT:
        return make(Errc::corrupt, "the file is damaged, restore a backup");
    case SQLITE_NOTADB:
        return Error(Errc::not_a_store, fmt::format("{}: this is not an SQLite database", what), {},
                     extended);
    case SQLITE_READONLY:
        return make(Errc::read_only, "check the permissions of the file and its folder");
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return make(Errc::io, "check that the folder exists and may be written");
    case SQLITE_NOMEM:
        return make(Errc::out_of_memory, "nothing was changed");
    case SQLITE_INTERRUPT:
        return make(Errc::cancelled, "");
    case SQLITE_AUTH:
        return make(Errc::denied, "");
    case SQLITE_TOOBIG:
        return make(Errc::invalid, "the value is too long");
    case SQLITE_CONSTRAINT:
        // SQLite names table and column here, never the value.
        return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? make(Errc::exists, "")
                   : make(Errc::invalid, "");
    default:
        return make(Errc::internal, "");
    }
}

// ---- Statement

Statement::Statement(Connection* connection, sqlite3_stmt* stmt, void* slot)
    : connection_(connection), stmt_(stmt), slot_(slot) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), stmt_(std::exchange(other.stmt_, nullptr)),
      slot_(std::exchange(other.slot_, nullptr)) {}

Statement::~Statement() {
    if (stmt_ == nullptr) {
        return;
    }
    if (slot_ != nullptr) {
        sqlite3_reset(stmt_);
        sqlite3_clear_bindings(stmt_);
        static_cast<Slot*>(slot_)->leased = false;
    } else {
        sqlite3_finalize(stmt_);
    }
}

namespace {
void check_bind(const Connection* connection, int code) {
    if (code != SQLITE_OK) {
        connection->fail(code, "binding a value");
    }
}
} // namespace

Statement& Statement::bind(int index, std::int64_t value) {
    check_bind(connection_, sqlite3_bind_int64(stmt_, index, value));
    return *this;
}
Statement& Statement::bind(int index, double value) {
    check_bind(connection_, sqlite3_bind_double(stmt_, index, value));
    return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
    const char* data = text.data() != nullptr ? text.data() : "";
    check_bind(connection_,
               sqlite3_bind_text64(stmt_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}
Statement& Statement::bind(int index, Blob blob) {
    const char* data = blob.bytes.data() != nullptr ? blob.bytes.data() : "";
    check_bind(connection_,
               sqlite3_bind_blob64(stmt_, index, data, blob.bytes.size(), SQLITE_TRANSIENT));
    return *this;
}
Statement& Statement::bind(int index, std::nullptr_t) {
    check_bind(connection_, sqlite3_bind_null(stmt_, index));
    return *this;
}
Statement& Statement::bind_view(int index, std::string_view text) {
    const char* data = text.data() != nullptr ? text.data() : "";
    check_bind(connection_,
               sqlite3_bind_text64(stmt_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}
Statement& Statement::bind_view(int index, Blob blob) {
    const char* data = blob.bytes.data() != nullptr ? blob.bytes.data() : "";
    check_bind(connection_,
               sqlite3_bind_blob64(stmt_, index, data, blob.bytes.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(stmt_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    // The message must be read before the reset clears it.
    const Error error = make_sqlite_error(connection_->handle(), code, "the store");
    const bool lost_table =
        code == SQLITE_ERROR &&
        std::string_view(sqlite3_errmsg(connection_->handle())).starts_with("no such table");
    sqlite3_reset(stmt_);
    if (lost_table) {
        // It was compiled, and habeas drops no table: SQLite (3.40) ran out of memory while it read
        // a changed schema.
        throw Error(Errc::out_of_memory,
                    "the store: no memory to read the schema; nothing was changed", {}, code);
    }
    throw error;
}

void Statement::run() {
    while (step()) {
    }
    sqlite3_reset(stmt_);
}

void Statement::reset() {
    sqlite3_reset(stmt_);
}
int Statement::columns() const {
    return sqlite3_column_count(stmt_);
}
bool Statement::is_null(int column) const {
    return sqlite3_column_type(stmt_, column) == SQLITE_NULL;
}
std::int64_t Statement::i64(int column) const {
    return sqlite3_column_int64(stmt_, column);
}
double Statement::f64(int column) const {
    return sqlite3_column_double(stmt_, column);
}
std::string_view Statement::text(int column) const {
    return view(column, sqlite3_column_text(stmt_, column));
}
std::string_view Statement::blob(int column) const {
    return view(column, sqlite3_column_blob(stmt_, column));
}
std::string_view Statement::view(int column, const void* data) const {
    if (data != nullptr) {
        return {static_cast<const char*>(data),
                static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column))};
    }
    // NULL and no bytes have no address. But what SQLite had no memory for has none either, and
    // has become NULL.
    if (sqlite3_errcode(connection_->handle()) == SQLITE_NOMEM) {
        connection_->fail(SQLITE_NOMEM, "reading a value");
    }
    return {};
}
std::optional<std::int64_t> Statement::opt_i64(int column) const {
    return is_null(column) ? std::nullopt : std::optional(i64(column));
}
std::optional<std::string> Statement::opt_str(int column) const {
    return is_null(column) ? std::nullopt : std::optional(str(column));
}
std::string_view Statement::name(int column) const {
    return sqlite3_column_name(stmt_, column);
}

// ---- Connection

Connection::Connection(const std::string& path, const ConnectionOptions& options)
    : impl_(std::make_unique<Impl>()) {
    impl_->path = path;
    impl_->options = options;
    const bool memory = path == ":memory:";
    if (std::string_view(options.vfs) == vfs_name) {
        register_vfs();
    }
    int flags = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options.create || memory) {
        flags |= SQLITE_OPEN_CREATE;
    }
    try {
        impl_->database = std::make_unique<SQLite::Database>(
            path, flags | SQLITE_OPEN_NOMUTEX, static_cast<int>(options.busy_timeout.count()),
            memory ? std::string() : std::string(options.vfs));
    } catch (const SQLite::Exception& e) {
        const Error why =
            make_sqlite_error(nullptr, e.getErrorCode(), fmt::format("opening {}", path));
        throw Error(why.code(), why.what(), path, why.sqlite_code());
    }
    sqlite3* db = handle();
    sqlite3_extended_result_codes(db, 1);
    if (options.application != 0) {
        merge_log_on_close(false);
    }
    require_application();
    for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                        {SQLITE_DBCONFIG_DQS_DDL, 0},
                                        {SQLITE_DBCONFIG_DQS_DML, 0},
                                        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                                        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}}) {
        int now = -1;
        if (sqlite3_db_config(db, option, value, &now) != SQLITE_OK || now != value) {
            throw Error(Errc::unsupported,
                        fmt::format("this SQLite refuses the safety setting {}", option));
        }
    }
    if (options.must_be_empty) {
        refuse_content(path);
    }
    const char* synchronous = options.synchronous != nullptr
                                  ? options.synchronous
                                  : (options.durability == Durability::full ? "FULL" : "NORMAL");
    // temp_store=MEMORY keeps sorted personal data out of temporary files; mmap would write pages
    // past the scrubbing VFS.
    exec(fmt::format("PRAGMA secure_delete={}; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                     "PRAGMA cell_size_check=ON; PRAGMA recursive_triggers=ON;"
                     "PRAGMA cache_size=-16384; PRAGMA synchronous={};",
                     options.secure_delete ? "ON" : "OFF", synchronous));
    if (options.foreign) {
        refuse_store(path);
        return;
    }
    if (!memory && !options.read_only) {
        const auto mode = scalar("PRAGMA journal_mode=WAL");
        if (mode != "wal") {
            throw Error(
                Errc::network_filesystem,
                fmt::format("{}: the file system does not support write-ahead logging; keep "
                            "the store on a local disk",
                            path),
                path);
        }
    }
    if (scalar("PRAGMA auto_vacuum") != "0") {
        throw Error(Errc::not_a_store,
                    fmt::format("{}: the file has auto_vacuum on, which habeas never sets", path),
                    path);
    }
}

bool Connection::moved() const noexcept {
    int moved = 0;
    return sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved != 0;
}

void Connection::merge_log_on_close(bool merge) {
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, merge ? 0 : 1, nullptr);
}

void Connection::refuse_store(const std::string& path) {
    if (scalar("PRAGMA application_id") == std::to_string(application_id)) {
        throw Error(Errc::denied,
                    fmt::format("{} is a store of habeas, which is never a data holder", path),
                    path);
    }
}

void Connection::refuse_content(const std::string& path) {
    bool nothing = false;
    try {
        nothing = empty() && scalar("PRAGMA application_id") == "0";
    } catch (const Error& error) {
        if (error.code() != Errc::not_a_store) {
            throw;
        }
    }
    if (!nothing) {
        throw Error(Errc::exists, fmt::format("{} exists already", path), path);
    }
}

/// Before any pragma that writes: switching to the log would change a file of somebody else.
void Connection::require_application() {
    if (impl_->options.application == 0) {
        return;
    }
    const std::string& path = impl_->path;
    bool interrupted = false;
    try {
        const std::int64_t found = scalar_i64("PRAGMA application_id");
        if (found == impl_->options.application) {
            return;
        }
        interrupted = found == 0 && empty();
    } catch (const Error& e) {
        throw Error(e.code(), fmt::format("{}: {}", path, e.what()), path, e.sqlite_code());
    }
    throw Error(Errc::not_a_store,
                interrupted ? fmt::format("{} holds nothing yet: its creation was interrupted; "
                                          "create it again",
                                          path)
                            : fmt::format("{} is a database, but not one of habeas", path),
                path);
}

Connection::~Connection() = default;

namespace {

std::string_view argument(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text == nullptr
               ? std::string_view()
               : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

void delete_predicate(void* predicate) {
    delete static_cast<TextPredicate*>(predicate);
}

/// In a handler: no exception may cross SQLite.
void tell_sqlite(sqlite3_context* context) noexcept {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const Error& error) {
        sqlite3_result_error(context, error.what(), -1);
        if (error.sqlite_code() != 0) {
            sqlite3_result_error_code(context, error.sqlite_code());
        }
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

void call_predicate(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[1]) == SQLITE_NULL) {
        return;
    }
    try {
        auto* predicate = static_cast<TextPredicate*>(sqlite3_get_auxdata(context, 0));
        if (predicate == nullptr) {
            const auto make = reinterpret_cast<MakePredicate>(sqlite3_user_data(context));
            auto made = make(argument(arguments[0]));
            const bool matches = made->matches(argument(arguments[1]));
            sqlite3_result_int(context, matches ? 1 : 0);
            // May delete it at once, where the pattern is no constant.
            sqlite3_set_auxdata(context, 0, made.release(), delete_predicate);
            return;
        }
        sqlite3_result_int(context, predicate->matches(argument(arguments[1])) ? 1 : 0);
    } catch (...) {
        tell_sqlite(context);
    }
}

constexpr int max_numbers = 4;

void delete_numbers(void* function) {
    delete static_cast<NumberFunction*>(function);
}

void call_numbers(sqlite3_context* context, int count, sqlite3_value** arguments) {
    try {
        std::array<std::int64_t, max_numbers> numbers{};
        const auto size = static_cast<std::size_t>(count);
        for (std::size_t i = 0; i < size; ++i) {
            numbers.at(i) = sqlite3_value_int64(arguments[i]);
        }
        const auto& function = *static_cast<NumberFunction*>(sqlite3_user_data(context));
        sqlite3_result_int64(context, function(std::span(numbers).first(size)));
    } catch (...) {
        tell_sqlite(context);
    }
}

} // namespace

void Connection::define_numbers(const char* name, int arguments, NumberFunction function) {
    if (!impl_->predicates.insert(name).second) {
        return;
    }
    // SQLite deletes it, also where this fails.
    const int code =
        sqlite3_create_function_v2(handle(), name, arguments, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                   std::make_unique<NumberFunction>(std::move(function)).release(),
                                   call_numbers, nullptr, nullptr, delete_numbers);
    if (code != SQLITE_OK) {
        impl_->predicates.erase(name);
        fail(code, "making a function");
    }
}

void Connection::define_predicate(const char* name, MakePredicate make) {
    if (!impl_->predicates.insert(name).second) {
        return;
    }
    const int code = sqlite3_create_function_v2(
        handle(), name, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        reinterpret_cast<void*>(make), call_predicate, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        impl_->predicates.erase(name);
        fail(code, "making a function");
    }
}

void Connection::forget_statements() {
    auto drop = [](auto& map) {
        for (auto it = map.begin(); it != map.end();) {
            if (it->second.leased) {
                ++it;
            } else {
                sqlite3_finalize(it->second.stmt);
                it = map.erase(it);
            }
        }
    };
    drop(impl_->literals);
    drop(impl_->texts);
}

namespace {
sqlite3_stmt* compile(const Connection& connection, const char* sql, std::size_t size,
                      unsigned int flags) {
    sqlite3_stmt* stmt = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(connection.handle(), sql, static_cast<int>(size) + 1, flags,
                                        &stmt, &tail);
    if (code != SQLITE_OK) {
        connection.fail(code, "preparing a statement");
    }
    return stmt;
}
} // namespace

Statement Connection::prepare(const char* sql) {
    Slot& slot = impl_->literals[sql];
    if (slot.stmt == nullptr) {
        slot.stmt =
            compile(*this, sql, std::char_traits<char>::length(sql), SQLITE_PREPARE_PERSISTENT);
    }
    if (slot.leased) {
        return {this, compile(*this, sql, std::char_traits<char>::length(sql), 0), nullptr};
    }
    slot.leased = true;
    return {this, slot.stmt, &slot};
}

Statement Connection::prepare_text(const std::string& sql) {
    auto& texts = impl_->texts;
    if (texts.size() >= max_text_statements && !texts.contains(sql)) {
        auto oldest = texts.end();
        for (auto it = texts.begin(); it != texts.end(); ++it) {
            if (!it->second.leased &&
                (oldest == texts.end() || it->second.used < oldest->second.used)) {
                oldest = it;
            }
        }
        if (oldest != texts.end()) {
            sqlite3_finalize(oldest->second.stmt);
            texts.erase(oldest);
        }
    }
    Slot& slot = texts[sql];
    slot.used = ++impl_->clock;
    if (slot.stmt == nullptr) {
        slot.stmt = compile(*this, sql.c_str(), sql.size(), SQLITE_PREPARE_PERSISTENT);
    }
    if (slot.leased) {
        return {this, compile(*this, sql.c_str(), sql.size(), 0), nullptr};
    }
    slot.leased = true;
    return {this, slot.stmt, &slot};
}

void Connection::exec(const char* sql) {
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code, "the store");
    }
}

std::optional<std::string> Connection::scalar(const std::string& sql) {
    Statement statement(this, compile(*this, sql.c_str(), sql.size(), 0), nullptr);
    if (!statement.step() || statement.is_null(0)) {
        return std::nullopt;
    }
    return statement.str(0);
}

std::int64_t Connection::scalar_i64(const char* sql) {
    Statement statement = prepare(sql);
    return statement.step() ? statement.i64(0) : 0;
}

std::uint32_t Connection::data_version() const noexcept {
    unsigned int version = 0;
    sqlite3_file_control(handle(), "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return version;
}

std::int64_t Connection::changes() const noexcept {
    return sqlite3_changes64(handle());
}
bool Connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle()) == 0;
}
const std::string& Connection::path() const noexcept {
    return impl_->path;
}
bool Connection::read_only() const noexcept {
    return impl_->options.read_only;
}
bool Connection::empty() {
    return scalar("SELECT count(*) FROM sqlite_schema") == "0";
}
sqlite3* Connection::handle() const noexcept {
    return impl_->database->getHandle();
}

void Connection::fail(int code, std::string_view what) const {
    throw make_sqlite_error(handle(), code, what);
}

Connection::Checkpoint Connection::truncate_wal(std::chrono::milliseconds wait, bool sync) {
    if (impl_->path == ":memory:") {
        return {true, 0};
    }
    sqlite3_busy_timeout(handle(), static_cast<int>(wait.count()));
    int frames = 0;
    int moved = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved);
    sqlite3_busy_timeout(handle(), static_cast<int>(impl_->options.busy_timeout.count()));
    if (code == SQLITE_OK) {
        if (sync) {
            raw_sync(*this, RawFile::wal);
        }
        // The cached pages of this connection still have, in their unallocated space, what the VFS
        // zeroed in the file; its next write would carry that into the log. Other connections drop
        // theirs by themselves: they see that the log was begun anew.
        sqlite3_db_release_memory(handle());
        return {true, 0};
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return {false, frames > moved ? frames - moved : frames};
    }
    fail(code, "emptying the write-ahead log");
}

void unlink_database(const std::string& path) noexcept {
    try {
        for (const char* suffix : {"", "-wal", "-shm"}) {
            ::unlink((path + suffix).c_str());
        }
    } catch (...) { // no memory for a name: the file stays
    }
}

void Connection::backup_to(const std::string& path, const Progress& progress) {
    if (base::file_size(path, "backup")) {
        throw Error(Errc::exists, fmt::format("{} exists already; name a new file", path), path);
    }
    try {
        copy_to(path, progress);
    } catch (...) { // half a copy is none
        unlink_database(path);
        throw;
    }
}

void Connection::copy_to(const std::string& path, const Progress& progress) {
    Connection target(path, ConnectionOptions{.vfs = impl_->options.vfs, .create = true});
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", handle(), "main");
    if (backup == nullptr) {
        target.fail(sqlite3_errcode(target.handle()), "copying the store");
    }
    int code = SQLITE_OK;
    bool go_on = true;
    while (go_on && code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, 1024);
        if (code != SQLITE_OK && code != SQLITE_DONE) {
            break;
        }
        const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup));
        go_on = !progress || progress(total - left, total);
    }
    sqlite3_backup_finish(backup);
    if (!go_on) {
        throw Error(Errc::cancelled, "copying the store was cancelled", path);
    }
    if (code != SQLITE_DONE) {
        target.fail(code, "copying the store");
    }
}

} // namespace habeas::store
