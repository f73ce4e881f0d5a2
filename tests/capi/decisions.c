/* Decisions about one, about everybody and about some; the transfer guard. */
#include "test.h"

static int32_t decide(habeas_store* store, int64_t subject, int64_t at, habeas_decision* decision) {
    habeas_decide_options options;
    CHECK_OK(habeas_decide_options_init(&options, sizeof options));
    options.at = at;
    CHECK_OK(habeas_decision_init(decision, sizeof *decision));
    CHECK_OK(habeas_may_process(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &options,
                                decision));
    return decision->reason;
}

static void a_decision_says_whether_and_why(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t event;
    habeas_decision decision;
    habeas_string text;
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_NO_CONSENT);
    CHECK(decision.allowed == 0 && decision.event == 0 && decision.subject == subject);
    event = sample_consent(store, subject);
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_OK_CONSENT);
    CHECK(decision.allowed == 1 && decision.event == event && decision.holds_until == 0);
    CHECK(decide(store, subject, test_time - 1, &decision) == HABEAS_REASON_CONSENT_NOT_YET_GIVEN);
    CHECK(decide(store, 999, 0, &decision) == HABEAS_REASON_SUBJECT_UNKNOWN);
    CHECK(decide(store, INT64_MIN, 0, &decision) == HABEAS_REASON_SUBJECT_UNKNOWN);
    CHECK(strstr(habeas_reason_reference(HABEAS_REASON_OK_CONSENT), "6(1)(a)") != NULL);
    CHECK_OK(habeas_may_process(store, subject, "nothing", NUL, 1, NULL, &decision));
    CHECK(decision.allowed == 0 && decision.reason == HABEAS_REASON_PURPOSE_NOT_DECLARED);
    CHECK_OK(habeas_explain(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, &text));
    take("explanation", &text, "\"reason\":\"OK_CONSENT\"");
    CHECK_OK(habeas_explain(store, 999, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, &text));
    take("explanation", &text, "\"allowed\":false");
    habeas_store_close(store);
}

static void a_question_is_checked(void) {
    habeas_store* store = sample_store();
    habeas_decision decision;
    habeas_decide_options options;
    habeas_string text;
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    decision.allowed = 1;
    CHECK_ERROR(habeas_may_process(store, 1, "newsletter", NUL, 99, NULL, &decision),
                HABEAS_E_INVALID, "channel");
    CHECK(decision.allowed == 0 && decision.struct_size == sizeof decision);
    CHECK_ERROR(habeas_may_process(store, 1, NULL, 2, 1, NULL, &decision), HABEAS_E_INVALID,
                "purpose");
    CHECK_ERROR(habeas_may_process(store, 1, "newsletter", NUL, 1, NULL, NULL), HABEAS_E_INVALID,
                "decision");
    memset(&options, 0, sizeof options);
    CHECK_ERROR(habeas_may_process(store, 1, "newsletter", NUL, 1, &options, &decision),
                HABEAS_E_INVALID, "options");
    CHECK_ERROR(habeas_explain(store, 1, "newsletter", NUL, 1, &options, &text), HABEAS_E_INVALID,
                "options");
    decision.struct_size = 0;
    CHECK_ERROR(habeas_may_process(store, 1, "newsletter", NUL, 1, NULL, &decision),
                HABEAS_E_INVALID, "decision");
    CHECK_ERROR(habeas_decision_init(NULL, sizeof decision), HABEAS_E_INVALID, "decision");
    CHECK_ERROR(habeas_decide_options_init(&options, 0), HABEAS_E_INVALID, "options");
    habeas_store_close(store);
}

struct seen {
    int allowed, denied;
    int64_t last;
    int32_t stop_after;
};

static int32_t see(void* user, const habeas_decision* decision) {
    struct seen* seen = user;
    CHECK(decision->struct_size == sizeof *decision);
    CHECK(decision->subject > seen->last);
    seen->last = decision->subject;
    decision->allowed ? ++seen->allowed : ++seen->denied;
    return seen->stop_after != 0 && seen->allowed + seen->denied == seen->stop_after ? 5 : 0;
}

static void everybody_can_be_asked_about_at_once(void) {
    habeas_store* store = sample_store();
    habeas_filter_options options;
    struct seen seen;
    int64_t ada = sample_subject(store, "ada@example.org");
    int64_t bob = sample_subject(store, "bob@example.org");
    sample_consent(store, ada);
    memset(&seen, 0, sizeof seen);
    CHECK_OK(habeas_filter(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, see, &seen));
    CHECK(seen.allowed == 1 && seen.denied == 0 && seen.last == ada);
    CHECK_OK(habeas_filter_options_init(&options, sizeof options));
    options.denied_too = 1;
    memset(&seen, 0, sizeof seen);
    CHECK_OK(habeas_filter(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &options, see, &seen));
    CHECK(seen.allowed == 1 && seen.denied == 1 && seen.last == bob);
    options.at = test_time - 1;
    memset(&seen, 0, sizeof seen);
    CHECK_OK(habeas_filter(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &options, see, &seen));
    CHECK(seen.allowed == 0 && seen.denied == 2);
    options.at = 0;
    options.known_at = test_time - 1; /* nobody was known yet */
    memset(&seen, 0, sizeof seen);
    CHECK_OK(habeas_filter(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &options, see, &seen));
    CHECK(seen.allowed == 0 && seen.denied == 2);
    memset(&seen, 0, sizeof seen);
    seen.stop_after = 1;
    CHECK_ERROR(habeas_filter(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &options, see, &seen),
                5, "callback");
    CHECK(seen.denied == 1);
    CHECK_ERROR(habeas_filter(store, "newsletter", NUL, 1, NULL, NULL, NULL), HABEAS_E_INVALID,
                "row");
    options.denied_too = 3;
    CHECK_ERROR(habeas_filter(store, "newsletter", NUL, 1, &options, see, &seen), HABEAS_E_INVALID,
                "denied_too");
    CHECK_ERROR(habeas_filter_options_init(NULL, 64), HABEAS_E_INVALID, "options");
    habeas_store_close(store);
}

static void some_are_answered_in_the_order_given(void) {
    habeas_store* store = sample_store();
    int64_t ada = sample_subject(store, "ada@example.org");
    int64_t bob = sample_subject(store, "bob@example.org");
    int64_t who[4];
    habeas_decision decisions[4];
    struct {
        habeas_decision known;
        int64_t unknown[3]; /* of a later version of the header */
    } wide[2];
    sample_consent(store, ada);
    who[0] = bob;
    who[1] = ada;
    who[2] = 999;
    who[3] = ada;
    memset(decisions, 0, sizeof decisions);
    CHECK_OK(habeas_decision_init(&decisions[0], sizeof decisions[0]));
    CHECK_OK(habeas_filter_subjects(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, who, 4,
                                    decisions));
    CHECK(decisions[0].subject == bob && decisions[0].reason == HABEAS_REASON_NO_CONSENT);
    CHECK(decisions[1].subject == ada && decisions[1].allowed == 1);
    CHECK(decisions[2].subject == 999 && decisions[2].reason == HABEAS_REASON_SUBJECT_UNKNOWN);
    CHECK(decisions[3].allowed == 1 && decisions[3].struct_size == sizeof decisions[3]);

    memset(wide, 1, sizeof wide);
    wide[0].known.struct_size = sizeof wide[0];
    CHECK_OK(habeas_filter_subjects(store, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, who, 2,
                                    &wide[0].known));
    CHECK(wide[1].known.allowed == 1 && wide[1].known.struct_size == sizeof wide[1]);
    CHECK(wide[0].unknown[2] == 0 && wide[1].unknown[0] == 0);

    CHECK_ERROR(habeas_filter_subjects(store, "newsletter", NUL, 1, NULL, NULL, 4, decisions),
                HABEAS_E_INVALID, "subjects");
    CHECK(decisions[1].allowed == 0);
    CHECK_ERROR(habeas_filter_subjects(store, "newsletter", NUL, 1, NULL, who, 4, NULL),
                HABEAS_E_INVALID, "decisions");
    CHECK_OK(habeas_filter_subjects(store, "newsletter", NUL, 1, NULL, NULL, 0, NULL));
    habeas_store_close(store);
}

struct border {
    int asked, freed;
    int32_t answer, status;
};

static int32_t guard(void* user, const habeas_transfer* transfer, int32_t* permitted) {
    struct border* border = user;
    ++border->asked;
    CHECK(transfer->struct_size == sizeof *transfer);
    CHECK(transfer->code.size == 10 && strcmp(transfer->code.data, "newsletter") == 0);
    CHECK(strstr(transfer->purpose.data, "\"recipients\"") == NULL);
    CHECK(transfer->at != 0);
    *permitted = border->answer;
    return border->status;
}
static void free_guard(void* user) {
    ++((struct border*)user)->freed;
}

static void a_guard_is_asked_before_anything_is_allowed(void) {
    habeas_store* store = sample_store();
    int64_t subject = sample_subject(store, "ada@example.org");
    struct border border = {0, 0, 0, 0};
    habeas_decision decision;
    sample_consent(store, subject);
    CHECK_OK(habeas_transfer_guard_set(store, guard, &border, free_guard));
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_TRANSFER_DENIED);
    CHECK(border.asked == 1);
    border.answer = 1;
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_OK_CONSENT);
    border.answer = 17; /* no clear yes */
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_TRANSFER_DENIED);
    border.status = 3;
    CHECK_ERROR(habeas_may_process(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL,
                                   &decision),
                3, "callback");
    CHECK(decision.allowed == 0 && decision.reason == 0);
    border.status = 0;
    CHECK_OK(habeas_transfer_guard_set(store, NULL, NULL, NULL));
    CHECK(border.freed == 1);
    CHECK(decide(store, subject, 0, &decision) == HABEAS_REASON_OK_CONSENT);
    CHECK_OK(habeas_transfer_guard_set(store, guard, &border, free_guard));
    CHECK_OK(habeas_transfer_guard_set(store, guard, &border, free_guard));
    CHECK(border.freed == 2);
    habeas_store_close(store);
    CHECK(border.freed == 3);
    CHECK_ERROR(habeas_transfer_guard_set(store, guard, &border, free_guard), HABEAS_E_HANDLE,
                "handle");
    CHECK(border.freed == 4); /* also when the call that took it failed */
}

void decision_phases(void) {
    phase("a decision says whether and why", a_decision_says_whether_and_why);
    phase("a question is checked", a_question_is_checked);
    phase("everybody can be asked about at once", everybody_can_be_asked_about_at_once);
    phase("some are answered in the order given", some_are_answered_in_the_order_given);
    phase("a guard is asked before anything is allowed",
          a_guard_is_asked_before_anything_is_allowed);
}
