/* Version, statuses, names, times, last error. */
#include "test.h"

#include <stdlib.h>

static void the_version_is_that_of_the_header(void) {
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", HABEAS_VERSION_MAJOR, HABEAS_VERSION_MINOR,
             HABEAS_VERSION_PATCH);
    CHECK(strcmp(habeas_version(), expected) == 0);
}

static void components_are_known_by_name(void) {
    CHECK(habeas_has("archive", NUL) == 0 || habeas_has("archive", NUL) == 1);
    CHECK(habeas_has("phonenumber", 11) == 0 || habeas_has("phonenumber", 11) == 1);
    CHECK(habeas_has("time travel", NUL) == 0);
    CHECK(habeas_has(NULL, 0) == 0);
    CHECK(habeas_has("\xff", NUL) == 0);
}

static void every_status_has_a_name_of_its_own(void) {
    const char* names[40];
    int count = 0;
    int32_t status;
    CHECK(strcmp(habeas_status_name(HABEAS_OK), "ok") == 0);
    CHECK(strcmp(habeas_status_name(HABEAS_ROW), "row") == 0);
    CHECK(strcmp(habeas_status_name(HABEAS_DONE), "done") == 0);
    CHECK(strcmp(habeas_status_name(HABEAS_E_SUBJECT_UNKNOWN), "subject_unknown") == 0);
    for (status = HABEAS_E_CALLBACK; status <= HABEAS_E_INTERNAL; ++status) {
        const char* name = habeas_status_name(status);
        int other;
        CHECK(name != NULL && name[0] != '\0' && strcmp(name, "unknown") != 0);
        for (other = 0; other < count; ++other) {
            CHECK(strcmp(names[other], name) != 0);
        }
        names[count++] = name;
    }
    CHECK(count == 29);
    CHECK(strcmp(habeas_status_name(HABEAS_E_CALLBACK - 1), "unknown") == 0);
    CHECK(strcmp(habeas_status_name(1), "unknown") == 0);
    CHECK(strcmp(habeas_status_name(INT32_MIN), "unknown") == 0);
}

static void lists_give_names_and_take_them(void) {
    int32_t list, value = -1;
    for (list = HABEAS_LIST_CHANNEL; list <= HABEAS_LIST_OPTIN_STATE; ++list) {
        int32_t number;
        int found = 0;
        if (list == 21) {
            continue;
        }
        for (number = 0; number < 300; ++number) {
            const char* name = habeas_name(list, number);
            if (name != NULL) {
                ++found;
                CHECK_OK(habeas_value(list, name, NUL, &value));
                CHECK(value == number);
            }
        }
        CHECK(found >= 3);
        CHECK(habeas_name(list, -1) == NULL);
    }
    CHECK(strcmp(habeas_name(HABEAS_LIST_CHANNEL, HABEAS_CHANNEL_INTERNAL), "internal") == 0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_EVENT_KIND, HABEAS_EVENT_BASIS_RESUMED),
                 "basis_resumed") == 0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_EVENT_KIND, HABEAS_EVENT_PROOF_OPENED), "proof_opened") ==
          0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_EVENT_KIND, HABEAS_EVENT_EXPORTED), "exported") == 0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_STATE, HABEAS_STATE_EXPIRED), "expired") == 0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_REASON, HABEAS_REASON_OK_DOI_CONFIRMATION),
                 "OK_DOI_CONFIRMATION") == 0);
    CHECK(strcmp(habeas_name(HABEAS_LIST_REASON, HABEAS_REASON_TRANSFER_DENIED),
                 "TRANSFER_DENIED") == 0);
    CHECK(habeas_name(0, 1) == NULL);
    CHECK_ERROR(habeas_value(HABEAS_LIST_CHANNEL, "pigeon", NUL, &value), HABEAS_E_NOT_FOUND,
                "name");
    CHECK(value == 0);
    CHECK_STATUS(habeas_value(99, "email", NUL, &value), HABEAS_E_NOT_FOUND);
}

/* "GDPR 7(3)" of HABEAS_REASON_CONSENT_WITHDRAWN and so on: text, and nothing cut off. */
static void every_reason_names_its_articles(void) {
    int32_t reason;
    int reasons = 0;
    for (reason = 0; reason < 256; ++reason) {
        const char* reference = habeas_reason_reference(reason);
        CHECK((reference == NULL) == (habeas_name(HABEAS_LIST_REASON, reason) == NULL));
        if (reference != NULL) {
            ++reasons;
            CHECK(reference[0] != '\0' && strlen(reference) < 400);
        }
    }
    CHECK(reasons == 49);
    CHECK(strstr(habeas_reason_reference(HABEAS_REASON_CONSENT_WITHDRAWN), "7(3)") != NULL);
    CHECK(habeas_reason_reference(INT32_MAX) == NULL);
}

static void times_and_dates_are_read_and_written(void) {
    int64_t time = 0;
    int32_t year = 0, month = 0, day = 0;
    habeas_string text;
    CHECK_OK(habeas_time_now(&time));
    CHECK(time > 1700000000000);
    CHECK_OK(habeas_time_parse("2026-06-01T12:00:00+02:00", NUL, &time));
    CHECK(time == 1780308000000);
    CHECK_OK(habeas_time_format(time, &text));
    CHECK(strcmp(text.data, "2026-06-01T10:00:00.000Z") == 0);
    habeas_string_free(&text);
    CHECK_STATUS(habeas_time_parse("2026-13-01", NUL, &time), HABEAS_E_INVALID);
    CHECK(time == 0);
    CHECK_ERROR(habeas_time_format(INT64_MAX, &text), HABEAS_E_INVALID, "time");
    CHECK_ERROR(habeas_time_format(INT64_MIN, &text), HABEAS_E_INVALID, "time");
    CHECK(text.data == NULL && text.size == 0);

    CHECK_OK(habeas_date_parse("2024-02-29", NUL, &year, &month, &day));
    CHECK(year == 2024 && month == 2 && day == 29);
    CHECK_OK(habeas_date_format(2024, 2, 29, &text));
    CHECK(strcmp(text.data, "2024-02-29") == 0);
    habeas_string_free(&text);
    CHECK_STATUS(habeas_date_parse("2023-02-29", NUL, &year, &month, &day), HABEAS_E_INVALID);
    CHECK(year == 0 && month == 0 && day == 0);
    CHECK_ERROR(habeas_date_format(2023, 2, 29, &text), HABEAS_E_INVALID, "day");
    CHECK_ERROR(habeas_date_format(-1, 2, 1, &text), HABEAS_E_INVALID, "day");
    CHECK_ERROR(habeas_date_format(2023, 13, 1, &text), HABEAS_E_INVALID, "day");
}

static void a_failure_is_kept_until_the_next_call(void) {
    habeas_error error;
    int64_t time = 0;
    CHECK_OK(habeas_error_init(&error, sizeof error));
    CHECK(error.struct_size == sizeof error && error.status == 0);
    CHECK_STATUS(habeas_time_parse("x", NUL, &time), HABEAS_E_INVALID);
    CHECK_OK(habeas_error_init(&error, sizeof error)); /* making ready to ask does not clear it */
    CHECK_OK(habeas_last_error(&error));
    CHECK(error.status == HABEAS_E_INVALID && error.message[0] != '\0');
    CHECK_OK(habeas_last_error(&error)); /* asking does not clear it */
    CHECK(error.status == HABEAS_E_INVALID && error.sqlite_code == 0);
    CHECK_OK(habeas_time_now(&time));
    CHECK_OK(habeas_last_error(&error));
    CHECK(error.status == HABEAS_OK && error.message[0] == '\0' && error.where[0] == '\0');

    /* A caller that is older, and knows less of it, gets what it knows. */
    CHECK_STATUS(habeas_time_parse("x", NUL, &time), HABEAS_E_INVALID);
    memset(&error, 7, sizeof error);
    error.struct_size = 12;
    CHECK_OK(habeas_last_error(&error));
    CHECK(error.struct_size == 12 && error.status == HABEAS_E_INVALID && error.sqlite_code == 0);
    CHECK(error.reserved == 0x07070707 && error.message[0] == 7);

    CHECK(habeas_last_error(NULL) == HABEAS_E_INVALID);
    error.struct_size = 0;
    CHECK(habeas_last_error(&error) == HABEAS_E_INVALID);
    CHECK_ERROR(habeas_error_init(NULL, sizeof error), HABEAS_E_INVALID, "error");
    CHECK_ERROR(habeas_error_init(&error, 4), HABEAS_E_INVALID, "error");
}

static void texts_are_checked_before_anything_else(void) {
    int64_t time = 0;
    int32_t value = 0;
    CHECK_ERROR(habeas_time_parse(NULL, 3, &time), HABEAS_E_INVALID, "text");
    CHECK_ERROR(habeas_time_parse("2026-06-01", NUL, NULL), HABEAS_E_INVALID, "time");
    CHECK_ERROR(habeas_value(HABEAS_LIST_CHANNEL, "email\xc3", NUL, &value), HABEAS_E_INVALID,
                "name");
    CHECK(strstr(last_message(), "byte 5") != NULL);
    CHECK_ERROR(habeas_value(HABEAS_LIST_CHANNEL, "em\0ail", 6, &value), HABEAS_E_INVALID, "name");
    CHECK(strstr(last_message(), "byte 2") != NULL);
    /* RFC 3629: overlong, a surrogate, past U+10FFFF, a lone continuation, cut short. */
    {
        static const char* const wrong[] = {"\xc0\xaf",         "\xe0\x9f\xbf",     "\xed\xa0\x80",
                                            "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\x80",
                                            "\xe2\x82",         "\xf0\x9f\x98",     "\xff"};
        size_t at;
        for (at = 0; at < sizeof wrong / sizeof wrong[0]; ++at) {
            CHECK_ERROR(habeas_time_parse(wrong[at], NUL, &time), HABEAS_E_INVALID, "text");
            CHECK(strstr(last_message(), "UTF-8 at byte 0") != NULL);
        }
    }
    CHECK_STATUS(
        habeas_value(HABEAS_LIST_CHANNEL, "\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa4", NUL, &value),
        HABEAS_E_NOT_FOUND);
}

static void nothing_can_be_freed(void) {
    habeas_string empty;
    memset(&empty, 0, sizeof empty);
    habeas_string_free(NULL);
    habeas_string_free(&empty);
    habeas_store_close(NULL);
    habeas_cursor_close(NULL);
}

void library_phases(void) {
    phase("the version is that of the header", the_version_is_that_of_the_header);
    phase("components are known by name", components_are_known_by_name);
    phase("every status has a name of its own", every_status_has_a_name_of_its_own);
    phase("lists give names and take them", lists_give_names_and_take_them);
    phase("every reason names its articles", every_reason_names_its_articles);
    phase("times and dates are read and written", times_and_dates_are_read_and_written);
    phase("a failure is kept until the next call", a_failure_is_kept_until_the_next_call);
    phase("texts are checked before anything else", texts_are_checked_before_anything_else);
    phase("nothing can be freed", nothing_can_be_freed);
}
