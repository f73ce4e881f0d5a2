/* CSV of contacts and of consents; moving in from another platform. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

static const char contacts[] = "Mail;First name;Since\r\n"
                               "ada@example.org;Ada;1.5.2026\r\n"
                               "bob@example.org;\"Bob; the second\";\r\n"
                               "no address;Eve;\r\n";
static const char mapping[] =
    "{\"columns\":[{\"header\":\"Mail\",\"target\":\"email\"},"
    "{\"header\":\"First name\",\"target\":\"first_name\"},"
    "{\"header\":\"Since\",\"target\":\"since\",\"format\":\"dmy\"}],"
    "\"delimiter\":\";\",\"encoding\":\"utf-8\",\"list_separator\":\"|\",\"on_match\":\"update\","
    "\"blank\":\"keep\",\"dry_run\":false,\"source\":\"test\",\"default_country\":\"DE\","
    "\"batch\":2}";

static habeas_store* import_store(void) {
    habeas_store* store = sample_store();
    CHECK_OK(habeas_field_define(store, "{\"name\":\"since\",\"type\":\"date\"}", NUL));
    return store;
}

static void contacts_come_from_memory_and_from_a_file(void) {
    habeas_store* store = import_store();
    habeas_string report, text;
    int64_t found = 0, count = 0;
    habeas_decision decision;
    CHECK_OK(habeas_import_contacts_text(store, contacts, sizeof contacts - 1,
                                         document_in("import_options", mapping), NUL, NULL, NULL,
                                         &report));
    CHECK(strstr(report.data, "\"rejected\":1") != NULL);
    take("import_report", &report, "\"created\":2");
    write_file(scratch("contacts.csv"), contacts);
    CHECK_OK(habeas_import_contacts(store, scratch("contacts.csv"), NUL, mapping, NUL, NULL, NULL,
                                    &report));
    take("import_report", &report, "\"unchanged\":2"); /* nobody comes twice */
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == 2);
    CHECK_OK(habeas_subject_find(store, "email", NUL, "ada@example.org", NUL, &found));
    CHECK_OK(habeas_subject_get(store, found, &text));
    take("subject", &text, "\"since\":\"2026-05-01\"");
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_may_process(store, found, "newsletter", NUL, 1, NULL, &decision));
    CHECK(decision.allowed == 0); /* importing makes nobody mailable */
    /* Without a mapping, headers that are names of fields map themselves. */
    CHECK_OK(habeas_import_contacts_text(store, "email,first name\nz@example.org,Z\n", NUL, NULL, 0,
                                         NULL, NULL, &report));
    take("import_report", &report, "\"created\":1");
    habeas_store_close(store);
}

static void options_of_an_import_are_checked(void) {
    habeas_store* store = import_store();
    habeas_string report;
    static const struct {
        const char *options, *where;
    } wrong[] = {{"{\"delimiter\":\"ab\"}", "/delimiter"},
                 {"{\"delimiter\":\"a\"}", "/delimiter"},
                 {"{\"delimiter\":\"\"}", "/delimiter"},
                 {"{\"delimiter\":\"\\n\"}", "/delimiter"},
                 {"{\"encoding\":\"utf-16\"}", "/encoding"},
                 {"{\"on_match\":\"explode\"}", "/on_match"},
                 {"{\"blank\":1}", "/blank"},
                 {"{\"batch\":0}", "/batch"},
                 {"{\"batch\":1.5}", "/batch"},
                 {"{\"dry_run\":\"yes\"}", "/dry_run"},
                 {"{\"columns\":{}}", "/columns"},
                 {"{\"columns\":[{\"head\":\"x\"}]}", "/columns/0/head"},
                 {"{\"colums\":[]}", "/colums"},
                 {"{\"a/b~c\":1}", "/a~1b~0c"},
                 {"[]", ""},
                 {"{", "options"}};
    size_t at;
    for (at = 0; at < sizeof wrong / sizeof wrong[0]; ++at) {
        CHECK_ERROR(habeas_import_contacts_text(store, "email\na@example.org\n", NUL,
                                                wrong[at].options, NUL, NULL, NULL, &report),
                    HABEAS_E_INVALID, wrong[at].where);
        CHECK(report.data == NULL);
    }
    CHECK_STATUS(habeas_import_contacts_text(store, "", 0, NULL, 0, NULL, NULL, &report),
                 HABEAS_E_INVALID);
    CHECK_STATUS(
        habeas_import_contacts_text(store, "colour\nred\n", NUL, NULL, 0, NULL, NULL, &report),
        HABEAS_E_INVALID);
    CHECK_STATUS(
        habeas_import_contacts(store, scratch("nowhere.csv"), NUL, NULL, 0, NULL, NULL, &report),
        HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

struct stopper {
    int asked, at;
};
static int32_t stop_at(void* user, uint64_t done, uint64_t total) {
    struct stopper* stopper = user;
    CHECK(total == 0 || done <= total);
    return ++stopper->asked == stopper->at ? 123 : 0;
}

static void a_stopped_import_keeps_what_was_committed(void) {
    habeas_store* store = import_store();
    habeas_string report;
    struct stopper stopper = {0, 1};
    int64_t count = 0;
    const char* csv = "email\na@example.org\nb@example.org\nc@example.org\nd@example.org\n";
    CHECK_ERROR(habeas_import_contacts_text(store, csv, NUL, "{\"batch\":2}", NUL, stop_at,
                                            &stopper, &report),
                123, "callback");
    take("import_report", &report, "\"cancelled\":true");
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == 2);
    stopper.at = 0;
    CHECK_OK(habeas_import_contacts_text(store, csv, NUL, "{\"batch\":2}", NUL, stop_at, &stopper,
                                         &report));
    take("import_report", &report, "\"created\":2");
    habeas_store_close(store);
}

static const char consents[] =
    "email,purpose,channel,action,at,text_version,method\n"
    "ada@example.org,newsletter,email,granted,2026-05-01T10:00:00Z,1,form\n"
    "nobody@example.org,newsletter,email,granted,2026-05-01T10:00:00Z,1,form\n";

static void consents_come_with_their_evidence(void) {
    habeas_store* store = sample_store();
    habeas_string report;
    habeas_decision decision;
    int64_t subject;
    test_time += 1;
    subject = sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_import_consents_text(store, consents, NUL, NULL, 0, NULL, NULL, &report));
    CHECK(strstr(report.data, "\"rejected\":1") != NULL);
    take("import_report", &report, "\"consents\":1");
    write_file(scratch("consents.csv"), consents);
    CHECK_OK(
        habeas_import_consents(store, scratch("consents.csv"), NUL, NULL, 0, NULL, NULL, &report));
    take("import_report", &report, "\"consents\":0"); /* nothing comes twice */
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_may_process(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL,
                                &decision));
    CHECK(decision.allowed == 1);
    CHECK_STATUS(habeas_import_consents_text(store, "email\n", NUL, NULL, 0, NULL, NULL, &report),
                 HABEAS_E_INVALID);
    habeas_store_close(store);
}

static const char unsubscribes[] = "Email,Portal Unsubscribe\nbob@example.org,TRUE\n";
static const char hubspot[] = "Record ID,Email,Agreed,When\n"
                              "1,ada@example.org,yes,2026-05-01T10:00:00Z\n"
                              "2,bob@example.org,yes,2026-05-01T10:00:00Z\n3,none,,\n";

static const char* migration(const char* more) {
    static char options[2048];
    snprintf(options, sizeof options,
             "{\"contacts\":\"%s\",\"consents\":[{\"column\":\"Agreed\",\"purpose\":"
             "\"newsletter\",\"channel\":\"email\",\"time_column\":\"When\",\"text_version\":1,"
             "\"granted\":[\"yes\"]}]%s}",
             scratch("hubspot.csv"), more);
    return options;
}

static void a_migration_reads_opt_outs_first(void) {
    habeas_store* store = sample_store();
    habeas_string report;
    habeas_decision decision;
    char more[1024];
    int64_t found = 0;
    test_time += 1;
    write_file(scratch("hubspot.csv"), hubspot);
    write_file(scratch("unsubscribes.csv"), unsubscribes);
    CHECK_ERROR(
        habeas_migration_run(store, "hubspot", NUL, migration(""), NUL, NULL, NULL, &report),
        HABEAS_E_INVALID, "opt_outs");
    CHECK(report.data == NULL);
    snprintf(more, sizeof more, ",\"opt_outs\":[\"%s\"],\"batch\":2", scratch("unsubscribes.csv"));
    CHECK_OK(
        habeas_migration_preview(store, "hubspot", NUL, migration(more), NUL, NULL, NULL, &report));
    take("migration_report", &report, "\"preview\":true");
    CHECK_OK(habeas_subject_find(store, "email", NUL, "ada@example.org", NUL, &found));
    CHECK(found == 0); /* nothing was kept */
    CHECK_OK(habeas_migration_run(store, "hubspot", NUL,
                                  document_in("migration_options", migration(more)), NUL, NULL,
                                  NULL, &report));
    CHECK(strstr(report.data, "\"suppressed\":1") != NULL);
    CHECK(strstr(report.data, "\"consents_withheld\":1") != NULL);
    take("migration_report", &report, "\"balanced\":true");
    CHECK_OK(habeas_decision_init(&decision, sizeof decision));
    CHECK_OK(habeas_subject_find(store, "email", NUL, "ada@example.org", NUL, &found));
    CHECK_OK(
        habeas_may_process(store, found, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, &decision));
    CHECK(decision.allowed == 1);
    CHECK_OK(habeas_subject_find(store, "email", NUL, "bob@example.org", NUL, &found));
    CHECK_OK(
        habeas_may_process(store, found, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, &decision));
    CHECK(decision.allowed == 0);
    habeas_store_close(store);
}

static void options_of_a_migration_are_checked(void) {
    habeas_store* store = sample_store();
    habeas_string report;
    struct stopper stopper = {0, 1};
    CHECK_ERROR(habeas_migration_run(store, "excel", NUL, "{}", NUL, NULL, NULL, &report),
                HABEAS_E_INVALID, "platform");
    CHECK_ERROR(habeas_migration_preview(store, "mautic", NUL, "{\"dumps\":\"x\"}", NUL, NULL, NULL,
                                         &report),
                HABEAS_E_INVALID, "/dumps");
    CHECK_ERROR(habeas_migration_preview(store, "mautic", NUL, "{\"server\":{\"port\":0}}", NUL,
                                         NULL, NULL, &report),
                HABEAS_E_INVALID, "/server/port");
    CHECK_ERROR(habeas_migration_run(store, "mautic", NUL, "{}", NUL, NULL, NULL, &report),
                HABEAS_E_INVALID, "dump");
    write_file(scratch("hubspot.csv"), hubspot);
    CHECK_ERROR(habeas_migration_run(store, "hubspot", NUL,
                                     migration(",\"no_opt_outs\":true,\"batch\":1"), NUL, stop_at,
                                     &stopper, &report),
                123, "callback");
    take("migration_report", &report, "\"cancelled\":true");
    habeas_store_close(store);
}

void import_phases(void) {
    phase("a migration reads opt-outs first", a_migration_reads_opt_outs_first);
    phase("options of a migration are checked", options_of_a_migration_are_checked);
    phase("contacts come from memory and from a file", contacts_come_from_memory_and_from_a_file);
    phase("options of an import are checked", options_of_an_import_are_checked);
    phase("a stopped import keeps what was committed", a_stopped_import_keeps_what_was_committed);
    phase("consents come with their evidence", consents_come_with_their_evidence);
}
