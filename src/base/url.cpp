#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <string>

namespace habeas::base {
namespace {

[[noreturn]] void refuse_url(const std::string& reason) {
    throw Error(Errc::invalid, "URL: " + reason + "; write https://www.example.org/page");
}

bool is_host_character(char c) {
    return is_letter_or_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0 ||
           std::string_view("-._~%").find(c) != std::string_view::npos;
}

/// What stands after the scheme: ://user@host:port/path?query#fragment
void check_authority(std::string_view authority) {
    auto at = authority.rfind('@');
    std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);
    std::string_view port;
    if (host.starts_with('[')) { // an IPv6 address
        auto end = host.find(']');
        if (end == std::string_view::npos || end < 3 ||
            host.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") !=
                std::string_view::npos) {
            refuse_url("the address in square brackets is malformed");
        }
        port = host.substr(end + 1);
    } else {
        auto colon = std::min(host.find(':'), host.size());
        port = host.substr(colon);
        host = host.substr(0, colon);
        if (host.empty() || host.front() == '.' || host.find("..") != std::string_view::npos ||
            !std::ranges::all_of(host, is_host_character)) {
            refuse_url("the host is missing or malformed");
        }
    }
    if (!port.empty() &&
        (port.front() != ':' || port.size() > 6 || !std::ranges::all_of(port.substr(1), is_digit) ||
         (port.size() > 1 && std::stoi(std::string(port.substr(1))) > 65535))) {
        refuse_url("the port is malformed");
    }
}

} // namespace

std::string check_url(std::string_view typed) {
    std::string_view text = trim(typed);
    require_text(text, "URL", false, 2048);
    // RFC 3986 has none of these; in pages and messages they end or open something.
    if (text.find_first_of(" \"<>\\`") != std::string_view::npos || invisible_at(text)) {
        refuse_url("a blank, quotation mark, angle bracket or backslash; encode it with %");
    }
    auto colon = std::min(text.find(':'), text.size());
    std::string scheme = lower_nfc(text.substr(0, colon));
    if (scheme != "http" && scheme != "https") {
        refuse_url("only http and https are accepted");
    }
    if (!text.substr(colon).starts_with("://")) {
        refuse_url("// is missing");
    }
    std::string_view rest = text.substr(colon + 3);
    check_authority(rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size())));
    return std::string(text);
}

} // namespace habeas::base
