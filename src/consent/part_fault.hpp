// Faults of a definition at their place in a larger document.
#pragma once

#include "habeas/error.hpp"

#include <algorithm>
#include <string>

namespace habeas::consent {

/// The fault of "labels.en" or "/labels/en" as one at `pointer`/labels/en.
[[noreturn]] inline void throw_below(const std::string& pointer, const Error& error) {
    std::string where = error.where();
    std::string said = error.what();
    for (const std::string& place : {where, std::string("the document")}) {
        if (!place.empty() && said.starts_with(place + ": ")) {
            said.erase(0, place.size() + 2);
        }
    }
    if (!where.empty() && where.front() != '/') {
        std::replace(where.begin(), where.end(), '.', '/');
        where.insert(where.begin(), '/');
    }
    where.insert(0, pointer);
    throw Error(error.code(), where + ": " + said, where, error.sqlite_code());
}

} // namespace habeas::consent
