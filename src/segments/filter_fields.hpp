// What a field of a filter is in SQL.
#pragma once

#include "segments/filter.hpp"
#include "subjects/field_set.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace habeas::segments {

/// A field, looked up. `sql` sees the subject as `s`.
struct Target {
    enum class Kind : std::uint8_t {
        text,
        code,    ///< one of `words`, in SQL their numbers; or text in its normal form
        clock,   ///< time of day, as text in order
        boolean, ///< 0, 1 or NULL
        number,
        date,
        datetime,
        values ///< a SELECT of any number of texts, as column `value`
    } kind = Kind::text;
    std::string sql;
    subjects::FieldInfo info; ///< reads values of the field's type, where it is one
    bool typed = false;       ///< `info` is set
    bool folded = false;      ///< values are stored case-folded
    std::vector<std::pair<std::string, std::int64_t>> words;
    /// Throws for a value that names nothing; empty: everything may be named.
    std::function<void(const std::string& value, const std::string& pointer)> check;
    std::uint32_t changes = 0;
    bool refers_to_segments = false;
    bool lapses = false; ///< as in Filter
    std::int64_t holds_until = std::numeric_limits<std::int64_t>::max();
};

/// Adds a parameter and gives its place in the text: "?3".
using AddParameter = std::function<std::string(Parameter)>;

/// Errc::not_found at `pointer` for a field that nobody knows, Errc::invalid for a sealed one.
Target find_target(store::Engine& engine, const std::string& field, const std::string& pointer,
                   const Today& today, const AddParameter& add);

} // namespace habeas::segments
