// The program `habeas`: the library from the command line.
#include "program.hpp"
#include "progress.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <sys/stat.h>

namespace {

using namespace habeas;
using namespace habeas::cli;

void tell(bool json, std::string_view code, const std::string& message, const std::string& where) {
    if (json) {
        const Json error{{"error", {{"code", code}, {"message", message}, {"where", where}}}};
        const std::string text = error.dump(-1, ' ', false, Json::error_handler_t::replace);
        (void)std::fprintf(stderr, "%s\n", visible_json(text).c_str());
    } else {
        (void)std::fprintf(stderr, "habeas: %s\n", visible(message).c_str());
    }
}

Exit run(const Parsed& parsed) {
    const bool json = parsed.options.json;
    try {
        Output out(stdout);
        Exit code = Exit::ok;
        if (parsed.action) {
            Session session(parsed.options, out);
            code = parsed.action(session);
        } else {
            out.write(parsed.text);
        }
        out.flush();
        return code;
    } catch (const ClosedPipe&) {
        return Exit::closed_pipe;
    } catch (const UsageError& error) {
        tell(json, "usage", fmt::format("{}; see habeas {} --help", error.what(), parsed.command),
             "");
        return Exit::usage;
    } catch (const Error& error) {
        std::string message = error.what();
        if (const auto help = remedy(error); !help.empty()) {
            message += fmt::format(" ({})", help);
        }
        tell(json, errc_name(error.code()), message, error.where());
        return error.code() == Errc::cancelled && interrupted() ? Exit::interrupted
                                                                : exit_of(error.code());
    } catch (const std::bad_alloc&) {
        tell(json, "out_of_memory", "memory ran out; nothing was changed", "");
        return Exit::system;
    } catch (const std::exception& error) {
        tell(json, "internal", fmt::format("{} (please report it)", error.what()), "");
        return Exit::internal;
    }
}

} // namespace

int main(int count, char** arguments) {
    // Whoever pipes into `head` gets no noise, and the store is closed in good order.
    (void)std::signal(SIGPIPE, SIG_IGN);
    ::umask(077); // nothing we write is for others to read
    Exit code = Exit::usage;
    try {
        code = run(parse(count, arguments));
    } catch (const UsageError& error) {
        tell(false, "usage", error.what(), "");
    }
    return static_cast<int>(code);
}
