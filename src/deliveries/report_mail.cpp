#include "deliveries/report_mail.hpp"

#include "base/text.hpp"
#include "deliveries/mail.hpp"
#include "outbox/links.hpp"
#include "outbox/mail_status.hpp"

#include <algorithm>
#include <array>

namespace habeas::deliveries {
namespace {

constexpr std::size_t max_report_events = 100;
constexpr std::size_t max_references = 10;
constexpr std::size_t max_address = 400;

/// RFC 5965 7.3, 6430, 6591.
constexpr std::array<std::string_view, 6> feedback_types{"abuse",    "fraud", "virus",
                                                         "not-spam", "other", "auth-failure"};

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find_first_of(" \t;("));
}

bool is_digits(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::all_of(text.begin(), text.end(), base::is_digit);
}

/// "5.1.1": class 2, 4 or 5, and two numbers of up to three digits (RFC 3463 2).
bool is_status(std::string_view text) {
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    return second != std::string_view::npos && first == 1 &&
           std::string_view("245").find(text[0]) != std::string_view::npos &&
           is_digits(text.substr(2, second - 2), 3) && is_digits(text.substr(second + 1), 3);
}

/// What the server that refused it said is more exact than the "x.0.0" of the one that reports.
std::string status_of(const MailHeaders& fields) {
    std::string status(first_word(header(fields, "status")));
    if (!is_status(status)) {
        status.clear();
    }
    if (!status.empty() && status.substr(1) != ".0.0") {
        return status;
    }
    std::string_view said = header(fields, "diagnostic-code");
    said = said.substr(0, 200);
    while (!said.empty()) {
        const std::size_t end = std::min(said.find_first_of(" \t-;#"), said.size());
        const std::string_view word = said.substr(0, end);
        if (is_status(word) && (status.empty() || word[0] == status[0])) {
            return std::string(word);
        }
        said.remove_prefix(std::min(end + 1, said.size()));
    }
    return status;
}

/// "rfc822; ann@shop.example" (RFC 3464 2.3.1).
void add_address(std::vector<std::string>& out, std::string_view field) {
    const std::size_t semicolon = field.find(';');
    std::string_view address =
        semicolon == std::string_view::npos ? field : field.substr(semicolon + 1);
    while (address.starts_with(' ') || address.starts_with('<')) {
        address.remove_prefix(1);
    }
    address = address.substr(0, address.find_first_of(" >\t"));
    if (!address.empty() && address.size() <= max_address && out.size() < 2) {
        out.emplace_back(address);
    }
}

DeliveryKind delivery_of(const std::string& action, const std::string& status) {
    if (action == "failed") {
        return outbox::is_dead_address(status) ? DeliveryKind::hard_bounced
                                               : DeliveryKind::soft_bounced;
    }
    return action == "delivered" ? DeliveryKind::delivered
           : action == "delayed" ? DeliveryKind::delayed
                                 : DeliveryKind::unknown;
}

void read_delivery(std::string_view text, std::optional<std::int64_t> sent_at, MailReport& out) {
    (void)take_headers(text); // about the message as a whole
    while (!text.empty() && out.events.size() < max_report_events) {
        const MailHeaders fields = take_headers(text);
        const std::string action = base::ascii_lower(first_word(header(fields, "action")));
        const auto at = mail_date(header(fields, "last-attempt-date"));
        if (action.empty() || (!at && !sent_at)) {
            continue;
        }
        ReportedEvent event;
        const std::string status = status_of(fields);
        event.kind = delivery_of(action, status);
        event.at = at ? *at : *sent_at;
        const bool known = action == "failed" || action == "delayed" || action == "delivered" ||
                           action == "relayed" || action == "expanded";
        event.reason = (known ? action : "not documented") + (status.empty() ? "" : "/" + status);
        add_address(event.addresses, header(fields, "original-recipient"));
        add_address(event.addresses, header(fields, "final-recipient"));
        out.events.push_back(std::move(event));
    }
}

void add_tokens(MailReport& out, std::string_view text) {
    for (outbox::ReturnToken& each : outbox::return_tokens_in(text)) {
        if (std::find(out.tokens.begin(), out.tokens.end(), each) == out.tokens.end() &&
            out.tokens.size() < max_references) {
            out.tokens.push_back(std::move(each));
        }
    }
}

/// Of "<12-0a1b...@shop.example>", all that have the form of our references.
void add_references(MailReport& out, std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos;
         at = text.find('<', at + 1)) {
        const std::size_t end = text.find('@', at);
        if (end == std::string_view::npos) {
            return;
        }
        std::string reference = base::ascii_lower(text.substr(at + 1, end - at - 1));
        if (reference.size() < 60 && outbox::reference_message(reference) &&
            std::find(out.references.begin(), out.references.end(), reference) ==
                out.references.end() &&
            out.references.size() < max_references) {
            out.references.push_back(std::move(reference));
        }
    }
}

void read_feedback(std::string_view text, std::optional<std::int64_t> sent_at, MailReport& out) {
    const MailHeaders fields = take_headers(text);
    const std::string type = base::ascii_lower(first_word(header(fields, "feedback-type")));
    if (type.empty() || !sent_at) {
        return;
    }
    ReportedEvent event;
    event.kind = type == "abuse" ? DeliveryKind::complained : DeliveryKind::unknown;
    const bool known =
        std::find(feedback_types.begin(), feedback_types.end(), type) != feedback_types.end();
    event.reason = "feedback/" + (known ? type : std::string("not documented"));
    event.at = *sent_at;
    for (const auto& [name, value] : fields) {
        if (name == "original-rcpt-to") {
            add_address(event.addresses, value);
        }
    }
    out.events.push_back(std::move(event));
    add_tokens(out, header(fields, "original-mail-from"));
}

/// What was returned of the message itself: whole, or its headers.
bool is_returned(const std::string& type) {
    return type == "message/rfc822" || type == "text/rfc822-headers" ||
           type == "message/rfc822-headers" || type == "message/global" ||
           type == "message/global-headers";
}

struct ReportParts {
    const MailPart *status = nullptr, *feedback = nullptr, *returned = nullptr;
};
void find_parts(const MailPart& part, ReportParts& out) {
    if (part.type == "message/delivery-status" || part.type == "message/global-delivery-status") {
        out.status = out.status == nullptr ? &part : out.status;
    } else if (part.type == "message/feedback-report") {
        out.feedback = out.feedback == nullptr ? &part : out.feedback;
    } else if (is_returned(part.type)) {
        out.returned = out.returned == nullptr ? &part : out.returned;
    }
    for (const MailPart& each : part.parts) {
        find_parts(each, out);
    }
}

} // namespace

MailReport read_report(std::string_view mail, std::string_view recipient) {
    MailReport out;
    const auto whole = read_mail(mail);
    if (!whole) {
        return out;
    }
    ReportParts parts;
    find_parts(*whole, parts);
    const auto sent_at = mail_date(header(whole->headers, "date"));
    if (parts.feedback != nullptr) {
        read_feedback(parts.feedback->content(), sent_at, out);
    } else if (parts.status != nullptr) {
        read_delivery(parts.status->content(), sent_at, out);
    }
    if (out.events.empty()) {
        return out;
    }
    add_tokens(out, recipient.substr(0, max_address));
    for (const auto& [name, value] : whole->headers) {
        if (name == "delivered-to" || name == "x-original-to" || name == "envelope-to" ||
            name == "to") {
            add_tokens(out, value);
        } else if (name == "in-reply-to" || name == "references") {
            add_references(out, value);
        }
    }
    if (parts.returned != nullptr) {
        const std::string content = parts.returned->content();
        std::string_view text = content;
        const MailHeaders returned = take_headers(text);
        add_references(out, header(returned, "message-id"));
        add_tokens(out, header(returned, "return-path"));
    }
    return out;
}

} // namespace habeas::deliveries
