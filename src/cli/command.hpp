// The table of commands: each says what it is called, declares its options and runs.
#pragma once

#include "args.hpp"
#include "exit_code.hpp"

#include <functional>
#include <span>

namespace habeas::cli {

class Session;

using Action = std::function<Exit(Session&)>;

struct Command {
    const char* path;    ///< "field add"; the first word may be a group
    const char* summary; ///< one line
    const char* example; ///< one line that works in the state that tests/cli prepares
    const char* json;    ///< what --json prints
    Action (*declare)(Args& args);
};

/// Words under which several commands stand, and headings of the help.
struct Group {
    const char* name;
    const char* summary;
};

std::span<const Command> store_commands();
std::span<const Command> key_commands();
std::span<const Command> definition_commands();
std::span<const Command> field_commands();
std::span<const Command> purpose_commands();
std::span<const Command> subject_commands();
std::span<const Command> identifier_commands();
std::span<const Command> organisation_commands();
std::span<const Command> import_commands();
std::span<const Command> consent_commands();
std::span<const Command> decide_commands();
std::span<const Command> suppress_commands();
std::span<const Command> erase_commands();
std::span<const Command> export_commands();
std::span<const Command> query_commands();
std::span<const Command> verify_commands();
std::span<const Command> report_commands();
std::span<const Command> serve_commands();
std::span<const Command> segment_commands();
std::span<const Command> tag_commands(); ///< and changes
std::span<const Command> request_commands();
std::span<const Command> due_commands(); ///< of request, and deadline
std::span<const Command> holder_commands();
std::span<const Command> template_commands();
std::span<const Command> outbox_commands();
std::span<const Command> gateway_commands();
std::span<const Command> event_commands();
std::span<const Command> form_commands();
std::span<const Command> submission_commands(); ///< of form
std::span<const Command> optin_commands();      ///< and preference-link
std::span<const Command> campaign_commands();
std::span<const Command> run_commands(); ///< of campaign
std::span<const Command> points_commands();
std::span<const Command> backup_commands(); ///< restore, and journal
std::span<const Command> retention_commands();
std::span<const Command> migrate_commands();   ///< of platforms
std::span<const Command> processor_commands(); ///< and place
std::span<const Command> breach_commands();

} // namespace habeas::cli
