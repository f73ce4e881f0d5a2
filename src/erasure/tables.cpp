#include "erasure/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::erasure {
namespace {

/// The ids as a JSON array in ascending order, for json_each: a set without a table of its own.
std::string id_list(std::span<const SubjectId> subjects) {
    std::vector<SubjectId> sorted(subjects.begin(), subjects.end());
    std::sort(sorted.begin(), sorted.end());
    std::string out = "[";
    for (const SubjectId id : sorted) {
        out += fmt::format("{}{}", out.size() > 1 ? "," : "", number(id));
    }
    return out + "]";
}

} // namespace

std::vector<const store::SubjectTable*> subject_tables(store::Engine& engine) {
    std::vector<const store::SubjectTable*> out;
    // Not std::views::reverse: clang 14 cannot read it in this standard library.
    for (auto module = engine.modules().rbegin(); module != engine.modules().rend(); ++module) {
        for (const auto& table : (*module)->tables) {
            out.push_back(&table);
        }
    }
    return out;
}

std::uint64_t count_rows(store::Engine& engine, const store::SubjectTable& table,
                         SubjectId subject) {
    store::Statement row = engine.db().prepare_text(
        fmt::format("SELECT count(*) FROM {} WHERE {} = ?", store::quote_name(table.table),
                    store::quote_name(table.subject_column)));
    row.bind(1, number(subject));
    return row.step() ? static_cast<std::uint64_t>(row.i64(0)) : 0;
}

void delete_rows(store::Engine& engine, const store::SubjectTable& table,
                 std::span<const SubjectId> subjects,
                 const std::function<void(SubjectId, std::uint64_t)>& deleted) {
    const std::string name = store::quote_name(table.table);
    const std::string column = store::quote_name(table.subject_column);
    if (subjects.size() < 8) {
        store::Statement row =
            engine.db().prepare_text(fmt::format("DELETE FROM {} WHERE {} = ?", name, column));
        for (const SubjectId subject : subjects) {
            row.bind(1, number(subject)).run();
            deleted(subject, static_cast<std::uint64_t>(engine.db().changes()));
        }
        return;
    }
    store::Statement row = engine.db().prepare_text(
        fmt::format("DELETE FROM {} WHERE {} IN (SELECT value FROM json_each(?)) RETURNING {}",
                    name, column, column));
    row.bind(1, id_list(subjects));
    while (row.step()) {
        deleted(SubjectId{row.i64(0)}, 1);
    }
}

} // namespace habeas::erasure
