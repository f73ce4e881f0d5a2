// What verify finds, as codes.
#pragma once

#include "habeas/habeas.hpp"

#include <string>
#include <vector>

namespace habeas::test {

/// Codes of all findings, in order.
inline std::vector<std::string> finding_codes(Store& store) {
    std::vector<std::string> out;
    for (const Finding& finding : store.verify().findings) {
        out.push_back(finding.code);
    }
    return out;
}

} // namespace habeas::test
