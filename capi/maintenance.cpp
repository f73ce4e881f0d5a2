// Verifying, ticking, rotating keys.
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;

namespace {

habeas::VerifyOptions verify_options(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::VerifyOptions options;
    in.read("residue", options.residue);
    in.read("residue_paths", options.residue_paths);
    in.finish();
    return options;
}

Json report_json(const habeas::VerifyReport& report) {
    Json out{{"ok", report.ok()},       {"events", report.events},
             {"erased", report.erased}, {"ready_rows", report.ready_rows},
             {"head", report.head},     {"findings", Json::array()}};
    for (const habeas::Finding& finding : report.findings) {
        const bool error = finding.severity == habeas::Severity::error;
        out["findings"].push_back({{"severity", error ? "error" : "notice"},
                                   {"code", finding.code},
                                   {"message", finding.message},
                                   {"sequence", finding.sequence}});
    }
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_tick_report_init(habeas_tick_report* report, size_t struct_size) {
    return guard([&] { init_struct(report, struct_size, "report"); });
}

habeas_status habeas_store_verify(habeas_store* store, const char* options, size_t options_size,
                                  habeas_progress_fn progress, void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        habeas::VerifyOptions wanted = verify_options(options, options_size);
        ProgressCall call(progress, user);
        wanted.progress = call.progress();
        const StoreUse use(store);
        const auto found = call.run([&] { return use.store().verify(wanted); });
        if (call.status() != HABEAS_OK) {
            throw Stop(call.status());
        }
        give_json(report, report_json(found));
    });
}

habeas_status habeas_store_tick(habeas_store* store, habeas_tick_report* report) {
    return guard([&] {
        expect_struct(report, "report");
        const habeas::TickReport done = StoreUse(store).store().tick();
        habeas_tick_report out{};
        out.physical_done = done.physical_done;
        out.physical_pending = done.physical_pending;
        out.expired = done.expired;
        out.files_deleted = done.files_deleted;
        out.proofs_deleted = done.proofs_deleted;
        out.retained_ended = done.retained_ended;
        give_struct(report, out);
    });
}

habeas_status habeas_store_rotate_key(habeas_store* store, habeas_progress_fn progress, void* user,
                                      habeas_string* key_id) {
    return guard([&] {
        expect(key_id, "key_id");
        ProgressCall call(progress, user);
        const StoreUse use(store);
        give_string(key_id, call.run([&] { return use.store().rotate_key(call.progress()); }));
    });
}
}
