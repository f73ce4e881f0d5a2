#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <cwchar>

namespace habeas::cli {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
    bool valid = false;
};

/// The character at the beginning of `text`, which is not empty. Invalid: one byte.
Character next(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return {first, 1, true};
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return {};
    }
    char32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) {
            return {};
        }
        code = (code << 6U) | (byte(at) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
        return {};
    }
    return {code, length, true};
}

bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/// Line separators and what turns the direction of writing (Trojan Source, CVE-2021-42574).
bool misleads(char32_t code) {
    return code == 0x2028 || code == 0x2029 || code == 0x200E || code == 0x200F || code == 0x061C ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xFEFF;
}

void escape(const Character& c, char byte, std::string& out) {
    if (!c.valid) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else if (c.code == '\n') {
        out += "\\n";
    } else if (c.code == '\r') {
        out += "\\r";
    } else if (c.code == '\t') {
        out += "\\t";
    } else if (c.code < 0x100) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned>(c.code));
    } else {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.code));
    }
}

std::string show(std::string_view text, bool lines) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character c = next(text);
        const bool line = lines && (c.code == '\n' || c.code == '\t');
        if (c.valid && (line || (!is_control(c.code) && !misleads(c.code)))) {
            out += text.substr(0, c.bytes);
        } else {
            escape(c, text.front(), out);
        }
        text.remove_prefix(c.bytes);
    }
    return out;
}

std::size_t width_of(const Character& c) {
    // C.UTF-8 is part of glibc; without it characters count as one column each.
    static const bool known = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    if (!known || !c.valid || c.code < 0x7F) {
        return 1;
    }
    const int width = ::wcwidth(static_cast<wchar_t>(c.code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

} // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character c = next(text);
        width += width_of(c);
        text.remove_prefix(c.bytes);
    }
    return width;
}

std::string visible(std::string_view text) {
    return show(text, false);
}

std::string visible_document(std::string_view text) {
    return show(text, true);
}

std::string visible_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const Character c = next(json);
        // Below 0x20 only the line breaks between members are left; the writer escapes the rest.
        if (c.valid && c.code >= 0x7F && (is_control(c.code) || misleads(c.code))) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.code));
        } else {
            out += json.substr(0, c.bytes);
        }
        json.remove_prefix(c.bytes);
    }
    return out;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    width = std::max<std::size_t>(width, 2); // a wide character fits
    std::string line;
    std::size_t used = 0;
    std::size_t blank = std::string::npos; // the last place of `line` where it may break
    while (!text.empty()) {
        const Character c = next(text);
        const std::size_t columns = width_of(c);
        if (used + columns > width) {
            std::string rest;
            if (c.code == ' ') {
                text.remove_prefix(1);
            } else if (blank != std::string::npos && blank > 0) {
                rest = line.substr(blank + 1);
                line.resize(blank);
            }
            lines.push_back(std::move(line));
            line = std::move(rest);
            used = display_width(line);
            blank = std::string::npos;
            continue;
        }
        if (c.code == ' ') {
            blank = line.size();
        }
        line += text.substr(0, c.bytes);
        used += columns;
        text.remove_prefix(c.bytes);
    }
    lines.push_back(std::move(line));
    return lines;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    const std::size_t used = display_width(text);
    out.append(used < width ? width - used : 0, ' ');
    return out;
}

std::string padded_left(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(used < width ? width - used : 0, ' ').append(text);
}

} // namespace habeas::cli
