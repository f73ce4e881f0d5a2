/* Events, the ledger, receipts, the suppression list. */
#include "test.h"

static habeas_event event_of(int32_t kind, int64_t subject, const char* purpose) {
    habeas_event event;
    CHECK_OK(habeas_event_init(&event, sizeof event));
    event.kind = kind;
    event.subject = subject;
    event.purpose.data = purpose;
    event.purpose.size = NUL;
    event.channel = HABEAS_CHANNEL_EMAIL;
    return event;
}

static void an_event_is_recorded_with_its_evidence(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t number = 0;
    int32_t state = -1;
    habeas_string text;
    habeas_text controllers[2] = {{"Shop", NUL}, {"Partner", NUL}};
    habeas_event event = event_of(HABEAS_EVENT_GRANTED, subject, "newsletter");
    CHECK_OK(habeas_setting_set(store, "controller", NUL, "{\"name\":\"Shop\"}", NUL));
    event.effective_at = test_time - 1000;
    event.expires_at = test_time + 86400000;
    event.text_version = 1;
    event.method = (habeas_text){"form", NUL};
    event.language = (habeas_text){"en", NUL};
    event.form = (habeas_text){"sign-up", NUL};
    event.submission = (habeas_text){"s-1", NUL};
    event.document = (habeas_text){"scan.pdf", NUL};
    event.ip = (habeas_text){"192.0.2.77", NUL};
    event.user_agent = (habeas_text){"Mozilla/5.0", NUL};
    event.note = (habeas_text){"by the door", NUL};
    event.explicit_consent = 1;
    event.parental_authorisation = 1;
    event.controllers = controllers;
    event.controller_count = 2;
    CHECK_OK(habeas_consent_record(store, &event, &number));
    CHECK(number > 0);
    CHECK_OK(habeas_consent_history(store, subject, &text));
    CHECK(strstr(text.data, "\"ip\":\"192.0.2.0\"") != NULL); /* truncated */
    CHECK(strstr(text.data, "\"explicit_consent\":true") != NULL);
    CHECK(strstr(text.data, "\"controllers\":[\"Shop\",\"Partner\"]") != NULL);
    CHECK(strstr(text.data, "\"effective_at\":\"2026-06-01T09:59:") != NULL ||
          test_time != 1780308000000);
    take("history", &text, "\"kind\":\"granted\"");
    CHECK_OK(habeas_consent_state(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &state));
    CHECK(state == HABEAS_STATE_GRANTED);
    CHECK_OK(habeas_consent_state(store, subject, "newsletter", NUL, HABEAS_CHANNEL_ANY, &state));
    CHECK(state == HABEAS_STATE_NONE); /* the least permissive channel */
    event = event_of(HABEAS_EVENT_WITHDRAWN, subject, "newsletter");
    CHECK_OK(habeas_consent_record(store, &event, &number));
    CHECK_OK(habeas_consent_state(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &state));
    CHECK(state == HABEAS_STATE_WITHDRAWN);
    habeas_store_close(store);
}

static void what_is_no_event_is_refused(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t number = 9;
    int32_t state = 9;
    habeas_string text;
    habeas_event event = event_of(99, subject, "newsletter");
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "kind");
    CHECK(number == 0);
    event.kind = HABEAS_EVENT_ERASED; /* habeas records it by itself */
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "kind");
    event = event_of(HABEAS_EVENT_GRANTED, subject, "nothing");
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_NOT_FOUND, "purpose");
    event = event_of(HABEAS_EVENT_GRANTED, 999, "newsletter");
    CHECK_STATUS(habeas_consent_record(store, &event, &number), HABEAS_E_SUBJECT_UNKNOWN);
    event = event_of(HABEAS_EVENT_GRANTED, subject, "newsletter");
    event.channel = 8;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "channel");
    event.channel = -1;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "channel");
    event = event_of(HABEAS_EVENT_GRANTED, subject, "newsletter");
    event.text_version = 7;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_NOT_FOUND,
                "evidence.text_version");
    event.text_version = 0;
    event.effective_at = test_time + 600000;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "effective_at");
    event.effective_at = 0;
    event.preticked = 2;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "preticked");
    event.preticked = 0;
    event.note = (habeas_text){"\xfe", 1};
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "note");
    event.note = (habeas_text){NULL, 0};
    event.controller_count = 1;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "controllers");
    event.controller_count = 0;
    event.struct_size = 1;
    CHECK_ERROR(habeas_consent_record(store, &event, &number), HABEAS_E_INVALID, "event");
    CHECK_ERROR(habeas_consent_record(store, NULL, &number), HABEAS_E_INVALID, "event");
    CHECK_ERROR(habeas_event_init(NULL, sizeof event), HABEAS_E_INVALID, "event");
    CHECK_STATUS(habeas_consent_state(store, subject, "nothing", NUL, 1, &state),
                 HABEAS_E_NOT_FOUND);
    CHECK(state == 0);
    CHECK_STATUS(habeas_consent_state(store, 999, "newsletter", NUL, 1, &state),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_consent_history(store, 999, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_OK(habeas_consent_history(store, subject, &text));
    CHECK(strcmp(text.data, "[]") == 0);
    habeas_string_free(&text);
    habeas_store_close(store);
}

static void many_events_are_all_or_none(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t numbers[3] = {9, 9, 9};
    habeas_string text;
    habeas_pair facts[2] = {{{"sale_context", NUL}, {"true", NUL}},
                            {{"own_products", NUL}, {"true", NUL}}};
    habeas_event events[3];
    events[0] = event_of(HABEAS_EVENT_REQUESTED, subject, "newsletter");
    events[1] = event_of(HABEAS_EVENT_BASIS_FACT, subject, "newsletter");
    events[1].data = facts;
    events[1].data_count = 2;
    events[2] = event_of(HABEAS_EVENT_GRANTED, subject, "newsletter");
    CHECK_OK(habeas_consent_record_many(store, events, 3, numbers));
    CHECK(numbers[0] > 0 && numbers[1] > numbers[0] && numbers[2] > numbers[1]);
    CHECK_OK(habeas_consent_history(store, subject, &text));
    take("history", &text, "\"sale_context\":\"true\"");
    events[2].subject = 999;
    CHECK_STATUS(habeas_consent_record_many(store, events, 3, numbers), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK(numbers[0] == 0 && numbers[1] == 0 && numbers[2] == 0);
    CHECK_OK(habeas_consent_history(store, subject, &text));
    {
        const char* first = strstr(text.data, "\"requested\"");
        CHECK(first != NULL && strstr(first + 1, "\"requested\"") == NULL);
    }
    habeas_string_free(&text);
    events[2].struct_size = 16;
    CHECK_ERROR(habeas_consent_record_many(store, events, 3, numbers), HABEAS_E_INVALID, "events");
    CHECK_ERROR(habeas_consent_record_many(store, NULL, 3, numbers), HABEAS_E_INVALID, "events");
    CHECK_ERROR(habeas_consent_record_many(store, events, 3, NULL), HABEAS_E_INVALID, "numbers");
    CHECK_OK(habeas_consent_record_many(store, NULL, 0, NULL));
    habeas_store_close(store);
}

static void a_receipt_proves_a_consent(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t event = sample_consent(store, subject);
    habeas_string text;
    CHECK_OK(habeas_setting_set(store, "controller", NUL, "{\"name\":\"Shop\",\"country\":\"DE\"}",
                                NUL));
    CHECK_OK(habeas_consent_receipt(store, event, HABEAS_RECEIPT_ISO_27560, &text));
    CHECK(strstr(text.data, "@context") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_consent_receipt(store, event, HABEAS_RECEIPT_KANTARA_1_1, &text));
    CHECK(strstr(text.data, "KI-CR-v1.1.0") != NULL);
    habeas_string_free(&text);
    CHECK_ERROR(habeas_consent_receipt(store, event, 2, &text), HABEAS_E_INVALID, "format");
    CHECK_STATUS(habeas_consent_receipt(store, 99999, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK(text.data == NULL);
    habeas_store_close(store);
}

static void the_suppression_list_blocks_an_address(void) {
    habeas_store* store = sample_store();
    int32_t listed = 9, removed = 9;
    int64_t count = 9;
    CHECK_OK(habeas_suppression_has(store, "email", NUL, "no@example.org", NUL, &listed));
    CHECK(listed == 0);
    CHECK_OK(habeas_suppression_add(store, "email", NUL, "no@example.org", NUL, "objection", NUL,
                                    "all", NUL, "by letter", NUL));
    CHECK_OK(habeas_suppression_has(store, "email", NUL, "NO@example.org", NUL, &listed));
    CHECK(listed == 1);
    CHECK_OK(habeas_suppression_count(store, &count));
    CHECK(count == 1);
    CHECK_ERROR(habeas_suppression_add(store, "email", NUL, "x@example.org", NUL, "dislike", NUL,
                                       "all", NUL, NULL, 0),
                HABEAS_E_INVALID, "kind");
    CHECK_ERROR(habeas_suppression_add(store, "email", NUL, "x@example.org", NUL, "objection", NUL,
                                       "some", NUL, NULL, 0),
                HABEAS_E_INVALID, "scope");
    CHECK_STATUS(
        habeas_suppression_remove(store, "email", NUL, "no@example.org", NUL, "", 0, &removed),
        HABEAS_E_INVALID);
    CHECK(removed == 0);
    CHECK_OK(habeas_suppression_remove(store, "email", NUL, "no@example.org", NUL,
                                       "signed up again", NUL, &removed));
    CHECK(removed == 1);
    CHECK_OK(habeas_suppression_remove(store, "email", NUL, "no@example.org", NUL,
                                       "signed up again", NUL, &removed));
    CHECK(removed == 0);
    CHECK_OK(habeas_suppression_count(store, &count));
    CHECK(count == 0);
    habeas_store_close(store);
}

void consent_phases(void) {
    phase("an event is recorded with its evidence", an_event_is_recorded_with_its_evidence);
    phase("what is no event is refused", what_is_no_event_is_refused);
    phase("many events are all or none", many_events_are_all_or_none);
    phase("a receipt proves a consent", a_receipt_proves_a_consent);
    phase("the suppression list blocks an address", the_suppression_list_blocks_an_address);
}
