#include "test.h"

#include <stdlib.h>

int64_t test_time = 1780308000000; /* 2026-06-01T10:00:00Z */

static const char* current_phase = "";
static int checks, failures, phases;
static char scratch_folder[256];

int check_that(int holds, const char* text, const char* file, int line) {
    ++checks;
    if (!holds) {
        ++failures;
        fprintf(stderr, "%s:%d: in \"%s\": %s\n", file, line, current_phase, text);
    }
    return holds;
}

int check_status(habeas_status status, habeas_status wanted, const char* text, const char* file,
                 int line) {
    if (check_that(status == wanted, text, file, line)) {
        return 1;
    }
    fprintf(stderr, "  gave %s (%d) instead of %s: %s\n", habeas_status_name(status), (int)status,
            habeas_status_name(wanted), last_message());
    return 0;
}

int check_error(habeas_status status, habeas_status wanted, const char* where, const char* text,
                const char* file, int line) {
    habeas_error error;
    habeas_error before;
    memset(&before, 0, sizeof before);
    before.struct_size = sizeof before;
    habeas_last_error(&before);
    check_status(status, wanted, text, file, line);
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    habeas_last_error(&error);
    if (check_that(error.status == wanted && strcmp(error.where, where) == 0 &&
                       error.message[0] != '\0' && memcmp(&error, &before, sizeof error) == 0,
                   text, file, line)) {
        return 1;
    }
    fprintf(stderr, "  the last error is %d at \"%s\": %s\n", (int)error.status, error.where,
            error.message);
    return 0;
}

const char* last_message(void) {
    static habeas_error error;
    error.struct_size = sizeof error;
    habeas_last_error(&error);
    return error.message;
}

void phase(const char* name, void (*body)(void)) {
    const int before = failures;
    const char* only = getenv("HABEAS_PHASE");
    if (only != NULL && strstr(name, only) == NULL) {
        return;
    }
    current_phase = name;
    body();
    ++phases;
    printf("%s: %s\n", failures == before ? "ok" : "FAILED", name);
    fflush(stdout);
}

int64_t test_clock(void* user) {
    (void)user;
    return test_time;
}

habeas_store* sample_store(void) {
    habeas_store_options options;
    habeas_store* store = NULL;
    int32_t number = 0;
    CHECK_OK(habeas_store_options_init(&options, sizeof options));
    options.clock = test_clock;
    CHECK_OK(habeas_store_open_memory(&options, &store));
    CHECK_OK(habeas_field_define(store, "{\"name\":\"vip\",\"type\":\"boolean\"}", NUL));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"newsletter\",\"basis\":\"consent\","
                                   "\"kind\":\"marketing\",\"channels\":[\"email\",\"sms\"]}",
                                   NUL));
    CHECK_OK(habeas_purpose_add_text(store, "newsletter", NUL,
                                     "{\"texts\":[{\"language\":\"en\",\"text\":\"News by mail.\","
                                     "\"label\":\"Yes, please\"}]}",
                                     NUL, &number));
    CHECK(number == 1);
    return store;
}

static void define_template(habeas_store* store, const char* text) {
    int32_t version = 0;
    CHECK_OK(habeas_template_define(store, document_in("message_template", text), NUL, &version));
    CHECK(version == 1);
}

habeas_store* sample_shop(void) {
    habeas_store* store = sample_store();
    CHECK_OK(habeas_setting_set(store, "controller", NUL,
                                "{\"name\":\"Shop\",\"address\":\"1 Main St\","
                                "\"email\":\"x@shop.example\"}",
                                NUL));
    CHECK_OK(habeas_setting_set(store, "base_url", NUL, "https://shop.example", NUL));
    CHECK_OK(habeas_setting_set(store, "sender", NUL, "Shop <news@shop.example>", NUL));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"orders\",\"basis\":\"contract\","
                                   "\"kind\":\"transactional\",\"channels\":[\"email\"]}",
                                   NUL));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"scoring\",\"basis\":\"consent\","
                                   "\"kind\":\"profiling\",\"channels\":[\"email\"]}",
                                   NUL));
    define_template(
        store, "{\"code\":\"news\",\"kind\":\"marketing\",\"purpose\":\"newsletter\","
               "\"languages\":{\"en\":{\"subject\":\"News\",\"text\":\"Hello "
               "{{subject.first_name}}, {{data.story}}\",\"html\":\"<p>{{data.story}}</p>\"}}}");
    define_template(store,
                    "{\"code\":\"order\",\"purpose\":\"orders\",\"languages\":{\"en\":"
                    "{\"subject\":\"Order {{data.number}}\",\"text\":\"It is on its way.\"}}}");
    define_template(store, "{\"code\":\"confirm\",\"purpose\":\"orders\",\"languages\":{\"en\":"
                           "{\"subject\":\"Is it you?\",\"text\":\"{{data.token}}\"}}}");
    define_template(store,
                    "{\"code\":\"notice\",\"kind\":\"internal\",\"labels\":{\"en\":\"Notice\"},"
                    "\"languages\":{\"en\":{\"subject\":\"Note\",\"text\":\"{{data.what}}\"}}}");
    return store;
}

int64_t sample_subject(habeas_store* store, const char* email) {
    char input[200];
    int64_t subject = 0;
    snprintf(input, sizeof input, "{\"fields\":{\"email\":\"%s\"},\"source\":\"api\"}", email);
    CHECK_OK(habeas_subject_create(store, input, NUL, &subject));
    return subject;
}

int64_t sample_consent(habeas_store* store, int64_t subject) {
    habeas_event event;
    int64_t number = 0;
    CHECK_OK(habeas_event_init(&event, sizeof event));
    event.kind = HABEAS_EVENT_GRANTED;
    event.subject = subject;
    event.purpose.data = "newsletter";
    event.purpose.size = NUL;
    event.channel = HABEAS_CHANNEL_EMAIL;
    event.text_version = 1;
    event.method.data = "form";
    event.method.size = 4;
    CHECK_OK(habeas_consent_record(store, &event, &number));
    return number;
}

const char* scratch(const char* name) {
    static char paths[2][512];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", scratch_folder, name);
    return paths[turn];
}

char* read_file(const char* path, size_t* size) {
    FILE* file = fopen(path, "rb");
    char* text = NULL;
    long length = 0;
    if (file == NULL) {
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0 && (text = malloc((size_t)length + 1)) != NULL) {
        const size_t got = fread(text, 1, (size_t)length, file);
        text[got] = '\0';
        if (size != NULL) {
            *size = got;
        }
    }
    fclose(file);
    return text;
}

void write_file(const char* path, const char* text) {
    FILE* file = fopen(path, "wb");
    if (CHECK(file != NULL)) {
        CHECK(fwrite(text, 1, strlen(text), file) == strlen(text));
        CHECK(fclose(file) == 0);
    }
}

static void keep_document(const char* schema, const char* direction, const char* text) {
    const char* folder = getenv("HABEAS_CAPI_DOCUMENTS");
    static int number;
    char path[512];
    if (folder != NULL && folder[0] != '\0') {
        snprintf(path, sizeof path, "%s/%s.%s.%d.json", folder, schema, direction, ++number);
        write_file(path, text);
    }
}

const char* document_in(const char* schema, const char* text) {
    keep_document(schema, "in", text);
    return text;
}

void document_out(const char* schema, const habeas_string* text) {
    if (CHECK(text->data != NULL)) {
        CHECK(strlen(text->data) == text->size);
        keep_document(schema, "out", text->data);
    }
}

void take(const char* schema, habeas_string* text, const char* expected) {
    document_out(schema, text);
    if (expected != NULL && text->data != NULL && !CHECK(strstr(text->data, expected) != NULL)) {
        fprintf(stderr, "  %s is not in %s\n", expected, text->data);
    }
    habeas_string_free(text);
    CHECK(text->data == NULL && text->size == 0);
}

int main(int count, char** arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: %s SCRATCH: an empty folder\n", arguments[0]);
        return 2;
    }
    snprintf(scratch_folder, sizeof scratch_folder, "%s", arguments[1]);
    library_phases();
    store_phases();
    backup_phases();
    query_phases();
    definition_phases();
    subject_phases();
    upsert_phases();
    consent_phases();
    decision_phases();
    erasure_phases();
    export_phases();
    import_phases();
    segment_phases();
    request_phases();
    holder_phases();
    message_phases();
    form_phases();
    campaign_phases();
    retention_phases();
    processor_phases();
    breach_phases();
    handle_phases();
    call_phases();
    fork_phases();
    printf("%d phases, %d checks, %d failed\n", phases, checks, failures);
    return failures == 0 ? 0 : 1;
}
