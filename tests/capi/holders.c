/* Data holders and holds. */
#include "test.h"

/* What a callback saw, and how often it fails before it answers. */
struct desk {
    int calls;
    int fails;
    int freed;
    int32_t operation;
    char key[64];
    char document[512];
    habeas_store* store;
};

static void copy(char* to, size_t size, const habeas_text* text) {
    const size_t count = text->size < size - 1 ? text->size : size - 1;
    memcpy(to, text->data, count);
    to[count] = '\0';
}

static int32_t answer(void* user, const habeas_holder_call* call, habeas_holder_reply* reply) {
    struct desk* desk = user;
    int64_t count = 0;
    ++desk->calls;
    desk->operation = call->operation;
    if (desk->calls > 1) {
        CHECK(strncmp(desk->key, call->key.data, call->key.size) == 0);
    }
    copy(desk->key, sizeof desk->key, &call->key);
    copy(desk->document, sizeof desk->document, &call->document);
    CHECK(call->attempt == desk->calls);
    CHECK(call->page == 0 && call->cursor.size == 0);
    CHECK_STATUS(habeas_subject_count(desk->store, &count), HABEAS_E_CONCURRENT);
    if (desk->calls <= desk->fails) {
        return 7;
    }
    CHECK_ERROR(habeas_holder_reply_set(reply, "{\"rows\":[{}]}", NUL), HABEAS_E_INVALID,
                "/rows/0/place");
    CHECK_OK(habeas_holder_reply_set(
        reply,
        document_in("holder_answer",
                    "{\"rows\":[{\"place\":\"contacts\",\"rows\":2}],\"retained\":[{\"place\":"
                    "\"bills\",\"rows\":1,\"ground\":\"17(3)(b)\",\"until\":\"2036-01-01\"}]}"),
        NUL));
    return 0;
}

static void let_go(void* user) {
    ++((struct desk*)user)->freed;
}

static void define(habeas_store* store, const char* holder) {
    CHECK_OK(habeas_holder_define(store, document_in("holder", holder), NUL));
}

static void a_holder_is_called_until_it_answers(void) {
    const int64_t start = test_time;
    habeas_store* store = sample_store();
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int32_t erase[] = {HABEAS_HOLDER_ERASE};
    const int32_t wrong[] = {HABEAS_HOLDER_LIFT};
    struct desk desk = {0, 1, 0, -1, "", "", NULL};
    habeas_string text;
    desk.store = store;
    define(store, "{\"code\":\"crm\",\"operations\":[\"export\",\"erase\"]}");
    CHECK_STATUS(habeas_holder_attach(store, "none", NUL, NULL, 0, answer, &desk, let_go),
                 HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_holder_attach(store, "crm", NUL, wrong, 1, answer, &desk, let_go),
                 HABEAS_E_INVALID);
    CHECK(desk.freed == 2);
    CHECK_OK(habeas_holder_attach(store, "crm", NUL, NULL, 0, answer, &desk, let_go));
    CHECK_OK(habeas_holder_attach(store, "crm", NUL, erase, 1, answer, &desk, let_go));
    CHECK(desk.freed == 3);
    CHECK_STATUS(habeas_holder_reply_set(NULL, "{}", NUL), HABEAS_E_INVALID);

    CHECK_OK(habeas_erasure_plan(store, ada, &text));
    take("erasure_plan", &text, "\"place\":\"data holder crm\"");
    CHECK_OK(habeas_erasure_execute(store, &ada, 1, NULL, NULL, NULL, &text));
    take("erasure_results", &text, "\"holders_complete\":false");
    CHECK_OK(habeas_holder_run(store, NULL, 0, NULL, NULL, &text));
    take("holder_run_report", &text, "\"failed\":1");
    CHECK(desk.calls == 1 && desk.operation == HABEAS_HOLDER_ERASE);
    {
        habeas_string call;
        call.data = desk.document;
        call.size = strlen(desk.document);
        document_out("holder_call", &call);
    }
    CHECK(strstr(desk.document, "\"normal\":\"ada@example.org\"") != NULL);
    test_time += 60000;
    CHECK_OK(habeas_holder_run(
        store, document_in("holder_run_options", "{\"limit\":5,\"time_out_ms\":1000}"), NUL, NULL,
        NULL, &text));
    take("holder_run_report", &text, "\"retained\":1");
    CHECK_OK(habeas_erasure_receipt(store, ada, &text));
    take("erasure_receipt", &text, "\"holders_complete\":true");
    CHECK_OK(habeas_hold_list(store, ada, 1, &text));
    take("hold_list", &text, "\"holder\":\"crm\"");
    CHECK_OK(habeas_holder_attach(store, "crm", NUL, NULL, 0, NULL, NULL, NULL));
    CHECK(desk.freed == 4);
    habeas_store_close(store);
    test_time = start;
}

static void a_person_answers_and_a_processor_is_told(void) {
    habeas_store* store = sample_store();
    const int64_t ada = sample_subject(store, "ada@example.org");
    int64_t opened = 0;
    habeas_string text;
    define(store, "{\"code\":\"crm\",\"labels\":{\"en\":\"CRM\"},\"operations\":[\"export\"]}");
    define(store, "{\"code\":\"shop\",\"database\":{\"path\":\"/none.db\",\"tables\":[{\"table\":"
                  "\"t\",\"key\":\"k\",\"match\":\"email\",\"erase\":\"delete\"}]}}");
    CHECK_OK(habeas_holder_get(store, "shop", NUL, &text));
    take("holder_info", &text, "\"declared\":true");
    CHECK_STATUS(habeas_holder_get(store, "none", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_holder_list(store, &text));
    take("holder_list", &text, "\"code\":\"crm\"");
    CHECK_OK(habeas_holder_ask(store, ada, HABEAS_HOLDER_EXPORT, &opened));
    CHECK(opened == 1);
    CHECK_STATUS(habeas_holder_ask(store, ada, HABEAS_HOLDER_TELL, &opened), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_holder_ask(store, ada, 6, &opened), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_holder_remove(store, "crm", NUL), HABEAS_E_INVALID);
    CHECK_OK(habeas_holder_opendsr(store, 1, &text));
    take("opendsr_request", &text, "\"identity_value\":\"ada@example.org\"");
    CHECK_ERROR(habeas_holder_answer(store, 1, "{\"data\":1,\"x\":2}", NUL), HABEAS_E_INVALID,
                "/x");
    CHECK_OK(habeas_holder_answer(
        store, 1, document_in("holder_answer", "{\"data\":[{\"note\":\"likes tea\"}]}"), NUL));
    CHECK_STATUS(habeas_holder_answer(store, 1, NULL, 0), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_holder_answer(store, 99, NULL, 0), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_holder_exported(store, ada, &text));
    take("holder_export", &text, "likes tea");
    CHECK_OK(habeas_holder_task_get(store, 1, &text));
    take("holder_task", &text, "\"state\":\"done\"");
    CHECK_STATUS(habeas_holder_task_get(store, 99, &text), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_holder_task_list(
        store,
        document_in("holder_task_query",
                    "{\"subject\":1,\"holder\":\"crm\",\"operation\":\"export\",\"open_only\":"
                    "false}"),
        NUL, &text));
    take("holder_task_list", &text, "\"operation\":\"export\"");
    CHECK_OK(habeas_holder_remove(store, "crm", NUL));
    habeas_store_close(store);
}

static void a_hold_keeps_an_erasure_back(void) {
    habeas_store* store = sample_store();
    const int64_t ada = sample_subject(store, "ada@example.org");
    int64_t hold = 0;
    int64_t request = 0;
    habeas_string text;
    CHECK_STATUS(habeas_hold_place(store, ada, "", 0, 0, &hold), HABEAS_E_INVALID);
    CHECK_OK(habeas_hold_place(store, ada, "17(3)(e)", NUL, 0, &hold));
    CHECK_OK(habeas_hold_list(store, 0, 1, &text));
    take("hold_list", &text, "\"ground\":\"17(3)(e)\"");
    CHECK_STATUS(habeas_erasure_plan(store, ada, &text), HABEAS_E_DENIED);
    CHECK_STATUS(habeas_erasure_execute(store, &ada, 1, NULL, NULL, NULL, &text), HABEAS_E_DENIED);
    CHECK_OK(habeas_request_open(store, HABEAS_REQUEST_ERASURE, ada, "api", NUL, &request));
    CHECK_OK(habeas_request_vouch(store, request, "signed in", NUL));
    CHECK_OK(habeas_request_fulfil(store, request, NULL, 0));
    CHECK_OK(habeas_request_get(store, request, &text));
    CHECK(strstr(text.data, "\"state\":\"in_progress\"") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_hold_lift(store, hold));
    CHECK_OK(habeas_holder_run(store, NULL, 0, NULL, NULL, &text));
    take("holder_run_report", &text, "\"holds_ended\":1");
    CHECK_STATUS(habeas_subject_get(store, ada, &text), HABEAS_E_ERASED);
    CHECK_STATUS(habeas_hold_lift(store, hold), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_hold_lift(store, 99), HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

void holder_phases(void) {
    phase("holders: one is called until it answers, under one key",
          a_holder_is_called_until_it_answers);
    phase("holders: a person answers, and a processor is told",
          a_person_answers_and_a_processor_is_told);
    phase("holders: a hold keeps an erasure back", a_hold_keeps_an_erasure_back);
}
