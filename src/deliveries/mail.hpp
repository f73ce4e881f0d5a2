// Mails that come in (RFC 5322, 2045, 2046): headers and parts, as much as reports need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas::deliveries {

/// Larger ones are not looked at; a report that returns a whole message with its attachments (15
/// MB, in base64) is smaller.
inline constexpr std::size_t max_mail_bytes = std::size_t{32} << 20;

/// Names in lower case, values unfolded and trimmed.
using MailHeaders = std::vector<std::pair<std::string, std::string>>;
/// The first of that name; empty: there is none.
std::string_view header(const MailHeaders& headers, std::string_view name) noexcept;

struct MailPart {
    MailHeaders headers;
    std::string type;            ///< "multipart/report", lower case; "text/plain" unless said
    std::string_view body;       ///< as it came; of the bytes that were read
    std::vector<MailPart> parts; ///< of a multipart
    [[nodiscard]] std::string content() const; ///< the body, decoded (RFC 2045 6)
};
/// The parts look into `mail`, which outlives them. Nothing: no mail, or too large, too deep or too
/// many parts.
std::optional<MailPart> read_mail(std::string_view mail);
/// A block of headers, up to an empty line, which goes from `text` with it.
MailHeaders take_headers(std::string_view& text);
/// ms since 1970 of a date of RFC 5322 3.3 or 4.3.
std::optional<std::int64_t> mail_date(std::string_view text);

} // namespace habeas::deliveries
