/* The deletes of an erasure, one person a transaction, and after each the log emptied into the
 * database file. */
#include "raw.h"

#include "../bench.h"

#define WARM_UP 2
#define ERASURES 20

/* Every table that has a person's rows, in the order in which habeas empties them. */
static const char* const deletes[] = {
    "DELETE FROM ready WHERE subject_id = ?1",
    "DELETE FROM subject WHERE id = ?1",
    "DELETE FROM identifier WHERE subject_id = ?1",
    "DELETE FROM identifier_past WHERE subject_id = ?1",
    "DELETE FROM subject_choice WHERE subject_id = ?1",
    "DELETE FROM subject_alias WHERE subject_id = ?1",
    "DELETE FROM membership WHERE subject_id = ?1",
    "DELETE FROM event WHERE subject_id = ?1",
    "DELETE FROM written_file WHERE subject_id = ?1",
};
#define TABLES (sizeof deletes / sizeof deletes[0])

static void erase(sqlite3* db, sqlite3_stmt* const* statements, int64_t person) {
    unsigned i;
    raw_exec(db, "BEGIN IMMEDIATE");
    for (i = 0; i < TABLES; ++i) {
        sqlite3_bind_int64(statements[i], 1, person);
        raw_run_once(statements[i]);
    }
    raw_exec(db, "COMMIT");
    raw_check(db, sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

void raw_erase_one(const struct raw_run* run) {
    sqlite3* db = raw_open(raw_path(run, "raw/store.db"), NULL);
    sqlite3_stmt* statements[TABLES];
    struct bench b = bench_named("erase_one", "raw");
    uint64_t next = run->round * (WARM_UP + ERASURES);
    int64_t before = raw_select(db, "SELECT count(*) FROM subject");
    unsigned i;
    for (i = 0; i < TABLES; ++i)
        statements[i] = raw_prepare(db, deletes[i]);
    for (i = 0; i < WARM_UP; ++i)
        erase(db, statements, bench_goes_alone(next++, run->people));
    bench_begin(&b);
    for (i = 0; i < ERASURES; ++i)
        erase(db, statements, bench_goes_alone(next++, run->people));
    bench_end(&b, ERASURES);
    bench_check(raw_select(db, "SELECT count(*) FROM subject") == before - WARM_UP - ERASURES,
                "somebody is still there");
    bench_print(&b);
    raw_close(db);
}
