// covers: src/base/email.cpp
// Laws of e-mail normal forms: a normal form is its own normal form, has no control characters or
// blanks (no header injection), and neither case of the domain nor blanks around matter.
#include "fuzz.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

using namespace habeas::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view typed = fuzz::view(data, size);
    std::string normal;
    if (!fuzz::accepted([&] { normal = normalise_email(typed); }))
        return 0;
    fuzz::require(normalise_email(normal) == normal, "a normal form is its own normal form");
    fuzz::require(normalise_email(" " + std::string(typed) + "\t") == normal,
                  "blanks around do not matter");
    fuzz::require(!invalid_utf8(normal), "UTF-8");
    fuzz::require(normal.size() <= 254, "254 bytes at most");
    fuzz::require(std::none_of(normal.begin(), normal.end(),
                               [](unsigned char c) { return c <= ' ' || c == 0x7f; }),
                  "no blanks and no control characters");
    const std::size_t at = normal.rfind('@');
    fuzz::require(at != std::string::npos && at >= 1 && at <= 64, "1 to 64 bytes before the @");
    const std::string domain = normal.substr(at + 1);
    fuzz::require(domain.find('.') != std::string::npos, "a domain with a dot");
    fuzz::require(std::all_of(domain.begin(), domain.end(),
                              [](char c) {
                                  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                         c == '-' || c == '.';
                              }),
                  "the domain is in A-labels, lower case");
    std::string loud = normal;
    std::transform(loud.begin() + static_cast<std::ptrdiff_t>(at), loud.end(),
                   loud.begin() + static_cast<std::ptrdiff_t>(at), [](unsigned char c) {
                       return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
                   });
    fuzz::require(normalise_email(loud) == normal, "the case of the domain does not matter");
    return 0;
}
