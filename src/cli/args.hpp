// How a command declares its options. args.cpp and program.cpp alone see CLI11.
#pragma once

#include "habeas/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace habeas::cli {

enum class Need : std::uint8_t { required, optional };

template <class Enum>
using Names = std::vector<std::pair<std::string_view, Enum>>;

/// All names of an enumeration that has a function for its names, from `first` on.
template <class Enum>
Names<Enum> names_of(std::string_view (*name)(Enum) noexcept, unsigned first = 0,
                     unsigned end = 64) {
    Names<Enum> out;
    for (unsigned value = first; value < end; ++value) {
        if (auto text = name(static_cast<Enum>(value)); !text.empty()) {
            out.emplace_back(text, static_cast<Enum>(value));
        }
    }
    return out;
}

/// What is declared refers to variables that outlive the parsing.
class Args {
  public:
    explicit Args(CLI::App& app) : app_(&app) {}

    void positional(const char* name, std::string& to, const char* help, Need = Need::required);
    void positionals(const char* name, std::vector<std::string>& to, const char* help,
                     Need = Need::required);

    // `names` as "--note TEXT" or "-o,--output FILE"; the word in capitals is for the help.
    void text(const char* names, std::string& to, const char* help, Need = Need::optional);
    void text(const char* names, std::optional<std::string>& to, const char* help);
    void texts(const char* names, std::vector<std::string>& to, const char* help); ///< repeatable
    void number(const char* names, std::int64_t& to, const char* help, std::int64_t least = 0,
                std::int64_t most = std::int64_t{1} << 53);
    void time(const char* names, std::optional<Time>& to, const char* help);
    void flag(const char* name, bool& to, const char* help);
    /// --name and --no-name.
    void flag(const char* name, std::optional<bool>& to, const char* help);

    template <class Enum>
    void choice(const char* names, Enum& to, const Names<Enum>& values, const char* help,
                Need need = Need::optional) {
        choose(
            names, [&to, values](std::size_t at) { to = values[at].second; }, texts_of(values),
            help, need);
    }
    template <class Enum>
    void choice(const char* names, std::optional<Enum>& to, const Names<Enum>& values,
                const char* help) {
        choose(
            names, [&to, values](std::size_t at) { to = values[at].second; }, texts_of(values),
            help, Need::optional);
    }
    template <class Enum>
    void choices(const char* names, std::vector<Enum>& to, const Names<Enum>& values,
                 const char* help) {
        choose(
            names, [&to, values](std::size_t at) { to.push_back(values[at].second); },
            texts_of(values), help, Need::optional, true);
    }

  private:
    template <class Enum>
    static std::vector<std::string_view> texts_of(const Names<Enum>& values) {
        std::vector<std::string_view> out;
        for (const auto& [text, value] : values) {
            out.push_back(text);
        }
        return out;
    }
    void choose(const char* names, const std::function<void(std::size_t)>& take,
                std::vector<std::string_view> values, const char* help, Need need,
                bool many = false);

    CLI::App* app_;
};

} // namespace habeas::cli
