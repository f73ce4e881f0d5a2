/* Emptying a log of a few thousand changed rows into the database file, through the VFS given. */
#include "raw.h"

#include "../bench.h"

#define ROWS 5000
#define SAMPLES 3

static void change(sqlite3* db, sqlite3_stmt* update, uint64_t* state, int64_t people) {
    char city[32];
    int i, changed = 0;
    raw_exec(db, "BEGIN IMMEDIATE");
    for (i = 0; i < ROWS; ++i) {
        /* Of another length each time: cells move and leave stale bytes behind. */
        int size = snprintf(city, sizeof city, "%llx", (unsigned long long)bench_random(state));
        size -= (int)(bench_random(state) % 8);
        sqlite3_bind_int64(update, 1, bench_person(state, people));
        sqlite3_bind_text(update, 2, city, size, SQLITE_STATIC);
        raw_run_once(update);
        changed += sqlite3_changes(db);
    }
    raw_exec(db, "COMMIT");
    bench_check(changed > ROWS / 2, "too few rows changed");
}

void raw_truncate(const char* path, const char* vfs, const char* side, uint64_t round,
                  int64_t people) {
    sqlite3* db = raw_open(path, vfs);
    struct bench b = bench_named("truncate", side);
    sqlite3_stmt* update = raw_prepare(db, "UPDATE subject SET f_city = ?2 WHERE id = ?1");
    uint64_t state = 400 + round;
    int i, frames, moved;
    raw_exec(db, "PRAGMA wal_autocheckpoint=0");
    for (i = 0; i <= SAMPLES; ++i) {
        double begun, cpu_begun, taken;
        change(db, update, &state, people);
        cpu_begun = bench_cpu();
        begun = bench_now();
        raw_check(
            db, sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved));
        taken = bench_now() - begun;
        b.cpu = bench_cpu() - cpu_begun;
        bench_check(frames == 0, "the log was not emptied");
        if (i > 0) /* the first made the log */
            bench_add(&b, taken);
    }
    bench_print(&b);
    raw_close(db);
}
