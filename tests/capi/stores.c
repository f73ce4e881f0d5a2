/* Opening and closing, settings, transactions, snapshots, keys, verification. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>

static int freed;
static void count_free(void* user) {
    (void)user;
    ++freed;
}

static habeas_store_options test_options(void) {
    habeas_store_options options;
    CHECK_OK(habeas_store_options_init(&options, sizeof options));
    CHECK(options.struct_size == sizeof options);
    options.clock = test_clock;
    options.clock_free_user = count_free;
    return options;
}

static void a_store_is_created_closed_and_opened_again(void) {
    const char* path = scratch("first.habeas");
    habeas_store_options options = test_options();
    habeas_store* store = NULL;
    habeas_string info;
    struct stat found;
    int64_t subject = 0, again = 0;
    freed = 0;
    CHECK_OK(habeas_store_create(path, NUL, &options, &store));
    CHECK(store != NULL);
    CHECK(stat(path, &found) == 0 && (found.st_mode & 0777) == 0600);
    CHECK_OK(habeas_store_info(store, &info));
    take("store_info", &info, "the root key lies beside the database");
    CHECK_OK(habeas_subject_create(store, "{\"fields\":{\"email\":\"ada@example.org\"}}", NUL,
                                   &subject));
    CHECK(subject > 0);
    habeas_store_close(store);
    CHECK(freed == 1);
    CHECK_STATUS(habeas_store_create(path, NUL, &options, &store), HABEAS_E_EXISTS);
    CHECK(store == NULL && freed == 2);
    CHECK_OK(habeas_store_open(path, strlen(path), &options, &store));
    CHECK_OK(habeas_subject_find(store, "email", NUL, "Ada@Example.org", NUL, &again));
    CHECK(again == subject);
    habeas_store_close(store);
    CHECK(freed == 3);

    CHECK_OK(habeas_store_open_memory(NULL, &store));
    CHECK_OK(habeas_store_info(store, &info));
    take("store_info", &info, "\"path\":null");
    habeas_store_close(store);
}

static void what_cannot_be_opened_says_why(void) {
    habeas_store_options options = test_options();
    habeas_store* store = (habeas_store*)&options;
    freed = 0;
    CHECK_STATUS(habeas_store_open(scratch("nowhere.habeas"), NUL, &options, &store),
                 HABEAS_E_NOT_FOUND);
    CHECK(store == NULL && freed == 1);
    write_file(scratch("text.habeas"), "this is a letter, and it is long enough to be no database");
    CHECK_STATUS(habeas_store_open(scratch("text.habeas"), NUL, NULL, &store),
                 HABEAS_E_NOT_A_STORE);
    CHECK_ERROR(habeas_store_open("", 0, NULL, &store), HABEAS_E_INVALID, "path");
    CHECK_ERROR(habeas_store_open("a\0b", 3, NULL, &store), HABEAS_E_INVALID, "path");
    CHECK_ERROR(habeas_store_open("a", 1, NULL, NULL), HABEAS_E_INVALID, "store");
    CHECK(strstr(last_message(), "NULL") != NULL);

    CHECK_OK(habeas_store_create(scratch("keyless.habeas"), NUL, NULL, &store));
    habeas_store_close(store);
    CHECK(remove(scratch("keyless.habeas.key")) == 0);
    CHECK_STATUS(habeas_store_open(scratch("keyless.habeas"), NUL, NULL, &store),
                 HABEAS_E_KEY_MISSING);
    CHECK_OK(habeas_store_create(scratch("other.habeas"), NUL, NULL, &store));
    habeas_store_close(store);
    CHECK(rename(scratch("other.habeas.key"), scratch("keyless.habeas.key")) == 0);
    CHECK_STATUS(habeas_store_open(scratch("keyless.habeas"), NUL, NULL, &store),
                 HABEAS_E_KEY_WRONG);
    CHECK_OK(habeas_store_create(scratch("journal.habeas"), NUL, NULL, &store));
    habeas_store_close(store);
    CHECK(remove(scratch("journal.habeas.restore")) == 0);
    CHECK_STATUS(habeas_store_open(scratch("journal.habeas"), NUL, NULL, &store),
                 HABEAS_E_JOURNAL_MISSING);
    options = test_options();
    options.accept_missing_journal = 1;
    CHECK_OK(habeas_store_open(scratch("journal.habeas"), NUL, &options, &store));
    habeas_store_close(store);
}

static void options_are_checked(void) {
    habeas_store_options options = test_options();
    struct {
        habeas_store_options known;
        int64_t unknown;
    } newer;
    habeas_store* store = NULL;
    freed = 0;
    options.struct_size = 0;
    CHECK_ERROR(habeas_store_open_memory(&options, &store), HABEAS_E_INVALID, "options");
    options = test_options();
    options.durability = 2;
    CHECK_ERROR(habeas_store_open_memory(&options, &store), HABEAS_E_INVALID, "durability");
    CHECK(freed == 1);
    options = test_options();
    options.read_only = 2;
    CHECK_ERROR(habeas_store_open_memory(&options, &store), HABEAS_E_INVALID, "read_only");
    options = test_options();
    options.key_file.data = "\xc3(";
    options.key_file.size = 2;
    CHECK_ERROR(habeas_store_open_memory(&options, &store), HABEAS_E_INVALID, "key_file");
    CHECK_ERROR(habeas_store_options_init(NULL, sizeof options), HABEAS_E_INVALID, "options");

    /* A newer caller: members that this library does not know must be zero. */
    memset(&newer, 0, sizeof newer);
    newer.known = test_options();
    newer.known.struct_size = sizeof newer;
    freed = 0;
    CHECK_OK(habeas_store_open_memory(&newer.known, &store));
    habeas_store_close(store);
    newer.unknown = 1;
    CHECK_ERROR(habeas_store_open_memory(&newer.known, &store), HABEAS_E_UNSUPPORTED, "options");
    CHECK(freed == 2);
}

static char kept_key[8192];
static size_t kept_size;
static int32_t key_answer;
static int32_t load_key(void* user, char* buffer, size_t capacity, size_t* size) {
    CHECK(user == kept_key);
    *size = kept_size;
    if (kept_size <= capacity) {
        memcpy(buffer, kept_key, kept_size);
    }
    return key_answer;
}
static int32_t save_key(void* user, const char* text, size_t text_size) {
    CHECK(user == kept_key);
    CHECK(text_size < sizeof kept_key);
    memcpy(kept_key, text, text_size);
    kept_size = text_size;
    return 0;
}

static void the_host_can_keep_the_key(void) {
    habeas_store_options options = test_options();
    habeas_store* store = NULL;
    habeas_string id;
    options.key_load = load_key;
    options.key_save = save_key;
    options.key_user = kept_key;
    options.key_free_user = count_free;
    kept_size = 0;
    freed = 0;
    CHECK_OK(habeas_store_create(scratch("hosted.habeas"), NUL, &options, &store));
    CHECK(kept_size > 64);
    CHECK(read_file(scratch("hosted.habeas.key"), NULL) == NULL);
    CHECK_OK(habeas_store_rotate_key(store, NULL, NULL, &id));
    CHECK(id.size == 16 && strstr(kept_key, id.data) != NULL);
    habeas_string_free(&id);
    habeas_store_close(store);
    CHECK(freed == 2); /* clock and key */

    CHECK_OK(habeas_store_open(scratch("hosted.habeas"), NUL, &options, &store));
    habeas_store_close(store);
    key_answer = 77;
    CHECK_ERROR(habeas_store_open(scratch("hosted.habeas"), NUL, &options, &store), 77, "callback");
    key_answer = 0;
    kept_size = 5;
    CHECK_STATUS(habeas_store_open(scratch("hosted.habeas"), NUL, &options, &store),
                 HABEAS_E_INVALID);
    kept_size = 0;
    CHECK_STATUS(habeas_store_open(scratch("hosted.habeas"), NUL, &options, &store),
                 HABEAS_E_KEY_MISSING);
    CHECK(freed == 10);
    options.key_load = NULL;
    CHECK_ERROR(habeas_store_open(scratch("hosted.habeas"), NUL, &options, &store),
                HABEAS_E_INVALID, "key_save");
}

static int log_lines;
static void count_lines(void* user, int32_t level, const char* message, size_t message_size) {
    (void)user;
    CHECK(level >= HABEAS_LOG_DEBUG && level <= HABEAS_LOG_ERROR);
    CHECK(message_size > 0 && message[0] != '\0');
    ++log_lines;
}

static void what_happens_is_logged(void) {
    habeas_store_options options = test_options();
    habeas_store* store = NULL;
    CHECK_OK(habeas_store_create(scratch("logged.habeas"), NUL, &options, &store));
    habeas_store_close(store);
    CHECK(remove(scratch("logged.habeas.restore")) == 0);
    options.accept_missing_journal = 1;
    options.log = count_lines;
    options.log_free_user = count_free;
    log_lines = 0;
    freed = 0;
    CHECK_OK(habeas_store_open(scratch("logged.habeas"), NUL, &options, &store));
    habeas_store_close(store);
    CHECK(log_lines > 0 && freed == 2);
}

static void a_read_only_store_is_not_written(void) {
    habeas_store_options options = test_options();
    habeas_store* store = NULL;
    int64_t subject = 9;
    CHECK_OK(habeas_store_create(scratch("read.habeas"), NUL, NULL, &store));
    habeas_store_close(store);
    options.read_only = 1;
    CHECK_OK(habeas_store_open(scratch("read.habeas"), NUL, &options, &store));
    CHECK_STATUS(
        habeas_subject_create(store, "{\"fields\":{\"email\":\"a@example.org\"}}", NUL, &subject),
        HABEAS_E_READ_ONLY);
    CHECK(subject == 0);
    habeas_store_close(store);
}

static void a_current_store_needs_no_migration(void) {
    habeas_store* store = NULL;
    char* copy;
    CHECK_OK(habeas_store_create(scratch("old.habeas"), NUL, NULL, &store));
    habeas_store_close(store);
    CHECK_OK(habeas_store_migrate(scratch("old.habeas"), NUL, NULL, scratch("old.backup"), NUL,
                                  NULL, NULL));
    copy = read_file(scratch("old.backup"), NULL);
    CHECK(copy != NULL && strcmp(copy, "SQLite format 3") == 0);
    free(copy);
    CHECK_OK(habeas_store_migrate(scratch("old.habeas"), NUL, NULL, NULL, 0, NULL, NULL));
    CHECK_STATUS(habeas_store_migrate(scratch("none.habeas"), NUL, NULL, NULL, 0, NULL, NULL),
                 HABEAS_E_NOT_FOUND);
}

static void settings_and_clock_are_the_stores(void) {
    habeas_store* store = sample_store();
    habeas_string value;
    int64_t now = 0;
    CHECK_OK(habeas_setting_get(store, "default_country", NUL, &value));
    CHECK(value.data != NULL && value.size == 0 && value.data[0] == '\0');
    habeas_string_free(&value);
    CHECK_OK(habeas_setting_set(store, "default_country", NUL, "DE", 2));
    CHECK_OK(habeas_setting_get(store, "default_country", NUL, &value));
    CHECK(strcmp(value.data, "DE") == 0);
    habeas_string_free(&value);
    CHECK_STATUS(habeas_setting_get(store, "colour", NUL, &value), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_setting_set(store, "colour", NUL, "red", NUL), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_store_now(store, &now));
    CHECK(now == test_time);
    habeas_store_close(store);
}

static int32_t first_text(void* user, const habeas_row* row) {
    habeas_text text;
    CHECK_OK(habeas_row_text(row, 0, &text));
    snprintf(user, 64, "%s", text.data == NULL ? "-" : text.data);
    return 0;
}

static void who_acts_is_kept_with_what_is_done(void) {
    habeas_store* store = sample_store();
    char actor[64] = "";
    int64_t subject;
    CHECK_OK(habeas_store_set_actor(store, HABEAS_ACTOR_PERSON, "emma", NUL, "phone call", NUL));
    subject = sample_subject(store, "a@example.org");
    sample_consent(store, subject);
    CHECK_OK(habeas_query(store, "SELECT actor || '/' || actor_reason FROM v_event WHERE kind = ?",
                          NUL, &(habeas_text){"granted", NUL}, 1, 0, first_text, actor));
    CHECK(strcmp(actor, "emma/phone call") == 0);
    CHECK_ERROR(habeas_store_set_actor(store, 3, "", 0, "", 0), HABEAS_E_INVALID, "kind");
    CHECK_ERROR(habeas_store_set_actor(store, HABEAS_ACTOR_SYSTEM, "\xff", 1, "", 0),
                HABEAS_E_INVALID, "id");
    habeas_store_close(store);
}

static int64_t count_of(habeas_store* store) {
    int64_t count = -1;
    CHECK_OK(habeas_subject_count(store, &count));
    return count;
}

static void transactions_are_all_or_nothing_and_nest(void) {
    habeas_store* store = sample_store();
    CHECK_ERROR(habeas_transaction_commit(store), HABEAS_E_INVALID, "transaction");
    CHECK_ERROR(habeas_transaction_rollback(store), HABEAS_E_INVALID, "transaction");
    CHECK_OK(habeas_transaction_begin(store));
    sample_subject(store, "a@example.org");
    CHECK_OK(habeas_transaction_begin(store));
    sample_subject(store, "b@example.org");
    CHECK(count_of(store) == 2);
    CHECK_OK(habeas_transaction_rollback(store));
    CHECK(count_of(store) == 1);
    CHECK_OK(habeas_transaction_begin(store));
    sample_subject(store, "c@example.org");
    CHECK_OK(habeas_transaction_commit(store));
    CHECK_OK(habeas_transaction_commit(store));
    CHECK(count_of(store) == 2);
    CHECK_OK(habeas_transaction_begin(store));
    sample_subject(store, "d@example.org");
    CHECK_OK(habeas_transaction_rollback(store));
    CHECK(count_of(store) == 2);
    CHECK_OK(habeas_transaction_begin(store));
    CHECK_OK(habeas_transaction_begin(store));
    habeas_store_close(store); /* open ones are rolled back */
}

static void a_snapshot_shows_one_state_until_it_ends(void) {
    habeas_store *mine = NULL, *other = NULL;
    int64_t subject = 0;
    CHECK_OK(habeas_store_create(scratch("snapshot.habeas"), NUL, NULL, &mine));
    CHECK_OK(habeas_store_open(scratch("snapshot.habeas"), NUL, NULL, &other));
    CHECK_ERROR(habeas_snapshot_end(mine), HABEAS_E_INVALID, "snapshot");
    CHECK_OK(habeas_snapshot_begin(mine));
    CHECK_ERROR(habeas_snapshot_begin(mine), HABEAS_E_INVALID, "snapshot");
    CHECK(count_of(mine) == 0);
    sample_subject(other, "a@example.org");
    CHECK(count_of(mine) == 0 && count_of(other) == 1);
    CHECK_ERROR(
        habeas_subject_create(mine, "{\"fields\":{\"email\":\"b@example.org\"}}", NUL, &subject),
        HABEAS_E_INVALID, "snapshot");
    CHECK_OK(habeas_snapshot_end(mine));
    CHECK(count_of(mine) == 1);
    CHECK_OK(habeas_snapshot_begin(mine));
    habeas_store_close(mine);
    habeas_store_close(other);
}

static int32_t stop_with_42(void* user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    ++*(int*)user;
    return 42;
}

static void verifying_finds_nothing_in_a_sound_store(void) {
    habeas_store* store = NULL;
    habeas_string report;
    int asked = 0;
    CHECK_OK(habeas_store_create(scratch("verified.habeas"), NUL, NULL, &store));
    CHECK_OK(habeas_store_verify(store, NULL, 0, NULL, NULL, &report));
    take("verify_report", &report, "\"ok\":true");
    sample_subject(store, "grace.hopper@example.org");
    CHECK_OK(habeas_store_verify(
        store, document_in("verify_options", "{\"residue\":[\"grace.hopper@example.org\"]}"), NUL,
        NULL, NULL, &report));
    take("verify_report", &report, "\"residue\"");
    CHECK_ERROR(habeas_store_verify(store, "{\"residue\":[1]}", NUL, NULL, NULL, &report),
                HABEAS_E_INVALID, "/residue/0");
    CHECK_ERROR(habeas_store_verify(store, "{\"residues\":[]}", NUL, NULL, NULL, &report),
                HABEAS_E_INVALID, "/residues");
    CHECK_ERROR(habeas_store_verify(store, "{\"residue\":[\"somebody@example.org\"]}", NUL,
                                    stop_with_42, &asked, &report),
                42, "callback");
    CHECK(asked == 1 && report.data == NULL);
    habeas_store_close(store);
}

static void a_tick_tells_what_it_did(void) {
    habeas_store* store = sample_store();
    habeas_tick_report report;
    CHECK_OK(habeas_tick_report_init(&report, sizeof report));
    report.expired = 99;
    CHECK_OK(habeas_store_tick(store, &report));
    CHECK(report.struct_size == sizeof report && report.expired == 0);
    report.struct_size = 3;
    CHECK_ERROR(habeas_store_tick(store, &report), HABEAS_E_INVALID, "report");
    CHECK_ERROR(habeas_store_tick(store, NULL), HABEAS_E_INVALID, "report");
    CHECK_ERROR(habeas_tick_report_init(NULL, sizeof report), HABEAS_E_INVALID, "report");
    habeas_store_close(store);
}

void store_phases(void) {
    phase("a store is created, closed and opened again",
          a_store_is_created_closed_and_opened_again);
    phase("what cannot be opened says why", what_cannot_be_opened_says_why);
    phase("options are checked", options_are_checked);
    phase("the host can keep the key", the_host_can_keep_the_key);
    phase("what happens is logged", what_happens_is_logged);
    phase("a read-only store is not written", a_read_only_store_is_not_written);
    phase("a current store needs no migration", a_current_store_needs_no_migration);
    phase("settings and clock are the store's", settings_and_clock_are_the_stores);
    phase("who acts is kept with what is done", who_acts_is_kept_with_what_is_done);
    phase("transactions are all or nothing, and nest", transactions_are_all_or_nothing_and_nest);
    phase("a snapshot shows one state until it ends", a_snapshot_shows_one_state_until_it_ends);
    phase("verifying finds nothing in a sound store", verifying_finds_nothing_in_a_sound_store);
    phase("a tick tells what it did", a_tick_tells_what_it_did);
}
