#include "outbox/mime_text.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace habeas::outbox {
namespace {

constexpr std::size_t line_limit = 76; // of body lines, and of header lines with encoded words
constexpr std::string_view word_begin = "=?utf-8?B?";
constexpr std::string_view word_end = "?=";

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Bytes of the character that begins at `at`.
std::size_t character_bytes(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        ++end;
    }
    return end - at;
}

/// Encoded words, one a line, none with a part of a character. `column`: where the first begins.
std::string encoded_words(std::string_view text, std::size_t& column) {
    std::string out;
    while (!text.empty()) {
        if (column + word_begin.size() + word_end.size() + 8 > line_limit) {
            out += "\r\n ";
            column = 1;
        }
        const std::size_t room = (line_limit - 1 - column - word_begin.size() - word_end.size()) /
                                 4 * 3; // 75 a word, and the line's limit
        std::size_t taken = 0;
        while (taken < text.size() && taken + character_bytes(text, taken) <= room) {
            taken += character_bytes(text, taken);
        }
        std::string word(word_begin);
        word += base::to_base64(text.substr(0, taken));
        word += word_end;
        text.remove_prefix(taken);
        out += word;
        column += word.size();
        if (!text.empty()) {
            out += "\r\n ";
            column = 1;
        }
    }
    return out;
}

/// Can it stand in a header as it is, folded at its blanks?
bool foldable(std::string_view text) {
    std::size_t run = 0;
    for (char c : text) {
        run = c == ' ' ? 0 : run + 1;
        if (run > 60) {
            return false;
        }
    }
    return is_ascii(text) && text.find("=?") == std::string_view::npos &&
           text.find("  ") == std::string_view::npos && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

std::string fold(std::string_view text, std::size_t column) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' ', 1), text.size());
        if (column + end > line_limit && !out.empty()) {
            out += "\r\n"; // before the blank
            column = 0;
        }
        out += text.substr(0, end);
        column += end;
        text.remove_prefix(end);
    }
    return out;
}

bool is_atom_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return base::is_letter_or_digit(c) ||
               std::string_view(" !#$%&'*+-/?^_`{|}~").find(c) != std::string_view::npos;
    });
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

// ---- bodies

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (true) {
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            out.push_back(text); // what stands after the last break; empty if nothing does
            return out;
        }
        out.push_back(text.substr(0, end));
        text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
    }
}

bool plain_line(std::string_view line) {
    return line.size() <= line_limit && is_ascii(line) && !line.ends_with(' ') &&
           !line.ends_with('\t') && !line.starts_with("From ") && !line.starts_with('.') &&
           std::none_of(line.begin(), line.end(),
                        [](char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

void add_quoted_printable(std::string& out, std::string_view line) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    std::size_t column = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto c = static_cast<unsigned char>(line[at]);
        const bool end = at + 1 == line.size();
        const bool blank = c == ' ' || c == '\t';
        bool literal = (c > 32 && c < 127 && c != '=') || (blank && !end);
        if (column == 0 && (c == '.' || (c == 'F' && line.substr(at).starts_with("From ")))) {
            literal = false; // neither SMTP's dot nor mbox's "From " sees it
        }
        if (column + (literal ? 1 : 3) > line_limit - 1) {
            out += "=\r\n";
            column = 0;
            if (c == '.') {
                literal = false;
            }
        }
        if (literal) {
            out += line[at];
            ++column;
        } else {
            out += '=';
            out += hex[c >> 4U];
            out += hex[c & 15U];
            column += 3;
        }
    }
}

} // namespace

std::string text_header(std::string_view name, std::string_view text) {
    std::string out(name);
    out += ": ";
    std::size_t column = out.size();
    out += foldable(text) ? fold(text, column) : encoded_words(text, column);
    return out + "\r\n";
}

std::string mailbox_header(std::string_view name, std::string_view display,
                           std::string_view address) {
    std::string out(name);
    out += ": ";
    if (display.empty()) {
        out += address;
        return out + "\r\n";
    }
    std::size_t column = out.size();
    if (!foldable(display) || display.size() > 50) {
        out += encoded_words(display, column);
    } else {
        const std::string plain = is_atom_text(display) ? std::string(display) : quoted(display);
        out += plain;
        column += plain.size();
    }
    out += column + address.size() + 3 > line_limit ? "\r\n <" : " <";
    out += address;
    return out + ">\r\n";
}

std::string plain_header(std::string_view name, std::string_view value) {
    std::string out(name);
    out += ": ";
    std::size_t column = out.size();
    while (!value.empty()) {
        const std::size_t comma = value.find(", ");
        const std::size_t end = comma == std::string_view::npos ? value.size() : comma + 1;
        if (column + end > line_limit && column > name.size() + 2) {
            out += "\r\n";
            column = 0;
        }
        out += value.substr(0, end);
        column += end;
        value.remove_prefix(end);
    }
    return out + "\r\n";
}

std::string parameter(std::string_view name, std::string_view value) {
    const bool simple =
        value.size() <= 60 && !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
            return base::is_letter_or_digit(c) ||
                   std::string_view(" -_.+").find(c) != std::string_view::npos;
        });
    std::string out;
    if (simple) {
        return out.append(";\r\n ").append(name).append("=\"").append(value).append("\"");
    }
    static constexpr std::string_view hex = "0123456789ABCDEF";
    std::vector<std::string> pieces{"utf-8''"};
    for (std::size_t at = 0; at < value.size();) {
        std::string character;
        const std::size_t bytes = character_bytes(value, at);
        for (char c : value.substr(at, bytes)) {
            if (base::is_letter_or_digit(c) || c == '.' || c == '-' || c == '_') {
                character += c;
            } else {
                const auto byte = static_cast<unsigned char>(c);
                character += {'%', hex[byte >> 4U], hex[byte & 15U]};
            }
        }
        at += bytes;
        if (pieces.back().size() + character.size() > 56) {
            pieces.emplace_back();
        }
        pieces.back() += character;
    }
    if (pieces.size() == 1) {
        return out.append(";\r\n ").append(name).append("*=").append(pieces.front());
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        out.append(";\r\n ").append(name).append("*").append(std::to_string(i)).append("*=");
        out += pieces[i];
    }
    return out;
}

std::string base64_lines(std::string_view bytes) {
    static constexpr std::size_t bytes_a_line = line_limit / 4 * 3;
    std::string out;
    out.reserve(bytes.size() / bytes_a_line * (line_limit + 2) + line_limit + 2);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes_a_line, bytes.size()))) {
        out += base::to_base64(bytes.substr(0, bytes_a_line));
        out += "\r\n";
    }
    return out;
}

EncodedText encode_text(std::string_view text, bool last) {
    const std::vector<std::string_view> lines = lines_of(text);
    const bool open_end = last && !lines.back().empty();
    EncodedText out;
    if (!open_end && std::all_of(lines.begin(), lines.end(), plain_line)) {
        out.encoding = "7bit";
        for (std::size_t i = 0; i < lines.size(); ++i) {
            out.body.append(lines[i]).append(i + 1 < lines.size() ? "\r\n" : "");
        }
        return out;
    }
    const auto wide = static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
    if (wide * 4 > text.size()) { // base64 is shorter
        std::string canonical;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            canonical.append(lines[i]).append(i + 1 < lines.size() ? "\r\n" : "");
        }
        return {"base64", base64_lines(canonical)};
    }
    out.encoding = "quoted-printable";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        add_quoted_printable(out.body, lines[i]);
        out.body += i + 1 < lines.size() ? "\r\n" : "";
    }
    if (open_end) {
        out.body += "=\r\n";
    }
    return out;
}

} // namespace habeas::outbox
