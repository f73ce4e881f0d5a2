/* Segments, tags and the change feed. */
#include "test.h"

static const char german[] = "{\"field\":\"country\",\"op\":\"=\",\"value\":\"DE\"}";

static int64_t person(habeas_store* store, const char* email, const char* country) {
    char input[200];
    int64_t subject = 0;
    snprintf(input, sizeof input, "{\"fields\":{\"email\":\"%s\",\"country\":\"%s\"}}", email,
             country);
    CHECK_OK(habeas_subject_create(store, input, NUL, &subject));
    return subject;
}

static void define(habeas_store* store, const char* segment) {
    CHECK_OK(habeas_segment_define(store, document_in("segment", segment), NUL));
}

static habeas_store* club(void) {
    habeas_store* store = sample_store();
    define(store, "{\"code\":\"germans\",\"labels\":{\"en\":\"Germans\",\"de\":\"Deutsche\"},"
                  "\"filter\":{\"all\":[{\"field\":\"country\",\"op\":\"=\",\"value\":\"DE\"}]},"
                  "\"vouched\":\"the passport office\"}");
    return store;
}

static int32_t is_member(habeas_store* store, const char* code, int64_t subject) {
    int32_t member = 9;
    CHECK_OK(habeas_segment_contains(store, code, NUL, subject, &member));
    return member;
}

static void a_segment_is_refreshed_and_changed_by_hand(void) {
    habeas_store* store = club();
    habeas_string text;
    int32_t member = 9;
    const int64_t ada = person(store, "ada@example.org", "DE");
    const int64_t bob = person(store, "bob@example.org", "AT");
    CHECK_OK(habeas_segment_refresh(store, "germans", NUL, 1, &text));
    take("refresh_report", &text, "\"added\":[1],\"removed\":[],\"full\":true");
    CHECK(is_member(store, "germans", ada) == 1);
    CHECK_OK(habeas_segment_add(store, "germans", NUL, bob));
    CHECK_OK(habeas_segment_remove_member(store, "germans", NUL, ada));
    CHECK(is_member(store, "germans", bob) == 1);
    CHECK(is_member(store, "germans", ada) == 0);
    CHECK_OK(habeas_segment_explain(store, "germans", NUL, ada, &text));
    take("segment_explanation", &text, "\"matches\":true,\"manual\":\"removed\",\"member\":false");
    CHECK_OK(habeas_segment_explain(store, "germans", NUL, 0, &text));
    take("segment_explanation", &text, "\"steps\":[]");
    CHECK_OK(habeas_segment_reset(store, "germans", NUL, ada));
    CHECK_OK(habeas_segment_reset(store, "germans", NUL, bob));
    CHECK_OK(habeas_segment_refresh_all(store, 0, &text));
    take("refresh_reports", &text, "\"segment\":\"germans\",\"added\":[]");
    CHECK(is_member(store, "germans", ada) == 1);
    CHECK_OK(habeas_segment_find(store, "germans", NUL, &text));
    take("segment_info", &text, "\"vouched\":\"the passport office\"");
    define(store, "{\"code\":\"some\",\"live\":true,\"filter\":{\"field\":\"segment\","
                  "\"op\":\"in\",\"value\":[\"germans\"]}}");
    CHECK(is_member(store, "some", ada) == 1);
    CHECK_OK(habeas_segment_list(store, &text));
    take("segment_list", &text, "\"live\":true");
    CHECK_OK(habeas_definitions_export(store, &text));
    take("definitions", &text, "\"segments\"");
    CHECK_STATUS(habeas_segment_remove(store, "germans", NUL), HABEAS_E_INVALID);
    CHECK_OK(habeas_segment_remove(store, "some", NUL));
    CHECK_OK(habeas_segment_remove(store, "germans", NUL));

    CHECK_STATUS(habeas_segment_remove(store, "germans", NUL), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_segment_find(store, "germans", NUL, &text), HABEAS_E_NOT_FOUND, "code");
    CHECK_STATUS(habeas_segment_refresh(store, "germans", NUL, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_segment_refresh(store, "germans", NUL, 2, &text), HABEAS_E_INVALID, "full");
    CHECK_ERROR(habeas_segment_refresh_all(store, -1, &text), HABEAS_E_INVALID, "full");
    CHECK_STATUS(habeas_segment_explain(store, "germans", NUL, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_segment_add(store, "germans", NUL, ada), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_segment_remove_member(store, "germans", NUL, ada), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_segment_reset(store, "germans", NUL, ada), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_segment_contains(store, "germans", NUL, ada, &member), HABEAS_E_NOT_FOUND);
    CHECK(member == 0);
    define(store, "{\"code\":\"by_hand\"}");
    CHECK_STATUS(habeas_segment_add(store, "by_hand", NUL, 999), HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void members_and_matches_are_walked_over(void) {
    habeas_store* store = club();
    habeas_cursor* cursor = NULL;
    habeas_string text;
    int64_t subject = 0, count = 9;
    const int64_t ada = person(store, "ada@example.org", "DE");
    const int64_t bob = person(store, "bob@example.org", "DE");
    const int64_t eve = person(store, "eve@example.org", "DE");
    person(store, "zoe@example.org", "AT");
    CHECK_OK(habeas_segment_refresh(store, "germans", NUL, 0, &text));
    habeas_string_free(&text);
    CHECK_OK(habeas_segment_members(store, "germans", NUL, &cursor));
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_ROW);
    CHECK(subject == ada);
    CHECK_OK(habeas_erasure_execute(store, &bob, 1, NULL, NULL, NULL, &text));
    habeas_string_free(&text);
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, &text), HABEAS_ROW);
    CHECK(subject == eve); /* bob is nobody any more */
    take("subject", &text, "eve@example.org");
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, &text), HABEAS_DONE);
    CHECK(subject == 0 && text.data == NULL);
    habeas_cursor_close(cursor);

    CHECK_OK(habeas_segment_match(store, german, NUL, &cursor));
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_ROW);
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_ROW);
    CHECK_STATUS(habeas_cursor_next(cursor, &subject, NULL), HABEAS_DONE);
    habeas_cursor_close(cursor);
    CHECK_OK(habeas_segment_count(store, german, NUL, &count));
    CHECK(count == 2);
    CHECK_OK(habeas_segment_from_glue_list(
        "[{\"glue\":\"and\",\"field\":\"country\",\"operator\":\"=\",\"filter\":\"DE\"},"
        "{\"glue\":\"or\",\"field\":\"country\",\"operator\":\"=\",\"filter\":\"AT\"}]",
        NUL, &text));
    CHECK(strstr(text.data, "\"any\"") != NULL);
    CHECK_OK(habeas_segment_count(store, text.data, text.size, &count));
    CHECK(count == 3);
    habeas_string_free(&text);

    CHECK_ERROR(habeas_segment_members(store, "nobody", NUL, NULL), HABEAS_E_INVALID, "cursor");
    CHECK_STATUS(habeas_segment_members(store, "nobody", NUL, &cursor), HABEAS_E_NOT_FOUND);
    CHECK(cursor == NULL);
    CHECK_STATUS(habeas_segment_match(store, "{", NUL, &cursor), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_segment_count(store, "{\"any\":[{}]}", NUL, &count), HABEAS_E_INVALID);
    CHECK(count == 0);
    CHECK_STATUS(habeas_segment_from_glue_list("{", NUL, &text), HABEAS_E_INVALID);
    habeas_store_close(store);
}

static void a_filter_is_refused_at_its_place(void) {
    habeas_store* store = club();
    CHECK_ERROR(habeas_segment_define(store,
                                      "{\"code\":\"x\",\"filter\":{\"any\":[{\"field\":\"country\","
                                      "\"op\":\"=\",\"value\":\"DE\"},{\"field\":\"hat\","
                                      "\"op\":\"=\",\"value\":1}]}}",
                                      NUL),
                HABEAS_E_NOT_FOUND, "/filter/any/1/field");
    CHECK(strncmp(last_message(), "/filter/any/1/field: ", 21) == 0);
    CHECK_ERROR(habeas_segment_define(store,
                                      "{\"code\":\"x\",\"filter\":{\"field\":\"email\","
                                      "\"op\":\"regexp\",\"value\":\"(\"}}",
                                      NUL),
                HABEAS_E_INVALID, "/filter/value");
    CHECK_ERROR(habeas_segment_define(store, "{\"code\":\"x\",\"filtre\":{}}", NUL),
                HABEAS_E_INVALID, "/filtre");
    CHECK_ERROR(habeas_segment_define(store, "{\"code\":\"x\",\"labels\":{\"en\":1}}", NUL),
                HABEAS_E_INVALID, "/labels/en");
    CHECK_ERROR(habeas_segment_define(store, "{\"code\":\"Not One\"}", NUL), HABEAS_E_INVALID,
                "code");
    CHECK_ERROR(habeas_segment_define(store, "\xff", NUL), HABEAS_E_INVALID, "segment");
    habeas_store_close(store);
}

static void tags_are_given_and_taken(void) {
    habeas_store* store = sample_store();
    habeas_string text;
    const int64_t ada = sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_tag_add(store, ada, "VIP", NUL));
    CHECK_OK(habeas_tag_add(store, ada, "vip", 3));
    CHECK_OK(habeas_tag_of(store, ada, &text));
    take("tag_list", &text, "[\"VIP\"]");
    CHECK_OK(habeas_tag_remove(store, ada, "Vip", NUL));
    CHECK_OK(habeas_tag_remove(store, ada, "Vip", NUL));
    CHECK_OK(habeas_tag_of(store, ada, &text));
    take("tag_list", &text, "[]");
    CHECK_OK(habeas_tag_list(store, &text));
    take("tag_list", &text, "VIP");
    CHECK_STATUS(habeas_tag_add(store, 999, "vip", NUL), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_tag_add(store, ada, " ", NUL), HABEAS_E_INVALID, "tag");
    CHECK_STATUS(habeas_tag_remove(store, 999, "vip", NUL), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_tag_of(store, 999, &text), HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void changes_are_read_from_a_position(void) {
    habeas_store* store = sample_store();
    habeas_string page, position;
    const int64_t ada = sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_change_position(store, &position));
    CHECK_OK(habeas_change_read(store, NULL, 0, 100000, &page));
    take("change_page", &page, "\"sequence\":1,\"subject\":1,\"kinds\":[\"created\"");
    CHECK_OK(habeas_tag_add(store, ada, "vip", NUL));
    CHECK_OK(habeas_change_read(store, position.data, position.size, 10, &page));
    take("change_page", &page, "\"sequence\":2,\"subject\":1,\"kinds\":[\"tag\"]");
    habeas_string_free(&position);
    CHECK_OK(habeas_change_position(store, &position));
    CHECK_OK(habeas_change_read(store, position.data, position.size, 10, &page));
    take("change_page", &page, position.data); /* nothing is new */
    habeas_string_free(&position);
    CHECK_ERROR(habeas_change_read(store, "yesterday", NUL, 10, &page), HABEAS_E_INVALID,
                "position");
    CHECK_ERROR(habeas_change_read(store, "0.77.1", NUL, 10, &page), HABEAS_E_CONFLICT, "position");
    CHECK_ERROR(habeas_change_read(store, NULL, 0, 0, &page), HABEAS_E_INVALID, "limit");
    CHECK_ERROR(habeas_change_read(store, NULL, 0, (size_t)-1, &page), HABEAS_E_INVALID, "limit");
    CHECK_ERROR(habeas_change_position(store, NULL), HABEAS_E_INVALID, "position");
    habeas_store_close(store);
}

void segment_phases(void) {
    phase("a segment is refreshed and changed by hand", a_segment_is_refreshed_and_changed_by_hand);
    phase("members and matches are walked over", members_and_matches_are_walked_over);
    phase("a filter is refused at its place", a_filter_is_refused_at_its_place);
    phase("tags are given and taken", tags_are_given_and_taken);
    phase("changes are read from a position", changes_are_read_from_a_position);
}
