/* A full refresh: matches and members in order of id, walked side by side; what is in one alone is
 * inserted or deleted, and noted. */
#include "raw.h"

#include "../bench.h"

#include <stdlib.h>

#define CHANGES 1000
#define SEGMENT 1000000 /* a number that habeas has not given */

struct ids {
    int64_t* list;
    size_t count, room;
};

static void add(struct ids* ids, int64_t id) {
    if (ids->count == ids->room) {
        ids->room = ids->room ? 2 * ids->room : 1024;
        ids->list = realloc(ids->list, ids->room * sizeof ids->list[0]);
        if (!ids->list)
            abort();
    }
    ids->list[ids->count++] = id;
}

static void change_plans(sqlite3* db, uint64_t seed, int64_t people) {
    static const char* const plans[] = {"free", "basic", "plus", "business"};
    sqlite3_stmt* update = raw_prepare(db, "UPDATE subject SET f_plan = ?2 WHERE id = ?1");
    int i;
    raw_exec(db, "BEGIN IMMEDIATE");
    for (i = 0; i < CHANGES; ++i) {
        sqlite3_bind_int64(update, 1, bench_who_stays(&seed, people));
        sqlite3_bind_text(update, 2, plans[bench_random(&seed) % 4], -1, SQLITE_STATIC);
        raw_run_once(update);
    }
    raw_exec(db, "COMMIT");
    sqlite3_finalize(update);
}

static void apply(sqlite3* db, const char* sql, const struct ids* ids) {
    sqlite3_stmt* statement = raw_prepare(db, sql);
    size_t i;
    for (i = 0; i < ids->count; ++i) {
        sqlite3_bind_int64(statement, 1, SEGMENT);
        sqlite3_bind_int64(statement, 2, ids->list[i]);
        raw_run_once(statement);
    }
    sqlite3_finalize(statement);
}

static void refresh(sqlite3* db, sqlite3_stmt* wanted, sqlite3_stmt* present, struct ids* added,
                    struct ids* removed) {
    int want, have;
    added->count = removed->count = 0;
    raw_exec(db, "BEGIN IMMEDIATE");
    sqlite3_bind_int64(present, 1, SEGMENT);
    want = sqlite3_step(wanted) == SQLITE_ROW;
    have = sqlite3_step(present) == SQLITE_ROW;
    while (want || have) {
        int64_t next = want ? sqlite3_column_int64(wanted, 0) : INT64_MAX;
        int64_t old = have ? sqlite3_column_int64(present, 0) : INT64_MAX;
        if (next < old)
            add(added, next);
        else if (old < next)
            add(removed, old);
        if (next <= old)
            want = sqlite3_step(wanted) == SQLITE_ROW;
        if (old <= next)
            have = sqlite3_step(present) == SQLITE_ROW;
    }
    sqlite3_reset(wanted);
    sqlite3_reset(present);
    apply(db, "INSERT INTO segment_member(segment_id, subject_id, since) VALUES(?1, ?2, 0)", added);
    apply(db, "DELETE FROM segment_member WHERE segment_id = ?1 AND subject_id = ?2", removed);
    raw_exec(db, "COMMIT");
}

void raw_segments(const struct raw_run* run) {
    sqlite3* db = raw_open(raw_path(run, "raw/store.db"), NULL);
    sqlite3_stmt* wanted = raw_prepare(
        db, "SELECT id FROM subject NOT INDEXED WHERE (f_country = 'DE' AND f_lifetime_value >= "
            "1200000) OR (f_plan = 'business' AND f_vip = 0 AND f_date_of_birth < '1970-01-01') "
            "ORDER BY id");
    sqlite3_stmt* present = raw_prepare(
        db, "SELECT subject_id FROM segment_member WHERE segment_id = ?1 ORDER BY subject_id");
    struct ids added = {0}, removed = {0};
    struct bench b = bench_named("segment_full", "raw");
    refresh(db, wanted, present, &added, &removed);
    change_plans(db, 400 + 2 * run->round, run->people);
    bench_begin(&b);
    refresh(db, wanted, present, &added, &removed);
    bench_end(&b, 1);
    bench_check(added.count > 0 && removed.count > 0, "the changes moved nobody");
    bench_print(&b);
    change_plans(db, 401 + 2 * run->round, run->people);
    free(added.list);
    free(removed.list);
    raw_close(db);
}
