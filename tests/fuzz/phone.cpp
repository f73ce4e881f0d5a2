// covers: src/base/phone.cpp
// Laws of phone normal forms: E.164 comes out, it is its own normal form, and a number in
// international form means the same with and without a default country.
#include "fuzz.hpp"

#include "base/contact.hpp"

#include <algorithm>
#include <string>

using namespace habeas::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    static constexpr std::string_view countries[] = {"", "DE", "GB", "US", "IT", "FR", "AR", "zz"};
    const std::string_view country = countries[data[0] & 7];
    const std::string_view typed = fuzz::view(data + 1, size - 1);
    std::string normal;
    if (!fuzz::accepted([&] { normal = normalise_phone(typed, country); }))
        return 0;
    fuzz::require(normal.size() >= 3 && normal.size() <= 16 && normal[0] == '+' && normal[1] != '0',
                  "a plus and up to 15 digits, the first not 0");
    fuzz::require(
        std::all_of(normal.begin() + 1, normal.end(), [](char c) { return c >= '0' && c <= '9'; }),
        "digits only");
    for (const std::string_view other : countries)
        fuzz::require(normalise_phone(normal, other) == normal, "E.164 is its own normal form");
    return 0;
}
