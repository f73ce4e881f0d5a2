// covers: capi/calls.cpp
// Laws of calls by name: any method with any parameters gives a status and a text, the error's text
// is there, and what is rolled back is gone.
#include "fuzz.hpp"

#include "habeas.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace {

constexpr std::size_t nul = HABEAS_NUL_TERMINATED;

std::int32_t answer(void*, const char*, std::size_t, const char*, std::size_t,
                    habeas_reply* reply) {
    return habeas_reply_set(reply, "null", nul);
}

habeas_status call(habeas_store* store, const std::string& method, std::string_view params,
                   std::string& out) {
    habeas_string result{};
    const habeas_status status = habeas_call(store, method.data(), method.size(), params.data(),
                                             params.size(), answer, nullptr, &result);
    fuzz::require((result.data != nullptr) == (status == HABEAS_OK), "a text or a failure");
    if (status == HABEAS_OK) {
        out.assign(result.data, result.size);
        fuzz::require(nlohmann::json::accept(out), "what it gives is JSON");
    } else {
        habeas_error error;
        habeas_error_init(&error, sizeof error);
        habeas_last_error(&error);
        fuzz::require(error.status == status && error.message[0] != '\0', "a failure is told");
        fuzz::require(status != HABEAS_E_INTERNAL && status != HABEAS_E_CORRUPT,
                      "it is told as what it is");
    }
    habeas_string_free(&result);
    return status;
}

/// One of everything that calls are about.
habeas_store* make_store() {
    static const char* const made[][2] = {
        {"purpose.define",
         R"({"purpose":{"code":"n","basis":"consent","kind":"marketing","channels":["email"],
             "texts":[{"texts":[{"language":"en","text":"words","label":"Yes"}]}]}})"},
        {"setting.set", R"({"name":"sender","value":"shop@example.org"})"},
        {"subject.create", R"({"input":{"fields":{"email":"a@example.org"}}})"},
        {"subject.create", R"({"input":{"fields":{"email":"b@example.org"}}})"},
        {"segment.define",
         R"({"segment":{"code":"s","filter":{"field":"id","op":"gt","value":0}}})"},
        {"form.define",
         R"({"form":{"code":"f","primary_purpose":"n","fields":[{"name":"mail","type":"email",
             "label":"E-mail","maps_to":"email"}]}})"},
        {"holder.define", R"({"holder":{"code":"h","operations":["export","erase"]}})"},
        {"holder.attach", R"({"code":"h"})"},
    };
    habeas_store* store = nullptr;
    fuzz::require(habeas_call_open(R"({"memory":true})", nul, nullptr, nullptr, &store) ==
                      HABEAS_OK,
                  "a store in memory");
    std::string text;
    for (const auto& each : made) {
        fuzz::require(call(store, each[0], each[1], text) == HABEAS_OK, each[0]);
    }
    return store;
}

bool one_of(std::string_view method, std::initializer_list<std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view each) { return method.starts_with(each); });
}

/// Files, other machines, and SQL that runs as long as its caller likes.
bool reaches_out(std::string_view method, std::string_view params) {
    return one_of(method, {"backup.", "bounce.ingest_maildir", "export.file", "export.many",
                           "gateway.", "journal.", "outbox.", "query", "store.migrate"}) ||
           (method.starts_with("import.") && !method.ends_with("_text")) ||
           params.find_first_of("/\\") != std::string_view::npos;
}

/// What no transaction takes back.
bool stays(std::string_view method, std::string_view params) {
    return one_of(method, {"bulk", "cursor.", "segment.match", "segment.members", "snapshot.",
                           "store.", "subject.list", "transaction."}) ||
           method.ends_with("attach") || method.ends_with("detach") ||
           params.find("progress") != std::string_view::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static habeas_store* store = make_store();
    // A line with the method, then its parameters.
    const std::string_view input = fuzz::view(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const std::string method(input.substr(0, end));
    const std::string_view params = input.substr(std::min(end + 1, input.size()));
    if (reaches_out(method, params)) {
        return 0;
    }
    std::string text;
    const bool anew = stays(method, params);
    fuzz::require(anew || habeas_transaction_begin(store) == HABEAS_OK, "a transaction begins");
    (void)call(store, method, params, text);
    if (anew || habeas_transaction_rollback(store) != HABEAS_OK) { // or the call ended it
        habeas_store_close(store);
        store = make_store();
    }
    fuzz::require(call(store, "subject.count", "{}", text) == HABEAS_OK && text == "2",
                  "what is rolled back is gone");
    return 0;
}
