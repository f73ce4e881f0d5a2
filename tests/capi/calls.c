/* Calls by name: the same functions through one, with what they call back. */
#include "test.h"

#include <stdlib.h>

/* What a callback is asked, and what it was asked last but for the time. */
static char asked[64], last_asked[64];
static int fail_callbacks;

static int32_t answer(void* user, const char* name, size_t name_size, const char* document,
                      size_t document_size, habeas_reply* reply) {
    (void)user;
    CHECK(strlen(document) == document_size);
    snprintf(asked, sizeof asked, "%.*s", (int)name_size, name);
    if (strcmp(asked, "clock") != 0) {
        strcpy(last_asked, asked);
    }
    if (fail_callbacks) {
        return HABEAS_E_CALLBACK;
    }
    if (strcmp(asked, "clock") == 0) {
        return habeas_reply_set(reply, "\"2026-06-01T10:00:00Z\"", NUL);
    }
    if (strcmp(asked, "holder") == 0) {
        CHECK(strstr(document, "\"holder\":\"crm\"") != NULL);
        CHECK(strstr(document, "\"operation\":\"export\"") != NULL);
        return habeas_reply_set(reply, "{\"rows\":[{\"place\":\"orders\",\"rows\":2}]}", NUL);
    }
    if (strcmp(asked, "gateway.send") == 0) {
        return habeas_reply_set(reply, "[{\"outcome\":\"sent\",\"reference\":\"77\"}]", NUL);
    }
    if (strcmp(asked, "transfer.guard") == 0) {
        return habeas_reply_set(reply, "false", NUL);
    }
    return 0;
}

static habeas_status call(habeas_store* store, const char* method, const char* params,
                          habeas_string* result) {
    return habeas_call(store, method, NUL, params, params == NULL ? 0 : NUL, answer, NULL, result);
}

/* The call goes well and gives this. */
static void gives(habeas_store* store, const char* method, const char* params, const char* wanted) {
    habeas_string result;
    CHECK_OK(call(store, method, params, &result));
    if (result.data != NULL && !CHECK(strstr(result.data, wanted) != NULL)) {
        fprintf(stderr, "  %s gives %s\n", method, result.data);
    }
    habeas_string_free(&result);
}

static void refused(habeas_store* store, const char* method, const char* params,
                    habeas_status wanted, const char* where) {
    habeas_string result;
    CHECK_ERROR(call(store, method, params, &result), wanted, where);
    CHECK(result.data == NULL && result.size == 0);
}

static habeas_store* opened(void) {
    habeas_store* store = NULL;
    CHECK_OK(habeas_call_open(document_in("call_open", "{\"memory\":true,\"clock\":true,\"actor\":{"
                                                       "\"kind\":\"person\",\"id\":\"7\"}}"),
                              NUL, answer, NULL, &store));
    return store;
}

static void a_call_is_the_function_of_its_name(void) {
    habeas_store* store = opened();
    habeas_string result, direct;
    gives(store, "store.now", NULL, "\"2026-06-01T10:00:00.000Z\"");
    gives(store, "subject.create", "{\"input\":{\"fields\":{\"email\":\"ada@example.org\"}}}", "1");
    CHECK_OK(call(store, "subject.get", "{\"subject\":1}", &result));
    CHECK_OK(habeas_subject_get(store, 1, &direct));
    CHECK(result.size == direct.size && memcmp(result.data, direct.data, direct.size) == 0);
    habeas_string_free(&result);
    habeas_string_free(&direct);
    gives(store, "subject.find", "{\"kind\":\"email\",\"value\":\"ada@example.org\"}", "1");
    gives(store, "subject.find", "{\"kind\":\"email\",\"value\":\"bob@example.org\"}", "null");
    gives(store, "tag.add", "{\"subject\":1,\"tag\":\"vip\"}", "null");
    gives(store, "tag.of", "{\"subject\":1}", "[\"vip\"]");
    gives(store, "suppression.has", "{\"kind\":\"email\",\"value\":\"ada@example.org\"}", "false");
    gives(store, "decide", "{\"subject\":1,\"purpose\":\"news\",\"channel\":\"email\"}",
          "\"reason\":\"PURPOSE_NOT_DECLARED\"");
    gives(store, "filter_subjects", "{\"subjects\":[1,9],\"purpose\":\"news\"}",
          "\"subject\":9,\"allowed\":false");
    gives(store, "filter_subjects", "{\"subjects\":[1,1],\"purpose\":\"news\",\"columns\":true}",
          "\"reason\":\"AAA=\",\"event\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"holds_until\":null}");
    gives(store, "filter_subjects",
          "{\"subjects\":[1],\"purpose\":\"news\",\"known_at\":\"1990-01-01T00:00:00Z\"}",
          "\"reason\":\"SUBJECT_UNKNOWN\"");
    refused(store, "filter_subjects", "{\"subjects\":[1,\"1\"],\"purpose\":\"news\"}",
            HABEAS_E_INVALID, "/subjects/1");
    gives(store, "query", "{\"sql\":\"SELECT id, email FROM v_subject\"}",
          "{\"columns\":[\"id\",\"email\"],\"rows\":[[\"1\",\"ada@example.org\"]],\"more\":false}");
    gives(store, "methods", NULL, "\"method\":\"subject.get\"");
    gives(NULL, "version", NULL, habeas_version());
    habeas_store_close(store);
}

static void what_is_wrong_with_a_call_is_named(void) {
    habeas_store* store = opened();
    habeas_store* none = (habeas_store*)1;
    refused(store, "subject.got", NULL, HABEAS_E_NOT_FOUND, "method");
    refused(store, "subject.get", NULL, HABEAS_E_INVALID, "/subject");
    refused(store, "subject.get", "{\"subject\":\"1\"}", HABEAS_E_INVALID, "/subject");
    refused(store, "subject.get", "{\"subject\":1,\"sbject\":1}", HABEAS_E_INVALID, "/sbject");
    refused(store, "subject.get", "[1]", HABEAS_E_INVALID, "");
    refused(store, "subject.get", "{", HABEAS_E_INVALID, "params");
    refused(store, "subject.get", "{\"subject\":5}", HABEAS_E_SUBJECT_UNKNOWN, "subject");
    refused(store, "field.list", "{\"owner\":\"dog\"}", HABEAS_E_INVALID, "/owner");
    refused(store, "decide", "{\"subject\":1,\"purpose\":\"x\",\"at\":\"soon\"}", HABEAS_E_INVALID,
            "/at");
    refused(store, "cursor.next", "{\"cursor\":\"12\"}", HABEAS_E_HANDLE, "handle");
    refused(store, "bounce.ingest", "{\"mail\":\"*\"}", HABEAS_E_INVALID, "/mail");
    refused(NULL, "subject.count", NULL, HABEAS_E_HANDLE, "handle");
    CHECK_ERROR(habeas_call_open("{\"memory\":true,\"path\":\"x\"}", NUL, NULL, NULL, &none),
                HABEAS_E_INVALID, "/path");
    CHECK(none == NULL);
    CHECK_ERROR(habeas_call_open("{\"memory\":true,\"kee\":\"x\"}", NUL, NULL, NULL, &none),
                HABEAS_E_INVALID, "/kee");
    CHECK_ERROR(habeas_call_open(NULL, 0, NULL, NULL, &none), HABEAS_E_INVALID, "options");
    CHECK_ERROR(habeas_reply_set(NULL, "1", NUL), HABEAS_E_INVALID, "reply");
    habeas_store_close(store);
}

static void many_calls_are_one_transaction_or_each_its_own(void) {
    habeas_store* store = opened();
    gives(store, "bulk",
          "{\"transaction\":true,\"calls\":["
          "{\"method\":\"subject.create\",\"params\":{\"input\":{\"identifiers\":[{\"kind\":"
          "\"email\",\"value\":\"ada@example.org\"}]}}},"
          "{\"method\":\"tag.add\",\"params\":{\"subject\":1,\"tag\":\"a\"}}]}",
          "[{\"result\":1},{\"result\":null}]");
    refused(store, "bulk",
            "{\"transaction\":true,\"calls\":["
            "{\"method\":\"tag.add\",\"params\":{\"subject\":1,\"tag\":\"b\"}},"
            "{\"method\":\"tag.add\",\"params\":{\"subject\":9,\"tag\":\"b\"}}]}",
            HABEAS_E_SUBJECT_UNKNOWN, "/calls/1");
    gives(store, "tag.of", "{\"subject\":1}", "[\"a\"]");
    gives(store, "bulk",
          "{\"calls\":[{\"method\":\"tag.add\",\"params\":{\"subject\":9,\"tag\":\"b\"}},"
          "{\"method\":\"tag.add\",\"params\":{\"subject\":1,\"tag\":\"b\"}}]}",
          "\"status\":\"subject_unknown\"");
    gives(store, "tag.of", "{\"subject\":1}", "[\"a\",\"b\"]");
    refused(store, "bulk", "{\"transaction\":true,\"calls\":[{\"method\":\"bulk\"}]}",
            HABEAS_E_INVALID, "/calls/0/method");
    habeas_store_close(store);
}

static void a_cursor_goes_on_from_call_to_call(void) {
    habeas_store* store = opened();
    habeas_string cursor;
    char params[120];
    int n;
    for (n = 0; n < 3; ++n) {
        snprintf(
            params, sizeof params,
            "{\"input\":{\"identifiers\":[{\"kind\":\"email\",\"value\":\"p%d@example.org\"}]}}",
            n);
        gives(store, "subject.create", params, "");
    }
    CHECK_OK(call(store, "subject.list", NULL, &cursor));
    snprintf(params, sizeof params, "{\"cursor\":%s,\"limit\":2,\"numbers\":true}", cursor.data);
    gives(store, "cursor.next", params, "{\"rows\":[1,2],\"done\":false}");
    gives(store, "cursor.next", params, "{\"rows\":[3],\"done\":true}");
    snprintf(params, sizeof params, "{\"cursor\":%s}", cursor.data);
    gives(store, "cursor.close", params, "null");
    refused(store, "cursor.next", params, HABEAS_E_HANDLE, "handle");
    habeas_string_free(&cursor);
    habeas_store_close(store);
}

static void a_call_calls_its_host_back(void) {
    habeas_store* store = opened();
    gives(store, "subject.create", "{\"input\":{\"fields\":{\"email\":\"ada@example.org\"}}}", "1");
    gives(store, "holder.define",
          "{\"holder\":{\"code\":\"crm\",\"operations\":[\"export\",\"erase\"]}}", "null");
    gives(store, "holder.attach", "{\"code\":\"crm\",\"operations\":[\"export\"]}", "null");
    gives(store, "holder.ask", "{\"subject\":1,\"operation\":\"export\"}", "1");
    gives(store, "holder.run", NULL, "\"done\":1");
    CHECK(strcmp(last_asked, "holder") == 0);
    gives(store, "holder.exported", "{\"subject\":1}", "");
    gives(store, "purpose.define",
          "{\"purpose\":{\"code\":\"orders\",\"labels\":{\"en\":\"Orders\"},\"basis\":\"contract\","
          "\"kind\":\"transactional\",\"channels\":[\"email\"]}}",
          "null");
    gives(store, "transfer.attach", NULL, "null");
    gives(store, "decide", "{\"subject\":1,\"purpose\":\"orders\",\"channel\":\"email\"}",
          "TRANSFER_DENIED");
    CHECK(strcmp(last_asked, "transfer.guard") == 0);
    gives(store, "transfer.detach", NULL, "null");
    gives(store, "decide", "{\"subject\":1,\"purpose\":\"orders\",\"channel\":\"email\"}",
          "OK_CONTRACT");
    gives(store, "campaign.attach", NULL, "null");
    gives(store, "campaign.run", NULL, "\"host_calls\":0");
    gives(store, "campaign.detach", NULL, "null");
    gives(store, "holder.detach", "{\"code\":\"crm\"}", "null");
    gives(store, "request.open", "{\"kind\":\"access\",\"subject\":1,\"origin\":\"host\"}", "1");
    gives(store, "request.vouch", "{\"request\":1,\"by\":\"signed in\"}", "null");
    gives(store, "request.remind", "{\"days\":60}", "1");
    CHECK(strcmp(last_asked, "request.remind") == 0);
    habeas_store_close(store);
}

static void a_callback_that_fails_stops_what_it_was_for(void) {
    habeas_store* store = opened();
    habeas_string result;
    gives(store, "subject.create", "{\"input\":{\"fields\":{\"email\":\"ada@example.org\"}}}", "1");
    fail_callbacks = 1;
    refused(store, "import.contacts_text",
            "{\"csv\":\"email\\nbob@example.org\\n\",\"progress\":true}", HABEAS_E_CALLBACK,
            "callback");
    fail_callbacks = 0;
    gives(store, "import.contacts_text",
          "{\"csv\":\"email\\nbob@example.org\\n\",\"progress\":true}", "\"rows\":1");
    CHECK(strcmp(last_asked, "progress") == 0);
    CHECK_ERROR(habeas_call(store, "request.remind", NUL, NULL, 0, NULL, NULL, &result),
                HABEAS_E_CALLBACK, "callback");
    CHECK_ERROR(habeas_call(store, "outbox.send", NUL, "{\"gateway\":{\"id\":\"x\"}}", NUL, NULL,
                            NULL, &result),
                HABEAS_E_CALLBACK, "callback");
    habeas_store_close(store);
}

static void the_host_is_a_gateway(void) {
    habeas_store* store = sample_shop();
    const int64_t ada = sample_subject(store, "ada@example.org");
    char params[200];
    snprintf(params, sizeof params,
             "{\"message\":{\"subject\":%d,\"key\":\"first\",\"message_template\":\"order\"},"
             "\"attachments\":[{\"name\":\"a.txt\",\"content\":\"aGVsbG8=\"}]}",
             (int)ada);
    gives(store, "message.queue", params, "\"state\":\"queued\"");
    gives(store, "outbox.send", "{\"gateway\":{\"id\":\"mine\",\"compose\":true}}", "\"sent\":1");
    CHECK(strcmp(last_asked, "gateway.send") == 0);
    gives(store, "message.get", "{\"message\":1}", "\"state\":\"sent\"");
    habeas_store_close(store);
}

void call_phases(void) {
    phase("a call is the function of its name", a_call_is_the_function_of_its_name);
    phase("what is wrong with a call is named", what_is_wrong_with_a_call_is_named);
    phase("many calls are one transaction, or each its own",
          many_calls_are_one_transaction_or_each_its_own);
    phase("a cursor goes on from call to call", a_cursor_goes_on_from_call_to_call);
    phase("a call calls its host back", a_call_calls_its_host_back);
    phase("a callback that fails stops what it was for",
          a_callback_that_fails_stops_what_it_was_for);
    phase("the host is a gateway", the_host_is_a_gateway);
}
