/* Breaches: recorded, counted, assessed, told, closed; privacy notice and lint. */
#include "test.h"

#define LAPTOP                                                                                     \
    "{\"code\":\"laptop\",\"title\":\"A laptop was stolen\",\"nature\":[\"availability\","         \
    "\"confidentiality\"],\"occurred\":{\"from\":\"2026-01-01\"},\"affected\":{\"filter\":{"       \
    "\"field\":\"email\",\"op\":\"!empty\"},\"fields\":[\"email\"],\"subjects\":\"customers\"},"   \
    "\"consequences\":\"Phishing.\",\"measures\":\"Passwords were reset.\"}"

static habeas_store* store_with_notices(void) {
    habeas_store* store = sample_store();
    int32_t version;
    CHECK_OK(habeas_setting_set(store, "sender", NUL, "Shop <shop@example.org>", NUL));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"breach_notice\",\"basis\":\"legal_obligation\","
                                   "\"kind\":\"legal\",\"channels\":[\"email\"]}",
                                   NUL));
    CHECK_OK(habeas_template_define(store,
                                    "{\"code\":\"breach\",\"purpose\":\"breach_notice\","
                                    "\"languages\":{\"en\":{\"subject\":\"{{data.title}}\","
                                    "\"text\":\"{{data.measures}}\"}}}",
                                    NUL, &version));
    return store;
}

static int persons_of(habeas_store* store, int32_t untold) {
    habeas_cursor* cursor = NULL;
    int64_t person = 0;
    int count = 0;
    CHECK_OK(habeas_breach_persons(store, "laptop", NUL, untold, &cursor));
    while (habeas_cursor_next(cursor, &person, NULL) == HABEAS_ROW) {
        ++count;
    }
    habeas_cursor_close(cursor);
    return count;
}

static void a_breach_goes_from_its_record_to_its_end(void) {
    habeas_store* store = store_with_notices();
    habeas_string text;
    sample_subject(store, "ada@example.org");
    sample_subject(store, "bob@example.org");
    CHECK_OK(habeas_breach_define(store, document_in("breach", LAPTOP), NUL));
    CHECK(persons_of(store, 0) == 2);
    CHECK_OK(habeas_breach_list(
        store, document_in("breach_query", "{\"open_only\":true,\"within_hours\":72}"), NUL,
        &text));
    take("breach_list", &text, "\"waits_for\":[\"assessment\",\"authority\"]");
    CHECK_OK(habeas_breach_assess(store, "laptop", NUL, "high", NUL, "passwords in clear", NUL));
    CHECK_STATUS(habeas_breach_close(store, "laptop", NUL, NULL, 0), HABEAS_E_DENIED);
    CHECK_OK(habeas_breach_notify(
        store, "laptop", NUL,
        document_in("breach_notice", "{\"reference\":\"D-1\",\"complete\":false}"), NUL));
    CHECK_OK(habeas_breach_notify(store, "laptop", NUL, NULL, 0));
    CHECK_OK(habeas_breach_tell(store, "laptop", NUL, "breach", NUL, 1, &text));
    take("breach_told", &text, "\"left\":1,\"queued\":1");
    CHECK(persons_of(store, 1) == 1);
    sample_subject(store, "cyd@example.org");
    CHECK_OK(habeas_breach_recount(store, "laptop", NUL));
    CHECK(persons_of(store, 0) == 3);
    CHECK_OK(habeas_breach_inform(
        store, "laptop", NUL, document_in("breach_communication", "{\"how\":\"by letter\"}"), NUL));
    CHECK(persons_of(store, 1) == 0);
    CHECK_OK(habeas_breach_note(store, "laptop", NUL, "the police has a file", NUL));
    CHECK_OK(habeas_breach_close(store, "laptop", NUL, "new locks", NUL));
    CHECK_STATUS(habeas_breach_recount(store, "laptop", NUL), HABEAS_E_CONFLICT);
    CHECK_OK(habeas_breach_reopen(store, "laptop", NUL, "more is known", NUL));
    CHECK_OK(habeas_breach_dismiss(store, "laptop", NUL, "nothing was on it", NUL));
    CHECK_OK(habeas_breach_get(store, "laptop", NUL, &text));
    take("breach_record", &text, "\"step\":\"dismissed\"");
    CHECK_OK(habeas_breach_html(store, "laptop", NUL, &text));
    CHECK(text.size > 1000 && strstr(text.data, "A laptop was stolen") != NULL);
    habeas_string_free(&text);
    habeas_store_close(store);
}

static void what_is_wrong_with_a_breach_has_its_place(void) {
    habeas_store* store = store_with_notices();
    habeas_string text;
    habeas_cursor* cursor = NULL;
    CHECK_ERROR(habeas_breach_define(store, "{\"code\":\"x\",\"title\":\"X\",\"nature\":[1]}", NUL),
                HABEAS_E_INVALID, "/nature/0");
    CHECK_ERROR(
        habeas_breach_define(
            store, "{\"code\":\"x\",\"title\":\"X\",\"affected\":{\"fields\":[\"shoes\"]}}", NUL),
        HABEAS_E_NOT_FOUND, "/affected/fields/0");
    CHECK_STATUS(habeas_breach_define(store, "[", NUL), HABEAS_E_INVALID);
    CHECK_OK(habeas_breach_define(
        store, "{\"code\":\"old\",\"title\":\"Old\",\"aware_at\":\"2020-01-01\"}", NUL));
    CHECK_ERROR(habeas_breach_notify(store, "old", NUL, NULL, 0), HABEAS_E_INVALID, "/reason");
    CHECK_ERROR(habeas_breach_notify(store, "old", NUL, "{\"when\":1}", NUL), HABEAS_E_INVALID,
                "/when");
    CHECK_ERROR(habeas_breach_inform(store, "old", NUL, "{\"ground\":\"d\"}", NUL),
                HABEAS_E_INVALID, "/ground");
    CHECK_ERROR(habeas_breach_assess(store, "old", NUL, "severe", NUL, "x", NUL), HABEAS_E_INVALID,
                "risk");
    CHECK_ERROR(habeas_breach_recount(store, "old", NUL), HABEAS_E_INVALID, "code");
    CHECK_ERROR(habeas_breach_list(store, "{\"open\":true}", NUL, &text), HABEAS_E_INVALID,
                "/open");
    CHECK_STATUS(habeas_breach_reopen(store, "old", NUL, "x", NUL), HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_breach_tell(store, "no", NUL, "breach", NUL, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_breach_get(store, "no", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK(text.data == NULL);
    CHECK_STATUS(habeas_breach_html(store, "no", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_breach_persons(store, "no", NUL, 0, &cursor), HABEAS_E_NOT_FOUND);
    CHECK(cursor == NULL);
    CHECK_STATUS(habeas_breach_note(store, "no", NUL, "x", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_breach_dismiss(store, "no", NUL, "x", NUL), HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

static void a_privacy_notice_is_drafted_and_texts_are_held_against_the_rules(void) {
    habeas_store* store = store_with_notices();
    habeas_string text;
    CHECK_OK(habeas_records_notice(store, NULL, 0, &text));
    take("privacy_notice", &text, "\"language\":\"en\"");
    CHECK_OK(habeas_records_notice_html(store, "de", NUL, &text));
    CHECK(strstr(text.data, "Datenschutzhinweise") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_records_lint(store, &text));
    take("records_lint", &text, "\"purpose\":\"newsletter\"");
    habeas_store_close(store);
}

void breach_phases(void) {
    phase("a breach goes from its record to its end", a_breach_goes_from_its_record_to_its_end);
    phase("what is wrong with a breach has its place", what_is_wrong_with_a_breach_has_its_place);
    phase("a privacy notice is drafted, and texts are held against the rules",
          a_privacy_notice_is_drafted_and_texts_are_held_against_the_rules);
}
