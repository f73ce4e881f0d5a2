/* Retention: rules, what they take, who is kept. */
#include "test.h"

#define DAY ((int64_t)24 * 3600 * 1000)

static habeas_status stop_at_once(void* user, uint64_t done, uint64_t total) {
    (void)user;
    (void)done;
    (void)total;
    return 77;
}

static void rules_are_declared_listed_and_removed(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    CHECK_OK(habeas_retention_define(
        store,
        document_in("retention_rule",
                    "{\"code\":\"leads\",\"labels\":{\"en\":\"Leads\"},\"about\":\"subject\","
                    "\"action\":\"anonymise\",\"keep\":[\"country\"],\"since\":\"activity\","
                    "\"period\":\"P24M\",\"filter\":{\"field\":\"vip\",\"op\":\"unset\"}}"),
        NUL));
    CHECK_OK(habeas_retention_find(store, "leads", NUL, &text));
    take("retention_info", &text, "\"action\":\"anonymise\"");
    CHECK_OK(habeas_retention_list(store, &text));
    take("retention_list", &text, "\"period\":\"P24M\"");
    CHECK_ERROR(habeas_retention_define(store,
                                        "{\"code\":\"x\",\"about\":\"field\",\"of\":\"no\","
                                        "\"since\":\"created\",\"period\":\"P1Y\"}",
                                        NUL),
                HABEAS_E_NOT_FOUND, "/of");
    CHECK_ERROR(habeas_retention_define(store,
                                        "{\"code\":\"x\",\"about\":\"subject\","
                                        "\"since\":\"created\",\"period\":\"soon\"}",
                                        NUL),
                HABEAS_E_INVALID, "/period");
    CHECK_STATUS(habeas_retention_define(store, "[", NUL), HABEAS_E_INVALID);
    CHECK_OK(habeas_retention_remove(store, "leads", NUL));
    CHECK_STATUS(habeas_retention_remove(store, "leads", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_retention_find(store, "leads", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK(text.data == NULL);
    CHECK_OK(habeas_retention_list(store, &text));
    take("retention_list", &text, "[]");
    habeas_store_close(store);
}

static void what_a_preview_says_a_run_does_but_for_who_is_kept(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    int64_t appeal = 0;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t bob = sample_subject(store, "bob@example.org");
    CHECK_OK(habeas_retention_define(store,
                                     "{\"code\":\"old\",\"about\":\"subject\","
                                     "\"since\":\"created\",\"period\":\"P1M\"}",
                                     NUL));
    CHECK_OK(habeas_retention_preview(store, "", 0, 0, 10, &text));
    take("retention_previews", &text, "\"subjects\":0");
    CHECK_OK(habeas_retention_preview(store, "old", NUL, test_time + 40 * DAY, 1, &text));
    take("retention_previews", &text, "\"subjects\":2");
    CHECK_OK(habeas_hold_place(store, ada, "17(3)(e)", NUL, 0, &appeal));
    CHECK_OK(habeas_hold_place(store, bob, "17(3)(e)", NUL, test_time + 50 * DAY, &appeal));
    test_time += 40 * DAY;
    CHECK_OK(habeas_retention_preview(store, "old", NUL, 0, 10, &text));
    take("retention_previews", &text, "\"kept\":{\"hold\":2}");
    CHECK_OK(habeas_retention_run(store, "", 0, 0, NULL, NULL, &text));
    take("retention_runs", &text, "\"run\":0");
    CHECK_OK(habeas_hold_lift(store, appeal));
    CHECK_STATUS(habeas_retention_run(store, "old", NUL, 0, stop_at_once, NULL, &text), 77);
    habeas_string_free(&text);
    CHECK_OK(habeas_retention_run(store, "old", NUL, 5, NULL, NULL, &text));
    take("retention_runs", &text, "\"subjects\":1");
    CHECK_OK(habeas_retention_runs(store, 10, &text));
    take("retention_runs", &text, "\"rule\":\"old\"");
    CHECK_STATUS(habeas_subject_get(store, bob, &text), HABEAS_E_ERASED);
    CHECK_OK(habeas_subject_get(store, ada, &text));
    habeas_string_free(&text);

    CHECK_STATUS(habeas_retention_run(store, "no", NUL, 0, NULL, NULL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_retention_preview(store, "no", NUL, 0, 10, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_retention_preview(store, "", 0, 0, 0, &text), HABEAS_E_INVALID, "limit");
    CHECK_ERROR(habeas_retention_preview(store, "", 0, INT64_MAX, 1, &text), HABEAS_E_INVALID,
                "at");
    CHECK_ERROR(habeas_retention_runs(store, 0, &text), HABEAS_E_INVALID, "limit");
    habeas_store_close(store);
}

void retention_phases(void) {
    phase("rules are declared, listed and removed", rules_are_declared_listed_and_removed);
    phase("what a preview says a run does, but for who is kept",
          what_a_preview_says_a_run_does_but_for_who_is_kept);
}
