// Methods about templates, messages, the outbox and what became of it.
#include "calls.hpp"

namespace habeas::capi {
namespace {

/// "attachments": [{"name", "type", "content" (base64) or "path"}]
class Attachments {
  public:
    explicit Attachments(Call& call) {
        call.in.read_array("attachments", [this](const Json& each, const std::string& pointer) {
            ObjectReader in(each, pointer);
            habeas_attachment& out = all_.emplace_back();
            check(habeas_attachment_init(&out, sizeof out));
            for (const auto& text : {std::pair{"name", &habeas_attachment::name},
                                     std::pair{"type", &habeas_attachment::type},
                                     std::pair{"path", &habeas_attachment::path}}) {
                std::string value;
                in.read(text.first, value);
                out.*text.second = texts_.keep(std::move(value));
            }
            if (const Json* content = in.find("content")) {
                out.content = texts_.keep(decode_base64(*content, in.at("content")));
            }
            in.finish();
        });
    }
    [[nodiscard]] const std::vector<habeas_attachment>& all() const { return all_; }

  private:
    Texts texts_;
    std::vector<habeas_attachment> all_;
};

using QueueFunction = habeas_status (*)(habeas_store*, const char*, std::size_t,
                                        const habeas_attachment*, std::size_t, habeas_string*);

std::string queue(Call& call, const char* name, QueueFunction function) {
    const std::string document = dump(member(call, name));
    const Attachments attachments(call);
    call.in.finish();
    GivenString result;
    check(function(call.store, document.data(), document.size(), attachments.all().data(),
                   attachments.all().size(), result.out()));
    return result_of(result);
}

struct Credentials {
    explicit Credentials(Call& call) {
        if (const Json* given = call.in.find("credentials")) {
            ObjectReader in(*given, "/credentials");
            in.read("user", user);
            in.read("secret", secret);
            in.finish();
            there = true;
        }
    }
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;
    ~Credentials() { wipe(secret.data(), secret.size()); }
    [[nodiscard]] habeas_credentials view() const {
        habeas_credentials out{};
        check(habeas_credentials_init(&out, sizeof out));
        out.user = view_of(user);
        out.secret = view_of(secret);
        return out;
    }
    bool there = false;
    std::string user, secret;
};

std::string send_by(Call& call) {
    const std::string gateway = dump(member(call, "gateway"));
    const Credentials credentials(call);
    const auto options = maybe_document("options").load(call);
    const auto told = progress().load(call).arguments();
    call.in.finish();
    const habeas_credentials view = credentials.view();
    const auto given = options.arguments();
    GivenString report;
    check(habeas_outbox_send_by(call.store, gateway.data(), gateway.size(),
                                credentials.there ? &view : nullptr, std::get<0>(given),
                                std::get<1>(given), std::get<0>(told), std::get<1>(told),
                                report.out()));
    return result_of(report);
}

std::string check_gateway(Call& call) {
    const std::string gateway = dump(member(call, "gateway"));
    const Credentials credentials(call);
    call.in.finish();
    const habeas_credentials view = credentials.view();
    check(
        habeas_gateway_check(gateway.data(), gateway.size(), credentials.there ? &view : nullptr));
    return "null";
}

/// A mail as it came has any bytes: base64.
std::string ingest_bounce(Call& call) {
    const std::string mail = decode_base64(member(call, "mail"), "/mail");
    std::string recipient;
    call.in.read("recipient", recipient);
    call.in.finish();
    GivenString report;
    check(habeas_bounce_ingest(call.store, mail.data(), mail.size(), recipient.data(),
                               recipient.size(), report.out()));
    return result_of(report);
}

} // namespace

Methods message_methods() {
    const std::vector<Parameter> gateway{{"gateway", "document", true},
                                         {"credentials", "document", false}};
    std::vector<Parameter> sending = gateway;
    sending.push_back({"options", "document", false});
    sending.push_back({"progress", "flag", false});
    return {
        bind("template.define", habeas_template_define, document("message"),
             NumberOut<std::int32_t>{}),
        bind("template.retire", habeas_template_retire, text("code")),
        bind("template.list", habeas_template_list, DocumentOut{}),
        bind("template.find", habeas_template_find, text("code"), DocumentOut{}),
        bind("template.preview", habeas_template_preview, text("code"), id("subject"),
             maybe_document("data"), DocumentOut{}),
        bind("template.check", habeas_template_check, text("code"), maybe_document("options"),
             DocumentOut{}),

        {"message.queue",
         {{"message", "document", true}, {"attachments", "document", false}},
         [](Call& call) { return queue(call, "message", habeas_message_queue); }},
        {"message.notify",
         {{"notice", "document", true}, {"attachments", "document", false}},
         [](Call& call) { return queue(call, "notice", habeas_message_notify); }},
        bind("message.get", habeas_message_get, id("message"), DocumentOut{}),
        bind("message.find", habeas_message_find, text("key"), FoundOut{}),
        bind("message.list", habeas_message_list, maybe_document("filter"), DocumentOut{}),
        bind("message.stop", habeas_message_stop, id("message"), maybe_text("reason")),
        bind("message.retry", habeas_message_retry, id("message")),
        bind("message.confirm_sent", habeas_message_confirm_sent, id("message")),
        bind("message.find_token", habeas_message_find_token, text("token"), DocumentOut{}),

        {"outbox.send_by", sending, send_by},
        bind("outbox.send_to_folder", habeas_outbox_send_to_folder, text("folder"),
             maybe_document("options"), progress(), DocumentOut{}),
        {"gateway.check", gateway, check_gateway},

        bind("event.ingest", habeas_event_ingest, text("gateway"), text("body"), DocumentOut{}),
        {"bounce.ingest", {{"mail", "base64", true}, {"recipient", "text", false}}, ingest_bounce},
        bind("bounce.ingest_maildir", habeas_bounce_ingest_maildir, text("folder"), progress(),
             DocumentOut{}),
        bind("event.secret", habeas_event_secret, TextOut{}),
        bind("event.secret_check", habeas_event_secret_check, text("given"), FlagOut{}),
        bind("event.list", habeas_event_list, maybe_document("filter"), DocumentOut{}),
    };
}

} // namespace habeas::capi
