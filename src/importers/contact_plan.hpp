// What each column of a table of contacts is.
#pragma once

#include "importers/opt_outs.hpp"
#include "importers/run.hpp"
#include "subjects/csv_mapping.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::importers {

/// A column that says no.
struct OptOutColumn {
    enum class Means : std::uint8_t {
        yes_is_out,   ///< true: opted out
        filled_is_out ///< anything in it: opted out
    };
    std::size_t index = 0;
    Means means = Means::yes_is_out;
    std::optional<OptOut> opt_out; ///< nothing: of a type that is none of our purposes
};
/// What is neither yes nor no is taken for a no: unknown is not mailable.
bool says_no(const OptOutColumn& column, const TableRow& row);

struct ContactPlan {
    std::string table;                ///< of the source, and name of the part
    std::vector<std::string> columns; ///< that are read
    /// Of `columns` by index: fields and identifiers (kinds field and external).
    std::vector<subjects::MappedColumn> mapped;
    std::vector<OptOutColumn> opt_outs;
    char list_separator = '|';
    /// Separates several values of a consent column; 0: it has one.
    char consent_separator = '\0';
    std::string source; ///< kept with new subjects: "migrate:mautic"
    /// Why a row is left out on purpose; empty: it is not.
    std::function<std::string_view(const TableRow&)> leave_out = {};
};

} // namespace habeas::importers
