#include "args.hpp"

#include "habeas/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace habeas::cli {
namespace {

struct Declared {
    std::string names;
    std::string value; ///< the word in capitals
};

Declared split(const std::string& names) {
    const auto blank = names.find(' ');
    if (blank == std::string::npos) {
        return {names, {}};
    }
    return {names.substr(0, blank), names.substr(blank + 1)};
}

CLI::Option* dress(CLI::Option* option, const Declared& declared, Need need) {
    option->option_text(declared.value.empty() ? " " : declared.value);
    return option->required(need == Need::required);
}

} // namespace

void Args::positional(const char* name, std::string& to, const char* help, Need need) {
    app_->add_option(name, to, help)->required(need == Need::required);
}

void Args::positionals(const char* name, std::vector<std::string>& to, const char* help,
                       Need need) {
    app_->add_option(name, to, help)->required(need == Need::required);
}

void Args::text(const char* names, std::string& to, const char* help, Need need) {
    const Declared declared = split(names);
    dress(app_->add_option(declared.names, to, help), declared, need);
}

void Args::text(const char* names, std::optional<std::string>& to, const char* help) {
    const Declared declared = split(names);
    auto take = [&to](const std::string& text) { to = text; };
    dress(app_->add_option_function<std::string>(declared.names, take, help), declared,
          Need::optional);
}

void Args::texts(const char* names, std::vector<std::string>& to, const char* help) {
    const Declared declared = split(names);
    // One value each time: more would swallow the arguments that follow.
    dress(app_->add_option(declared.names, to, help), declared, Need::optional)
        ->allow_extra_args(false);
}

void Args::number(const char* names, std::int64_t& to, const char* help, std::int64_t least,
                  std::int64_t most) {
    const Declared declared = split(names);
    dress(app_->add_option(declared.names, to, help), declared, Need::optional)
        ->check(CLI::Range(least, most));
}

void Args::time(const char* names, std::optional<Time>& to, const char* help) {
    const Declared declared = split(names);
    auto take = [&to, name = declared.names](const std::string& text) {
        try {
            to = parse_time(text);
        } catch (const Error& error) {
            throw CLI::ValidationError(
                fmt::format("{}: {}; write 2026-06-01T10:00:00Z or a date", name, error.what()));
        }
    };
    dress(app_->add_option_function<std::string>(declared.names, take, help), declared,
          Need::optional);
}

void Args::flag(const char* name, bool& to, const char* help) {
    app_->add_flag(name, to, help);
}

void Args::flag(const char* name, std::optional<bool>& to, const char* help) {
    const std::string plain = std::string(name).substr(2);
    auto take = [&to](std::int64_t count) { to = count > 0; };
    app_->add_flag_function(fmt::format("--{0},!--no-{0}", plain), take, help);
}

void Args::choose(const char* names, const std::function<void(std::size_t)>& take,
                  std::vector<std::string_view> values, const char* help, Need need, bool many) {
    const Declared declared = split(names);
    const std::string text =
        fmt::format("{}{}{}", help, *help == '\0' ? "" : ": ", fmt::join(values, ", "));
    auto find = [take, values, name = declared.names](const std::string& word) {
        for (std::size_t at = 0; at < values.size(); ++at) {
            if (values[at] == word) {
                return take(at);
            }
        }
        throw CLI::ValidationError(
            fmt::format("{}: write one of {}", name, fmt::join(values, ", ")));
    };
    if (many) {
        auto each = [find](const std::vector<std::string>& words) {
            for (const std::string& word : words) {
                find(word);
            }
        };
        dress(app_->add_option_function<std::vector<std::string>>(declared.names, each, text),
              declared, need)
            ->allow_extra_args(false);
        return;
    }
    CLI::Option* option = app_->add_option_function<std::string>(declared.names, find, text);
    if (declared.names.front() == '-') {
        dress(option, declared, need);
    } else {
        option->required(need == Need::required);
    }
}

} // namespace habeas::cli
