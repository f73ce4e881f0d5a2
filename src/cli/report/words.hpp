// The words of the report by language; the data are in words.json.
#pragma once

#include "figures.hpp"

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace habeas::cli::report {

class Words {
  public:
    /// For a BCP 47 tag: its base language if there are words for it, else English.
    static const Words& of(std::string_view language);

    [[nodiscard]] const std::string& tag() const { return tag_; }
    /// Errc::internal for a key that words.json lacks: the keys are in our code.
    [[nodiscard]] const std::string& ui(std::string_view key) const;
    [[nodiscard]] const nlohmann::json& ui_all() const; ///< for the template
    /// "1 person", "2,000 people": the form for one or for many, the number in its place {n}.
    [[nodiscard]] std::string counted(std::string_view key, Count count) const;
    /// A name in one of the tables ("channels", "reasons", ...); without words as it is.
    [[nodiscard]] std::string name(const char* table, std::string_view key) const;

    [[nodiscard]] std::string number(Count count) const;
    [[nodiscard]] std::string percent(Count part, Count whole) const;
    [[nodiscard]] std::string month(Month month) const;       ///< "March 2026"
    [[nodiscard]] std::string month_short(Month month) const; ///< "Mar 26"
    [[nodiscard]] std::string date_time(Time time) const;     ///< in UTC
    [[nodiscard]] std::string date(Time time) const;
    [[nodiscard]] std::string duration(std::string_view iso) const; ///< "P24M": "24 months"

    using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    /// Puts values in the places {name} of a text.
    static std::string fill(const std::string& text, Values values);

  private:
    Words(std::string tag, const nlohmann::json& words) : tag_(std::move(tag)), words_(&words) {}
    std::string tag_;
    const nlohmann::json* words_; ///< of the process
};

/// For HTML and SVG: & < > " ' escaped, control characters (no XML holds them) shown as U+FFFD.
std::string escape(std::string_view text);

} // namespace habeas::cli::report
