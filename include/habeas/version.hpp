// The version of this source, and what the build can do.
#pragma once

#include <string_view>

namespace habeas {

std::string_view version() noexcept; ///< "0.1.0"
/// Components: "archive", "mail", "mysql", "phonenumber". Unknown names give false.
bool has(std::string_view feature) noexcept;

} // namespace habeas
