/* A small test program in C99: phases with names, checks that go on after a failure. */
#ifndef HABEAS_TEST_H
#define HABEAS_TEST_H

#include <habeas.h>

#include <stdio.h>
#include <string.h>

/* As a size of texts that are written in the source. */
#define NUL HABEAS_NUL_TERMINATED

#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(call, wanted) check_status((call), (wanted), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(call, HABEAS_OK)
/* The last error is of that status and place. */
#define CHECK_ERROR(call, wanted, where)                                                           \
    check_error((call), (wanted), (where), #call, __FILE__, __LINE__)

int check_that(int holds, const char* text, const char* file, int line);
int check_status(habeas_status status, habeas_status wanted, const char* text, const char* file,
                 int line);
int check_error(habeas_status status, habeas_status wanted, const char* where, const char* text,
                const char* file, int line);
const char* last_message(void);

/* The name is a sentence that says what holds. */
void phase(const char* name, void (*body)(void));

/* Topics, one a file. */
void library_phases(void);
void store_phases(void);
void backup_phases(void);
void query_phases(void);
void definition_phases(void);
void subject_phases(void);
void upsert_phases(void);
void consent_phases(void);
void decision_phases(void);
void erasure_phases(void);
void export_phases(void);
void import_phases(void);
void segment_phases(void);
void request_phases(void);
void holder_phases(void);
void message_phases(void);
void form_phases(void);
void campaign_phases(void);
void retention_phases(void);
void processor_phases(void);
void breach_phases(void);
void handle_phases(void);
void fork_phases(void);
void call_phases(void);

/* A clock that stands still until moved. */
extern int64_t test_time;
int64_t test_clock(void* user);

/* A store in memory, with that clock, a field `vip`, a purpose `newsletter` and its text. */
habeas_store* sample_store(void);
/* A subject of it with this e-mail address. */
int64_t sample_subject(habeas_store* store, const char* email);
/* newsletter is granted over e-mail by a form; gives the event. */
int64_t sample_consent(habeas_store* store, int64_t subject);

/* The same as a shop that sends: settings, the purposes `orders` and `scoring`, and the templates
   `news` (marketing), `order`, `confirm` (token) and `notice` (internal). */
habeas_store* sample_shop(void);

/* A path in the scratch folder. Two can be used at a time. */
const char* scratch(const char* name);
/* The whole file, with a NUL behind; to be freed. NULL if there is none. */
char* read_file(const char* path, size_t* size);
void write_file(const char* path, const char* text);

/* A document that goes in, or came out, is kept for the check against its schema. */
const char* document_in(const char* schema, const char* text);
void document_out(const char* schema, const habeas_string* text);
/* The same, and frees it; `expected` (may be NULL) must be in it. */
void take(const char* schema, habeas_string* text, const char* expected);

#endif
