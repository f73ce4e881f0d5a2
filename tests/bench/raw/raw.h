/* The other side: plain C on plain sqlite3, on a store's own tables. Written as somebody would who
 * needs only the effect: statements prepared once, rows written as habeas writes them, no check of
 * any value, no hash (random bytes stand in their place), no look-up that the task does not need.
 */
#ifndef HABEAS_TESTS_BENCH_RAW_H
#define HABEAS_TESTS_BENCH_RAW_H

#include <sqlite3.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct raw_run {
    const char* folder;
    uint64_t round;
    int64_t people;
};

/* "folder/name", for as long as the next three calls. */
const char* raw_path(const struct raw_run* run, const char* name);

/* Ends the program unless `code` is OK, ROW or DONE. */
void raw_check(sqlite3* db, int code);
/* Opens with the pragmas of src/store/README.md. `vfs` null: SQLite's own. */
sqlite3* raw_open(const char* path, const char* vfs);
void raw_close(sqlite3* db);
void raw_exec(sqlite3* db, const char* sql);
sqlite3_stmt* raw_prepare(sqlite3* db, const char* sql);
/* Steps to the end and resets. */
void raw_run_once(sqlite3_stmt* statement);
/* The statement's first column of its first row, then resets. */
int64_t raw_number(sqlite3_stmt* statement);
int64_t raw_select(sqlite3* db, const char* sql);
/* Random bytes where habeas has a hash or a nonce. */
void raw_bytes(uint64_t* state, void* out, int size);

/* import.c */
void raw_import_csv(const struct raw_run* run);
void raw_calibrate(const struct raw_run* run);
/* decide.c */
void raw_decision(const struct raw_run* run);
void raw_filter_1m(const struct raw_run* run);
/* record.c */
void raw_consent_grant(const struct raw_run* run);
void raw_consent_withdraw(const struct raw_run* run);
/* erase.c */
void raw_erase_one(const struct raw_run* run);
/* truncate.c: for both sides, which differ by the VFS alone. */
void raw_truncate(const char* path, const char* vfs, const char* side, uint64_t round,
                  int64_t people);
/* segment.c */
void raw_segments(const struct raw_run* run);
/* campaign.c */
void raw_campaign_steps(const struct raw_run* run);
/* send.c: queue and send_smtp */
void raw_queue_and_send(const struct raw_run* run);
/* access.c, open.c */
void raw_access_bundle(const struct raw_run* run);
void raw_open_current(const struct raw_run* run);

#ifdef __cplusplus
}
#endif

#endif
