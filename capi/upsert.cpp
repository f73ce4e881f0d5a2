// Bulk upsert: as a document, and as typed cells.
#include "convert.hpp"
#include "subject_json.hpp"
#include "write.hpp"

#include <limits>

using namespace habeas::capi;
using habeas::Blank;
using habeas::OnMatch;
using habeas::Subjects;

namespace {

constexpr const char* outcome_names[] = {"created", "updated", "unchanged", "skipped", "rejected"};

/// What a column of typed rows is.
struct Column {
    enum class Kind : std::uint8_t { field, identifier, source } kind = Kind::field;
    std::string name; ///< of the field, or the identifier's kind
};

std::vector<Column> columns_in(const habeas_text* columns, std::size_t count) {
    std::vector<Column> out;
    std::set<std::string> names;
    for (const habeas_text& each : array_in(columns, count, "columns")) {
        Column column;
        column.name = string_in(each, "columns");
        if (column.name == "source") {
            column.kind = Column::Kind::source;
        } else if (column.name.find(':') != std::string::npos) {
            column.kind = Column::Kind::identifier;
            habeas::make_identifier(column.name, {}); // a kind that there is
        }
        if (!names.insert(column.name).second) {
            refuse_argument("columns", "one is named twice");
        }
        out.push_back(std::move(column));
    }
    return out;
}

/// Nothing if the row says nothing of the column.
std::optional<habeas::Value> value_in(const habeas_cell& cell) {
    switch (cell.type) {
    case HABEAS_CELL_ABSENT:
        return std::nullopt;
    case HABEAS_CELL_BLANK:
        return habeas::Value{};
    case HABEAS_CELL_TEXT:
        return std::string(bytes_in(cell.text.data, cell.text.size, "cells"));
    case HABEAS_CELL_INTEGER:
        return cell.integer;
    case HABEAS_CELL_NUMBER:
        return cell.number;
    case HABEAS_CELL_BOOLEAN:
        return flag_in(
            static_cast<std::int32_t>(cell.integer == 0 || cell.integer == 1 ? cell.integer : 2),
            "cells");
    case HABEAS_CELL_TIME:
        return moment_in(cell.integer);
    default:
        refuse_argument("cells", "no such type of cell");
    }
}

habeas::SubjectInput row_in(const std::vector<Column>& columns, const habeas_cell* cells) {
    habeas::SubjectInput row;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        std::optional<habeas::Value> value = value_in(cells[at]);
        if (!value) {
            continue;
        }
        if (columns[at].kind == Column::Kind::field) {
            row.fields.emplace(columns[at].name, std::move(*value));
            continue;
        }
        std::string text;
        if (const auto* number = std::get_if<std::int64_t>(&*value)) {
            text = std::to_string(*number);
        } else if (auto* given = std::get_if<std::string>(&*value)) {
            text = std::move(*given);
        } else if (!std::holds_alternative<std::monostate>(*value)) {
            refuse_argument("cells", columns[at].name + " takes texts and whole numbers");
        }
        if (columns[at].kind == Column::Kind::source) {
            row.source = std::move(text);
        } else if (!text.empty()) {
            row.identifiers.push_back(habeas::make_identifier(columns[at].name, std::move(text)));
        }
    }
    return row;
}

} // namespace

extern "C" {

habeas_status habeas_subject_upsert(habeas_store* store, const char* rows, size_t rows_size,
                                    int32_t on_match, int32_t blank, habeas_string* results) {
    return guard([&] {
        expect(results, "results");
        std::vector<habeas::SubjectInput> inputs;
        ObjectReader::each_of(parse_document(rows, rows_size, "rows"), "",
                              [&inputs](const Json& each, const std::string& pointer) {
                                  inputs.push_back(subject_input_from_json(each, pointer));
                              });
        const OnMatch matching = enum_in(on_match, OnMatch::fail, "on_match");
        const Blank blanks = enum_in(blank, Blank::overwrite, "blank");
        write_and_give(store, results, [&](habeas::Store& in) {
            Json out = Json::array();
            for (const habeas::UpsertResult& result :
                 Subjects(in).upsert(inputs, matching, blanks)) {
                const char* outcome = outcome_names[static_cast<std::size_t>(result.outcome)];
                if (result.outcome == habeas::RowOutcome::rejected) {
                    out.push_back(
                        {{"outcome", outcome}, {"field", result.field}, {"reason", result.reason}});
                } else {
                    out.push_back({{"outcome", outcome}, {"subject", number(result.id)}});
                }
            }
            return out;
        });
    });
}

habeas_status habeas_subject_upsert_rows(habeas_store* store, const habeas_text* columns,
                                         size_t column_count, const habeas_cell* cells,
                                         size_t row_count, int32_t on_match, int32_t blank,
                                         habeas_upsert_result* results) {
    return guard([&] {
        expect_array(results, row_count, "results");
        const std::vector<Column> known = columns_in(columns, column_count);
        if (known.empty() || row_count > std::numeric_limits<std::size_t>::max() / known.size()) {
            refuse_argument("columns", "none, or more cells than memory holds");
        }
        const auto all = array_in(cells, row_count * known.size(), "cells");
        std::vector<habeas::SubjectInput> inputs;
        inputs.reserve(row_count);
        for (std::size_t row = 0; row < row_count; ++row) {
            inputs.push_back(row_in(known, &all[row * known.size()]));
        }
        const OnMatch matching = enum_in(on_match, OnMatch::fail, "on_match");
        const Blank blanks = enum_in(blank, Blank::overwrite, "blank");
        const auto found = Subjects(StoreUse(store).store()).upsert(inputs, matching, blanks);
        for (std::size_t row = 0; row < row_count; ++row) {
            results[row].subject = number(found[row].id);
            results[row].outcome = static_cast<std::int32_t>(found[row].outcome);
            copy_text(results[row].field, sizeof results[row].field, found[row].field);
            copy_text(results[row].reason, sizeof results[row].reason, found[row].reason);
        }
    });
}
}
