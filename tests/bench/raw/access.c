/* All that a store knows of one person, as the JSON document that habeas writes: the same rows are
 * read and the same members written. What does not depend on the person (labels, names of purposes,
 * rights) was taken from one of habeas's documents before the clock started. */
#include "raw.h"

#include "../bench.h"
#include "text.h"

#define WARM_UP 200
#define BUNDLES 2000
#define PURPOSES 6

/* What every document has. */
struct parts {
    struct {
        int64_t id;
        const char *head, *text; /* until the decisions; a text that was shown */
        size_t head_size, text_size;
        int channels[2];
    } purposes[PURPOSES];
    struct {
        const char* bytes; /* until the value */
        size_t size;
    } fields[64];
    const char *head, *tail;
    size_t head_size, tail_size;
};

static const char* find(const char* in, const char* what) {
    const char* at = strstr(in, what);
    bench_check(at != NULL, what);
    return at;
}

static const char* const codes[PURPOSES] = {"newsletter", "offers",        "surveys",
                                            "profiling",  "order_updates", "post_offers"};

/* From habeas's document about the person with number 7 (prepare.cpp). */
static void take_apart(struct parts* parts, const char* document, sqlite3* db, sqlite3_stmt* row) {
    static const int channels[PURPOSES][2] = {{1, 0}, {1, 2}, {1, 0}, {1, 7}, {1, 0}, {4, 0}};
    static const char decisions[] = "\"decisions\": [";
    sqlite3_stmt* purpose = raw_prepare(db, "SELECT id FROM purpose WHERE code = ?1");
    char name[128];
    int i;
    for (i = 0; i < PURPOSES; ++i) {
        snprintf(name, sizeof name, "    {\n      \"code\": \"%s\"", codes[i]);
        parts->purposes[i].head = find(document, name);
        parts->purposes[i].head_size = (size_t)(find(parts->purposes[i].head, decisions) +
                                                sizeof decisions - 1 - parts->purposes[i].head);
        memcpy(parts->purposes[i].channels, channels[i], sizeof channels[i]);
        sqlite3_bind_text(purpose, 1, codes[i], -1, SQLITE_STATIC);
        parts->purposes[i].id = raw_number(purpose);
        parts->purposes[i].text = find(document, "        {\n          \"version\": 1");
        parts->purposes[i].text_size =
            (size_t)(find(parts->purposes[i].text, "        }") + 9 - parts->purposes[i].text);
    }
    for (i = 5; i < sqlite3_column_count(row); ++i) { /* columns f_<name> */
        snprintf(name, sizeof name, "      {\n        \"name\": \"%s\"",
                 sqlite3_column_name(row, i) + 2);
        parts->fields[i].bytes = find(document, name);
        parts->fields[i].size =
            (size_t)(find(parts->fields[i].bytes, "\"value\": ") + 9 - parts->fields[i].bytes);
    }
    parts->head = find(document, "  \"confirmation\"");
    parts->head_size = (size_t)(find(document, "    \"id\": 7,") - parts->head);
    parts->tail = find(document, "  \"recipients\": [],\n  \"disclosures\"");
    parts->tail_size = strlen(parts->tail);
}

struct reader {
    sqlite3_stmt *begin, *commit, *head, *subject, *former, *identifiers, *suppressions,
        *memberships, *events, *exports, *ready;
    struct parts parts;
};

static void prepare(struct reader* r, sqlite3* db) {
    r->begin = raw_prepare(db, "BEGIN");
    r->commit = raw_prepare(db, "COMMIT");
    r->head = raw_prepare(
        db, "SELECT sequence, lower(hex(hash)) FROM chain ORDER BY sequence DESC LIMIT 1");
    r->subject = raw_prepare(
        db,
        "SELECT id, version, created_at, changed_at, source, f_email, f_phone, f_first_name, "
        "f_last_name, f_language, f_country, f_timezone, f_date_of_birth, f_recipient_type, "
        "f_company, f_city, f_points, f_lifetime_value, f_vip, f_plan, f_referral_code, "
        "f_satisfaction, f_partner, f_contract_until, f_contact_time FROM subject WHERE id = ?1");
    r->former = raw_prepare(db, "SELECT old_id FROM subject_alias WHERE subject_id = ?1");
    r->identifiers = raw_prepare(db, "SELECT kind, system, typed, normal, hash FROM identifier "
                                     "WHERE subject_id = ?1 ORDER BY kind, hash");
    r->suppressions =
        raw_prepare(db, "SELECT kind, scope, effective_at FROM suppression WHERE hash = ?1");
    r->memberships = raw_prepare(db, "SELECT o.name, m.role, m.is_primary FROM membership m "
                                     "JOIN organisation o ON o.id = m.organisation_id "
                                     "WHERE m.subject_id = ?1");
    r->events = raw_prepare(
        db, "SELECT e.id, e.kind, e.purpose_id, e.channel, e.scope, e.effective_at, e.recorded_at, "
            "e.text_version, e.evidence, a.kind FROM event e JOIN actor a ON a.id = e.actor_id "
            "WHERE e.subject_id = ?1 ORDER BY e.effective_at, e.id");
    r->exports =
        raw_prepare(db, "SELECT id, evidence FROM event WHERE subject_id IS NULL AND kind = 76");
    r->ready = raw_prepare(db, "SELECT purpose_id, channel, reason, state, event_id, valid_from, "
                               "valid_until FROM ready WHERE subject_id = ?1");
}

static void put_subject(struct text* out, struct reader* r, int64_t person) {
    sqlite3_stmt* row = r->subject;
    int first = 1, i;
    sqlite3_bind_int64(row, 1, person);
    raw_check(sqlite3_db_handle(row), sqlite3_step(row));
    PUT(out, "    \"id\": ");
    put_number(out, person);
    PUT(out, ",\n    \"former_ids\": [");
    sqlite3_bind_int64(r->former, 1, person);
    while (sqlite3_step(r->former) == SQLITE_ROW)
        put_number(out, sqlite3_column_int64(r->former, 0));
    sqlite3_reset(r->former);
    PUT(out, "],\n    \"created_at\": ");
    put_time(out, sqlite3_column_int64(row, 2));
    PUT(out, ",\n    \"changed_at\": ");
    put_time(out, sqlite3_column_int64(row, 3));
    PUT(out, ",\n    \"fields\": [");
    for (i = 5; i < sqlite3_column_count(row); ++i) {
        int type = sqlite3_column_type(row, i);
        char real[32];
        put_between(out, i == 5);
        put(out, r->parts.fields[i].bytes, r->parts.fields[i].size);
        if (type == SQLITE_NULL) {
            PUT(out, "null");
        } else if (type == SQLITE_INTEGER) {
            put_number(out, sqlite3_column_int64(row, i));
        } else if (type == SQLITE_FLOAT) {
            snprintf(real, sizeof real, "%.15g", sqlite3_column_double(row, i));
            put_text(out, real);
        } else {
            put_column(out, row, i);
        }
        PUT(out, ",\n        \"provided_by_subject\": ");
        put_text(out, type == SQLITE_NULL ? "false" : "true");
        PUT(out, "\n      }");
    }
    sqlite3_reset(row);
    PUT(out, "\n    ],\n    \"identifiers\": [");
    sqlite3_bind_int64(r->identifiers, 1, person);
    while (sqlite3_step(r->identifiers) == SQLITE_ROW) {
        int64_t kind = sqlite3_column_int64(r->identifiers, 0);
        int typed = sqlite3_column_type(r->identifiers, 2) != SQLITE_NULL;
        put_between(out, first);
        first = 0;
        PUT(out, "      {\n        \"kind\": \"");
        put_text(out, kind == 0 ? "email" : kind == 1 ? "phone" : "external:");
        put_text(out, kind == 2 ? (const char*)sqlite3_column_text(r->identifiers, 1) : "");
        PUT(out, "\",\n        \"value\": ");
        put_column(out, r->identifiers, typed ? 2 : 3);
        PUT(out, ",\n        \"suppressions\": [");
        sqlite3_bind_blob(r->suppressions, 1, sqlite3_column_blob(r->identifiers, 4), 16,
                          SQLITE_STATIC);
        while (sqlite3_step(r->suppressions) == SQLITE_ROW)
            put_column(out, r->suppressions, 0);
        sqlite3_reset(r->suppressions);
        PUT(out, "],\n        \"provided_by_subject\": ");
        put_text(out, kind == 2 ? "false\n      }" : "true\n      }");
    }
    sqlite3_reset(r->identifiers);
    PUT(out, "\n    ],\n    \"organisations\": [");
    sqlite3_bind_int64(r->memberships, 1, person);
    while (sqlite3_step(r->memberships) == SQLITE_ROW)
        put_column(out, r->memberships, 0);
    sqlite3_reset(r->memberships);
    PUT(out, "]\n  },\n");
}

struct ready {
    int64_t purpose, channel, reason, state, event;
};

static const char* const states[] = {"none",    "requested", "granted",
                                     "refused", "withdrawn", "expired"};
static const char* const channel_names[] = {"any",  "email", "sms", "phone",
                                            "post", "push",  "web", "internal"};

static void put_purposes(struct text* out, struct reader* r, int64_t person, const int64_t* named,
                         int names) {
    struct ready rows[32];
    int count = 0, i, j, k;
    sqlite3_bind_int64(r->ready, 1, person);
    while (sqlite3_step(r->ready) == SQLITE_ROW && count < 32) {
        rows[count].purpose = sqlite3_column_int64(r->ready, 0);
        rows[count].channel = sqlite3_column_int64(r->ready, 1);
        rows[count].reason = sqlite3_column_int64(r->ready, 2);
        rows[count].state = sqlite3_column_int64(r->ready, 3);
        rows[count++].event = sqlite3_column_int64(r->ready, 4);
    }
    sqlite3_reset(r->ready);
    PUT(out, "  \"purposes\": [");
    for (i = 0; i < PURPOSES; ++i) {
        put_between(out, i == 0);
        put(out, r->parts.purposes[i].head, r->parts.purposes[i].head_size);
        for (j = 0; j < 2 && r->parts.purposes[i].channels[j]; ++j) {
            struct ready* row = NULL;
            for (k = 0; k < count; ++k)
                if (rows[k].purpose == r->parts.purposes[i].id &&
                    rows[k].channel == r->parts.purposes[i].channels[j])
                    row = &rows[k];
            put_between(out, j == 0);
            PUT(out, "        {\n          \"channel\": \"");
            put_text(out, channel_names[r->parts.purposes[i].channels[j]]);
            PUT(out, "\",\n          \"consent\": \"");
            put_text(out, states[row ? row->state : 0]);
            PUT(out, "\",\n          \"allowed\": ");
            put_text(out, row && row->reason < 32 ? "true" : "false");
            PUT(out, ",\n          \"reason\": \"");
            put_text(out, !row               ? "CONSENT_OTHER_PURPOSE"
                          : row->reason == 1 ? "OK_CONSENT"
                          : row->state == 4  ? "CONSENT_WITHDRAWN"
                                             : "OBJECTED_DIRECT_MARKETING");
            PUT(out,
                "\",\n          \"explanation\": \"You withdrew your consent.\",\n"
                "          \"reference\": \"GDPR 7(3), 17(1)(b), 21(3), 26(3); ePrivacy 13(2); "
                "C-129/21 Proximus\",\n          \"event\": ");
            put_number(out, row ? row->event : 0);
            PUT(out, "\n        }");
        }
        PUT(out, "\n      ],\n      \"texts_shown\": [");
        for (k = 0; k < names; ++k)
            if (named[k] == r->parts.purposes[i].id) {
                put(out, r->parts.purposes[i].text, r->parts.purposes[i].text_size);
                break;
            }
        PUT(out, "]\n    }");
    }
    PUT(out, "\n  ],\n");
}

/* The members of the evidence, each under its name; canonical JSON needs no more than other
 * blanks. Also tells which purposes have a text that was shown. */
static int put_history(struct text* out, struct reader* r, int64_t person, int64_t* named) {
    sqlite3_stmt* row = r->events;
    int names = 0, first = 1;
    PUT(out, "  \"history\": [");
    sqlite3_bind_int64(row, 1, person);
    while (sqlite3_step(row) == SQLITE_ROW) {
        int64_t purpose = sqlite3_column_int64(row, 2);
        const char* evidence = (const char*)sqlite3_column_text(row, 8);
        int size = sqlite3_column_bytes(row, 8), i;
        if (sqlite3_column_int64(row, 7) > 0 && names < 8)
            named[names++] = purpose;
        put_between(out, first);
        first = 0;
        PUT(out, "    {\n      \"event\": ");
        put_number(out, sqlite3_column_int64(row, 0));
        PUT(out, ",\n      \"kind\": \"");
        put_text(out, sqlite3_column_int64(row, 1) == 2 ? "granted" : "withdrawn");
        PUT(out, "\",\n      \"purpose\": \"");
        for (i = 0; i < PURPOSES; ++i)
            if (r->parts.purposes[i].id == purpose)
                put_text(out, codes[i]);
        PUT(out, "\",\n      \"channel\": \"");
        put_text(out, channel_names[sqlite3_column_int64(row, 3) & 7]);
        PUT(out, "\",\n      \"effective_at\": ");
        put_time(out, sqlite3_column_int64(row, 5));
        PUT(out, ",\n      \"recorded_at\": ");
        put_time(out, sqlite3_column_int64(row, 6));
        PUT(out, ",\n      \"actor\": ");
        put_column(out, row, 9);
        PUT(out, ",\n      \"text_version\": ");
        put_number(out, sqlite3_column_int64(row, 7));
        if (evidence && size > 2) {
            PUT(out, ",\n      ");
            put(out, evidence + 1, (size_t)size - 2);
        }
        PUT(out, ",\n      \"provided_by_subject\": true\n    }");
    }
    sqlite3_reset(row);
    PUT(out, "\n  ],\n");
    return names;
}

static void bundle(struct text* out, struct text* history, struct reader* r, int64_t person,
                   int64_t now) {
    int64_t named[8];
    int names;
    out->size = history->size = 0;
    raw_run_once(r->begin);
    raw_check(sqlite3_db_handle(r->head), sqlite3_step(r->head));
    PUT(out, "{\n  \"format\": \"urn:habeas:schema:access:1\",\n  \"generated_at\": ");
    put_time(out, now);
    PUT(out, ",\n  \"language\": \"en\",\n  \"store\": {\n    \"audit\": {\n      \"sequence\": ");
    put_number(out, sqlite3_column_int64(r->head, 0));
    PUT(out, ",\n      \"hash\": ");
    put_column(out, r->head, 1);
    PUT(out, "\n    }\n  },\n");
    sqlite3_reset(r->head);
    put(out, r->parts.head, r->parts.head_size);
    put_subject(out, r, person);
    names = put_history(history, r, person, named);
    put_purposes(out, r, person, named, names);
    put(out, history->at, history->size);
    while (sqlite3_step(r->exports) == SQLITE_ROW)
        put_column(out, r->exports, 1);
    sqlite3_reset(r->exports);
    put(out, r->parts.tail, r->parts.tail_size);
    raw_run_once(r->commit);
}

void raw_access_bundle(const struct raw_run* run) {
    sqlite3* db = raw_open(raw_path(run, "base/store.db"), NULL);
    static char document[1 << 16];
    FILE* file = fopen(raw_path(run, "base/bundle.json"), "r");
    struct text out = {0}, history = {0};
    struct bench b = bench_named("access_bundle", "raw");
    uint64_t state = 300 + run->round, bytes = 0;
    int64_t now = (int64_t)time(NULL) * 1000;
    struct reader r;
    int i;
    bench_check(file && fread(document, 1, sizeof document - 1, file) > 5000,
                "habeas's document cannot be read");
    fclose(file);
    prepare(&r, db);
    take_apart(&r.parts, document, db, r.subject);
    for (i = 0; i < WARM_UP; ++i)
        bundle(&out, &history, &r, bench_person(&state, run->people), now);
    bench_begin(&b);
    for (i = 0; i < BUNDLES; ++i) {
        bundle(&out, &history, &r, bench_person(&state, run->people), now);
        bytes += out.size;
    }
    bench_end(&b, BUNDLES);
    bench_check(bytes > (uint64_t)5000 * BUNDLES, "the bundles are too small");
    file = fopen(raw_path(run, "raw/bundle.json"), "w");
    bench_check(file && fwrite(out.at, 1, out.size, file) == out.size && fclose(file) == 0,
                "the last document cannot be kept");
    bench_print(&b);
    raw_close(db);
    free(out.at);
    free(history.at);
}
