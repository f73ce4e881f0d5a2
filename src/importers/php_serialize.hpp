// Reads what PHP's serialize() writes, as data: nothing is executed, no object is made.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string_view>

namespace habeas::importers {

struct PhpLimits {
    std::size_t max_bytes = 8 << 20;
    int max_depth = 64;
    std::size_t max_values = 100'000;
};

/// null, Booleans, numbers, texts and arrays (of N elements with the keys 0 to N-1 in this order: a
/// JSON array, else an object). Errc::invalid with the byte for anything else: objects (O, C),
/// references (R, r), enumerations (E), lengths that do not fit, a key twice, text behind the end,
/// what is not UTF-8.
nlohmann::json read_php(std::string_view text, const PhpLimits& limits = {});

} // namespace habeas::importers
