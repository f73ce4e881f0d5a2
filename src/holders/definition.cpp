#include "holders/definition.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace habeas::holders {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

constexpr std::size_t max_name = 200, max_ground = 200, max_path = 4096, max_mask = 200;
constexpr std::size_t max_tables = 100;

/// A fault of a value, at the place of the value.
template <class Check>
void check_at(const std::string& pointer, Check check) {
    try {
        check();
    } catch (const Error& error) {
        throw Error(error.code(), pointer + ": " + error.what(), pointer);
    }
}

/// Names of another program's tables and columns: anything that can be quoted.
void read_name(JsonReader& in, const char* member, std::string& to, bool required = false) {
    in.read(member, to);
    if (to.empty() && (required || in.find(member) != nullptr)) {
        refuse_at(in.at(member), "write a name");
    }
    check_at(in.at(member), [&] { base::require_text(to, member, false, max_name); });
}

void read_columns(JsonReader& in, const char* member, std::vector<std::string>& to) {
    in.read_array(member, [&](const json& each, const std::string& at) {
        if (!each.is_string() || each.get_ref<const std::string&>().empty()) {
            refuse_at(at, "write the name of a column");
        }
        check_at(at, [&] {
            base::require_text(to.emplace_back(each.get<std::string>()), member, false, max_name);
        });
    });
}

void read_texts(JsonReader& in, const char* member, std::map<std::string, std::string>& to) {
    in.read(member, to);
    for (const auto& each : to) { // clang 14 captures no structured bindings
        check_at(in.at(member), [&] {
            base::require_text(each.first, member, false, max_name);
            base::require_text(each.second, member, false, max_mask);
        });
    }
}

void read_blank(JsonReader& in, Blanking& to) {
    read_columns(in, "null", to.null);
    read_texts(in, "mask", to.mask);
    for (const std::string& each : to.null) {
        if (to.mask.contains(each)) {
            refuse_at(in.at("mask"), "a column is either nulled or masked");
        }
    }
}

void read_match(JsonReader& in, std::string& to) {
    in.read("match", to);
    constexpr std::string_view external = "external:";
    const bool known = to == "email" || to == "phone" || to == "subject" ||
                       (to.starts_with(external) &&
                        subjects::valid_system(std::string_view(to).substr(external.size())));
    if (!known) {
        refuse_at(in.at("match"), "write email, phone, subject or external:<system>");
    }
}

Keep read_keep(const json& given, const std::string& pointer, const DeclaredTable& table) {
    JsonReader in(given, pointer);
    Keep out;
    in.read("ground", out.ground);
    if (out.ground.empty()) {
        refuse_at(in.at("ground"), "write the legal ground, such as \"GDPR 17(3)(b), tax law\"");
    }
    check_at(in.at("ground"), [&] { base::require_text(out.ground, "ground", false, max_ground); });
    read_name(in, "until", out.until);
    read_name(in, "after", out.after);
    in.read("for", out.duration);
    if (out.after.empty() != out.duration.empty() || (!out.until.empty() && !out.after.empty())) {
        refuse_at(pointer,
                  "write until (a column with a date), or after (such a column) and for (a "
                  "duration, as P10Y), or neither");
    }
    if (!out.duration.empty()) {
        check_at(in.at("for"), [&] { base::check_duration(out.duration, "for"); });
    }
    read_blank(in, out.blank);
    const std::string& date = out.until.empty() ? out.after : out.until;
    for (const std::string& needed : {table.key, date}) {
        if (!needed.empty() && out.blank.names(needed)) {
            refuse_at(pointer, "null or mask neither the key nor the date: by them the rows are "
                               "found when the time is over");
        }
    }
    in.finish();
    return out;
}

void read_erase(const json& given, const std::string& pointer, DeclaredTable& table) {
    if (given == "delete") {
        table.erase = DeclaredTable::Erase::remove;
        return;
    }
    if (!given.is_object()) {
        refuse_at(pointer, "write \"delete\", or an object with null and mask");
    }
    JsonReader in(given, pointer);
    read_blank(in, table.blank);
    in.finish();
    if (table.blank.empty()) {
        refuse_at(pointer, "name the columns to null or to mask");
    }
    table.erase = DeclaredTable::Erase::blank;
}

DeclaredTable read_table(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    DeclaredTable out;
    read_name(in, "table", out.table, true);
    read_name(in, "key", out.key, true);
    read_match(in, out.match);
    read_columns(in, "export", out.exported);
    if (const json* erase = in.find("erase")) {
        read_erase(*erase, in.at("erase"), out);
    }
    if (const json* keep = in.find("keep")) {
        if (out.erase == DeclaredTable::Erase::nothing) {
            refuse_at(in.at("keep"), "say with erase what becomes of the rows that are not kept");
        }
        out.keep = read_keep(*keep, in.at("keep"), out);
    }
    read_texts(in, "rectify", out.rectify);
    if (out.rectify.contains(out.key)) {
        refuse_at(in.at("rectify"), "leave the key out: by it the rows are found");
    }
    read_name(in, "restrict", out.restrict_column);
    in.finish();
    return out;
}

Database read_database(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Database out;
    in.read("path", out.path);
    if (!out.path.starts_with('/')) {
        refuse_at(in.at("path"), "write the absolute path of an SQLite file");
    }
    check_at(in.at("path"), [&] { base::require_text(out.path, "path", false, max_path); });
    in.read_array("tables", [&](const json& each, const std::string& at) {
        if (out.tables.size() == max_tables) {
            refuse_at(in.at("tables"), "at most 100 tables");
        }
        out.tables.push_back(read_table(each, at));
    });
    if (out.tables.empty()) {
        refuse_at(in.at("tables"), "name at least one table");
    }
    in.finish();
    return out;
}

std::vector<HolderOperation> operations_of(const Database& database) {
    std::set<HolderOperation> out;
    for (const DeclaredTable& each : database.tables) {
        if (!each.exported.empty()) {
            out.insert(HolderOperation::export_data);
        }
        if (each.erase != DeclaredTable::Erase::nothing) {
            out.insert(HolderOperation::erase);
        }
        if (!each.rectify.empty()) {
            out.insert(HolderOperation::rectify);
        }
        if (!each.restrict_column.empty()) {
            out.insert({HolderOperation::restrict_data, HolderOperation::lift});
        }
    }
    return {out.begin(), out.end()};
}

} // namespace

bool Blanking::names(const std::string& column) const {
    return mask.contains(column) || std::find(null.begin(), null.end(), column) != null.end();
}

bool Definition::has(HolderOperation operation) const {
    return std::find(operations.begin(), operations.end(), operation) != operations.end();
}

Definition read_definition(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Definition out;
    in.read("code", out.code);
    check_at(in.at("code"), [&] { base::require_code(out.code, "code"); });
    read_texts(in, "labels", out.labels);
    read_name(in, "processor", out.processor);
    if (const json* database = in.find("database")) {
        out.database = read_database(*database, in.at("database"));
        out.operations = operations_of(*out.database);
    } else {
        std::set<HolderOperation> operations;
        in.read_array("operations", [&](const json& each, const std::string& at) {
            const auto known =
                each.is_string() ? holder_operation(each.get<std::string>()) : std::nullopt;
            if (!known) {
                refuse_at(at, "write export, erase, rectify, restrict, lift or tell");
            }
            operations.insert(*known);
        });
        out.operations.assign(operations.begin(), operations.end());
    }
    in.finish();
    if (out.operations.empty()) {
        refuse_at(in.at(out.database ? "database" : "operations"),
                  "say what the holder can be asked: export, erase, rectify or restrict");
    }
    return out;
}

std::vector<Definition> definitions(store::Engine& engine) {
    std::vector<Definition> out;
    auto row = engine.db().prepare("SELECT definition FROM holder ORDER BY code");
    while (row.step()) {
        out.push_back(read_definition(json::parse(row.text(0)), ""));
    }
    return out;
}

std::optional<Definition> find_definition(store::Engine& engine, std::string_view code) {
    auto row = engine.db().prepare("SELECT definition FROM holder WHERE code = ?1");
    row.bind(1, code);
    return row.step() ? std::optional(read_definition(json::parse(row.text(0)), "")) : std::nullopt;
}

namespace {

/// A column that no field fills would be emptied, or never put right.
void check_fields(store::Engine& engine, const Definition& definition, const std::string& pointer) {
    if (!definition.database) {
        return;
    }
    std::set<std::string, std::less<>> known;
    for (const Field& field : subjects::field_list(engine, FieldOwner::subject)) {
        if (field.field_class != FieldClass::sealed) {
            known.insert(field.name);
        }
    }
    for (std::size_t i = 0; i < definition.database->tables.size(); ++i) {
        for (const auto& [column, field] : definition.database->tables[i].rectify) {
            if (!known.contains(field)) {
                refuse_at(fmt::format("{}/database/tables/{}/rectify", pointer, i),
                          fmt::format("there is no field {} that a holder can be given for column "
                                      "{}",
                                      field, column));
            }
        }
    }
}

} // namespace

bool store_definition(store::Engine& engine, const Definition& definition, const json& given,
                      const std::string& pointer) {
    check_fields(engine, definition, pointer);
    auto known = engine.db().prepare("SELECT 1 FROM holder WHERE code = ?1");
    known.bind(1, definition.code);
    const bool fresh = !known.step();
    known.reset();
    engine.db()
        .prepare("INSERT INTO holder(code, definition) VALUES(?1, ?2) ON CONFLICT(code) DO UPDATE "
                 "SET definition = excluded.definition")
        .bind_all(definition.code, given.dump())
        .run();
    return fresh;
}

void list_definitions(store::Engine& engine, json& out) {
    auto row = engine.db().prepare("SELECT definition FROM holder ORDER BY code");
    while (row.step()) {
        out.push_back(json::parse(row.text(0)));
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    const Definition wanted = read_definition(given, pointer);
    auto row = engine.db().prepare("SELECT definition FROM holder WHERE code = ?1");
    row.bind(1, wanted.code);
    if (row.step() && json::parse(row.text(0)) == given) {
        return;
    }
    row.reset();
    const bool fresh = store_definition(engine, wanted, given, pointer);
    changes.push_back("holder " + wanted.code + (fresh ? " added" : " changed"));
}

} // namespace habeas::holders
