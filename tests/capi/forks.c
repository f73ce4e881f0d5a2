/* What a child process may and may not do. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int freed;
static void count_free(void* user) {
    (void)user;
    ++freed;
}

static int32_t host(void* user, const habeas_host_call* call) {
    (void)user;
    (void)call;
    return 0;
}

/* Runs in a child; its checks count there, and its exit code says whether all held. */
static void in_child(int (*body)(void*), void* argument) {
    int status = -1;
    pid_t child;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        const int good = body(argument);
        fflush(NULL);
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

struct opened {
    habeas_store* store;
    habeas_cursor* cursor;
    const char* path;
};

static int use_inherited(void* argument) {
    struct opened* opened = argument;
    habeas_store *other = NULL, *again = NULL;
    int64_t number = 9;
    int good = 1;
    good &= CHECK_ERROR(habeas_subject_count(opened->store, &number), HABEAS_E_FORKED, "handle");
    good &= CHECK(number == 0);
    good &=
        CHECK_ERROR(habeas_cursor_next(opened->cursor, &number, NULL), HABEAS_E_FORKED, "handle");
    good &= CHECK_STATUS(habeas_transaction_rollback(opened->store), HABEAS_E_FORKED);
    /* SQLite would think that it holds the parent's locks. */
    good &= CHECK_ERROR(habeas_store_open(opened->path, NUL, NULL, &again), HABEAS_E_FORKED,
                        opened->path);
    freed = 0;
    habeas_cursor_close(opened->cursor);
    habeas_store_close(opened->store);
    good &= CHECK(freed == 2);
    good &= CHECK_ERROR(habeas_subject_count(opened->store, &number), HABEAS_E_HANDLE, "handle");
    habeas_store_close(opened->store);
    good &= CHECK(freed == 2);
    good &= CHECK_ERROR(habeas_store_open(opened->path, NUL, NULL, &again), HABEAS_E_FORKED,
                        opened->path);
    /* Stores of its own are as good as ever. */
    good &= CHECK_OK(habeas_store_create(scratch("child.habeas"), NUL, NULL, &other));
    sample_subject(other, "a@example.org");
    good &= CHECK_OK(habeas_subject_count(other, &number));
    good &= CHECK(number == 1);
    habeas_store_close(other);
    return good;
}

static void a_child_cannot_use_what_its_parent_opened(void) {
    static char path[512];
    habeas_store_options options;
    struct opened opened;
    habeas_string report;
    int64_t number = 0;
    snprintf(path, sizeof path, "%s", scratch("parent.habeas"));
    opened.path = path;
    CHECK_OK(habeas_store_options_init(&options, sizeof options));
    options.clock = test_clock;
    options.clock_free_user = count_free;
    CHECK_OK(habeas_store_create(path, NUL, &options, &opened.store));
    CHECK_OK(habeas_campaign_host_set(opened.store, host, NULL, count_free));
    CHECK_OK(habeas_subject_list(opened.store, 0, 0, &opened.cursor));
    sample_subject(opened.store, "a@example.org");
    CHECK_OK(habeas_transaction_begin(opened.store));
    sample_subject(opened.store, "b@example.org");
    freed = 0;
    in_child(use_inherited, &opened);
    CHECK(freed == 0); /* the parent's is the parent's */
    CHECK_OK(habeas_transaction_commit(opened.store));
    CHECK_OK(habeas_subject_count(opened.store, &number));
    CHECK(number == 2);
    CHECK_STATUS(habeas_cursor_next(opened.cursor, &number, NULL), HABEAS_ROW);
    CHECK_OK(habeas_store_verify(opened.store, NULL, 0, NULL, NULL, &report));
    take("verify_report", &report, "\"ok\":true");
    habeas_cursor_close(opened.cursor);
    habeas_store_close(opened.store);
    CHECK(freed == 2);
}

static int open_what_was_closed(void* argument) {
    habeas_store* store = NULL;
    int64_t number = 0;
    int good = CHECK_OK(habeas_store_open(argument, NUL, NULL, &store));
    sample_subject(store, "c@example.org");
    good &= CHECK_OK(habeas_subject_count(store, &number));
    good &= CHECK(number == 3);
    habeas_store_close(store);
    return good;
}

static void a_child_may_open_what_its_parent_had_closed(void) {
    static char path[512];
    snprintf(path, sizeof path, "%s", scratch("parent.habeas"));
    in_child(open_what_was_closed, path);
}

void fork_phases(void) {
    phase("a child cannot use what its parent opened", a_child_cannot_use_what_its_parent_opened);
    phase("a child may open what its parent had closed",
          a_child_may_open_what_its_parent_had_closed);
}
