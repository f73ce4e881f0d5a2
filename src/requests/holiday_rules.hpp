// Which days of a year a rule of src/requests/holidays.json names.
#pragma once

#include "habeas/deadline.hpp"

#include <nlohmann/json_fwd.hpp>

namespace habeas::requests {

struct HolidayRule {
    enum class Type : std::uint8_t {
        fixed,               ///< month, day
        easter,              ///< offset in days from Easter Sunday
        nth_weekday,         ///< of a month; n = -1: the last
        weekday_on_or_after, ///< month, day
        fixed_sunday_back,   ///< month, day; a day earlier if that is a Sunday
        st_brigid            ///< 1 February if a Friday, else the first Monday of February
    };
    /// What happens to a fixed day at the weekend.
    enum class Substitute : std::uint8_t {
        none,
        next_free, ///< "uk": the next day that is neither weekend nor holiday takes its place
        nearest    ///< "us": Friday for Saturday, Monday for Sunday
    };
    std::string name;
    Type type = Type::fixed;
    unsigned month = 0, day = 0;
    int offset = 0;
    unsigned weekday = 0; ///< 0: Monday
    int n = 1;
    int from = 0; ///< first year
    Substitute substitute = Substitute::none;
    bool optional = false;
};

/// Errc::invalid at the JSON pointer.
HolidayRule read_holiday_rule(const nlohmann::json& given, const std::string& pointer);
/// In order of date; of neighbouring years too, what falls into this one.
std::vector<Holiday> holidays_of(const std::vector<HolidayRule>& rules, int year);
/// Anonymous Gregorian computus (Meeus, Jones, Butcher).
Date easter_sunday(int year);

} // namespace habeas::requests
