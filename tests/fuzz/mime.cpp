// covers: src/outbox/mime_text.cpp src/outbox/mime.cpp
// Laws of what is composed: every line ends with CRLF and is short enough, no part of the input
// becomes a header, and a reader gets back what was put in.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "habeas/outbox.hpp"
#include "outbox/mime_text.hpp"

#include <string>

using namespace habeas;
using namespace habeas::outbox;

namespace {

int digit(char c) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return static_cast<int>(digits.find(c));
}

std::string from_base64(std::string_view text) {
    std::string out;
    unsigned value = 0;
    unsigned bits = 0;
    for (char c : text) {
        if (c == '\r' || c == '\n' || c == '=') {
            continue;
        }
        value = value << 6U | static_cast<unsigned>(digit(c));
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(value >> bits & 0xffU);
        }
    }
    return out;
}

unsigned hex(char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'A' + 10);
}

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '=') {
            out += text[at];
        } else if (text.substr(at + 1, 2) == "\r\n") {
            at += 2;
        } else {
            out += static_cast<char>(hex(text.at(at + 1)) << 4U | hex(text.at(at + 2)));
            at += 2;
        }
    }
    return out;
}

/// Unfolded, with encoded words decoded (RFC 2047 6.2: blanks between them do not count).
std::string read_header(std::string_view value) {
    std::string unfolded;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value.substr(at, 2) == "\r\n") {
            ++at;
        } else {
            unfolded += value[at];
        }
    }
    std::string out;
    static constexpr std::string_view begin = "=?utf-8?B?";
    for (std::size_t at = 0; at < unfolded.size();) {
        if (unfolded.compare(at, begin.size(), begin) != 0) {
            out += unfolded[at++];
            continue;
        }
        const std::size_t end = unfolded.find("?=", at + begin.size());
        fuzz::require(end != std::string::npos && end + 2 - at <= 75, "a word of 75 at most");
        const std::string part = from_base64(
            std::string_view(unfolded).substr(at + begin.size(), end - at - begin.size()));
        fuzz::require(!base::invalid_utf8(part), "a word holds whole characters");
        out += part;
        at = end + 2;
        if (unfolded.compare(at, begin.size() + 1, " " + std::string(begin)) == 0) {
            ++at;
        }
    }
    return out;
}

void check_lines(std::string_view text, std::size_t limit) {
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\r' || text[at] == '\n') {
            fuzz::require(text.substr(at, 2) == "\r\n", "line breaks are CRLF");
            ++at;
            column = 0;
        } else {
            fuzz::require(++column <= limit, "no line is too long");
        }
    }
}

std::string canonical(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\r' || text[at] == '\n') {
            at += text.substr(at, 2) == "\r\n" ? 1 : 0;
            out += "\r\n";
        } else {
            out += text[at];
        }
    }
    return out;
}

void check_body(std::string_view text, bool last) {
    const EncodedText encoded = encode_text(text, last);
    check_lines(encoded.body, 76);
    const std::string_view how = encoded.encoding;
    const std::string back = how == "7bit"     ? encoded.body
                             : how == "base64" ? from_base64(encoded.body)
                                               : from_quoted_printable(encoded.body);
    fuzz::require(back == canonical(text), "a text reads back");
}

/// With all that a message can have beside what the text is put into.
void check_whole(OutgoingMessage message) {
    message.html = message.text;
    message.reply_to = Mailbox{message.sender.name, "c@shop.example"};
    const std::string link = "<https://shop.example/unsubscribe/0123456789abcdef0123456789abcdef>";
    message.headers = {{"List-Unsubscribe", link + ", <mailto:stop@shop.example>"}};
    check_lines(compose_mime(message), 998);
    message.attachments.clear();
    const std::string composed = compose_mime(message);
    fuzz::require(message.text.empty() ||
                      composed.find("multipart/alternative") != std::string::npos,
                  "text and HTML");
    message.headers = {{"X", "a\r\nBcc: b@example.org"}};
    fuzz::require(!fuzz::accepted([&] { static_cast<void>(compose_mime(message)); }),
                  "no header brings another");
}

void check_header(std::string_view text) {
    const std::string header = text_header("Subject", text);
    check_lines(header, 78);
    fuzz::require(header.ends_with("\r\n"), "a header ends");
    const std::string value = header.substr(9, header.size() - 11);
    for (std::size_t at = value.find("\r\n"); at != std::string::npos;
         at = value.find("\r\n", at + 2)) {
        fuzz::require(value.at(at + 2) == ' ', "a folded line begins with a blank");
    }
    fuzz::require(read_header(value) == text, "a subject reads back");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::view(data, size);
    if (base::invalid_utf8(text)) {
        return 0;
    }
    check_body(text, false);
    check_body(text, true);
    OutgoingMessage message;
    message.reference = "1-00";
    message.sender = {std::string(text), "a@shop.example"};
    message.recipient = {"", "b@example.org"};
    message.subject_line = text;
    message.text = text;
    message.attachments = {{std::string(text), "text/plain", std::string(text), {}}};
    std::string composed;
    if (fuzz::accepted([&] { composed = compose_mime(message); })) {
        check_header(text);
        check_lines(composed, 998);
        check_whole(message);
        const std::string head = composed.substr(0, composed.find("\r\n\r\n"));
        std::size_t headers = 1;
        for (std::size_t at = head.find("\r\n"); at != std::string::npos;
             at = head.find("\r\n", at + 2)) {
            headers += head.at(at + 2) == ' ' ? 0 : 1;
        }
        fuzz::require(headers == 7, "seven headers, whatever is in them");
    }
    return 0;
}
