// Double opt-in.
#include "habeas/optin.hpp"

#include "convert.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::Optin;
using habeas::OptinId;
using habeas::Optins;

namespace {

habeas::ConsentEvent consent_at(const Json& value, const std::string& pointer) {
    ObjectReader in(value, pointer);
    habeas::ConsentEvent out;
    in.read("purpose", out.purpose);
    in.read_name("channel", out.channel, habeas::channel);
    habeas::Evidence& evidence = out.evidence;
    in.read("method", evidence.method);
    in.read_number("text_version", evidence.text_version, 0, 1'000'000'000);
    in.read("language", evidence.language);
    in.read("form", evidence.form);
    in.read("submission", evidence.submission);
    in.read("document", evidence.document);
    in.read("ip", evidence.ip);
    in.read("user_agent", evidence.user_agent);
    in.read("note", evidence.note);
    in.read("explicit_consent", evidence.explicit_consent);
    in.finish();
    return out;
}

habeas::OptinInput input_in(const char* data, std::size_t size) {
    const Json document = parse_document(data, size, "input");
    ObjectReader in(document, "");
    habeas::OptinInput out;
    in.read_number("subject", out.subject, 0, std::int64_t{1} << 53);
    in.read_array("consents", [&](const Json& each, const std::string& pointer) {
        out.consents.push_back(consent_at(each, pointer));
    });
    in.read("language", out.language);
    in.read("message_template", out.message_template);
    if (const Json* found = in.find("data")) {
        out.data = found->dump();
    }
    in.finish();
    return out;
}

habeas::OptinContext context_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "context");
    ObjectReader in(document, "");
    habeas::OptinContext out;
    in.read("ip", out.ip);
    in.read("user_agent", out.user_agent);
    in.finish();
    return out;
}

habeas::OptinFilter optin_filter_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "filter");
    ObjectReader in(document, "");
    habeas::OptinFilter out;
    in.read_name("state", out.state, habeas::optin_state);
    in.read("subject", out.subject);
    in.read_number("limit", out.limit, 1, 100'000);
    in.read_number("after", out.after, 0, std::int64_t{1} << 53);
    in.finish();
    return out;
}

Json optin_json(const Optin& optin) {
    Json consents = Json::array();
    for (const habeas::ConsentEvent& each : optin.consents) {
        consents.push_back({{"event", number(each.id)},
                            {"purpose", each.purpose},
                            {"channel", habeas::channel_name(each.channel)},
                            {"text_version", each.evidence.text_version},
                            {"language", each.evidence.language}});
    }
    const bool mailed = optin.message != habeas::MessageId{};
    return {{"optin", number(optin.id)},
            {"subject", number(optin.subject)},
            {"state", habeas::optin_state_name(optin.state)},
            {"language", optin.language},
            {"message_template", optin.message_template},
            {"consents", consents},
            {"granted", numbers_json(optin.granted)},
            {"mails", optin.mails},
            {"withheld", optin.withheld},
            {"message", mailed ? Json(number(optin.message)) : Json(nullptr)},
            {"requested_at", habeas::format_time(optin.requested_at)},
            {"expires_at", habeas::format_time(optin.expires_at)},
            {"last_mail_at", time_json(optin.last_mail_at)},
            {"closed_at", time_json(optin.closed_at)}};
}

} // namespace

extern "C" {

habeas_status habeas_optin_ask(habeas_store* store, const char* input, size_t input_size,
                               habeas_string* optin) {
    return guard([&] {
        expect(optin, "optin");
        const habeas::OptinInput wanted = input_in(input, input_size);
        write_and_give(store, optin,
                       [&](habeas::Store& in) { return optin_json(Optins(in).ask(wanted)); });
    });
}

habeas_status habeas_optin_look_up(habeas_store* store, const char* token, size_t token_size,
                                   int64_t* optin) {
    return guard([&] {
        expect(optin, "optin");
        const std::string_view given = text_in(token, token_size, "token");
        if (const auto found = Optins(StoreUse(store).store()).look_up(given)) {
            *optin = number(found->id);
        }
    });
}

habeas_status habeas_optin_confirm(habeas_store* store, const char* token, size_t token_size,
                                   const char* context, size_t context_size, int64_t* optin) {
    return guard([&] {
        expect(optin, "optin");
        const std::string_view given = text_in(token, token_size, "token");
        const habeas::OptinContext around = context_in(context, context_size);
        if (const auto found = Optins(StoreUse(store).store()).confirm(given, around)) {
            *optin = number(found->id);
        }
    });
}

habeas_status habeas_optin_vouch(habeas_store* store, int64_t optin, const char* by,
                                 size_t by_size) {
    return guard([&] {
        const std::string who = string_in(by, by_size, "by");
        Optins(StoreUse(store).store()).vouch(OptinId{optin}, who);
    });
}

habeas_status habeas_optin_resend(habeas_store* store, int64_t optin, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        write_and_give(store, document, [&](habeas::Store& in) {
            return optin_json(Optins(in).resend(OptinId{optin}));
        });
    });
}

habeas_status habeas_optin_cancel(habeas_store* store, int64_t optin) {
    return guard([&] { Optins(StoreUse(store).store()).cancel(OptinId{optin}); });
}

habeas_status habeas_optin_get(habeas_store* store, int64_t optin, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        give_json(document, optin_json(Optins(StoreUse(store).store()).get(OptinId{optin})));
    });
}

habeas_status habeas_optin_list(habeas_store* store, const char* filter, size_t filter_size,
                                habeas_string* optins) {
    return guard([&] {
        expect(optins, "optins");
        const habeas::OptinFilter wanted = optin_filter_in(filter, filter_size);
        Json out = Json::array();
        for (const Optin& each : Optins(StoreUse(store).store()).list(wanted)) {
            out.push_back(optin_json(each));
        }
        give_json(optins, out);
    });
}
}
