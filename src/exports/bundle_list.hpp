// The long lists of an access bundle: read row by row, so that a million rows need no more memory
// than one. Beside them a module says short things by its hook `bundle`.
#pragma once

#include "store/engine.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace habeas::exports {

struct BundleColumn {
    const char* name; ///< of the member and the column of the CSV file; its words: strings.json
    enum class Kind : std::uint8_t {
        text,
        number,
        time,      ///< ms
        json,      ///< JSON as text
        labels,    ///< JSON: texts by language, of which the person gets theirs
        long_text, ///< not on the page
        long_json  ///< not on the page
    } kind = Kind::text;
};

struct BundleList {
    const char* module; ///< whose it is: it stands at /modules/<module>/<name>
    const char* name;   ///< also of the CSV file; its words: strings.json
    std::vector<BundleColumn> columns;
    const char* sql;       ///< of the subject ?1, in order of the columns; the oldest row first
    bool provided = false; ///< by the person, observed data included (art. 20, WP242 rev.01)
};

/// Those of all modules. Defined in src/modules.cpp, the composition root.
std::span<const BundleList> bundle_lists();

} // namespace habeas::exports
