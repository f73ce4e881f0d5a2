/* Read-only SQL, row by row. */
#include "test.h"

static const habeas_row* kept_row;

static int32_t look_at_row(void* user, const habeas_row* row) {
    size_t columns = 0;
    habeas_text text;
    int64_t integer = 0;
    double number = 0;
    int* rows = user;
    ++*rows;
    kept_row = row;
    CHECK_OK(habeas_row_columns(row, &columns));
    CHECK(columns == 4);
    CHECK_OK(habeas_row_name(row, 0, &text));
    CHECK(text.size == 2 && strcmp(text.data, "id") == 0);
    CHECK_OK(habeas_row_integer(row, 0, &integer));
    CHECK(integer > 0);
    CHECK_OK(habeas_row_text(row, 1, &text));
    CHECK(text.data != NULL && strcmp(text.data, "ada@example.org") == 0);
    CHECK_OK(habeas_row_text(row, 2, &text));
    CHECK(text.data == NULL && text.size == 0);
    CHECK_OK(habeas_row_number(row, 3, &number));
    CHECK(number > 1.49 && number < 1.51);
    CHECK_ERROR(habeas_row_integer(row, 3, &integer), HABEAS_E_INVALID, "column");
    CHECK_ERROR(habeas_row_integer(row, 1, &integer), HABEAS_E_INVALID, "column");
    CHECK_ERROR(habeas_row_number(row, 1, &number), HABEAS_E_INVALID, "column");
    CHECK_ERROR(habeas_row_number(row, 2, &number), HABEAS_E_NOT_FOUND, "column");
    CHECK(number == 0);
    CHECK_ERROR(habeas_row_integer(row, 2, &integer), HABEAS_E_NOT_FOUND, "column");
    CHECK(integer == 0);
    CHECK_ERROR(habeas_row_text(row, 4, &text), HABEAS_E_INVALID, "column");
    CHECK_ERROR(habeas_row_name(row, (size_t)-1, &text), HABEAS_E_INVALID, "column");
    CHECK_ERROR(habeas_row_columns(row, NULL), HABEAS_E_INVALID, "count");
    return 0;
}

static int32_t stop_at_second(void* user, const habeas_row* row) {
    int* rows = user;
    (void)row;
    return ++*rows == 2 ? -1000 : 0;
}

static void a_query_reads_views_row_by_row(void) {
    habeas_store* store = sample_store();
    habeas_text parameter = {"ada@example.org", NUL};
    habeas_text text;
    size_t columns = 9;
    int rows = 0;
    sample_subject(store, "ada@example.org");
    sample_subject(store, "bob@example.org");
    CHECK_OK(habeas_query(store,
                          "SELECT id, email, vip, 1.5 FROM v_subject WHERE email = ? ORDER BY id",
                          NUL, &parameter, 1, 0, look_at_row, &rows));
    CHECK(rows == 1);
    /* The row ended with its callback. */
    CHECK_ERROR(habeas_row_columns(kept_row, &columns), HABEAS_E_HANDLE, "handle");
    CHECK(columns == 0);
    CHECK_ERROR(habeas_row_text(kept_row, 0, &text), HABEAS_E_HANDLE, "handle");
    CHECK_ERROR(habeas_row_text((const habeas_row*)store, 0, &text), HABEAS_E_HANDLE, "handle");

    rows = 0;
    CHECK_ERROR(
        habeas_query(store, "SELECT id FROM v_subject", NUL, NULL, 0, 0, stop_at_second, &rows),
        -1000, "callback");
    CHECK(rows == 2);
    habeas_store_close(store);
}

static int32_t call_back_in(void* user, const habeas_row* row) {
    int64_t count = 7;
    habeas_store* other = sample_store();
    (void)row;
    CHECK_ERROR(habeas_subject_count(user, &count), HABEAS_E_CONCURRENT, "handle");
    CHECK(count == 0);
    CHECK_OK(habeas_subject_count(other, &count)); /* another store is another handle */
    habeas_store_close(other);
    CHECK_ERROR(habeas_subject_count(other, &count), HABEAS_E_HANDLE, "handle");
    return 0;
}

static void a_callback_cannot_use_the_store_that_calls_it(void) {
    habeas_store* store = sample_store();
    habeas_error error;
    CHECK_OK(habeas_query(store, "SELECT 1", NUL, NULL, 0, 0, call_back_in, store));
    /* What failed inside of the callback is not the outer call's. */
    CHECK_OK(habeas_error_init(&error, sizeof error));
    CHECK_OK(habeas_query(store, "SELECT 1", NUL, NULL, 0, 0, call_back_in, store));
    CHECK_OK(habeas_last_error(&error));
    CHECK(error.status == HABEAS_OK);
    habeas_store_close(store);
}

static int32_t close_inside(void* user, const habeas_row* row) {
    int64_t count = 0;
    size_t columns = 0;
    habeas_store_close(user);
    CHECK_ERROR(habeas_subject_count(user, &count), HABEAS_E_HANDLE, "handle");
    CHECK_OK(habeas_row_columns(row, &columns));
    return 0;
}

static void a_store_closed_by_a_callback_closes_when_the_call_ends(void) {
    habeas_store* store = sample_store();
    int64_t count = 0;
    CHECK_OK(habeas_query(store, "SELECT 1 UNION SELECT 2", NUL, NULL, 0, 0, close_inside, store));
    CHECK_ERROR(habeas_subject_count(store, &count), HABEAS_E_HANDLE, "handle");
}

static int32_t no_row(void* user, const habeas_row* row) {
    (void)user;
    (void)row;
    return 0;
}

static void a_query_does_nothing_but_read_views(void) {
    habeas_store* store = sample_store();
    CHECK_STATUS(habeas_query(store, "SELECT * FROM subject", NUL, NULL, 0, 0, no_row, NULL),
                 HABEAS_E_DENIED);
    CHECK_STATUS(habeas_query(store, "DELETE FROM v_subject", NUL, NULL, 0, 0, no_row, NULL),
                 HABEAS_E_INVALID);
    CHECK_ERROR(habeas_query(store, "SELEKT", NUL, NULL, 0, 0, no_row, NULL), HABEAS_E_INVALID,
                "sql");
    CHECK_ERROR(habeas_query(store, "SELECT ?", NUL, NULL, 0, 0, no_row, NULL), HABEAS_E_INVALID,
                "parameters");
    CHECK_ERROR(habeas_query(store, "SELECT ?", NUL, NULL, 1, 0, no_row, NULL), HABEAS_E_INVALID,
                "parameters");
    CHECK_ERROR(habeas_query(store, "SELECT 1", NUL, NULL, 0, 0, NULL, NULL), HABEAS_E_INVALID,
                "row");
    CHECK_ERROR(habeas_query(store, "SELECT 1", NUL, NULL, 0, -1, no_row, NULL), HABEAS_E_INVALID,
                "limit_ms");
    CHECK_STATUS(habeas_query(store,
                              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                              "SELECT count(*) FROM n",
                              NUL, NULL, 0, 20, no_row, NULL),
                 HABEAS_E_CANCELLED);
    habeas_store_close(store);
}

void query_phases(void) {
    phase("a query reads views row by row", a_query_reads_views_row_by_row);
    phase("a callback cannot use the store that calls it",
          a_callback_cannot_use_the_store_that_calls_it);
    phase("a store closed by a callback closes when the call ends",
          a_store_closed_by_a_callback_closes_when_the_call_ends);
    phase("a query does nothing but read views", a_query_does_nothing_but_read_views);
}
