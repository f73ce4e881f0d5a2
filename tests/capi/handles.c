/* Wrong, closed, made-up and shared handles. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

static void a_wrong_handle_is_refused(void) {
    int64_t count = 5;
    habeas_store* store = sample_store();
    habeas_cursor* cursor = NULL;
    int local = 0;
    void* heap = malloc(64);
    static const uintptr_t numbers[] = {1, 8, 4096, (uintptr_t)-1, (uintptr_t)-8, 0x12345678};
    size_t at;
    CHECK_ERROR(habeas_subject_count(NULL, &count), HABEAS_E_HANDLE, "handle");
    CHECK(count == 0);
    CHECK_ERROR(habeas_subject_count((habeas_store*)(void*)&local, &count), HABEAS_E_HANDLE,
                "handle");
    CHECK_ERROR(habeas_subject_count((habeas_store*)heap, &count), HABEAS_E_HANDLE, "handle");
    free(heap);
    for (at = 0; at < sizeof numbers / sizeof numbers[0]; ++at) {
        CHECK_ERROR(habeas_subject_count((habeas_store*)numbers[at], &count), HABEAS_E_HANDLE,
                    "handle");
        habeas_store_close((habeas_store*)numbers[at]);
        CHECK(strstr(last_message(), "handle") != NULL);
        habeas_cursor_close((habeas_cursor*)numbers[at]);
    }
    /* Of another kind. */
    CHECK_OK(habeas_subject_list(store, 0, 0, &cursor));
    CHECK_ERROR(habeas_subject_count((habeas_store*)cursor, &count), HABEAS_E_HANDLE, "handle");
    CHECK_ERROR(habeas_cursor_next((habeas_cursor*)store, &count, NULL), HABEAS_E_HANDLE, "handle");
    habeas_store_close((habeas_store*)cursor);
    habeas_cursor_close((habeas_cursor*)store);
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK_STATUS(habeas_cursor_next(cursor, &count, NULL), HABEAS_DONE);
    habeas_cursor_close(cursor);
    habeas_store_close(store);
}

static void a_closed_handle_stays_closed(void) {
    enum { MANY = 600 }; /* more than the table grows by at once */
    static habeas_cursor *closed[MANY], *open[MANY];
    habeas_store* store = sample_store();
    int64_t subject = 0;
    int round, at;
    for (at = 0; at < MANY; ++at) {
        CHECK_OK(habeas_subject_list(store, 0, 0, &closed[at]));
    }
    for (at = 0; at < MANY; ++at) {
        habeas_cursor_close(closed[at]);
    }
    /* Others in the same places do not bring them back. */
    for (round = 0; round < 3; ++round) {
        for (at = 0; at < MANY; ++at) {
            CHECK_OK(habeas_subject_list(store, 0, 0, &open[at]));
        }
        for (at = 0; at < MANY; ++at) {
            CHECK_STATUS(habeas_cursor_next(closed[at], &subject, NULL), HABEAS_E_HANDLE);
            habeas_cursor_close(closed[at]);
            CHECK_STATUS(habeas_cursor_next(open[at], &subject, NULL), HABEAS_DONE);
            habeas_cursor_close(open[at]);
        }
    }
    habeas_store_close(store);
    CHECK_ERROR(habeas_subject_count(store, &subject), HABEAS_E_HANDLE, "handle");
    habeas_store_close(store);
}

/* What a handle is for is refused by every function alike: a sample of each file. */
static void every_topic_refuses_a_closed_store(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    habeas_event event;
    habeas_decision decision;
    habeas_tick_report tick;
    uint64_t rows = 0;
    int64_t number = 0;
    int32_t value = 0;
    CHECK_OK(habeas_event_init(&event, sizeof event));
    event.kind = HABEAS_EVENT_GRANTED;
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_tick_report_init(&tick, sizeof tick));
    habeas_store_close(store);
    CHECK_STATUS(habeas_store_info(store, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_store_tick(store, &tick), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_transaction_begin(store), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_snapshot_begin(store), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_field_list(store, 0, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_subject_get(store, 1, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_subject_upsert(store, "[]", NUL, 0, 0, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_organisation_get(store, 1, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_purpose_list(store, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_consent_record(store, &event, &number), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_may_process(store, 1, "x", NUL, 0, NULL, &decision), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_suppression_has(store, "email", NUL, "a@example.org", NUL, &value),
                 HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_erasure_plan(store, 1, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_export_json(store, 1, NULL, &text), HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_export_many(store, scratch("x.csv"), NUL, "{\"recipient\":\"x\"}", NUL,
                                    NULL, NULL, &rows),
                 HABEAS_E_HANDLE);
    CHECK_STATUS(habeas_import_contacts_text(store, "email\n", NUL, NULL, 0, NULL, NULL, &text),
                 HABEAS_E_HANDLE);
}

struct shared {
    habeas_store* store;
    int64_t calls, answered, concurrent, other;
};

static void* hammer(void* argument) {
    struct shared* mine = argument;
    int64_t count = 0;
    for (mine->calls = 0; mine->calls < 3000; ++mine->calls) {
        switch (habeas_subject_count(mine->store, &count)) {
        case HABEAS_OK:
            ++mine->answered;
            break;
        case HABEAS_E_CONCURRENT:
            ++mine->concurrent;
            break;
        default:
            ++mine->other;
        }
    }
    return NULL;
}

static void threads_that_share_a_handle_get_an_error(void) {
    enum { THREADS = 4 };
    habeas_store* store = sample_store();
    pthread_t threads[THREADS];
    struct shared shared[THREADS];
    int64_t answered = 0, other = 0, count = 0;
    int at;
    memset(shared, 0, sizeof shared);
    for (at = 0; at < THREADS; ++at) {
        shared[at].store = store;
        CHECK(pthread_create(&threads[at], NULL, hammer, &shared[at]) == 0);
    }
    for (at = 0; at < THREADS; ++at) {
        CHECK(pthread_join(threads[at], NULL) == 0);
        answered += shared[at].answered;
        other += shared[at].other;
    }
    CHECK(answered > 0 && other == 0);
    CHECK_OK(habeas_subject_count(store, &count)); /* and it is usable as before */
    habeas_store_close(store);
}

static int32_t use_from_thread(void* user, const habeas_row* row) {
    struct shared* shared = user;
    pthread_t thread;
    (void)row;
    CHECK(pthread_create(&thread, NULL, hammer, shared) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}

static void a_call_in_progress_keeps_other_threads_out(void) {
    struct shared shared;
    memset(&shared, 0, sizeof shared);
    shared.store = sample_store();
    CHECK_OK(habeas_query(shared.store, "SELECT 1", NUL, NULL, 0, 0, use_from_thread, &shared));
    CHECK(shared.concurrent == 3000 && shared.answered == 0 && shared.other == 0);
    habeas_store_close(shared.store);
}

static void* use_and_close(void* argument) {
    habeas_store* store = argument;
    int64_t subject = sample_subject(store, "a@example.org");
    sample_consent(store, subject);
    habeas_store_close(store);
    return NULL;
}

static void a_handle_may_move_to_another_thread(void) {
    habeas_store* store = sample_store();
    pthread_t thread;
    int64_t count = 0;
    const int created = pthread_create(&thread, NULL, use_and_close, store); /* which checks too */
    CHECK(created == 0 && pthread_join(thread, NULL) == 0);
    CHECK_ERROR(habeas_subject_count(store, &count), HABEAS_E_HANDLE, "handle");
}

static void* close_soon(void* argument) {
    habeas_store_close(argument);
    return NULL;
}

/* Closing while other threads call: each call ends well or with its error, and nothing leaks. */
static void closing_races_with_calls(void) {
    int round;
    for (round = 0; round < 20; ++round) {
        habeas_store* store = sample_store();
        struct shared shared;
        pthread_t caller, closer;
        memset(&shared, 0, sizeof shared);
        shared.store = store;
        CHECK(pthread_create(&caller, NULL, hammer, &shared) == 0);
        CHECK(pthread_create(&closer, NULL, close_soon, store) == 0);
        CHECK(pthread_join(closer, NULL) == 0);
        CHECK(pthread_join(caller, NULL) == 0);
        CHECK(shared.answered + shared.other == shared.calls);
    }
}

static void* fail_in_thread(void* argument) {
    int64_t time = 0;
    habeas_error error;
    if (habeas_error_init(&error, sizeof error) != HABEAS_OK ||
        habeas_time_parse("never", NUL, &time) != HABEAS_E_INVALID ||
        habeas_last_error(&error) != HABEAS_OK) {
        return NULL;
    }
    return error.status == HABEAS_E_INVALID ? argument : NULL;
}

static void each_thread_has_an_error_of_its_own(void) {
    pthread_t thread;
    habeas_error error;
    int64_t time = 0;
    void* result = NULL;
    CHECK_OK(habeas_error_init(&error, sizeof error));
    CHECK_OK(habeas_time_now(&time));
    CHECK(pthread_create(&thread, NULL, fail_in_thread, &error) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    CHECK(result == &error);
    CHECK_OK(habeas_last_error(&error));
    CHECK(error.status == HABEAS_OK);
}

void handle_phases(void) {
    phase("a wrong handle is refused", a_wrong_handle_is_refused);
    phase("a closed handle stays closed", a_closed_handle_stays_closed);
    phase("every topic refuses a closed store", every_topic_refuses_a_closed_store);
    phase("threads that share a handle get an error", threads_that_share_a_handle_get_an_error);
    phase("a call in progress keeps other threads out", a_call_in_progress_keeps_other_threads_out);
    phase("a handle may move to another thread", a_handle_may_move_to_another_thread);
    phase("closing races with calls", closing_races_with_calls);
    phase("each thread has an error of its own", each_thread_has_an_error_of_its_own);
}
