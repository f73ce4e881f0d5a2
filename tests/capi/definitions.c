/* Fields, purposes, texts, and all of them as one document. */
#include "test.h"

#include <stdlib.h>

static const char level[] = "{\"name\":\"level\",\"type\":\"select\",\"labels\":{\"en\":\"Level\"},"
                            "\"choices\":[{\"value\":\"a\",\"labels\":{\"en\":\"A\"}},"
                            "{\"value\":\"b\"}],\"default_value\":\"a\"}";

static void fields_are_defined_changed_and_removed(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    CHECK_OK(habeas_field_define(store, document_in("field", level), NUL));
    CHECK_STATUS(habeas_field_define(store, level, NUL), HABEAS_E_EXISTS);
    CHECK_OK(habeas_field_define(store,
                                 document_in("field",
                                             "{\"name\":\"budget\",\"type\":\"money\",\"scale\":3,"
                                             "\"owner\":\"organisation\",\"class\":\"personal\"}"),
                                 NUL));
    CHECK_OK(habeas_field_list(store, HABEAS_OWNER_ORGANISATION, &text));
    take("field_list", &text, "\"scale\":3");
    CHECK_OK(habeas_field_list(store, HABEAS_OWNER_SUBJECT, &text));
    take("field_list", &text, "date_of_birth");
    CHECK_OK(habeas_field_update(store,
                                 document_in("field", "{\"name\":\"level\",\"type\":\"select\","
                                                      "\"choices\":[{\"value\":\"a\"},"
                                                      "{\"value\":\"b\"},{\"value\":\"c\"}],"
                                                      "\"required\":false,\"in_exports\":false}"),
                                 NUL));
    CHECK_OK(habeas_field_rename(store, HABEAS_OWNER_SUBJECT, "level", NUL, "tier", NUL));
    CHECK_OK(habeas_field_find(store, HABEAS_OWNER_SUBJECT, "tier", NUL, &text));
    take("field", &text, "\"in_exports\":false");
    CHECK_STATUS(habeas_field_find(store, HABEAS_OWNER_SUBJECT, "level", NUL, &text),
                 HABEAS_E_NOT_FOUND);
    CHECK(text.data == NULL);
    CHECK_OK(habeas_field_retire(store, HABEAS_OWNER_SUBJECT, "tier", NUL));
    CHECK_OK(habeas_field_find(store, HABEAS_OWNER_SUBJECT, "tier", 4, &text));
    take("field", &text, "\"retired\":true");
    CHECK_OK(habeas_field_remove(store, HABEAS_OWNER_SUBJECT, "tier", NUL));
    CHECK_STATUS(habeas_field_remove(store, HABEAS_OWNER_SUBJECT, "tier", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_field_retire(store, HABEAS_OWNER_SUBJECT, "tier", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_field_rename(store, HABEAS_OWNER_SUBJECT, "tier", NUL, "x", NUL),
                 HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_field_update(store, "{\"name\":\"tier\",\"type\":\"text\"}", NUL),
                 HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_field_list(store, 2, &text), HABEAS_E_INVALID, "owner");
    habeas_store_close(store);
}

static void a_malformed_field_is_refused_at_its_place(void) {
    habeas_store* store = sample_store();
    CHECK_ERROR(habeas_field_define(store, "{\"name\":\"x\",\"typ\":\"text\"}", NUL),
                HABEAS_E_INVALID, "/typ");
    CHECK_ERROR(habeas_field_define(store, "{\"name\":\"x\",\"type\":\"colour\"}", NUL),
                HABEAS_E_INVALID, "/type");
    CHECK_ERROR(habeas_field_define(store, "{\"name\":\"x\",\"choices\":[{\"value\":1}]}", NUL),
                HABEAS_E_INVALID, "/choices/0/value");
    CHECK_STATUS(habeas_field_define(store, "{\"name\":\"x\"", NUL), HABEAS_E_INVALID);
    CHECK_ERROR(habeas_field_define(store, "{\"name\":\"\xff\"}", NUL), HABEAS_E_INVALID, "field");
    CHECK(strstr(last_message(), "byte 9") != NULL);
    CHECK_STATUS(habeas_field_define(store, "[]", NUL), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_field_define(store, NULL, 0), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_field_define(store, "{\"name\":\"a; DROP TABLE subject\"}", NUL),
                 HABEAS_E_INVALID);
    habeas_store_close(store);
}

static const char profiling[] =
    "{\"code\":\"profiling\",\"labels\":{\"en\":\"Profiling\",\"de\":\"Profilbildung\"},"
    "\"descriptions\":{\"en\":\"What you like\"},\"basis\":\"consent\",\"kind\":\"profiling\","
    "\"channels\":[\"internal\"],\"validity\":\"P24M\",\"retention\":\"P3Y\","
    "\"recipients\":[\"mailer\"],\"texts\":[{\"material_change\":false,\"texts\":["
    "{\"language\":\"en\",\"text\":\"We look at what you buy.\",\"label\":\"Agreed\"}]}]}";

static void purposes_and_texts_are_declared(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    int32_t number = 0;
    const char* version = document_in(
        "text_version", "{\"material_change\":true,\"texts\":[{\"language\":\"de\",\"text\":"
                        "\"Wir sehen uns an, was Sie kaufen.\",\"label\":\"Einverstanden\"}]}");
    CHECK_OK(habeas_purpose_define(store, document_in("purpose", profiling), NUL));
    CHECK_OK(habeas_purpose_add_text(store, "profiling", NUL, version, NUL, &number));
    CHECK(number == 2);
    CHECK_OK(habeas_purpose_add_text(store, "profiling", NUL, version, NUL, &number));
    CHECK(number == 2); /* the same words again */
    CHECK_OK(habeas_purpose_find(store, "profiling", NUL, &text));
    document_out("purpose", &text);
    CHECK(strstr(text.data, "\"number\":2") != NULL && strstr(text.data, "\"hash\":\"") != NULL);
    /* What was read can be declared again: nothing changes. */
    CHECK_OK(habeas_purpose_define(store, text.data, text.size));
    habeas_string_free(&text);
    CHECK_STATUS(habeas_purpose_add_text(store, "nothing", NUL, version, NUL, &number),
                 HABEAS_E_NOT_FOUND);
    CHECK(number == 0);
    CHECK_ERROR(habeas_purpose_add_text(store, "profiling", NUL,
                                        "{\"texts\":[{\"language\":\"en\",\"words\":\"\"}]}", NUL,
                                        &number),
                HABEAS_E_INVALID, "/texts/0/words");
    CHECK_OK(habeas_purpose_retire(store, "profiling", NUL));
    CHECK_STATUS(habeas_purpose_retire(store, "nothing", NUL), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_purpose_list(store, &text));
    take("purpose_list", &text, "\"retired_at\":\"2026-06-01T10:00:00.000Z\"");
    CHECK_STATUS(habeas_purpose_find(store, "nothing", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_purpose_define(store, "{\"code\":\"x\",\"basis\":\"luck\"}", NUL),
                HABEAS_E_INVALID, "/basis");
    CHECK_STATUS(habeas_purpose_define(store, "{\"code\":\"not a code\"}", NUL), HABEAS_E_INVALID);
    habeas_store_close(store);
}

static void definitions_go_from_one_store_to_another(void) {
    habeas_store* store = sample_store();
    habeas_store* fresh = NULL;
    habeas_string definitions, again, report;
    int64_t subject = 0;
    CHECK_OK(habeas_purpose_define(store, profiling, NUL));
    CHECK_OK(habeas_setting_set(store, "controller", NUL, "{\"name\":\"Shop\"}", NUL));
    CHECK_OK(habeas_definitions_export(store, &definitions));
    document_out("definitions", &definitions);
    CHECK_OK(habeas_store_open_memory(NULL, &fresh));
    CHECK_OK(habeas_definitions_apply(fresh, definitions.data, definitions.size, 1, &report));
    take("apply_report", &report, "field vip added");
    CHECK_STATUS(habeas_subject_create(fresh,
                                       "{\"fields\":{\"email\":\"a@example.org\",\"vip\":true}}",
                                       NUL, &subject),
                 HABEAS_E_NOT_FOUND); /* a dry run only tells */
    CHECK_OK(habeas_definitions_apply(fresh, definitions.data, definitions.size, 0, &report));
    take("apply_report", &report, "purpose profiling added");
    CHECK_OK(habeas_definitions_apply(fresh, definitions.data, definitions.size, 0, &report));
    take("apply_report", &report, "{\"changes\":[]}");
    CHECK_OK(habeas_definitions_export(fresh, &again));
    CHECK(again.size == definitions.size && strcmp(again.data, definitions.data) == 0);
    habeas_string_free(&definitions);
    habeas_string_free(&again);
    CHECK_ERROR(habeas_definitions_apply(fresh,
                                         "{\"habeas_definitions\":1,\"fields\":[{\"name\":\"y\"},"
                                         "{\"name\":\"z\",\"tpye\":\"text\"}]}",
                                         NUL, 0, &report),
                HABEAS_E_INVALID, "/fields/1/tpye");
    CHECK_STATUS(habeas_field_find(fresh, HABEAS_OWNER_SUBJECT, "y", NUL, &report),
                 HABEAS_E_NOT_FOUND); /* all or nothing */
    CHECK_ERROR(habeas_definitions_apply(fresh, "{}", NUL, 2, &report), HABEAS_E_INVALID,
                "dry_run");
    habeas_store_close(fresh);
    habeas_store_close(store);
}

static void definitions_of_the_example_apply(void) {
    const char* path = getenv("HABEAS_EXAMPLE_DATA");
    habeas_store* store = NULL;
    habeas_string report;
    char name[512];
    char* definitions;
    if (!CHECK(path != NULL)) {
        return;
    }
    snprintf(name, sizeof name, "%s/definitions.json", path);
    definitions = read_file(name, NULL);
    CHECK(definitions != NULL);
    CHECK_OK(habeas_store_open_memory(NULL, &store));
    CHECK_OK(
        habeas_definitions_apply(store, document_in("definitions", definitions), NUL, 0, &report));
    take("apply_report", &report, "purpose newsletter added");
    free(definitions);
    habeas_store_close(store);
}

void definition_phases(void) {
    phase("fields are defined, changed and removed", fields_are_defined_changed_and_removed);
    phase("a malformed field is refused at its place", a_malformed_field_is_refused_at_its_place);
    phase("purposes and texts are declared", purposes_and_texts_are_declared);
    phase("definitions go from one store to another", definitions_go_from_one_store_to_another);
    phase("definitions of the example apply", definitions_of_the_example_apply);
}
