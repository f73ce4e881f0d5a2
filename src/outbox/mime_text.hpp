// Encodings of MIME: header texts (RFC 2047), parameters (RFC 2231), bodies (RFC 2045).
#pragma once

#include <string>
#include <string_view>

namespace habeas::outbox {

/// "Name: value" and CRLF for a header whose value is text (Subject): folded at blanks, or encoded
/// words. The text is valid UTF-8 without control characters.
std::string text_header(std::string_view name, std::string_view text);
/// The same for one mailbox: the name as atom, quoted or encoded.
std::string mailbox_header(std::string_view name, std::string_view display,
                           std::string_view address);
/// For a value that must not be encoded: folded between its parts at ", ".
std::string plain_header(std::string_view name, std::string_view value);
/// "; filename=..." folded onto lines of its own.
std::string parameter(std::string_view name, std::string_view value);

struct EncodedText {
    const char* encoding; ///< Content-Transfer-Encoding
    std::string body;     ///< lines with CRLF; the last one may have none
};
/// Line breaks become CRLF. `last`: nothing follows in the message, so that a text without a break
/// at its end needs one that does not count.
EncodedText encode_text(std::string_view text, bool last);
std::string base64_lines(std::string_view bytes); ///< of 76 characters

} // namespace habeas::outbox
