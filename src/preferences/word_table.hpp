// The words of the pages as they come with habeas.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace habeas::preferences {

inline constexpr std::array<std::string_view, 3> built_in_languages{"en", "de", "fr"};
struct WordRow {
    std::string_view key;
    std::array<std::string_view, 3> texts; ///< in the order of built_in_languages
};
/// In order of key.
std::span<const WordRow> word_table() noexcept;

} // namespace habeas::preferences
