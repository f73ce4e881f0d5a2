// One message as RFC 5322 with MIME. README.md says why not a library.
#include "base/hash.hpp"
#include "base/text.hpp"
#include "habeas/outbox.hpp"
#include "outbox/mime_text.hpp"

#include <fmt/format.h>

#include <array>

namespace habeas {
namespace outbox {
namespace {

void refuse_breaks(std::string_view value, std::string_view where) {
    for (char c : value) {
        if ((c >= 0 && c < ' ') || c == 0x7f) {
            throw Error(Errc::invalid,
                        fmt::format("{}: a control character may not be in a header", where),
                        std::string(where));
        }
    }
    if (base::invalid_utf8(value)) {
        throw Error(Errc::invalid, fmt::format("{}: not UTF-8", where), std::string(where));
    }
}

/// "Mon, 01 Jun 2026 10:00:00 +0000" (RFC 5322 3.3)
std::string date_text(Time time) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count());
}

std::string mailbox(std::string_view name, const Mailbox& who) {
    refuse_breaks(who.name, name);
    refuse_breaks(who.address, name);
    return mailbox_header(name, who.name, who.address);
}

std::string boundary() {
    std::array<std::uint8_t, 16> bytes{};
    base::random_bytes(bytes);
    return "=_" + base::to_hex(bytes); // "=_" is in no encoded body
}

std::string text_part(const char* type, std::string_view text, bool last) {
    EncodedText encoded = encode_text(text, last);
    return fmt::format("Content-Type: text/{}; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: {}\r\n\r\n{}",
                       type, encoded.encoding, encoded.body);
}

std::string attachment_part(const Attachment& each) {
    refuse_breaks(each.name, "attachment");
    refuse_breaks(each.type, "attachment");
    std::string out = "Content-Type: " + each.type + "\r\nContent-Transfer-Encoding: base64\r\n";
    out += "Content-Disposition: attachment" + parameter("filename", each.name) + "\r\n\r\n";
    return out + base64_lines(each.content);
}

std::string multipart(const char* type, const std::vector<std::string>& parts) {
    const std::string edge = boundary();
    std::string out =
        fmt::format("Content-Type: multipart/{};\r\n boundary=\"{}\"\r\n\r\n", type, edge);
    for (const std::string& part : parts) {
        out += fmt::format("--{}\r\n{}\r\n", edge, part);
    }
    return out + "--" + edge + "--\r\n";
}

} // namespace
} // namespace outbox

std::string compose_mime(const OutgoingMessage& message) {
    using namespace outbox;
    refuse_breaks(message.subject_line, "subject_line");
    refuse_breaks(message.reference, "reference");
    std::string out = "Date: " + date_text(message.date) + "\r\n";
    out += mailbox("From", message.sender);
    if (message.reply_to) {
        out += mailbox("Reply-To", *message.reply_to);
    }
    out += mailbox("To", message.recipient);
    out += text_header("Subject", message.subject_line);
    const std::size_t at = message.sender.address.rfind('@');
    out += "Message-ID: <" + message.reference + "@" +
           message.sender.address.substr(at == std::string::npos ? 0 : at + 1) + ">\r\n";
    for (const auto& [name, value] : message.headers) {
        refuse_breaks(name, "headers");
        refuse_breaks(value, name);
        out += plain_header(name, value);
    }
    out += "MIME-Version: 1.0\r\n";
    const bool alone = message.attachments.empty();
    std::string body;
    if (!message.html.empty() && !message.text.empty()) {
        body = multipart("alternative", {text_part("plain", message.text, false),
                                         text_part("html", message.html, false)});
    } else {
        body = message.html.empty() ? text_part("plain", message.text, alone)
                                    : text_part("html", message.html, alone);
    }
    if (alone) {
        return out + body;
    }
    std::vector<std::string> parts{std::move(body)};
    for (const Attachment& each : message.attachments) {
        parts.push_back(attachment_part(each));
    }
    return out + multipart("mixed", parts);
}

} // namespace habeas
