#include "preferences/answer.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace habeas::preferences {
namespace {

constexpr std::size_t max_values = 1000;

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() ? base::hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? base::hex_digit(text[i + 2]) : -1;
        if (text[i] == '%' && high >= 0 && low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

/// Cuts off what stands before `end`, and `end`.
std::string_view cut(std::string_view& rest, std::string_view end) {
    const std::size_t at = rest.find(end);
    const std::string_view out = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + end.size());
    return out;
}

std::optional<Sent> read_multipart(std::string_view body) {
    const std::string line(body.substr(0, body.find_first_of("\r\n")));
    Sent out;
    std::string_view rest = body.substr(line.size());
    while (!rest.empty() && !rest.starts_with("--")) {
        std::string_view part = cut(rest, line);
        const bool crlf = part.starts_with("\r\n");
        const std::string_view headers = cut(part, crlf ? "\r\n\r\n" : "\n\n");
        const std::size_t at = headers.find("name=\"");
        if (at == std::string_view::npos) {
            continue;
        }
        const std::string_view name = headers.substr(at + 6);
        while (part.ends_with('\n') || part.ends_with('\r')) {
            part.remove_suffix(1);
        }
        out.emplace(name.substr(0, name.find('"')), part);
        if (out.size() > max_values) {
            return std::nullopt;
        }
    }
    return out;
}

} // namespace

Place read_path(std::string_view path, std::string_view base_url) {
    path = path.substr(0, path.find_first_of("?#"));
    const std::size_t host = base_url.find("://");
    if (host != std::string_view::npos) {
        const std::size_t slash = base_url.find('/', host + 3);
        const std::string_view prefix =
            slash == std::string_view::npos ? std::string_view{} : base_url.substr(slash);
        if (!prefix.empty() && path.starts_with(prefix) &&
            path.substr(prefix.size()).starts_with('/')) {
            path.remove_prefix(prefix.size());
        }
    }
    while (path.starts_with('/')) {
        path.remove_prefix(1);
    }
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    Place out;
    out.kind = cut(path, "/");
    out.token = path;
    return out;
}

std::optional<Sent> read_body(std::string_view body) {
    if (body.starts_with("--")) {
        return read_multipart(body);
    }
    Sent out;
    while (!body.empty()) {
        std::string_view pair = cut(body, "&");
        if (pair.empty()) {
            continue;
        }
        std::string name = decoded(cut(pair, "="));
        out.emplace(std::move(name), decoded(pair));
        if (out.size() > max_values) {
            return std::nullopt;
        }
    }
    return out;
}

std::string value_of(const Sent& sent, const char* name) {
    const auto at = sent.find(name);
    return at == sent.end() ? std::string() : at->second;
}

bool has_value(const Sent& sent, const char* name, std::string_view value) {
    const auto [begin, end] = sent.equal_range(name);
    return std::any_of(begin, end, [&](const auto& each) { return each.second == value; });
}

} // namespace habeas::preferences
