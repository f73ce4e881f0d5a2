#include "program.hpp"

#include "text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace habeas::cli {
namespace {

constexpr std::size_t help_width = 80;
constexpr std::size_t names_width = 26;

std::string paragraph(const std::string& text) {
    std::string out;
    for (const std::string& line : wrap(text, help_width)) {
        out += line + "\n";
    }
    return out;
}

std::string help_line(std::string name, const std::string& help) {
    name = "  " + name;
    std::string out = padded(name, names_width);
    if (out.size() > names_width || out.back() != ' ') {
        out += "\n" + std::string(names_width, ' ');
    }
    bool first = true;
    for (const std::string& line : wrap(help, help_width - names_width)) {
        out += (first ? "" : std::string(names_width, ' ')) + line + "\n";
        first = false;
    }
    return out;
}

std::string shown_name(const CLI::Option& option) {
    if (option.get_positional()) {
        return option.get_name(true, false);
    }
    std::string name = option.get_name(false, true);
    if (const auto negated = name.find(",--no-"); negated != std::string::npos) {
        name = "--[no-]" + name.substr(2, negated - 2); // made by Args::flag
    }
    const std::string& value = option.get_option_text();
    return value.empty() || value == " " ? name : name + " " + value;
}

std::string shown_help(const CLI::Option& option) {
    std::string out = option.get_description();
    if (!option.get_positional() && option.get_required()) {
        out += " (required)";
    }
    if (!option.get_envname().empty()) {
        out += " (or the environment's " + option.get_envname() + ")";
    }
    return out;
}

std::string full_name(const CLI::App& app) {
    return app.get_parent() == nullptr ? "habeas"
                                       : full_name(*app.get_parent()) + " " + app.get_name();
}

std::string usage(const CLI::App& app, const std::vector<const CLI::Option*>& positionals) {
    std::string out = "Usage: " + full_name(app);
    for (const CLI::Option* option : positionals) {
        const bool many = option->get_expected_max() > 1;
        const std::string name = option->get_name(true, false) + (many ? "..." : "");
        out += option->get_required() ? " " + name : " [" + name + "]";
    }
    const bool has_commands = !app.get_subcommands({}).empty();
    const bool needed = has_commands && app.get_require_subcommand_min() > 0;
    return paragraph(out +
                     (needed         ? " COMMAND ..."
                      : has_commands ? " [COMMAND ...]"
                                     : "") +
                     " [OPTION...]");
}

std::string make_help(const CLI::App* app, const std::string& /*name*/, CLI::AppFormatMode /*m*/) {
    std::string out = paragraph(full_name(*app) + ": " + app->get_description()) + "\n";
    const auto positionals =
        app->get_options([](const CLI::Option* option) { return option->get_positional(); });
    out += usage(*app, positionals);
    if (!positionals.empty()) {
        out += "\n";
    }
    for (const CLI::Option* option : positionals) {
        out += help_line(shown_name(*option), shown_help(*option));
    }
    std::string commands;
    for (const CLI::App* each : app->get_subcommands({})) {
        commands += help_line(each->get_name(), each->get_description());
    }
    out += commands.empty() ? "" : "\nCommands:\n" + commands;
    out += "\nOptions:\n";
    for (const CLI::Option* option :
         app->get_options([](const CLI::Option* each) { return each->nonpositional(); })) {
        out += help_line(shown_name(*option), shown_help(*option));
    }
    return out + app->get_footer();
}

std::string command_footer(const Command& command) {
    std::string out = "\nExample:\n  " + std::string(command.example) + "\n\n";
    out += paragraph("--json prints " + std::string(command.json));
    return out + "Options of every command (--store, --json, --actor, ...): habeas --help\n";
}

constexpr const char* root_footer = R"(
A subject is named by its number or by an identifier:
  42  email:anna@example.org  phone:+436641234567  external:crm:123

Times are RFC 3339 (2026-06-01T10:00:00Z, 2026-06-01T12:00:00+02:00) or a date,
which is its midnight in UTC; they are printed in UTC. Output is UTF-8; tables
fit the terminal (or COLUMNS) and show control characters escaped (\x1b). With
--json each command prints one JSON document, described in its help; messages
go to standard error, with --json as {"error": {"code", "message", "where"}}.

HABEAS_KEY holds the root key itself, in place of a key file.

)";

void declare_global(CLI::App& app, GlobalOptions& to) {
    auto text = [&](const char* name, std::string& value, const char* help, const char* word,
                    const char* environment = "") {
        auto* option = app.add_option(name, value, help)->option_text(word);
        if (*environment != '\0') {
            option->envname(environment);
        }
    };
    text("--store", to.store, "the store's database file", "PATH", "HABEAS_STORE");
    text("--key-file", to.key_file, "the root key; PATH.key of the store unless named", "PATH",
         "HABEAS_KEY_FILE");
    text("--journal", to.journal, "the restore journal; PATH.restore of the store unless named",
         "PATH", "HABEAS_JOURNAL");
    text("--actor", to.actor, "who acts: NAME (a person), subject:ID, system:NAME", "WHO",
         "HABEAS_ACTOR");
    text("--reason", to.reason, "why, kept with what is written", "TEXT");
    app.add_flag("--json", to.json, "print JSON, for programs");
    app.add_flag("--read-only", to.read_only, "write nothing to the store");
    app.add_flag("--no-progress", to.no_progress, "draw no progress bar");
    app.add_flag("--verbose", to.verbose, "also tell what is merely good to know");
    app.add_flag("--accept-missing-journal", to.accept_missing_journal,
                 "go on without the restore journal: what a restored backup must not undo (who was "
                 "erased, who withdrew) may then be undone; recorded in the store");
    app.add_flag("--accept-lost-key", to.accept_lost_key,
                 "go on with another root key: suppressions made under the lost one no longer "
                 "match; recorded in the store");
}

class Tree {
  public:
    explicit Tree(GlobalOptions& options)
        : app_("consent, campaigns, erasure and exports over one SQLite file"),
          commands_(all_commands()) {
        app_.name("habeas");
        app_.formatter_fn(make_help);
        app_.set_help_flag("-h,--help", "print this help");
        app_.set_version_flag("--version", "habeas " + std::string(version()), "print the version");
        app_.fallthrough();
        app_.require_subcommand(1);
        app_.footer(root_footer + exit_codes_help());
        declare_global(app_, options);
        for (const Command& command : commands_) {
            add(command);
        }
    }

    CLI::App& app() { return app_; }

    /// What was chosen, with its words.
    std::pair<std::string, Action> chosen() const {
        const CLI::App* at = &app_;
        while (!at->get_subcommands().empty()) {
            at = at->get_subcommands().front();
        }
        const std::string name = full_name(*at).substr(sizeof("habeas"));
        return {name, actions_.at(name)};
    }

  private:
    void add(const Command& command) {
        const std::string path = command.path;
        CLI::App* parent = &app_;
        const auto blank = path.find(' ');
        if (blank != std::string::npos) {
            parent = group(path.substr(0, blank));
        }
        const std::string word = blank == std::string::npos ? path : path.substr(blank + 1);
        CLI::App* leaf = parent->add_subcommand(word, command.summary);
        leaf->footer(command_footer(command));
        Args args(*leaf);
        actions_[path] = command.declare(args);
    }

    CLI::App* group(const std::string& word) {
        for (CLI::App* known : app_.get_subcommands({})) {
            if (known->check_name(word)) {
                return known;
            }
        }
        const auto& table = groups();
        const auto found = std::find_if(table.begin(), table.end(),
                                        [&](const Group& each) { return word == each.name; });
        CLI::App* made = app_.add_subcommand(word, found == table.end() ? "" : found->summary);
        made->require_subcommand(1);
        made->footer("\nOptions and example of each: habeas " + word + " COMMAND --help\n");
        return made;
    }

    CLI::App app_;
    std::vector<Command> commands_;
    std::map<std::string, Action> actions_;
};

/// The deepest command that was named, for "see habeas ... --help".
const CLI::App& reached(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : reached(*chosen.front());
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        // Arguments may be somebody's data: only what looks like an option is repeated.
        std::string unknown;
        for (const std::string& extra : app.remaining(true)) {
            if (extra.starts_with('-')) {
                unknown += " " + extra.substr(0, extra.find('='));
            }
        }
        message = unknown.empty() ? "more arguments than the command takes"
                                  : "there is no option" + unknown;
    } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
               message.find("subcommand") != std::string::npos) {
        const auto words = app.remaining(true);
        const bool named = !words.empty() && !words.front().starts_with('-');
        message = named ? "there is no command " + words.front() : "which command?";
    }
    return message + "; see " + full_name(reached(app)) + " --help";
}

} // namespace

Parsed parse(int count, const char* const* arguments) {
    Parsed out;
    Tree tree(out.options);
    try {
        tree.app().parse(count, arguments);
    } catch (const CLI::CallForHelp&) {
        out.text = reached(tree.app()).help();
        return out;
    } catch (const CLI::CallForVersion& version) {
        out.text = std::string(version.what()) + "\n";
        return out;
    } catch (const CLI::ParseError& error) {
        throw UsageError(usage_message(tree.app(), error));
    }
    auto [name, action] = tree.chosen();
    out.command = std::move(name);
    out.action = std::move(action);
    return out;
}

} // namespace habeas::cli
