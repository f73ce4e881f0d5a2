// Data holders and holds on an erasure.
#include "habeas/holder.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

#include <set>

using namespace habeas::capi;
using habeas::DataHolders;
using habeas::HolderOperation;
using habeas::HolderTaskId;

/// What the host says while it is called; good for the length of the call.
struct habeas_holder_reply {
    static constexpr std::uint64_t mark = 0x68616265'7265706cULL;
    std::uint64_t tag = mark; ///< tells a pointer to something else, as long as it can be read
    habeas::HolderAnswer answer;
};

namespace habeas::capi {
namespace {

HolderOperation operation_in(std::int32_t value, std::string_view name) {
    return enum_in(value, HolderOperation::tell, name);
}

std::string document_of(const HolderCall& call) {
    Json identifiers = Json::array();
    for (const HolderIdentifier& each : call.identifiers) {
        identifiers.push_back({{"kind", identifier_kind_name({each.kind, each.system, {}})},
                               {"normal", each.normal},
                               {"typed", each.typed}});
    }
    const Json document{{"former", numbers_json(call.former)},
                        {"identifiers", std::move(identifiers)},
                        {"fields", parse_own(call.fields)}};
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HolderAnswer ask(habeas_holder_fn function, void* user, const HolderCall& call) {
    const std::string document = document_of(call);
    habeas_holder_call view{};
    view.struct_size = sizeof view;
    view.operation = static_cast<std::int32_t>(call.operation);
    view.about = static_cast<std::int32_t>(call.about);
    view.task = number(call.task);
    view.subject = number(call.subject);
    view.page = call.page;
    view.attempt = call.attempt;
    view.key = view_of(call.key);
    view.cursor = view_of(call.cursor);
    view.document = view_of(document);
    habeas_holder_reply reply;
    const habeas_status status =
        call_back(function, user, static_cast<const habeas_holder_call*>(&view), &reply);
    if (status != HABEAS_OK) {
        throw Stop(status);
    }
    return std::move(reply.answer);
}

HolderRunOptions holder_options_in(const char* data, std::size_t size) {
    constexpr std::int64_t year = std::int64_t{365} * 86'400'000;
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    HolderRunOptions options;
    in.read("now", options.now);
    in.read_number("limit", options.limit, 1, 1'000'000'000);
    const std::pair<const char*, std::chrono::milliseconds*> times[] = {
        {"time_out_ms", &options.time_out},
        {"first_backoff_ms", &options.first_backoff},
        {"longest_backoff_ms", &options.longest_backoff}};
    for (const auto& [name, value] : times) {
        std::int64_t ms = value->count();
        in.read_number(name, ms, 1, year);
        *value = std::chrono::milliseconds(ms);
    }
    in.finish();
    return options;
}

HolderTaskQuery task_query_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "query");
    ObjectReader in(document, "");
    HolderTaskQuery query;
    in.read("subject", query.subject);
    in.read("holder", query.holder);
    in.read_name("operation", query.operation, holder_operation);
    in.read("open_only", query.open_only);
    in.finish();
    return query;
}

/// All that the declaration names, unless some are given.
std::set<HolderOperation> operations_in(Store& store, const std::string& code,
                                        std::span<const std::int32_t> given) {
    std::set<HolderOperation> out;
    for (const std::int32_t each : given) {
        out.insert(operation_in(each, "operations"));
    }
    if (out.empty()) {
        if (const auto known = DataHolders(store).find(code)) {
            out.insert(known->operations.begin(), known->operations.end());
        }
    }
    return out;
}

template <class Each>
Json list_of(const std::vector<Each>& all) {
    Json out = Json::array();
    for (const Each& each : all) {
        out.push_back(parse_own(DataHolders::json_of(each)));
    }
    return out;
}

} // namespace

void StoreObject::set_holder(const std::string& code, std::span<const std::int32_t> operations,
                             habeas_holder_fn function, User user) {
    HolderCallbacks callbacks;
    if (function != nullptr) {
        for (const HolderOperation each : operations_in(store_, code, operations)) {
            callbacks[each] = [function, kept = user.get()](const HolderCall& call) {
                return ask(function, kept, call);
            };
        }
    }
    User& kept = users_.holders[code]; // nothing may fail once it is attached
    DataHolders(store_).attach(code, std::move(callbacks));
    kept = std::move(user);
}

} // namespace habeas::capi

extern "C" {

habeas_status habeas_holder_define(habeas_store* store, const char* holder, size_t holder_size) {
    return guard([&] {
        const std::string document = string_in(holder, holder_size, "holder");
        DataHolders(StoreUse(store).store()).define(document);
    });
}

habeas_status habeas_holder_remove(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        DataHolders(StoreUse(store).store()).remove(which);
    });
}

habeas_status habeas_holder_get(habeas_store* store, const char* code, size_t code_size,
                                habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = DataHolders(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such data holder", "code");
        }
        give_string(info, DataHolders::json_of(*found));
    });
}

habeas_status habeas_holder_list(habeas_store* store, habeas_string* holders) {
    return guard([&] {
        expect(holders, "holders");
        give_json(holders, list_of(DataHolders(StoreUse(store).store()).list()));
    });
}

habeas_status habeas_holder_attach(habeas_store* store, const char* code, size_t code_size,
                                   const int32_t* operations, size_t operation_count,
                                   habeas_holder_fn function, void* user,
                                   void (*free_user)(void* user)) {
    return guard([&] {
        User keep(user, free_user);
        const std::string which = string_in(code, code_size, "code");
        const auto what = array_in(operations, operation_count, "operations");
        StoreUse(store)->set_holder(which, what, function, std::move(keep));
    });
}

habeas_status habeas_holder_reply_set(habeas_holder_reply* reply, const char* answer,
                                      size_t answer_size) {
    return guard([&] {
        if (reply == nullptr || reply->tag != habeas_holder_reply::mark) {
            refuse_argument("reply", "no reply that a callback of a data holder was given");
        }
        reply->answer = DataHolders::answer_of(text_in(answer, answer_size, "answer"));
    });
}

habeas_status habeas_holder_ask(habeas_store* store, int64_t subject, int32_t operation,
                                int64_t* opened) {
    return guard([&] {
        expect(opened, "opened");
        const HolderOperation what = operation_in(operation, "operation");
        *opened = static_cast<std::int64_t>(
            DataHolders(StoreUse(store).store()).ask(subject_in(subject), what).size());
    });
}

habeas_status habeas_holder_run(habeas_store* store, const char* options, size_t options_size,
                                habeas_progress_fn progress, void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        habeas::HolderRunOptions wanted = holder_options_in(options, options_size);
        ProgressCall call(progress, user);
        wanted.progress = call.progress();
        const StoreUse use(store);
        const auto done = call.run([&] { return DataHolders(use.store()).run(wanted); });
        if (call.status() != HABEAS_OK) {
            throw Stop(call.status());
        }
        give_string(report, DataHolders::json_of(done));
    });
}

habeas_status habeas_holder_answer(habeas_store* store, int64_t task, const char* answer,
                                   size_t answer_size) {
    return guard([&] {
        const habeas::HolderAnswer what =
            answer == nullptr ? habeas::HolderAnswer{}
                              : DataHolders::answer_of(text_in(answer, answer_size, "answer"));
        DataHolders(StoreUse(store).store()).answer(HolderTaskId{task}, what);
    });
}

habeas_status habeas_holder_task_get(habeas_store* store, int64_t task, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        give_string(document, DataHolders::json_of(
                                  DataHolders(StoreUse(store).store()).get(HolderTaskId{task})));
    });
}

habeas_status habeas_holder_task_list(habeas_store* store, const char* query, size_t query_size,
                                      habeas_string* tasks) {
    return guard([&] {
        expect(tasks, "tasks");
        const habeas::HolderTaskQuery wanted = task_query_in(query, query_size);
        give_json(tasks, list_of(DataHolders(StoreUse(store).store()).tasks(wanted)));
    });
}

habeas_status habeas_holder_exported(habeas_store* store, int64_t subject, habeas_string* data) {
    return guard([&] {
        expect(data, "data");
        give_string(data, DataHolders(StoreUse(store).store()).exported(subject_in(subject)));
    });
}

habeas_status habeas_holder_opendsr(habeas_store* store, int64_t task, habeas_string* request) {
    return guard([&] {
        expect(request, "request");
        give_string(request, DataHolders(StoreUse(store).store()).opendsr_json(HolderTaskId{task}));
    });
}

habeas_status habeas_hold_place(habeas_store* store, int64_t subject, const char* ground,
                                size_t ground_size, int64_t until, int64_t* hold) {
    return guard([&] {
        expect(hold, "hold");
        const std::string why = string_in(ground, ground_size, "ground");
        *hold = number(
            DataHolders(StoreUse(store).store()).hold(subject_in(subject), why, time_in(until)));
    });
}

habeas_status habeas_hold_lift(habeas_store* store, int64_t hold) {
    return guard([&] { DataHolders(StoreUse(store).store()).lift(habeas::HoldId{hold}); });
}

habeas_status habeas_hold_list(habeas_store* store, int64_t subject, int32_t open_only,
                               habeas_string* holds) {
    return guard([&] {
        expect(holds, "holds");
        const bool open = flag_in(open_only, "open_only");
        const auto who = subject == 0 ? std::nullopt : std::optional(subject_in(subject));
        give_json(holds, list_of(DataHolders(StoreUse(store).store()).holds(who, open)));
    });
}
}
