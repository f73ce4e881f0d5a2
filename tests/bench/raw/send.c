/* Messages as rows, with all that habeas keeps of them; and the same bytes by libcurl over one
 * connection, from memory. */
#include "raw.h"

#include "../bench.h"
#include "../smtp_sink.h"

#include <curl/curl.h>

#define MESSAGES 10000
#define IN_A_TRANSACTION 250

static void queue(const struct raw_run* run, int64_t first, int64_t people) {
    struct bench b = bench_named("queue", "raw");
    sqlite3* db = raw_open(raw_path(run, "raw/store.db"), NULL);
    sqlite3_stmt *begin = raw_prepare(db, "BEGIN IMMEDIATE"), *commit = raw_prepare(db, "COMMIT");
    sqlite3_stmt* message = raw_prepare(
        db,
        "INSERT INTO outbox(key, reference, kind, subject_id, purpose_id, channel, "
        "template_id, template_version, state, reason, priority, queued_at, due_at, attempts, "
        "repeated, settled, gateway, gateway_reference, subject_line) VALUES(?1, ?2, "
        "'transactional', ?3, 5, 'email', 1, 1, 'queued', '', 10, ?4, ?4, 0, 0, 0, '', '', '')");
    sqlite3_stmt* content = raw_prepare(
        db, "INSERT INTO outbox_content(message_id, subject_id, data, secret, language, "
            "subject_line, text, html) VALUES(last_insert_rowid(), ?1, '', '', '', '', "
            "'', '')");
    sqlite3_stmt* change = raw_prepare(db, "INSERT INTO change_log(sequence, first_id, last_id, "
                                           "kinds, recorded_at) VALUES(?1, ?2, ?2, 4096, ?3)");
    sqlite3_stmt* head = raw_prepare(db, "INSERT INTO last_commit(id, state) VALUES(1, ?1) "
                                         "ON CONFLICT(id) DO UPDATE SET state = excluded.state");
    int64_t next = 1 + raw_select(db, "SELECT coalesce(max(sequence + last_id - first_id), 0) "
                                      "FROM change_log");
    int64_t now = (int64_t)(bench_now() * 1000), at, i;
    uint64_t seed = 1900 + run->round;
    bench_begin(&b);
    for (at = 0; at < people; at += IN_A_TRANSACTION) {
        int64_t end = at + IN_A_TRANSACTION < people ? at + IN_A_TRANSACTION : people;
        char mac[104];
        raw_run_once(begin);
        for (i = at; i < end; ++i) {
            char key[64], reference[16];
            snprintf(key, sizeof key, "order/%llu/%lld", (unsigned long long)run->round,
                     (long long)i);
            raw_bytes(&seed, reference, sizeof reference);
            sqlite3_bind_text(message, 1, key, -1, SQLITE_STATIC);
            sqlite3_bind_blob(message, 2, reference, sizeof reference, SQLITE_STATIC);
            sqlite3_bind_int64(message, 3, first + 2 * i);
            sqlite3_bind_int64(message, 4, now);
            raw_run_once(message);
            sqlite3_bind_int64(content, 1, first + 2 * i);
            raw_run_once(content);
            sqlite3_bind_int64(change, 1, next++);
            sqlite3_bind_int64(change, 2, first + 2 * i);
            sqlite3_bind_int64(change, 3, now);
            raw_run_once(change);
        }
        raw_bytes(&seed, mac, sizeof mac);
        sqlite3_bind_blob(head, 1, mac, sizeof mac, SQLITE_STATIC);
        raw_run_once(head);
        raw_run_once(commit);
    }
    bench_end(&b, 1);
    bench_print(&b);
    raw_close(db);
}

struct text {
    const char* bytes;
    size_t size, at;
};

static size_t give(char* to, size_t size, size_t count, void* self) {
    struct text* text = self;
    size_t room = size * count, left = text->size - text->at;
    size_t given = left < room ? left : room;
    memcpy(to, text->bytes + text->at, given);
    text->at += given;
    return given;
}

static void send_all(const struct raw_run* run, int64_t people) {
    static char bytes[1 << 14];
    struct bench b = bench_named("send_smtp", "raw");
    struct text text = {bytes, 0, 0};
    struct curl_slist* to = NULL;
    char url[64];
    CURL* curl;
    int64_t i;
    FILE* mail = fopen(raw_path(run, "base/message.eml"), "rb");
    bench_check(mail != NULL, "base/message.eml is missing: --fresh");
    text.size = fread(bytes, 1, sizeof bytes, mail);
    fclose(mail);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%d/bench", smtp_sink_start());
    curl_global_init(CURL_GLOBAL_ALL);
    curl = curl_easy_init();
    to = curl_slist_append(to, "<somebody@example.org>");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<hello@shop.example>");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &text);
    bench_begin(&b);
    for (i = 0; i < people; ++i) {
        text.at = 0;
        bench_check(curl_easy_perform(curl) == CURLE_OK, "the sink refuses");
    }
    bench_end(&b, (uint64_t)people);
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    bench_check(smtp_sink_stop() == people, "not everything was sent");
    bench_print(&b);
}

void raw_queue_and_send(const struct raw_run* run) {
    int64_t people = run->people / 4 < MESSAGES ? run->people / 4 : MESSAGES;
    queue(run, run->people / 4 * 2 + 1, people); /* odd: nobody who is erased */
    send_all(run, people);
}
