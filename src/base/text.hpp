// UTF-8 and Unicode: validation with the offset of the fault, normal forms, trimming, Windows-1252.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::base {

/// Offset of the first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong forms), or
/// nothing.
std::optional<std::size_t> invalid_utf8(std::string_view text) noexcept;

/// Checks a text from outside: valid UTF-8, no control characters (C0 with NUL, DEL, C1); with
/// `multiline` TAB, LF and CR are allowed. Throws Errc::invalid naming `where` and
/// the byte offset, never the value.
void require_text(std::string_view text, std::string_view where, bool multiline,
                  std::size_t max_bytes);

std::string ascii_lower(std::string_view text); ///< A to Z alone
/// Of ASCII alone, as what follows.
constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char ascii_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_letter_or_digit(char c) noexcept {
    return is_letter(c) || is_digit(c);
}
int hex_digit(char c) noexcept; ///< its value; -1: it is none

std::string nfc(std::string_view utf8); ///< Unicode normal form C
std::string
lower_nfc(std::string_view utf8); ///< simple lower case (not full folding), NFC before and after
std::string casefold(std::string_view utf8);           ///< full case folding, for comparison only
std::string_view trim(std::string_view text) noexcept; ///< ASCII blanks, NBSP and BOM at both ends

/// The form of all codes and field names: [a-z][a-z0-9_]{0,62}.
bool is_code(std::string_view text) noexcept;
/// Errc::invalid naming `where`.
void require_code(std::string_view text, std::string_view where);

/// Offset of the first character that nobody sees: blanks other than U+0020, controls, marks of
/// direction and other format characters, private or unassigned ones. The text must be valid UTF-8.
std::optional<std::size_t> invisible_at(std::string_view utf8) noexcept;
/// Case-folded and without accents ("Réunion" = "REUNION"), to look names up; never to store.
std::string loose_key(std::string_view utf8);

/// Windows-1252 (a superset of ISO-8859-1's printable part) to UTF-8; the five undefined bytes
/// become U+FFFD only when `strict` is false, else Errc::invalid with the offset.
std::string windows1252_to_utf8(std::string_view text, bool strict = true);

std::string html_escape(std::string_view text); ///< & < > " '
/// For one cell of a CSV that a spreadsheet may open: quotes by RFC 4180 and, with `neutralise`,
/// puts an apostrophe before = + - @ (full-width too) TAB CR LF (OWASP: CSV injection).
std::string csv_cell(std::string_view text, bool neutralise);

} // namespace habeas::base
