#include "base/contact.hpp"
#include "base/country_table.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace habeas::base {
namespace {

/// A name without case, accents, punctuation and small words, so that "Antigua & Barbuda",
/// "ST. LUCIA" and "Bahamas, The" meet the table.
std::string key_of(std::string_view name) {
    std::string out;
    std::string word;
    auto take_word = [&] {
        if (!word.empty() && word != "the" && word != "and") {
            out += out.empty() ? "" : " ";
            out += word == "st" ? "saint" : word;
        }
        word.clear();
    };
    for (char c : loose_key(name)) {
        if (is_letter(c)) {
            word += c;
        } else {
            take_word();
        }
    }
    take_word();
    return out;
}

using Names = std::unordered_map<std::string, std::string_view>;

Names all_names() {
    Names names;
    for (const Country& country : countries()) {
        names.emplace(key_of(country.name), country.code);
        std::string_view rest = country.synonyms;
        while (!rest.empty()) {
            auto end = std::min(rest.find(';'), rest.size());
            names.emplace(key_of(rest.substr(0, end)), country.code);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return names;
}

const Country* by_alpha2(std::string_view code) {
    auto all = countries();
    auto at = std::ranges::lower_bound(all, code, {}, &Country::code);
    return at != all.end() && at->code == code ? &*at : nullptr;
}

std::optional<std::string> by_code(std::string_view typed) {
    std::string code(typed);
    std::ranges::transform(code, code.begin(), ascii_upper);
    if (code == "UK") { // exceptionally reserved for the United Kingdom
        return "GB";
    }
    if (code == "EL") { // what the institutions of the EU write for Greece
        return "GR";
    }
    if (code.size() == 2) {
        const Country* country = by_alpha2(code);
        return country != nullptr ? std::optional(code) : std::nullopt;
    }
    auto all = countries();
    auto at = std::ranges::find(all, code, &Country::alpha3);
    return at != all.end() ? std::optional(std::string(at->code)) : std::nullopt;
}

} // namespace

std::optional<std::string> country_code(std::string_view typed) {
    typed = trim(typed);
    if ((typed.size() == 2 || typed.size() == 3) && std::ranges::all_of(typed, is_letter)) {
        if (auto code = by_code(typed)) {
            return code;
        }
    }
    // The longest name has 56 bytes; what is no text cannot be a name.
    if (typed.empty() || typed.size() > 200 || invalid_utf8(typed)) {
        return std::nullopt;
    }
    static const Names names = all_names();
    auto found = names.find(key_of(typed));
    return found != names.end() ? std::optional(std::string(found->second)) : std::nullopt;
}

std::string_view country_name(std::string_view code) {
    const Country* country = by_alpha2(code);
    return country != nullptr ? country->name : std::string_view();
}

bool is_eea(std::string_view code) noexcept {
    static constexpr std::array<std::string_view, 30> members = {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
    static_assert(std::ranges::is_sorted(members));
    return std::ranges::binary_search(members, code);
}

std::string normalise_region(std::string_view typed) {
    typed = trim(typed);
    require_text(typed, "region", false, 100);
    if (typed.empty()) {
        throw Error(Errc::invalid, "region: empty; leave it out instead", "region");
    }
    auto is_code = [](char c) { return is_letter(c) || is_digit(c); };
    bool subdivision = typed.size() >= 4 && typed.size() <= 6 && typed[2] == '-' &&
                       std::ranges::all_of(typed.substr(3), is_code) && is_letter(typed[0]) &&
                       is_letter(typed[1]);
    if (subdivision) {
        std::string code(typed);
        std::ranges::transform(code, code.begin(), ascii_upper);
        // "Al-Ain" is a place: what has the shape must begin with a country too.
        if (by_alpha2(std::string_view(code).substr(0, 2)) != nullptr) {
            return code;
        }
    }
    return nfc(typed);
}

} // namespace habeas::base
