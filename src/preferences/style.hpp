// The style of the pages: one sheet, within the page, allowed by its hash alone.
#pragma once

#include <string>
#include <string_view>

namespace habeas::preferences {

std::string_view style() noexcept;
/// 'sha256-<base64>' for the header Content-Security-Policy (CSP level 3).
const std::string& style_hash();

} // namespace habeas::preferences
