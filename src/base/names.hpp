// Enumerations by name: a table has the names in the order of the values, which count from 0.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace habeas::base {

/// Empty for what is no value of the enumeration.
template <class Enum, std::size_t size>
constexpr std::string_view name_of(const std::array<std::string_view, size>& names,
                                   Enum value) noexcept {
    const auto at = static_cast<std::size_t>(value);
    return at < size ? names[at] : std::string_view{};
}

template <class Enum, std::size_t size>
constexpr std::optional<Enum> value_of(const std::array<std::string_view, size>& names,
                                       std::string_view name) noexcept {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? std::nullopt : std::optional(static_cast<Enum>(at - names.begin()));
}

} // namespace habeas::base
