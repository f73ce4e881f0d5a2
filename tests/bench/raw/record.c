/* One event a transaction, with all that habeas keeps of it: ledger, chain, ready row, head. */
#include "raw.h"

#include "../bench.h"

#include <fcntl.h>
#include <unistd.h>

#define WARM_UP 50
#define EVENTS 400

/* Bytes of a journal record of a withdrawal of somebody with three identifiers. */
#define JOURNAL_RECORD 372

struct writer {
    sqlite3* db;
    sqlite3_stmt *begin, *event, *chain, *ready, *head, *commit;
    int64_t last, purpose, kind, reason, state;
    const char* evidence;
    uint64_t seed;
    int journal; /* -1: the event needs none */
};

static void prepare(struct writer* w, const struct raw_run* run, const char* purpose) {
    sqlite3_stmt* id;
    w->db = raw_open(raw_path(run, "raw/store.db"), NULL);
    w->begin = raw_prepare(w->db, "BEGIN IMMEDIATE");
    w->commit = raw_prepare(w->db, "COMMIT");
    w->event = raw_prepare(
        w->db, "INSERT INTO event(id, subject_id, origin_id, kind, purpose_id, channel, scope, "
               "effective_at, recorded_at, actor_id, text_version, evidence, nonce) "
               "VALUES(?1, ?2, NULL, ?3, ?4, 1, NULL, ?5, ?5, 1, ?6, ?7, ?8)");
    w->chain =
        raw_prepare(w->db, "INSERT INTO chain(sequence, commitment, hash) VALUES(?1, ?2, ?3)");
    w->ready = raw_prepare(
        w->db, "INSERT INTO ready(subject_id, purpose_id, channel, reason, state, event_id, "
               "valid_from, valid_until) VALUES(?1, ?2, 1, ?3, ?4, ?5, ?6, 9223372036854775807) "
               "ON CONFLICT(subject_id, purpose_id, channel) DO UPDATE SET "
               "reason = excluded.reason, state = excluded.state, event_id = excluded.event_id, "
               "valid_from = excluded.valid_from, valid_until = excluded.valid_until");
    w->head = raw_prepare(w->db, "INSERT INTO last_commit(id, state) VALUES(1, ?1) "
                                 "ON CONFLICT(id) DO UPDATE SET state = excluded.state");
    w->last = raw_select(w->db, "SELECT max(sequence) FROM chain");
    id = raw_prepare(w->db, "SELECT id FROM purpose WHERE code = ?1");
    sqlite3_bind_text(id, 1, purpose, -1, SQLITE_STATIC);
    w->purpose = raw_number(id);
    w->journal = -1;
}

static void append_journal(struct writer* w) {
    char record[JOURNAL_RECORD + 8];
    raw_bytes(&w->seed, record, JOURNAL_RECORD);
    bench_check(write(w->journal, record, JOURNAL_RECORD) == JOURNAL_RECORD &&
                    fdatasync(w->journal) == 0,
                "the journal cannot be written");
}

static void record(struct writer* w, int64_t subject) {
    char nonce[16], commitment[32], hash[32], head[104];
    int64_t now = (int64_t)(bench_now() * 1000), id = ++w->last;
    raw_bytes(&w->seed, nonce, sizeof nonce);
    raw_bytes(&w->seed, commitment, sizeof commitment);
    raw_bytes(&w->seed, hash, sizeof hash);
    raw_bytes(&w->seed, head, sizeof head);
    raw_run_once(w->begin);
    sqlite3_bind_int64(w->event, 1, id);
    sqlite3_bind_int64(w->event, 2, subject);
    sqlite3_bind_int64(w->event, 3, w->kind);
    sqlite3_bind_int64(w->event, 4, w->purpose);
    sqlite3_bind_int64(w->event, 5, now);
    if (w->journal < 0)
        sqlite3_bind_int64(w->event, 6, 1);
    sqlite3_bind_text(w->event, 7, w->evidence, -1, SQLITE_STATIC);
    sqlite3_bind_blob(w->event, 8, nonce, sizeof nonce, SQLITE_STATIC);
    raw_run_once(w->event);
    sqlite3_bind_int64(w->chain, 1, id);
    sqlite3_bind_blob(w->chain, 2, commitment, sizeof commitment, SQLITE_STATIC);
    sqlite3_bind_blob(w->chain, 3, hash, sizeof hash, SQLITE_STATIC);
    raw_run_once(w->chain);
    sqlite3_bind_int64(w->ready, 1, subject);
    sqlite3_bind_int64(w->ready, 2, w->purpose);
    sqlite3_bind_int64(w->ready, 3, w->reason);
    sqlite3_bind_int64(w->ready, 4, w->state);
    sqlite3_bind_int64(w->ready, 5, id);
    sqlite3_bind_int64(w->ready, 6, now);
    raw_run_once(w->ready);
    sqlite3_bind_blob(w->head, 1, head, sizeof head, SQLITE_STATIC);
    raw_run_once(w->head);
    if (w->journal >= 0)
        append_journal(w);
    raw_run_once(w->commit);
}

static void measure(struct writer* w, const struct raw_run* run, const char* name, uint64_t seed) {
    struct bench b = bench_named(name, "raw");
    int64_t before = w->last;
    uint64_t state = seed;
    int i;
    w->seed = ~seed;
    for (i = 0; i < WARM_UP; ++i)
        record(w, bench_who_stays(&state, run->people));
    bench_begin(&b);
    for (i = 0; i < EVENTS; ++i)
        record(w, bench_who_stays(&state, run->people));
    bench_end(&b, EVENTS);
    bench_check(raw_select(w->db, "SELECT max(id) FROM event") == before + WARM_UP + EVENTS,
                "not every event was written");
    bench_print(&b);
    raw_close(w->db);
}

void raw_consent_grant(const struct raw_run* run) {
    struct writer w;
    prepare(&w, run, "surveys");
    w.kind = 2;   /* granted */
    w.reason = 1; /* OK_CONSENT */
    w.state = 2;  /* granted */
    w.evidence = "{\"controller_country\":\"DE\",\"form\":\"shop-account\",\"language\":\"en\","
                 "\"method\":\"form\"}";
    measure(&w, run, "consent_grant", 100 + run->round);
}

void raw_consent_withdraw(const struct raw_run* run) {
    struct writer w;
    prepare(&w, run, "newsletter");
    w.kind = 4;    /* withdrawn */
    w.reason = 58; /* CONSENT_WITHDRAWN */
    w.state = 4;   /* withdrawn */
    w.evidence = "{\"method\":\"email_link\"}";
    w.journal = open(raw_path(run, "raw/store.db.restore"), O_WRONLY | O_APPEND);
    bench_check(w.journal >= 0, "there is no journal to append to");
    measure(&w, run, "consent_withdraw", 200 + run->round);
    close(w.journal);
}
