/* From a CSV of contacts to a decision, an export and an erasure.
   usage: shop STORE DATA: a path where there is no store yet, and the folder examples/data */
#include <habeas.h>
#include <stdio.h>
#include <stdlib.h>

#define NUL HABEAS_NUL_TERMINATED

static void must(habeas_status status) {
    if (status != HABEAS_OK) {
        habeas_error error;
        habeas_error_init(&error, sizeof error);
        habeas_last_error(&error);
        fprintf(stderr, "%s: %s\n", habeas_status_name(status), error.message);
        exit(1);
    }
}

/* Prints a text of the library and frees it. */
static void show(const char* what, habeas_string* text) {
    printf("%s: %s\n", what, text->data);
    habeas_string_free(text);
}

/* `before`, the file, `after`; good until the next. */
static const char* read_file(const char* folder, const char* name, const char* before,
                             const char* after) {
    char path[1024];
    static char text[1 << 20];
    size_t length;
    FILE* file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    length = (size_t)snprintf(text, sizeof text, "%s", before);
    length += fread(text + length, 1, sizeof text - length - 8, file);
    snprintf(text + length, sizeof text - length, "%s", after);
    fclose(file);
    return text;
}

int main(int count, char** arguments) {
    habeas_store* store = NULL;
    habeas_string text;
    habeas_event event;
    habeas_decision decision;
    int64_t subject = 0, number = 0;
    char path[1024];
    if (count != 3) {
        fprintf(stderr, "usage: %s STORE DATA\n", arguments[0]);
        return 2;
    }
    must(habeas_store_create(arguments[1], NUL, NULL, &store));
    must(habeas_store_set_actor(store, HABEAS_ACTOR_PERSON, "emma", NUL, "example", NUL));

    /* Fields, purposes and texts, then the contacts. Importing makes nobody mailable. */
    must(habeas_definitions_apply(store, read_file(arguments[2], "definitions.json", "", ""), NUL,
                                  0, &text));
    habeas_string_free(&text);
    snprintf(path, sizeof path, "%s/contacts.csv", arguments[2]);
    must(habeas_import_contacts(store, path, NUL,
                                read_file(arguments[2], "columns.json", "{\"columns\":", "}"), NUL,
                                NULL, NULL, &text));
    show("imported", &text);

    /* One of them signs up for the newsletter. */
    must(habeas_subject_find(store, "external:mautic", NUL, "1002", NUL, &subject));
    must(habeas_event_init(&event, sizeof event));
    event.kind = HABEAS_EVENT_GRANTED;
    event.subject = subject;
    event.purpose = (habeas_text){"newsletter", NUL};
    event.channel = HABEAS_CHANNEL_EMAIL;
    event.text_version = 1;
    event.method = (habeas_text){"form", NUL};
    must(habeas_consent_record(store, &event, &number));

    must(habeas_decision_init(&decision, sizeof decision));
    must(habeas_may_process(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL,
                            &decision));
    printf("%s: %s (%s)\n", decision.allowed ? "allowed" : "denied",
           habeas_name(HABEAS_LIST_REASON, decision.reason),
           habeas_reason_reference(decision.reason));
    must(habeas_explain(store, subject, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, NULL, &text));
    show("why", &text);

    must(habeas_export_json(store, subject, NULL, &text)); /* what the person gets (art. 15) */
    printf("exported: %lu bytes\n", (unsigned long)text.size);
    habeas_string_free(&text);
    must(habeas_erasure_execute(store, &subject, 1, NULL, NULL, NULL, &text));
    show("erased", &text);
    habeas_store_close(store);
    return decision.allowed ? 0 : 1;
}
