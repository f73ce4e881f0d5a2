/* Many rows in one call, as a document and as typed cells. */
#include "test.h"

#include <stdlib.h>

static void rows_of_a_document_are_created_updated_or_rejected(void) {
    habeas_store* store = sample_store();
    habeas_string results;
    const char* rows = document_in(
        "upsert_rows", "[{\"fields\":{\"email\":\"a@example.org\",\"vip\":true}},"
                       "{\"identifiers\":[{\"kind\":\"external:crm\",\"value\":\"2\"}]},"
                       "{\"fields\":{\"email\":\"not an address\"}}]");
    CHECK_OK(habeas_subject_upsert(store, rows, NUL, HABEAS_ON_MATCH_UPDATE, HABEAS_BLANK_KEEP,
                                   &results));
    CHECK(strstr(results.data, "\"created\"") != NULL);
    CHECK(strstr(results.data, "not an address") == NULL);
    take("upsert_results", &results, "\"outcome\":\"rejected\",\"field\":\"email\"");
    CHECK_OK(habeas_subject_upsert(store, rows, NUL, HABEAS_ON_MATCH_UPDATE, HABEAS_BLANK_KEEP,
                                   &results));
    take("upsert_results", &results, "unchanged");
    CHECK_OK(
        habeas_subject_upsert(store, rows, NUL, HABEAS_ON_MATCH_SKIP, HABEAS_BLANK_KEEP, &results));
    take("upsert_results", &results, "skipped");
    CHECK_OK(
        habeas_subject_upsert(store, rows, NUL, HABEAS_ON_MATCH_FAIL, HABEAS_BLANK_KEEP, &results));
    take("upsert_results", &results, "belongs to a subject already");
    CHECK_ERROR(habeas_subject_upsert(store, "[{},{\"email\":1}]", NUL, 0, 0, &results),
                HABEAS_E_INVALID, "/1/email");
    CHECK_ERROR(habeas_subject_upsert(store, "{}", NUL, 0, 0, &results), HABEAS_E_INVALID, "");
    CHECK_ERROR(habeas_subject_upsert(store, "[]", NUL, 3, 0, &results), HABEAS_E_INVALID,
                "on_match");
    CHECK_ERROR(habeas_subject_upsert(store, "[]", NUL, 0, 2, &results), HABEAS_E_INVALID, "blank");
    habeas_store_close(store);
}

static habeas_cell text_cell(const char* text) {
    habeas_cell cell;
    memset(&cell, 0, sizeof cell);
    cell.type = HABEAS_CELL_TEXT;
    cell.text.data = text;
    cell.text.size = strlen(text);
    return cell;
}
static habeas_cell integer_cell(int32_t type, int64_t integer) {
    habeas_cell cell;
    memset(&cell, 0, sizeof cell);
    cell.type = type;
    cell.integer = integer;
    return cell;
}
static habeas_cell number_cell(double number) {
    habeas_cell cell;
    memset(&cell, 0, sizeof cell);
    cell.type = HABEAS_CELL_NUMBER;
    cell.number = number;
    return cell;
}

enum { COLUMNS = 7 };
static const habeas_text columns[COLUMNS] = {
    {"email", NUL}, {"external:crm", NUL}, {"vip", NUL},   {"points", NUL},
    {"price", NUL}, {"joined", NUL},       {"source", NUL}};

static void row_of(habeas_cell* cells, const char* email, int64_t crm) {
    cells[0] = text_cell(email);
    cells[1] = integer_cell(HABEAS_CELL_INTEGER, crm);
    cells[2] = integer_cell(HABEAS_CELL_BOOLEAN, 1);
    cells[3] = number_cell(2.25);
    cells[4] = integer_cell(HABEAS_CELL_INTEGER, 1999);
    cells[5] = integer_cell(HABEAS_CELL_TIME, 1780308000000);
    cells[6] = text_cell("shop");
}

static habeas_store* typed_store(void) {
    habeas_store* store = sample_store();
    CHECK_OK(habeas_field_define(store, "{\"name\":\"points\",\"type\":\"number\"}", NUL));
    CHECK_OK(habeas_field_define(store, "{\"name\":\"price\",\"type\":\"money\"}", NUL));
    CHECK_OK(habeas_field_define(store, "{\"name\":\"joined\",\"type\":\"datetime\"}", NUL));
    return store;
}

static void typed_rows_are_taken_as_they_are(void) {
    habeas_store* store = typed_store();
    habeas_cell cells[4 * COLUMNS];
    habeas_upsert_result results[4];
    habeas_string text;
    int64_t found = 0;
    memset(results, 9, sizeof results);
    row_of(&cells[0], "a@example.org", 1);
    row_of(&cells[COLUMNS], "b@example.org", 2);
    row_of(&cells[2 * COLUMNS], "c\xff@example.org", 3);
    row_of(&cells[3 * COLUMNS], "d@example.org", 4);
    cells[3 * COLUMNS + 2] = text_cell("maybe");
    CHECK_OK(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 4, HABEAS_ON_MATCH_UPDATE,
                                        HABEAS_BLANK_KEEP, results));
    CHECK(results[0].outcome == HABEAS_OUTCOME_CREATED && results[0].subject > 0);
    CHECK(results[0].field[0] == '\0' && results[0].reason[0] == '\0');
    CHECK(results[1].outcome == HABEAS_OUTCOME_CREATED);
    CHECK(results[2].outcome == HABEAS_OUTCOME_REJECTED && results[2].subject == 0);
    CHECK(strcmp(results[2].field, "email") == 0 && strstr(results[2].reason, "byte 1") != NULL);
    CHECK(results[3].outcome == HABEAS_OUTCOME_REJECTED && strcmp(results[3].field, "vip") == 0);
    CHECK_OK(habeas_subject_get(store, results[0].subject, &text));
    CHECK(strstr(text.data, "\"price\":\"19.99\"") != NULL);
    CHECK(strstr(text.data, "\"points\":2.25") != NULL);
    CHECK(strstr(text.data, "\"joined\":\"2026-06-01T10:00:00.000Z\"") != NULL);
    CHECK(strstr(text.data, "\"source\":\"shop\"") != NULL);
    take("subject", &text, "\"vip\":true");

    /* A host that keeps its contacts itself knows them by its own number alone. */
    cells[0] = integer_cell(HABEAS_CELL_ABSENT, 0);
    cells[2] = integer_cell(HABEAS_CELL_BLANK, 0);
    cells[6] = integer_cell(HABEAS_CELL_BLANK, 0);
    CHECK_OK(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, HABEAS_ON_MATCH_UPDATE,
                                        HABEAS_BLANK_OVERWRITE, results));
    CHECK(results[0].outcome == HABEAS_OUTCOME_UPDATED);
    CHECK_OK(habeas_subject_find(store, "external:crm", NUL, "1", NUL, &found));
    CHECK(found == results[0].subject);
    CHECK_OK(habeas_subject_get(store, found, &text));
    CHECK(strstr(text.data, "\"vip\":true") == NULL);
    take("subject", &text, "a@example.org");
    habeas_store_close(store);
}

static void malformed_cells_and_columns_are_refused(void) {
    habeas_store* store = typed_store();
    habeas_cell cells[COLUMNS];
    habeas_upsert_result result;
    habeas_text twice[2] = {{"email", NUL}, {"email", NUL}};
    habeas_text nonsense = {"pigeon:post", NUL};
    row_of(cells, "a@example.org", 1);
    CHECK_ERROR(habeas_subject_upsert_rows(store, twice, 2, cells, 1, 0, 0, &result),
                HABEAS_E_INVALID, "columns");
    CHECK_STATUS(habeas_subject_upsert_rows(store, &nonsense, 1, cells, 1, 0, 0, &result),
                 HABEAS_E_INVALID);
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, 0, cells, 1, 0, 0, &result),
                HABEAS_E_INVALID, "columns");
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, NULL, 1, 0, 0, &result),
                HABEAS_E_INVALID, "cells");
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, 0, 0, NULL),
                HABEAS_E_INVALID, "results");
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, -1, 0, &result),
                HABEAS_E_INVALID, "on_match");
    cells[2].integer = 2;
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, 0, 0, &result),
                HABEAS_E_INVALID, "cells");
    cells[2].type = 7;
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, 0, 0, &result),
                HABEAS_E_INVALID, "cells");
    row_of(cells, "a@example.org", 1);
    cells[6] = number_cell(1.5);
    CHECK_ERROR(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, 1, 0, 0, &result),
                HABEAS_E_INVALID, "cells");
    CHECK_OK(habeas_subject_upsert_rows(store, columns, COLUMNS, NULL, 0, 0, 0, NULL));
    habeas_store_close(store);
}

static void a_thousand_rows_go_in_one_call(void) {
    enum { ROWS = 1000 };
    habeas_store* store = typed_store();
    habeas_cell* cells = calloc(ROWS * COLUMNS, sizeof *cells);
    habeas_upsert_result* results = calloc(ROWS, sizeof *results);
    char(*emails)[32] = calloc(ROWS, sizeof *emails);
    int64_t count = 0;
    int at, created = 0;
    if (CHECK(cells != NULL && results != NULL && emails != NULL)) {
        for (at = 0; at < ROWS; ++at) {
            snprintf(emails[at], sizeof emails[at], "p%d@example.org", at);
            row_of(&cells[at * COLUMNS], emails[at], at + 1);
        }
        CHECK_OK(habeas_subject_upsert_rows(store, columns, COLUMNS, cells, ROWS,
                                            HABEAS_ON_MATCH_UPDATE, HABEAS_BLANK_KEEP, results));
        for (at = 0; at < ROWS; ++at) {
            created += results[at].outcome == HABEAS_OUTCOME_CREATED;
        }
        CHECK(created == ROWS);
    }
    CHECK_OK(habeas_subject_count(store, &count));
    CHECK(count == ROWS);
    free(cells);
    free(results);
    free(emails);
    habeas_store_close(store);
}

void upsert_phases(void) {
    phase("rows of a document are created, updated or rejected",
          rows_of_a_document_are_created_updated_or_rejected);
    phase("typed rows are taken as they are", typed_rows_are_taken_as_they_are);
    phase("malformed cells and columns are refused", malformed_cells_and_columns_are_refused);
    phase("a thousand rows go in one call", a_thousand_rows_go_in_one_call);
}
