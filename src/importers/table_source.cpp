#include "importers/table_source.hpp"

#include <algorithm>

namespace habeas::importers {

std::vector<std::optional<std::size_t>> places_of(const std::vector<std::string>& names,
                                                  const std::vector<std::string>& wanted) {
    std::vector<std::optional<std::size_t>> out;
    out.reserve(wanted.size());
    for (const std::string& each : wanted) {
        const auto found = std::find(names.begin(), names.end(), each);
        out.push_back(found == names.end() ? std::nullopt
                                           : std::optional<std::size_t>(found - names.begin()));
    }
    return out;
}

} // namespace habeas::importers
