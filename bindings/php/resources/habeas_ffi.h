typedef int32_t habeas_status;
typedef struct habeas_error {
    uint32_t struct_size;
    int32_t status;
    int32_t sqlite_code;
    uint32_t reserved;
    char where[256];
    char message[1024];
} habeas_error;
habeas_status habeas_error_init(habeas_error* error, size_t struct_size);
habeas_status habeas_last_error(habeas_error* error);
typedef struct habeas_string {
    char* data;
    size_t size;
} habeas_string;
typedef struct habeas_text {
    const char* data;
    size_t size;
} habeas_text;
void habeas_string_free(habeas_string* string);
const char* habeas_version(void);
const char* habeas_name(int32_t list, int32_t value);
typedef struct habeas_store habeas_store;
void habeas_store_close(habeas_store* store);
const char* habeas_reason_reference(int32_t reason);
typedef struct habeas_decision {
    uint32_t struct_size;
    int32_t allowed;
    int64_t subject;
    int64_t event;
    int64_t holds_until;
    int32_t reason;
    uint32_t reserved;
} habeas_decision;
typedef struct habeas_decide_options {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t at;
    int64_t known_at;
    habeas_text controller;
} habeas_decide_options;
habeas_status habeas_may_process(habeas_store* store, int64_t subject,
                                            const char* purpose, size_t purpose_size,
                                            int32_t channel, const habeas_decide_options* options,
                                            habeas_decision* decision);
typedef struct habeas_filter_options {
    uint32_t struct_size;
    int32_t denied_too;
    int64_t at;
    habeas_text controller;
    int64_t known_at;
} habeas_filter_options;
habeas_status habeas_filter_subjects(habeas_store* store, const char* purpose,
                                                size_t purpose_size, int32_t channel,
                                                const habeas_filter_options* options,
                                                const int64_t* subjects, size_t count,
                                                habeas_decision* decisions);
typedef struct habeas_reply habeas_reply;
typedef int32_t (*habeas_callback_fn)(void* user, const char* name, size_t name_size,
                                      const char* document, size_t document_size,
                                      habeas_reply* reply);
habeas_status habeas_reply_set(habeas_reply* reply, const char* answer,
                                          size_t answer_size);
habeas_status habeas_call_open(const char* options, size_t options_size,
                                          habeas_callback_fn callback, void* user,
                                          habeas_store** store);
habeas_status habeas_call(habeas_store* store, const char* method, size_t method_size,
                                     const char* params, size_t params_size,
                                     habeas_callback_fn callback, void* user,
                                     habeas_string* result);
