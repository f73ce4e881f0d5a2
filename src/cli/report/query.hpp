// Store::query for this report: counts, and large tables in ranges of their numbers.
#pragma once

#include "figures.hpp"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace habeas::cli::report {

using Cells = std::vector<std::optional<std::string>>;
using Parameters = std::vector<std::string>;

inline Count to_count(const std::optional<std::string>& cell) {
    Count out = 0;
    if (cell) {
        std::from_chars(cell->data(), cell->data() + cell->size(), out);
    }
    return out;
}

/// A statement over a whole large store may take longer than the 30 seconds of an ad-hoc query.
constexpr std::chrono::minutes query_limit{10};

template <class Row>
void each_row(Store& store, const std::string& sql, const Parameters& parameters, Row row) {
    store.query(
        sql, parameters,
        [&](const std::vector<std::string>&, const Cells& cells) {
            row(cells);
            return true;
        },
        query_limit);
}

inline Count count_of(Store& store, const std::string& sql) {
    Count out = 0;
    each_row(store, sql, {}, [&](const Cells& cells) { out = to_count(cells[0]); });
    return out;
}

/// Grouping sorts its rows in memory, so big tables are read a range at a time. The statement's
/// first two parameters are the ends of the range, both inclusive.
template <class Row>
void each_row_in_ranges(Store& store, const std::string& sql, Parameters parameters, Count last,
                        Row row) {
    constexpr Count step = 200'000;
    parameters.insert(parameters.begin(), 2, {});
    for (Count from = 1; from <= last; from += step) {
        parameters[0] = std::to_string(from);
        parameters[1] = std::to_string(from + step - 1);
        each_row(store, sql, parameters, row);
    }
}

} // namespace habeas::cli::report
