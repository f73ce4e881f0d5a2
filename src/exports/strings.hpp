// The words of the page and the explanations, by language; the data are in strings.json.
#pragma once

#include "habeas/consent.hpp"

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas::exports {

struct Right {
    std::string article, title, text;
};

class Strings {
  public:
    using Labels = std::map<std::string, std::string>; ///< by name

    /// For a BCP 47 tag: its base language if there are words for it, else English.
    static const Strings& of(std::string_view language);
    static std::vector<std::string> languages();

    [[nodiscard]] const std::string& tag() const { return tag_; }
    /// Errc::internal for a key that strings.json lacks: the keys are in our code.
    [[nodiscard]] const std::string& ui(std::string_view key) const;
    /// All of "ui", for the template.
    [[nodiscard]] const nlohmann::json& ui_all() const;
    [[nodiscard]] const std::vector<Right>& rights() const { return rights_; }
    // A name without words comes back as it is.
    [[nodiscard]] std::string reason(std::string_view code) const { return word("reasons", code); }
    [[nodiscard]] std::string basis(std::string_view name) const { return word("basis", name); }
    [[nodiscard]] std::string channel(std::string_view name) const {
        return word("channels", name);
    }
    [[nodiscard]] std::string state(std::string_view name) const { return word("states", name); }
    [[nodiscard]] std::string event(std::string_view name) const { return word("events", name); }
    [[nodiscard]] std::string method(std::string_view name) const { return word("methods", name); }
    [[nodiscard]] std::string list(std::string_view name) const { return word("lists", name); }
    [[nodiscard]] std::string column(std::string_view name) const { return word("columns", name); }
    /// A state or kind as people say it.
    [[nodiscard]] std::string state_word(std::string_view name) const {
        return word("words", name);
    }
    /// A rule that decided something, in plain words: see AutomatedView. `labels`: of fields.
    [[nodiscard]] std::string rule(const nlohmann::json& rule, const Labels& labels) const;
    [[nodiscard]] std::string identifier(const Identifier& identifier) const;
    [[nodiscard]] std::string country(const std::string& code) const;
    [[nodiscard]] std::string language_name(const std::string& tag) const;

    [[nodiscard]] std::string date(Date date) const;
    /// In the time zone `zone` (IANA name); UTC where it is empty or unknown.
    [[nodiscard]] std::string date(Time time, const std::string& zone) const;
    [[nodiscard]] std::string date_time(Time time, const std::string& zone) const;
    [[nodiscard]] std::string duration(std::string_view iso) const; ///< "P24M": "24 months"
    [[nodiscard]] std::string retention(const Purpose& purpose) const;

    using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    /// Puts values in the places {name} of a text.
    static std::string fill(std::string text, Values values);

  private:
    Strings(std::string tag, const nlohmann::json& words);
    [[nodiscard]] std::string word(const char* table, std::string_view key) const;
    [[nodiscard]] std::string filter(const nlohmann::json& filter, const Labels& labels) const;
    std::string tag_;
    const nlohmann::json* words_; ///< of the process
    std::vector<Right> rights_;
};

} // namespace habeas::exports
