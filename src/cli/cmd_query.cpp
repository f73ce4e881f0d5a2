// query: read-only SQL over the views.
#include "arguments.hpp"
#include "command.hpp"
#include "session.hpp"
#include "table.hpp"

#include <algorithm>
#include <memory>

namespace habeas::cli::query_group {
namespace {

struct QueryOptions {
    std::string sql;
    std::vector<std::string> parameters;
    std::int64_t limit_ms = 30'000;
};

/// Names of columns as members of an object: a second "id" becomes "id_2".
std::vector<std::string> unique_names(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        std::string free = name;
        for (int n = 2; std::find(out.begin(), out.end(), free) != out.end(); ++n) {
            free = name + "_" + std::to_string(n);
        }
        out.push_back(free);
    }
    return out;
}

class Rows {
  public:
    explicit Rows(Session& s) : s_(s), array_(s.out()) {}

    void add(const std::vector<std::string>& names,
             const std::vector<std::optional<std::string>>& values) {
        if (!any_) {
            begin(names);
        }
        if (s_.json()) {
            Json row = Json::object();
            for (std::size_t i = 0; i < values.size(); ++i) {
                row[names_[i]] = values[i] ? Json(*values[i]) : Json(nullptr);
            }
            array_.add(row);
            return;
        }
        std::vector<std::string> cells;
        cells.reserve(values.size());
        for (const auto& value : values) {
            cells.push_back(value.value_or(""));
        }
        table_->row(std::move(cells));
    }

    void end() {
        if (s_.json()) {
            array_.end();
        } else if (table_) {
            table_->end();
        } else {
            s_.out().write("(none)\n");
        }
    }

  private:
    void begin(const std::vector<std::string>& names) {
        any_ = true;
        names_ = unique_names(names);
        if (!s_.json()) {
            std::vector<Column> columns;
            columns.reserve(names.size());
            for (const std::string& name : names) {
                columns.push_back({name});
            }
            table_.emplace(s_.out(), std::move(columns));
        }
    }

    Session& s_;
    JsonArray array_;
    std::optional<Table> table_;
    std::vector<std::string> names_;
    bool any_ = false;
};

Action declare_query(Args& args) {
    auto o = std::make_shared<QueryOptions>();
    args.positional("SQL", o->sql,
                    "one SELECT over v_subject, v_consent, v_event, ... (see "
                    "src/store/README.md); - is standard input");
    args.texts("--param VALUE", o->parameters, "for the next ? of the query; repeatable");
    args.number("--limit-ms MILLISECONDS", o->limit_ms, "time limit; 30000 unless said", 1,
                86'400'000);
    return [o](Session& s) {
        Rows rows(s);
        s.store().query(
            o->sql == "-" ? read_text("-") : o->sql, o->parameters,
            [&](const auto& names, const auto& values) {
                rows.add(names, values);
                return true;
            },
            std::chrono::milliseconds(o->limit_ms));
        rows.end();
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"query", "read-only SQL over the documented views",
         "habeas query 'SELECT country, count(*) AS people FROM v_subject GROUP BY country'",
         "an array of objects: text or null by column name", declare_query},
    };
    return commands;
}

} // namespace habeas::cli::query_group
