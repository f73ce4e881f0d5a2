#include "output.hpp"

#include "exit_code.hpp"
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace habeas::cli {
namespace {

std::size_t terminal_width(std::FILE* to, bool terminal) {
    if (const char* given = std::getenv("COLUMNS"); given != nullptr) {
        const long columns = std::strtol(given, nullptr, 10);
        if (columns >= 20 && columns <= 10'000) {
            return static_cast<std::size_t>(columns);
        }
    }
    winsize size{};
    if (terminal && ::ioctl(::fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) {
        return size.ws_col;
    }
    return terminal ? 80 : 0;
}

std::string json_text(const Json& value, int indent) {
    return visible_json(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

} // namespace

Output::Output(std::FILE* to)
    : to_(to), terminal_(::isatty(::fileno(to)) != 0), width_(terminal_width(to, terminal_)) {}

void Output::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), to_) != text.size()) {
        if (errno == EPIPE) {
            throw ClosedPipe();
        }
        throw Error(Errc::io, "the output cannot be written; is its disk full?", "standard output");
    }
}

void Output::line(std::string_view text) {
    write(visible(text));
    write("\n");
}

void Output::document(std::string_view text) {
    if (terminal_) {
        write(visible_document(text));
    } else {
        write(text);
    }
    if (!text.ends_with('\n')) {
        write("\n");
    }
}

void Output::json(const Json& value) {
    write(json_text(value, 2));
    write("\n");
}

void Output::flush() {
    if (std::fflush(to_) != 0) {
        if (errno == EPIPE) {
            throw ClosedPipe();
        }
        throw Error(Errc::io, "the output cannot be written; is its disk full?", "standard output");
    }
}

void JsonArray::add(const Json& element) {
    out_->write(any_ ? ",\n" : "[\n");
    out_->write(json_text(element, -1));
    any_ = true;
}

void JsonArray::end() {
    out_->write(any_ ? "\n]\n" : "[]\n");
}

void print_record(Output& out, const Record& record) {
    std::size_t names = 0;
    for (const auto& [name, value] : record) {
        names = std::max(names, display_width(visible(name)));
    }
    names = std::min<std::size_t>(names, 32);
    const std::size_t indent = names + 2;
    const std::size_t room = out.width() > indent + 10 ? out.width() - indent : 0;
    for (const auto& [name, value] : record) {
        const std::string text = visible(value);
        const auto lines = room == 0 ? std::vector<std::string>{text} : wrap(text, room);
        out.write(padded(visible(name), names) + "  " + lines.front() + "\n");
        for (std::size_t i = 1; i < lines.size(); ++i) {
            out.write(std::string(indent, ' ') + lines[i] + "\n");
        }
    }
}

} // namespace habeas::cli
