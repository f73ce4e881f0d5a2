#include "gateway.hpp"

#include "convert.hpp"
#include "json.hpp"

#include <algorithm>

namespace habeas::capi {
namespace {

constexpr std::size_t usual_batch = 50;

Json mailbox_json(const Mailbox& mailbox) {
    return {{"name", mailbox.name}, {"address", mailbox.address}};
}

Json document_of(const OutgoingMessage& message) {
    Json headers = Json::array();
    for (const auto& [name, value] : message.headers) {
        headers.push_back({{"name", name}, {"value", value}});
    }
    return {{"message", number(message.id)},
            {"reference", message.reference},
            {"kind", message_kind_name(message.kind)},
            {"subject", number_json(message.subject)},
            {"purpose", message.purpose},
            {"channel", channel_name(message.channel)},
            {"language", message.language},
            {"sender", mailbox_json(message.sender)},
            {"reply_to", message.reply_to ? mailbox_json(*message.reply_to) : Json(nullptr)},
            {"recipient", mailbox_json(message.recipient)},
            {"return_path", message.return_path},
            {"subject_line", message.subject_line},
            {"text", message.text},
            {"html", message.html},
            {"headers", std::move(headers)},
            {"date", format_time(message.date)}};
}

/// A message as C sees it, and what its texts stand in.
struct Shown {
    Shown(const OutgoingMessage& message, bool compose)
        : document(document_of(message).dump(-1, ' ', false, Json::error_handler_t::replace)),
          mime(compose && message.channel == Channel::email ? compose_mime(message)
                                                            : std::string()) {
        for (const Attachment& each : message.attachments) {
            habeas_attachment& out = attachments.emplace_back();
            out.struct_size = sizeof out;
            out.name = view_of(each.name);
            out.type = view_of(each.type);
            out.content = view_of(each.content);
        }
    }
    [[nodiscard]] habeas_outgoing view(const OutgoingMessage& message) const {
        habeas_outgoing out{};
        out.struct_size = sizeof out;
        out.channel = static_cast<std::int32_t>(message.channel);
        out.message = number(message.id);
        out.reference = view_of(message.reference);
        out.recipient = view_of(message.recipient.address);
        out.document = view_of(document);
        out.mime = view_of(mime);
        out.attachments = attachments.data();
        out.attachment_count = attachments.size();
        return out;
    }
    std::string document, mime;
    std::vector<habeas_attachment> attachments;
};

habeas_gateway_result no_answer() {
    habeas_gateway_result out{};
    out.outcome = HABEAS_GATEWAY_UNCERTAIN;
    return out;
}

/// Up to its NUL; what is no UTF-8 is left out, since a document would repeat it.
template <std::size_t size>
std::string word_of(const char (&text)[size]) {
    std::string out(text, std::find(text, text + size, '\0'));
    return invalid_utf8(out) ? std::string() : out;
}

GatewayResult result_in(const habeas_gateway_result& given) {
    constexpr std::int64_t longest = std::int64_t{30} * 24 * 3600 * 1000;
    GatewayResult out;
    out.outcome =
        given.outcome >= HABEAS_GATEWAY_SENT && given.outcome <= HABEAS_GATEWAY_NO_SUCH_ADDRESS
            ? static_cast<GatewayOutcome>(given.outcome)
            : GatewayOutcome::uncertain;
    out.reference = word_of(given.reference);
    out.reason = word_of(given.reason);
    if (given.retry_after_ms > 0) {
        out.retry_after = std::chrono::milliseconds(std::min(given.retry_after_ms, longest));
    }
    return out;
}

} // namespace

HostGateway::HostGateway(const habeas_gateway& given) : given_(given) {
    flag_in(given.compose, "compose");
    id_ = string_in(given.id, "id");
    processor_ = string_in(given.processor, "processor");
    if (processor_.size() > 60) {
        refuse_argument("processor", "a code of at most 60 bytes");
    }
    for (const std::int32_t each : array_in(given.channels, given.channel_count, "channels")) {
        channels_.insert(channel_in(each));
    }
    if (channels_.empty()) {
        channels_.insert(Channel::email);
    }
    if (given.send == nullptr) {
        refuse_argument("send", "NULL; a gateway has a function that sends");
    }
}

std::size_t HostGateway::batch_size() const {
    throw_if_stopped();
    return given_.batch_size == 0 ? usual_batch : given_.batch_size;
}

void HostGateway::throw_if_stopped() const {
    if (status_ != HABEAS_OK) {
        throw Stop(status_);
    }
}

std::vector<GatewayResult> HostGateway::send(std::span<const OutgoingMessage> messages) {
    std::vector<GatewayResult> out(messages.size());
    std::vector<Shown> shown;
    std::vector<habeas_outgoing> views;
    std::vector<std::size_t> places;
    shown.reserve(messages.size()); // the views point into it
    for (std::size_t at = 0; at < messages.size(); ++at) {
        try {
            views.push_back(
                shown.emplace_back(messages[at], given_.compose == 1).view(messages[at]));
            places.push_back(at);
        } catch (const Error& error) { // cannot be composed, now or later
            out[at] = {GatewayOutcome::permanent, {}, std::string(errc_name(error.code())), {}};
        }
    }
    if (views.empty()) {
        return out;
    }
    std::vector<habeas_gateway_result> results(views.size(), no_answer());
    status_ = call_back(given_.send, given_.user, static_cast<const habeas_outgoing*>(views.data()),
                        views.size(), results.data());
    for (std::size_t at = 0; at < places.size(); ++at) {
        out[places[at]] = result_in(status_ == HABEAS_OK ? results[at] : no_answer());
    }
    return out;
}

std::optional<GatewayResult> HostGateway::resolve(const std::string& reference) {
    if (given_.resolve == nullptr) {
        return std::nullopt;
    }
    habeas_gateway_result result = no_answer();
    std::int32_t known = 0;
    if (status_ == HABEAS_OK) {
        status_ = call_back(given_.resolve, given_.user, reference.c_str(), reference.size(),
                            &result, &known);
    }
    if (status_ != HABEAS_OK) { // it is asked again later
        return result_in(no_answer());
    }
    return known == 1 ? std::optional(result_in(result)) : std::nullopt;
}

} // namespace habeas::capi

using namespace habeas::capi;

extern "C" {

habeas_status habeas_attachment_init(habeas_attachment* attachment, size_t struct_size) {
    return guard([&] { init_struct(attachment, struct_size, "attachment"); });
}

habeas_status habeas_gateway_init(habeas_gateway* gateway, size_t struct_size) {
    return guard([&] { init_struct(gateway, struct_size, "gateway"); });
}
}
