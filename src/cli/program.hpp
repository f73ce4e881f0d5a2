// The command line as a whole: options of every command, the tree of commands, their help.
#pragma once

#include "command.hpp"
#include "session.hpp"

#include <string>
#include <vector>

namespace habeas::cli {

struct Parsed {
    GlobalOptions options;
    std::string command; ///< "field add", for messages
    Action action;       ///< empty: the help or version of `text` was asked for
    std::string text;
};

/// UsageError says what is wrong and where help is.
Parsed parse(int count, const char* const* arguments);

/// The words of all commands, and what stands above them.
const std::vector<Group>& groups();
std::vector<Command> all_commands();

} // namespace habeas::cli
