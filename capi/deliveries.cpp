// What gateways tell of messages.
#include "habeas/delivery.hpp"

#include "callbacks.hpp"
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::Deliveries;

namespace {

Json report_json(const habeas::IngestReport& report) {
    return {{"received", report.received},   {"recorded", report.recorded},
            {"repeated", report.repeated},   {"untracked", report.untracked},
            {"unmatched", report.unmatched}, {"unread", report.unread}};
}

Json event_json(const habeas::DeliveryEvent& event) {
    return {{"id", number(event.id)},
            {"kind", habeas::delivery_kind_name(event.kind)},
            {"message", number_json(event.message)},
            {"subject", number_json(event.subject)},
            {"gateway", event.gateway},
            {"at", habeas::format_time(event.at)},
            {"recorded_at", habeas::format_time(event.recorded_at)},
            {"reason", event.reason}};
}

habeas::DeliveryFilter delivery_filter_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "filter");
    ObjectReader in(document, "");
    habeas::DeliveryFilter out;
    in.read_name("kind", out.kind, habeas::delivery_kind);
    in.read("subject", out.subject);
    if (in.find("message")) {
        std::int64_t message = 0;
        in.read_number("message", message, 1, std::int64_t{1} << 53);
        out.message = habeas::MessageId{message};
    }
    in.read_number("limit", out.limit, 1, 100'000);
    in.read_number("after", out.after, 0, std::int64_t{1} << 53);
    in.finish();
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_event_ingest(habeas_store* store, const char* gateway, size_t gateway_size,
                                  const char* body, size_t body_size, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        if (string_in(gateway, gateway_size, "gateway") != "mailjet") {
            refuse_argument("gateway", "mailjet is the one whose events are known");
        }
        const std::string text = string_in(body, body_size, "body");
        write_and_give(store, report, [&](habeas::Store& into) {
            return report_json(Deliveries(into).ingest_mailjet(text));
        });
    });
}

habeas_status habeas_bounce_ingest(habeas_store* store, const void* mail, size_t mail_size,
                                   const char* recipient, size_t recipient_size,
                                   habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string_view bytes = bytes_in(static_cast<const char*>(mail), mail_size, "mail");
        const std::string to = string_in(recipient, recipient_size, "recipient");
        write_and_give(store, report, [&](habeas::Store& into) {
            return report_json(Deliveries(into).ingest_mail(bytes, to));
        });
    });
}

habeas_status habeas_bounce_ingest_maildir(habeas_store* store, const char* folder,
                                           size_t folder_size, habeas_progress_fn progress,
                                           void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string place = string_in(folder, folder_size, "folder");
        const StoreUse use(store);
        ProgressCall call(progress, user);
        const auto done = call.run(
            [&] { return Deliveries(use.store()).ingest_maildir(place, call.progress()); });
        if (call.status() != HABEAS_OK) {
            throw Stop(call.status());
        }
        give_json(report, report_json(done));
    });
}

habeas_status habeas_event_secret(habeas_store* store, habeas_string* secret) {
    return guard([&] {
        expect(secret, "secret");
        give_string(secret, Deliveries(StoreUse(store).store()).secret());
    });
}

habeas_status habeas_event_secret_check(habeas_store* store, const char* given, size_t given_size,
                                        int32_t* right) {
    return guard([&] {
        expect(right, "right");
        const std::string text = string_in(given, given_size, "given");
        *right = Deliveries(StoreUse(store).store()).is_secret(text) ? 1 : 0;
    });
}

habeas_status habeas_event_list(habeas_store* store, const char* filter, size_t filter_size,
                                habeas_string* events) {
    return guard([&] {
        expect(events, "events");
        const habeas::DeliveryFilter wanted = delivery_filter_in(filter, filter_size);
        Json out = Json::array();
        for (const auto& each : Deliveries(StoreUse(store).store()).list(wanted)) {
            out.push_back(event_json(each));
        }
        give_json(events, out);
    });
}
}
