// Civil months in UTC, counted from the year 0: what the time axes of the report are made of.
#pragma once

#include "habeas/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::cli::report {

using Month = int; ///< year * 12 + month - 1

constexpr Month month_of(Time time) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return static_cast<int>(day.year()) * 12 +
           static_cast<int>(static_cast<unsigned>(day.month())) - 1;
}

/// From strftime's "%Y-%m" for the years 0000 to 9999.
inline std::optional<Month> parse_month(std::string_view text) {
    int year = 0;
    int month = 0;
    if (text.size() != 7 || text[4] != '-' ||
        std::from_chars(text.data(), text.data() + 4, year).ec != std::errc{} ||
        std::from_chars(text.data() + 5, text.data() + 7, month).ec != std::errc{}) {
        return std::nullopt;
    }
    return year * 12 + month - 1;
}

inline std::string format_month(Month month) {
    return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1);
}

} // namespace habeas::cli::report
