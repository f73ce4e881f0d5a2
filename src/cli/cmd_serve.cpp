// serve: every call over a pipe, for programs in other languages.
#include "args.hpp"
#include "command.hpp"
#include "serve.hpp"
#include "session.hpp"

#include <memory>
#include <unistd.h>

namespace habeas::cli::serve_group {
namespace {

struct ServeOptions {
    bool stdio = false;
    std::int64_t max_line = 64 * 1024 * 1024;
};

Action declare_serve(Args& args) {
    auto o = std::make_shared<ServeOptions>();
    args.flag("--stdio", o->stdio, "over standard input and output, the only way there is yet");
    args.number("--max-line BYTES", o->max_line, "of a line, both ways; 64 MiB unless said", 1024,
                1024LL * 1024 * 1024);
    return [o](Session&) {
        if (!o->stdio) {
            throw UsageError("say --stdio");
        }
        Server(STDIN_FILENO, STDOUT_FILENO, static_cast<std::size_t>(o->max_line)).run();
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"serve", "every call as lines of JSON, for other languages; see src/cli/README.md",
         "habeas serve --stdio",
         "one document a line: {\"habeas\", \"protocol\", \"max_line\"} first, then {\"id\", "
         "\"result\"} or {\"id\", \"error\": {\"status\", \"where\", \"message\"}} for each call",
         declare_serve},
    };
    return commands;
}

} // namespace habeas::cli::serve_group
