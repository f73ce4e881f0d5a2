/* Members, their one step and their message, with all that habeas keeps of them: 1,000 who come in
 * and 250 messages in a transaction. */
#include "raw.h"

#include "../bench.h"

#define DUE 100000
#define ENTER 1000
#define SEND 250

struct writer {
    sqlite3* db;
    sqlite3_stmt *begin, *commit, *head, *member, *step, *find, *done, *closed, *message, *content,
        *change;
    int64_t next_change, campaign;
    uint64_t seed;
};

static void prepare(struct writer* w, const struct raw_run* run) {
    w->db = raw_open(raw_path(run, "raw/store.db"), NULL);
    w->seed = 900 + run->round;
    w->campaign = 1 + (int64_t)run->round;
    w->begin = raw_prepare(w->db, "BEGIN IMMEDIATE");
    w->commit = raw_prepare(w->db, "COMMIT");
    w->head = raw_prepare(w->db, "INSERT INTO last_commit(id, state) VALUES(1, ?1) "
                                 "ON CONFLICT(id) DO UPDATE SET state = excluded.state");
    w->member = raw_prepare(
        w->db, "INSERT INTO campaign_member(campaign_id, subject_id, rotation, version, reference, "
               "origin, state, entered_at) VALUES(?1, ?2, 1, 1, ?3, 'segment', 'active', ?4)");
    w->step = raw_prepare(
        w->db, "INSERT INTO campaign_step(member_id, event, round, subject_id, campaign_id, state, "
               "due_at, waits_for, reached_at, attempts, outcome) VALUES(last_insert_rowid(), "
               "'mail', 1, ?1, ?2, 'due', ?3, '', ?3, 0, '')");
    w->find = raw_prepare(
        w->db, "SELECT s.member_id, s.subject_id FROM campaign_step s WHERE s.campaign_id = ?1 AND "
               "s.state IN ('due', 'waiting', 'calling') AND s.due_at IS NOT NULL ORDER BY "
               "s.due_at LIMIT ?2");
    w->done = raw_prepare(w->db, "UPDATE campaign_step SET state = 'done', outcome = 'queued', "
                                 "finished_at = ?2, due_at = NULL WHERE member_id = ?1 AND event = "
                                 "'mail' AND round = 1");
    w->closed = raw_prepare(w->db, "UPDATE campaign_member SET state = 'done' WHERE id = ?1");
    w->message = raw_prepare(
        w->db, "INSERT INTO outbox(key, reference, kind, subject_id, purpose_id, channel, "
               "template_id, template_version, state, reason, priority, queued_at, due_at, "
               "attempts, repeated, settled, gateway, gateway_reference, subject_line) "
               "VALUES(?1, ?2, 'transactional', ?3, 5, 'email', 1, 1, 'queued', '', 10, ?4, ?4, 0, "
               "0, 0, '', '', '')");
    w->content = raw_prepare(
        w->db,
        "INSERT INTO outbox_content(message_id, subject_id, data, secret, language, subject_line, "
        "text, html) VALUES(last_insert_rowid(), ?1, ?2, '', '', '', '', '')");
    w->change = raw_prepare(w->db, "INSERT INTO change_log(sequence, first_id, last_id, kinds, "
                                   "recorded_at) VALUES(?1, ?2, ?3, ?4, ?5)");
    w->next_change = 1 + raw_select(w->db, "SELECT coalesce(max(sequence + last_id - first_id), 0) "
                                           "FROM change_log");
}

static void end(struct writer* w, int64_t first, int64_t last, int64_t now) {
    char head[104];
    raw_bytes(&w->seed, head, sizeof head);
    sqlite3_bind_int64(w->change, 1, w->next_change);
    sqlite3_bind_int64(w->change, 2, first);
    sqlite3_bind_int64(w->change, 3, last);
    sqlite3_bind_int64(w->change, 4, 4096);
    sqlite3_bind_int64(w->change, 5, now);
    raw_run_once(w->change);
    w->next_change += last - first + 1;
    sqlite3_bind_blob(w->head, 1, head, sizeof head, SQLITE_STATIC);
    raw_run_once(w->head);
    raw_run_once(w->commit);
}

static void enter(struct writer* w, int64_t first, int64_t last, int64_t now) {
    int64_t subject;
    raw_run_once(w->begin);
    for (subject = first; subject <= last; ++subject) {
        int64_t reference;
        raw_bytes(&w->seed, &reference, sizeof reference);
        sqlite3_bind_int64(w->member, 1, w->campaign);
        sqlite3_bind_int64(w->member, 2, subject);
        sqlite3_bind_int64(w->member, 3, reference);
        sqlite3_bind_int64(w->member, 4, now);
        raw_run_once(w->member);
        sqlite3_bind_int64(w->step, 1, subject);
        sqlite3_bind_int64(w->step, 2, w->campaign);
        sqlite3_bind_int64(w->step, 3, now);
        raw_run_once(w->step);
    }
    end(w, first, last, now);
}

static void queue(struct writer* w, int64_t member, int64_t subject, int64_t now) {
    static const char data[] =
        "{\"campaign\":\"bench0\",\"event\":\"mail\",\"subject_id\":\"100000\"}";
    char key[64], reference[16];
    uint64_t random;
    raw_bytes(&w->seed, &random, sizeof random);
    raw_bytes(&w->seed, reference, sizeof reference);
    snprintf(key, sizeof key, "%016llx/mail/1", (unsigned long long)random);
    sqlite3_bind_text(w->message, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_blob(w->message, 2, reference, sizeof reference, SQLITE_STATIC);
    sqlite3_bind_int64(w->message, 3, subject);
    sqlite3_bind_int64(w->message, 4, now);
    raw_run_once(w->message);
    sqlite3_bind_int64(w->content, 1, subject);
    sqlite3_bind_text(w->content, 2, data, -1, SQLITE_STATIC);
    raw_run_once(w->content);
    sqlite3_bind_int64(w->done, 1, member);
    sqlite3_bind_int64(w->done, 2, now);
    raw_run_once(w->done);
    sqlite3_bind_int64(w->closed, 1, member);
    raw_run_once(w->closed);
}

static int send(struct writer* w, int64_t now) {
    int64_t members[SEND], subjects[SEND];
    int i, count = 0;
    raw_run_once(w->begin);
    sqlite3_bind_int64(w->find, 1, w->campaign);
    sqlite3_bind_int64(w->find, 2, SEND);
    while (sqlite3_step(w->find) == SQLITE_ROW) {
        members[count] = sqlite3_column_int64(w->find, 0);
        subjects[count++] = sqlite3_column_int64(w->find, 1);
    }
    sqlite3_reset(w->find);
    for (i = 0; i < count; ++i)
        queue(w, members[i], subjects[i], now);
    if (count == 0)
        raw_run_once(w->commit);
    else
        end(w, subjects[0], subjects[count - 1], now);
    return count;
}

void raw_campaign_steps(const struct raw_run* run) {
    struct writer w;
    struct bench b = bench_named("campaign_steps", "raw");
    int64_t people = run->people < DUE ? run->people : DUE, first;
    int64_t now = (int64_t)(bench_now() * 1000), before, sent = 0;
    int count;
    prepare(&w, run);
    before = raw_select(w.db, "SELECT count(*) FROM outbox");
    bench_begin(&b);
    for (first = 1; first <= people; first += ENTER)
        enter(&w, first, first + ENTER - 1 < people ? first + ENTER - 1 : people, now);
    while ((count = send(&w, now)) > 0)
        sent += count;
    bench_end(&b, 1);
    bench_check(sent == people &&
                    raw_select(w.db, "SELECT count(*) FROM outbox") == before + people,
                "not everybody was written to");
    bench_print(&b);
    raw_close(w.db);
}
