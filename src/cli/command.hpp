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

// Each group of commands is a namespace in a file of its own.
namespace store_group {
std::span<const Command> commands();
}
namespace key_group {
std::span<const Command> commands();
}
namespace definition_group {
std::span<const Command> commands();
}
namespace field_group {
std::span<const Command> commands();
}
namespace purpose_group {
std::span<const Command> commands();
}
namespace subject_group {
std::span<const Command> commands();
}
namespace identifier_group {
std::span<const Command> commands();
}
namespace organisation_group {
std::span<const Command> commands();
}
namespace import_group {
std::span<const Command> commands();
}
namespace consent_group {
std::span<const Command> commands();
}
namespace decide_group {
std::span<const Command> commands();
}
namespace suppress_group {
std::span<const Command> commands();
}
namespace erase_group {
std::span<const Command> commands();
}
namespace export_group {
std::span<const Command> commands();
}
namespace query_group {
std::span<const Command> commands();
}
namespace verify_group {
std::span<const Command> commands();
}
namespace report_group {
std::span<const Command> commands();
}
namespace serve_group {
std::span<const Command> commands();
}
namespace segment_group {
std::span<const Command> commands();
}
namespace tag_group {
std::span<const Command> commands(); ///< and changes
}
namespace request_group {
std::span<const Command> commands();
}
namespace due_group {
std::span<const Command> commands(); ///< of request, and deadline
}
namespace holder_group {
std::span<const Command> commands();
}
namespace template_group {
std::span<const Command> commands();
}
namespace outbox_group {
std::span<const Command> commands();
}
namespace gateway_group {
std::span<const Command> commands();
}
namespace event_group {
std::span<const Command> commands();
}
namespace form_group {
std::span<const Command> commands();
}
namespace submission_group {
std::span<const Command> commands(); ///< of form
}
namespace optin_group {
std::span<const Command> commands(); ///< and preference-link
}
namespace campaign_group {
std::span<const Command> commands();
}
namespace run_group {
std::span<const Command> commands(); ///< of campaign
}
namespace points_group {
std::span<const Command> commands();
}
namespace backup_group {
std::span<const Command> commands(); ///< restore, and journal
}
namespace retention_group {
std::span<const Command> commands();
}
namespace migrate_group {
std::span<const Command> commands(); ///< of platforms
}
namespace processor_group {
std::span<const Command> commands(); ///< and place
}
namespace breach_group {
std::span<const Command> commands();
}

} // namespace habeas::cli
