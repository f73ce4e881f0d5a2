#include "deliveries/mail.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace habeas::deliveries {
namespace {

constexpr std::size_t max_headers = 1000; ///< of a part
constexpr std::size_t max_value = 16384;  ///< bytes of one; what is behind them is left out
constexpr std::size_t max_parts = 200;    ///< of a mail
constexpr std::size_t max_depth = 6;      ///< of multiparts
constexpr std::size_t max_boundary = 70;  ///< RFC 2046 5.1.1; some write longer ones
constexpr std::size_t long_boundary = 2 * max_boundary;

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// The next line without its break, which goes from `text` with it.
std::string_view take_line(std::string_view& text) noexcept {
    const std::size_t end = text.find('\n');
    std::string_view out = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (out.ends_with('\r')) {
        out.remove_suffix(1);
    }
    return out;
}

/// Printable ASCII but the colon (RFC 5322 3.6.8).
bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 100 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// `text; name=value; name="va\"lue"`: the value, as written; empty: there is none.
std::string parameter(std::string_view text, std::string_view name) {
    std::size_t at = text.find(';');
    while (at != std::string_view::npos && at < text.size()) {
        ++at;
        const std::size_t equals = text.find_first_of("=;", at);
        if (equals == std::string_view::npos || text[equals] == ';') {
            at = equals;
            continue;
        }
        const std::string given = base::ascii_lower(trim(text.substr(at, equals - at)));
        std::string value;
        at = equals + 1;
        while (at < text.size() && is_blank(text[at])) {
            ++at;
        }
        if (at < text.size() && text[at] == '"') {
            for (++at; at < text.size() && text[at] != '"'; ++at) {
                at += text[at] == '\\' && at + 1 < text.size() ? 1 : 0;
                value += text[at];
            }
            at = text.find(';', at);
        } else {
            const std::size_t end = std::min(text.find_first_of("; \t(", at), text.size());
            value = text.substr(at, end - at);
            at = text.find(';', end);
        }
        if (given == name) {
            return value;
        }
    }
    return {};
}

class Reader {
  public:
    std::optional<MailPart> read(std::string_view text, std::size_t depth) {
        if (++parts_ > max_parts || depth > max_depth) {
            return std::nullopt;
        }
        MailPart out;
        out.headers = take_headers(text);
        out.body = text;
        const std::string_view type = header(out.headers, "content-type");
        out.type = base::ascii_lower(trim(type.substr(0, type.find_first_of("; \t("))));
        if (out.type.empty()) {
            out.type = "text/plain";
        }
        if (out.type.starts_with("multipart/")) {
            const std::string boundary = parameter(type, "boundary");
            if (boundary.empty() || boundary.size() > long_boundary ||
                !split(out, boundary, depth)) {
                return std::nullopt;
            }
        }
        return out;
    }

  private:
    /// What stands before the first and behind the last boundary is nothing (RFC 2046 5.1.1).
    bool split(MailPart& out, const std::string& boundary, std::size_t depth) {
        std::string_view rest = out.body;
        const char* begin = nullptr;
        while (!rest.empty()) {
            const char* here = rest.data();
            std::string_view line = take_line(rest);
            if (!line.starts_with("--") || line.substr(2, boundary.size()) != boundary) {
                continue;
            }
            line = trim(line.substr(2 + boundary.size()));
            if (!line.empty() && line != "--") {
                continue; // another boundary, which begins like this one
            }
            if (begin != nullptr && !add(out, begin, here, depth)) {
                return false;
            }
            begin = rest.data();
            if (line == "--") {
                return true;
            }
        }
        // Cut off: what there is of the last part counts.
        return begin == nullptr || add(out, begin, rest.data(), depth);
    }
    bool add(MailPart& out, const char* begin, const char* end, std::size_t depth) {
        auto part = read({begin, static_cast<std::size_t>(end - begin)}, depth + 1);
        if (part) {
            out.parts.push_back(std::move(*part));
        }
        return part.has_value();
    }

    std::size_t parts_ = 0;
};

int base64_digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Characters that are none of it do not count (RFC 2045 6.8).
std::string from_base64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) {
            continue;
        }
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xffU);
        }
    }
    return out;
}

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        while (!line.empty() && is_blank(line.back())) {
            line.remove_suffix(1);
        }
        const bool soft = line.ends_with('=');
        if (soft) {
            line.remove_suffix(1);
        }
        for (std::size_t at = 0; at < line.size(); ++at) {
            const bool room = at + 2 < line.size();
            const int high = room ? base::hex_digit(line[at + 1]) : -1;
            const int low = room ? base::hex_digit(line[at + 2]) : -1;
            if (line[at] == '=' && high >= 0 && low >= 0) {
                out += static_cast<char>(high << 4U | low);
                at += 2;
            } else {
                out += line[at];
            }
        }
        out += soft ? "" : "\n";
    }
    return out;
}

} // namespace

std::string_view header(const MailHeaders& headers, std::string_view name) noexcept {
    const auto at = std::find_if(headers.begin(), headers.end(),
                                 [&](const auto& each) { return each.first == name; });
    return at == headers.end() ? std::string_view{} : std::string_view(at->second);
}

MailHeaders take_headers(std::string_view& text) {
    MailHeaders out;
    bool open = false; // the last header may go on in the next line
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) {
            break;
        }
        if (is_blank(line.front())) {
            std::string* value = open ? &out.back().second : nullptr;
            if (value != nullptr && value->size() + line.size() <= max_value) {
                *value += value->empty() ? "" : " ";
                *value += trim(line);
            }
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string_view name = trim(line.substr(0, colon));
        open = colon != std::string_view::npos && is_name(name) && out.size() < max_headers;
        if (open) {
            out.emplace_back(base::ascii_lower(name),
                             trim(line.substr(colon + 1).substr(0, max_value)));
        }
    }
    return out;
}

std::string MailPart::content() const {
    const std::string_view given = header(headers, "content-transfer-encoding");
    const std::string encoding =
        base::ascii_lower(trim(given.substr(0, given.find_first_of(";("))));
    if (encoding == "base64") {
        return from_base64(body);
    }
    return encoding == "quoted-printable" ? from_quoted_printable(body) : std::string(body);
}

std::optional<MailPart> read_mail(std::string_view mail) {
    if (mail.size() > max_mail_bytes) {
        return std::nullopt;
    }
    auto out = Reader().read(mail, 0);
    return out && !out->headers.empty() ? out : std::nullopt;
}

} // namespace habeas::deliveries
