// The queue of messages.
#include "habeas/outbox.hpp"

#include "convert.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::MessageId;
using habeas::Outbox;

namespace {

/// The JSON object as text; nothing where there is none.
void read_object(ObjectReader& in, const char* name, std::string& text) {
    if (const Json* found = in.find(name)) {
        if (!found->is_object()) {
            refuse_at(in.at(name), "write an object");
        }
        text = found->dump();
    }
}

/// What messages and notices have in common.
template <class Given>
void read_content(ObjectReader& in, Given& out) {
    in.read("key", out.key);
    in.read("message_template", out.message_template);
    read_object(in, "data", out.data);
    in.read("subject_line", out.subject_line);
    in.read("text", out.text);
    in.read("html", out.html);
    in.read("not_before", out.not_before);
}

habeas::Message message_in(const char* data, std::size_t size) {
    const Json document = parse_document(data, size, "message");
    ObjectReader in(document, "");
    habeas::Message out;
    in.read_number("subject", out.subject, 0, std::int64_t{1} << 53);
    read_content(in, out);
    read_object(in, "secret_data", out.secret_data);
    in.read("language", out.language);
    in.read("purpose", out.purpose);
    in.read_name("channel", out.channel, habeas::channel);
    in.read_number("priority", out.priority, -1'000'000, 1'000'000);
    in.finish();
    return out;
}

habeas::Notice notice_in(const char* data, std::size_t size) {
    const Json document = parse_document(data, size, "notice");
    ObjectReader in(document, "");
    habeas::Notice out;
    in.read("to", out.to);
    in.read("about", out.about);
    read_content(in, out);
    in.finish();
    return out;
}

std::vector<habeas::Attachment> attachments_in(const habeas_attachment* given, std::size_t count) {
    std::vector<habeas::Attachment> out;
    if (array_in(given, count, "attachments").empty()) {
        return out;
    }
    const std::uint32_t size = given->struct_size;
    check_size(size, "attachments");
    const auto* place = reinterpret_cast<const unsigned char*>(given);
    for (std::size_t at = 0; at < count; ++at, place += size) {
        const auto* each = reinterpret_cast<const habeas_attachment*>(place);
        if (each->struct_size != size) {
            refuse_argument("attachments", "they have different struct_size");
        }
        const habeas_attachment read = struct_in(each, "attachments");
        habeas::Attachment& attachment = out.emplace_back();
        attachment.name = string_in(read.name, "attachments");
        const std::string type = string_in(read.type, "attachments");
        if (!type.empty()) {
            attachment.type = type;
        }
        attachment.content = bytes_in(read.content.data, read.content.size, "attachments");
        attachment.path = string_in(read.path, "attachments");
    }
    return out;
}

/// No decision was asked about a former message, nor about one that is internal.
Json result_json(const habeas::QueueResult& result, bool asked) {
    Json decision;
    if (asked && !result.again) {
        decision = {{"allowed", result.decision.allowed},
                    {"reason", habeas::reason_code(result.decision.reason)},
                    {"event", number(result.decision.event)},
                    {"holds_until", time_json(result.decision.holds_until)}};
    }
    return {{"message", number(result.id)},
            {"state", habeas::message_state_name(result.state)},
            {"again", result.again},
            {"decision", std::move(decision)}};
}

Json info_json(const habeas::MessageInfo& info) {
    return {{"message", number(info.id)},
            {"key", info.key},
            {"reference", info.reference},
            {"subject", number_json(info.subject)},
            {"kind", habeas::message_kind_name(info.kind)},
            {"purpose", info.purpose},
            {"channel", habeas::channel_name(info.channel)},
            {"message_template", info.message_template},
            {"template_version", info.template_version},
            {"state", habeas::message_state_name(info.state)},
            {"reason", info.reason},
            {"priority", info.priority},
            {"attempts", info.attempts},
            {"queued_at", habeas::format_time(info.queued_at)},
            {"not_before", time_json(info.not_before)},
            {"due_at", time_json(info.due_at)},
            {"finished_at", time_json(info.finished_at)},
            {"gateway", info.gateway},
            {"gateway_reference", info.gateway_reference},
            {"subject_line", info.subject_line}};
}

habeas::MessageFilter message_filter_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "filter");
    ObjectReader in(document, "");
    habeas::MessageFilter filter;
    in.read_name("state", filter.state, habeas::message_state);
    in.read("subject", filter.subject);
    in.read_number("limit", filter.limit, 1, 100'000);
    in.read_number("after", filter.after, 0, std::int64_t{1} << 53);
    in.finish();
    return filter;
}

Json token_json(const habeas::TokenInfo& info) {
    const bool unsubscribe = info.use == habeas::TokenInfo::Use::unsubscribe;
    return {{"use", unsubscribe ? "unsubscribe" : "preferences"},
            {"message", number(info.message)},
            {"subject", number(info.subject)},
            {"purpose", info.purpose},
            {"channel", habeas::channel_name(info.channel)},
            {"expires_at", habeas::format_time(info.expires_at)}};
}

} // namespace

extern "C" {

habeas_status habeas_message_queue(habeas_store* store, const char* message, size_t message_size,
                                   const habeas_attachment* attachments, size_t attachment_count,
                                   habeas_string* result) {
    return guard([&] {
        expect(result, "result");
        habeas::Message wanted = message_in(message, message_size);
        wanted.attachments = attachments_in(attachments, attachment_count);
        write_and_give(store, result, [&](habeas::Store& in) {
            return result_json(Outbox(in).queue(wanted), true);
        });
    });
}

habeas_status habeas_message_notify(habeas_store* store, const char* notice, size_t notice_size,
                                    const habeas_attachment* attachments, size_t attachment_count,
                                    habeas_string* result) {
    return guard([&] {
        expect(result, "result");
        habeas::Notice wanted = notice_in(notice, notice_size);
        wanted.attachments = attachments_in(attachments, attachment_count);
        write_and_give(store, result, [&](habeas::Store& in) {
            return result_json(Outbox(in).notify(wanted), false);
        });
    });
}

habeas_status habeas_message_get(habeas_store* store, int64_t message, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        give_json(info, info_json(Outbox(StoreUse(store).store()).get(MessageId{message})));
    });
}

habeas_status habeas_message_find(habeas_store* store, const char* key, size_t key_size,
                                  int64_t* message) {
    return guard([&] {
        expect(message, "message");
        const std::string wanted = string_in(key, key_size, "key");
        if (const auto found = Outbox(StoreUse(store).store()).find(wanted)) {
            *message = number(found->id);
        }
    });
}

habeas_status habeas_message_list(habeas_store* store, const char* filter, size_t filter_size,
                                  habeas_string* messages) {
    return guard([&] {
        expect(messages, "messages");
        const habeas::MessageFilter wanted = message_filter_in(filter, filter_size);
        Json out = Json::array();
        for (const habeas::MessageInfo& each : Outbox(StoreUse(store).store()).list(wanted)) {
            out.push_back(info_json(each));
        }
        give_json(messages, out);
    });
}

habeas_status habeas_message_stop(habeas_store* store, int64_t message, const char* reason,
                                  size_t reason_size) {
    return guard([&] {
        const std::string why = string_in(reason, reason_size, "reason");
        Outbox(StoreUse(store).store()).stop(MessageId{message}, why);
    });
}

habeas_status habeas_message_retry(habeas_store* store, int64_t message) {
    return guard([&] { Outbox(StoreUse(store).store()).retry(MessageId{message}); });
}

habeas_status habeas_message_confirm_sent(habeas_store* store, int64_t message) {
    return guard([&] { Outbox(StoreUse(store).store()).confirm_sent(MessageId{message}); });
}

habeas_status habeas_message_find_token(habeas_store* store, const char* token, size_t token_size,
                                        habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string given = string_in(token, token_size, "token");
        const auto found = Outbox(StoreUse(store).store()).find_token(given);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "this token is not known", "token");
        }
        give_json(info, token_json(*found));
    });
}
}
