#include "importers/mysql_source.hpp"

#include "habeas/error.hpp"

#include <mysql.h>

#include <algorithm>

namespace habeas::importers {
namespace {

constexpr unsigned connect_seconds = 10;
constexpr unsigned read_seconds = 120;

struct CloseConnection {
    void operator()(MYSQL* connection) const noexcept { ::mysql_close(connection); }
};
struct FreeResult {
    void operator()(MYSQL_RES* result) const noexcept { ::mysql_free_result(result); }
};
using Connection = std::unique_ptr<MYSQL, CloseConnection>;
using Result = std::unique_ptr<MYSQL_RES, FreeResult>;

/// The server's own words repeat what was asked, and may repeat values: its number says enough.
[[noreturn]] void fail(MYSQL* connection, const char* doing) {
    const unsigned number = ::mysql_errno(connection);
    const bool refused = number == 1044 || number == 1045 || number == 1142 || number == 1698 ||
                         number == 1227 || number == 2026;
    throw Error(refused ? Errc::denied : Errc::io,
                std::string("server of MySQL: ") + doing + ": error " + std::to_string(number) +
                    (number == 2026   ? " (TLS); this machine's server needs none, another's does"
                     : refused        ? " (not permitted); the user needs SELECT on the database"
                     : number == 1049 ? " (no such database)"
                                      : ""),
                "server");
}

std::string quoted(const std::string& name) {
    std::string out = "`";
    for (const char c : name) {
        out += c == '`' ? "``" : std::string(1, c);
    }
    return out + "`";
}

bool local(const std::string& host) {
    return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1";
}

void run(MYSQL* connection, const std::string& sql, const char* doing) {
    if (::mysql_real_query(connection, sql.data(), sql.size()) != 0) {
        fail(connection, doing);
    }
}

class MysqlCursor : public TableCursor {
  public:
    /// `selected`: names that are there, in order, of which `places` says where each wanted one is.
    MysqlCursor(MYSQL* connection, const std::string& sql,
                std::vector<std::optional<std::size_t>> places, std::uint64_t total)
        : connection_(connection), places_(std::move(places)), total_(total) {
        run(connection, sql, "reading a table");
        result_.reset(::mysql_use_result(connection));
        if (!result_) {
            fail(connection, "reading a table");
        }
    }

    bool next(TableRow& row) override {
        MYSQL_ROW values = ::mysql_fetch_row(result_.get());
        if (values == nullptr) {
            if (::mysql_errno(connection_) != 0) {
                fail(connection_, "reading a table");
            }
            return false;
        }
        const unsigned long* sizes = ::mysql_fetch_lengths(result_.get());
        cells_.clear();
        for (const auto& place : places_) {
            cells_.push_back(place && values[*place] != nullptr
                                 ? Cell{std::string_view(values[*place], sizes[*place])}
                                 : Cell{});
        }
        row = {++number_, 0, cells_, {}};
        return true;
    }
    [[nodiscard]] std::uint64_t done() const override { return number_; }
    [[nodiscard]] std::uint64_t total() const override { return total_; }

  private:
    MYSQL* connection_;
    std::vector<std::optional<std::size_t>> places_;
    std::uint64_t total_;
    Result result_;
    std::vector<Cell> cells_;
    std::uint64_t number_ = 0;
};

class MysqlSource : public TableSource {
  public:
    explicit MysqlSource(const MysqlServer& server) : name_("mysql:" + server.database) {
        if (server.database.empty()) {
            throw Error(Errc::invalid, "server: name the database", "server");
        }
        connection_.reset(::mysql_init(nullptr));
        if (!connection_) {
            throw std::bad_alloc();
        }
        MYSQL* my = connection_.get();
        const unsigned zero = 0; // the server must not ask for this machine's files
        ::mysql_options(my, MYSQL_OPT_LOCAL_INFILE, &zero);
        ::mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
        ::mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &read_seconds);
        ::mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        const my_bool secure = 1;
        if (!local(server.host) && !server.insecure) {
            ::mysql_options(my, MYSQL_OPT_SSL_ENFORCE, &secure);
            ::mysql_options(my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &secure);
        }
        const auto text = [](const std::string& value) {
            return value.empty() ? nullptr : value.c_str();
        };
        if (::mysql_real_connect(my, text(server.host), text(server.user), server.password.c_str(),
                                 server.database.c_str(), server.port, text(server.socket),
                                 0) == nullptr) {
            fail(my, "connecting");
        }
        run(my, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", "beginning to read");
    }

    std::vector<std::string> tables() override {
        std::vector<std::string> out;
        for (const auto& row : rows_of("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")) {
            out.push_back(row);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    std::vector<std::string> columns(const std::string& table) override {
        const auto known = tables();
        std::vector<std::string> out;
        if (std::find(known.begin(), known.end(), table) == known.end()) {
            return out;
        }
        MYSQL* my = connection_.get();
        run(my, "SELECT * FROM " + quoted(table) + " LIMIT 0", "reading the columns of a table");
        const Result result(::mysql_store_result(my));
        if (!result) {
            fail(my, "reading the columns of a table");
        }
        for (unsigned i = 0; i < ::mysql_num_fields(result.get()); ++i) {
            const MYSQL_FIELD* field = ::mysql_fetch_field_direct(result.get(), i);
            out.emplace_back(field->name, field->name_length);
        }
        return out;
    }

    std::optional<std::uint64_t> rows(const std::string& table) override {
        const auto counted = rows_of("SELECT count(*) FROM " + quoted(table));
        return counted.empty() ? 0 : std::stoull(counted.front());
    }

    std::unique_ptr<TableCursor> open(const std::string& table,
                                      const std::vector<std::string>& wanted) override {
        const auto there = columns(table);
        std::string names;
        std::vector<std::optional<std::size_t>> places;
        std::size_t count = 0;
        for (const std::string& each : wanted) {
            if (std::find(there.begin(), there.end(), each) == there.end()) {
                places.emplace_back();
                continue;
            }
            names += (count == 0 ? "" : ", ") + quoted(each);
            places.emplace_back(count++);
        }
        return std::make_unique<MysqlCursor>(
            connection_.get(),
            there.empty() ? "SELECT NULL LIMIT 0"
                          : "SELECT " + (names.empty() ? "NULL" : names) + " FROM " + quoted(table),
            std::move(places), there.empty() ? 0 : rows(table).value_or(0));
    }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const std::string& sha256() const override { return sha256_; }

  private:
    /// The first column.
    std::vector<std::string> rows_of(const std::string& sql) {
        MYSQL* my = connection_.get();
        run(my, sql, "asking for its tables");
        const Result result(::mysql_store_result(my));
        if (!result) {
            fail(my, "asking for its tables");
        }
        std::vector<std::string> out;
        while (MYSQL_ROW row = ::mysql_fetch_row(result.get())) {
            out.emplace_back(row[0] == nullptr ? "" : row[0]);
        }
        return out;
    }

    std::string name_, sha256_;
    Connection connection_;
};

} // namespace

std::unique_ptr<TableSource> open_mysql(const MysqlServer& server) {
    return std::make_unique<MysqlSource>(server);
}

} // namespace habeas::importers
