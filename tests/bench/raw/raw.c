#include "raw.h"

#include "../bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char* raw_path(const struct raw_run* run, const char* name) {
    static char paths[4][4096];
    static unsigned next;
    char* out = paths[next++ % 4];
    snprintf(out, sizeof paths[0], "%s/%s", run->folder, name);
    return out;
}

void raw_check(sqlite3* db, int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    fprintf(stderr, "bench_raw: %s\n", db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    exit(1);
}

void raw_exec(sqlite3* db, const char* sql) {
    raw_check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

sqlite3* raw_open(const char* path, const char* vfs) {
    static const int settings[][2] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},     {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}};
    sqlite3* db = NULL;
    unsigned i;
    raw_check(NULL, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs));
    for (i = 0; i < sizeof settings / sizeof settings[0]; ++i)
        raw_check(db, sqlite3_db_config(db, settings[i][0], settings[i][1], NULL));
    raw_check(db, sqlite3_busy_timeout(db, 5000));
    raw_exec(db, "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                 "PRAGMA cell_size_check=ON; PRAGMA recursive_triggers=ON;"
                 "PRAGMA cache_size=-16384; PRAGMA synchronous=FULL;"
                 "PRAGMA journal_mode=WAL; PRAGMA auto_vacuum");
    return db;
}

void raw_close(sqlite3* db) {
    sqlite3_stmt* statement;
    while ((statement = sqlite3_next_stmt(db, NULL)) != NULL)
        sqlite3_finalize(statement);
    raw_check(db, sqlite3_close(db));
}

sqlite3_stmt* raw_prepare(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = NULL;
    raw_check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

void raw_run_once(sqlite3_stmt* statement) {
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    raw_check(sqlite3_db_handle(statement), code);
    sqlite3_reset(statement);
}

int64_t raw_number(sqlite3_stmt* statement) {
    int64_t out;
    raw_check(sqlite3_db_handle(statement), sqlite3_step(statement));
    out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return out;
}

int64_t raw_select(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = raw_prepare(db, sql);
    int64_t out = raw_number(statement);
    sqlite3_finalize(statement);
    return out;
}

void raw_bytes(uint64_t* state, void* out, int size) {
    char* at = out;
    for (; size > 0; at += 8, size -= 8) {
        uint64_t random = bench_random(state);
        memcpy(at, &random, 8);
    }
}
