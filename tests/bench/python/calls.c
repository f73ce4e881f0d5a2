/* The calls of the C ABI that overhead.py compares Python with: one decision, a thousand in one
   call, a thousand rows. usage: calls STORE PEOPLE ROUND; prints nanoseconds per decision, and per
   bulk call, one line each. */
#define _POSIX_C_SOURCE 199309L
#include <habeas.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { decisions = 100000, bulk = 1000, bulks = 100, rows = 1000, batches = 5 };

static void must(habeas_status status) {
    if (status != HABEAS_OK) {
        habeas_error error;
        habeas_error_init(&error, sizeof error);
        habeas_last_error(&error);
        fprintf(stderr, "%d: %s: %s\n", status, error.where, error.message);
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* The same people in the same order as overhead.py. */
static int64_t next(uint64_t* state, int64_t people) {
    *state = (*state * 1103515245u + 12345u) & 0x7fffffffu;
    return 1 + (int64_t)(*state % (uint64_t)people);
}

static double one_by_one(habeas_store* store, const int64_t* subjects, size_t count,
                         long* allowed) {
    double begin = now();
    for (size_t i = 0; i < count; ++i) {
        habeas_decision decision;
        decision.struct_size = sizeof decision;
        must(habeas_may_process(store, subjects[i], "newsletter", 10, HABEAS_CHANNEL_EMAIL, NULL,
                                &decision));
        *allowed += decision.allowed;
    }
    return (now() - begin) / (double)count;
}

static double many(habeas_store* store, const int64_t* subjects, long* allowed) {
    static habeas_decision found[bulk];
    double begin = now();
    for (int i = 0; i < bulks; ++i) {
        found[0].struct_size = sizeof found[0];
        must(habeas_filter_subjects(store, "newsletter", 10, HABEAS_CHANNEL_EMAIL, NULL,
                                    subjects + i * bulk, bulk, found));
        for (int j = 0; j < bulk; ++j) {
            *allowed += found[j].allowed;
        }
    }
    return (now() - begin) / bulks;
}

static double upserts(int round) {
    habeas_store* store = NULL;
    must(habeas_store_open_memory(NULL, &store));
    static char texts[rows][40];
    static habeas_cell cells[rows][2];
    static habeas_upsert_result results[rows];
    const habeas_text columns[2] = {{"email", 5}, {"country", 7}};
    double spent = 0;
    for (int batch = -1; batch < batches; ++batch) {
        double begin = now();
        for (int i = 0; i < rows; ++i) {
            snprintf(texts[i], sizeof texts[i], "p%d-%d-%d@example.org", round, batch, i);
            memset(cells[i], 0, sizeof cells[i]);
            cells[i][0].type = cells[i][1].type = HABEAS_CELL_TEXT;
            cells[i][0].text.data = texts[i];
            cells[i][0].text.size = strlen(texts[i]);
            cells[i][1].text.data = "DE";
            cells[i][1].text.size = 2;
        }
        must(habeas_subject_upsert_rows(store, columns, 2, cells[0], rows, 0, 0, results));
        spent += batch >= 0 ? now() - begin : 0; /* the first one warms up */
    }
    habeas_store_close(store);
    return spent / batches;
}

int main(int argc, char** argv) {
    if (argc != 4) {
        return 2;
    }
    habeas_store* store = NULL;
    must(habeas_store_open(argv[1], strlen(argv[1]), NULL, &store));
    static int64_t subjects[decisions];
    uint64_t state = (uint64_t)atoi(argv[3]) + 7;
    for (int i = 0; i < decisions; ++i) {
        subjects[i] = next(&state, atoll(argv[2]));
    }
    long allowed = 0;
    one_by_one(store, subjects, 20000, &allowed);
    allowed = 0;
    double decision = one_by_one(store, subjects, decisions, &allowed);
    double bulk_call = many(store, subjects, &allowed);
    must(habeas_snapshot_begin(store));
    double in_read = one_by_one(store, subjects, decisions, &allowed);
    must(habeas_snapshot_end(store));
    habeas_store_close(store);
    printf("%f %f %f %f %ld\n", decision, in_read, bulk_call, upserts(atoi(argv[3])), allowed);
    return 0;
}
