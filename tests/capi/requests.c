/* Requests of data subjects. */
#include "test.h"

static int64_t open_one(habeas_store* store, int32_t kind, int64_t subject) {
    int64_t request = 0;
    CHECK_OK(habeas_request_open(store, kind, subject, "api", NUL, &request));
    CHECK(request > 0);
    return request;
}

static void an_erasure_waits_for_the_person(void) {
    habeas_store* store = sample_store();
    habeas_string token, text;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t request = open_one(store, HABEAS_REQUEST_ERASURE, ada);
    int64_t found = 9;
    CHECK(open_one(store, HABEAS_REQUEST_ERASURE, ada) == request);
    CHECK_STATUS(habeas_request_fulfil(store, request, "", 0), HABEAS_E_DENIED);
    CHECK_OK(habeas_request_ask_identity(store, request, 3600, &token));
    CHECK_OK(habeas_request_get(store, request, &text));
    take("request", &text, "\"state\":\"identity_asked\"");
    CHECK_OK(habeas_request_look_up(store, "guessed", NUL, &found));
    CHECK(found == 0);
    CHECK_OK(habeas_request_look_up(store, token.data, token.size, &found));
    CHECK(found == request);
    CHECK_OK(habeas_request_confirm(store, "guessed", NUL, &found));
    CHECK(found == 0);
    CHECK_OK(habeas_request_confirm(store, token.data, token.size, &found));
    CHECK(found == request);
    CHECK_OK(habeas_request_confirm(store, token.data, token.size, &found));
    CHECK(found == 0); /* it counts once */
    habeas_string_free(&token);
    CHECK_STATUS(habeas_request_ask_identity(store, request, 0, &token), HABEAS_E_INVALID);
    CHECK(token.data == NULL);
    CHECK_OK(habeas_request_fulfil(store, request, "done", NUL));
    CHECK_STATUS(habeas_subject_get(store, ada, &text), HABEAS_E_ERASED);
    CHECK_OK(habeas_request_steps(store, request, &text));
    take("request_steps", &text, "\"state\":\"fulfilled\"");
    CHECK_STATUS(habeas_request_open(store, HABEAS_REQUEST_ACCESS, ada, "api", NUL, &found),
                 HABEAS_E_ERASED);
    habeas_store_close(store);
}

static void requests_are_vouched_for_refused_and_listed(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t access = open_one(store, HABEAS_REQUEST_ACCESS, ada);
    const int64_t objection = open_one(store, HABEAS_REQUEST_OBJECTION, ada);
    int64_t found = 9;
    CHECK_OK(habeas_request_vouch(store, access, "signed in at the shop", NUL));
    CHECK_OK(habeas_request_fulfil(store, access, NULL, 0));
    CHECK_OK(habeas_request_refuse(store, objection, "manifestly unfounded", NUL));
    CHECK_OK(habeas_request_list(store, NULL, 0, &text));
    take("request_list", &text, "\"vouched_by\":\"signed in at the shop\"");
    CHECK_OK(habeas_request_list(
        store,
        document_in("request_query", "{\"subject\":1,\"kind\":\"objection\",\"open_only\":false}"),
        NUL, &text));
    take("request_list", &text, "\"ground\":\"manifestly unfounded\"");
    CHECK_OK(habeas_request_list(store, document_in("request_query", "{\"open_only\":true}"), NUL,
                                 &text));
    take("request_list", &text, "[]");

    CHECK_ERROR(habeas_request_list(store, "{\"kind\":\"wish\"}", NUL, &text), HABEAS_E_INVALID,
                "/kind");
    CHECK_ERROR(habeas_request_list(store, "[", NUL, &text), HABEAS_E_INVALID, "query");
    CHECK_STATUS(habeas_request_get(store, 999, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_request_steps(store, 999, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_request_vouch(store, 999, "me", NUL), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_request_vouch(store, access, "", 0), HABEAS_E_INVALID, "by");
    CHECK_STATUS(habeas_request_vouch(store, access, "me", NUL), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_request_fulfil(store, 999, "", 0), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_request_refuse(store, 999, "no", NUL), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_request_refuse(store, access, "", 0), HABEAS_E_INVALID, "ground");
    CHECK_ERROR(habeas_request_ask_identity(store, access, -1, &text), HABEAS_E_INVALID,
                "valid_for_s");
    CHECK_ERROR(habeas_request_ask_identity(store, access, INT64_MAX, &text), HABEAS_E_INVALID,
                "valid_for_s");
    CHECK_STATUS(habeas_request_ask_identity(store, 999, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_request_open(store, 8, ada, "api", NUL, &found), HABEAS_E_INVALID, "kind");
    CHECK(found == 0);
    CHECK_STATUS(habeas_request_open(store, 0, 999, "api", NUL, &found), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_request_confirm(store, NULL, 3, &found), HABEAS_E_INVALID, "token");
    CHECK_ERROR(habeas_request_look_up(store, "x", 1, NULL), HABEAS_E_INVALID, "request");
    habeas_store_close(store);
}

static int32_t count_reminders(void* user, const char* request, size_t request_size) {
    habeas_string text;
    text.data = (char*)request;
    text.size = request_size;
    CHECK(text.size > 0 && strstr(request, "\"state\":\"verified\"") != NULL);
    return ++*(int*)user == 1 ? HABEAS_E_BUSY : HABEAS_OK;
}

static void requests_are_worked_on_extended_and_closed_in_part(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t access = open_one(store, HABEAS_REQUEST_ACCESS, ada);
    const int64_t wish = open_one(store, HABEAS_REQUEST_PORTABILITY, ada);
    int calls = 0;
    size_t told = 9;
    CHECK_STATUS(habeas_request_begin(store, access, "", 0), HABEAS_E_DENIED);
    CHECK_OK(habeas_request_vouch(store, access, "desk", NUL));
    CHECK_OK(habeas_request_vouch(store, wish, "desk", NUL));
    CHECK_OK(habeas_request_remind(store, 3, count_reminders, &calls, &told));
    CHECK(told == 0 && calls == 0);
    CHECK_STATUS(habeas_request_remind(store, 100, count_reminders, &calls, &told), HABEAS_E_BUSY);
    CHECK(told == 0 && calls == 1);
    CHECK_OK(habeas_request_remind(store, 100, count_reminders, &calls, &told));
    CHECK(told == 2 && calls == 3);
    CHECK_ERROR(habeas_request_remind(store, -1, count_reminders, &calls, &told), HABEAS_E_INVALID,
                "days");
    CHECK_ERROR(habeas_request_remind(store, 1, NULL, NULL, &told), HABEAS_E_INVALID, "tell");
    CHECK_OK(habeas_request_begin(store, access, "looking", NUL));
    CHECK_ERROR(habeas_request_extend(store, access, 3, "many", NUL), HABEAS_E_INVALID, "months");
    CHECK_OK(habeas_request_extend(store, access, 2, "three archives", NUL));
    CHECK_OK(habeas_request_get(store, access, &text));
    take("request", &text, "\"extension_months\":2");
    CHECK_ERROR(habeas_request_fulfil_partly(store, access, "", 0, "", 0), HABEAS_E_INVALID,
                "ground");
    CHECK_OK(habeas_request_fulfil_partly(store, access, "trade secret", NUL, "the rest", NUL));
    CHECK_OK(habeas_request_withdraw(store, wish, "found it", NUL));
    CHECK_OK(habeas_request_list(store, document_in("request_query", "{\"by_urgency\":true}"), NUL,
                                 &text));
    take("request_list", &text, "\"state\":\"partly_fulfilled\"");
    CHECK_OK(habeas_request_steps(store, wish, &text));
    take("request_steps", &text, "\"state\":\"withdrawn\"");
    CHECK_STATUS(habeas_request_withdraw(store, 999, "", 0), HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

static void a_restriction_is_lifted_after_notice_and_strangers_get_answers(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    int64_t request = 9;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t freeze = open_one(store, HABEAS_REQUEST_RESTRICTION, ada);
    CHECK_OK(habeas_request_vouch(store, freeze, "desk", NUL));
    CHECK_STATUS(habeas_request_lift_restriction(store, freeze, "", 0), HABEAS_E_DENIED);
    CHECK_ERROR(habeas_request_announce_lifting(store, freeze, "", 0), HABEAS_E_INVALID, "how");
    CHECK_OK(habeas_request_announce_lifting(store, freeze, "by letter", NUL));
    CHECK_OK(habeas_request_lift_restriction(store, freeze, NULL, 0));
    CHECK_OK(habeas_request_get(store, freeze, &text));
    take("request", &text, "\"kind\":\"restriction\"");

    CHECK_OK(habeas_request_open_for(store, HABEAS_REQUEST_ACCESS, "email", NUL,
                                     "stranger@example.org", NUL, "letter", NUL, &request));
    CHECK_OK(habeas_request_get(store, request, &text));
    take("request", &text, "\"subject\":null,\"contact\":{\"kind\":\"email\"");
    CHECK_OK(habeas_request_vouch(store, request, "desk", NUL));
    CHECK_OK(habeas_request_fulfil(store, request, NULL, 0));
    CHECK_OK(habeas_request_steps(store, request, &text));
    take("request_steps", &text, "\"note\":\"nothing held\"");
    CHECK_STATUS(habeas_request_open_for(store, HABEAS_REQUEST_ACCESS, "external:crm", NUL, "7",
                                         NUL, "letter", NUL, &request),
                 HABEAS_E_INVALID);
    CHECK(request == 0);
    habeas_store_close(store);
}

static void deadlines_are_counted_on_the_calendar_that_is_set(void) {
    static const char rules[] =
        "{\"habeas_holidays\":1,\"sets\":{\"DE-XX\":{\"rules\":[{\"name\":\"Guild day\",\"type\":"
        "\"fixed\",\"month\":8,\"day\":3}]}}}";
    habeas_store* store = sample_store();
    habeas_string text;
    const char* answer = document_in("deadline_query", "{\"event\":\"2026-07-01\"}");
    CHECK_OK(habeas_deadline(store, answer, NUL, &text));
    take("deadline", &text, "\"due\":\"2026-08-03\"");
    CHECK_OK(habeas_request_set_calendar(store, rules, NUL, "[\"DE-XX\"]", NUL));
    CHECK_OK(habeas_deadline(store, answer, NUL, &text));
    take("deadline", &text, "\"due\":\"2026-08-04\"");
    CHECK_OK(habeas_request_set_calendar(store, NULL, 0, NULL, 0));
    CHECK_STATUS(habeas_request_set_calendar(store, NULL, 0, "[\"XX\"]", NUL), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_deadline(store,
                             document_in("deadline_query",
                                         "{\"event\":\"2026-03-05\",\"extension_months\":2,"
                                         "\"notice\":\"2026-03-20\",\"asked\":\"2026-03-06\","
                                         "\"answered\":\"2026-03-10\"}"),
                             NUL, &text));
    take("deadline", &text, "\"extended\":true");
    CHECK_OK(habeas_deadline(
        store,
        document_in("deadline_query", "{\"rule\":\"breach\",\"event\":\"2026-03-05T10:30:00Z\"}"),
        NUL, &text));
    take("deadline", &text, "\"due\":\"2026-03-08T10:30:00.000Z\"");
    CHECK_OK(habeas_deadline(
        store,
        document_in("deadline_query",
                    "{\"rule\":\"working_days\",\"event\":\"2026-03-05\",\"count\":10}"),
        NUL, &text));
    take("deadline", &text, "\"due\":\"2026-03-19\"");
    CHECK_OK(habeas_deadline(
        store,
        document_in("deadline_query", "{\"rule\":\"months\",\"event\":\"2026-01-31\",\"count\":1}"),
        NUL, &text));
    take("deadline", &text, "\"nominal\":\"2026-02-28\",\"moved\":\"saturday\"");
    CHECK_ERROR(habeas_deadline(store, "{}", NUL, &text), HABEAS_E_INVALID, "/event");
    CHECK_ERROR(habeas_deadline(store, "{\"rule\":\"soon\",\"event\":\"2026-01-31\"}", NUL, &text),
                HABEAS_E_INVALID, "/rule");
    habeas_store_close(store);
}

static void a_rectification_shows_before_and_after(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    int64_t request = 0, access = 0;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const char* input = "{\"fields\":{\"last_name\":\"Lovelace-King\"}}";
    CHECK_OK(
        habeas_request_open(store, HABEAS_REQUEST_RECTIFICATION, ada, "letter", NUL, &request));
    CHECK_STATUS(habeas_request_rectify(store, request, input, NUL, NULL, 0, &text),
                 HABEAS_E_DENIED);
    CHECK_OK(habeas_request_vouch(store, request, "counter", NUL));
    CHECK_OK(habeas_request_rectify(store, request, document_in("subject_input", input), NUL,
                                    document_in("rectify_options",
                                                "{\"language\":\"de\",\"note\":\"by letter\","
                                                "\"overwrite_blanks\":false,\"preview\":true}"),
                                    NUL, &text));
    take("rectification", &text, "\"preview\": true");
    CHECK_OK(habeas_request_rectify(store, request, input, NUL, NULL, 0, &text));
    take("rectification", &text, "\"after\": \"Lovelace-King\"");
    CHECK_OK(habeas_request_steps(store, request, &text));
    CHECK(strstr(text.data, "last_name") != NULL && strstr(text.data, "Lovelace") == NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_request_open(store, HABEAS_REQUEST_ACCESS, ada, "letter", NUL, &access));
    CHECK_ERROR(habeas_request_rectify(store, access, input, NUL, NULL, 0, &text), HABEAS_E_INVALID,
                "request");
    CHECK_STATUS(habeas_request_rectify(store, 999, input, NUL, NULL, 0, &text),
                 HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_request_rectify(store, request, input, NUL, "{\"x\":1}", NUL, &text),
                HABEAS_E_INVALID, "/x");
    CHECK_ERROR(habeas_request_rectify(store, request, input, NUL, NULL, 0, NULL), HABEAS_E_INVALID,
                "document");
    habeas_store_close(store);
}

void request_phases(void) {
    phase("an erasure waits for the person", an_erasure_waits_for_the_person);
    phase("requests are vouched for, refused and listed",
          requests_are_vouched_for_refused_and_listed);
    phase("requests are worked on, extended and closed in part",
          requests_are_worked_on_extended_and_closed_in_part);
    phase("a restriction is lifted after notice and strangers get answers",
          a_restriction_is_lifted_after_notice_and_strangers_get_answers);
    phase("deadlines are counted on the calendar that is set",
          deadlines_are_counted_on_the_calendar_that_is_set);
    phase("a rectification shows before and after", a_rectification_shows_before_and_after);
}
