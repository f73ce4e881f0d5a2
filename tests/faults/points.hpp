// How many points a run looks at: by environment variable, so that one program serves all levels.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace habeas::faults {

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace habeas::faults
