// Language tags (BCP 47) and time zone names (IANA).
#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <date/tz.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace habeas::base {
namespace {

[[noreturn]] void refuse_language(const std::string& reason) {
    throw Error(Errc::invalid, "language: " + reason + "; write a BCP 47 tag such as de or pt-BR");
}

std::vector<std::string> subtags(std::string_view text) {
    std::vector<std::string> out(1);
    for (char c : text) {
        if (c == '-' || c == '_') {
            out.emplace_back();
        } else if (is_letter_or_digit(c)) {
            out.back() += ascii_lower(c);
        } else {
            refuse_language("a character that no tag has");
        }
    }
    return out;
}

bool is_script(const std::string& tag) {
    return tag.size() == 4 && std::ranges::all_of(tag, is_letter);
}

bool is_region(const std::string& tag) {
    return (tag.size() == 2 && std::ranges::all_of(tag, is_letter)) ||
           (tag.size() == 3 && std::ranges::all_of(tag, is_digit));
}

bool is_variant(const std::string& tag) {
    return (tag.size() >= 5 && tag.size() <= 8) || (tag.size() == 4 && is_digit(tag.front()));
}

/// The database is read once a process; it looks names up in a list and opens no path made of them.
bool is_zone(std::string_view name) {
    try {
        date::get_tzdb();
    } catch (const std::runtime_error&) {
        throw Error(Errc::unsupported,
                    "time zone: this system has no time zone database; install tzdata");
    }
    try {
        return date::locate_zone(name) != nullptr;
    } catch (const std::runtime_error&) {
        return false;
    }
}

} // namespace

std::string normalise_language(std::string_view typed) {
    std::string_view text = trim(typed);
    if (text.empty() || text.size() > 100) {
        refuse_language(text.empty() ? "empty" : "too long");
    }
    std::vector<std::string> tags = subtags(text);
    const std::string& language = tags.front();
    if (language.size() < 2 || language.size() > 3 || !std::ranges::all_of(language, is_letter)) {
        refuse_language("no language of two or three letters");
    }
    // RFC 5646, 2.1.1: script in title case, region in upper case, the rest in lower case.
    std::size_t next = 1;
    if (next < tags.size() && is_script(tags[next])) {
        tags[next].front() = ascii_upper(tags[next].front());
        ++next;
    }
    if (next < tags.size() && is_region(tags[next])) {
        std::ranges::transform(tags[next], tags[next].begin(), ascii_upper);
        ++next;
    }
    for (std::size_t first = next; next < tags.size(); ++next) {
        if (!is_variant(tags[next])) {
            refuse_language("more than language, script, region and variants, or out of order");
        }
        if (std::find(tags.begin() + static_cast<std::ptrdiff_t>(first),
                      tags.begin() + static_cast<std::ptrdiff_t>(next),
                      tags[next]) != tags.begin() + static_cast<std::ptrdiff_t>(next)) {
            refuse_language("the same variant twice");
        }
    }
    std::string out;
    for (const std::string& tag : tags) {
        out += (out.empty() ? "" : "-") + tag;
    }
    return out;
}

std::string check_timezone(std::string_view typed) {
    std::string_view text = trim(typed);
    auto is_name_character = [](char c) {
        return is_letter_or_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
    };
    bool shaped = !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
                  std::ranges::all_of(text, is_name_character);
    if (shaped && is_zone(text)) {
        return std::string(text);
    }
    throw Error(Errc::invalid,
                "time zone: unknown; write an IANA name such as Europe/Berlin or UTC");
}

} // namespace habeas::base
