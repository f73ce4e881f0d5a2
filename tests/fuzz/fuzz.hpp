// What fuzz targets share: a law that does not hold aborts, and so is a finding.
#pragma once

#include "habeas/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

inline void require(bool holds, const char* law) {
    if (!holds) {
        std::fprintf(stderr, "broken law: %s\n", law);
        std::abort();
    }
}

inline std::string_view view(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Runs `call`; true if it returned, false if it refused its input. Any other error is a finding:
/// a parser says Errc::invalid and nothing else.
template <typename Call>
bool accepted(Call&& call) {
    try {
        call();
        return true;
    } catch (const habeas::Error& error) {
        require(error.code() == habeas::Errc::invalid, "a parser refuses with Errc::invalid");
        return false;
    }
}

} // namespace fuzz
