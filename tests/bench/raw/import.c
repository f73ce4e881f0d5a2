/* The rows of the CSV into a store's own tables, 10,000 a transaction; and for comparing machines
 * into one plain table. */
#include "raw.h"

#include "../bench.h"
#include "csv_reader.h"

#define BATCH 10000

enum type { TEXT, REAL, CENTS, BOOLEAN };
static const enum type types[] = {TEXT, TEXT, TEXT, TEXT,    TEXT, TEXT,  TEXT,
                                  TEXT, TEXT, TEXT, TEXT,    REAL, CENTS, BOOLEAN,
                                  TEXT, TEXT, REAL, BOOLEAN, TEXT, TEXT};
#define COLUMNS (sizeof types / sizeof types[0])
enum column { EXTERNAL, EMAIL, PHONE };

static const char insert_subject[] =
    "INSERT INTO subject(id, version, created_at, changed_at, source, f_email, f_phone, "
    "f_first_name, f_last_name, f_language, f_country, f_timezone, f_date_of_birth, f_company, "
    "f_city, f_points, f_lifetime_value, f_vip, f_plan, f_referral_code, f_satisfaction, "
    "f_partner, f_contract_until, f_contact_time) VALUES(?1, 1, ?2, ?2, 'import:contacts.csv', "
    "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

/* Digits with two places, as cents. */
static int64_t cents(const struct raw_cell* cell) {
    int64_t out = 0;
    size_t i;
    for (i = 0; i < cell->size; ++i)
        if (cell->text[i] != '.')
            out = out * 10 + (cell->text[i] - '0');
    return out;
}

static void bind(sqlite3_stmt* row, int parameter, enum type type, const struct raw_cell* cell) {
    if (cell->size == 0) {
        sqlite3_bind_null(row, parameter);
        return;
    }
    switch (type) {
    case TEXT:
        sqlite3_bind_text(row, parameter, cell->text, (int)cell->size, SQLITE_STATIC);
        return;
    case REAL: /* a delimiter follows the cell */
        sqlite3_bind_double(row, parameter, strtod(cell->text, NULL));
        return;
    case CENTS:
        sqlite3_bind_int64(row, parameter, cents(cell));
        return;
    case BOOLEAN:
        sqlite3_bind_int64(row, parameter, cell->text[0] == '1');
    }
}

static void identifier(sqlite3_stmt* row, int64_t subject, int kind, const struct raw_cell* cell,
                       uint64_t* seed) {
    char hash[16];
    raw_bytes(seed, hash, sizeof hash);
    sqlite3_bind_int64(row, 1, kind);
    sqlite3_bind_blob(row, 2, hash, sizeof hash, SQLITE_STATIC);
    sqlite3_bind_int64(row, 3, subject);
    if (kind == 2)
        sqlite3_bind_text(row, 4, "shop", 4, SQLITE_STATIC);
    else
        sqlite3_bind_null(row, 4);
    sqlite3_bind_text(row, 5, cell->text, (int)cell->size, SQLITE_STATIC);
    raw_run_once(row);
}

static struct raw_csv* open_csv(const struct raw_run* run) {
    struct raw_csv* csv = raw_csv_open(raw_path(run, "contacts.csv"));
    const struct raw_cell* header;
    bench_check(raw_csv_next(csv, &header) == COLUMNS, "the CSV has other columns");
    return csv;
}

/* A copy of the store without people. */
static void copy_empty(const struct raw_run* run, const char* to) {
    char command[16384];
    snprintf(command, sizeof command, "rm -f '%s' '%s-wal' '%s-shm' && cp '%s' '%s'", to, to, to,
             raw_path(run, "base/empty.db"), to);
    bench_check(system(command) == 0, "the store cannot be copied");
}

void raw_import_csv(const struct raw_run* run) {
    const char* path = raw_path(run, "raw/store.db.import");
    struct raw_csv* csv = open_csv(run);
    const struct raw_cell* cells;
    struct bench b = bench_named("import_csv", "raw");
    sqlite3_stmt *subject, *identifiers, *head, *ids;
    uint64_t seed = run->round;
    int64_t id = 0, now = (int64_t)time(NULL) * 1000;
    int more = 1, i;
    sqlite3* db;
    copy_empty(run, path);
    db = raw_open(path, NULL);
    subject = raw_prepare(db, insert_subject);
    identifiers = raw_prepare(db, "INSERT INTO identifier(kind, hash, subject_id, system, normal, "
                                  "typed) VALUES(?1, ?2, ?3, ?4, ?5, NULL)");
    head = raw_prepare(db, "INSERT INTO last_commit(id, state) VALUES(1, ?1) "
                           "ON CONFLICT(id) DO UPDATE SET state = excluded.state");
    ids = raw_prepare(db, "INSERT INTO meta(name, value) VALUES('ids.subject', ?1) "
                          "ON CONFLICT(name) DO UPDATE SET value = excluded.value");
    bench_begin(&b);
    while (more) {
        char state[104];
        raw_exec(db, "BEGIN IMMEDIATE");
        for (i = 0; i < BATCH && (more = raw_csv_next(csv, &cells) == COLUMNS); ++i) {
            unsigned column;
            ++id;
            identifier(identifiers, id, 0, &cells[EMAIL], &seed);
            identifier(identifiers, id, 1, &cells[PHONE], &seed);
            identifier(identifiers, id, 2, &cells[EXTERNAL], &seed);
            sqlite3_bind_int64(subject, 1, id);
            sqlite3_bind_int64(subject, 2, now);
            for (column = EMAIL; column < COLUMNS; ++column)
                bind(subject, (int)column + 2, types[column], &cells[column]);
            raw_run_once(subject);
        }
        raw_bytes(&seed, state, sizeof state);
        sqlite3_bind_blob(head, 1, state, sizeof state, SQLITE_STATIC);
        raw_run_once(head);
        sqlite3_bind_int64(ids, 1, id + 1);
        raw_run_once(ids);
        raw_exec(db, "COMMIT");
    }
    bench_end(&b, 1);
    bench_check(raw_select(db, "SELECT count(*) FROM subject") == run->people &&
                    raw_select(db, "SELECT count(*) FROM identifier") == 3 * run->people,
                "not every contact was imported");
    bench_print(&b);
    raw_close(db);
    raw_csv_close(csv);
}

void raw_calibrate(const struct raw_run* run) {
    const char* path = raw_path(run, "raw/calibrate.db");
    struct raw_csv* csv = open_csv(run);
    const struct raw_cell* cells;
    struct bench b = bench_named("calibrate", "raw");
    sqlite3_stmt* row;
    int more = 1, i;
    sqlite3* db;
    copy_empty(run, path);
    db = raw_open(path, NULL);
    raw_exec(db,
             "CREATE TABLE contact(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)");
    row = raw_prepare(db, "INSERT INTO contact VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                          "?, ?, ?, ?, ?)");
    bench_begin(&b);
    while (more) {
        raw_exec(db, "BEGIN IMMEDIATE");
        for (i = 0; i < BATCH && (more = raw_csv_next(csv, &cells) == COLUMNS); ++i) {
            unsigned column;
            for (column = 0; column < COLUMNS; ++column)
                bind(row, (int)column + 1, TEXT, &cells[column]);
            raw_run_once(row);
        }
        raw_exec(db, "COMMIT");
    }
    bench_end(&b, 1);
    bench_check(raw_select(db, "SELECT count(*) FROM contact") == run->people,
                "not every contact was imported");
    bench_print(&b);
    raw_close(db);
    raw_csv_close(csv);
}
