// Retention: rules, what they would take and took.
#include "habeas/retention.hpp"

#include "callbacks.hpp"
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Retention;

namespace {

Json info_json(const habeas::RetentionRuleInfo& info) {
    return {{"rule", parse_own(Retention::to_json(info.rule))},
            {"looked_at", time_json(info.looked_at)},
            {"fault", info.fault}};
}

Json kept_json(const std::map<std::string, std::uint64_t>& kept) {
    Json out = Json::object();
    for (const auto& [why, count] : kept) {
        out[why] = count;
    }
    return out;
}

Json preview_json(const habeas::RetentionPreview& preview) {
    Json due = Json::array();
    for (const habeas::RetentionDue& each : preview.due) {
        due.push_back(
            {{"subject", number(each.subject)}, {"due_at", habeas::format_time(each.due_at)}});
    }
    return {{"rule", preview.rule},
            {"subjects", preview.subjects},
            {"due", std::move(due)},
            {"kept", kept_json(preview.kept)}};
}

Json run_json(const habeas::RetentionRun& run) {
    const bool written = run.id != 0;
    return {{"run", run.id},
            {"rule", run.rule},
            {"at", written ? Json(habeas::format_time(run.at)) : Json(nullptr)},
            {"actor", written ? actor_json(run.actor) : Json(nullptr)},
            {"subjects", run.subjects},
            {"rows", run.rows},
            {"kept", kept_json(run.kept)},
            {"complete", run.complete}};
}

Json runs_json(const std::vector<habeas::RetentionRun>& runs) {
    Json out = Json::array();
    for (const habeas::RetentionRun& each : runs) {
        out.push_back(run_json(each));
    }
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_retention_define(habeas_store* store, const char* rule, size_t rule_size) {
    return guard([&] {
        const habeas::RetentionRule wanted = Retention::from_json(text_in(rule, rule_size, "rule"));
        Retention(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_retention_remove(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Retention(StoreUse(store).store()).remove(which);
    });
}

habeas_status habeas_retention_list(habeas_store* store, habeas_string* rules) {
    return guard([&] {
        expect(rules, "rules");
        Json out = Json::array();
        for (const habeas::RetentionRuleInfo& each : Retention(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(rules, out);
    });
}

habeas_status habeas_retention_find(habeas_store* store, const char* code, size_t code_size,
                                    habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Retention(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such rule", "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_retention_preview(habeas_store* store, const char* code, size_t code_size,
                                       int64_t at, size_t limit, habeas_string* previews) {
    return guard([&] {
        expect(previews, "previews");
        const std::string which = string_in(code, code_size, "code");
        const auto moment = at == 0 ? std::nullopt : std::optional(calendar_time_in(at, "at"));
        const std::size_t most = limit_in(limit);
        Json out = Json::array();
        for (const habeas::RetentionPreview& each :
             Retention(StoreUse(store).store()).preview(which, moment, most)) {
            out.push_back(preview_json(each));
        }
        give_json(previews, out);
    });
}

habeas_status habeas_retention_run(habeas_store* store, const char* code, size_t code_size,
                                   uint64_t limit, habeas_progress_fn progress, void* user,
                                   habeas_string* runs) {
    return guard([&] {
        expect(runs, "runs");
        habeas::RetentionOptions options;
        options.rule = string_in(code, code_size, "code");
        options.limit = limit;
        ProgressCall call(progress, user);
        options.progress = call.progress();
        const StoreUse use(store);
        const auto done = call.run([&] { return Retention(use.store()).run(options); });
        give_json(runs, runs_json(done));
        if (call.status() != HABEAS_OK) {
            throw Stop(call.status());
        }
    });
}

habeas_status habeas_retention_runs(habeas_store* store, size_t limit, habeas_string* runs) {
    return guard([&] {
        expect(runs, "runs");
        const std::size_t most = limit_in(limit);
        give_json(runs, runs_json(Retention(StoreUse(store).store()).runs(most)));
    });
}
}
