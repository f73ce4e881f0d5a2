/* Processors and places: who is on file, who asks, what would stop. */
#include "test.h"

#define AMERICAN                                                                                   \
    "\"established\":\"US\",\"owner\":\"US\",\"data_locations\":[\"US\"],\"contract\":{}"

static habeas_status may_write(habeas_store* store, int64_t subject) {
    habeas_decision decision;
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_may_process(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL,
                                &decision));
    return decision.reason;
}

static void processors_are_defined_listed_and_judged(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    CHECK_OK(habeas_processor_define(
        store,
        document_in("processor", "{\"code\":\"crm\",\"name\":\"CRM Inc.\",\"history\":[{" AMERICAN
                                 ",\"dpf_listed\":true},{\"from\":\"2030-01-01\","
                                 "\"role\":\"controller\",\"ended\":true,\"tool\":\"bcr\","
                                 "\"assessment\":{\"result\":\"ok\",\"made\":\"2026-01-01\"}}]}"),
        NUL));
    CHECK_OK(habeas_processor_find(store, "crm", NUL, &text));
    take("processor", &text, "\"dpf_listed\":true");
    CHECK_OK(habeas_processor_list(store, &text));
    take("processor_list", &text, "\"from\":\"2030-01-01\"");
    CHECK_OK(habeas_processor_define(
        store, "{\"code\":\"crm\",\"name\":\"CRM Inc.\",\"history\":[{" AMERICAN "}]}", NUL));
    CHECK_OK(habeas_processor_history(store, "crm", NUL, &text));
    take("processor_versions", &text, "\"superseded\":true");
    CHECK_OK(habeas_processor_judge(store, "crm inc.", NUL, 0, 0, &text));
    take("transfer_answer", &text, "\"rule\":\"NO_TOOL\"");
    CHECK_OK(habeas_processor_judge(store, "crm", NUL, 0, 1, &text));
    take("transfer_answer", &text, "\"rule\":\"NOT_REGISTERED\"");
    CHECK_OK(habeas_processor_seed(&text));
    take("processor_seed", &text, "\"hetzner\"");

    CHECK_ERROR(habeas_processor_define(store,
                                        "{\"code\":\"x\",\"name\":\"X\",\"history\":[{"
                                        "\"established\":\"Germany\"}]}",
                                        NUL),
                HABEAS_E_INVALID, "/history/0/established");
    CHECK_ERROR(habeas_processor_define(
                    store, "{\"code\":\"x\",\"name\":\"crm INC.\",\"history\":[{}]}", NUL),
                HABEAS_E_CONFLICT, "/name");
    CHECK_STATUS(habeas_processor_define(store, "[", NUL), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_processor_find(store, "no", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK(text.data == NULL);
    CHECK_STATUS(habeas_processor_history(store, "no", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_processor_judge(store, "crm", NUL, INT64_MAX, 0, &text), HABEAS_E_INVALID,
                "at");
    habeas_store_close(store);
}

static void who_is_not_on_file_bars_a_decision(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    const int64_t subject = sample_subject(store, "ada@example.org");
    sample_consent(store, subject);
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"newsletter\",\"basis\":\"consent\",\"kind\":"
                                   "\"marketing\",\"channels\":[\"email\"],\"recipients\":"
                                   "[\"crm\"]}",
                                   NUL));
    CHECK(may_write(store, subject) == HABEAS_REASON_OK_CONSENT);
    CHECK_OK(habeas_place_check(store, NULL, 0, &text));
    take("place_report", &text, "\"asked\":false");
    CHECK_OK(habeas_processor_define(
        store,
        "{\"code\":\"crm\",\"name\":\"CRM Inc.\",\"history\":[{" AMERICAN ",\"dpf_listed\":true}]}",
        NUL));
    CHECK(may_write(store, subject) == HABEAS_REASON_OK_CONSENT);
    CHECK_OK(habeas_place_check(
        store, document_in("place_check", "{\"at\":\"2029-06-01\",\"without\":[\"DPF\"]}"), NUL,
        &text));
    take("place_report", &text, "\"people\":{\"email\":1}");
    CHECK_OK(habeas_transfer_law_set(store,
                                     "{\"habeas_transfer_law\":1,\"as_of\":\"2027-01-01\","
                                     "\"eea\":[{\"country\":\"DE\"}]}",
                                     NUL));
    CHECK(may_write(store, subject) == HABEAS_REASON_TRANSFER_DENIED);
    CHECK_ERROR(habeas_transfer_law_set(store, "{}", NUL), HABEAS_E_INVALID,
                "/habeas_transfer_law");
    CHECK_OK(habeas_transfer_law_set(store, NULL, 0));
    CHECK(may_write(store, subject) == HABEAS_REASON_OK_CONSENT);
    CHECK_ERROR(habeas_place_check(store, "{\"without\":[\"no\"]}", NUL, &text), HABEAS_E_NOT_FOUND,
                "without");
    CHECK_ERROR(habeas_place_check(store, "{\"day\":1}", NUL, &text), HABEAS_E_INVALID, "/day");
    CHECK_OK(habeas_records_json(store, &text));
    take("processing_records", &text, "\"safeguard\":\"GDPR 45");
    CHECK_OK(habeas_records_html(store, &text));
    CHECK(text.size > 1000 && strstr(text.data, "CRM Inc.") != NULL);
    habeas_string_free(&text);
    habeas_store_close(store);
}

void processor_phases(void) {
    phase("processors are defined, listed and judged", processors_are_defined_listed_and_judged);
    phase("who is not on file bars a decision", who_is_not_on_file_bars_a_decision);
}
