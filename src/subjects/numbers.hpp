// Decimal text to numbers without rounding, and dates and times in the orders people write.
#pragma once

#include "subjects/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::subjects {

/// 64-bit float; no infinity, no NaN, no thousands separators.
bool parse_number(std::string_view text, bool decimal_comma, double& out, Refusal& why);
std::string number_text(double value); ///< shortest text that reads back as the same number

/// Integer in units of 10^-scale, by decimal arithmetic only. Digits past the scale must be zeros.
bool parse_money(std::string_view text, bool decimal_comma, std::int32_t scale, std::int64_t& out,
                 Refusal& why);
std::string money_text(std::int64_t value, std::int32_t scale);

/// A real calendar date as "YYYY-MM-DD". iso also takes a midnight behind it, as exports write it.
bool parse_civil_date(std::string_view text, Format::Dates order, std::string& out, Refusal& why);
/// ms since 1970. Without an offset the time is UTC.
bool parse_datetime(std::string_view text, Format::Dates order, std::int64_t& out, Refusal& why);
/// "HH:MM" or "HH:MM:SS" as "HH:MM:SS".
bool parse_clock(std::string_view text, std::string& out, Refusal& why);

} // namespace habeas::subjects
