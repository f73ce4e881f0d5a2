// Memory that runs out at each allocation of a call: a clear status, the error kept, nothing lost.
#include "catch.hpp"
#include "faults/failing_memory.hpp"

#include <habeas.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

using habeas::faults::FailingNew;

namespace {

constexpr std::size_t nul = HABEAS_NUL_TERMINATED;

struct TestHandle {
    TestHandle() {
        habeas_store_open_memory(nullptr, &store);
        std::int32_t number = 0;
        habeas_purpose_define(store,
                              R"({"code":"newsletter","basis":"consent","kind":"marketing",
                                  "channels":["email"]})",
                              nul);
        habeas_purpose_add_text(store, "newsletter", nul,
                                R"({"texts":[{"language":"en","text":"News","label":"Yes"}]})", nul,
                                &number);
        habeas_subject_create(store, R"({"fields":{"email":"ada@example.org"}})", nul, &subject);
    }
    TestHandle(const TestHandle&) = delete;
    TestHandle& operator=(const TestHandle&) = delete;
    ~TestHandle() { habeas_store_close(store); }
    [[nodiscard]] std::int64_t count() const {
        std::int64_t found = -1;
        habeas_subject_count(store, &found);
        return found;
    }
    habeas_store* store = nullptr;
    std::int64_t subject = 0;
};

/// Calls again and again, each time with the next allocation failing (and those after it, where
/// `for_good`), until one gets through. Gives how many failed.
int walk(bool for_good, const std::function<habeas_status()>& call,
         const std::function<void(habeas_status)>& check) {
    int failed = 0;
    for (std::uint64_t allocation = 1;; ++allocation) {
        FailingNew::fail_at(allocation, for_good);
        const habeas_status status = call();
        const bool struck = FailingNew::struck();
        FailingNew::fail_at(0);
        if (status != HABEAS_OK) {
            habeas_error error{};
            error.struct_size = sizeof error;
            habeas_last_error(&error);
            CAPTURE(allocation, error.message);
            CHECK(status == HABEAS_E_OUT_OF_MEMORY);
            CHECK(error.status == status);
            CHECK(std::strlen(error.message) > 0);
            ++failed;
        }
        check(status);
        if (!struck) {
            CHECK(status == HABEAS_OK);
            return failed;
        }
        REQUIRE(allocation < 20000);
    }
}

} // namespace

TEST_CASE("capi: a store that memory does not suffice for is not opened", "[capi][memory]") {
    for (const bool for_good : {false, true}) {
        habeas_store* store = nullptr;
        const int failed = walk(
            for_good, [&] { return habeas_store_open_memory(nullptr, &store); },
            [&](habeas_status status) {
                CHECK((store != nullptr) == (status == HABEAS_OK));
                habeas_store_close(store);
                store = nullptr;
            });
        CHECK(failed > 20);
    }
}

TEST_CASE("capi: a subject for whom memory does not suffice is not created", "[capi][memory]") {
    TestHandle handle;
    for (const bool for_good : {false, true}) {
        std::int64_t expected = handle.count();
        int names = 0;
        const int failed = walk(
            for_good,
            [&] {
                // Each time somebody else, named without memory.
                char input[128];
                std::snprintf(input, sizeof input,
                              R"({"fields":{"email":"p%d%d@example.org","first_name":"Some"}})",
                              names, for_good ? 1 : 0);
                std::int64_t subject = 9;
                const habeas_status status =
                    habeas_subject_create(handle.store, input, nul, &subject);
                CHECK((subject > 0) == (status == HABEAS_OK));
                return status;
            },
            [&](habeas_status status) {
                ++names;
                expected += status == HABEAS_OK ? 1 : 0;
                CHECK(handle.count() == expected);
            });
        CHECK(failed > 20);
    }
}

TEST_CASE("capi: consent is recorded or not, and a decision is given or not, but nothing between",
          "[capi][memory]") {
    TestHandle handle;
    habeas_event event;
    habeas_event_init(&event, sizeof event);
    event.kind = HABEAS_EVENT_GRANTED;
    event.subject = handle.subject;
    event.purpose = {"newsletter", nul};
    event.channel = HABEAS_CHANNEL_EMAIL;
    event.text_version = 1;
    event.method = {"form", nul};
    habeas_decision decision;
    habeas_decision_init(&decision, sizeof decision);
    const auto allowed = [&] {
        CHECK(habeas_may_process(handle.store, handle.subject, "newsletter", nul,
                                 HABEAS_CHANNEL_EMAIL, nullptr, &decision) == HABEAS_OK);
        return decision.allowed == 1;
    };
    bool granted = false;
    CHECK(walk(
              true,
              [&] {
                  std::int64_t number = 9;
                  const habeas_status status = habeas_consent_record(handle.store, &event, &number);
                  CHECK((number > 0) == (status == HABEAS_OK));
                  return status;
              },
              [&](habeas_status status) {
                  granted = granted || status == HABEAS_OK;
                  CHECK(allowed() == granted);
              }) > 20);
    walk(
        true,
        [&] {
            return habeas_may_process(handle.store, handle.subject,
                                      "a_purpose_with_a_long_name_too", nul, HABEAS_CHANNEL_EMAIL,
                                      nullptr, &decision);
        },
        [&](habeas_status status) {
            CHECK(decision.reason ==
                  (status == HABEAS_OK ? HABEAS_REASON_PURPOSE_NOT_DECLARED : 0));
        });
    habeas_string report{};
    REQUIRE(habeas_store_verify(handle.store, nullptr, 0, nullptr, nullptr, &report) == HABEAS_OK);
    CHECK(std::string(report.data).find("\"ok\":true") != std::string::npos);
    habeas_string_free(&report);
}

TEST_CASE("capi: documents come whole or not at all", "[capi][memory]") {
    TestHandle handle;
    for (const bool for_good : {false, true}) {
        habeas_string text{};
        const auto check = [&](habeas_status status) {
            CHECK((text.data != nullptr) == (status == HABEAS_OK));
            habeas_string_free(&text);
        };
        CHECK(walk(
                  for_good, [&] { return habeas_subject_get(handle.store, handle.subject, &text); },
                  check) > 5);
        CHECK(walk(
                  for_good, [&] { return habeas_definitions_export(handle.store, &text); }, check) >
              20);
        CHECK(walk(
                  for_good,
                  [&] {
                      return habeas_explain(handle.store, handle.subject, "newsletter", nul,
                                            HABEAS_CHANNEL_EMAIL, nullptr, &text);
                  },
                  check) > 5);
        CHECK(walk(
                  for_good,
                  [&] {
                      return habeas_subject_upsert(
                          handle.store, R"([{"fields":{"email":"ada@example.org"}}])", nul,
                          HABEAS_ON_MATCH_UPDATE, HABEAS_BLANK_KEEP, &text);
                  },
                  check) > 20);
    }
}

TEST_CASE("capi: what is declared, queued and sent is there whole or not at all",
          "[capi][memory]") {
    TestHandle handle;
    habeas_store* store = handle.store;
    std::int32_t version = 0;
    REQUIRE(habeas_setting_set(store, "sender", nul, "shop@example.org", nul) == HABEAS_OK);
    REQUIRE(habeas_segment_define(store, R"({"code":"all","filter":{"field":"id","op":"gt",
                                             "value":0}})",
                                  nul) == HABEAS_OK);
    REQUIRE(habeas_form_define(store, R"({"code":"f","primary_purpose":"newsletter","fields":[
                                          {"name":"mail","type":"email","label":"E-mail",
                                           "maps_to":"email"}]})",
                               nul, &version) == HABEAS_OK);
    REQUIRE(habeas_form_publish(store, "f", nul, "a test", nul) == HABEAS_OK);
    REQUIRE(habeas_campaign_define(store, R"({"code":"c","sources":{"manual":true},"events":[
                                              {"id":"a","action":"add_tag","tag":"t"}]})",
                                   nul, &version) == HABEAS_OK);
    for (const bool for_good : {false, true}) {
        habeas_string text{};
        const auto whole = [&](habeas_status status) {
            CHECK((text.data != nullptr) == (status == HABEAS_OK));
            habeas_string_free(&text);
        };
        const auto read = [&](const std::function<habeas_status()>& call) {
            CHECK(walk(for_good, call, whole) > 5);
        };
        read([&] { return habeas_segment_explain(store, "all", nul, handle.subject, &text); });
        read([&] { return habeas_form_render(store, "f", nul, "{}", nul, 0, &text); });
        read([&] { return habeas_form_list(store, &text); });
        read([&] { return habeas_campaign_find(store, "c", nul, &text); });
        read([&] { return habeas_change_read(store, nullptr, 0, 10, &text); });
        int shops = 0;
        char shop[20];
        CHECK(walk(
                  for_good,
                  [&] {
                      std::snprintf(shop, sizeof shop, "shop %d_%d", shops++, for_good ? 1 : 0);
                      char definitions[120];
                      std::snprintf(
                          definitions, sizeof definitions,
                          R"({"habeas_definitions":1,"settings":{"controller":{"name":"%s"}}})",
                          shop);
                      return habeas_definitions_apply(store, definitions, nul, 0, &text);
                  },
                  [&](habeas_status status) {
                      habeas_string now{};
                      REQUIRE(habeas_setting_get(store, "controller", nul, &now) == HABEAS_OK);
                      CHECK((std::strstr(now.data, shop) != nullptr) == (status == HABEAS_OK));
                      habeas_string_free(&now);
                      whole(status);
                  }) > 20);
        int keys = 0; // one that got through in spite of a failure is another's key afterwards
        char key[20];
        CHECK(walk(
                  for_good,
                  [&] {
                      std::snprintf(key, sizeof key, "%d%d", keys++, for_good ? 1 : 0);
                      char notice[120];
                      std::snprintf(
                          notice, sizeof notice,
                          R"({"to":"a@example.org","text":"Hi","subject_line":"S","key":"%s"})",
                          key);
                      return habeas_message_notify(store, notice, nul, nullptr, 0, &text);
                  },
                  [&](habeas_status status) {
                      std::int64_t queued = 0;
                      CHECK(habeas_message_find(store, key, nul, &queued) == HABEAS_OK);
                      CHECK((queued > 0) == (status == HABEAS_OK));
                      whole(status);
                  }) > 20);
        int names = 0;
        std::int64_t expected = handle.count();
        CHECK(walk(
                  for_good,
                  [&] {
                      char values[80];
                      std::snprintf(values, sizeof values, R"({"mail":"q%d%d@example.org"})", names,
                                    for_good ? 1 : 0);
                      return habeas_form_submit(store, "f", nul, values, nul, nullptr, 0, &text);
                  },
                  [&](habeas_status status) {
                      ++names;
                      expected += status == HABEAS_OK ? 1 : 0;
                      CHECK(handle.count() == expected);
                      whole(status);
                  }) > 20);
        CHECK(walk(
                  for_good,
                  [&] {
                      char rows[80];
                      std::snprintf(rows, sizeof rows,
                                    R"([{"fields":{"email":"u%d%d@a.example"}}])", names,
                                    for_good ? 1 : 0);
                      return habeas_subject_upsert(store, rows, nul, HABEAS_ON_MATCH_UPDATE,
                                                   HABEAS_BLANK_KEEP, &text);
                  },
                  [&](habeas_status status) {
                      ++names;
                      expected += status == HABEAS_OK ? 1 : 0;
                      CHECK(handle.count() == expected);
                      whole(status);
                  }) > 20);
    }
}

TEST_CASE("capi: requests, holds, holders and rules are there whole or not at all",
          "[capi][memory]") {
    TestHandle handle;
    habeas_store* store = handle.store;
    const auto rows = [&](const char* table) { // of a documented view
        std::int64_t found = -1;
        const std::string sql = std::string("SELECT count(*) FROM ") + table;
        REQUIRE(habeas_query(
                    store, sql.c_str(), nul, nullptr, 0, 0,
                    [](void* user, const habeas_row* row) -> std::int32_t {
                        return habeas_row_integer(row, 0, static_cast<std::int64_t*>(user));
                    },
                    &found) == HABEAS_OK);
        return found;
    };
    for (const bool for_good : {false, true}) {
        /// Nothing is there of a call that failed; in the end it is there.
        const auto writes = [&](const char* table, const std::function<habeas_status()>& call) {
            CAPTURE(table);
            const std::int64_t first = rows(table);
            std::int64_t before = first;
            const int failed = walk(for_good, call, [&](habeas_status status) {
                const std::int64_t now = rows(table);
                CHECK((now == before || status == HABEAS_OK));
                before = now;
            });
            CHECK(failed > 0);
            CHECK(before > first);
        };
        std::int64_t number = 0;
        writes("v_request", [&] {
            return habeas_request_open(
                store, for_good ? HABEAS_REQUEST_ACCESS : HABEAS_REQUEST_PORTABILITY,
                handle.subject, "letter", nul, &number);
        });
        const std::int64_t request = number;
        writes("v_holder_hold", [&] {
            return habeas_hold_place(store, handle.subject, "GDPR 17(3)(e)", nul, 0, &number);
        });
        int codes = 0;
        char code[20];
        char document[200]; // written without memory of the kind that runs out
        const auto name_it = [&](const char* format) {
            std::snprintf(code, sizeof code, "h%d_%d", codes++, for_good ? 1 : 0);
            std::snprintf(document, sizeof document, format, code);
        };
        habeas_string text{};
        const auto whole = [&](habeas_status status) {
            CHECK((text.data != nullptr) == (status == HABEAS_OK));
            habeas_string_free(&text);
        };
        using Define = habeas_status (*)(habeas_store*, const char*, std::size_t);
        using Find = habeas_status (*)(habeas_store*, const char*, std::size_t, habeas_string*);
        const auto defines = [&](const char* format, Define define, Find find) {
            CHECK(walk(
                      for_good,
                      [&] {
                          name_it(format);
                          return define(store, document, nul);
                      },
                      [&](habeas_status status) {
                          CHECK(find(store, code, nul, &text) ==
                                (status == HABEAS_OK ? HABEAS_OK : HABEAS_E_NOT_FOUND));
                          whole(status);
                      }) > 20);
        };
        defines(R"({"operations":["export"],"code":"%s"})", habeas_holder_define,
                habeas_holder_get);
        defines(R"({"about":"subject","since":"activity","period":"P24M","code":"%s"})",
                habeas_retention_define, habeas_retention_find);
        writes("v_holder_task", [&] {
            return habeas_holder_ask(store, handle.subject, HABEAS_HOLDER_EXPORT, &number);
        });
        const auto read = [&](const std::function<habeas_status()>& call) {
            CHECK(walk(for_good, call, whole) > 3);
        };
        read([&] { return habeas_request_get(store, request, &text); });
        read([&] { return habeas_request_list(store, nullptr, 0, &text); });
        read([&] { return habeas_holder_task_list(store, nullptr, 0, &text); });
        read([&] { return habeas_retention_preview(store, code, nul, 0, 5, &text); });
        read([&] { return habeas_deadline(store, R"({"event":"2026-07-01"})", nul, &text); });
    }
}

TEST_CASE("capi: a call by name is done whole or not at all, and says which", "[capi][memory]") {
    TestHandle handle;
    const auto call = [&](const char* method, const char* params, habeas_string* result) {
        return habeas_call(handle.store, method, nul, params, nul, nullptr, nullptr, result);
    };
    /// Did the last call say that it was done, without memory to say more?
    const auto done_without_result = [] {
        habeas_error error{};
        error.struct_size = sizeof error;
        habeas_last_error(&error);
        return std::string_view(error.where) == "result";
    };
    for (const bool for_good : {false, true}) {
        habeas_string text{};
        const auto whole = [&](habeas_status status) {
            CHECK((text.data != nullptr) == (status == HABEAS_OK));
            habeas_string_free(&text);
        };
        const auto read = [&](const char* method, const char* params) {
            CAPTURE(method);
            CHECK(walk(
                      for_good, [&] { return call(method, params, &text); }, whole) > 5);
        };
        read("subject.get", R"({"subject":1})");
        read("decide", R"({"subject":1,"purpose":"newsletter","channel":"email"})");
        read("filter_subjects", R"({"subjects":[1,2,1],"purpose":"newsletter","columns":true})");
        read("query", R"({"sql":"SELECT id, email FROM v_subject"})");
        read("bulk", R"({"calls":[{"method":"subject.get","params":{"subject":1}}]})");
        int names = 0;
        char params[200]; // written without memory of the kind that runs out
        const auto creates = [&](const char* method, const char* format) {
            std::int64_t expected = handle.count();
            bool done = false;
            CAPTURE(method);
            CHECK(walk(
                      for_good,
                      [&] {
                          std::snprintf(params, sizeof params, format, names++, for_good ? 1 : 0);
                          const habeas_status status = call(method, params, &text);
                          done = status == HABEAS_OK || done_without_result();
                          return status;
                      },
                      [&](habeas_status status) {
                          expected += done ? 1 : 0;
                          CHECK(handle.count() == expected);
                          whole(status);
                      }) > 20);
        };
        creates("subject.create", R"({"input":{"fields":{"email":"c%d%d@example.org"}}})");
        creates("subject.upsert", R"({"rows":[{"fields":{"email":"d%d%d@example.org"}}]})");
        creates("bulk", R"({"transaction":true,"calls":[{"method":"subject.create","params":
                            {"input":{"fields":{"email":"e%d%d@example.org"}}}}]})");
    }
}
