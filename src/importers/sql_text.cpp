#include "importers/sql_text.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <unistd.h>

namespace habeas::importers {
namespace {

constexpr std::size_t max_name_bytes = 256;
constexpr std::size_t max_word_bytes = 64;
constexpr std::size_t least_buffer_bytes = 128; ///< holds what is looked at ahead

/// What a backslash and this character stand for in a string of MySQL.
char unescaped(char c) {
    switch (c) {
    case '0':
        return '\0';
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'Z':
        return '\x1A';
    default:
        return c;
    }
}

void put(std::string* out, char c) {
    if (out) {
        *out += c;
    }
}

} // namespace

ReadAt read_at_file(const std::string& path) {
    auto file =
        std::make_shared<base::File>(base::open_file(path, base::OpenMode::read, "dump file"));
    return [file, path](std::uint64_t offset, char* buffer, std::size_t size) {
        for (;;) {
            const ssize_t count = ::pread(file->fd(), buffer, size, static_cast<off_t>(offset));
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                throw Error(Errc::io,
                            "dump file " + path + ": " + std::generic_category().message(errno),
                            path);
            }
        }
    };
}

ReadAt read_at_memory(std::string_view text) {
    return [text](std::uint64_t offset, char* buffer, std::size_t size) {
        if (offset >= text.size()) {
            return std::size_t{0};
        }
        const std::size_t count = std::min<std::size_t>(size, text.size() - offset);
        std::memcpy(buffer, text.data() + offset, count);
        return count;
    };
}

SqlText::SqlText(ReadAt source, SqlDumpLimits limits, SqlPlace begin, std::size_t buffer_bytes)
    : read_(std::move(source)), limits_(limits),
      buffer_(std::max(buffer_bytes, least_buffer_bytes), '\0'), base_(begin.offset),
      lines_(begin.line) {}

void SqlText::fail(const std::string& what) const {
    const std::string place = "line " + std::to_string(lines_);
    throw Error(Errc::invalid, place + ": " + what, place);
}

bool SqlText::fill() {
    base_ += at_;
    const std::size_t left = filled_ - at_;
    std::memmove(buffer_.data(), buffer_.data() + at_, left);
    at_ = 0;
    filled_ = left;
    const std::size_t count =
        read_(base_ + filled_, buffer_.data() + filled_, buffer_.size() - filled_);
    filled_ += count;
    return count != 0;
}

int SqlText::peek(std::size_t ahead) {
    while (at_ + ahead >= filled_) {
        if (!fill()) {
            return end_of_input;
        }
    }
    return static_cast<unsigned char>(buffer_[at_ + ahead]);
}

int SqlText::get() {
    const int c = peek();
    if (c != end_of_input) {
        ++at_;
        lines_ += c == '\n' ? 1 : 0;
    }
    return c;
}

bool SqlText::take(char c) {
    if (peek() != static_cast<unsigned char>(c)) {
        return false;
    }
    get();
    return true;
}

void SqlText::expect(char c, const char* where) {
    if (!take(c)) {
        fail(std::string("expected ") + c + " " + where);
    }
}

void SqlText::skip_line() {
    for (int c = get(); c != '\n' && c != end_of_input;) {
        c = get();
    }
}

void SqlText::skip_block_comment() {
    get();
    get();
    for (;;) {
        const int c = get();
        if (c == end_of_input) {
            fail("a comment is never closed");
        }
        if (c == '*' && peek() == '/') {
            get();
            return;
        }
    }
}

void SqlText::skip_blanks() {
    for (;;) {
        const int c = peek();
        if (is_space(c)) {
            get();
        } else if (c == '#' ||
                   (c == '-' && peek(1) == '-' && (is_space(peek(2)) || peek(2) == end_of_input))) {
            skip_line();
        } else if (c == '/' && peek(1) == '*') {
            if (peek(2) == '!') {
                note_character_set();
            }
            skip_block_comment();
        } else {
            return;
        }
    }
}

void SqlText::note_character_set() {
    std::string text;
    for (std::size_t i = 3; i < 3 + 60; ++i) {
        const int c = peek(i);
        if (c == end_of_input || c == '*') {
            break;
        }
        text += static_cast<char>(c);
    }
    check_names(base::ascii_lower(text));
}

void SqlText::check_names(const std::string& lower) const {
    const std::size_t names = lower.find("set names ");
    if (names == std::string::npos) {
        return;
    }
    std::string_view set = std::string_view(lower).substr(names + 10);
    set = base::trim(set.substr(0, set.find_first_of(";*")));
    if (set.starts_with('\'') || set.starts_with('"')) {
        set.remove_prefix(1);
    }
    if (!set.starts_with("utf8")) {
        fail("the dump is not in UTF-8; dump again with --default-character-set=utf8mb4");
    }
}

std::string SqlText::word() {
    std::string out;
    while (is_word(peek())) {
        if (out.size() == max_word_bytes) {
            fail("a word is too long");
        }
        out += static_cast<char>(get());
    }
    return base::ascii_lower(out);
}

std::string SqlText::name() {
    const int quote = peek();
    std::string out;
    const auto add = [&](int c) {
        if (out.size() == max_name_bytes) {
            fail("a name is too long");
        }
        out += static_cast<char>(c);
    };
    if (quote != '`' && quote != '"') {
        while (is_word(peek())) {
            add(get());
        }
        if (out.empty()) {
            fail("expected a name");
        }
        return out;
    }
    get();
    for (;;) {
        const int c = get();
        if (c == end_of_input) {
            fail("a name is never closed");
        }
        if (c == quote && !take(static_cast<char>(quote))) {
            return out;
        }
        add(c);
    }
}

std::string SqlText::table_name() {
    std::string out = name();
    skip_blanks();
    while (take('.')) {
        out = name();
        skip_blanks();
    }
    return out;
}

void SqlText::string(char quote, std::string* out) {
    const std::uint64_t began = lines_;
    const std::size_t begin = out ? out->size() : 0;
    for (;;) {
        if (at_ == filled_ && !fill()) {
            lines_ = began;
            fail("a string is never closed");
        }
        const char* from = buffer_.data() + at_;
        const char* end = buffer_.data() + filled_;
        const char* stop = from;
        while (stop != end && *stop != quote && *stop != '\\') {
            lines_ += *stop == '\n' ? 1 : 0;
            ++stop;
        }
        if (out) {
            out->append(from, stop);
            if (out->size() - begin > limits_.max_cell_bytes) {
                fail("a value is longer than " + std::to_string(limits_.max_cell_bytes) + " bytes");
            }
        }
        at_ += static_cast<std::size_t>(stop - from);
        if (stop == end) {
            continue;
        }
        const int c = get();
        if (c == '\\') {
            const int next = get();
            if (next == end_of_input) {
                lines_ = began;
                fail("a string is never closed");
            }
            if (out) {
                *out += unescaped(static_cast<char>(next));
            }
        } else if (peek() == static_cast<unsigned char>(quote)) {
            get();
            if (out) {
                *out += quote;
            }
        } else {
            return;
        }
    }
}

bool SqlText::value(std::string* out) {
    const int c = peek();
    if (c == '\'' || c == '"') {
        do { // adjacent strings are one
            const char quote = static_cast<char>(get());
            string(quote, out);
            skip_blanks();
        } while (peek() == '\'' || peek() == '"');
        return false;
    }
    if (c == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
        get();
        get();
        hex(out, '\0');
        return false;
    }
    if (is_digit(c) || c == '-' || c == '+' || c == '.') {
        number(out);
        return false;
    }
    if (!is_word(c)) {
        fail("expected a value");
    }
    const std::string text = word();
    if (text == "null") {
        return true;
    }
    if (text == "true" || text == "false") {
        put(out, text == "true" ? '1' : '0');
        return false;
    }
    skip_blanks();
    if ((text == "x" || text == "b") && peek() == '\'') {
        get();
        text == "x" ? hex(out, '\'') : bits(out);
        return false;
    }
    if (text.starts_with('_') &&
        (peek() == '\'' || peek() == '0' || peek() == 'x' || peek() == 'X')) { // _binary '...'
        return value(out);
    }
    fail("expected a value: a string, a number, NULL or a hexadecimal");
}

void SqlText::number(std::string* out) {
    std::size_t size = 0;
    bool digits = false;
    for (int c = peek(); is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
         c = peek()) {
        if (++size > 400) {
            fail("a number is too long");
        }
        digits = digits || is_digit(c);
        put(out, static_cast<char>(get()));
    }
    if (!digits || is_word(peek())) {
        fail("expected a number");
    }
}

void SqlText::hex(std::string* out, char closing) {
    std::size_t size = 0;
    for (;;) {
        const int high = base::hex_digit(static_cast<char>(peek()));
        if (peek() == end_of_input || high < 0) {
            break;
        }
        get();
        const int low = peek() == end_of_input ? -1 : base::hex_digit(static_cast<char>(peek()));
        if (low < 0) {
            fail("a hexadecimal value has an odd digit");
        }
        get();
        put(out, static_cast<char>(high * 16 + low));
        if (++size > limits_.max_cell_bytes) {
            fail("a value is too long");
        }
    }
    if (closing != '\0') {
        expect(closing, "behind a hexadecimal value");
    } else if (is_word(peek())) {
        fail("expected a hexadecimal digit");
    }
}

void SqlText::bits(std::string* out) {
    std::string digits;
    while (peek() == '0' || peek() == '1') {
        if (digits.size() == 64) {
            fail("a bit value has more than 64 bits");
        }
        digits += static_cast<char>(get());
    }
    expect('\'', "behind a bit value");
    digits.insert(0, (8 - digits.size() % 8) % 8, '0');
    for (std::size_t i = 0; i < digits.size(); i += 8) {
        int byte = 0;
        for (std::size_t bit = 0; bit < 8; ++bit) {
            byte = byte * 2 + (digits[i + bit] == '1' ? 1 : 0);
        }
        put(out, static_cast<char>(byte));
    }
}

} // namespace habeas::importers
