// What declares a holder. README.md has the JSON.
#pragma once

#include "habeas/holder.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::holders {

/// What becomes of columns: NULL, or a fixed text.
struct Blanking {
    std::vector<std::string> null;
    std::map<std::string, std::string> mask;
    [[nodiscard]] bool empty() const { return null.empty() && mask.empty(); }
    [[nodiscard]] bool names(const std::string& column) const;
};
/// Rows that stay for a time. Without a date: until somebody lifts it.
struct Keep {
    std::string ground;
    std::string until;    ///< a column with the date
    std::string after;    ///< or a column with a date
    std::string duration; ///< that begins there
    Blanking blank;       ///< of these rows meanwhile
};
struct DeclaredTable {
    std::string table, key;
    std::string match; ///< "email", "phone", "subject", "external:<system>"
    std::vector<std::string> exported;
    enum class Erase : std::uint8_t { nothing, remove, blank } erase = Erase::nothing;
    Blanking blank;
    std::optional<Keep> keep;
    std::map<std::string, std::string> rectify; ///< field by column
    std::string restrict_column;                ///< 1 while restricted, else 0
};
struct Database {
    std::string path;
    std::vector<DeclaredTable> tables;
};
struct Definition {
    std::string code;
    std::map<std::string, std::string> labels;
    std::vector<HolderOperation> operations; ///< with a database: what its tables say
    std::string processor; ///< who runs it, by code or name; empty: the controller itself
    std::optional<Database> database;
    [[nodiscard]] bool has(HolderOperation operation) const;
};

/// Strict: Errc::invalid at the JSON pointer under `pointer`.
Definition read_definition(const nlohmann::json& given, const std::string& pointer);
/// All, in order of code.
std::vector<Definition> definitions(store::Engine& engine);
std::optional<Definition> find_definition(store::Engine& engine, std::string_view code);
/// True if there was none of the code. In a write transaction. Errc::invalid for a field that is
/// not there, at the JSON pointer under `pointer`.
bool store_definition(store::Engine& engine, const Definition& definition,
                      const nlohmann::json& given, const std::string& pointer);

// store::DefinitionPart.
void list_definitions(store::Engine& engine, nlohmann::json& out);
void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes);

} // namespace habeas::holders
