#include "holders/declared.hpp"

#include "base/calendar.hpp"
#include "store/foreign.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <utility>

namespace habeas::holders {
namespace {

using nlohmann::json;
using store::Connection;
using store::ForeignTransaction;
using store::quote_name;

constexpr std::int64_t page_rows = 500;

/// Where a page begins: "table:row".
struct Place {
    std::size_t table = 0;
    std::int64_t row = 0;
};

Place place_of(const std::string& cursor) {
    Place out;
    const std::size_t cut = cursor.find(':');
    const char* const end = cursor.data() + cursor.size();
    if (cut != std::string::npos) {
        std::from_chars(cursor.data(), cursor.data() + cut, out.table);
        std::from_chars(cursor.data() + cut + 1, end, out.row);
    }
    return out;
}

/// What the key may be for this person: a JSON array of texts, for json_each.
std::string keys_of(const DeclaredTable& table, const HolderCall& call) {
    json out = json::array();
    if (table.match == "subject") {
        out.push_back(std::to_string(static_cast<std::int64_t>(call.subject)));
        for (const SubjectId each : call.former) {
            out.push_back(std::to_string(static_cast<std::int64_t>(each)));
        }
    }
    for (const HolderIdentifier& each : call.identifiers) {
        if (identifier_kind_name({each.kind, each.system, {}}) == table.match) {
            out.push_back(each.normal);
            if (each.typed != each.normal) {
                out.push_back(each.typed);
            }
        }
    }
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Addresses are the same in capitals; other identifiers are not.
std::string where_of(const DeclaredTable& table) {
    return fmt::format("{}{} IN (SELECT value FROM json_each(?1))", quote_name(table.key),
                       table.match == "email" ? " COLLATE NOCASE" : "");
}

/// A column's date: text as RFC 3339 or civil, a number as seconds since 1970 (from 10^11 on:
/// milliseconds).
std::optional<Time> date_at(const store::Statement& row, int column, std::string_view type) {
    constexpr std::int64_t beyond_seconds = 100'000'000'000;
    if (type == "integer") {
        const std::int64_t value = row.i64(column);
        return Time(std::chrono::milliseconds(
            value >= beyond_seconds || value <= -beyond_seconds ? value : value * 1000));
    }
    if (type == "text") {
        try {
            return parse_time(row.text(column));
        } catch (const Error&) { // treated as no date
        }
    }
    return std::nullopt;
}

/// Nothing: beyond the calendar, as of a date that stands for "never".
std::optional<Time> end_of(Time begin, const std::string& duration) {
    try {
        return base::add_duration(begin, duration);
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Rows of the person with the same date in the column that decides.
struct Group {
    std::string date_sql; ///< a condition on the column; :2 is the date
    std::optional<std::string> date;
    bool number = false;
    std::uint64_t rows = 0;
    bool kept = false;
    std::optional<Time> until;
};

std::uint64_t count(Connection& db, const DeclaredTable& table, const std::string& keys) {
    auto row = db.prepare_text(
        fmt::format("SELECT count(*) FROM {} WHERE {}", quote_name(table.table), where_of(table)));
    row.bind(1, keys);
    row.step();
    return static_cast<std::uint64_t>(row.i64(0));
}

std::vector<Group> groups_of(Connection& db, const DeclaredTable& table, const std::string& keys,
                             std::int64_t now) {
    const bool dated = table.keep && !(table.keep->until.empty() && table.keep->after.empty());
    if (!dated) { // all alike
        Group all;
        all.rows = count(db, table, keys);
        all.kept = table.keep.has_value();
        return all.rows == 0 ? std::vector<Group>{} : std::vector{all};
    }
    const std::string column =
        quote_name(table.keep->until.empty() ? table.keep->after : table.keep->until);
    std::vector<Group> out;
    auto row = db.prepare_text(fmt::format("SELECT {0}, typeof({0}), count(*) FROM {1} WHERE {2} "
                                           "GROUP BY 1, 2",
                                           column, quote_name(table.table), where_of(table)));
    row.bind(1, keys);
    while (row.step()) {
        Group& each = out.emplace_back();
        const std::string type = row.str(1);
        each.number = type == "integer";
        if (!row.is_null(0)) {
            each.date = row.str(0);
        }
        each.date_sql =
            fmt::format(" AND {} IS {}", column, each.number ? "CAST(?2 AS INTEGER)" : "?2");
        each.rows = static_cast<std::uint64_t>(row.i64(2));
        each.until = date_at(row, 0, type);
        if (each.until && !table.keep->duration.empty()) {
            each.until = end_of(*each.until, table.keep->duration);
        }
        // Without a date nobody can say when it may go: it stays until a person looks at it.
        each.kept = !each.until || each.until->time_since_epoch().count() > now;
    }
    return out;
}

void bind_group(store::Statement& statement, const std::string& keys, const Group& group) {
    statement.bind(1, keys);
    if (!group.date_sql.empty()) {
        statement.bind(2, group.date);
    }
}

void blank(Connection& db, const DeclaredTable& table, const Blanking& how, const std::string& keys,
           const Group& group) {
    if (how.empty()) {
        return;
    }
    std::string set;
    int parameter = 3;
    const auto add = [&](const std::string& column, const std::string& value) {
        set += (set.empty() ? "" : ", ") + quote_name(column) + " = " + value;
    };
    for (const std::string& column : how.null) {
        add(column, "NULL");
    }
    for (const auto& [column, text] : how.mask) {
        add(column, "?" + std::to_string(parameter++));
    }
    auto update =
        db.prepare_text(fmt::format("UPDATE {} SET {} WHERE {}{}", quote_name(table.table), set,
                                    where_of(table), group.date_sql));
    bind_group(update, keys, group);
    parameter = 3;
    for (const auto& [column, text] : how.mask) {
        update.bind(parameter++, text);
    }
    update.run();
}

void erase_table(Connection& db, const DeclaredTable& table, const std::string& keys,
                 std::int64_t now, HolderAnswer& answer) {
    std::uint64_t gone = 0;
    for (const Group& group : groups_of(db, table, keys, now)) {
        if (group.kept) {
            blank(db, table, table.keep->blank, keys, group);
            answer.retained.push_back({table.table, group.rows, table.keep->ground, group.until});
            continue;
        }
        gone += group.rows;
        if (table.erase == DeclaredTable::Erase::blank) {
            blank(db, table, table.blank, keys, group);
        } else {
            auto drop =
                db.prepare_text(fmt::format("DELETE FROM {} WHERE {}{}", quote_name(table.table),
                                            where_of(table), group.date_sql));
            bind_group(drop, keys, group);
            drop.run();
        }
    }
    if (gone > 0) {
        answer.rows.push_back({table.table, gone});
    }
}

void rectify_table(Connection& db, const DeclaredTable& table, const std::string& keys,
                   const json& fields, HolderAnswer& answer) {
    std::string set;
    std::vector<const json*> values;
    for (const auto& [column, field] : table.rectify) {
        const auto value = fields.find(field);
        if (value == fields.end()) {
            continue; // it was retired: nothing is known of it
        }
        values.push_back(&*value);
        set += fmt::format("{}{} = ?{}", set.empty() ? "" : ", ", quote_name(column),
                           values.size() + 1);
    }
    if (values.empty()) {
        return;
    }
    auto update = db.prepare_text(
        fmt::format("UPDATE {} SET {} WHERE {}", quote_name(table.table), set, where_of(table)));
    update.bind(1, keys);
    int parameter = 2;
    for (const json* value : values) {
        if (value->is_string()) {
            update.bind(parameter++, value->get<std::string>());
        } else {
            update.bind(parameter++, nullptr);
        }
    }
    update.run();
    if (const std::int64_t changed = db.changes(); changed > 0) {
        answer.rows.push_back({table.table, static_cast<std::uint64_t>(changed)});
    }
}

void restrict_table(Connection& db, const DeclaredTable& table, const std::string& keys, bool on,
                    HolderAnswer& answer) {
    auto update =
        db.prepare_text(fmt::format("UPDATE {} SET {} = ?2 WHERE {}", quote_name(table.table),
                                    quote_name(table.restrict_column), where_of(table)));
    update.bind(1, keys).bind(2, on);
    update.run();
    if (const std::int64_t changed = db.changes(); changed > 0) {
        answer.rows.push_back({table.table, static_cast<std::uint64_t>(changed)});
    }
}

json value_at(const store::Statement& row, int column) {
    const std::string_view type = row.text(column + 1);
    if (type == "integer") {
        return row.i64(column);
    }
    if (type == "real") {
        return row.f64(column);
    }
    if (type == "text") {
        return row.str(column);
    }
    return type == "blob" ? json(base::to_hex(base::as_bytes(row.blob(column)))) : json(nullptr);
}

/// One page of a table; sorted by what is exported, so that pages follow each other.
void export_table(Connection& db, const DeclaredTable& table, const std::string& keys,
                  const Place& place, HolderAnswer& answer) {
    std::string columns;
    std::string order;
    for (std::size_t i = 0; i < table.exported.size(); ++i) {
        const std::string name = quote_name(table.exported[i]);
        columns += fmt::format("{}{}, typeof({})", i == 0 ? "" : ", ", name, name);
        order += fmt::format("{}{}", i == 0 ? "" : ", ", name);
    }
    auto row =
        db.prepare_text(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT ?2 OFFSET "
                                    "?3",
                                    columns, quote_name(table.table), where_of(table), order));
    row.bind(1, keys).bind(2, page_rows + 1).bind(3, place.row);
    json rows = json::array();
    bool more = false;
    while (row.step()) {
        if (static_cast<std::int64_t>(rows.size()) == page_rows) {
            more = true;
            break;
        }
        json& out = rows.emplace_back(json::object());
        for (std::size_t i = 0; i < table.exported.size(); ++i) {
            out[table.exported[i]] = value_at(row, static_cast<int>(2 * i));
        }
    }
    if (rows.empty()) {
        return;
    }
    answer.rows.push_back({table.table, rows.size()});
    if (more) {
        answer.next = fmt::format("{}:{}", place.table, place.row + page_rows);
    }
    json data = json::object();
    data["table"] = table.table;
    data["rows"] = std::move(rows);
    answer.data = data.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool concerns(const DeclaredTable& table, HolderOperation operation) {
    switch (operation) {
    case HolderOperation::export_data:
        return !table.exported.empty();
    case HolderOperation::erase:
        return table.erase != DeclaredTable::Erase::nothing;
    case HolderOperation::rectify:
        return !table.rectify.empty();
    case HolderOperation::restrict_data:
    case HolderOperation::lift:
        return !table.restrict_column.empty();
    default:
        return false;
    }
}

/// The next table from `table` on that the operation concerns; their number: none.
std::size_t next_table(const Database& database, std::size_t table, HolderOperation operation) {
    while (table < database.tables.size() && !concerns(database.tables[table], operation)) {
        ++table;
    }
    return table;
}

void set_next(const Database& database, std::size_t table, HolderOperation operation,
              HolderAnswer& answer) {
    const std::size_t next = next_table(database, table + 1, operation);
    if (next < database.tables.size()) {
        answer.next = fmt::format("{}:0", next);
    }
}

} // namespace

HolderAnswer call_declared(const Database& database, const HolderCall& call, std::int64_t now) {
    HolderAnswer answer;
    Place place = place_of(call.cursor);
    place.table = next_table(database, place.table, call.operation);
    if (place.table == database.tables.size()) {
        return answer; // the declaration changed meanwhile
    }
    const DeclaredTable& table = database.tables[place.table];
    if (const std::string keys = keys_of(table, call); keys != "[]") {
        ForeignTransaction tx(database.path, call.operation == HolderOperation::export_data
                                                 ? ForeignTransaction::Access::read
                                                 : ForeignTransaction::Access::write);
        switch (call.operation) {
        case HolderOperation::export_data:
            export_table(tx.db(), table, keys, place, answer);
            break;
        case HolderOperation::erase:
            erase_table(tx.db(), table, keys, now, answer);
            break;
        case HolderOperation::rectify:
            rectify_table(tx.db(), table, keys, json::parse(call.fields), answer);
            break;
        default:
            restrict_table(tx.db(), table, keys, call.operation == HolderOperation::restrict_data,
                           answer);
            break;
        }
        tx.commit();
    }
    if (answer.next.empty()) {
        set_next(database, place.table, call.operation, answer);
    }
    return answer;
}

HolderAnswer count_declared(const Database& database, const HolderCall& call, std::int64_t now) {
    HolderAnswer out;
    const std::size_t at =
        next_table(database, place_of(call.cursor).table, HolderOperation::erase);
    if (at == database.tables.size()) {
        return out;
    }
    const DeclaredTable& table = database.tables[at];
    if (const std::string keys = keys_of(table, call); keys != "[]") {
        ForeignTransaction tx(database.path, ForeignTransaction::Access::read);
        std::uint64_t gone = 0;
        for (const Group& group : groups_of(tx.db(), table, keys, now)) {
            if (group.kept) {
                out.retained.push_back({table.table, group.rows, table.keep->ground, group.until});
            } else {
                gone += group.rows;
            }
        }
        if (gone > 0) {
            out.rows.push_back({table.table, gone});
        }
    }
    set_next(database, at, HolderOperation::erase, out);
    return out;
}

} // namespace habeas::holders
