// Handing what is due to a gateway.
#include "gateway.hpp"
#include "habeas/gateway.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

using namespace habeas::capi;

namespace {

habeas::SendOptions send_options_in(const char* data, std::size_t size) {
    constexpr std::int64_t day = 86'400'000;
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::SendOptions options;
    in.read_number("limit", options.limit, 1, 1'000'000'000);
    in.read("now", options.now);
    in.read_number("max_attempts", options.max_attempts, 1, 1000);
    const std::pair<const char*, std::chrono::milliseconds*> times[] = {
        {"lease_ms", &options.lease},
        {"first_backoff_ms", &options.first_backoff},
        {"longest_backoff_ms", &options.longest_backoff}};
    for (const auto& [name, value] : times) {
        std::int64_t ms = value->count();
        in.read_number(name, ms, 1, 30 * day);
        *value = std::chrono::milliseconds(ms);
    }
    in.finish();
    return options;
}

/// What both ways have in common.
habeas::SendReport send_by(habeas::Gateway& gateway, const StoreUse& use,
                           habeas::SendOptions options, habeas_progress_fn progress, void* user) {
    ProgressCall call(progress, user);
    options.progress = call.progress();
    const auto done = call.run([&] { return habeas::Outbox(use.store()).send(gateway, options); });
    if (call.status() != HABEAS_OK) {
        throw Stop(call.status());
    }
    return done;
}

Json report_json(const habeas::SendReport& report) {
    return {{"sent", report.sent},        {"failed", report.failed},
            {"retried", report.retried},  {"uncertain", report.uncertain},
            {"stopped", report.stopped},  {"deferred", report.deferred},
            {"resolved", report.resolved}};
}

habeas::Credentials credentials_in(const habeas_credentials* given) {
    const habeas_credentials read = struct_in(given, "credentials");
    return {string_in(read.user, "credentials.user"), string_in(read.secret, "credentials.secret")};
}

} // namespace

extern "C" {

habeas_status habeas_credentials_init(habeas_credentials* credentials, size_t struct_size) {
    return guard([&] { init_struct(credentials, struct_size, "credentials"); });
}

habeas_status habeas_outbox_send_by(habeas_store* store, const char* gateway, size_t gateway_size,
                                    const habeas_credentials* credentials, const char* options,
                                    size_t options_size, habeas_progress_fn progress, void* user,
                                    habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const auto config =
            habeas::GatewayConfig::from_json(string_in(gateway, gateway_size, "gateway"));
        habeas::Credentials secret = credentials_in(credentials);
        const habeas::SendOptions wanted = send_options_in(options, options_size);
        const StoreUse use(store);
        const auto made = config.make(use.store(), std::move(secret));
        give_json(report, report_json(send_by(*made, use, wanted, progress, user)));
    });
}

habeas_status habeas_gateway_check(const char* gateway, size_t gateway_size,
                                   const habeas_credentials* credentials) {
    return guard([&] {
        habeas::GatewayConfig::from_json(string_in(gateway, gateway_size, "gateway"))
            .check(credentials_in(credentials));
    });
}

habeas_status habeas_outbox_send(habeas_store* store, const habeas_gateway* gateway,
                                 const char* options, size_t options_size,
                                 habeas_progress_fn progress, void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        if (gateway == nullptr) {
            refuse_argument("gateway", "NULL");
        }
        HostGateway host(struct_in(gateway, "gateway"));
        const habeas::SendOptions wanted = send_options_in(options, options_size);
        const StoreUse use(store);
        const auto done = send_by(host, use, wanted, progress, user);
        host.throw_if_stopped();
        give_json(report, report_json(done));
    });
}

habeas_status habeas_outbox_send_to_folder(habeas_store* store, const char* folder,
                                           size_t folder_size, const char* options,
                                           size_t options_size, habeas_progress_fn progress,
                                           void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string into = path_in(folder, folder_size, "folder");
        const habeas::SendOptions wanted = send_options_in(options, options_size);
        const StoreUse use(store);
        habeas::DirectoryGateway gateway(use.store(), into);
        give_json(report, report_json(send_by(gateway, use, wanted, progress, user)));
    });
}
}
