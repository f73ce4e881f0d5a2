// What the pages say, in the languages that habeas has and in those that the controller adds.
#pragma once

#include "store/engine.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace habeas::preferences {

class Words {
  public:
    /// In that language, else its base, else English, key by key.
    Words(store::Engine& engine, std::string_view language);
    /// Plain text, not escaped. Errc::internal for a key that there is none of.
    [[nodiscard]] const std::string& of(std::string_view key) const;
    /// With "{name}" replaced.
    [[nodiscard]] std::string
    of(std::string_view key,
       std::initializer_list<std::pair<std::string_view, std::string_view>> values) const;
    /// The language that the page is in: "de" for "de-AT" where there are words in "de".
    [[nodiscard]] const std::string& language() const { return language_; }
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const {
        return texts_;
    }

  private:
    std::string language_;
    std::map<std::string, std::string, std::less<>> texts_;
};

/// Is there anything in this language or its base?
bool speaks(store::Engine& engine, std::string_view language);
/// The best of a header Accept-Language (RFC 9110, 12.5.4) or of one tag; empty: none fits.
std::string accepted_language(store::Engine& engine, std::string_view header);

} // namespace habeas::preferences
