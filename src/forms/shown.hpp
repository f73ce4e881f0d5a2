// What a page showed, as a hidden input that comes back: which version of the form, in which
// language, with which text of each purpose. Authenticated, so that nobody invents it.
#pragma once

#include "forms/stored.hpp"

#include <map>
#include <optional>
#include <string>

namespace habeas::forms {

inline constexpr const char shown_input[] = "habeas_shown";

struct Shown {
    std::int32_t version = 0;
    std::string language;
    std::map<std::string, std::int32_t> texts; ///< by purpose
    std::int64_t at = 0;                       ///< ms; when the page was made
    bool page = false; ///< read from a page; else the host shows what is current
    bool operator==(const Shown&) const = default;
};
std::string encode_shown(store::Engine& engine, const std::string& form, const Shown& shown);
/// Nothing: changed, of another form, or under a key that is gone.
std::optional<Shown> decode_shown(store::Engine& engine, const std::string& form,
                                  std::string_view text);

} // namespace habeas::forms
