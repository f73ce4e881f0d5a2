// Campaigns: declared, published, run, looked at.
#include "habeas/campaign.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Campaigns;

namespace {

Json info_json(const habeas::CampaignInfo& info) {
    return {{"code", info.code},
            {"state", habeas::campaign_state_name(info.state)},
            {"version", info.version},
            {"definition", parse_own(info.definition)},
            {"pause_reason", info.pause_reason},
            {"published_at", time_json(info.published_at)},
            {"members", info.members},
            {"pending", info.pending},
            {"failed", info.failed}};
}

habeas::CampaignRunOptions run_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::CampaignRunOptions options;
    in.read("now", options.now);
    in.read("campaign", options.campaign);
    in.read_number("limit", options.limit, 1, 1'000'000'000);
    in.read_number("batch", options.batch, 1, 100'000);
    in.finish();
    return options;
}

Json report_json(const habeas::CampaignRunReport& report) {
    return {{"enrolled", report.enrolled}, {"left", report.left},
            {"done", report.done},         {"skipped", report.skipped},
            {"failed", report.failed},     {"host_calls", report.host_calls},
            {"paused", report.paused},     {"more", report.more}};
}

Json simulation_json(const habeas::Simulation& simulation) {
    Json steps = Json::array();
    for (const habeas::SimulatedStep& each : simulation.steps) {
        steps.push_back({{"at", habeas::format_time(each.at)},
                         {"subject", number(each.subject)},
                         {"campaign", each.campaign},
                         {"event", each.event},
                         {"what", each.what},
                         {"outcome", each.outcome}});
    }
    return {{"steps", std::move(steps)}, {"more", simulation.more}};
}

} // namespace

extern "C" {

habeas_status habeas_campaign_define(habeas_store* store, const char* campaign,
                                     size_t campaign_size, int32_t* version) {
    return guard([&] {
        expect(version, "version");
        const std::string wanted = string_in(campaign, campaign_size, "campaign");
        *version = Campaigns(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_campaign_adopt(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Campaigns(StoreUse(store).store()).adopt(which);
    });
}

habeas_status habeas_campaign_publish(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Campaigns(StoreUse(store).store()).publish(which);
    });
}

habeas_status habeas_campaign_pause(habeas_store* store, const char* code, size_t code_size,
                                    const char* reason, size_t reason_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        const std::string why = string_in(reason, reason_size, "reason");
        Campaigns(StoreUse(store).store()).pause(which, why);
    });
}

habeas_status habeas_campaign_retire(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Campaigns(StoreUse(store).store()).retire(which);
    });
}

habeas_status habeas_campaign_list(habeas_store* store, habeas_string* campaigns) {
    return guard([&] {
        expect(campaigns, "campaigns");
        Json out = Json::array();
        for (const habeas::CampaignInfo& each : Campaigns(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(campaigns, out);
    });
}

habeas_status habeas_campaign_find(habeas_store* store, const char* code, size_t code_size,
                                   habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Campaigns(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such campaign", "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_campaign_enrol(habeas_store* store, const char* code, size_t code_size,
                                    int64_t subject) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Campaigns(StoreUse(store).store()).enrol(which, subject_in(subject));
    });
}

habeas_status habeas_campaign_remove_member(habeas_store* store, const char* code, size_t code_size,
                                            int64_t subject) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Campaigns(StoreUse(store).store()).remove_member(which, subject_in(subject));
    });
}

habeas_status habeas_campaign_run(habeas_store* store, const char* options, size_t options_size,
                                  habeas_progress_fn progress, void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        habeas::CampaignRunOptions wanted = run_options_in(options, options_size);
        ProgressCall call(progress, user);
        wanted.progress = call.progress();
        const StoreUse use(store);
        give_json(report,
                  report_json(call.run([&] { return Campaigns(use.store()).run(wanted); })));
    });
}

habeas_status habeas_campaign_record_signal(habeas_store* store, int64_t subject, int32_t kind,
                                            const char* key, size_t key_size, int64_t at) {
    return guard([&] {
        const auto what = enum_in(kind, habeas::SignalKind::submitted, "kind");
        const std::string about = string_in(key, key_size, "key");
        Campaigns(StoreUse(store).store())
            .record_signal(subject_in(subject), what, about, time_in(at));
    });
}

habeas_status habeas_campaign_host_set(habeas_store* store, habeas_host_fn host, void* user,
                                       void (*free_user)(void*)) {
    return guard([&] {
        User keep(user, free_user);
        StoreUse(store)->set_host(host, std::move(keep));
    });
}

habeas_status habeas_campaign_simulate(habeas_store* store, int64_t from, int64_t to,
                                       const char* code, size_t code_size, size_t limit,
                                       habeas_string* simulation) {
    return guard([&] {
        expect(simulation, "simulation");
        const habeas::Time first = calendar_time_in(from, "from");
        const habeas::Time last = calendar_time_in(to, "to");
        const std::string which = string_in(code, code_size, "code");
        give_json(simulation,
                  simulation_json(Campaigns(StoreUse(store).store())
                                      .simulate(first, last, which, limit == 0 ? 100'000 : limit)));
    });
}

habeas_status habeas_campaign_counts(habeas_store* store, const char* code, size_t code_size,
                                     habeas_string* counts) {
    return guard([&] {
        expect(counts, "counts");
        const std::string which = string_in(code, code_size, "code");
        Json out = Json::array();
        for (const habeas::EventCount& each : Campaigns(StoreUse(store).store()).counts(which)) {
            out.push_back(
                {{"event", each.event}, {"outcome", each.outcome}, {"count", each.count}});
        }
        give_json(counts, out);
    });
}

habeas_status habeas_campaign_show(habeas_store* store, const char* code, size_t code_size,
                                   habeas_string* text) {
    return guard([&] {
        expect(text, "text");
        const std::string which = string_in(code, code_size, "code");
        give_string(text, Campaigns(StoreUse(store).store()).show(which));
    });
}

habeas_status habeas_campaign_show_svg(habeas_store* store, const char* code, size_t code_size,
                                       habeas_string* svg) {
    return guard([&] {
        expect(svg, "svg");
        const std::string which = string_in(code, code_size, "code");
        give_string(svg, Campaigns(StoreUse(store).store()).show_svg(which));
    });
}
}
