/* Subjects one by one, pages, the walk, organisations. */
#include "test.h"

static const char everything[] =
    "{\"fields\":{\"email\":\"Ada@Example.org\",\"phone\":\"+4930123456\",\"first_name\":\"Ada\","
    "\"vip\":true,\"points\":1.5,\"price\":\"-12.50\",\"joined\":\"2026-05-01T10:00:00Z\","
    "\"likes\":[\"tea\",\"jam\"],\"date_of_birth\":\"1990-12-10\",\"country\":null},"
    "\"identifiers\":[{\"kind\":\"external:crm\",\"value\":\"7\"}],\"source\":\"api\"}";

static habeas_store* rich_store(void) {
    habeas_store* store = sample_store();
    CHECK_OK(habeas_field_define(store, "{\"name\":\"points\",\"type\":\"number\"}", NUL));
    CHECK_OK(habeas_field_define(store, "{\"name\":\"price\",\"type\":\"money\"}", NUL));
    CHECK_OK(habeas_field_define(store, "{\"name\":\"joined\",\"type\":\"datetime\"}", NUL));
    CHECK_OK(habeas_field_define(store,
                                 "{\"name\":\"likes\",\"type\":\"multiselect\",\"choices\":["
                                 "{\"value\":\"tea\"},{\"value\":\"jam\"}]}",
                                 NUL));
    return store;
}

static void a_subject_is_created_read_and_found(void) {
    habeas_store* store = rich_store();
    habeas_string text;
    int64_t subject = 0, found = 0;
    CHECK_OK(habeas_subject_create(store, document_in("subject_input", everything), NUL, &subject));
    CHECK_OK(habeas_subject_get(store, subject, &text));
    document_out("subject", &text);
    CHECK(strstr(text.data, "\"price\":\"-12.50\"") != NULL);
    CHECK(strstr(text.data, "\"points\":1.5") != NULL);
    CHECK(strstr(text.data, "\"vip\":true") != NULL);
    CHECK(strstr(text.data, "\"likes\":[\"jam\",\"tea\"]") != NULL);
    CHECK(strstr(text.data, "\"joined\":\"2026-05-01T10:00:00.000Z\"") != NULL);
    CHECK(strstr(text.data, "{\"kind\":\"external:crm\",\"value\":\"7\"}") != NULL);
    CHECK(strstr(text.data, "\"source\":\"api\"") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_subject_find(store, "email", NUL, " ada@EXAMPLE.org", NUL, &found));
    CHECK(found == subject);
    CHECK_OK(habeas_subject_find(store, "external:crm", NUL, "7", 1, &found));
    CHECK(found == subject);
    CHECK_OK(habeas_subject_find(store, "email", NUL, "nobody@example.org", NUL, &found));
    CHECK(found == 0);
    CHECK_STATUS(habeas_subject_find(store, "pigeon", NUL, "7", 1, &found), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_subject_find(store, "email", NUL, "no address", NUL, &found),
                 HABEAS_E_INVALID);
    CHECK_STATUS(habeas_subject_get(store, subject + 1, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_subject_get(store, -1, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_subject_get(store, 0, &text), HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void bad_input_creates_nobody(void) {
    habeas_store* store = sample_store();
    int64_t subject = 5, count = -1;
    sample_subject(store, "taken@example.org");
    CHECK_ERROR(habeas_subject_create(store, "{\"field\":{}}", NUL, &subject), HABEAS_E_INVALID,
                "/field");
    CHECK(subject == 0);
    CHECK_ERROR(habeas_subject_create(store, "{\"fields\":{\"email\":{}}}", NUL, &subject),
                HABEAS_E_INVALID, "/fields/email");
    CHECK_ERROR(habeas_subject_create(store,
                                      "{\"identifiers\":[{\"kind\":\"pigeon\",\"value\":\"1\"}]}",
                                      NUL, &subject),
                HABEAS_E_INVALID, "/identifiers/0/kind");
    CHECK_ERROR(habeas_subject_create(store, "{\"fields\":{\"email\":\"taken@example.org\"}}", NUL,
                                      &subject),
                HABEAS_E_EXISTS, "email");
    CHECK_ERROR(
        habeas_subject_create(store, "{\"fields\":{\"email\":\"no address\"}}", NUL, &subject),
        HABEAS_E_INVALID, "email");
    CHECK(strstr(last_message(), "no address") == NULL); /* the value is not repeated */
    CHECK_ERROR(habeas_subject_create(store,
                                      "{\"fields\":{\"email\":\"a@example.org\",\"x'; --\":\"1\"}}",
                                      NUL, &subject),
                HABEAS_E_NOT_FOUND, "x'; --");
    CHECK_STATUS(habeas_subject_create(store, "{}", NUL, &subject), HABEAS_E_INVALID);
    CHECK_ERROR(
        habeas_subject_create(store, "{\"fields\":{\"email\":\"\xe2\x82\"}}", NUL, &subject),
        HABEAS_E_INVALID, "input");
    CHECK_STATUS(habeas_subject_create(store, "{\"fields\":{\"email\":\"a@example.org\\u0000\"}}",
                                       NUL, &subject),
                 HABEAS_E_INVALID);
    CHECK_ERROR(habeas_subject_create(store, "{}", NUL, NULL), HABEAS_E_INVALID, "subject");
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == 1);
    habeas_store_close(store);
}

static void an_update_keeps_what_it_does_not_name(void) {
    habeas_store* store = rich_store();
    habeas_string text;
    int64_t subject = 0;
    CHECK_OK(habeas_subject_create(store, everything, NUL, &subject));
    CHECK_OK(habeas_subject_update(store, subject,
                                   "{\"fields\":{\"first_name\":\"\",\"vip\":false}}", NUL,
                                   HABEAS_BLANK_KEEP, 0));
    CHECK_OK(habeas_subject_get(store, subject, &text));
    take("subject", &text, "\"first_name\":\"Ada\"");
    CHECK_OK(habeas_subject_update(store, subject, "{\"fields\":{\"first_name\":null}}", NUL,
                                   HABEAS_BLANK_OVERWRITE, 2));
    CHECK_OK(habeas_subject_get(store, subject, &text));
    CHECK(strstr(text.data, "first_name") == NULL || strstr(text.data, "\"first_name\":null"));
    take("subject", &text, "\"version\":3");
    CHECK_ERROR(habeas_subject_update(store, subject, "{\"fields\":{\"vip\":true}}", NUL,
                                      HABEAS_BLANK_KEEP, 2),
                HABEAS_E_CONFLICT, "row");
    CHECK_STATUS(habeas_subject_update(store, 999, "{}", NUL, HABEAS_BLANK_KEEP, 0),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_subject_update(store, subject, "{}", NUL, 2, 0), HABEAS_E_INVALID, "blank");
    CHECK_ERROR(habeas_subject_update(store, subject, "{}", NUL, 0, -1), HABEAS_E_INVALID,
                "version");
    habeas_store_close(store);
}

static void identifiers_come_and_go(void) {
    habeas_store* store = sample_store();
    int64_t ada = sample_subject(store, "ada@example.org");
    int64_t bob = sample_subject(store, "bob@example.org");
    int64_t found = 0;
    CHECK_OK(habeas_subject_add_identifier(store, ada, "external:shop", NUL, "A-1", NUL));
    CHECK_OK(habeas_subject_find(store, "external:shop", NUL, "A-1", NUL, &found));
    CHECK(found == ada);
    CHECK_STATUS(habeas_subject_add_identifier(store, bob, "external:shop", NUL, "A-1", NUL),
                 HABEAS_E_EXISTS);
    CHECK_STATUS(habeas_subject_remove_identifier(store, bob, "external:shop", NUL, "A-1", NUL),
                 HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_subject_remove_identifier(store, ada, "external:shop", NUL, "A-1", NUL));
    CHECK_OK(habeas_subject_find(store, "external:shop", NUL, "A-1", NUL, &found));
    CHECK(found == 0);
    CHECK_STATUS(habeas_subject_remove_identifier(store, ada, "email", NUL, "ada@example.org", NUL),
                 HABEAS_E_INVALID);
    CHECK_OK(habeas_subject_merge(store, ada, bob));
    CHECK_OK(habeas_subject_find(store, "email", NUL, "bob@example.org", NUL, &found));
    CHECK(found == ada);
    CHECK_STATUS(habeas_subject_merge(store, ada, 999), HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void everybody_comes_by_on_pages_and_on_a_walk(void) {
    habeas_store* store = sample_store();
    habeas_cursor* cursor = NULL;
    habeas_string text, next;
    int64_t subjects[5], subject = 0;
    char email[40];
    int at;
    for (at = 0; at < 5; ++at) {
        snprintf(email, sizeof email, "p%d@example.org", at);
        test_time += 1000;
        subjects[at] = sample_subject(store, email);
    }
    CHECK_OK(habeas_subject_page(store, 3, 0, "", 0, &text));
    CHECK(strstr(text.data, "p2@") != NULL && strstr(text.data, "p3@") == NULL);
    document_out("subject_page", &text);
    {
        const char* after = strstr(text.data, "\"next\":\"");
        CHECK(after != NULL);
        after += 8;
        CHECK_OK(habeas_subject_page(store, 3, 0, after, strcspn(after, "\""), &next));
        take("subject_page", &next, "\"next\":\"\"");
    }
    habeas_string_free(&text);
    CHECK_STATUS(habeas_subject_page(store, 3, 0, "elsewhere", NUL, &text), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_subject_page(store, 0, 0, NULL, 0, &text), HABEAS_E_INVALID);

    CHECK_OK(habeas_subject_list(store, 0, 2, &cursor));
    for (at = 0; at < 5; ++at) {
        CHECK_STATUS(habeas_cursor_next(cursor, &subject, at % 2 ? &text : NULL), HABEAS_ROW);
        CHECK(subject == subjects[at]);
        if (at % 2) {
            take("subject", &text, "example.org");
        }
    }
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, &text), HABEAS_DONE);
    CHECK(subject == 0 && text.data == NULL);
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, &text), HABEAS_DONE);
    habeas_cursor_close(cursor);
    CHECK_ERROR(habeas_cursor_next(cursor, &subject, &text), HABEAS_E_HANDLE, "handle");

    CHECK_OK(habeas_subject_list(store, test_time - 1000, 0, &cursor)); /* who changed since */
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_ROW);
    CHECK(subject == subjects[3]);
    CHECK_ERROR(habeas_cursor_next(cursor, NULL, NULL), HABEAS_E_INVALID, "subject");
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_ROW);
    CHECK(subject == subjects[4]);
    habeas_store_close(store); /* before its cursor */
    CHECK_ERROR(habeas_cursor_next(cursor, &subject, NULL), HABEAS_E_HANDLE, "handle");
    habeas_cursor_close(cursor);
}

static void organisations_have_members(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    int64_t subject = sample_subject(store, "ada@example.org");
    int64_t organisation = 0, found = 0;
    CHECK_OK(habeas_field_define(
        store, "{\"name\":\"vat\",\"type\":\"text\",\"owner\":\"organisation\"}", NUL));
    CHECK_OK(habeas_organisation_create(
        store,
        document_in("organisation_input", "{\"name\":\"Analytical Engines\",\"external\":\"org-1\","
                                          "\"fields\":{\"vat\":\"GB1\"}}"),
        NUL, &organisation));
    CHECK_STATUS(habeas_organisation_create(store, "{\"name\":\"Another\",\"external\":\"org-1\"}",
                                            NUL, &found),
                 HABEAS_E_EXISTS);
    CHECK_OK(habeas_organisation_get(store, organisation, &text));
    take("organisation", &text, "\"vat\":\"GB1\"");
    CHECK_OK(habeas_organisation_find(store, "org-1", NUL, &found));
    CHECK(found == organisation);
    CHECK_OK(habeas_organisation_find(store, "org-2", NUL, &found));
    CHECK(found == 0);
    /* What the input does not name stays, also where blanks overwrite. */
    CHECK_OK(habeas_organisation_update(
        store, organisation, document_in("organisation_input", "{\"fields\":{\"vat\":null}}"), NUL,
        HABEAS_BLANK_OVERWRITE, 1));
    CHECK_OK(habeas_organisation_get(store, organisation, &text));
    CHECK(strstr(text.data, "GB1") == NULL && strstr(text.data, "Analytical Engines") != NULL);
    take("organisation", &text, "\"external\":\"org-1\"");
    CHECK_OK(habeas_organisation_update(store, organisation, "{\"external\":null}", NUL,
                                        HABEAS_BLANK_OVERWRITE, 0));
    CHECK_OK(habeas_organisation_find(store, "org-1", NUL, &found));
    CHECK(found == 0);
    CHECK_STATUS(habeas_organisation_update(store, organisation, "{\"name\":\"X\"}", NUL, 0, 1),
                 HABEAS_E_CONFLICT);
    CHECK_OK(habeas_organisation_link(store, organisation, subject, "engineer", NUL, 1));
    CHECK_OK(habeas_organisation_of(store, subject, &text));
    take("memberships", &text, "\"role\":\"engineer\",\"primary\":true");
    CHECK_OK(habeas_organisation_members(store, organisation, &text));
    take("subject_numbers", &text, "[");
    CHECK_OK(habeas_organisation_unlink(store, organisation, subject));
    CHECK_OK(habeas_organisation_unlink(store, organisation, subject)); /* nothing is left to do */
    CHECK_OK(habeas_organisation_members(store, organisation, &text));
    take("subject_numbers", &text, "[]");
    CHECK_STATUS(habeas_organisation_link(store, organisation, 999, "", 0, 0),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_organisation_link(store, 999, subject, "", 0, 0), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_organisation_link(store, organisation, subject, "", 0, 2), HABEAS_E_INVALID,
                "primary");
    CHECK_OK(habeas_organisation_remove(store, organisation));
    CHECK_STATUS(habeas_organisation_remove(store, organisation), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_organisation_get(store, organisation, &text), HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

void subject_phases(void) {
    phase("a subject is created, read and found", a_subject_is_created_read_and_found);
    phase("bad input creates nobody", bad_input_creates_nobody);
    phase("an update keeps what it does not name", an_update_keeps_what_it_does_not_name);
    phase("identifiers come and go", identifiers_come_and_go);
    phase("everybody comes by on pages and on a walk", everybody_comes_by_on_pages_and_on_a_walk);
    phase("organisations have members", organisations_have_members);
}
