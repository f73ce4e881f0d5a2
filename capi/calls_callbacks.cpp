// Methods by which habeas calls the host back: data holders, a gateway, campaigns, transfers,
// reminders, progress. Each callback is asked of the call that runs (HostOfCall).
#include "calls.hpp"

#include <algorithm>
#include <cstring>

namespace habeas::capi {
namespace {

/// No exception gets out of a callback.
template <class Body>
std::int32_t guarded(Body body) noexcept {
    try {
        return body();
    } catch (...) {
        return HABEAS_E_CALLBACK;
    }
}

std::int32_t tell_progress(void*, std::uint64_t done, std::uint64_t total) {
    return guarded([&] {
        Json none;
        return HostOfCall::ask("progress", {{"done", done}, {"total", total}}, none);
    });
}

// ---- data holders

std::int32_t ask_holder(void* user, const habeas_holder_call* call, habeas_holder_reply* reply) {
    return guarded([&]() -> std::int32_t {
        const auto name = [](std::int32_t operation) {
            return habeas_name(HABEAS_LIST_HOLDER_OPERATION, operation);
        };
        const bool tells = call->operation == HABEAS_HOLDER_TELL;
        const Json question{{"holder", *static_cast<const std::string*>(user)},
                            {"operation", name(call->operation)},
                            {"about", tells ? Json(name(call->about)) : Json(nullptr)},
                            {"task", call->task},
                            {"subject", call->subject},
                            {"page", call->page},
                            {"attempt", call->attempt},
                            {"key", as_text(call->key)},
                            {"cursor", as_text(call->cursor)},
                            {"document", parse_own(as_text(call->document))}};
        Json answer;
        const habeas_status status = HostOfCall::ask("holder", question, answer);
        if (status != HABEAS_OK || answer.is_null()) {
            return status;
        }
        const std::string text = dump(answer);
        return habeas_holder_reply_set(reply, text.data(), text.size());
    });
}

void forget_text(void* user) {
    delete static_cast<std::string*>(user);
}

std::string attach_holder(Call& call) {
    const std::string code = text_at(member(call, "code"), "/code");
    std::vector<std::int32_t> operations;
    call.in.read_array("operations", [&](const Json& each, const std::string& pointer) {
        operations.push_back(word_at(each, pointer, HABEAS_LIST_HOLDER_OPERATION));
    });
    call.in.finish();
    auto kept = std::make_unique<std::string>(code);
    check(habeas_holder_attach(call.store, code.data(), code.size(), operations.data(),
                               operations.size(), ask_holder, kept.release(), forget_text));
    return "null";
}

std::string detach_holder(Call& call) {
    const std::string code = text_at(member(call, "code"), "/code");
    call.in.finish();
    check(habeas_holder_attach(call.store, code.data(), code.size(), nullptr, 0, nullptr, nullptr,
                               nullptr));
    return "null";
}

// ---- campaigns, transfers, reminders

std::int32_t ask_campaign(void*, const habeas_host_call* call) {
    return guarded([&] {
        const Json question{
            {"subject", call->subject},      {"key", as_text(call->key)},
            {"name", as_text(call->name)},   {"campaign", as_text(call->campaign)},
            {"event", as_text(call->event)}, {"data", parse_own(as_text(call->data))}};
        Json none;
        return HostOfCall::ask("campaign.host", question, none);
    });
}

std::int32_t ask_transfer(void*, const habeas_transfer* transfer, std::int32_t* permitted) {
    return guarded([&] {
        GivenString at;
        check(habeas_time_format(transfer->at, at.out()));
        const Json question{{"at", std::string(at.view())},
                            {"country", as_text(transfer->country)},
                            {"code", as_text(transfer->code)},
                            {"purpose", parse_own(as_text(transfer->purpose))},
                            {"processor", as_text(transfer->processor)}};
        Json answer;
        const habeas_status status = HostOfCall::ask("transfer.guard", question, answer);
        *permitted = status == HABEAS_OK && answer.is_boolean() && answer.get<bool>() ? 1 : 0;
        return status;
    });
}

/// Attaches this callback, or none, for as long as the store is open.
template <auto set, auto callback>
Method attach(const char* name) {
    return bind(name, [](habeas_store* store) { return set(store, callback, nullptr, nullptr); });
}

std::int32_t tell_request(void*, const char* request, std::size_t size) {
    return guarded([&] {
        Json none;
        return HostOfCall::ask("request.remind", parse_own(std::string(request, size)), none);
    });
}

std::string remind(Call& call) {
    const std::int32_t days = std::get<0>(maybe<std::int32_t>("days", 7).load(call).arguments());
    call.in.finish();
    if (!HostOfCall::there()) {
        throw Error(Errc::callback, "reminders go to a callback, and this call has none",
                    "callback");
    }
    std::size_t told = 0;
    check(habeas_request_remind(call.store, days, tell_request, nullptr, &told));
    return std::to_string(told);
}

// ---- the host as a gateway

constexpr std::initializer_list<const char*> outcomes{
    "sent", "transient", "permanent", "uncertain", "not_reached", "no_such_address"};

void read_result(const Json& answer, const std::string& pointer, habeas_gateway_result& out) {
    ObjectReader in(answer, pointer);
    std::string reference, reason;
    in.read_word("outcome", out.outcome, outcomes);
    in.read("reference", reference);
    in.read("reason", reason);
    in.read_number("retry_after_ms", out.retry_after_ms, 0, std::int64_t{1} << 40);
    in.finish();
    copy_text(out.reference, sizeof out.reference, reference);
    copy_text(out.reason, sizeof out.reason, reason);
}

Json message_json(const habeas_outgoing& message) {
    Json attachments = Json::array();
    for (std::size_t at = 0; at < message.attachment_count; ++at) {
        const habeas_attachment& each = message.attachments[at];
        attachments.push_back({{"name", as_text(each.name)},
                               {"type", as_text(each.type)},
                               {"content", encode_base64(as_text(each.content))}});
    }
    return {{"channel", habeas_name(HABEAS_LIST_CHANNEL, message.channel)},
            {"message", message.message},
            {"reference", as_text(message.reference)},
            {"recipient", as_text(message.recipient)},
            {"document", parse_own(as_text(message.document))},
            {"mime", as_text(message.mime)},
            {"attachments", std::move(attachments)}};
}

std::int32_t gateway_send(void*, const habeas_outgoing* messages, std::size_t count,
                          habeas_gateway_result* results) {
    return guarded([&]() -> std::int32_t {
        Json list = Json::array();
        for (std::size_t at = 0; at < count; ++at) {
            list.push_back(message_json(messages[at]));
        }
        Json answer;
        const habeas_status status = HostOfCall::ask("gateway.send", {{"messages", list}}, answer);
        if (status != HABEAS_OK) {
            return status;
        }
        if (!answer.is_array() || answer.size() != count) {
            return HABEAS_E_CALLBACK; // whom it means is not known
        }
        for (std::size_t at = 0; at < count; ++at) {
            read_result(answer[at], "", results[at]);
        }
        return HABEAS_OK;
    });
}

std::int32_t gateway_resolve(void*, const char* reference, std::size_t size,
                             habeas_gateway_result* result, std::int32_t* known) {
    return guarded([&] {
        Json answer;
        const habeas_status status = HostOfCall::ask(
            "gateway.resolve", {{"reference", std::string(reference, size)}}, answer);
        if (status == HABEAS_OK && !answer.is_null()) {
            read_result(answer, "", *result);
            *known = 1;
        }
        return status;
    });
}

std::string send(Call& call) {
    ObjectReader in(member(call, "gateway"), "/gateway");
    habeas_gateway gateway{};
    check(habeas_gateway_init(&gateway, sizeof gateway));
    std::string id, processor;
    bool resolves = false;
    std::vector<std::int32_t> channels;
    in.read("id", id);
    in.read("processor", processor);
    read_flag(in, "compose", gateway.compose);
    in.read("resolves", resolves);
    in.read_number("batch_size", gateway.batch_size, 0, 10'000);
    in.read_array("channels", [&channels](const Json& each, const std::string& pointer) {
        channels.push_back(word_at(each, pointer, HABEAS_LIST_CHANNEL));
    });
    in.finish();
    const auto options = maybe_document("options").load(call);
    const auto told = progress().load(call).arguments();
    call.in.finish();
    if (!HostOfCall::there()) {
        throw Error(Errc::callback, "this gateway is a callback, and this call has none",
                    "callback");
    }
    gateway.id = view_of(id);
    gateway.processor = view_of(processor);
    gateway.channels = channels.data();
    gateway.channel_count = channels.size();
    gateway.send = gateway_send;
    gateway.resolve = resolves ? gateway_resolve : nullptr;
    const auto given = options.arguments();
    GivenString report;
    check(habeas_outbox_send(call.store, &gateway, std::get<0>(given), std::get<1>(given),
                             std::get<0>(told), std::get<1>(told), report.out()));
    return result_of(report);
}

} // namespace

ProgressIn::Held ProgressIn::load(Call& call) const {
    bool wanted = false;
    call.in.read("progress", wanted);
    return {wanted};
}

std::tuple<habeas_progress_fn, void*> ProgressIn::Held::arguments() const {
    return {wanted ? tell_progress : nullptr, nullptr};
}

Methods callback_methods() {
    return {
        {"holder.attach", {{"code", "text", true}, {"operations", "names", false}}, attach_holder},
        {"holder.detach", {{"code", "text", true}}, detach_holder},
        attach<habeas_campaign_host_set, ask_campaign>("campaign.attach"),
        attach<habeas_campaign_host_set, nullptr>("campaign.detach"),
        attach<habeas_transfer_guard_set, ask_transfer>("transfer.attach"),
        attach<habeas_transfer_guard_set, nullptr>("transfer.detach"),
        {"request.remind", {{"days", "number", false}}, remind},
        {"outbox.send",
         {{"gateway", "document", true},
          {"options", "document", false},
          {"progress", "flag", false}},
         send},
    };
}

} // namespace habeas::capi
