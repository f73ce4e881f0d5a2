/* Plan, execution, receipts, what stays provable. */
#include "test.h"

static int32_t ask_once(void* user, uint64_t done, uint64_t total) {
    int* asked = user;
    CHECK(done <= total);
    ++*asked;
    return 0;
}
static int32_t refuse(void* user, uint64_t done, uint64_t total) {
    (void)user;
    (void)done;
    (void)total;
    return HABEAS_E_CANCELLED;
}

static void a_subject_is_erased_and_stays_so(void) {
    habeas_store* store = NULL;
    habeas_string text;
    habeas_decision decision;
    int64_t who[2], count = 9;
    int asked = 0;
    CHECK_OK(habeas_store_create(scratch("erased.habeas"), NUL, NULL, &store));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"newsletter\",\"basis\":\"consent\","
                                   "\"kind\":\"marketing\",\"channels\":[\"email\"]}",
                                   NUL));
    who[0] = sample_subject(store, "erase.me@example.org");
    who[1] = sample_subject(store, "me.too@example.org");
    CHECK_OK(habeas_erasure_plan(store, who[0], &text));
    take("erasure_plan", &text, "\"action\":\"delete\"");
    CHECK_ERROR(habeas_erasure_execute(store, who, 2, NULL, refuse, NULL, &text),
                HABEAS_E_CANCELLED, "callback");
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == 2);
    CHECK_OK(habeas_erasure_execute(store, who, 2, NULL, ask_once, &asked, &text));
    CHECK(asked > 0);
    CHECK(strstr(text.data, "\"already\":false") != NULL);
    take("erasure_results", &text, "\"state\":\"physical\"");
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == 0);
    CHECK_STATUS(habeas_subject_get(store, who[0], &text), HABEAS_E_ERASED);
    CHECK_STATUS(habeas_erasure_plan(store, who[0], &text), HABEAS_E_ERASED);
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_may_process(store, who[0], "newsletter", NUL, 1, NULL, &decision));
    CHECK(decision.reason == HABEAS_REASON_ERASED);
    CHECK_OK(habeas_erasure_execute(store, who, 1, NULL, NULL, NULL, &text));
    take("erasure_results", &text, "\"already\":true");
    CHECK_OK(habeas_erasure_receipt(store, who[1], &text));
    CHECK(strstr(text.data, "me.too") == NULL);
    take("erasure_receipt", &text, "\"habeas_erasure_receipt\":1");
    CHECK_STATUS(habeas_erasure_receipt(store, 999, &text), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_store_verify(store,
                                 "{\"residue\":[\"erase.me@example.org\",\"me.too@example.org\"]}",
                                 NUL, NULL, NULL, &text));
    take("verify_report", &text, "\"findings\":[]");
    who[1] = 999;
    CHECK_STATUS(habeas_erasure_execute(store, who, 2, NULL, NULL, NULL, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_erasure_execute(store, NULL, 1, NULL, NULL, NULL, &text), HABEAS_E_INVALID,
                "subjects");
    CHECK_OK(habeas_erasure_execute(store, NULL, 0, NULL, NULL, NULL, &text));
    take("erasure_results", &text, "[]");
    habeas_store_close(store);
}

static void an_erased_address_is_suppressed_unless_that_is_said(void) {
    habeas_store* store = sample_store();
    habeas_erasure_options options;
    habeas_string text;
    int32_t listed = 9;
    int64_t subject = sample_subject(store, "a@example.org");
    CHECK_OK(habeas_erasure_options_init(&options, sizeof options));
    options.ground = (habeas_text){"17(1)(a)", NUL};
    CHECK_OK(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text));
    take("erasure_results", &text, "\"ground\":\"17(1)(a)\"");
    CHECK_OK(habeas_suppression_has(store, "email", NUL, "a@example.org", NUL, &listed));
    CHECK(listed == 1);
    subject = sample_subject(store, "b@example.org");
    options.without_suppression = 1;
    CHECK_OK(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text));
    take("erasure_results", &text, NULL);
    CHECK_OK(habeas_suppression_has(store, "email", NUL, "b@example.org", NUL, &listed));
    CHECK(listed == 0);
    options.without_suppression = 4;
    CHECK_ERROR(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text),
                HABEAS_E_INVALID, "without_suppression");
    CHECK_ERROR(habeas_erasure_options_init(NULL, 8), HABEAS_E_INVALID, "options");
    habeas_store_close(store);
}

static void a_commitment_proves_a_consent_after_the_erasure(void) {
    habeas_store* store = sample_store();
    habeas_erasure_options options;
    habeas_proof proof;
    habeas_string text;
    char commitment[4096] = "";
    int32_t valid = 9;
    int64_t subject = sample_subject(store, "a@example.org");
    const char *begin, *end;
    sample_consent(store, subject);
    memset(&proof, 0, sizeof proof);
    proof.purpose = (habeas_text){"newsletter", NUL};
    proof.proof = HABEAS_PROOF_COMMITMENT;
    CHECK_OK(habeas_erasure_options_init(&options, sizeof options));
    options.proofs = &proof;
    options.proof_count = 1;
    CHECK_OK(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text));
    begin = strstr(text.data, "\"commitments\":[");
    end = strstr(text.data, "],\"files_shared\"");
    if (CHECK(begin != NULL && end != NULL)) {
        begin += strlen("\"commitments\":[");
        snprintf(commitment, sizeof commitment, "%.*s", (int)(end - begin), begin);
    }
    take("erasure_results", &text, NULL);
    document_in("commitment", commitment);
    CHECK_OK(habeas_erasure_check_commitment(store, commitment, NUL, &valid));
    CHECK(valid == 1);
    {
        char* kind = strstr(commitment, "granted");
        if (CHECK(kind != NULL)) {
            memcpy(kind, "refused", 7);
        }
    }
    CHECK_OK(habeas_erasure_check_commitment(store, commitment, NUL, &valid));
    CHECK(valid == 0);
    CHECK_OK(habeas_erasure_check_commitment(store, "nonsense", NUL, &valid));
    CHECK(valid == 0);
    CHECK_ERROR(habeas_erasure_check_commitment(store, "\xff", NUL, &valid), HABEAS_E_INVALID,
                "commitment");
    proof.purpose = (habeas_text){"nothing", NUL};
    CHECK_STATUS(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text),
                 HABEAS_E_NOT_FOUND);
    proof.proof = 3;
    CHECK_ERROR(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text),
                HABEAS_E_INVALID, "proofs");
    habeas_store_close(store);
}

static void sealed_evidence_opens_with_a_ground(void) {
    habeas_store* store = sample_store();
    habeas_erasure_options options;
    habeas_proof proof = {{"newsletter", NUL}, HABEAS_PROOF_SEALED, 0};
    habeas_string text;
    int64_t subject = sample_subject(store, "a@example.org");
    sample_consent(store, subject);
    CHECK_OK(habeas_erasure_options_init(&options, sizeof options));
    options.proofs = &proof;
    options.proof_count = 1;
    CHECK_ERROR(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text),
                HABEAS_E_INVALID, "proof_until");
    options.proof_until = test_time + 1000;
    CHECK_OK(habeas_erasure_execute(store, &subject, 1, &options, NULL, NULL, &text));
    take("erasure_results", &text, NULL);
    CHECK_ERROR(habeas_erasure_open_proof(store, subject, "newsletter", NUL, "", 0, &text),
                HABEAS_E_DENIED, "ground");
    CHECK_OK(habeas_erasure_open_proof(store, subject, "newsletter", NUL, "claim 7", NUL, &text));
    CHECK(text.data[0] == '[' && strstr(text.data, "\"granted\"") != NULL);
    habeas_string_free(&text);
    CHECK_STATUS(habeas_erasure_open_proof(store, 999, "newsletter", NUL, "claim 7", NUL, &text),
                 HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

void erasure_phases(void) {
    phase("a subject is erased and stays so", a_subject_is_erased_and_stays_so);
    phase("an erased address is suppressed unless that is said",
          an_erased_address_is_suppressed_unless_that_is_said);
    phase("a commitment proves a consent after the erasure",
          a_commitment_proves_a_consent_after_the_erasure);
    phase("sealed evidence opens with a ground", sealed_evidence_opens_with_a_ground);
}
