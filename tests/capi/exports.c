/* One person's data, and CSV of many. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>

static void a_person_gets_what_is_known_about_them(void) {
    habeas_store* store = sample_store();
    habeas_bundle_options options;
    habeas_string text;
    int64_t subject = sample_subject(store, "=ada@example.org");
    sample_consent(store, subject);
    CHECK_OK(habeas_bundle_options_init(&options, sizeof options));
    options.language = (habeas_text){"de", NUL};
    options.recipient = (habeas_text){"Ada herself", NUL};
    CHECK_OK(habeas_export_json(store, subject, &options, &text));
    take("access", &text, "\"language\": \"de\"");
    CHECK_OK(habeas_export_json(store, subject, NULL, &text));
    take("access", &text, "Ada herself"); /* the disclosure before */
    options.preview = 1;
    options.recipient = (habeas_text){"nobody at all", NUL};
    CHECK_OK(habeas_export_html(store, subject, &options, &text));
    CHECK(strstr(text.data, "<html") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_export_csv(store, subject, &options, &text));
    CHECK(strstr(text.data, "'=ada@example.org") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_export_json(store, subject, NULL, &text));
    CHECK(strstr(text.data, "nobody at all") == NULL);
    habeas_string_free(&text);
    options.preview = 2;
    CHECK_ERROR(habeas_export_html(store, subject, &options, &text), HABEAS_E_INVALID, "preview");
    CHECK_ERROR(habeas_bundle_options_init(NULL, 8), HABEAS_E_INVALID, "options");
    CHECK_STATUS(habeas_export_json(store, 999, NULL, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_export_csv(store, 999, NULL, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_export_html(store, 999, NULL, &text), HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void a_bundle_can_be_a_file(void) {
    habeas_store* store = NULL;
    int64_t subject;
    struct stat found;
    const habeas_status zip = habeas_has("archive", NUL) ? HABEAS_OK : HABEAS_E_UNSUPPORTED;
    CHECK_OK(habeas_store_create(scratch("bundles.habeas"), NUL, NULL, &store));
    subject = sample_subject(store, "ada@example.org");
    CHECK_STATUS(
        habeas_export_file(store, subject, scratch("ada.zip"), NUL, HABEAS_BUNDLE_ZIP, NULL), zip);
    {
        habeas_bundle_options options;
        size_t size = 0;
        char* bytes;
        CHECK_OK(habeas_bundle_options_init(&options, sizeof options));
        options.password = (habeas_text){"a secret of its own", NUL};
        CHECK_STATUS(habeas_export_file(store, subject, scratch("secret.zip"), NUL,
                                        HABEAS_BUNDLE_ZIP, &options),
                     zip);
        bytes = read_file(scratch("secret.zip"), &size);
        /* Method 99 in the first header: WinZip's AES. */
        CHECK(zip != HABEAS_OK || (bytes != NULL && size > 10 && bytes[8] == 99));
        free(bytes);
        CHECK_ERROR(
            habeas_export_file(store, subject, scratch("ada.x"), NUL, HABEAS_BUNDLE_JSON, &options),
            HABEAS_E_INVALID, "password");
    }
    CHECK_OK(
        habeas_export_file(store, subject, scratch("ada.html"), NUL, HABEAS_BUNDLE_HTML, NULL));
    CHECK(stat(scratch("ada.html"), &found) == 0 && (found.st_mode & 0777) == 0600);
    CHECK_STATUS(
        habeas_export_file(store, subject, scratch("ada.html"), NUL, HABEAS_BUNDLE_JSON, NULL),
        HABEAS_E_EXISTS);
    CHECK_ERROR(habeas_export_file(store, subject, scratch("ada.x"), NUL, 4, NULL),
                HABEAS_E_INVALID, "format");
    CHECK_ERROR(habeas_export_file(store, subject, "", 0, 0, NULL), HABEAS_E_INVALID, "path");
    habeas_store_close(store);
}

static int32_t stop(void* user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    return *(int32_t*)user;
}

static void many_are_exported_to_a_file(void) {
    habeas_store* store = NULL;
    char* csv;
    uint64_t rows = 9;
    int64_t ada;
    int32_t answer = -500;
    CHECK_OK(habeas_store_create(scratch("many.habeas"), NUL, NULL, &store));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"newsletter\",\"basis\":\"consent\","
                                   "\"kind\":\"marketing\",\"channels\":[\"email\"]}",
                                   NUL));
    ada = sample_subject(store, "ada@example.org");
    sample_subject(store, "bob@example.org");
    {
        habeas_event event;
        int64_t number = 0;
        CHECK_OK(habeas_event_init(&event, sizeof event));
        event.kind = HABEAS_EVENT_GRANTED;
        event.subject = ada;
        event.purpose = (habeas_text){"newsletter", NUL};
        event.method = (habeas_text){"paper", NUL};
        event.document = (habeas_text){"scan", NUL};
        CHECK_OK(habeas_consent_record(store, &event, &number));
    }
    CHECK_OK(habeas_export_many(
        store, scratch("all.csv"), NUL,
        document_in("csv_options", "{\"recipient\":\"agency\",\"columns\":[\"id\",\"email\"]}"),
        NUL, NULL, NULL, &rows));
    CHECK(rows == 2);
    CHECK_OK(habeas_export_many(
        store, scratch("may.csv"), NUL,
        document_in("csv_options",
                    "{\"recipient\":\"agency\",\"columns\":[\"email\"],\"purpose\":\"newsletter\","
                    "\"channel\":\"email\",\"changed_since\":\"2020-01-01T00:00:00Z\","
                    "\"neutralise_formulas\":true}"),
        NUL, NULL, NULL, &rows));
    CHECK(rows == 1);
    csv = read_file(scratch("may.csv"), NULL);
    CHECK(csv != NULL && strstr(csv, "ada@") != NULL && strstr(csv, "bob@") == NULL);
    free(csv);
    CHECK_STATUS(habeas_export_many(store, scratch("may.csv"), NUL, "{\"recipient\":\"a\"}", NUL,
                                    NULL, NULL, &rows),
                 HABEAS_E_EXISTS);
    CHECK(rows == 0);
    CHECK_STATUS(habeas_export_many(store, scratch("no.csv"), NUL, NULL, 0, NULL, NULL, &rows),
                 HABEAS_E_INVALID); /* without a recipient */
    CHECK_ERROR(habeas_export_many(store, scratch("no.csv"), NUL, "{\"channel\":\"pigeon\"}", NUL,
                                   NULL, NULL, &rows),
                HABEAS_E_INVALID, "/channel");
    CHECK_ERROR(habeas_export_many(store, scratch("no.csv"), NUL, "{\"changed_since\":\"x\"}", NUL,
                                   NULL, NULL, &rows),
                HABEAS_E_INVALID, "/changed_since");
    CHECK_ERROR(habeas_export_many(store, scratch("no.csv"), NUL, "{\"recipient\":\"a\"}", NUL,
                                   stop, &answer, &rows),
                -500, "callback");
    csv = read_file(scratch("no.csv"), NULL);
    CHECK(csv == NULL);
    habeas_store_close(store);
}

void export_phases(void) {
    phase("a person gets what is known about them", a_person_gets_what_is_known_about_them);
    phase("a bundle can be a file", a_bundle_can_be_a_file);
    phase("many are exported to a file", many_are_exported_to_a_file);
}
