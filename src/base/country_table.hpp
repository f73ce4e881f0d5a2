// ISO 3166-1 as data: codes, the English short name people use, and what exporters write instead.
#pragma once

#include <span>
#include <string_view>

namespace habeas::base {

struct Country {
    std::string_view code;   ///< alpha-2, upper case
    std::string_view alpha3; ///< upper case
    std::string_view name;
    std::string_view synonyms; ///< separated by ';'
};

/// All 249 entries of ISO 3166-1 and XK (Kosovo, user-assigned, as the EU uses it), by code.
std::span<const Country> countries() noexcept;

} // namespace habeas::base
