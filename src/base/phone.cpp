#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#ifdef HABEAS_WITH_PHONENUMBER
#include <phonenumbers/phonenumberutil.h>
#endif

namespace habeas::base {
namespace {

[[noreturn]] void refuse_phone(const std::string& reason) {
    throw Error(Errc::invalid, "phone number: " + reason);
}

/// Length of a separator at the start, 0 if there is none. Beyond ASCII: the blanks, dashes and
/// marks of direction that address books and word processors put between digits.
std::size_t separator_length(std::string_view text) {
    // NOLINTBEGIN(misc-misleading-bidirectional): marks of direction are among what is looked for
    static constexpr auto unicode = std::to_array<std::string_view>(
        {"\xC2\xA0", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\x8B",
         "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92",
         "\xE2\x80\x93", "\xE2\x80\xAA", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAF",
         "\xE2\x81\xA0", "\xE2\x88\x92", "\xEF\xBB\xBF"});
    // NOLINTEND(misc-misleading-bidirectional)
    if (std::string_view(" -/.()").find(text.front()) != std::string_view::npos) {
        return 1;
    }
    for (auto separator : unicode) {
        if (text.starts_with(separator)) {
            return separator.size();
        }
    }
    return 0;
}

/// An optional plus and digits; 00 becomes the plus.
std::string without_separators(std::string_view typed) {
    std::string out;
    for (std::string_view rest = typed; !rest.empty();) {
        char c = rest.front();
        bool wanted = is_digit(c) || (c == '+' && out.empty());
        if (std::size_t length = wanted ? 0 : separator_length(rest)) {
            rest.remove_prefix(length);
            continue;
        }
        if (!wanted) {
            refuse_phone(c == '+' ? "a second plus, or one amid digits"
                                  : "letters, extensions or other signs; give digits only");
        }
        out += c;
        rest.remove_prefix(1);
    }
    if (out.starts_with("00")) {
        out.replace(0, 2, "+");
    }
    return out;
}

/// Country codes of three digits that nobody has (ITU-T E.164, list of assigned country codes):
/// spare, reserved or given back. A number that begins with one is a filler such as +999 999 9999.
bool unassigned(std::string_view number) {
    if (number.size() < 4) {
        return false;
    }
    static constexpr auto codes =
        std::to_array<int>({210, 214, 215, 217, 219, 259, 384, 388, 422, 809, 851, 854,
                            884, 885, 887, 888, 889, 969, 978, 990, 991, 997, 999});
    static constexpr auto ranges = std::to_array<std::pair<int, int>>({{280, 289},
                                                                       {292, 296},
                                                                       {424, 429},
                                                                       {693, 699},
                                                                       {801, 807},
                                                                       {830, 839},
                                                                       {857, 859},
                                                                       {866, 869},
                                                                       {871, 877},
                                                                       {890, 899}});
    int code = (number[1] - '0') * 100 + (number[2] - '0') * 10 + (number[3] - '0');
    return std::ranges::find(codes, code) != codes.end() ||
           std::ranges::any_of(ranges, [code](const auto& range) {
               return code >= range.first && code <= range.second;
           });
}

void check_e164(std::string_view number) {
    std::size_t digits = number.size() - 1;
    if (digits > 0 && number[1] == '0') {
        refuse_phone("no country code begins with 0");
    }
    if (unassigned(number)) {
        refuse_phone("no country has this country code");
    }
    if (digits < 7 || digits > 15) {
        refuse_phone("an international number has 7 to 15 digits");
    }
}

/// How many digits the country code has (ITU-T E.164 D: all but these have three).
std::size_t country_code_length(std::string_view digits) {
    static constexpr auto two = std::to_array<std::string_view>(
        {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
         "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
         "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"});
    if (digits.front() == '1' || digits.front() == '7') {
        return 1;
    }
    return std::ranges::find(two, digits.substr(0, 2)) != two.end() ? 2 : 3;
}

/// "+49 (0)30 …": a zero that is dialled within the country only, and is no part of the number. Not
/// so in the countries named here, whose numbers begin with 0 (ITU national numbering plans).
bool has_trunk_zero(std::string_view number) {
    static constexpr auto zero_belongs =
        std::to_array<std::string_view>({"39", "225", "226", "229", "241", "242", "378", "379"});
    std::string_view digits = number.substr(1);
    std::size_t length = country_code_length(digits);
    return digits[length] == '0' &&
           std::ranges::find(zero_belongs, digits.substr(0, length)) == zero_belongs.end();
}

#ifdef HABEAS_WITH_PHONENUMBER
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

std::string format_e164(const PhoneNumber& number) {
    std::string out;
    PhoneNumberUtil::GetInstance()->Format(number, PhoneNumberUtil::E164, &out);
    check_e164(out);
    return out;
}

std::string without_trunk_zero(const std::string& number) {
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    if (util->Parse(number, "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
        util->IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) {
        refuse_phone("the 0 after the country code cannot be; write it without");
    }
    std::string out = format_e164(parsed);
    if (has_trunk_zero(out)) { // only one is taken away; a second is no trunk zero
        refuse_phone("more than one 0 after the country code; write it without");
    }
    return out;
}

std::string national(const std::string& digits, const std::string& country) {
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    // Valid, not only possible: a local number without its area code is possible too, and would
    // become somebody else's.
    if (util->Parse(digits, country, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !util->IsValidNumber(parsed)) {
        refuse_phone("no number of the default country; write it with + and the country code");
    }
    return format_e164(parsed);
}
#else
std::string without_trunk_zero(const std::string&) {
    refuse_phone("a 0 after the country code; write it without");
}

std::string national(const std::string&, const std::string&) {
    refuse_phone(
        "no + or 00 at the start, and this build has no libphonenumber; write it with + and the "
        "country code");
}
#endif

} // namespace

bool phone_national_supported() noexcept {
#ifdef HABEAS_WITH_PHONENUMBER
    return true;
#else
    return false;
#endif
}

std::string normalise_phone(std::string_view typed, std::string_view default_country) {
    std::string_view text = trim(typed);
    require_text(text, "phone number", false, 200);
    std::string number = without_separators(text);
    if (number.empty()) {
        refuse_phone("empty");
    }
    if (number.front() == '+') {
        check_e164(number);
        return has_trunk_zero(number) ? without_trunk_zero(number) : number;
    }
    if (default_country.empty()) {
        refuse_phone(
            "no + or 00 at the start and no default country; write it with + and the country "
            "code");
    }
    auto country = country_code(default_country);
    if (!country) {
        refuse_phone("the default country is none of ISO 3166-1");
    }
    return national(number, *country);
}

} // namespace habeas::base
