#include "exports/json_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <iterator>

namespace habeas::exports {

void JsonWriter::line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void JsonWriter::before_value() {
    if (keyed_) {
        keyed_ = false;
        return;
    }
    if (depth_ > 0) {
        if (!first_) {
            out_ += ',';
        }
        line();
    }
    first_ = false;
}

JsonWriter& JsonWriter::begin(char bracket) {
    before_value();
    out_ += bracket;
    ++depth_;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
    --depth_;
    if (!first_) {
        line();
    }
    out_ += bracket;
    first_ = false;
    piece();
    return *this;
}

void JsonWriter::piece() {
    constexpr std::size_t much = 1 << 16;
    if (output_ && out_.size() >= much) {
        output_(out_);
        out_.clear();
    }
}

JsonWriter& JsonWriter::key(std::string_view name) {
    before_value();
    quoted(name);
    out_ += ": ";
    keyed_ = true;
    return *this;
}

namespace {

bool plain(unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/// Eight bytes at once, for nearly all of them go out as they are. May say no too often.
bool eight_plain(const char* at) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word; };
    const std::uint64_t hits = ((bytes - ones * 0x20) & ~bytes) | has_zero(bytes ^ (ones * '"')) |
                               has_zero(bytes ^ (ones * '\\')) | has_zero(bytes ^ (ones * 0x7f));
    return (hits & (ones * 0x80)) == 0;
}

} // namespace

void JsonWriter::quoted(std::string_view text) {
    out_ += '"';
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        while (i + 8 <= text.size() && eight_plain(text.data() + i)) {
            i += 8;
        }
        if (i == text.size()) {
            break;
        }
        auto c = static_cast<unsigned char>(text[i]);
        if (plain(c)) {
            continue;
        }
        out_.append(text, start, i - start);
        start = i + 1;
        switch (c) {
        case '"':
            out_ += "\\\"";
            break;
        case '\\':
            out_ += "\\\\";
            break;
        case '\n':
            out_ += "\\n";
            break;
        case '\r':
            out_ += "\\r";
            break;
        case '\t':
            out_ += "\\t";
            break;
        default:
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", c);
        }
    }
    out_.append(text, start, text.size() - start);
    out_ += '"';
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    quoted(text);
    return *this;
}

JsonWriter& JsonWriter::value(bool boolean) {
    return raw(boolean ? "true" : "false");
}

JsonWriter& JsonWriter::value(std::int64_t number) {
    before_value();
    fmt::format_int text(number);
    out_.append(text.data(), text.size());
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) {
        return null();
    }
    before_value();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::value(Time time) {
    return value(std::string_view(format_time(time)));
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    before_value();
    out_ += json;
    return *this;
}

} // namespace habeas::exports
