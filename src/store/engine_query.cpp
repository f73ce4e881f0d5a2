// Read-only SQL over the documented views.
#include "store/engine.hpp"

#include <sqlite3.h>

#include <cstring>
#include <new>
#include <set>
#include <tuple>

namespace habeas::store {
namespace {

/// What the views read: table, column, and the view it is read in. A common table expression may
/// take a view's name, so the name alone permits nothing.
using Reads = std::set<std::tuple<std::string, std::string, std::string>>;

struct Permission {
    Reads reads;
    bool learning =
        false; ///< the views themselves are compiled: their reads are the permitted ones
    bool out_of_memory = false; ///< in the answer to SQLite, through which nothing may be thrown
};

int answer(Permission& permission, int action, const char* first, const char* second,
           const char* database, const char* inner) {
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ: {
        if (database == nullptr || std::strncmp(first, "v_", 2) == 0) {
            return SQLITE_OK; // a subquery's or a view's own columns
        }
        if (inner == nullptr) {
            return SQLITE_DENY;
        }
        auto read = std::tuple(std::string(first), std::string(second), std::string(inner));
        if (permission.learning) {
            permission.reads.insert(std::move(read));
            return SQLITE_OK;
        }
        return permission.reads.contains(read) ? SQLITE_OK : SQLITE_DENY;
    }
    case SQLITE_FUNCTION:
        return second != nullptr && std::strcmp(second, "load_extension") != 0 ? SQLITE_OK
                                                                               : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

int authorise(void* context, int action, const char* first, const char* second,
              const char* database, const char* inner) noexcept {
    auto& permission = *static_cast<Permission*>(context);
    try {
        return answer(permission, action, first, second, database, inner);
    } catch (const std::bad_alloc&) {
        permission.out_of_memory = true;
        return SQLITE_DENY;
    }
}

struct Deadline {
    std::chrono::steady_clock::time_point at;
};
int past_deadline(void* context) {
    return std::chrono::steady_clock::now() > static_cast<Deadline*>(context)->at ? 1 : 0;
}

struct Guarded {
    sqlite3* db;
    Guarded(sqlite3* handle, Permission& permission, Deadline& deadline) : db(handle) {
        sqlite3_set_authorizer(db, authorise, &permission);
        sqlite3_progress_handler(db, 10000, past_deadline, &deadline);
    }
    ~Guarded() {
        sqlite3_set_authorizer(db, nullptr, nullptr);
        sqlite3_progress_handler(db, 0, nullptr, nullptr);
    }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
};

struct Finalize {
    void operator()(sqlite3_stmt* stmt) const { sqlite3_finalize(stmt); }
};

} // namespace

void Engine::query(const std::string& sql, const std::vector<std::string>& parameters,
                   const std::function<bool(const std::vector<std::string>&,
                                            const std::vector<std::optional<std::string>>&)>& row,
                   std::chrono::milliseconds limit) {
    sqlite3* db = db_->handle();
    Deadline deadline{std::chrono::steady_clock::now() + limit};
    std::vector<std::string> views;
    {
        Statement found = db_->prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND substr(name, 1, 2) = 'v_'");
        while (found.step()) {
            views.push_back(found.str(0));
        }
    }
    Permission permission;
    const Guarded guard(db, permission, deadline);
    permission.learning = true;
    for (const auto& view : views) {
        sqlite3_stmt* trusted = nullptr;
        const std::string all = "SELECT * FROM " + quote_name(view);
        sqlite3_prepare_v3(db, all.c_str(), static_cast<int>(all.size()) + 1, 0, &trusted, nullptr);
        sqlite3_finalize(trusted);
    }
    permission.learning = false;
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code =
        sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size()) + 1, 0, &raw, &tail);
    const std::unique_ptr<sqlite3_stmt, Finalize> stmt(raw);
    if (permission.out_of_memory) {
        throw std::bad_alloc();
    }
    if ((code & 0xff) == SQLITE_AUTH) {
        throw Error(Errc::denied,
                    "a query may only read the views v_...; see the list in the README", "sql",
                    code);
    }
    if (code != SQLITE_OK) {
        throw Error(Errc::invalid, std::string("the query: ") + sqlite3_errmsg(db), "sql", code);
    }
    if (raw == nullptr) {
        throw Error(Errc::invalid, "the query is empty", "sql");
    }
    while (*tail == ' ' || *tail == ';' || *tail == '\n' || *tail == '\t' || *tail == '\r') {
        ++tail;
    }
    if (*tail != '\0' || sqlite3_stmt_readonly(raw) == 0) {
        throw Error(Errc::denied, "a query is one SELECT statement", "sql");
    }
    const int wanted = sqlite3_bind_parameter_count(raw);
    if (wanted != static_cast<int>(parameters.size())) {
        throw Error(Errc::invalid, "the query has another number of parameters than were given",
                    "parameters");
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        sqlite3_bind_text64(raw, static_cast<int>(i) + 1, parameters[i].c_str(),
                            parameters[i].size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    const int columns = sqlite3_column_count(raw);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) {
        names.emplace_back(sqlite3_column_name(raw, i));
    }
    std::vector<std::optional<std::string>> values(static_cast<std::size_t>(columns));
    for (;;) {
        const int step = sqlite3_step(raw);
        if (step == SQLITE_DONE) {
            return;
        }
        if (step == SQLITE_INTERRUPT) {
            throw Error(Errc::cancelled, "the query took longer than its time limit", "sql", step);
        }
        if (permission.out_of_memory) { // SQLite compiles again what another program changed
            throw std::bad_alloc();
        }
        if (step != SQLITE_ROW) {
            throw make_sqlite_error(db, step, "the query");
        }
        for (int i = 0; i < columns; ++i) {
            auto& value = values[static_cast<std::size_t>(i)];
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
            if (text == nullptr) {
                value.reset();
            } else {
                value.emplace(text, static_cast<std::size_t>(sqlite3_column_bytes(raw, i)));
            }
        }
        if (!row(names, values)) {
            return;
        }
    }
}

} // namespace habeas::store
