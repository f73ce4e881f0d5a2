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
    phase("a rectification shows before and after", a_rectification_shows_before_and_after);
}
