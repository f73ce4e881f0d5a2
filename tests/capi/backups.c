/* Backups, restores and the restore journal. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static habeas_string key;

static habeas_store* store_at(const char* name) {
    habeas_store* store = NULL;
    CHECK_OK(habeas_store_create(scratch(name), NUL, NULL, &store));
    return store;
}

static int32_t count_bytes(void* user, uint64_t done, uint64_t total) {
    uint64_t* last = (uint64_t*)user;
    CHECK(done >= *last && done <= total);
    *last = done;
    return 0;
}
static int32_t stop_at_once(void* user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    return *(int32_t*)user;
}

static void a_store_is_backed_up_and_restored(void) {
    habeas_store* store = store_at("backed.habeas");
    habeas_store_options options;
    habeas_string info;
    struct stat found;
    uint64_t last = 0;
    int64_t ada, bob, gone = 7;
    char path[1024];
    snprintf(path, sizeof path, "%s", scratch("backed.habeas"));
    CHECK_OK(habeas_backup_new_key(&key));
    CHECK(strncmp(key.data, "habeas-backup-key-1 ", 20) == 0);
    ada = sample_subject(store, "ada@example.org");
    bob = sample_subject(store, "bob@example.org");
    CHECK_OK(habeas_backup_write(store, scratch("monday.backup"), NUL, key.data, key.size, 86400,
                                 count_bytes, &last, &info));
    take("backup_info", &info, "\"format\":1");
    CHECK(last > 0);
    CHECK(stat(scratch("monday.backup"), &found) == 0 && (found.st_mode & 0777) == 0600);
    CHECK_OK(habeas_backup_info(scratch("monday.backup"), NUL, &info));
    take("backup_info", &info, "\"page_size\":");
    last = 0;
    CHECK_OK(habeas_backup_verify(scratch("monday.backup"), NUL, key.data, key.size, count_bytes,
                                  &last, &info));
    take("backup_info", &info, "\"key_id\":");
    CHECK_OK(habeas_erasure_execute(store, &ada, 1, NULL, NULL, NULL, &info));
    habeas_string_free(&info);
    CHECK_OK(habeas_store_options_init(&options, sizeof options));
    options.busy_timeout_ms = 20;
    CHECK_STATUS(habeas_backup_restore(scratch("monday.backup"), NUL, path, NUL, key.data, key.size,
                                       &options, 0, NULL, NULL, &info),
                 HABEAS_E_EXISTS);
    CHECK_STATUS(habeas_backup_restore(scratch("monday.backup"), NUL, path, NUL, key.data, key.size,
                                       &options, 1, NULL, NULL, &info),
                 HABEAS_E_BUSY);
    habeas_store_close(store);
    last = 0;
    CHECK_OK(habeas_backup_restore(scratch("monday.backup"), NUL, path, NUL, key.data, key.size,
                                   &options, 1, count_bytes, &last, &info));
    CHECK(last > 0);
    take("restore_report", &info, "\"overwritten\":true");
    CHECK_OK(habeas_store_open(path, NUL, NULL, &store));
    CHECK_OK(habeas_subject_find(store, "email", NUL, "bob@example.org", NUL, &gone));
    CHECK(gone == bob);
    CHECK_OK(habeas_subject_find(store, "email", NUL, "ada@example.org", NUL, &gone));
    CHECK(gone == 0);
    CHECK_STATUS(habeas_subject_get(store, ada, &info), HABEAS_E_ERASED);
    habeas_store_close(store);
}

static void what_is_wrong_with_a_backup_is_named(void) {
    habeas_store* store = store_at("wrong.habeas");
    habeas_store* memory = NULL;
    habeas_string info, other;
    int32_t answer = -500;
    char path[1024];
    snprintf(path, sizeof path, "%s", scratch("wrong.backup"));
    CHECK_OK(habeas_backup_write(store, path, NUL, key.data, key.size, 0, NULL, NULL, &info));
    habeas_string_free(&info);
    CHECK_STATUS(habeas_backup_write(store, path, NUL, key.data, key.size, 0, NULL, NULL, &info),
                 HABEAS_E_EXISTS);
    CHECK(info.data == NULL);
    CHECK_OK(habeas_backup_new_key(&other));
    CHECK_ERROR(habeas_backup_verify(path, NUL, other.data, other.size, NULL, NULL, &info),
                HABEAS_E_KEY_WRONG, "backup_key");
    CHECK_ERROR(habeas_backup_verify(path, NUL, "", 0, NULL, NULL, &info), HABEAS_E_KEY_MISSING,
                "backup_key");
    CHECK_ERROR(habeas_backup_verify(path, NUL, "a key", NUL, NULL, NULL, &info), HABEAS_E_INVALID,
                "backup_key");
    CHECK_STATUS(habeas_backup_verify(path, NUL, key.data, key.size, stop_at_once, &answer, &info),
                 -500);
    CHECK_STATUS(habeas_backup_write(store, scratch("stopped.backup"), NUL, key.data, key.size, 0,
                                     stop_at_once, &answer, &info),
                 -500);
    CHECK(read_file(scratch("stopped.backup"), NULL) == NULL);
    CHECK_ERROR(habeas_backup_write(store, scratch("x.backup"), NUL, key.data, key.size, -1, NULL,
                                    NULL, &info),
                HABEAS_E_INVALID, "keep_for_s");
    CHECK_ERROR(habeas_backup_write(store, "", 0, key.data, key.size, 0, NULL, NULL, &info),
                HABEAS_E_INVALID, "path");
    CHECK_STATUS(habeas_backup_info(scratch("none.backup"), NUL, &info), HABEAS_E_NOT_FOUND);
    write_file(scratch("letter.backup"), "a letter, and no backup");
    CHECK_STATUS(habeas_backup_info(scratch("letter.backup"), NUL, &info), HABEAS_E_NOT_A_STORE);
    CHECK_ERROR(habeas_backup_restore(path, NUL, scratch("w.habeas"), NUL, key.data, key.size, NULL,
                                      2, NULL, NULL, &info),
                HABEAS_E_INVALID, "overwrite");
    CHECK_STATUS(habeas_backup_restore(path, NUL, scratch("w.habeas"), NUL, key.data, key.size,
                                       NULL, 0, NULL, NULL, &info),
                 HABEAS_E_JOURNAL_MISSING);
    CHECK_OK(habeas_store_open_memory(NULL, &memory));
    CHECK_STATUS(habeas_backup_write(memory, scratch("m.backup"), NUL, key.data, key.size, 0, NULL,
                                     NULL, &info),
                 HABEAS_E_UNSUPPORTED);
    CHECK_STATUS(habeas_journal_check(memory, &info), HABEAS_E_UNSUPPORTED);
    CHECK_ERROR(habeas_backup_new_key(NULL), HABEAS_E_INVALID, "key");
    habeas_string_free(&other);
    habeas_store_close(memory);
    habeas_store_close(store);
}

static void the_journal_is_checked_copied_and_folded(void) {
    habeas_store* store = store_at("kept.habeas");
    habeas_string info;
    CHECK_OK(habeas_journal_check(store, &info));
    take("journal_info", &info, "\"records\":");
    CHECK_OK(habeas_journal_copy(store, scratch("copy.restore"), NUL, &info));
    take("journal_info", &info, "\"sequence\":");
    CHECK_OK(habeas_journal_compare(store, scratch("copy.restore"), NUL, &info));
    take("journal_comparison", &info, "\"relation\":\"same\"");
    sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_journal_compare(store, scratch("copy.restore"), NUL, &info));
    take("journal_comparison", &info, "\"relation\":\"older\"");
    CHECK_STATUS(habeas_journal_compare(store, scratch("none.restore"), NUL, &info),
                 HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_journal_copy(store, scratch("kept.habeas.restore"), NUL, &info),
                 HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_journal_copy(store, scratch("kept.habeas.key"), NUL, &info),
                 HABEAS_E_JOURNAL_FOREIGN);
    CHECK_OK(habeas_journal_rotate(store, scratch("former.restore"), NUL, &info));
    take("journal_info", &info, "\"bytes\":");
    CHECK_OK(habeas_journal_rotate(store, NULL, 0, &info));
    take("journal_info", &info, NULL);
    habeas_store_close(store);
    habeas_string_free(&key);
}

void backup_phases(void) {
    phase("a store is backed up and restored", a_store_is_backed_up_and_restored);
    phase("what is wrong with a backup is named", what_is_wrong_with_a_backup_is_named);
    phase("the journal is checked, copied and folded", the_journal_is_checked_copied_and_folded);
}
