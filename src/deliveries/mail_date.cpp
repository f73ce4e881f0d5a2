// Dates of mails.
#include "deliveries/mail.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace habeas::deliveries {
namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
struct Zone {
    std::string_view name;
    int hours;
};
/// Those that RFC 5322 4.3 gives a meaning; all other words mean that nobody knows: UTC.
constexpr std::array<Zone, 8> zones{{{"est", -5},
                                     {"edt", -4},
                                     {"cst", -6},
                                     {"cdt", -5},
                                     {"mst", -7},
                                     {"mdt", -6},
                                     {"pst", -8},
                                     {"pdt", -7}}};

/// Words, numbers and signs, without blanks, commas and comments.
class Words {
  public:
    explicit Words(std::string_view text) : text_(text) {}
    /// Lower case; empty: there is none left.
    std::string next() {
        skip();
        std::string out;
        while (!text_.empty() && text_.front() != ' ' && text_.front() != '\t' &&
               text_.front() != ',' && text_.front() != '(' && out.size() < 40) {
            const char c = text_.front();
            out += base::ascii_lower(c);
            text_.remove_prefix(1);
        }
        return out;
    }

  private:
    void skip() {
        int depth = 0;
        while (!text_.empty()) {
            const char c = text_.front();
            if (c == '(') {
                ++depth;
            } else if (c == ')' && depth > 0) {
                --depth;
            } else if (depth == 0 && c != ' ' && c != '\t' && c != ',') {
                return;
            }
            text_.remove_prefix(1);
        }
    }
    std::string_view text_;
};

std::optional<int> number(std::string_view text, std::size_t most) {
    int out = 0;
    const char* end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, out);
    const bool good = failed == std::errc{} && at == end && out >= 0 && text.size() <= most;
    return good ? std::optional(out) : std::nullopt;
}

/// "10:00" or "10:00:59", in seconds.
std::optional<int> time_of_day(std::string_view text) {
    const bool seconds = text.size() == 8 && text[5] == ':';
    if ((text.size() != 5 && !seconds) || text[2] != ':') {
        return std::nullopt;
    }
    const auto hour = number(text.substr(0, 2), 2);
    const auto minute = number(text.substr(3, 2), 2);
    const auto second = seconds ? number(text.substr(6), 2) : std::optional(0);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return *hour * 3600 + *minute * 60 + *second;
}

/// In seconds.
std::optional<int> zone_of(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) {
        const auto digits = number(text.substr(1), 4);
        if (text.size() != 5 || !digits || *digits % 100 > 59) {
            return std::nullopt;
        }
        const int out = *digits / 100 * 3600 + *digits % 100 * 60;
        return text.front() == '-' ? -out : out;
    }
    const auto* at = std::find_if(zones.begin(), zones.end(),
                                  [&](const Zone& each) { return each.name == text; });
    return at == zones.end() ? 0 : at->hours * 3600;
}

} // namespace

std::optional<std::int64_t> mail_date(std::string_view text) {
    Words words(text.substr(0, 200));
    std::string word = words.next();
    std::optional<int> day = number(word, 2);
    if (!day) { // the name of the day
        word = words.next();
        day = number(word, 2);
    }
    const std::string month_word = words.next();
    const auto* month = std::find(months.begin(), months.end(), month_word.substr(0, 3));
    const std::string year_word = words.next();
    auto year = number(year_word, 4);
    const auto clock = time_of_day(words.next());
    const auto zone = zone_of(words.next());
    if (!day || month == months.end() || !year || !clock || !zone) {
        return std::nullopt;
    }
    if (year_word.size() < 4) { // RFC 5322 4.3
        *year += *year < 50 && year_word.size() == 2 ? 2000 : 1900;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
        std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 1970) {
        return std::nullopt;
    }
    const auto at = std::chrono::sys_days(date) + std::chrono::seconds(*clock - *zone);
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

} // namespace habeas::deliveries
