#include "arguments.hpp"

#include "exit_code.hpp"

#include "habeas/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace habeas::cli {
namespace {

struct File {
    int fd;
    explicit File(int descriptor) : fd(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd > STDERR_FILENO) {
            ::close(fd);
        }
    }
};

Error system_error(const std::string& path, const char* what) {
    const int code = errno;
    return {code == ENOENT   ? Errc::not_found
            : code == EEXIST ? Errc::exists
            : code == ENOSPC ? Errc::full
                             : Errc::io,
            fmt::format("{} {}: {}", path, what, std::strerror(code)), path};
}

} // namespace

std::optional<std::int64_t> read_number(std::string_view text) {
    std::int64_t out = 0;
    const char* end = text.data() + text.size();
    const auto [rest, code] = std::from_chars(text.data(), end, out);
    if (code != std::errc() || rest != end || out < 0) {
        return std::nullopt;
    }
    return out;
}

std::int64_t require_number(std::string_view text, const char* what) {
    if (const auto number = read_number(text)) {
        return *number;
    }
    throw UsageError(fmt::format("{} is a number", what));
}

Identifier read_identifier(const std::string& text) {
    const std::string_view form = "a subject is a number, email:ADDRESS, phone:NUMBER or "
                                  "external:SYSTEM:ID";
    auto colon = text.find(':');
    if (colon != std::string::npos && text.substr(0, colon) == "external") {
        colon = text.find(':', colon + 1);
    }
    if (colon == std::string::npos) {
        throw UsageError(std::string(form));
    }
    const std::string kind = text.substr(0, colon);
    if (kind != "email" && kind != "phone" && !kind.starts_with("external:")) {
        throw UsageError(std::string(form));
    }
    return make_identifier(kind, text.substr(colon + 1));
}

std::string identifier_text(const Identifier& identifier) {
    return identifier_kind_name(identifier) + ":" + identifier.value;
}

std::pair<std::string, std::string> read_pair(const std::string& text, const char* form) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw UsageError(fmt::format("write {}", form));
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, std::string> read_pairs(const std::vector<std::string>& texts,
                                              const char* form) {
    std::map<std::string, std::string> out;
    for (const std::string& text : texts) {
        if (!out.insert(read_pair(text, form)).second) {
            throw UsageError(fmt::format("{}: the same name twice", form));
        }
    }
    return out;
}

char read_delimiter(const std::string& text, const char* option) {
    if (text == "tab" || text == "\\t") {
        return '\t';
    }
    if (text.size() != 1) {
        throw UsageError(fmt::format("{} is one character, or the word tab", option));
    }
    return text.front();
}

std::string text_or_file(const std::string& text) {
    return text.starts_with('@') ? read_text(text.substr(1)) : text;
}

std::string word_or_file(const std::string& text) {
    std::string out = text_or_file(text);
    out.erase(out.find_last_not_of(" \t\r\n") + 1);
    return out;
}

bool is_code(std::string_view text) noexcept {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::string read_text(const std::string& path) {
    const bool standard = path == "-";
    const File file(standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd < 0) {
        throw system_error(path, "cannot be opened");
    }
    std::string out;
    std::string buffer(1 << 16, '\0');
    for (;;) {
        const ssize_t got = ::read(file.fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_error(path, "cannot be read");
        }
        if (got == 0) {
            return out;
        }
        out.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::vector<std::string> read_lines(const std::string& path) {
    std::vector<std::string> out;
    const std::string text = read_text(path);
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto first = line.find_first_not_of(" \t\r");
        const auto last = line.find_last_not_of(" \t\r");
        out.emplace_back(first == std::string_view::npos ? std::string_view()
                                                         : line.substr(first, last - first + 1));
    }
    return out;
}

void write_new_file(const std::string& path, std::string_view content) {
    const File file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.fd < 0) {
        throw system_error(path, errno == EEXIST ? "is not overwritten" : "cannot be created");
    }
    while (!content.empty()) {
        const ssize_t wrote = ::write(file.fd, content.data(), content.size());
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote < 0) {
            const Error error = system_error(path, "cannot be written");
            ::unlink(path.c_str()); // half a file is worse than none
            throw error;
        }
        content.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

} // namespace habeas::cli
