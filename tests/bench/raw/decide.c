/* The ready row of a person by its key; all ready rows of a purpose and channel. */
#include "raw.h"

#include "../bench.h"

#define WARM_UP 50000
#define DECISIONS 200000

/* The columns that a decision has: reason, deciding event, until when it holds. */
static int64_t decide(sqlite3_stmt* row, uint64_t* state, int64_t people, int count, int64_t now) {
    int64_t allowed = 0;
    int i;
    for (i = 0; i < count; ++i) {
        sqlite3_bind_int64(row, 1, bench_person(state, people));
        if (sqlite3_step(row) == SQLITE_ROW) {
            int64_t reason = sqlite3_column_int64(row, 0);
            int64_t event = sqlite3_column_int64(row, 2);
            int64_t from = sqlite3_column_int64(row, 3);
            int64_t until = sqlite3_column_int64(row, 4);
            allowed += reason < 32 && event > 0 && from <= now && now < until;
        }
        sqlite3_reset(row);
    }
    return allowed;
}

static void measure(sqlite3* db, const struct raw_run* run, uint64_t seed, const char* name) {
    uint64_t state = seed;
    int64_t allowed, now = (int64_t)time(NULL) * 1000;
    struct bench b = bench_named(name, "raw");
    sqlite3_stmt* row =
        raw_prepare(db, "SELECT reason, state, event_id, valid_from, valid_until FROM ready WHERE "
                        "subject_id = ?1 AND purpose_id = ?2 AND channel = ?3");
    sqlite3_bind_int64(row, 2, raw_select(db, "SELECT id FROM purpose WHERE code = 'newsletter'"));
    sqlite3_bind_int64(row, 3, 1);
    decide(row, &state, run->people, WARM_UP, now);
    bench_begin(&b);
    allowed = decide(row, &state, run->people, DECISIONS, now);
    bench_end(&b, DECISIONS);
    bench_check(allowed > DECISIONS / 2 && allowed < DECISIONS, "too few or too many are allowed");
    bench_print(&b);
    sqlite3_finalize(row);
}

void raw_decision(const struct raw_run* run) {
    sqlite3* db = raw_open(raw_path(run, "base/store.db"), NULL);
    measure(db, run, run->round, "decision");
    raw_exec(db, "BEGIN");
    measure(db, run, run->round + 1000, "decision_in_read");
    raw_exec(db, "COMMIT");
    raw_close(db);
}

static int64_t filter(sqlite3_stmt* row, int64_t* sum) {
    int64_t count = 0;
    while (sqlite3_step(row) == SQLITE_ROW) {
        int64_t subject = sqlite3_column_int64(row, 0);
        int64_t event = sqlite3_column_int64(row, 2);
        int64_t until = sqlite3_column_int64(row, 3);
        count += event > 0 && until > 0 && sqlite3_column_int64(row, 1) < 32;
        *sum += subject;
    }
    sqlite3_reset(row);
    return count;
}

void raw_filter_1m(const struct raw_run* run) {
    sqlite3* db = raw_open(raw_path(run, "base/store.db"), NULL);
    int64_t count, sum = 0;
    struct bench b = bench_named("filter_1m", "raw");
    sqlite3_stmt* row = raw_prepare(
        db, "SELECT subject_id, reason, event_id, valid_until FROM ready WHERE purpose_id = ?1 "
            "AND channel = ?2 AND reason < 32 AND valid_from <= ?3 AND valid_until > ?3 "
            "ORDER BY subject_id");
    sqlite3_bind_int64(row, 1, raw_select(db, "SELECT id FROM purpose WHERE code = 'newsletter'"));
    sqlite3_bind_int64(row, 2, 1);
    sqlite3_bind_int64(row, 3, (int64_t)time(NULL) * 1000);
    filter(row, &sum);
    bench_begin(&b);
    count = filter(row, &sum);
    bench_end(&b, 1);
    bench_check(count > run->people / 2 && sum > count, "too few are allowed");
    bench_print(&b);
    raw_close(db);
}
