// Text for a terminal: what may be shown, how wide it is, where it breaks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::cli {

/// Columns that a terminal needs for UTF-8 text that is fit to be shown.
std::size_t display_width(std::string_view text);

/// Nothing that moves the cursor, changes colours or turns the direction of writing: such
/// characters and bytes that are no UTF-8 become \n, \t, \x1b, \u202e, \xff.
std::string visible(std::string_view text);
/// The same, but line breaks and tabs stay: for whole documents.
std::string visible_document(std::string_view text);
/// JSON text with what `visible` would escape written as \u00xx. It reads back the same.
std::string visible_json(std::string_view json);

/// Lines of at most `width` columns, broken between words where possible. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Filled with blanks up to `width` columns.
std::string padded(std::string_view text, std::size_t width);
std::string padded_left(std::string_view text, std::size_t width);

} // namespace habeas::cli
