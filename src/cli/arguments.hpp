// Reading what people write in arguments and files.
#pragma once

#include "habeas/subject.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas::cli {

/// A number of a subject, organisation or event; nothing for other text.
std::optional<std::int64_t> read_number(std::string_view text);
/// The same, but a UsageError that names `what`.
std::int64_t require_number(std::string_view text, const char* what);

/// "email:...", "phone:...", "external:<system>:...". UsageError.
Identifier read_identifier(const std::string& text);
/// "external:crm:123" again.
std::string identifier_text(const Identifier& identifier);

/// "NAME=VALUE", cut at the first "=". UsageError with `form` ("FIELD=VALUE").
std::pair<std::string, std::string> read_pair(const std::string& text, const char* form);
std::map<std::string, std::string> read_pairs(const std::vector<std::string>& texts,
                                              const char* form);

/// Between cells: one character, or the word tab. UsageError that names `option`.
char read_delimiter(const std::string& text, const char* option);

/// Text given as it is, or as @FILE.
std::string text_or_file(const std::string& text);
/// The same without the blanks and line breaks at its end: a token.
std::string word_or_file(const std::string& text);
/// Is it the code of something that is declared ("signup")? A path has a point, a slash or a "-".
bool is_code(std::string_view text) noexcept;
/// A whole file; "-" is standard input. Errc::not_found, Errc::io.
std::string read_text(const std::string& path);
/// Its lines, without line breaks and the blanks around.
std::vector<std::string> read_lines(const std::string& path);

/// Writes a new file that only its owner can read (0600). Errc::exists, Errc::io.
void write_new_file(const std::string& path, std::string_view content);

} // namespace habeas::cli
