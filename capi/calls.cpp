#include "calls.hpp"

#include <map>

namespace habeas::capi {
namespace {

std::string tell_methods();

const std::map<std::string, Method, std::less<>>& table() {
    static const auto all = [] {
        std::map<std::string, Method, std::less<>> out;
        for (Methods part :
             {store_methods(), people_methods(), consent_methods(), decision_methods(),
              privacy_methods(), marketing_methods(), message_methods(), callback_methods()}) {
            for (Method& each : part) {
                std::string name = each.name;
                out.emplace(std::move(name), std::move(each));
            }
        }
        return out;
    }();
    return all;
}

std::string tell_methods() {
    Json out = Json::array();
    for (const auto& each : table()) {
        Json parameters = Json::array();
        for (const Parameter& one : each.second.parameters) {
            parameters.push_back(
                {{"name", one.name}, {"kind", one.kind}, {"required", one.required}});
        }
        out.push_back({{"method", each.first}, {"parameters", std::move(parameters)}});
    }
    return dump(out);
}

std::string run(habeas_store* store, std::string_view name, const Json& params);

/// What the last error was, of one call of many.
std::string error_of(const Error& error) {
    const Json out{{"error",
                    {{"status", errc_name(error.code())},
                     {"where", error.where()},
                     {"message", error.what()}}}};
    return dump(out);
}

/// Many calls, one after the other; each has a result or an error of its own, unless an error gives
/// all of them up.
std::string run_each(habeas_store* store, const Json& calls, bool give_up) {
    std::string out = "[";
    ObjectReader::each_of(calls, "/calls", [&](const Json& each, const std::string& place) {
        ObjectReader in(each, place);
        std::string method;
        in.read("method", method);
        const Json* params = in.find("params");
        in.finish();
        if (method == "bulk") {
            refuse_at(place + "/method", "not within itself");
        }
        out += out.size() > 1 ? "," : "";
        try {
            out += R"({"result":)" +
                   run(store, method, params == nullptr ? Json::object() : *params) + "}";
        } catch (const Error& error) {
            if (give_up) {
                throw Error(error.code(), error.what(), place, error.sqlite_code());
            }
            out += error_of(error);
        }
    });
    return out + "]";
}

/// In one transaction: all or none, and the place of the one that failed.
std::string run_many(Call& call) {
    const Json& calls = member(call, "calls");
    bool together = false;
    call.in.read("transaction", together);
    call.in.finish();
    if (!together) {
        return written([&] { return run_each(call.store, calls, false); });
    }
    check(habeas_transaction_begin(call.store));
    try {
        std::string out = run_each(call.store, calls, true);
        check(habeas_transaction_commit(call.store));
        return out;
    } catch (...) {
        (void)habeas_transaction_rollback(call.store);
        try {
            throw;
        } catch (const NoMemoryForResult&) {
            throw std::bad_alloc(); // what was done is undone
        }
    }
}

std::string run(habeas_store* store, std::string_view name, const Json& params) {
    Call call{store, ObjectReader(params, "")};
    if (name == "methods") {
        call.in.finish();
        return tell_methods();
    }
    if (name == "bulk") {
        return run_many(call);
    }
    const auto found = table().find(name);
    if (found == table().end()) {
        throw Error(Errc::not_found, "there is no such method; the method \"methods\" tells them",
                    "method");
    }
    return found->second.run(call);
}

} // namespace

void check(habeas_status status) {
    if (status == HABEAS_OK) {
        return;
    }
    habeas_error error{};
    (void)habeas_error_init(&error, sizeof error);
    (void)habeas_last_error(&error);
    const bool of_habeas = status <= HABEAS_E_INTERNAL && status >= HABEAS_E_CALLBACK;
    if (!of_habeas) {
        throw Stop(status);
    }
    throw Error(static_cast<Errc>(status), error.message, error.where, error.sqlite_code);
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_text(std::string_view text) {
    return dump(Json(std::string(text)));
}

const Json& member(Call& call, const char* name) {
    const Json* found = call.in.find(name);
    if (found == nullptr) {
        refuse_at(call.in.at(name), "is missing");
    }
    return *found;
}

std::vector<std::int64_t> numbers_at(const Json& value, const std::string& pointer) {
    if (!value.is_array()) {
        refuse_at(pointer, "write an array");
    }
    std::vector<std::int64_t> out;
    out.reserve(value.size());
    for (const Json& each : value) { // the pointer is written only where it is needed
        out.push_back(each.is_number_integer()
                          ? each.get<std::int64_t>()
                          : integer_at(each, pointer + "/" + std::to_string(out.size())));
    }
    return out;
}

std::string as_text(const habeas_text& text) {
    return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

void read_flag(ObjectReader& in, const char* name, std::int32_t& flag) {
    bool value = false;
    in.read(name, value);
    flag = value ? 1 : 0;
}

Parameters joined(Parameters first, const Parameters& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

habeas_text Texts::keep(std::string text) {
    return view_of(kept_.emplace_back(std::move(text)));
}

std::int64_t time_at(const Json& value, const std::string& pointer) {
    const std::string text = text_at(value, pointer);
    std::int64_t out = 0;
    if (habeas_time_parse(text.data(), text.size(), &out) != HABEAS_OK) {
        refuse_at(pointer, "write a time by RFC 3339, or a date");
    }
    return out;
}

std::int32_t word_at(const Json& value, const std::string& pointer, std::int32_t list) {
    const std::string text = text_at(value, pointer);
    std::int32_t out = 0;
    if (habeas_value(list, text.data(), text.size(), &out) != HABEAS_OK) {
        refuse_at(pointer, "no such name");
    }
    return out;
}

TextIn::Held TextIn::load(Call& call) const {
    const Json* found = required ? &member(call, name) : call.in.find(name);
    return found == nullptr ? Held{{}, false} : Held{text_at(*found, call.in.at(name)), true};
}

DocumentIn::Held DocumentIn::load(Call& call) const {
    const Json* found = required ? &member(call, name) : call.in.find(name);
    return found == nullptr ? Held{{}, false} : Held{dump(*found), true};
}

FlagIn::Held FlagIn::load(Call& call) const {
    Held out{0};
    read_flag(call.in, name, out.value);
    return out;
}

TimeIn::Held TimeIn::load(Call& call) const {
    const Json* found = required ? &member(call, name) : call.in.find(name);
    return {found == nullptr ? 0 : time_at(*found, call.in.at(name))};
}

ListWordIn::Held ListWordIn::load(Call& call) const {
    const Json* found = required ? &member(call, name) : call.in.find(name);
    return {found == nullptr ? 0 : word_at(*found, call.in.at(name), list)};
}

WordIn::Held WordIn::load(Call& call) const {
    const Json* found = call.in.find(name);
    if (found == nullptr) {
        return {0};
    }
    const std::string word = text_at(*found, call.in.at(name));
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (word == words[at]) {
            return {static_cast<std::int32_t>(at)};
        }
    }
    refuse_at(call.in.at(name), "write one of its words; the method \"methods\" tells them");
}

Parameter WordIn::parameter() const {
    Parameter out{name, {}, false};
    for (const char* each : words) {
        out.kind += (out.kind.empty() ? "" : "|") + std::string(each);
    }
    return out;
}

std::string TimeOut::Held::result() const {
    GivenString text;
    check(habeas_time_format(value, text.out()));
    return json_text(text.view());
}

} // namespace habeas::capi

using namespace habeas::capi;

extern "C" {

habeas_status habeas_call(habeas_store* store, const char* method, size_t method_size,
                          const char* params, size_t params_size, habeas_callback_fn callback,
                          void* user, habeas_string* result) {
    return guard([&] {
        expect(result, "result");
        const std::string name = string_in(method, method_size, "method");
        const Json given = parse_options(params, params_size, "params");
        const HostOfCall host(callback, user);
        const std::string text = run(store, name, given);
        written([&] { give_string(result, text); });
    });
}

habeas_status habeas_call_open(const char* options, size_t options_size,
                               habeas_callback_fn callback, void* user, habeas_store** store) {
    return guard([&] {
        expect(store, "store");
        const Json given = parse_document(options, options_size, "options");
        const HostOfCall host(callback, user);
        *store = OpenDocument(given).open();
    });
}
}
