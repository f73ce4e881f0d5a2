// What a browser sends, read: the path and the body.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::preferences {

/// "/unsubscribe/<token>" without query, fragment and the path of `base_url` in front.
struct Place {
    std::string kind; ///< unsubscribe, preferences, confirm, request, or what else stood there
    std::string token;
};
Place read_path(std::string_view path, std::string_view base_url);

using Sent = std::multimap<std::string, std::string>;
/// application/x-www-form-urlencoded, or the multipart/form-data that RFC 8058 allows too (told
/// apart by its first line). Nothing: more than 1,000 values.
std::optional<Sent> read_body(std::string_view body);
/// The first value of that name, or empty.
std::string value_of(const Sent& sent, const char* name);
bool has_value(const Sent& sent, const char* name, std::string_view value);

} // namespace habeas::preferences
