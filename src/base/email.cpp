#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <idn2.h>
#include <memory>
#include <string>

namespace habeas::base {
namespace {

constexpr std::size_t max_local = 64;    // RFC 5321, 4.5.3.1.1
constexpr std::size_t max_address = 254; // RFC 5321, 4.5.3.1.3 less the angle brackets
constexpr std::size_t max_typed = 1000;  // before any work with Unicode

[[noreturn]] void refuse_email(const std::string& reason) {
    throw Error(Errc::invalid, "e-mail address: " + reason);
}

/// atext of RFC 5322 and, by RFC 6531, all beyond ASCII.
bool is_atom(char c) {
    return is_letter_or_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

void check_local(std::string_view local) {
    if (local.empty()) {
        refuse_email("nothing before the @");
    }
    if (local.front() == '"') {
        refuse_email("quoted names before the @ are not supported");
    }
    if (local.size() > max_local) {
        refuse_email("more than 64 bytes before the @");
    }
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
        refuse_email("a dot at the start or end of the name, or two dots together");
    }
    for (char c : local) {
        if (c != '.' && !is_atom(c)) {
            refuse_email(c == ' ' || c == '<' || c == '('
                             ? "a blank, bracket or comment; give the address alone, without a name"
                             : "a character that needs quotes before the @");
        }
    }
    if (invisible_at(local)) {
        refuse_email("an invisible character before the @; type the address anew");
    }
}

void check_label(std::string_view label) {
    if (label.empty()) {
        refuse_email("a dot at the start or end of the domain, or two dots together");
    }
    if (label.size() > 63) {
        refuse_email("a part of the domain has more than 63 bytes");
    }
    if (label.front() == '-' || label.back() == '-') {
        refuse_email("a part of the domain begins or ends with a hyphen");
    }
    if (!std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; })) {
        refuse_email("a character that no domain has");
    }
}

/// The domain is ASCII in lower case here.
void check_domain(std::string_view domain) {
    if (domain.find('.') == std::string_view::npos) {
        refuse_email("no dot in the domain");
    }
    std::string_view rest = domain;
    std::string_view label;
    for (;;) {
        auto dot = rest.find('.');
        label = rest.substr(0, dot);
        check_label(label);
        if (dot == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(dot + 1);
    }
    if (std::ranges::all_of(label, is_digit)) {
        refuse_email("the domain is a number; give a name");
    }
}

struct FreeIdn {
    void operator()(char* text) const { idn2_free(text); }
};

[[noreturn]] void refuse_idn(int code) {
    if (code == IDN2_MALLOC) {
        throw Error(Errc::out_of_memory, "memory ran out");
    }
    refuse_email("the domain is no internationalised domain name (IDNA2008)");
}

std::string to_a_labels(const std::string& domain) {
    char* raw = nullptr;
    int code = idn2_to_ascii_8z(domain.c_str(), &raw, IDN2_NONTRANSITIONAL);
    std::unique_ptr<char, FreeIdn> text(raw);
    if (code != IDN2_OK) {
        refuse_idn(code);
    }
    return lower_nfc(text.get());
}

/// A-labels in lower case; labels that were typed as A-labels must be what their Unicode form
/// gives.
std::string idn_domain(std::string_view typed) {
    std::string ascii = to_a_labels(lower_nfc(typed));
    char* raw = nullptr;
    int code = idn2_to_unicode_8z8z(ascii.c_str(), &raw, 0);
    std::unique_ptr<char, FreeIdn> unicode(raw);
    if (code != IDN2_OK) {
        refuse_idn(code);
    }
    if (to_a_labels(unicode.get()) != ascii) {
        refuse_idn(IDN2_ALABEL_ROUNDTRIP_FAILED);
    }
    return ascii;
}

bool is_plain(std::string_view domain) {
    return std::ranges::all_of(domain, [](char c) { return (c & 0x80) == 0; }) &&
           domain.find("xn--") == std::string_view::npos;
}

/// A final sigma and a sigma have one capital: in lower case they are one letter.
void join_sigmas(std::string& text, std::size_t size) {
    for (auto at = text.find("\xCF\x82"); at < size; at = text.find("\xCF\x82", at)) {
        text[at + 1] = '\x83';
    }
}

} // namespace

std::string normalise_email(std::string_view typed) {
    if (typed.size() > max_typed) {
        refuse_email("more than 254 bytes");
    }
    require_text(trim(typed), "e-mail address", false, max_typed);
    std::string text = lower_nfc(trim(typed));
    if (text.empty()) {
        refuse_email("empty");
    }
    auto at = text.rfind('@');
    if (at == std::string::npos) {
        refuse_email("no @");
    }
    join_sigmas(text, at);
    std::string_view local = std::string_view(text).substr(0, at);
    std::string_view domain = std::string_view(text).substr(at + 1);
    if (local.find('@') != std::string_view::npos && !local.starts_with('"')) {
        refuse_email("more than one @");
    }
    check_local(local);
    if (domain.empty()) {
        refuse_email("nothing after the @");
    }
    if (domain.front() == '[') {
        refuse_email("an address in place of a domain is not supported");
    }
    if (!is_plain(domain)) {
        text = std::string(local) + "@" + idn_domain(domain);
    }
    check_domain(std::string_view(text).substr(local.size() + 1));
    if (text.size() > max_address) {
        refuse_email("more than 254 bytes");
    }
    return text;
}

} // namespace habeas::base
