// Decisions about one, about everybody, and about some.
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Consent;

namespace {

habeas_decision decision_out(habeas::SubjectId subject, const habeas::Decision& decision) {
    habeas_decision out{};
    out.struct_size = sizeof out;
    out.allowed = decision.allowed ? 1 : 0;
    out.subject = static_cast<std::int64_t>(subject);
    out.event = static_cast<std::int64_t>(decision.event);
    out.holds_until = time_out(decision.holds_until);
    out.reason = static_cast<std::int32_t>(decision.reason);
    return out;
}

habeas::DecideOptions decide_options(const habeas_decide_options* given) {
    const habeas_decide_options options = struct_in(given, "options");
    habeas::DecideOptions out;
    out.at = time_in(options.at);
    out.known_at = time_in(options.known_at);
    out.controller = string_in(options.controller, "controller");
    return out;
}

habeas::FilterOptions filter_options(const habeas_filter_options* given) {
    const habeas_filter_options options = struct_in(given, "options");
    habeas::FilterOptions out;
    out.denied_too = flag_in(options.denied_too, "denied_too");
    out.at = time_in(options.at);
    out.known_at = time_in(options.known_at);
    out.controller = string_in(options.controller, "controller");
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_decision_init(habeas_decision* decision, size_t struct_size) {
    return guard([&] { init_struct(decision, struct_size, "decision"); });
}
habeas_status habeas_decide_options_init(habeas_decide_options* options, size_t struct_size) {
    return guard([&] { init_struct(options, struct_size, "options"); });
}
habeas_status habeas_filter_options_init(habeas_filter_options* options, size_t struct_size) {
    return guard([&] { init_struct(options, struct_size, "options"); });
}

habeas_status habeas_may_process(habeas_store* store, int64_t subject, const char* purpose,
                                 size_t purpose_size, int32_t channel,
                                 const habeas_decide_options* options, habeas_decision* decision) {
    return guard([&] {
        expect_struct(decision, "decision");
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const habeas::Channel over = channel_in(channel);
        const auto wanted = decide_options(options);
        const habeas::SubjectId who = subject_in(subject);
        give_struct(
            decision,
            decision_out(who,
                         Consent(StoreUse(store).store()).may_process(who, code, over, wanted)));
    });
}

habeas_status habeas_explain(habeas_store* store, int64_t subject, const char* purpose,
                             size_t purpose_size, int32_t channel,
                             const habeas_decide_options* options, habeas_string* explanation) {
    return guard([&] {
        expect(explanation, "explanation");
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const habeas::Channel over = channel_in(channel);
        const auto wanted = decide_options(options);
        const auto why =
            Consent(StoreUse(store).store()).explain(subject_in(subject), code, over, wanted);
        give_string(explanation, why.to_json());
    });
}

habeas_status habeas_filter(habeas_store* store, const char* purpose, size_t purpose_size,
                            int32_t channel, const habeas_filter_options* options,
                            habeas_decision_fn row, void* user) {
    return guard([&] {
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const habeas::Channel over = channel_in(channel);
        const auto wanted = filter_options(options);
        if (row == nullptr) {
            refuse_argument("row", "NULL");
        }
        const StoreUse use(store);
        habeas_status status = HABEAS_OK;
        Consent(use.store())
            .filter(
                code, over,
                [&](habeas::SubjectId subject, const habeas::Decision& decision) {
                    const habeas_decision out = decision_out(subject, decision);
                    status = call_back(row, user, &out);
                    return status == HABEAS_OK;
                },
                wanted);
        if (status != HABEAS_OK) {
            throw Stop(status);
        }
    });
}

habeas_status habeas_filter_subjects(habeas_store* store, const char* purpose, size_t purpose_size,
                                     int32_t channel, const habeas_filter_options* options,
                                     const int64_t* subjects, size_t count,
                                     habeas_decision* decisions) {
    return guard([&] {
        if (count == 0) {
            return;
        }
        expect_struct(decisions, "decisions");
        const std::uint32_t size = decisions->struct_size;
        auto* place = reinterpret_cast<unsigned char*>(decisions);
        const auto at = [&](std::size_t index) {
            return reinterpret_cast<habeas_decision*>(place + index * size);
        };
        for (std::size_t index = 0; index < count; ++index) {
            init_struct(at(index), size, "decisions");
        }
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const habeas::Channel over = channel_in(channel);
        const auto wanted = filter_options(options);
        std::vector<habeas::SubjectId> who;
        who.reserve(count);
        for (const std::int64_t each : array_in(subjects, count, "subjects")) {
            who.push_back(subject_in(each));
        }
        const auto found = Consent(StoreUse(store).store()).filter(who, code, over, wanted);
        for (std::size_t index = 0; index < count; ++index) {
            give_struct(at(index), decision_out(who[index], found[index]));
        }
    });
}

habeas_status habeas_transfer_guard_set(habeas_store* store, habeas_transfer_fn guard_function,
                                        void* user, void (*free_user)(void*)) {
    return guard([&] {
        User keep(user, free_user);
        std::unique_ptr<HostGuard> host;
        if (guard_function != nullptr) {
            host = std::make_unique<HostGuard>(guard_function, std::move(keep));
        }
        StoreUse(store)->set_guard(std::move(host));
    });
}
}
