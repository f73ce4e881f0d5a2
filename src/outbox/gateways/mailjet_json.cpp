#include "outbox/gateways/mailjet_json.hpp"

#include "base/hash.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::outbox {
namespace {

using base::object_of;
using nlohmann::json;

constexpr std::size_t max_subject = 255; ///< characters, by Mailjet's documentation

json person(const Mailbox& who) {
    json out = object_of("Email", who.address);
    if (!who.name.empty()) {
        out["Name"] = who.name;
    }
    return out;
}

/// So many characters at most.
std::string cut(const std::string& text, std::size_t characters) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80 && ++count > characters) {
            return text.substr(0, at);
        }
    }
    return text;
}

json message_json(const OutgoingMessage& message) {
    json out = json::object();
    out["From"] = person(message.sender);
    out["To"] = json::array();
    out["To"].push_back(person(message.recipient));
    if (message.reply_to) {
        out["ReplyTo"] = person(*message.reply_to);
    }
    out["Subject"] = cut(message.subject_line, max_subject);
    if (!message.text.empty()) {
        out["TextPart"] = message.text;
    }
    if (!message.html.empty()) {
        out["HTMLPart"] = message.html;
    }
    for (const Attachment& each : message.attachments) {
        out["Attachments"].push_back(object_of("ContentType", each.type, "Filename", each.name,
                                               "Base64Content", base::to_base64(each.content)));
    }
    for (const auto& [name, value] : message.headers) {
        out["Headers"][name] = value;
    }
    out["CustomID"] = message.reference;
    // Who opened what is personal data: nothing is collected that no purpose asked for.
    out["TrackOpens"] = "disabled";
    out["TrackClicks"] = "disabled";
    return out;
}

const json* member(const json& object, const char* name) {
    if (!object.is_object()) {
        return nullptr;
    }
    auto at = object.find(name);
    return at == object.end() ? nullptr : &*at;
}

std::string text_member(const json& object, const char* name) {
    const json* found = member(object, name);
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_member(const json& object, const char* name) {
    const json* found = member(object, name);
    return found && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// A MessageID has up to 18 digits, more than a double holds.
std::string id_text(const json* value) {
    if (value == nullptr) {
        return {};
    }
    if (value->is_number_integer()) {
        return value->dump();
    }
    if (value->is_string()) {
        const auto text = value->get<std::string>();
        const bool digits = !text.empty() && text.size() <= 20 &&
                            std::all_of(text.begin(), text.end(), base::is_digit);
        return digits ? text : std::string();
    }
    return {};
}

/// A code of Mailjet's as it may stand in a reason.
std::string code_word(const std::string& code) {
    std::string out;
    for (char c : code.substr(0, 30)) {
        const bool good = base::is_letter_or_digit(c) || c == '-' || c == '_';
        out += good ? c : '_';
    }
    return out.empty() ? std::string("unknown") : out;
}

GatewayResult uncertain(const char* reason) {
    return {GatewayOutcome::uncertain, {}, reason, {}};
}

GatewayResult refused(const json& error) {
    const std::string reason = "mailjet_" + code_word(text_member(error, "ErrorCode"));
    const std::int64_t status = number_member(error, "StatusCode");
    const bool passing = status == 429 || status >= 500;
    return {passing ? GatewayOutcome::transient : GatewayOutcome::permanent, {}, reason, {}};
}

GatewayResult result_of(const json& message) {
    const std::string status = text_member(message, "Status");
    if (status == "success") {
        const json* to = member(message, "To");
        const bool listed = to && to->is_array() && !to->empty();
        return {GatewayOutcome::sent,
                id_text(listed ? member(to->front(), "MessageID") : nullptr),
                {},
                {}};
    }
    const json* errors = member(message, "Errors");
    if (status == "error" && errors && errors->is_array() && !errors->empty()) {
        return refused(errors->front());
    }
    return uncertain("garbled_answer");
}

} // namespace

std::string mailjet_request(std::span<const OutgoingMessage> messages, bool sandbox) {
    json all = json::array();
    for (const OutgoingMessage& each : messages) {
        all.push_back(message_json(each));
    }
    json out = object_of("Messages", std::move(all));
    if (sandbox) {
        out["SandboxMode"] = true;
    }
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

MailjetAnswer read_mailjet_answer(std::string_view body, std::size_t messages) {
    MailjetAnswer out;
    const json document = json::parse(body, nullptr, false);
    if (const json* given = member(document, "Messages");
        given && given->is_array() && given->size() == messages) {
        for (const json& each : *given) {
            out.results.push_back(result_of(each));
        }
        return out;
    }
    if (const std::string code = text_member(document, "ErrorCode"); !code.empty()) {
        out.code = code_word(code);
    }
    return out;
}

std::optional<GatewayResult> read_mailjet_search(std::string_view body) {
    const json document = json::parse(body, nullptr, false);
    const json* data = member(document, "Data");
    if (data == nullptr || !data->is_array()) {
        return std::nullopt;
    }
    if (data->empty()) {
        return GatewayResult{GatewayOutcome::transient, {}, "not_sent", {}};
    }
    const std::string id = id_text(member(data->front(), "ID"));
    return id.empty() ? std::nullopt
                      : std::optional(GatewayResult{GatewayOutcome::sent, id, {}, {}});
}

} // namespace habeas::outbox
