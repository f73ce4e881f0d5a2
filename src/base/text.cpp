#include "base/text.hpp"

#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <utf8proc.h>

namespace habeas::base {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// Length of the ASCII run at the start, eight bytes at a time.
std::size_t ascii_prefix(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        if ((word & 0x8080808080808080U) != 0) {
            break;
        }
    }
    while (at < text.size() && byte_at(text, at) < 0x80) {
        ++at;
    }
    return at;
}

bool is_ascii(std::string_view text) noexcept {
    return ascii_prefix(text) == text.size();
}

bool is_tail(unsigned char byte) noexcept {
    return (byte & 0xC0) == 0x80;
}

/// Length of the well-formed sequence at `at` (Unicode 15, table 3-7), 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
    unsigned char first = byte_at(text, at);
    std::size_t left = text.size() - at;
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) { // tails, overlong forms of ASCII, above U+10FFFF
        return 0;
    }
    std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (left < length) {
        return 0;
    }
    unsigned char second = byte_at(text, at + 1);
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;  // overlong
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF; // surrogates, too high
    if (second < low || second > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_tail(byte_at(text, at + i))) {
            return 0;
        }
    }
    return length;
}

struct Free {
    void operator()(utf8proc_uint8_t* memory) const { std::free(memory); }
};

/// utf8proc_map with our errors; the text must be valid UTF-8.
std::string map(std::string_view text, int options) {
    utf8proc_uint8_t* raw = nullptr;
    utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                           static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                           static_cast<utf8proc_option_t>(options));
    std::unique_ptr<utf8proc_uint8_t, Free> memory(raw);
    if (length == UTF8PROC_ERROR_NOMEM) {
        throw Error(Errc::out_of_memory, "memory ran out");
    }
    if (length < 0) {
        auto offset = invalid_utf8(text);
        throw Error(Errc::invalid, offset ? "text: not UTF-8 at byte " + std::to_string(*offset)
                                          : "text: no Unicode normal form");
    }
    return {reinterpret_cast<const char*>(memory.get()), static_cast<std::size_t>(length)};
}

/// Lower case, one character for one (UnicodeData.txt, field 13).
std::string simple_lower(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 4);
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at, left, &code);
        std::array<utf8proc_uint8_t, 4> bytes{};
        utf8proc_ssize_t size = utf8proc_encode_char(utf8proc_tolower(code), bytes.data());
        out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
        at += used;
        left -= used;
    }
    return out;
}

[[noreturn]] void refuse(std::string_view where, const std::string& reason) {
    throw Error(Errc::invalid, std::string(where) + ": " + reason, std::string(where));
}

bool is_line_control(unsigned char c) noexcept {
    return c == '\t' || c == '\n' || c == '\r';
}

std::size_t blank_at_start(std::string_view text) noexcept {
    if (text.empty()) {
        return 0;
    }
    char c = text.front();
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return 1;
    }
    return text.starts_with("\xC2\xA0") ? 2 : text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::size_t blank_at_end(std::string_view text) noexcept {
    if (text.empty()) {
        return 0;
    }
    char c = text.back();
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return 1;
    }
    return text.ends_with("\xC2\xA0") ? 2 : text.ends_with("\xEF\xBB\xBF") ? 3 : 0;
}

} // namespace

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c + ('a' - 'A'));
        }
    }
    return out;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::size_t> invalid_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        at += ascii_prefix(text.substr(at));
        while (at < text.size() && byte_at(text, at) >= 0x80) {
            std::size_t length = sequence_length(text, at);
            if (length == 0) {
                return at;
            }
            at += length;
        }
    }
    return std::nullopt;
}

void require_text(std::string_view text, std::string_view where, bool multiline,
                  std::size_t max_bytes) {
    if (text.size() > max_bytes) {
        refuse(where, "longer than " + std::to_string(max_bytes) + " bytes; shorten it");
    }
    if (auto offset = invalid_utf8(text)) {
        refuse(where, "not UTF-8 at byte " + std::to_string(*offset) + "; convert it to UTF-8");
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned char c = byte_at(text, at);
        bool c0 = c < 0x20 || c == 0x7F;
        bool c1 = c == 0xC2 && byte_at(text, at + 1) < 0xA0; // U+0080 to U+009F
        if (c1 || (c0 && !(multiline && is_line_control(c)))) {
            refuse(where, "control character at byte " + std::to_string(at) + "; remove it");
        }
    }
}

std::string nfc(std::string_view utf8) {
    return is_ascii(utf8) ? std::string(utf8) : map(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string lower_nfc(std::string_view utf8) {
    return is_ascii(utf8) ? ascii_lower(utf8) : nfc(simple_lower(nfc(utf8)));
}

std::string casefold(std::string_view utf8) {
    if (is_ascii(utf8)) {
        return ascii_lower(utf8);
    }
    // Decomposed first, or a Greek iota subscript after another mark would fold differently
    // (Unicode 15, D145: canonical caseless match).
    return map(map(utf8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE),
               UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

std::string_view trim(std::string_view text) noexcept {
    while (std::size_t length = blank_at_start(text)) {
        text.remove_prefix(length);
    }
    while (std::size_t length = blank_at_end(text)) {
        text.remove_suffix(length);
    }
    return text;
}

bool is_code(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 63 && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

void require_code(std::string_view text, std::string_view where) {
    if (!is_code(text)) {
        throw Error(Errc::invalid,
                    std::string(where) + ": a code is of a-z 0-9 _, begins with a letter and has "
                                         "at most 63 characters",
                    std::string(where));
    }
}

std::optional<std::size_t> invisible_at(std::string_view utf8) noexcept {
    if (is_ascii(utf8)) {
        auto fault = std::ranges::find_if(
            utf8, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
        return fault == utf8.end() ? std::nullopt
                                   : std::optional<std::size_t>(fault - utf8.begin());
    }
    const auto* start = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
    for (std::size_t at = 0; at < utf8.size();) {
        utf8proc_int32_t code = 0;
        utf8proc_ssize_t used =
            utf8proc_iterate(start + at, static_cast<utf8proc_ssize_t>(utf8.size() - at), &code);
        if (used <= 0) {
            return at;
        }
        switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_ZS:
            if (code == ' ') {
                break;
            }
            return at;
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN:
            return at;
        default:
            break;
        }
        at += static_cast<std::size_t>(used);
    }
    return std::nullopt;
}

std::string loose_key(std::string_view utf8) {
    return is_ascii(utf8) ? ascii_lower(utf8)
                          : map(utf8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
                                          UTF8PROC_CASEFOLD);
}

std::string windows1252_to_utf8(std::string_view text, bool strict) {
    // 0x80 to 0x9F; 0 where Windows-1252 has no character.
    static constexpr std::array<std::uint16_t, 32> high = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t run = ascii_prefix(text.substr(at));
        out.append(text, at, run);
        at += run;
        if (at == text.size()) {
            break;
        }
        unsigned char c = byte_at(text, at);
        std::uint32_t code = c >= 0xA0 ? c : high[c - 0x80];
        if (code == 0) {
            if (strict) {
                throw Error(Errc::invalid, "text: not Windows-1252 at byte " + std::to_string(at) +
                                               "; is it of another encoding?");
            }
            code = 0xFFFD;
        }
        if (code < 0x800) {
            out += static_cast<char>(0xC0 | (code >> 6));
        } else {
            out += static_cast<char>(0xE0 | (code >> 12));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        }
        out += static_cast<char>(0x80 | (code & 0x3F));
        ++at;
    }
    return out;
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string csv_cell(std::string_view text, bool neutralise) {
    if (text.empty()) {
        return {};
    }
    // The full-width forms too: spreadsheets of East Asian locales take them as formulas.
    static constexpr std::array<std::string_view, 11> formula_starts = {"=",
                                                                        "+",
                                                                        "-",
                                                                        "@",
                                                                        "\t",
                                                                        "\r",
                                                                        "\n",
                                                                        "\xEF\xBC\x9D",
                                                                        "\xEF\xBC\x8B",
                                                                        "\xEF\xBC\x8D",
                                                                        "\xEF\xBC\xA0"};
    bool dangerous = false;
    for (auto start : formula_starts) {
        dangerous = dangerous || text.starts_with(start);
    }
    bool quoted = text.find_first_of(",;\"\r\n\t") != std::string_view::npos ||
                  text.front() == ' ' || text.back() == ' ';
    std::string out;
    out.reserve(text.size() + 3);
    if (quoted) {
        out += '"';
    }
    if (neutralise && dangerous) {
        out += '\'';
    }
    for (char c : text) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    if (quoted) {
        out += '"';
    }
    return out;
}

} // namespace habeas::base
