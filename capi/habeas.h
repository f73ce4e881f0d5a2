/* habeas: the C interface of libhabeas.so.0.

   Rules that hold for every function:

   (1) Status. Functions return habeas_status: HABEAS_OK (0), a negative HABEAS_E_... on failure, or
   HABEAS_ROW / HABEAS_DONE where they say so. What a host's callback returned other than 0 stops
   the call and comes back unchanged. After a failure nothing was changed, unless the function says
   otherwise.
   (2) Last error. habeas_last_error gives the details of the calling thread's last call. Each call
   clears it at its start, but for habeas_last_error and habeas_error_init. It names the place and
   the remedy and never repeats personal data.
   (3) Any function may give HABEAS_E_INVALID (an argument is NULL or malformed), HABEAS_E_HANDLE,
   HABEAS_E_CONCURRENT, HABEAS_E_FORKED, HABEAS_E_BUSY, HABEAS_E_LOCKED, HABEAS_E_FULL, HABEAS_E_IO,
   HABEAS_E_CORRUPT, HABEAS_E_OUT_OF_MEMORY and HABEAS_E_INTERNAL; a function that writes also
   HABEAS_E_READ_ONLY. The description of a function names only the others.
   (4) Outputs. They come last, must not be NULL unless that is said, and are zero after a failure.
   (5) Text in. UTF-8, as pointer and size in bytes. HABEAS_NUL_TERMINATED as the size means: up to
   the first NUL. NULL with size 0 is the empty text. Invalid UTF-8 and NUL bytes inside give
   HABEAS_E_INVALID with the offset. The library copies what it keeps.
   (6) Text out. A habeas_string belongs to the caller, who gives it to habeas_string_free; its text
   ends with a NUL that `size` does not count. const char* results are static.
   (7) Structures that begin with struct_size are made ready by their _init function, which fills
   them with zeros: zero is the default of every member. Later versions only append members. Other
   structures never change.
   (8) Threads. A handle is used by one thread at a time, and by any thread: HABEAS_E_CONCURRENT
   while another call with it runs, also from within a callback of that call. Handles of different
   stores are independent. Functions without a handle may be called anywhere.
   (9) fork. A handle is dead in a child process (HABEAS_E_FORKED); closing it there only takes the
   handle back and touches no file. A child cannot open a file that its parent had open when it
   forked (HABEAS_E_FORKED): fork first, then open; or exec.
   (10) A wrong, closed or made-up handle gives HABEAS_E_HANDLE. Closing takes NULL.
   (11) Callbacks get `user` first and must return: no exception, no longjmp. Where the library
   keeps one, it calls `free_user` (may be NULL) exactly once when it is done with it, also when the
   call that took it failed.
   (12) Times are milliseconds since 1970-01-01T00:00:00Z; 0 means "not given". Numbers of subjects,
   organisations and events are below 2^53 and never used twice; 0 is nobody.
   (13) JSON documents have schemas, named here as <name>: share/habeas/schemas/<name>.schema.json.
   Members that are unknown are refused, at their JSON pointer (RFC 6901) in `where`.
   (14) Nobody else may open the file of a store with another copy of SQLite in the same process:
   two copies drop each other's locks. habeas_query reads it with SQL.

   The articles named are those of the GDPR unless another act is said. */
#ifndef HABEAS_H
#define HABEAS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HABEAS_API __attribute__((visibility("default")))
#else
#define HABEAS_API
#endif

#define HABEAS_VERSION_MAJOR 0
#define HABEAS_VERSION_MINOR 1
#define HABEAS_VERSION_PATCH 0

/* As a size: the text ends at its first NUL. */
#define HABEAS_NUL_TERMINATED ((size_t)-1)

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors ---------------------------------------------------------------------- */

typedef int32_t habeas_status;

enum habeas_status_code {
    HABEAS_OK = 0,
    HABEAS_ROW = 100,                  /* a cursor stands on a row */
    HABEAS_DONE = 101,                 /* a cursor has no more rows */
    HABEAS_E_INTERNAL = -1,            /* a defect of habeas itself; please report it */
    HABEAS_E_INVALID = -2,             /* an argument or a value is malformed; `where` names it */
    HABEAS_E_NOT_FOUND = -3,           /* no such field, purpose, text, organisation, file, ... */
    HABEAS_E_SUBJECT_UNKNOWN = -4,     /* this subject number was never given */
    HABEAS_E_ERASED = -5,              /* this subject was erased */
    HABEAS_E_EXISTS = -6,              /* an identifier, code or file is taken already */
    HABEAS_E_CONFLICT = -7,            /* the row changed since it was read (optimistic version) */
    HABEAS_E_BUSY = -8,                /* another writer or reader holds the store; try again */
    HABEAS_E_LOCKED = -9,              /* a foreign program holds the database file */
    HABEAS_E_READ_ONLY = -10,          /* the file or the handle cannot be written */
    HABEAS_E_FULL = -11,               /* disk full; nothing was changed */
    HABEAS_E_IO = -12,                 /* the operating system failed to read or write */
    HABEAS_E_CORRUPT = -13,            /* the database file is damaged */
    HABEAS_E_NOT_A_STORE = -14,        /* not a database, or a database of another program */
    HABEAS_E_MIGRATION_NEEDED = -15,   /* an older store: migrate it */
    HABEAS_E_NEWER_STORE = -16,        /* written by a newer habeas */
    HABEAS_E_KEY_MISSING = -17,        /* no root key was found */
    HABEAS_E_KEY_WRONG = -18,          /* the key does not belong to this store */
    HABEAS_E_JOURNAL_MISSING = -19,    /* the restore journal is not there */
    HABEAS_E_JOURNAL_FOREIGN = -20,    /* the restore journal is of another store, or damaged */
    HABEAS_E_NETWORK_FILESYSTEM = -21, /* SQLite's locks do not hold on this file system */
    HABEAS_E_CANCELLED = -22,          /* stopped before its end, such as by a time limit */
    HABEAS_E_OUT_OF_MEMORY = -23,      /* memory ran out; nothing was changed */
    HABEAS_E_UNSUPPORTED = -24,        /* this build lacks the component; see habeas_has */
    HABEAS_E_DENIED = -25,             /* not permitted (read-only SQL, sealed evidence) */
    HABEAS_E_HANDLE = -26,             /* a wrong, closed or made-up handle */
    HABEAS_E_CONCURRENT = -27,         /* another call uses the handle at this moment */
    HABEAS_E_FORKED = -28,             /* the handle was opened before fork() */
    HABEAS_E_CALLBACK = -29            /* a callback of the host failed (threw an exception) */
};

/* Details of a failure. Texts end with NUL and are cut where they are longer. */
typedef struct habeas_error {
    uint32_t struct_size;
    int32_t status;      /* what the call returned */
    int32_t sqlite_code; /* SQLite's extended result code, 0 where SQLite was not involved */
    uint32_t reserved;
    char where[256]; /* argument, field, JSON pointer or path; may be empty */
    char message[1024];
} habeas_error;

/* Zeros, and the size: sizeof(habeas_error). Leaves the last error as it is. @since 0.1 */
HABEAS_API habeas_status habeas_error_init(habeas_error* error, size_t struct_size);

/* The last call of this thread: HABEAS_OK and empty texts if it did not fail. Does not clear it.
   Works when memory ran out.
   @since 0.1 */
HABEAS_API habeas_status habeas_last_error(habeas_error* error);

/* Stable lower-case name of a status, such as "subject_unknown"; "unknown" for any other number.
   @since 0.1 */
HABEAS_API const char* habeas_status_name(int32_t status);

/* ---- Texts ---------------------------------------------------------------------------------- */

/* A text of the library, owned by the caller. */
typedef struct habeas_string {
    char* data;
    size_t size;
} habeas_string;

/* A text that belongs to somebody else. */
typedef struct habeas_text {
    const char* data;
    size_t size; /* or HABEAS_NUL_TERMINATED */
} habeas_text;

typedef struct habeas_pair {
    habeas_text name;
    habeas_text value;
} habeas_pair;

/* Overwrites the text, frees it and sets both members to zero. NULL, or an empty string, is
   nothing.
   @since 0.1 */
HABEAS_API void habeas_string_free(habeas_string* string);

/* ---- The library ---------------------------------------------------------------------------- */

/* "0.1.0". Static. @since 0.1 */
HABEAS_API const char* habeas_version(void);

/* 1 if this build has the component ("archive": ZIP bundles, "mail": SMTP and Mailjet,
   "mysql": migration from a live server, "phonenumber": national phone numbers), else 0. Functions
   of a component that is missing return HABEAS_E_UNSUPPORTED.
   @since 0.1 */
HABEAS_API int32_t habeas_has(const char* feature, size_t feature_size);

/* Lists of names, for habeas_name and habeas_value. Documents use the names, functions the numbers.
 */
enum habeas_list {
    HABEAS_LIST_CHANNEL = 1,      /* numbers: habeas_channel */
    HABEAS_LIST_EVENT_KIND = 2,   /* habeas_event_kind */
    HABEAS_LIST_STATE = 3,        /* habeas_consent_state_code */
    HABEAS_LIST_REASON = 4,       /* habeas_reason */
    HABEAS_LIST_BASIS = 5,        /* lawful bases of purposes, numbered from 0 */
    HABEAS_LIST_PURPOSE_KIND = 6, /* kinds of purposes, numbered from 0 */
    HABEAS_LIST_FIELD_TYPE = 7,   /* types of fields; this and those below numbered from 0 */
    HABEAS_LIST_REQUEST_KIND = 8, /* habeas_request_kind */
    HABEAS_LIST_REQUEST_STATE = 9,
    HABEAS_LIST_MESSAGE_KIND = 10,
    HABEAS_LIST_MESSAGE_STATE = 11,
    HABEAS_LIST_CHANGE_KIND = 12,
    HABEAS_LIST_CAMPAIGN_STATE = 13,
    HABEAS_LIST_SIGNAL = 14,          /* habeas_signal */
    HABEAS_LIST_POINTS_ON = 15,       /* what gives points */
    HABEAS_LIST_FORM_FIELD_TYPE = 16, /* types of fields in forms */
    HABEAS_LIST_FORM_ACTION = 17,
    HABEAS_LIST_LINT_SEVERITY = 18,
    HABEAS_LIST_HOLDER_OPERATION = 19, /* what data holders are asked */
    HABEAS_LIST_HOLDER_TASK_STATE = 20,
    HABEAS_LIST_DELIVERY_KIND = 21, /* what gateways tell of messages */
    HABEAS_LIST_OPTIN_STATE = 22
};

/* The name of a number in a list, such as "email"; NULL if there is none. Static. @since 0.1 */
HABEAS_API const char* habeas_name(int32_t list, int32_t value);

/* The number of a name in a list. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_value(int32_t list, const char* name, size_t name_size,
                                      int32_t* value);

/* The operating system's clock. @since 0.1 */
HABEAS_API habeas_status habeas_time_now(int64_t* time);

/* Reads RFC 3339 ("2026-06-01T10:00:00+02:00"; fraction optional, blank instead of T), or a date,
   taken as midnight UTC. Errors: HABEAS_E_INVALID with the position.
   @since 0.1 */
HABEAS_API habeas_status habeas_time_parse(const char* text, size_t text_size, int64_t* time);

/* RFC 3339 in UTC with milliseconds: "2026-06-01T10:00:00.000Z", for the years 0000 to 9999.
   @since 0.1 */
HABEAS_API habeas_status habeas_time_format(int64_t time, habeas_string* text);

/* Reads "YYYY-MM-DD", only days that exist. @since 0.1 */
HABEAS_API habeas_status habeas_date_parse(const char* text, size_t text_size, int32_t* year,
                                           int32_t* month, int32_t* day);

/* "YYYY-MM-DD". Errors: HABEAS_E_INVALID for a day that does not exist. @since 0.1 */
HABEAS_API habeas_status habeas_date_format(int32_t year, int32_t month, int32_t day,
                                            habeas_string* text);

/* ---- Stores --------------------------------------------------------------------------------- */

/* A store: one SQLite file, its root key and its restore journal. */
typedef struct habeas_store habeas_store;

enum habeas_actor_kind {
    HABEAS_ACTOR_SYSTEM = 0,
    HABEAS_ACTOR_PERSON = 1,
    HABEAS_ACTOR_SUBJECT = 2
};

enum habeas_durability {
    HABEAS_DURABILITY_FULL = 0,  /* an acknowledged write survives a power cut */
    HABEAS_DURABILITY_NORMAL = 1 /* the last writes may be lost, never half of one */
};

enum habeas_log_level {
    HABEAS_LOG_DEBUG = 0,
    HABEAS_LOG_INFO = 1,
    HABEAS_LOG_WARNING = 2,
    HABEAS_LOG_ERROR = 3
};

/* The time. Called before transactions, never inside of one. */
typedef int64_t (*habeas_clock_fn)(void* user);

/* A line for the host's log. Holds no personal data; called outside of transactions. */
typedef void (*habeas_log_fn)(void* user, int32_t level, const char* message, size_t message_size);

/* Gives the text of the root key: writes at most `capacity` bytes and sets `*size` to the whole
   length; it is called again with more room if that was larger. Length 0: there is no key yet. */
typedef int32_t (*habeas_key_load_fn)(void* user, char* buffer, size_t capacity, size_t* size);

/* Keeps the text of the root key, when one is made or rotated, before anything uses it. */
typedef int32_t (*habeas_key_save_fn)(void* user, const char* text, size_t text_size);

/* Progress of long work: done and total units (total 0: unknown). */
typedef int32_t (*habeas_progress_fn)(void* user, uint64_t done, uint64_t total);

typedef struct habeas_store_options {
    uint32_t struct_size;
    int32_t durability;   /* habeas_durability */
    int32_t read_only;    /* 1: nothing is ever written */
    int32_t auto_migrate; /* 1: an older file is migrated instead of HABEAS_E_MIGRATION_NEEDED */
    /* 1: a person says how to go on without the journal; what a restore must not undo may be
     * undone. */
    int32_t accept_missing_journal;
    /* 1: a person says how to go on with another key; suppressions under the lost one no longer
     * match. */
    int32_t accept_lost_key;
    int64_t
        busy_timeout_ms; /* waiting for other writers and readers; 0: 5,000; negative: not at all */
    habeas_text key_file;     /* empty: "<path>.key" */
    habeas_text journal_file; /* empty: "<path>.restore" */
    int32_t actor_kind;       /* habeas_actor_kind; see habeas_store_set_actor */
    uint32_t reserved;
    habeas_text actor_id;
    habeas_text actor_reason;
    habeas_clock_fn clock; /* NULL: the operating system's */
    void* clock_user;
    void (*clock_free_user)(void* user);
    habeas_log_fn log; /* NULL: nothing is logged */
    void* log_user;
    void (*log_free_user)(void* user);
    /* The root key comes from key_load, else from the environment variable HABEAS_KEY, else from
       the file key_file. Its format is one line a key; see src/store/README.md. */
    habeas_key_load_fn key_load;
    habeas_key_save_fn key_save; /* with key_load; without it a store cannot make or rotate a key */
    void* key_user;
    void (*key_free_user)(void* user);
} habeas_store_options;

/* Zeros, and the size: sizeof(habeas_store_options). @since 0.1 */
HABEAS_API habeas_status habeas_store_options_init(habeas_store_options* options,
                                                   size_t struct_size);

/* Creates database, key (unless one is given) and journal with mode 0600, and opens the store.
   options: NULL for the defaults. Errors: HABEAS_E_EXISTS, HABEAS_E_NETWORK_FILESYSTEM,
   HABEAS_E_UNSUPPORTED (a key cannot be kept). Ownership: close with habeas_store_close.
   @since 0.1 */
HABEAS_API habeas_status habeas_store_create(const char* path, size_t path_size,
                                             const habeas_store_options* options,
                                             habeas_store** store);

/* Opens. Writes nothing when the file is current; replays a journal that is ahead of the file,
   which happens after an older file was put back. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_NOT_A_STORE,
   HABEAS_E_MIGRATION_NEEDED, HABEAS_E_NEWER_STORE, HABEAS_E_KEY_MISSING, HABEAS_E_KEY_WRONG,
   HABEAS_E_JOURNAL_MISSING, HABEAS_E_JOURNAL_FOREIGN, HABEAS_E_NETWORK_FILESYSTEM.
   @since 0.1 */
HABEAS_API habeas_status habeas_store_open(const char* path, size_t path_size,
                                           const habeas_store_options* options,
                                           habeas_store** store);

/* A store without files, for hosts' tests; gone when it is closed. @since 0.1 */
HABEAS_API habeas_status habeas_store_open_memory(const habeas_store_options* options,
                                                  habeas_store** store);

/* Brings an older file to this version; copies it to `backup` first unless that is empty. The copy
   is registered as a file about everybody: erasures name it, and the tick deletes it after 30 days.
   progress: NULL for none. Errors: as habeas_store_open; HABEAS_E_EXISTS (the backup).
   @since 0.1 */
HABEAS_API habeas_status habeas_store_migrate(const char* path, size_t path_size,
                                              const habeas_store_options* options,
                                              const char* backup, size_t backup_size,
                                              habeas_progress_fn progress, void* user);

/* Closes; an open transaction is rolled back. NULL is nothing. While a call with this store runs
   (another thread's, or the one whose callback closes) the handle is gone at once and the store is
   closed when that call ends.
   @since 0.1 */
HABEAS_API void habeas_store_close(habeas_store* store);

/* Id, path, schema version, key id, warnings: <store_info>. @since 0.1 */
HABEAS_API habeas_status habeas_store_info(habeas_store* store, habeas_string* info);

/* Who acts from now on; kept with every write, export and disclosure (art. 5(2)). id: the host's
   own id of the person, empty for the system; reason: why, in the host's words, may be empty.
   @since 0.1 */
HABEAS_API habeas_status habeas_store_set_actor(habeas_store* store, int32_t kind, const char* id,
                                                size_t id_size, const char* reason,
                                                size_t reason_size);

/* The store's clock; inside a transaction the time of that transaction. @since 0.1 */
HABEAS_API habeas_status habeas_store_now(habeas_store* store, int64_t* time);

/* File integrity, foreign keys, state against ledger, audit chain, and residue: values that must be
   nowhere any more. options: <verify_options>, NULL for none. report: <verify_report>. A finding is
   no failure: the call returns HABEAS_OK.
   @since 0.1 */
HABEAS_API habeas_status habeas_store_verify(habeas_store* store, const char* options,
                                             size_t options_size, habeas_progress_fn progress,
                                             void* user, habeas_string* report);

typedef struct habeas_tick_report {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t physical_done;    /* erasures whose bytes are gone now */
    uint64_t physical_pending; /* erasures still held by a reader */
    uint64_t expired;          /* ready answers renewed after an expiry */
    uint64_t files_deleted;    /* files that habeas wrote, past their time */
    uint64_t proofs_deleted;   /* sealed evidence past its limitation date */
    uint64_t retained_ended;   /* subjects of whom a rule of retention took something */
} habeas_tick_report;

/* Zeros, and the size: sizeof(habeas_tick_report). @since 0.1 */
HABEAS_API habeas_status habeas_tick_report_init(habeas_tick_report* report, size_t struct_size);

/* Finishes what waits: physical erasure, expiries, files past their time; runs the rules of
   retention. Call it now and then. @since 0.1 */
HABEAS_API habeas_status habeas_store_tick(habeas_store* store, habeas_tick_report* report);

/* Makes a root key and makes it the active one; old ones stay for look-ups. key_id: the new one's.
   Errors: HABEAS_E_UNSUPPORTED (a new key cannot be kept).
   @since 0.1 */
HABEAS_API habeas_status habeas_store_rotate_key(habeas_store* store, habeas_progress_fn progress,
                                                 void* user, habeas_string* key_id);

/* ---- Backups and the restore journal -------------------------------------------------------- */

/* A backup is one encrypted file (libsodium's secretstream). Its key is not the root key of the
   store: text, one line a key, the newest last; older lines keep older backups readable. Keep it
   apart from the backups. Neither root key nor restore journal are in a backup. Of these five:
   `key` is such a text; HABEAS_E_KEY_MISSING: it is empty; HABEAS_E_KEY_WRONG: the key that the
   backup names is not in it. */

/* A line with a new key. @since 0.1 */
HABEAS_API habeas_status habeas_backup_new_key(habeas_string* key);

/* Writes the store as it is at this moment to a new file, reads that again and then gives it its
   name; others go on writing. The file is registered: the tick deletes it after keep_for_s seconds
   (0: 30 days), and receipts of erasures count it until then. progress: bytes written, then read.
   info: <backup_info>. Errors: HABEAS_E_EXISTS; HABEAS_E_CORRUPT (the store is damaged);
   HABEAS_E_INVALID also inside of a transaction or snapshot; HABEAS_E_UNSUPPORTED (in memory). No
   file is left after a failure but HABEAS_E_OUT_OF_MEMORY.
   @since 0.1 */
HABEAS_API habeas_status habeas_backup_write(habeas_store* store, const char* path,
                                             size_t path_size, const char* key, size_t key_size,
                                             int64_t keep_for_s, habeas_progress_fn progress,
                                             void* user, habeas_string* info);

/* What a backup says of itself, without the key, so nobody vouches for it: <backup_info>. Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_NOT_A_STORE (no backup); HABEAS_E_NEWER_STORE (of a newer habeas);
   HABEAS_E_CORRUPT (cut or lengthened).
   @since 0.1 */
HABEAS_API habeas_status habeas_backup_info(const char* path, size_t path_size,
                                            habeas_string* info);

/* Reads all of it. info: <backup_info>. Errors: as habeas_backup_info; HABEAS_E_CORRUPT (changed,
   or of another key under the same name).
   @since 0.1 */
HABEAS_API habeas_status habeas_backup_verify(const char* path, size_t path_size, const char* key,
                                              size_t key_size, habeas_progress_fn progress,
                                              void* user, habeas_string* info);

/* Makes a store of a backup at `to`. Before the file gets its name, everything is done again that
   the restore journal knows and the backup lacks: nobody who was erased is in it, nobody who said
   no is written to. options: as for habeas_store_open; auto_migrate for an older schema,
   accept_missing_journal where the journal is lost. overwrite: 1 if a store is there and may go.
   report: <restore_report>. Errors: as habeas_backup_verify and habeas_store_open; HABEAS_E_EXISTS;
   HABEAS_E_BUSY (somebody has the store open); HABEAS_E_CONFLICT (it is another store). After a
   failure but HABEAS_E_OUT_OF_MEMORY a store that was there is there unchanged.
   @since 0.1 */
HABEAS_API habeas_status habeas_backup_restore(const char* path, size_t path_size, const char* to,
                                               size_t to_size, const char* key, size_t key_size,
                                               const habeas_store_options* options,
                                               int32_t overwrite, habeas_progress_fn progress,
                                               void* user, habeas_string* report);

/* The restore journal holds what putting back an older file must not undo. Reads all of it, each
   record's authentication and place: <journal_info>. Errors: HABEAS_E_JOURNAL_FOREIGN (damaged),
   and of these four HABEAS_E_UNSUPPORTED (a store in memory has none).
   @since 0.1 */
HABEAS_API habeas_status habeas_journal_check(habeas_store* store, habeas_string* info);

/* The same for a copy, and how it stands to the journal in use: <journal_comparison>. Errors:
   HABEAS_E_NOT_FOUND, HABEAS_E_JOURNAL_FOREIGN.
   @since 0.1 */
HABEAS_API habeas_status habeas_journal_compare(habeas_store* store, const char* copy,
                                                size_t copy_size, habeas_string* comparison);

/* Copies it, also over an older copy. info: <journal_info>. Errors: HABEAS_E_CONFLICT (what is
   there knows more), HABEAS_E_JOURNAL_FOREIGN (it is something else).
   @since 0.1 */
HABEAS_API habeas_status habeas_journal_copy(habeas_store* store, const char* to, size_t to_size,
                                             habeas_string* info);

/* Takes out what says nothing any more: counters that grew, heads of the audit chain that later
   ones replace, records that were never committed. Nothing about a person goes. archive: where the
   journal as it was is copied to first; may be empty. info: <journal_info>, as it is now. Errors:
   as habeas_journal_copy.
   @since 0.1 */
HABEAS_API habeas_status habeas_journal_rotate(habeas_store* store, const char* archive,
                                               size_t archive_size, habeas_string* info);

/* ---- Settings ------------------------------------------------------------------------------- */

/* A setting as text: "controller" (JSON), "default_country", "time_zone", "place", "base_url",
   "sender", "unsubscribe_mailto", "message_retention", "tracking_purpose", "bounce_address",
   "pacing" (JSON), "optin_quiet", "request_template"; empty if it was never set. Errors:
   HABEAS_E_NOT_FOUND (no such setting).
   @since 0.1 */
HABEAS_API habeas_status habeas_setting_get(habeas_store* store, const char* name, size_t name_size,
                                            habeas_string* value);

/* Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_setting_set(habeas_store* store, const char* name, size_t name_size,
                                            const char* value, size_t value_size);

/* ---- Transactions and snapshots ------------------------------------------------------------- */

/* Begins a group of operations: all of them or none. Inside of another it is a savepoint. Other
   writers wait until the outermost one ends.
   @since 0.1 */
HABEAS_API habeas_status habeas_transaction_begin(habeas_store* store);

/* Ends the innermost one and keeps what was done; after a failure all of it is rolled back. Errors:
   HABEAS_E_INVALID (none is open).
   @since 0.1 */
HABEAS_API habeas_status habeas_transaction_commit(habeas_store* store);

/* Ends the innermost one and undoes what was done. Errors: HABEAS_E_INVALID (none is open).
   @since 0.1 */
HABEAS_API habeas_status habeas_transaction_rollback(habeas_store* store);

/* One consistent view for many reads, each several times cheaper than on its own. Until it ends the
   handle cannot write (HABEAS_E_INVALID), no erasure in any process becomes physical, and a
   withdrawal that comes meanwhile is not seen: keep it to a batch of questions. Inside a
   transaction it is that transaction's own view and must end before it. Errors: HABEAS_E_INVALID
   (one is open already).
   @since 0.1 */
HABEAS_API habeas_status habeas_snapshot_begin(habeas_store* store);

/* Errors: HABEAS_E_INVALID (none is open). @since 0.1 */
HABEAS_API habeas_status habeas_snapshot_end(habeas_store* store);

/* ---- Read-only SQL -------------------------------------------------------------------------- */

/* A row of habeas_query, good until its callback returns; then HABEAS_E_HANDLE. */
typedef struct habeas_row habeas_row;

typedef int32_t (*habeas_row_fn)(void* user, const habeas_row* row);

/* One SELECT over the documented views (v_subject, v_consent, v_event, ...; see
   src/store/README.md). Parameters are bound in order, as texts. Each row goes to `row`, which
   reads it with the functions below. limit_ms: 0 for 30,000. Errors: HABEAS_E_DENIED for reading
   anything else, HABEAS_E_CANCELLED past the limit.
   @since 0.1 */
HABEAS_API habeas_status habeas_query(habeas_store* store, const char* sql, size_t sql_size,
                                      const habeas_text* parameters, size_t parameter_count,
                                      int64_t limit_ms, habeas_row_fn row, void* user);

/* Number of columns. @since 0.1 */
HABEAS_API habeas_status habeas_row_columns(const habeas_row* row, size_t* count);

/* Name of a column, from 0. Good as long as the row. @since 0.1 */
HABEAS_API habeas_status habeas_row_name(const habeas_row* row, size_t column, habeas_text* name);

/* A value as text; data is NULL where the value is. Good as long as the row. @since 0.1 */
HABEAS_API habeas_status habeas_row_text(const habeas_row* row, size_t column, habeas_text* value);

/* A value as a whole number. Errors: HABEAS_E_NOT_FOUND (no value), HABEAS_E_INVALID (not one).
   @since 0.1 */
HABEAS_API habeas_status habeas_row_integer(const habeas_row* row, size_t column, int64_t* value);

/* A value as a number. Errors: HABEAS_E_NOT_FOUND (no value), HABEAS_E_INVALID (not one).
   @since 0.1 */
HABEAS_API habeas_status habeas_row_number(const habeas_row* row, size_t column, double* value);

/* ---- Fields and definitions ----------------------------------------------------------------- */

enum habeas_owner { HABEAS_OWNER_SUBJECT = 0, HABEAS_OWNER_ORGANISATION = 1 };

/* Adds a field, at once whatever the size of the store. field: <field>. Errors: HABEAS_E_EXISTS;
   HABEAS_E_INVALID (name, type, more than 500 fields of your own).
   @since 0.1 */
HABEAS_API habeas_status habeas_field_define(habeas_store* store, const char* field,
                                             size_t field_size);

/* Changes labels, choices (one in use cannot go), default, required, in_exports; class and
   uniqueness only where the data allows it, the type never. Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_field_update(habeas_store* store, const char* field,
                                             size_t field_size);

/* Errors: HABEAS_E_NOT_FOUND, HABEAS_E_EXISTS. @since 0.1 */
HABEAS_API habeas_status habeas_field_rename(habeas_store* store, int32_t owner, const char* name,
                                             size_t name_size, const char* to, size_t to_size);

/* The field is kept and exported, but no longer written. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_field_retire(habeas_store* store, int32_t owner, const char* name,
                                             size_t name_size);

/* Deletes the field and, as in an erasure, every byte of its values. Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_field_remove(habeas_store* store, int32_t owner, const char* name,
                                             size_t name_size);

/* <field_list>. @since 0.1 */
HABEAS_API habeas_status habeas_field_list(habeas_store* store, int32_t owner,
                                           habeas_string* fields);

/* <field>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_field_find(habeas_store* store, int32_t owner, const char* name,
                                           size_t name_size, habeas_string* field);

/* Settings, fields, purposes, texts and what else is declared as one document: <definitions>.
   @since 0.1 */
HABEAS_API habeas_status habeas_definitions_export(habeas_store* store, habeas_string* definitions);

/* Applies such a document: all of it or nothing, the same again changes nothing, nothing is ever
   deleted. dry_run 1: only tells. report: <apply_report>. Errors: HABEAS_E_INVALID at the JSON
   pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_definitions_apply(habeas_store* store, const char* definitions,
                                                  size_t definitions_size, int32_t dry_run,
                                                  habeas_string* report);

/* ---- Subjects (art. 4(1)) ------------------------------------------------------------------- */

/* How an update treats what is blank in the input. */
enum habeas_blank { HABEAS_BLANK_KEEP = 0, HABEAS_BLANK_OVERWRITE = 1 };

/* What an upsert does with a subject that is there. */
enum habeas_on_match {
    HABEAS_ON_MATCH_UPDATE = 0,
    HABEAS_ON_MATCH_SKIP = 1,
    HABEAS_ON_MATCH_FAIL = 2
};

/* What became of a row. */
enum habeas_outcome {
    HABEAS_OUTCOME_CREATED = 0,
    HABEAS_OUTCOME_UPDATED = 1,
    HABEAS_OUTCOME_UNCHANGED = 2,
    HABEAS_OUTCOME_SKIPPED = 3,
    HABEAS_OUTCOME_REJECTED = 4
};

/* Identifiers are a kind ("email", "phone", or "external:<system>" for the host's own id) and a
   value as people type it; they are compared in normal form. */

/* Creates a subject. input: <subject_input>. Errors: HABEAS_E_INVALID names the field,
   HABEAS_E_EXISTS (an identifier belongs to somebody else), HABEAS_E_NOT_FOUND (no such field).
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_create(habeas_store* store, const char* input,
                                               size_t input_size, int64_t* subject);

/* <subject>. The number of somebody who was merged gives the surviving subject. Errors:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_get(habeas_store* store, int64_t subject,
                                            habeas_string* document);

/* Who has this identifier: *subject is 0 if nobody has (the call returns HABEAS_OK). @since 0.1 */
HABEAS_API habeas_status habeas_subject_find(habeas_store* store, const char* kind,
                                             size_t kind_size, const char* value, size_t value_size,
                                             int64_t* subject);

/* Changes what the input names. blank: habeas_blank. version: 0, the last writer wins; else
   HABEAS_E_CONFLICT if the subject has another version by now. Errors: as habeas_subject_create;
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_update(habeas_store* store, int64_t subject,
                                               const char* input, size_t input_size, int32_t blank,
                                               int64_t version);

/* Finds each row's subject by its identifiers (external, then e-mail, then phone) and creates or
   updates it, in one transaction. Rejected rows do not stop the others. rows: <upsert_rows>; 1,000
   a call is a good size. results: <upsert_results>, in the order of the rows.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_upsert(habeas_store* store, const char* rows,
                                               size_t rows_size, int32_t on_match, int32_t blank,
                                               habeas_string* results);

enum habeas_cell_type {
    HABEAS_CELL_ABSENT = 0,  /* the row says nothing of this column */
    HABEAS_CELL_BLANK = 1,   /* the row says that there is nothing */
    HABEAS_CELL_TEXT = 2,    /* `text`, read by the field's type as in an import */
    HABEAS_CELL_INTEGER = 3, /* `integer`; of a money field in units of 10^-scale */
    HABEAS_CELL_NUMBER = 4,  /* `number` */
    HABEAS_CELL_BOOLEAN = 5, /* `integer` is 0 or 1 */
    HABEAS_CELL_TIME = 6     /* `integer` in milliseconds since 1970, for datetime fields */
};

typedef struct habeas_cell {
    int32_t type; /* habeas_cell_type */
    uint32_t reserved;
    int64_t integer;
    double number;
    habeas_text text;
} habeas_cell;

typedef struct habeas_upsert_result {
    int64_t subject; /* 0 if rejected */
    int32_t outcome; /* habeas_outcome */
    uint32_t reserved;
    char field[80];   /* rejected: which field or identifier; may be empty */
    char reason[160]; /* rejected: why, without the value */
} habeas_upsert_result;

/* The same with typed cells. columns: names of fields, "external:<system>" or "source", declared
   once; cells: row after row, row_count times column_count of them; results: room for row_count. A
   text cell that is not UTF-8 rejects its row.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_upsert_rows(habeas_store* store, const habeas_text* columns,
                                                    size_t column_count, const habeas_cell* cells,
                                                    size_t row_count, int32_t on_match,
                                                    int32_t blank, habeas_upsert_result* results);

/* Errors: HABEAS_E_EXISTS (somebody else's), HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_add_identifier(habeas_store* store, int64_t subject,
                                                       const char* kind, size_t kind_size,
                                                       const char* value, size_t value_size);

/* Errors: HABEAS_E_NOT_FOUND (not this subject's), HABEAS_E_INVALID (its last one: erase instead),
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_remove_identifier(habeas_store* store, int64_t subject,
                                                          const char* kind, size_t kind_size,
                                                          const char* value, size_t value_size);

/* Joins `gone` into `keep`: ledgers join, the stricter state wins, blanks of `keep` are filled.
   From then on both numbers mean `keep`. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_merge(habeas_store* store, int64_t keep, int64_t gone);

/* How many there are. @since 0.1 */
HABEAS_API habeas_status habeas_subject_count(habeas_store* store, int64_t* count);

/* One page: <subject_page>. In order of number; with changed_since (not 0) those changed since
   then, in order of change, where whoever changes meanwhile comes again at the end. limit: 1 to
   100,000. after: member `next` of the page before, empty for the first.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_page(habeas_store* store, size_t limit,
                                             int64_t changed_since, const char* after,
                                             size_t after_size, habeas_string* page);

/* Walks over subjects, page by page; each page is one moment's view. */
typedef struct habeas_cursor habeas_cursor;

/* As habeas_subject_page, row by row. page_size: rows read at once, 0 for 1,000. Ownership: close
   with habeas_cursor_close; a cursor whose store was closed gives HABEAS_E_HANDLE.
   @since 0.1 */
HABEAS_API habeas_status habeas_subject_list(habeas_store* store, int64_t changed_since,
                                             size_t page_size, habeas_cursor** cursor);

/* HABEAS_ROW with the next subject, or HABEAS_DONE. document: <subject>; NULL if only the number is
   wanted. After a failure the same row can be asked for again.
   @since 0.1 */
HABEAS_API habeas_status habeas_cursor_next(habeas_cursor* cursor, int64_t* subject,
                                            habeas_string* document);

/* NULL is nothing. @since 0.1 */
HABEAS_API void habeas_cursor_close(habeas_cursor* cursor);

/* ---- Organisations -------------------------------------------------------------------------- */

/* A legal person or household a subject belongs to. input: <organisation_input>. Errors:
   HABEAS_E_EXISTS (the external id is taken), HABEAS_E_NOT_FOUND (no such field).
   @since 0.1 */
HABEAS_API habeas_status habeas_organisation_create(habeas_store* store, const char* input,
                                                    size_t input_size, int64_t* organisation);

/* Changes what the input names. version: as in habeas_subject_update. Errors: HABEAS_E_NOT_FOUND,
   HABEAS_E_EXISTS, HABEAS_E_CONFLICT.
   @since 0.1 */
HABEAS_API habeas_status habeas_organisation_update(habeas_store* store, int64_t organisation,
                                                    const char* input, size_t input_size,
                                                    int32_t blank, int64_t version);

/* <organisation>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_organisation_get(habeas_store* store, int64_t organisation,
                                                 habeas_string* document);

/* By the host's id: *organisation is 0 if there is none. @since 0.1 */
HABEAS_API habeas_status habeas_organisation_find(habeas_store* store, const char* external,
                                                  size_t external_size, int64_t* organisation);

/* Its memberships go, its subjects stay. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_organisation_remove(habeas_store* store, int64_t organisation);

/* Makes a subject a member, or changes role and rank of one. primary 1: its main organisation.
   Errors: HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_organisation_link(habeas_store* store, int64_t organisation,
                                                  int64_t subject, const char* role,
                                                  size_t role_size, int32_t primary);

/* Ends a membership; nothing if there is none. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_organisation_unlink(habeas_store* store, int64_t organisation,
                                                    int64_t subject);

/* A subject's organisations: <memberships>. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_organisation_of(habeas_store* store, int64_t subject,
                                                habeas_string* memberships);

/* An organisation's subjects: <subject_numbers>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_organisation_members(habeas_store* store, int64_t organisation,
                                                     habeas_string* subjects);

/* ---- Purposes and texts --------------------------------------------------------------------- */

/* Declares a purpose or changes it; former definitions stay for questions about the past. Each
   purpose gives every subject a consent field `consent.<code>`. Texts of the document that are new
   are added; `number`, `hash`, `recorded_at` and `retired_at` are not read. purpose: <purpose>.
   Errors: HABEAS_E_INVALID names the member; a retired purpose stays retired.
   @since 0.1 */
HABEAS_API habeas_status habeas_purpose_define(habeas_store* store, const char* purpose,
                                               size_t purpose_size);

/* Adds the next text version (the words and the label shown when consent is asked, by language;
   immutable) and gives its number; the same content again gives the number it has. text:
   <text_version>. Errors: HABEAS_E_NOT_FOUND (purpose).
   @since 0.1 */
HABEAS_API habeas_status habeas_purpose_add_text(habeas_store* store, const char* purpose,
                                                 size_t purpose_size, const char* text,
                                                 size_t text_size, int32_t* number);

/* Nothing is allowed for it any more; what was recorded stays. Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_purpose_retire(habeas_store* store, const char* purpose,
                                               size_t purpose_size);

/* <purpose_list>. @since 0.1 */
HABEAS_API habeas_status habeas_purpose_list(habeas_store* store, habeas_string* purposes);

/* <purpose>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_purpose_find(habeas_store* store, const char* code,
                                             size_t code_size, habeas_string* purpose);

/* ---- The ledger of consent ------------------------------------------------------------------ */

enum habeas_channel {
    HABEAS_CHANNEL_ANY = 0, /* all channels of the purpose */
    HABEAS_CHANNEL_EMAIL = 1,
    HABEAS_CHANNEL_SMS = 2,
    HABEAS_CHANNEL_PHONE = 3,
    HABEAS_CHANNEL_POST = 4,
    HABEAS_CHANNEL_PUSH = 5,
    HABEAS_CHANNEL_WEB = 6,
    HABEAS_CHANNEL_INTERNAL = 7
};

/* Everything that can change a decision is an event. The kinds that a host records come first; the
   others are written by habeas and read in a history. */
enum habeas_event_kind {
    HABEAS_EVENT_REQUESTED = 1, /* double opt-in asked, not yet confirmed */
    HABEAS_EVENT_GRANTED = 2,
    HABEAS_EVENT_REFUSED = 3,
    HABEAS_EVENT_WITHDRAWN = 4, /* art. 7(3) */
    HABEAS_EVENT_EXPIRED = 5,
    HABEAS_EVENT_OBJECTED =
        6, /* art. 21; scope: direct_marketing, legitimate_interests, public_task */
    HABEAS_EVENT_OBJECTION_UPHELD = 7,
    HABEAS_EVENT_OBJECTION_OVERRIDDEN = 8,
    HABEAS_EVENT_RESTRICTED = 9, /* art. 18 */
    HABEAS_EVENT_RESTRICTION_NOTICE =
        10, /* the person was told that it will be lifted: art. 18(3) */
    HABEAS_EVENT_RESTRICTION_LIFTED = 11,
    HABEAS_EVENT_SUPPRESSED = 12,   /* scope: marketing, all */
    HABEAS_EVENT_UNSUPPRESSED = 13, /* the person's own later act */
    HABEAS_EVENT_BOUNCED = 14,      /* scope: hard, soft */
    HABEAS_EVENT_COMPLAINED = 15,   /* a spam complaint: an objection without form */
    HABEAS_EVENT_DELIVERY_RESET = 16,
    HABEAS_EVENT_ERASURE_REQUESTED = 17, /* art. 17 */
    HABEAS_EVENT_ERASURE_REFUSED = 18,
    HABEAS_EVENT_ERASURE_CANCELLED = 19,
    HABEAS_EVENT_BASIS_FACT = 20,  /* `data`: sale_context, similar_products, own_products,
                                      opt_out_offered_at_collection, casl_kind and casl_date,
                                      retention_until */
    HABEAS_EVENT_BASIS_ENDED = 21, /* the contract is over and no claim is open */
    HABEAS_EVENT_BASIS_RESUMED = 22,
    HABEAS_EVENT_PROFILE_CHANGED = 23,
    HABEAS_EVENT_MERGED = 24,
    HABEAS_EVENT_DISCLOSED = 25,
    HABEAS_EVENT_PROOF_OPENED = 26,
    HABEAS_EVENT_PAUSED = 27,        /* nothing is sent until evidence.expires_at */
    HABEAS_EVENT_RESUMED = 28,       /* before that */
    HABEAS_EVENT_STORE_CREATED = 64, /* from here on: acts on the store, without a subject */
    HABEAS_EVENT_PURPOSE_DEFINED = 65,
    HABEAS_EVENT_PURPOSE_RETIRED = 66,
    HABEAS_EVENT_TEXT_ADDED = 67,
    HABEAS_EVENT_FIELD_CHANGED = 68,
    HABEAS_EVENT_SETTING_CHANGED = 69,
    HABEAS_EVENT_IMPORTED = 70,
    HABEAS_EVENT_ERASED = 71,
    HABEAS_EVENT_RETENTION_DELETED = 72,
    HABEAS_EVENT_KEY_ROTATED = 73,
    HABEAS_EVENT_RESTORED = 74,
    HABEAS_EVENT_MIGRATED = 75,
    HABEAS_EVENT_EXPORTED = 76
};

/* An event and its evidence. What is missing of the evidence makes a consent unproven (art. 7(1)),
   not invalid input. */
typedef struct habeas_event {
    uint32_t struct_size;
    int32_t kind; /* habeas_event_kind */
    int64_t subject;
    habeas_text purpose;  /* empty: all purposes */
    int32_t channel;      /* habeas_channel */
    int32_t text_version; /* of the purpose; 0: not known */
    int64_t effective_at; /* when it happened; 0: now. More than 5 minutes ahead is refused */
    int64_t expires_at;   /* of this consent or request, if not the purpose's */
    habeas_text scope;    /* see habeas_event_kind */
    habeas_text method;   /* form, api, import, phone, paper, email_link; empty: none */
    habeas_text language; /* BCP 47 */
    habeas_text form;     /* this and the next two: references in the host's words */
    habeas_text submission;
    habeas_text document;
    habeas_text ip;         /* truncated before it is stored: IPv4 to /24, IPv6 to /48 */
    habeas_text user_agent; /* at most 400 bytes are kept */
    habeas_text note;
    int32_t preticked; /* 1: the box was ticked from the start; the consent is invalid (C-673/17) */
    int32_t below_gdpr_standard;    /* 1: an old consent below the GDPR's standard (rec. 171) */
    int32_t explicit_consent;       /* 1: art. 9(2)(a) */
    int32_t parental_authorisation; /* 1: art. 8 */
    const habeas_text* controllers; /* named in the text; none: every controller of the purpose */
    size_t controller_count;
    const habeas_pair* data; /* facts of HABEAS_EVENT_BASIS_FACT */
    size_t data_count;
} habeas_event;

/* Zeros, and the size: sizeof(habeas_event). @since 0.1 */
HABEAS_API habeas_status habeas_event_init(habeas_event* event, size_t struct_size);

/* Appends an event to the ledger. number: its number, which is its sequence in the audit chain.
   Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED, HABEAS_E_NOT_FOUND (purpose, text version),
   HABEAS_E_INVALID names the member.
   @since 0.1 */
HABEAS_API habeas_status habeas_consent_record(habeas_store* store, const habeas_event* event,
                                               int64_t* number);

/* Appends many, all or none. events: `count` of them, each with the same struct_size, which is the
   distance from one to the next; numbers: room for `count`. Errors: as habeas_consent_record.
   @since 0.1 */
HABEAS_API habeas_status habeas_consent_record_many(habeas_store* store, const habeas_event* events,
                                                    size_t count, int64_t* numbers);

enum habeas_consent_state_code {
    HABEAS_STATE_NONE = 0,
    HABEAS_STATE_REQUESTED = 1,
    HABEAS_STATE_GRANTED = 2,
    HABEAS_STATE_REFUSED = 3,
    HABEAS_STATE_WITHDRAWN = 4,
    HABEAS_STATE_EXPIRED = 5
};

/* The consent field consent.<purpose>.<channel>; HABEAS_CHANNEL_ANY: the least permissive of the
   purpose's channels. It is no permission: ask habeas_may_process. Errors: HABEAS_E_NOT_FOUND
   (purpose), HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_consent_state(habeas_store* store, int64_t subject,
                                              const char* purpose, size_t purpose_size,
                                              int32_t channel, int32_t* state);

/* The subject's ledger in order of effect: <history>. Errors: HABEAS_E_SUBJECT_UNKNOWN,
   HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_consent_history(habeas_store* store, int64_t subject,
                                                habeas_string* events);

enum habeas_receipt_format {
    HABEAS_RECEIPT_ISO_27560 = 0,  /* ISO/IEC TS 27560 as JSON-LD with terms of W3C's DPV */
    HABEAS_RECEIPT_KANTARA_1_1 = 1 /* Kantara Consent Receipt 1.1 as JSON */
};

/* The receipt of a consent event, for the person. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_consent_receipt(habeas_store* store, int64_t event, int32_t format,
                                                habeas_string* receipt);

/* ---- Decisions ------------------------------------------------------------------------------ */

/* Why. Below 32: allowed. From 32 on: denied, in the order of precedence. */
enum habeas_reason {
    HABEAS_REASON_OK_CONSENT = 1,
    HABEAS_REASON_OK_CONTRACT = 2,
    HABEAS_REASON_OK_LEGAL_OBLIGATION = 3,
    HABEAS_REASON_OK_VITAL_INTERESTS = 4,
    HABEAS_REASON_OK_PUBLIC_TASK = 5,
    HABEAS_REASON_OK_LEGITIMATE_INTERESTS = 6,
    HABEAS_REASON_OK_SOFT_OPT_IN = 7,
    HABEAS_REASON_OK_CASL_IMPLIED = 8,
    HABEAS_REASON_OK_OPT_OUT_REGIME = 9,
    HABEAS_REASON_OK_STORAGE = 10,
    HABEAS_REASON_OK_LEGAL_CLAIMS = 11,
    HABEAS_REASON_OK_DOI_CONFIRMATION = 12,
    HABEAS_REASON_SUBJECT_UNKNOWN = 32,
    HABEAS_REASON_PURPOSE_NOT_DECLARED = 33,
    HABEAS_REASON_ERASED = 34,
    HABEAS_REASON_ERASURE_PENDING = 35,
    HABEAS_REASON_RESTRICTED = 36,
    HABEAS_REASON_SUPPRESSED = 37,
    HABEAS_REASON_HARD_BOUNCE = 38,
    HABEAS_REASON_COMPLAINT = 39,
    HABEAS_REASON_OBJECTED_DIRECT_MARKETING = 40,
    HABEAS_REASON_OBJECTED_PENDING = 41,
    HABEAS_REASON_OBJECTED = 42,
    HABEAS_REASON_BASIS_NOT_PERMITTED_FOR_PURPOSE = 43,
    HABEAS_REASON_BASIS_NOT_PERMITTED_FOR_CHANNEL = 44,
    HABEAS_REASON_BASIS_NOT_PERMITTED_FOR_COUNTRY = 45,
    HABEAS_REASON_BASIS_ENDED = 46,
    HABEAS_REASON_MIXED_WITH_MARKETING = 47,
    HABEAS_REASON_BALANCING_TEST_MISSING = 48,
    HABEAS_REASON_SOFT_OPT_IN_CONDITION_MISSING = 49,
    HABEAS_REASON_CASL_IMPLIED_EXPIRED = 50,
    HABEAS_REASON_NO_CONSENT = 51,
    HABEAS_REASON_CONSENT_OTHER_PURPOSE = 52,
    HABEAS_REASON_CONSENT_OTHER_CHANNEL = 53,
    HABEAS_REASON_CONSENT_OTHER_CONTROLLER = 54,
    HABEAS_REASON_CONSENT_NOT_YET_GIVEN = 55,
    HABEAS_REASON_CONSENT_PENDING = 56,
    HABEAS_REASON_CONSENT_REFUSED = 57,
    HABEAS_REASON_CONSENT_WITHDRAWN = 58,
    HABEAS_REASON_CONSENT_EXPIRED = 59,
    HABEAS_REASON_CONSENT_VERSION_SUPERSEDED = 60,
    HABEAS_REASON_CONSENT_INVALID = 61,
    HABEAS_REASON_CONSENT_UNPROVEN = 62,
    HABEAS_REASON_EXPLICIT_CONSENT_REQUIRED = 63,
    HABEAS_REASON_CHILD_NO_PARENTAL_AUTHORISATION = 64,
    HABEAS_REASON_AGE_UNKNOWN = 65,
    HABEAS_REASON_RETENTION_EXPIRED = 66,
    HABEAS_REASON_TRANSFER_DENIED = 67,
    HABEAS_REASON_PAUSED = 68
};

/* The articles a reason rests on, such as "GDPR 7(3)"; NULL for an unknown number. Its code, such
   as "CONSENT_WITHDRAWN", is habeas_name(HABEAS_LIST_REASON, reason). Static.
   @since 0.1 */
HABEAS_API const char* habeas_reason_reference(int32_t reason);

typedef struct habeas_decision {
    uint32_t struct_size;
    int32_t allowed; /* 1 or 0 */
    int64_t subject;
    int64_t event;       /* the ledger event that decided, 0 where none */
    int64_t holds_until; /* the answer may change then without any new event; 0: with none */
    int32_t reason;      /* habeas_reason */
    uint32_t reserved;
} habeas_decision;

/* Zeros, and the size: sizeof(habeas_decision). @since 0.1 */
HABEAS_API habeas_status habeas_decision_init(habeas_decision* decision, size_t struct_size);

typedef struct habeas_decide_options {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t at;             /* the moment asked about; 0: now */
    int64_t known_at;       /* what was recorded by then; 0: all */
    habeas_text controller; /* which of several controllers asks; empty: the store's */
} habeas_decide_options;

/* Zeros, and the size: sizeof(habeas_decide_options). @since 0.1 */
HABEAS_API habeas_status habeas_decide_options_init(habeas_decide_options* options,
                                                    size_t struct_size);

/* May this subject be processed for this purpose over this channel? options: NULL for now. Whoever
   is not known, and a purpose that is not declared, is a denial and no failure. A denial is data:
   the call returns HABEAS_OK.
   @since 0.1 */
HABEAS_API habeas_status habeas_may_process(habeas_store* store, int64_t subject,
                                            const char* purpose, size_t purpose_size,
                                            int32_t channel, const habeas_decide_options* options,
                                            habeas_decision* decision);

/* The same in words, step by step: <explanation>. @since 0.1 */
HABEAS_API habeas_status habeas_explain(habeas_store* store, int64_t subject, const char* purpose,
                                        size_t purpose_size, int32_t channel,
                                        const habeas_decide_options* options,
                                        habeas_string* explanation);

typedef struct habeas_filter_options {
    uint32_t struct_size;
    int32_t denied_too;     /* 1: give the denied with their reason as well */
    int64_t at;             /* 0: now */
    habeas_text controller; /* empty: the store's */
    int64_t known_at;       /* what was recorded by then; 0: all */
} habeas_filter_options;

/* Zeros, and the size: sizeof(habeas_filter_options). @since 0.1 */
HABEAS_API habeas_status habeas_filter_options_init(habeas_filter_options* options,
                                                    size_t struct_size);

/* The decision is good until the callback returns. */
typedef int32_t (*habeas_decision_fn)(void* user, const habeas_decision* decision);

/* Who of everybody may be processed: one statement, in order of number. @since 0.1 */
HABEAS_API habeas_status habeas_filter(habeas_store* store, const char* purpose,
                                       size_t purpose_size, int32_t channel,
                                       const habeas_filter_options* options, habeas_decision_fn row,
                                       void* user);

/* Who of these. decisions: room for `count`; struct_size of the first is the distance from one to
   the next. Order and duplicates are as given, all are answered (denied_too is not read), unknown
   numbers are denied.
   @since 0.1 */
HABEAS_API habeas_status habeas_filter_subjects(habeas_store* store, const char* purpose,
                                                size_t purpose_size, int32_t channel,
                                                const habeas_filter_options* options,
                                                const int64_t* subjects, size_t count,
                                                habeas_decision* decisions);

/* What a transfer guard is asked: may the recipients of a purpose get a subject's data (chapter V)?
 */
typedef struct habeas_transfer {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t at;
    habeas_text country; /* of the subject, ISO 3166-1; empty: not known */
    habeas_text code;    /* of the purpose */
    habeas_text purpose; /* <purpose> */
    /* of the gateway that is to send a message; empty: the purpose's own recipients */
    habeas_text processor;
} habeas_transfer;

/* Sets *permitted to 1 or 0. A value other than 0 stops the decision that asks. */
typedef int32_t (*habeas_transfer_fn)(void* user, const habeas_transfer* transfer,
                                      int32_t* permitted);

/* Who is asked before anything is allowed, from now on; NULL: nobody. The registry of processors
   (habeas_processor_define) is asked as well; a no of either is a no. @since 0.1 */
HABEAS_API habeas_status habeas_transfer_guard_set(habeas_store* store, habeas_transfer_fn guard,
                                                   void* user, void (*free_user)(void* user));

/* ---- Suppression list ----------------------------------------------------------------------- */

/* Nobody with this identifier is written to any more; only keyed hashes are kept. reason:
   objection, erasure, bounce, complaint; scope: marketing, all; note: in the ledger of whoever has
   it now, may be empty.
   @since 0.1 */
HABEAS_API habeas_status habeas_suppression_add(habeas_store* store, const char* kind,
                                                size_t kind_size, const char* value,
                                                size_t value_size, const char* reason,
                                                size_t reason_size, const char* scope,
                                                size_t scope_size, const char* note,
                                                size_t note_size);

/* Only for the person's own later act; reason says which and must not be empty. *removed: 0 if
   there was no entry.
   @since 0.1 */
HABEAS_API habeas_status habeas_suppression_remove(habeas_store* store, const char* kind,
                                                   size_t kind_size, const char* value,
                                                   size_t value_size, const char* reason,
                                                   size_t reason_size, int32_t* removed);

/* *listed: 1 if the identifier is on the list. @since 0.1 */
HABEAS_API habeas_status habeas_suppression_has(habeas_store* store, const char* kind,
                                                size_t kind_size, const char* value,
                                                size_t value_size, int32_t* listed);

/* Entries of the list. @since 0.1 */
HABEAS_API habeas_status habeas_suppression_count(habeas_store* store, int64_t* count);

/* ---- Erasure (art. 17) ---------------------------------------------------------------------- */

/* What would go, what would stay and why: <erasure_plan>. Errors: HABEAS_E_SUBJECT_UNKNOWN,
   HABEAS_E_ERASED; HABEAS_E_DENIED (a hold keeps it back: habeas_hold_place).
   @since 0.1 */
HABEAS_API habeas_status habeas_erasure_plan(habeas_store* store, int64_t subject,
                                             habeas_string* plan);

/* What remains provable about a purpose's consent. */
enum habeas_proof_code {
    HABEAS_PROOF_NONE = 0,
    HABEAS_PROOF_COMMITMENT = 1, /* hash and time stay; the person gets what proves it */
    HABEAS_PROOF_SEALED = 2      /* evidence under a key of its own until a date (art. 17(3)(e)) */
};

typedef struct habeas_proof {
    habeas_text purpose;
    int32_t proof; /* habeas_proof_code */
    uint32_t reserved;
} habeas_proof;

typedef struct habeas_erasure_options {
    uint32_t struct_size;
    /* 1: no keyed hashes stay, so an import or a restored backup may bring the person back. */
    int32_t without_suppression;
    habeas_text ground;         /* kept in the receipt; empty: "17(1)(b)" */
    const habeas_proof* proofs; /* by purpose; none for the others */
    size_t proof_count;
    int64_t proof_until; /* sealed: the limitation date, when the evidence is deleted */
} habeas_erasure_options;

/* Zeros, and the size: sizeof(habeas_erasure_options). @since 0.1 */
HABEAS_API habeas_status habeas_erasure_options_init(habeas_erasure_options* options,
                                                     size_t struct_size);

/* Erases one or many: one transaction for all, then one physical completion (in the tick where a
   reader holds the file). Erasing again succeeds and says so. progress is asked before anything is
   done. results: <erasure_results>, in the order given. Errors: HABEAS_E_SUBJECT_UNKNOWN before
   anything is done, HABEAS_E_NOT_FOUND (a purpose of proofs), HABEAS_E_DENIED (a hold).
   @since 0.1 */
HABEAS_API habeas_status habeas_erasure_execute(habeas_store* store, const int64_t* subjects,
                                                size_t count, const habeas_erasure_options* options,
                                                habeas_progress_fn progress, void* user,
                                                habeas_string* results);

/* The receipt of an erasure, without personal data: <erasure_receipt>. Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_erasure_receipt(habeas_store* store, int64_t subject,
                                                habeas_string* receipt);

/* *valid: 1 if the commitment that a person brings (<commitment>) fits what stayed in the audit
   chain; 0 also if it is no such document.
   @since 0.1 */
HABEAS_API habeas_status habeas_erasure_check_commitment(habeas_store* store,
                                                         const char* commitment,
                                                         size_t commitment_size, int32_t* valid);

/* Reads sealed evidence: an array of <commitment>. The ground is recorded first. Errors:
   HABEAS_E_DENIED (no ground), HABEAS_E_NOT_FOUND, HABEAS_E_KEY_MISSING.
   @since 0.1 */
HABEAS_API habeas_status habeas_erasure_open_proof(habeas_store* store, int64_t subject,
                                                   const char* purpose, size_t purpose_size,
                                                   const char* ground, size_t ground_size,
                                                   habeas_string* evidence);

/* ---- Exports (arts. 15 and 20) -------------------------------------------------------------- */

typedef struct habeas_bundle_options {
    uint32_t struct_size;
    int32_t preview;       /* 1: nothing is logged as disclosed; not to be handed out */
    habeas_text language;  /* of labels and texts; empty: the subject's, then English */
    habeas_text recipient; /* kept with the disclosure (C-154/21); empty: "data subject" */
    habeas_text password;  /* of a ZIP: AES-256; neither kept nor logged; empty: none */
} habeas_bundle_options;

/* Zeros, and the size: sizeof(habeas_bundle_options). @since 0.1 */
HABEAS_API habeas_status habeas_bundle_options_init(habeas_bundle_options* options,
                                                    size_t struct_size);

/* A person's data, structured and machine-readable (art. 20(1)): <access>. Errors of these three:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_export_json(habeas_store* store, int64_t subject,
                                            const habeas_bundle_options* options,
                                            habeas_string* document);

/* The page for the person: one HTML document that needs nothing else. @since 0.1 */
HABEAS_API habeas_status habeas_export_html(habeas_store* store, int64_t subject,
                                            const habeas_bundle_options* options,
                                            habeas_string* page);

/* One header row and one row, safe against formula injection. @since 0.1 */
HABEAS_API habeas_status habeas_export_csv(habeas_store* store, int64_t subject,
                                           const habeas_bundle_options* options,
                                           habeas_string* csv);

enum habeas_bundle_format {
    HABEAS_BUNDLE_JSON = 0, /* data.json */
    HABEAS_BUNDLE_HTML = 1, /* the page for the person */
    HABEAS_BUNDLE_CSV = 2,  /* one row */
    HABEAS_BUNDLE_ZIP = 3   /* all of them, a CSV for each list, and the receipts */
};

/* The same as a new file (mode 0600) in one of the forms, written as a stream. An erasure deletes
   it, as does the tick after 30 days. Errors: HABEAS_E_EXISTS; HABEAS_E_UNSUPPORTED for a ZIP
   without the component "archive", or with a password where libzip cannot encrypt; HABEAS_E_INVALID
   for a password of another form; HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_export_file(habeas_store* store, int64_t subject, const char* path,
                                            size_t path_size, int32_t format,
                                            const habeas_bundle_options* options);

/* CSV of many to a new file (mode 0600), as a stream. options: <csv_options>, with the recipient at
   least. *rows: how many were written. A file that was not finished is deleted. Errors:
   HABEAS_E_EXISTS, HABEAS_E_NOT_FOUND (column, purpose).
   @since 0.1 */
HABEAS_API habeas_status habeas_export_many(habeas_store* store, const char* path, size_t path_size,
                                            const char* options, size_t options_size,
                                            habeas_progress_fn progress, void* user,
                                            uint64_t* rows);

/* ---- Import --------------------------------------------------------------------------------- */

/* CSV of contacts (RFC 4180), as a stream. Importing a contact makes nobody mailable: consent comes
   only from columns declared as consent, with their evidence. options: <import_options>, NULL for
   none. progress counts bytes; when it stops the import, what was committed stays, its value is
   returned, and the report is given all the same: the caller frees it. The same import again makes
   no duplicates. report: <import_report>. Errors: HABEAS_E_INVALID with line and column for a file
   that is no CSV, or a mapping that names nothing.
   @since 0.1 */
HABEAS_API habeas_status habeas_import_contacts(habeas_store* store, const char* path,
                                                size_t path_size, const char* options,
                                                size_t options_size, habeas_progress_fn progress,
                                                void* user, habeas_string* report);

/* The same from memory. csv: in the encoding that the options say. @since 0.1 */
HABEAS_API habeas_status habeas_import_contacts_text(habeas_store* store, const char* csv,
                                                     size_t csv_size, const char* options,
                                                     size_t options_size,
                                                     habeas_progress_fn progress, void* user,
                                                     habeas_string* report);

/* CSV of consent events: columns email or external:<system>, purpose, channel, action, at, and as
   far as there are text_version, language, method, form, submission, ip, user_agent, document,
   preticked, explicit, parental_authorisation. The same file again adds nothing. Otherwise as
   habeas_import_contacts.
   @since 0.1 */
HABEAS_API habeas_status habeas_import_consents(habeas_store* store, const char* path,
                                                size_t path_size, const char* options,
                                                size_t options_size, habeas_progress_fn progress,
                                                void* user, habeas_string* report);

/* The same from memory. @since 0.1 */
HABEAS_API habeas_status habeas_import_consents_text(habeas_store* store, const char* csv,
                                                     size_t csv_size, const char* options,
                                                     size_t options_size,
                                                     habeas_progress_fn progress, void* user,
                                                     habeas_string* report);

/* ---- Moving in from another platform -------------------------------------------------------- */

/* platform: mautic, hubspot. options: <migration_options>. Does all of what habeas_migration_run
   does in a transaction that is rolled back; other writers wait meanwhile, and progress must not
   call the store. report: <migration_report>, without personal data. Errors: HABEAS_E_INVALID names
   the option, or the place in a file; HABEAS_E_NOT_FOUND a file, purpose or text version;
   HABEAS_E_DENIED and HABEAS_E_IO of a server; HABEAS_E_UNSUPPORTED a server in a build without
   "mysql".
   @since 0.1 */
HABEAS_API habeas_status habeas_migration_preview(habeas_store* store, const char* platform,
                                                  size_t platform_size, const char* options,
                                                  size_t options_size, habeas_progress_fn progress,
                                                  void* user, habeas_string* report);

/* Opt-outs first, then people, tags and segments; every row is accounted for. HABEAS_E_INVALID at
   opt_outs: nothing says who opted out, and nobody confirmed that there are none. When progress
   stops it, what was committed stays, its value is returned, and the report is given all the same:
   the caller frees it. The same again goes on there, makes no duplicates, and re-subscribes nobody.
   @since 0.1 */
HABEAS_API habeas_status habeas_migration_run(habeas_store* store, const char* platform,
                                              size_t platform_size, const char* options,
                                              size_t options_size, habeas_progress_fn progress,
                                              void* user, habeas_string* report);

/* ---- Segments and tags ---------------------------------------------------------------------- */

/* Declares a segment, a saved filter over subjects, or changes it; members follow at the next
   refresh (at once if `live`). segment: <segment>; what a filter is: src/segments/README.md.
   Errors, at the JSON pointer: HABEAS_E_NOT_FOUND (no such field, segment or purpose),
   HABEAS_E_INVALID (an unknown operator, a value of a wrong type, a bad regular expression,
   segments that refer to each other in a circle).
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_define(habeas_store* store, const char* segment,
                                               size_t segment_size);

/* Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID while another segment's filter names it;
   HABEAS_E_CONFLICT, naming the places, while a form, campaign, rule of points or of retention
   does.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_remove(habeas_store* store, const char* code,
                                               size_t code_size);

/* <segment_list>. @since 0.1 */
HABEAS_API habeas_status habeas_segment_list(habeas_store* store, habeas_string* segments);

/* <segment_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_segment_find(habeas_store* store, const char* code,
                                             size_t code_size, habeas_string* info);

/* Brings the members up to date, after those of segments it refers to, in one transaction. full 1:
   looks at everybody even where what changed would do. report: <refresh_report>. Errors:
   HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_refresh(habeas_store* store, const char* code,
                                                size_t code_size, int32_t full,
                                                habeas_string* report);

/* The same for all segments, in order of dependency: <refresh_reports>. Where a filter needs what
   is gone (a field), the others are refreshed and stay so; then HABEAS_E_NOT_FOUND or
   HABEAS_E_INVALID names each segment that was not. @since 0.1 */
HABEAS_API habeas_status habeas_segment_refresh_all(habeas_store* store, int32_t full,
                                                    habeas_string* reports);

/* By hand, and lasting: refreshes, leaving and imports do not undo it. Errors of these three:
   HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_add(habeas_store* store, const char* code, size_t code_size,
                                            int64_t subject);

/* The same the other way round: not a member, whatever the filter says. @since 0.1 */
HABEAS_API habeas_status habeas_segment_remove_member(habeas_store* store, const char* code,
                                                      size_t code_size, int64_t subject);

/* What was done by hand counts no longer; the filter decides again. @since 0.1 */
HABEAS_API habeas_status habeas_segment_reset(habeas_store* store, const char* code,
                                              size_t code_size, int64_t subject);

/* *member: 1 or 0, as of the last refresh. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN,
   HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_contains(habeas_store* store, const char* code,
                                                 size_t code_size, int64_t subject,
                                                 int32_t* member);

/* Walks over the members in order of number, as they are at this moment; who was erased since then
   is left out where the cursor is asked for documents. Errors: HABEAS_E_NOT_FOUND. Ownership: close
   with habeas_cursor_close.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_members(habeas_store* store, const char* code,
                                                size_t code_size, habeas_cursor** cursor);

/* Walks in the same way over those who match a filter now, without a segment. filter: as the member
   of <segment>. Errors: as habeas_segment_define. Ownership: close with habeas_cursor_close.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_match(habeas_store* store, const char* filter,
                                              size_t filter_size, habeas_cursor** cursor);

/* How many match a filter now. Errors: as habeas_segment_define. @since 0.1 */
HABEAS_API habeas_status habeas_segment_count(habeas_store* store, const char* filter,
                                              size_t filter_size, int64_t* count);

/* The SQL of a segment, its plan, and why one subject is in or out; subject 0: nobody.
   <segment_explanation>. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_explain(habeas_store* store, const char* code,
                                                size_t code_size, int64_t subject,
                                                habeas_string* explanation);

/* The flat list with `glue` that Mautic stores, as a tree. Errors: HABEAS_E_INVALID at the JSON
   pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_segment_from_glue_list(const char* list, size_t list_size,
                                                       habeas_string* filter);

/* Tags are made when they are first given: up to 100 bytes, compared without case. Errors of these
   two: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_tag_add(habeas_store* store, int64_t subject, const char* tag,
                                        size_t tag_size);

/* Nothing if the subject does not have it. @since 0.1 */
HABEAS_API habeas_status habeas_tag_remove(habeas_store* store, int64_t subject, const char* tag,
                                           size_t tag_size);

/* A subject's tags: <tag_list>. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED. @since 0.1 */
HABEAS_API habeas_status habeas_tag_of(habeas_store* store, int64_t subject, habeas_string* tags);

/* All tags: <tag_list>. @since 0.1 */
HABEAS_API habeas_status habeas_tag_list(habeas_store* store, habeas_string* tags);

/* ---- The change feed ------------------------------------------------------------------------ */

/* What changed about whom, in order and without gaps, for a system that keeps a copy: one
   transaction gives one change for each subject it touched. position: member `position` of the page
   before, which is kept with the copy; empty: from the beginning. limit: 1 to 100,000. page:
   <change_page>. Errors: HABEAS_E_INVALID (no position); HABEAS_E_CONFLICT: the store was put back
   to an older state, so read all subjects anew, then on from habeas_change_position.
   @since 0.1 */
HABEAS_API habeas_status habeas_change_read(habeas_store* store, const char* position,
                                            size_t position_size, size_t limit,
                                            habeas_string* page);

/* The end of the feed as it is now: what a copy made afterwards reads on from. @since 0.1 */
HABEAS_API habeas_status habeas_change_position(habeas_store* store, habeas_string* position);

/* ---- Requests of data subjects (arts. 12, 15 to 22) ----------------------------------------- */

enum habeas_request_kind {
    HABEAS_REQUEST_ACCESS = 0,             /* art. 15 */
    HABEAS_REQUEST_PORTABILITY = 1,        /* art. 20 */
    HABEAS_REQUEST_RECTIFICATION = 2,      /* art. 16 */
    HABEAS_REQUEST_ERASURE = 3,            /* art. 17 */
    HABEAS_REQUEST_RESTRICTION = 4,        /* art. 18 */
    HABEAS_REQUEST_OBJECTION = 5,          /* art. 21 */
    HABEAS_REQUEST_WITHDRAWAL = 6,         /* art. 7(3) */
    HABEAS_REQUEST_AUTOMATED_DECISIONS = 7 /* art. 22 */
};

/* Nothing personal happens for a request before it is verified: typing somebody else's address into
   a form must not erase them. */

/* The same kind by the same subject while one is open gives the open one. kind:
   habeas_request_kind; origin: where it came from, such as "form:forget". Errors:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_open(habeas_store* store, int32_t kind, int64_t subject,
                                             const char* origin, size_t origin_size,
                                             int64_t* request);

/* The same for who has this address or number (identifier_kind: email or phone). Nobody: the
   request is open all the same, for its answer ("nothing held"); who objects is suppressed once
   verified. Errors: HABEAS_E_INVALID (an external id).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_open_for(habeas_store* store, int32_t kind,
                                                 const char* identifier_kind,
                                                 size_t identifier_kind_size, const char* value,
                                                 size_t value_size, const char* origin,
                                                 size_t origin_size, int64_t* request);

/* Makes the token that goes to the person's own address, and nowhere else; a former one no longer
   counts. Only its keyed hash is kept. valid_for_s: seconds, 0 for a week. Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (it is verified or closed).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_ask_identity(habeas_store* store, int64_t request,
                                                     int64_t valid_for_s, habeas_string* token);

/* For a POST, never a GET: mail scanners open links. The token counts once. *request is 0 (the call
   returns HABEAS_OK) where it is wrong, used, expired or was tried too often; which of these it was
   is nobody's business.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_confirm(habeas_store* store, const char* token,
                                                size_t token_size, int64_t* request);

/* Would this token count now? For the page that shows the button; changes nothing. *request: as in
   habeas_request_confirm.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_look_up(habeas_store* store, const char* token,
                                                size_t token_size, int64_t* request);

/* The host answers for the identity; by: who and how ("signed in at the shop"). Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (nobody is named; it is verified or closed).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_vouch(habeas_store* store, int64_t request, const char* by,
                                              size_t by_size);

/* Does what was asked where habeas can (erasure), and closes the request, as soon as every data
   holder has answered: until then it is in progress. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_DENIED
   unless it is verified.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_fulfil(habeas_store* store, int64_t request,
                                               const char* note, size_t note_size);

/* Somebody works on it. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_DENIED unless it is verified.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_begin(habeas_store* store, int64_t request,
                                              const char* note, size_t note_size);

/* One or two months more, for complexity and number alone (art. 12(3)). The person must have been
   told `reason` by now. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (no reason, extended already);
   HABEAS_E_DENIED unless it is verified, and once the first month is over.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_extend(habeas_store* store, int64_t request, int32_t months,
                                               const char* reason, size_t reason_size);

/* Closes it; what was done stands in `note`, why the rest was not in `ground`. Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (no ground); HABEAS_E_DENIED unless it is verified.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_fulfil_partly(habeas_store* store, int64_t request,
                                                      const char* ground, size_t ground_size,
                                                      const char* note, size_t note_size);

/* The person no longer asks for it. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (it is closed).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_withdraw(habeas_store* store, int64_t request,
                                                 const char* note, size_t note_size);

/* The person was told that a restriction will be lifted (art. 18(3)); how: says so. Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (it is no restriction in force).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_announce_lifting(habeas_store* store, int64_t request,
                                                         const char* how, size_t how_size);

/* Errors: as before; HABEAS_E_DENIED before that. @since 0.1 */
HABEAS_API habeas_status habeas_request_lift_restriction(habeas_store* store, int64_t request,
                                                         const char* note, size_t note_size);

/* Art. 16: changes the data as input (<subject_input>) says and closes the request. options:
   <rectify_options>, NULL for none; a preview changes nothing. document: <rectification>, for the
   person: each changed detail before and after, and who has to be told (art. 19). Errors:
   HABEAS_E_NOT_FOUND; HABEAS_E_DENIED unless it is verified; HABEAS_E_INVALID for a request of
   another kind, a value that does not fit, or where nothing differs.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_rectify(habeas_store* store, int64_t request,
                                                const char* input, size_t input_size,
                                                const char* options, size_t options_size,
                                                habeas_string* document);

/* ground: why (art. 12(4)); must not be empty. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (it is
   closed).
   @since 0.1 */
HABEAS_API habeas_status habeas_request_refuse(habeas_store* store, int64_t request,
                                               const char* ground, size_t ground_size);

/* <request>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_request_get(habeas_store* store, int64_t request,
                                            habeas_string* document);

/* query: <request_query>, NULL for all. <request_list>. @since 0.1 */
HABEAS_API habeas_status habeas_request_list(habeas_store* store, const char* query,
                                             size_t query_size, habeas_string* requests);

/* The journal of a request, which outlives an erasure: <request_steps>. Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_steps(habeas_store* store, int64_t request,
                                              habeas_string* steps);

/* Holidays by a file of one's own (the format of src/requests/holidays.json; NULL: those of habeas)
   and the sets that count, a JSON array such as ["DE", "DE-BY"]; NULL: that of the controller's
   country. Errors: HABEAS_E_INVALID names the place; HABEAS_E_NOT_FOUND for a set.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_set_calendar(habeas_store* store, const char* rules,
                                                     size_t rules_size, const char* sets,
                                                     size_t sets_size);

/* request: <request>, good until the callback returns. */
typedef int32_t (*habeas_request_fn)(void* user, const char* request, size_t request_size);

/* Tells of open requests whose cautious date comes within so many days or is past, each once, and
   once more when it is late. What the callback returns other than 0 ends the call with it; that
   request is told again. told: how many were.
   @since 0.1 */
HABEAS_API habeas_status habeas_request_remind(habeas_store* store, int32_t days,
                                               habeas_request_fn tell, void* user, size_t* told);

/* Counts a statutory time limit on the store's calendar (Regulation 1182/71; GDPR arts. 12(3), 33;
   working and calendar days of other laws). query: <deadline_query>; document: <deadline>. Errors:
   HABEAS_E_INVALID.
   @since 0.1 */
HABEAS_API habeas_status habeas_deadline(habeas_store* store, const char* query, size_t query_size,
                                         habeas_string* document);

/* ---- Templates of messages ------------------------------------------------------------------ */

/* Declares a template or its next version, and gives the number; the same content again gives the
   number it has. message: <message_template>. Errors: HABEAS_E_INVALID names the member and, within
   a text, the byte; HABEAS_E_NOT_FOUND (purpose).
   @since 0.1 */
HABEAS_API habeas_status habeas_template_define(habeas_store* store, const char* message,
                                                size_t message_size, int32_t* version);

/* No new messages; queued ones are sent. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_template_retire(habeas_store* store, const char* code,
                                                size_t code_size);

/* <template_list>, without the retired. @since 0.1 */
HABEAS_API habeas_status habeas_template_list(habeas_store* store, habeas_string* templates);

/* <template_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_template_find(habeas_store* store, const char* code,
                                              size_t code_size, habeas_string* info);

/* As it would be sent to that subject now; links lead nowhere. data: a JSON object, NULL for none.
   <rendered_message>. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_template_preview(habeas_store* store, const char* code,
                                                 size_t code_size, int64_t subject,
                                                 const char* data, size_t data_size,
                                                 habeas_string* rendered);

/* What to look at before it is used: links and pictures, and which variables are empty for how many
   of its recipients. options: <template_check_options>, NULL for none. report: <template_report>.
   Errors: HABEAS_E_NOT_FOUND, HABEAS_E_INVALID (data), HABEAS_E_SUBJECT_UNKNOWN.
   @since 0.1 */
HABEAS_API habeas_status habeas_template_check(habeas_store* store, const char* code,
                                               size_t code_size, const char* options,
                                               size_t options_size, habeas_string* report);

/* ---- Messages ------------------------------------------------------------------------------- */

typedef struct habeas_attachment {
    uint32_t struct_size;
    uint32_t reserved;
    habeas_text name;    /* a file name, without folders */
    habeas_text type;    /* empty: application/octet-stream */
    habeas_text content; /* any bytes, also NUL */
    habeas_text path;    /* instead of content: a file that is read when the message is queued */
} habeas_attachment;

/* Zeros, and the size: sizeof(habeas_attachment). @since 0.1 */
HABEAS_API habeas_status habeas_attachment_init(habeas_attachment* attachment, size_t struct_size);

/* Queues a message to a subject. The decision is asked now, and again when it is sent; a no is no
   failure: its state is "refused". The same key again is the same message. Marketing needs the
   settings base_url, sender and controller. message: <message>; attachments: 15 MB in all, each
   with the same struct_size, which is the distance from one to the next. result: <queue_result>.
   Errors: HABEAS_E_INVALID names the member, HABEAS_E_NOT_FOUND (template, purpose),
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED, HABEAS_E_FULL (attachments).
   @since 0.1 */
HABEAS_API habeas_status habeas_message_queue(habeas_store* store, const char* message,
                                              size_t message_size,
                                              const habeas_attachment* attachments,
                                              size_t attachment_count, habeas_string* result);

/* Queues a message to an employee or the host: no decision is asked, and if it tells of a subject,
   an erasure takes it away too. notice: <notice>. Otherwise as habeas_message_queue.
   @since 0.1 */
HABEAS_API habeas_status habeas_message_notify(habeas_store* store, const char* notice,
                                               size_t notice_size,
                                               const habeas_attachment* attachments,
                                               size_t attachment_count, habeas_string* result);

/* <message_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_message_get(habeas_store* store, int64_t message,
                                            habeas_string* info);

/* By its key: *message is 0 if there is none. @since 0.1 */
HABEAS_API habeas_status habeas_message_find(habeas_store* store, const char* key, size_t key_size,
                                             int64_t* message);

/* filter: <message_filter>, NULL for the first 100. <message_list>. @since 0.1 */
HABEAS_API habeas_status habeas_message_list(habeas_store* store, const char* filter,
                                             size_t filter_size, habeas_string* messages);

/* Takes a queued one back. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_CONFLICT if it is not queued any
   more.
   @since 0.1 */
HABEAS_API habeas_status habeas_message_stop(habeas_store* store, int64_t message,
                                             const char* reason, size_t reason_size);

/* A failed or uncertain one is queued again. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT.
   @since 0.1 */
HABEAS_API habeas_status habeas_message_retry(habeas_store* store, int64_t message);

/* A person knows that an uncertain one was sent. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT.
   @since 0.1 */
HABEAS_API habeas_status habeas_message_confirm_sent(habeas_store* store, int64_t message);

/* Whom the token at the end of a link in a message is about: <token_info>. Errors:
   HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_message_find_token(habeas_store* store, const char* token,
                                                   size_t token_size, habeas_string* info);

/* What a gateway is given; good until its callback returns. */
typedef struct habeas_outgoing {
    uint32_t struct_size;
    int32_t channel; /* habeas_channel */
    int64_t message;
    habeas_text reference; /* random, stable over repetitions: the idempotency key */
    habeas_text recipient; /* address or number; empty for post, push and web */
    habeas_text document;  /* <outgoing_message>: all of it but the attachments */
    habeas_text mime;      /* RFC 5322 with MIME, where the gateway composes */
    const habeas_attachment* attachments;
    size_t attachment_count;
} habeas_outgoing;

enum habeas_gateway_outcome {
    HABEAS_GATEWAY_SENT = 0,
    HABEAS_GATEWAY_TRANSIENT = 1, /* not sent, may be tried again */
    HABEAS_GATEWAY_PERMANENT = 2, /* not sent, and will not be */
    HABEAS_GATEWAY_UNCERTAIN = 3, /* may have been sent */
    /* never begun: not sent, no attempt is counted; where it is all of a batch, the call ends */
    HABEAS_GATEWAY_NOT_REACHED = 4,
    /* permanent, for the address itself is gone: a hard bounce, known at once */
    HABEAS_GATEWAY_NO_SUCH_ADDRESS = 5
};

/* Comes as HABEAS_GATEWAY_UNCERTAIN and zeros; the gateway writes its answer there. */
typedef struct habeas_gateway_result {
    int32_t outcome; /* habeas_gateway_outcome; any other number is uncertain */
    uint32_t reserved;
    int64_t retry_after_ms; /* transient: not before; 0: habeas's own delay */
    char reference[256];    /* the gateway's own; these two end with NUL */
    char reason[64];        /* a short word; no personal data */
} habeas_gateway_result;

/* Sends `count` messages; struct_size of the first is the distance from one to the next. A value
   other than 0 makes all of them uncertain and ends the run. Called outside of transactions. */
typedef int32_t (*habeas_gateway_send_fn)(void* user, const habeas_outgoing* messages, size_t count,
                                          habeas_gateway_result* results);

/* What became of a message whose answer was lost; transient: it was not sent. Sets *known to 1, or
   leaves 0: this gateway cannot tell. */
typedef int32_t (*habeas_gateway_resolve_fn)(void* user, const char* reference,
                                             size_t reference_size, habeas_gateway_result* result,
                                             int32_t* known);

/* The host's own way of sending, for the length of a call. */
typedef struct habeas_gateway {
    uint32_t struct_size;
    int32_t compose;         /* 1: e-mails come composed as well */
    habeas_text id;          /* kept with each message; 1 to 60 bytes */
    const int32_t* channels; /* habeas_channel; none: e-mail */
    size_t channel_count;
    size_t batch_size; /* messages in one call of `send` at most; 0: 50 */
    habeas_gateway_send_fn send;
    habeas_gateway_resolve_fn resolve; /* NULL: it cannot tell */
    void* user;
    /* who processes the data for the controller (art. 28), by code, such as "mailjet": the transfer
       guard is asked for it too before a message goes; empty: nobody else; at most 60 bytes */
    habeas_text processor;
} habeas_gateway;

/* Zeros, and the size: sizeof(habeas_gateway). @since 0.1 */
HABEAS_API habeas_status habeas_gateway_init(habeas_gateway* gateway, size_t struct_size);

/* Hands what is due to a gateway, the highest priority first; each decision is asked again right
   before. Several processes may send at once. options: <send_options>, NULL for none. progress
   counts messages. What was sent stays sent, also where the call fails or is stopped. report:
   <send_report>. Errors: HABEAS_E_INVALID also inside of a transaction.
   @since 0.1 */
HABEAS_API habeas_status habeas_outbox_send(habeas_store* store, const habeas_gateway* gateway,
                                            const char* options, size_t options_size,
                                            habeas_progress_fn progress, void* user,
                                            habeas_string* report);

/* What a gateway logs in with; kept in memory for the call alone, never stored or logged. */
typedef struct habeas_credentials {
    uint32_t struct_size;
    uint32_t reserved;
    habeas_text user;   /* Mailjet: the API key */
    habeas_text secret; /* password; Mailjet: the secret key */
} habeas_credentials;

/* Zeros, and the size: sizeof(habeas_credentials). @since 0.1 */
HABEAS_API habeas_status habeas_credentials_init(habeas_credentials* credentials,
                                                 size_t struct_size);

/* The same by a gateway that habeas brings along: SMTP, Mailjet or a folder. gateway: <gateway>;
   credentials: NULL for none. Errors: HABEAS_E_INVALID at the pointer in the document;
   HABEAS_E_UNSUPPORTED without the component "mail". A server that is not reached is no error: the
   messages wait.
   @since 0.1 */
HABEAS_API habeas_status habeas_outbox_send_by(habeas_store* store, const char* gateway,
                                               size_t gateway_size,
                                               const habeas_credentials* credentials,
                                               const char* options, size_t options_size,
                                               habeas_progress_fn progress, void* user,
                                               habeas_string* report);

/* Reaches it without sending: connection, TLS, login. Errors: as above; HABEAS_E_IO with what
   failed.
   @since 0.1 */
HABEAS_API habeas_status habeas_gateway_check(const char* gateway, size_t gateway_size,
                                              const habeas_credentials* credentials);

/* The same to a folder, which is made where it is not there: "REFERENCE.eml" with mode 0600, which
   an erasure deletes. Errors: HABEAS_E_INVALID also where the place is no folder.
   @since 0.1 */
HABEAS_API habeas_status habeas_outbox_send_to_folder(habeas_store* store, const char* folder,
                                                      size_t folder_size, const char* options,
                                                      size_t options_size,
                                                      habeas_progress_fn progress, void* user,
                                                      habeas_string* report);

/* ---- What became of messages ---------------------------------------------------------------- */

/* The body of a callback of a gateway; gateway: "mailjet" (Event API). All of it is recorded, or
   nothing; repetitions and order change nothing. report: <ingest_report>. Errors: HABEAS_E_INVALID
   with the pointer to what is not as documented: answer 400.
   @since 0.1 */
HABEAS_API habeas_status habeas_event_ingest(habeas_store* store, const char* gateway,
                                             size_t gateway_size, const char* body,
                                             size_t body_size, habeas_string* report);

/* A mail that came to the address of the setting "bounce_address", or to a feedback loop: a
   delivery status (RFC 3464) or a complaint (RFC 5965), as it came, in any encoding. recipient: of
   the envelope, where the host knows it; empty: the mail's headers say it. What is no report, or
   about no message of this store, changes nothing and is no error. report: <ingest_report>.
   @since 0.1 */
HABEAS_API habeas_status habeas_bounce_ingest(habeas_store* store, const void* mail,
                                              size_t mail_size, const char* recipient,
                                              size_t recipient_size, habeas_string* report);

/* All mails in "new" of a Maildir; what was recorded goes to its "cur". progress gets the mails
   done and their number. Not inside a transaction (HABEAS_E_INVALID). report: <ingest_report>.
   Errors: HABEAS_E_NOT_FOUND (no Maildir), HABEAS_E_IO (a mail cannot be moved).
   @since 0.1 */
HABEAS_API habeas_status habeas_bounce_ingest_maildir(habeas_store* store, const char* folder,
                                                      size_t folder_size,
                                                      habeas_progress_fn progress, void* user,
                                                      habeas_string* report);

/* The end of the URL that the gateway is given: who knows it may tell events. @since 0.1 */
HABEAS_API habeas_status habeas_event_secret(habeas_store* store, habeas_string* secret);

/* *right: 1 if it is that secret, compared in constant time; else 0: answer 404. @since 0.1 */
HABEAS_API habeas_status habeas_event_secret_check(habeas_store* store, const char* given,
                                                   size_t given_size, int32_t* right);

/* filter: <delivery_filter>, NULL for none. events: <delivery_list>. Errors:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_event_list(habeas_store* store, const char* filter,
                                           size_t filter_size, habeas_string* events);

/* ---- Forms ---------------------------------------------------------------------------------- */

/* Declares a form or its next version, and gives the number; the same content again gives the
   number it has. Nobody can send it before it is published. form: <form>. Errors: HABEAS_E_INVALID
   at the JSON pointer, HABEAS_E_NOT_FOUND at it (what it refers to).
   @since 0.1 */
HABEAS_API habeas_status habeas_form_define(habeas_store* store, const char* form, size_t form_size,
                                            int32_t* version);

/* The latest version is what people get from now on. override_reason: why what the lint calls an
   error is right, kept for good; empty: HABEAS_E_DENIED while there is one, naming the rules.
   Errors: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_publish(habeas_store* store, const char* code,
                                             size_t code_size, const char* override_reason,
                                             size_t override_reason_size);

/* No more submissions; what was sent stays. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_form_retire(habeas_store* store, const char* code,
                                            size_t code_size);

/* <form_list>, without the retired. @since 0.1 */
HABEAS_API habeas_status habeas_form_list(habeas_store* store, habeas_string* forms);

/* <form_info> of a version; 0: the latest. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_form_find(habeas_store* store, const char* code, size_t code_size,
                                          int32_t version, habeas_string* info);

/* All that the rules find in this store, where what the definition leaves out is missing:
   <lint_findings>. A finding is no failure. Errors: HABEAS_E_INVALID at the JSON pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_lint(habeas_store* store, const char* form, size_t form_size,
                                          habeas_string* findings);

/* The same by the definition alone: what it leaves out is not judged. @since 0.1 */
HABEAS_API habeas_status habeas_form_lint_definition(const char* form, size_t form_size,
                                                     habeas_string* findings);

/* The published version as HTML; draft 1: the latest one, to look at. options: <render_options>,
   NULL for none. <rendered_form>. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_INVALID,
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_render(habeas_store* store, const char* code, size_t code_size,
                                            const char* options, size_t options_size, int32_t draft,
                                            habeas_string* rendered);

/* Takes what somebody sent, in one transaction. values: <form_values>, as a browser sends them;
   context: <submission_context>, NULL for none. Values that are wrong are no failure: result:
   <submission_result>. Errors: HABEAS_E_NOT_FOUND (no published form), HABEAS_E_SUBJECT_UNKNOWN,
   HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_submit(habeas_store* store, const char* code, size_t code_size,
                                            const char* values, size_t values_size,
                                            const char* context, size_t context_size,
                                            habeas_string* result);

/* habeas_optin_confirm for sign-ups by a form, without evidence of the click; counts once.
   *submission is 0 (the call returns HABEAS_OK) where the token is wrong, used or expired.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_confirm(habeas_store* store, const char* token,
                                             size_t token_size, int64_t* submission);

/* <submission>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_form_submission(habeas_store* store, int64_t submission,
                                                habeas_string* document);

/* In order of number, after `after`. code: empty for all forms; subject: 0 for everybody; limit: 1
   to 100,000. <submission_list>. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_form_submissions(habeas_store* store, const char* code,
                                                 size_t code_size, int64_t subject, size_t limit,
                                                 int64_t after, habeas_string* submissions);

/* ---- Double opt-in -------------------------------------------------------------------------- */

/* What was asked for counts once the owner of the address confirms it. Forms do this by themselves;
   a host with pages of its own calls it. Records what is asked (events of kind requested) and
   queues the mail with data.token and data.confirm_url. An address that did not confirm gets no
   second mail because somebody types it in again, before the time of the setting "optin_quiet"
   (P30D) is over. input: <optin_input>; optin: <optin>, whose member `withheld` says why there was
   no mail. Errors: HABEAS_E_INVALID, HABEAS_E_NOT_FOUND (purpose, text version, template),
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_ask(habeas_store* store, const char* input, size_t input_size,
                                          habeas_string* optin);

/* Would this token count now, or has it counted? For the page that shows the button; changes
   nothing. *optin: as in habeas_optin_confirm.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_look_up(habeas_store* store, const char* token,
                                              size_t token_size, int64_t* optin);

/* For a POST, never a GET: mail scanners open links. Grants what was asked, with the request and
   the mail as evidence; the same token again changes nothing and gives the same number. context:
   <optin_context>, NULL for none. *optin is 0 (the call returns HABEAS_OK) where the token is
   wrong, expired, cancelled or tried too often, or the address is no longer the person's.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_confirm(habeas_store* store, const char* token,
                                              size_t token_size, const char* context,
                                              size_t context_size, int64_t* optin);

/* The host vouches for the confirmation: `by` says who and how. Errors: HABEAS_E_NOT_FOUND,
   HABEAS_E_CONFLICT (it does not wait), HABEAS_E_INVALID.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_vouch(habeas_store* store, int64_t optin, const char* by,
                                            size_t by_size);

/* Another mail with a new token; the former one no longer counts. At most twice, not within five
   minutes of the last. document: <optin>. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT (it does
   not wait, or has no template), HABEAS_E_DENIED.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_resend(habeas_store* store, int64_t optin,
                                             habeas_string* document);

/* Its token no longer counts. Errors: HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT. @since 0.1 */
HABEAS_API habeas_status habeas_optin_cancel(habeas_store* store, int64_t optin);

/* <optin>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_optin_get(habeas_store* store, int64_t optin,
                                          habeas_string* document);

/* In order of number. filter: <optin_filter>, NULL for none; optins: <optin_list>. Errors:
   HABEAS_E_INVALID, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_optin_list(habeas_store* store, const char* filter,
                                           size_t filter_size, habeas_string* optins);

/* ---- Pages for people ----------------------------------------------------------------------- */

/* The address of a person's preference centre; without the setting "base_url" its path. Who has it
   can change what the person agreed to: it goes to the person's own address, or to somebody whom
   you have identified. valid_for_s: seconds, at most a year; 0: a week. Errors: HABEAS_E_INVALID,
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_preferences_link(habeas_store* store, int64_t subject,
                                                 int64_t valid_for_s, habeas_string* link);

/* A page of habeas, which the host serves below its setting "base_url": /unsubscribe/,
   /preferences/, /confirm/ and /request/, each with a token. Changes nothing. request:
   <page_request>; page: <page>: send its status, all of its headers and its html as they are. Links
   that do not count are no failure: the page says so.
   @since 0.1 */
HABEAS_API habeas_status habeas_page_get(habeas_store* store, const char* request,
                                         size_t request_size, habeas_string* page);

/* What the buttons of that page do, and the one-click unsubscribe of mail programs (RFC 8058), in
   one transaction. body: application/x-www-form-urlencoded, or multipart/form-data, as it came; at
   most 64 KiB. page: as in habeas_page_get.
   @since 0.1 */
HABEAS_API habeas_status habeas_page_post(habeas_store* store, const char* request,
                                          size_t request_size, const char* body, size_t body_size,
                                          habeas_string* page);

/* ---- Campaigns ------------------------------------------------------------------------------ */

/* Declares a campaign or its next version, and gives the number; the same content again gives the
   number it has. Who is on the way goes on with the version of when they came in. campaign:
   <campaign>; see src/campaigns/README.md. Errors: HABEAS_E_INVALID and HABEAS_E_NOT_FOUND at the
   JSON pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_define(habeas_store* store, const char* campaign,
                                                size_t campaign_size, int32_t* version);

/* Who is on the way goes on with the latest version; steps of events that are no longer there are
   stopped. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (retired).
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_adopt(habeas_store* store, const char* code,
                                               size_t code_size);

/* Also after a pause; what failed is tried again. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID
   (retired).
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_publish(habeas_store* store, const char* code,
                                                 size_t code_size);

/* reason: may be empty. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (not published). @since 0.1 */
HABEAS_API habeas_status habeas_campaign_pause(habeas_store* store, const char* code,
                                               size_t code_size, const char* reason,
                                               size_t reason_size);

/* What was pending is stopped, for good. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_retire(habeas_store* store, const char* code,
                                                size_t code_size);

/* <campaign_list>. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_list(habeas_store* store, habeas_string* campaigns);

/* <campaign_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_find(habeas_store* store, const char* code,
                                              size_t code_size, habeas_string* info);

/* By hand: only where the definition says "manual". Who was removed comes in again only so. Errors
   of these two: HABEAS_E_NOT_FOUND, HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED; HABEAS_E_INVALID
   (not by hand, not published).
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_enrol(habeas_store* store, const char* code,
                                               size_t code_size, int64_t subject);

/* Stops what is pending for the subject; sources do not bring it in again. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_remove_member(habeas_store* store, const char* code,
                                                       size_t code_size, int64_t subject);

/* The only clock of campaigns: refreshes sources, enrols, does what is due. Any number of processes
   may run. options: <campaign_run_options>, NULL for none. progress counts steps. What is done
   stays done, also where the call fails or is stopped. report: <campaign_run_report>. Errors:
   HABEAS_E_INVALID also inside of a transaction or snapshot.
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_run(habeas_store* store, const char* options,
                                             size_t options_size, habeas_progress_fn progress,
                                             void* user, habeas_string* report);

/* What persons do. */
enum habeas_signal {
    HABEAS_SIGNAL_OPENED = 0,   /* a message; key: code of its template */
    HABEAS_SIGNAL_CLICKED = 1,  /* a link in a message; key: code of its template */
    HABEAS_SIGNAL_SUBMITTED = 2 /* a form; key: its code */
};

/* Decisions that wait for it follow in the same call. kind: habeas_signal; at: 0 for now. Errors:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED; HABEAS_E_INVALID (more than 5 minutes ahead).
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_record_signal(habeas_store* store, int64_t subject,
                                                       int32_t kind, const char* key,
                                                       size_t key_size, int64_t at);

/* What an event "call_host" asks; good until the callback returns. */
typedef struct habeas_host_call {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t subject;
    habeas_text key; /* idempotency key: random, stable, no personal data */
    habeas_text name;
    habeas_text campaign;
    habeas_text event;
    habeas_text data; /* JSON object of the definition */
} habeas_host_call;

/* Called outside of transactions, by any function that carries campaigns on. After a crash it may
   see a step again, always with the same key. A value other than 0 does not stop the call: the step
   was not done and is tried again later. */
typedef int32_t (*habeas_host_fn)(void* user, const habeas_host_call* call);

/* What campaigns call for as long as the handle lives; NULL: nothing, and such steps wait for
   another handle that has a host.
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_host_set(habeas_store* store, habeas_host_fn host,
                                                  void* user, void (*free_user)(void* user));

/* What would happen between two times (400 days at most) if nobody did anything; nothing is sent,
   erased, called or changed. code: empty for all campaigns; limit: steps, 0 for 100,000.
   <simulation>. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID also inside of a transaction or
   snapshot.
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_simulate(habeas_store* store, int64_t from, int64_t to,
                                                  const char* code, size_t code_size, size_t limit,
                                                  habeas_string* simulation);

/* How often each event came to which outcome; stays when subjects go: <event_counts>. Errors of
   these three: HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_campaign_counts(habeas_store* store, const char* code,
                                                size_t code_size, habeas_string* counts);

/* The tree with its counts, as text to look at. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_show(habeas_store* store, const char* code,
                                              size_t code_size, habeas_string* text);

/* The same as a drawing: SVG. @since 0.1 */
HABEAS_API habeas_status habeas_campaign_show_svg(habeas_store* store, const char* code,
                                                  size_t code_size, habeas_string* svg);

/* ---- Points (lead scoring) ------------------------------------------------------------------ */

/* A profile, so points are kept only of subjects whose profiling is allowed. definition:
   <points_definition>, takes the place of the former one; with another purpose, points of those who
   may not be profiled for it go. Errors: HABEAS_E_INVALID and HABEAS_E_NOT_FOUND at the JSON
   pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_points_define(habeas_store* store, const char* definition,
                                              size_t definition_size);

/* <points_definition>. @since 0.1 */
HABEAS_API habeas_status habeas_points_definition(habeas_store* store, habeas_string* definition);

/* *kept: 0 if profiling is not allowed for the subject, so nothing was kept. Errors of these three:
   HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_points_add(habeas_store* store, int64_t subject, int32_t points,
                                           const char* reason, size_t reason_size, int32_t* kept);

/* The sum, 0 where nothing was kept. @since 0.1 */
HABEAS_API habeas_status habeas_points_total(habeas_store* store, int64_t subject, int64_t* total);

/* <points_history>. @since 0.1 */
HABEAS_API habeas_status habeas_points_history(habeas_store* store, int64_t subject,
                                               habeas_string* history);

/* ---- Retention (art. 5(1)(e)) --------------------------------------------------------------- */

/* Declares a rule, what goes by itself and when, or changes it; nothing goes before the next tick
   or run. rule: <retention_rule>; what counts and who is kept: src/retention/README.md. Errors, at
   the JSON pointer: HABEAS_E_NOT_FOUND (no such field, purpose, form, template, campaign).
   @since 0.1 */
HABEAS_API habeas_status habeas_retention_define(habeas_store* store, const char* rule,
                                                 size_t rule_size);

/* What it did stays done, and in the journal. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_retention_remove(habeas_store* store, const char* code,
                                                 size_t code_size);

/* <retention_list>, in the order in which they run. @since 0.1 */
HABEAS_API habeas_status habeas_retention_list(habeas_store* store, habeas_string* rules);

/* <retention_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_retention_find(habeas_store* store, const char* code,
                                               size_t code_size, habeas_string* info);

/* What a run would do at a moment (0: now), with all as it is now: <retention_previews>. code: one
   rule; empty: all that are not paused, each without those that a rule before it takes as a whole.
   limit: of subjects named for each rule, 1 to 100,000. Errors: HABEAS_E_NOT_FOUND, also where what
   a rule refers to has gone.
   @since 0.1 */
HABEAS_API habeas_status habeas_retention_preview(habeas_store* store, const char* code,
                                                  size_t code_size, int64_t at, size_t limit,
                                                  habeas_string* previews);

/* Does it, some subjects a transaction: <retention_runs>. The tick does it too, each rule once a
   day, 1,000 subjects a tick at most. limit: of subjects over all rules; 0: none. progress (may be
   NULL) gets the subjects done and 0; what it stops stays done as far as it came. Outside of a
   transaction. Errors: HABEAS_E_NOT_FOUND, before anything was done.
   @since 0.1 */
HABEAS_API habeas_status habeas_retention_run(habeas_store* store, const char* code,
                                              size_t code_size, uint64_t limit,
                                              habeas_progress_fn progress, void* user,
                                              habeas_string* runs);

/* The journal, the newest first: <retention_runs>. limit: 1 to 100,000. @since 0.1 */
HABEAS_API habeas_status habeas_retention_runs(habeas_store* store, size_t limit,
                                               habeas_string* runs);

/* ---- Processors and places (arts. 28, 44 to 49) ------------------------------------------------
 */

/* Adds a processor to the registry, or entries of days to one: <processor>. An entry of a day that
   has one takes its place, the former one stays known; nothing is ever deleted. From the first
   processor on, decisions ask the registry about the recipients of their purpose, gateways and
   exports about their own: who is not on file may not get data (src/transfers/README.md). Errors,
   at the JSON pointer: HABEAS_E_CONFLICT where another one has the name.
   @since 0.1 */
HABEAS_API habeas_status habeas_processor_define(habeas_store* store, const char* processor,
                                                 size_t processor_size);

/* <processor_list>, by code. @since 0.1 */
HABEAS_API habeas_status habeas_processor_list(habeas_store* store, habeas_string* processors);

/* <processor>, as it is on file. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_processor_find(habeas_store* store, const char* code,
                                               size_t code_size, habeas_string* processor);

/* All entries ever recorded: <processor_versions>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_processor_history(habeas_store* store, const char* code,
                                                  size_t code_size, habeas_string* history);

/* May it get data at a moment (0: now), as known then (0: all that is known)? By code or name:
   <transfer_answer>; whoever is not on file is denied.
   @since 0.1 */
HABEAS_API habeas_status habeas_processor_judge(habeas_store* store, const char* processor,
                                                size_t processor_size, int64_t at, int64_t known_at,
                                                habeas_string* answer);

/* Providers to begin with: <processor_seed>. They have no contract: add yours. @since 0.1 */
HABEAS_API habeas_status habeas_processor_seed(habeas_string* seed);

/* Everything on a day: who may get data, on what that rests, which purposes would stop and for how
   many people: <place_report>. options: <place_check>, may be empty. Errors: HABEAS_E_NOT_FOUND for
   a decision or tool that the law does not have.
   @since 0.1 */
HABEAS_API habeas_status habeas_place_check(habeas_store* store, const char* options,
                                            size_t options_size, habeas_string* report);

/* A law of one's own in the format of src/transfers/transfer_law.json; empty: that of habeas.
   Errors: HABEAS_E_INVALID names the place.
   @since 0.1 */
HABEAS_API habeas_status habeas_transfer_law_set(habeas_store* store, const char* law,
                                                 size_t law_size);

/* The records of processing activities (art. 30) as of today, made from what the store knows, and
   what it lacks for them: <processing_records>; no personal data. @since 0.1 */
HABEAS_API habeas_status habeas_records_json(habeas_store* store, habeas_string* records);

/* The same as one self-contained HTML page in English. @since 0.1 */
HABEAS_API habeas_status habeas_records_html(habeas_store* store, habeas_string* page);

/* Draft of a privacy notice (arts. 13, 14) from what the store knows, and what it lacks for it:
   <privacy_notice>. language: of its words, en or de; empty, and every other: en. @since 0.1 */
HABEAS_API habeas_status habeas_records_notice(habeas_store* store, const char* language,
                                               size_t language_size, habeas_string* notice);

/* The same as one self-contained HTML page for people, without what it lacks. @since 0.1 */
HABEAS_API habeas_status habeas_records_notice_html(habeas_store* store, const char* language,
                                                    size_t language_size, habeas_string* page);

/* The present consent texts of all purposes, and all published forms, held against the rules of
   forms: <records_lint>. @since 0.1 */
HABEAS_API habeas_status habeas_records_lint(habeas_store* store, habeas_string* findings);

/* ---- Breaches (arts. 33, 34) --------------------------------------------------------------------
 */

/* Records a breach, or what is known of it by now: <breach>. A filter that is new or differs is
   evaluated at once; figures and persons are those of this moment. Its texts outlive an erasure: no
   names of persons. Errors, at the JSON pointer: HABEAS_E_NOT_FOUND (a field), HABEAS_E_CONFLICT
   where it is closed.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_define(habeas_store* store, const char* breach,
                                              size_t breach_size);

/* Evaluates its filter again. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_CONFLICT where it is closed;
   HABEAS_E_INVALID without a filter.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_recount(habeas_store* store, const char* code,
                                               size_t code_size);

/* risk: none, risk (the authority is told) or high (the persons, too). Errors: as
   habeas_breach_recount; HABEAS_E_INVALID without a reason.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_assess(habeas_store* store, const char* code,
                                              size_t code_size, const char* risk, size_t risk_size,
                                              const char* reason, size_t reason_size);

/* The authority was told: <breach_notice>, may be empty. Each call is a phase (art. 33(4)). Errors:
   as habeas_breach_recount; HABEAS_E_INVALID at /reason where the 72 hours are over and none is
   given.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_notify(habeas_store* store, const char* code,
                                              size_t code_size, const char* notice,
                                              size_t notice_size);

/* Queues a message to each person concerned who was not told yet, limit at most (0: all), and says
   how many: <breach_told>. The decision is asked for each, by the template's purpose; a no is kept.
   Not inside a transaction. Errors: as habeas_message_queue; HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_tell(habeas_store* store, const char* code, size_t code_size,
                                            const char* message_template,
                                            size_t message_template_size, size_t limit,
                                            habeas_string* report);

/* All were told otherwise, or need not be (art. 34(3)): <breach_communication>. Errors: as
   habeas_breach_recount.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_inform(habeas_store* store, const char* code,
                                              size_t code_size, const char* communication,
                                              size_t communication_size);

/* Adds a note to its journal. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID without one.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_note(habeas_store* store, const char* code, size_t code_size,
                                            const char* note, size_t note_size);

/* note: may be empty. Errors: HABEAS_E_DENIED while something is missing that art. 33 or 34 asks
   for, with what; HABEAS_E_NOT_FOUND, HABEAS_E_CONFLICT.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_close(habeas_store* store, const char* code,
                                             size_t code_size, const char* note, size_t note_size);

/* It was no breach of personal data; who was not told leaves its list. Errors: as
   habeas_breach_assess.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_dismiss(habeas_store* store, const char* code,
                                               size_t code_size, const char* reason,
                                               size_t reason_size);

/* Of one that is closed or dismissed. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_CONFLICT where it is
   open; HABEAS_E_INVALID without a reason.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_reopen(habeas_store* store, const char* code,
                                              size_t code_size, const char* reason,
                                              size_t reason_size);

/* The record with all of art. 33(3), its journal and what is missing: <breach_record>. Errors:
   HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_get(habeas_store* store, const char* code, size_t code_size,
                                           habeas_string* record);

/* The same as one self-contained HTML page in English, for a supervisory authority. Errors:
   HABEAS_E_NOT_FOUND.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_html(habeas_store* store, const char* code, size_t code_size,
                                            habeas_string* page);

/* <breach_list>, the most urgent first. query: <breach_query>, may be empty. @since 0.1 */
HABEAS_API habeas_status habeas_breach_list(habeas_store* store, const char* query,
                                            size_t query_size, habeas_string* breaches);

/* Walks over the persons concerned in order of number, without the erased; untold: over those who
   were not told yet. Errors: HABEAS_E_NOT_FOUND. Ownership: close with habeas_cursor_close.
   @since 0.1 */
HABEAS_API habeas_status habeas_breach_persons(habeas_store* store, const char* code,
                                               size_t code_size, int32_t untold,
                                               habeas_cursor** cursor);

/* ---- Data holders (arts. 15 to 19) and holds (art. 17(3)) --------------------------------------
 */

enum habeas_holder_operation {
    HABEAS_HOLDER_EXPORT = 0,   /* give what there is (arts. 15, 20) */
    HABEAS_HOLDER_ERASE = 1,    /* art. 17 */
    HABEAS_HOLDER_RECTIFY = 2,  /* art. 16 */
    HABEAS_HOLDER_RESTRICT = 3, /* keep but do not use (art. 18) */
    HABEAS_HOLDER_LIFT = 4,     /* the restriction ended */
    HABEAS_HOLDER_TELL = 5      /* a recipient is told what was done (art. 19) */
};

/* Tasks are opened by themselves, in the transaction of what they follow from: an erasure, a
   verified request, a restriction. habeas_holder_run calls what is due; nothing else does. A
   request is fulfilled when all have answered. */

/* Declares a data holder, or changes it. holder: <holder>. Errors: HABEAS_E_INVALID at the JSON
   pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_define(habeas_store* store, const char* holder,
                                              size_t holder_size);

/* Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID while it has tasks that are not answered, or keeps
   something.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_remove(habeas_store* store, const char* code,
                                              size_t code_size);

/* <holder_info>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_holder_get(habeas_store* store, const char* code, size_t code_size,
                                           habeas_string* info);

/* <holder_list>. @since 0.1 */
HABEAS_API habeas_status habeas_holder_list(habeas_store* store, habeas_string* holders);

/* One call of a holder; good until the callback returns. After a crash or a time-out it comes again
   with the same key, cursor and page: doing it twice must be the same as doing it once. */
typedef struct habeas_holder_call {
    uint32_t struct_size;
    int32_t operation; /* habeas_holder_operation */
    int32_t about;     /* of HABEAS_HOLDER_TELL: what was done */
    int32_t reserved;
    int64_t task;
    int64_t subject; /* after an erasure the number alone */
    int64_t page;    /* from 0 */
    int64_t attempt; /* of this page, from 1 */
    habeas_text key; /* UUID, the same in all calls of a task */
    habeas_text cursor;
    habeas_text document; /* <holder_call>: whom to look for */
} habeas_holder_call;

/* Where a callback puts its answer; good until it returns. */
typedef struct habeas_holder_reply habeas_holder_reply;

/* Called by habeas_holder_run, outside of transactions. Without a reply: done, and nothing was
   there. A value other than 0 does not stop the run: it was not done, and is asked again later. */
typedef int32_t (*habeas_holder_fn)(void* user, const habeas_holder_call* call,
                                    habeas_holder_reply* reply);

/* For a callback: its answer, <holder_answer>; the last one counts. Needs no handle. Errors:
   HABEAS_E_INVALID at the JSON pointer.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_reply_set(habeas_holder_reply* reply, const char* answer,
                                                 size_t answer_size);

/* The callback for a holder that is declared without a database, for as long as the handle lives;
   NULL takes it away. operations: habeas_holder_operation, none for all that are declared. Tasks
   without a callback wait for a handle that has one. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID
   for an operation that the declaration lacks.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_attach(habeas_store* store, const char* code,
                                              size_t code_size, const int32_t* operations,
                                              size_t operation_count, habeas_holder_fn function,
                                              void* user, void (*free_user)(void* user));

/* Asks each holder that has the operation; one that is asked already is not asked twice. *opened:
   how many tasks. Errors: HABEAS_E_SUBJECT_UNKNOWN, HABEAS_E_ERASED; HABEAS_E_INVALID for
   HABEAS_HOLDER_ERASE (habeas_erasure_execute does that) and HABEAS_HOLDER_TELL.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_ask(habeas_store* store, int64_t subject, int32_t operation,
                                           int64_t* opened);

/* Ends holds whose time has come, then calls what is due; what fails is called again later and ever
   later. options: <holder_run_options>, NULL for none. progress counts calls. What was answered
   stays so, also where the call is stopped. report: <holder_run_report>. Errors: HABEAS_E_INVALID
   also inside of a transaction.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_run(habeas_store* store, const char* options,
                                           size_t options_size, habeas_progress_fn progress,
                                           void* user, habeas_string* report);

/* An answer that came another way: by letter, by a person. answer: <holder_answer>, NULL for: done.
   Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID where the task is over.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_answer(habeas_store* store, int64_t task, const char* answer,
                                              size_t answer_size);

/* <holder_task>. Errors: HABEAS_E_NOT_FOUND. @since 0.1 */
HABEAS_API habeas_status habeas_holder_task_get(habeas_store* store, int64_t task,
                                                habeas_string* document);

/* query: <holder_task_query>, NULL for all. <holder_task_list>. @since 0.1 */
HABEAS_API habeas_status habeas_holder_task_list(habeas_store* store, const char* query,
                                                 size_t query_size, habeas_string* tasks);

/* What exports have given of a subject: <holder_export>. It is in the access bundle too.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_exported(habeas_store* store, int64_t subject,
                                                habeas_string* data);

/* The request by which a processor is told of an erasure; it holds the person's identifiers:
   <opendsr_request>. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID where the task is over;
   HABEAS_E_UNSUPPORTED for what OpenDSR has no type for.
   @since 0.1 */
HABEAS_API habeas_status habeas_holder_opendsr(habeas_store* store, int64_t task,
                                               habeas_string* request);

/* No erasure of the subject until then (art. 17(3)): planning and executing give HABEAS_E_DENIED
   with the ground. A request for erasure that is fulfilled meanwhile waits, and is done by
   habeas_holder_run. until: 0 for as long as it is not lifted. Errors: HABEAS_E_SUBJECT_UNKNOWN,
   HABEAS_E_ERASED.
   @since 0.1 */
HABEAS_API habeas_status habeas_hold_place(habeas_store* store, int64_t subject, const char* ground,
                                           size_t ground_size, int64_t until, int64_t* hold);

/* Ends it now; what waited for it is done by the next habeas_holder_run. Also for what a holder
   retains. Errors: HABEAS_E_NOT_FOUND; HABEAS_E_INVALID (it has ended).
   @since 0.1 */
HABEAS_API habeas_status habeas_hold_lift(habeas_store* store, int64_t hold);

/* subject: 0 for all; open_only: 1 for those that have not ended. <hold_list>. @since 0.1 */
HABEAS_API habeas_status habeas_hold_list(habeas_store* store, int64_t subject, int32_t open_only,
                                          habeas_string* holds);

/* ---- Calls by name -------------------------------------------------------------------------- */

/* The functions of this header once more, as one: a method by name, its parameters as a JSON
   object, its result as JSON. For bindings and for `habeas serve`, which carries the same calls
   over a pipe. The methods and their parameters: habeas_call with "methods"; what they mean is said
   at the function of the same name ("subject.get" is habeas_subject_get). In parameters and results
   numbers of lists are names, times RFC 3339, flags true or false; a document is itself, not a text
   in a text; nobody and nothing is null. */

/* Where a callback puts its answer; good until it returns. */
typedef struct habeas_reply habeas_reply;

/* What a call asks of its host while it runs, and only then: "holder", "gateway.send",
   "gateway.resolve", "campaign.host", "transfer.guard", "request.remind", "progress", "log",
   "clock"; see capi/CALLS.md for the documents. A value other than 0: it could not be done. */
typedef int32_t (*habeas_callback_fn)(void* user, const char* name, size_t name_size,
                                      const char* document, size_t document_size,
                                      habeas_reply* reply);

/* For a callback: its answer, a JSON value; the last one counts, none is null. Needs no handle.
   @since 0.1 */
HABEAS_API habeas_status habeas_reply_set(habeas_reply* reply, const char* answer,
                                          size_t answer_size);

/* Opens a store by a document: <call_open>. callback (may be NULL) is asked during this call alone.
   Errors: as habeas_store_open and habeas_store_create. Ownership: close with habeas_store_close.
   @since 0.1 */
HABEAS_API habeas_status habeas_call_open(const char* options, size_t options_size,
                                          habeas_callback_fn callback, void* user,
                                          habeas_store** store);

/* method: such as "subject.get"; params: a JSON object, NULL for none. store: NULL for the few that
   need none. callback (may be NULL) is asked during this call alone: data holders and hosts of
   campaigns that were attached by a call wait for one that has it. Errors: those of the function;
   HABEAS_E_NOT_FOUND at `method`; HABEAS_E_INVALID names the parameter by its JSON pointer where it
   is missing, unknown or of another type; HABEAS_E_OUT_OF_MEMORY at `result`: the call was done (of
   a bulk without a transaction: some were), and there was no memory to say what it gave.
   @since 0.1 */
HABEAS_API habeas_status habeas_call(habeas_store* store, const char* method, size_t method_size,
                                     const char* params, size_t params_size,
                                     habeas_callback_fn callback, void* user,
                                     habeas_string* result);

#ifdef __cplusplus
}
#endif

#endif
