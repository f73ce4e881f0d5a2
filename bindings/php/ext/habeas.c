/* The extension habeas: libhabeas for PHP, as thin as it can be. What people use is the package
   habeas/habeas (bindings/php), which finds it by itself.

   An object holds a handle of libhabeas, which recognises a closed one, one of a parent process and
   one that is in use: closing in any order, twice or after a fork is an exception at most. No state
   is shared between requests or threads but the class entries, which never change. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "ext/spl/spl_exceptions.h"
#include "ext/standard/info.h"
#include "zend_attributes.h"
#include "zend_exceptions.h"

#include "habeas.h"

#include "habeas_arginfo.h"

#define PHP_HABEAS_VERSION "0.1.0"

static zend_class_entry* failure_class;
static zend_class_entry* store_class;
static zend_object_handlers store_handlers;

/* What reasons are called, made once when the extension is loaded. */
enum { REASONS = 128 };
static zend_string *reason_names[REASONS], *reason_references[REASONS];

typedef struct store_object {
    habeas_store* store;
    zend_object std;
} store_object;

/* The callback of a call, lent to libhabeas for its length. */
typedef struct callback {
    zend_fcall_info info;
    zend_fcall_info_cache cache;
    bool bailed_out; /* a fatal error inside: libhabeas is left in order first */
} callback;

static store_object* store_of(zend_object* object) {
    return (store_object*)((char*)object - XtOffsetOf(store_object, std));
}

static zend_object* store_create(zend_class_entry* entry) {
    store_object* made = zend_object_alloc(sizeof(store_object), entry);
    made->store = NULL;
    zend_object_std_init(&made->std, entry);
    object_properties_init(&made->std, entry);
    made->std.handlers = &store_handlers;
    return &made->std;
}

static void store_free(zend_object* object) {
    store_object* held = store_of(object);
    habeas_store_close(held->store);
    held->store = NULL;
    zend_object_std_dtor(object);
}

/* The exception of the thread's last error, unless a callback has thrown its own. */
static void throw_last_error(habeas_status status) {
    habeas_error error;
    zval where;
    zend_object* thrown;
    if (EG(exception)) {
        return;
    }
    habeas_error_init(&error, sizeof error);
    habeas_last_error(&error);
    thrown = zend_throw_exception(failure_class, error.message, status);
    ZVAL_STRING(&where, error.where);
    zend_update_property(failure_class, thrown, "where", sizeof "where" - 1, &where);
    zval_ptr_dtor(&where);
}

static int32_t call_php(void* user, const char* name, size_t name_size, const char* document,
                        size_t document_size, habeas_reply* reply) {
    callback* function = user;
    zval arguments[2], result;
    volatile int32_t status = HABEAS_E_CALLBACK;
    if (EG(exception) || function->bailed_out) {
        return HABEAS_E_CALLBACK;
    }
    ZVAL_UNDEF(&result);
    ZVAL_STRINGL(&arguments[0], name, name_size);
    ZVAL_STRINGL(&arguments[1], document, document_size);
    function->info.params = arguments;
    function->info.param_count = 2;
    function->info.retval = &result;
    zend_try {
        if (zend_call_function(&function->info, &function->cache) == SUCCESS && !EG(exception) &&
            Z_TYPE(result) == IS_STRING) {
            status = habeas_reply_set(reply, Z_STRVAL(result), Z_STRLEN(result));
        }
    }
    zend_catch { /* no longjmp through libhabeas */
        function->bailed_out = true;
    }
    zend_end_try();
    if (!function->bailed_out) {
        zval_ptr_dtor(&result);
        zval_ptr_dtor(&arguments[0]);
        zval_ptr_dtor(&arguments[1]);
    }
    return status;
}

static void end_callback(const callback* function) {
    if (function->bailed_out) {
        zend_bailout();
    }
}

#define LEND(function) (ZEND_FCI_INITIALIZED((function).info) ? call_php : NULL)

ZEND_FUNCTION(Habeas_Native_version) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_STRING(habeas_version());
}

ZEND_METHOD(Habeas_Native_Store, __construct) {
    char* options;
    size_t options_size;
    callback function = {0};
    habeas_store* opened = NULL;
    store_object* held = store_of(Z_OBJ_P(ZEND_THIS));
    habeas_status status;
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_STRING(options, options_size)
    Z_PARAM_OPTIONAL
    Z_PARAM_FUNC_OR_NULL(function.info, function.cache)
    ZEND_PARSE_PARAMETERS_END();
    if (held->store != NULL) {
        zend_throw_error(NULL, "The store is open already");
        RETURN_THROWS();
    }
    status = habeas_call_open(options, options_size, LEND(function), &function, &opened);
    held->store = opened;
    end_callback(&function);
    if (status != HABEAS_OK) {
        throw_last_error(status);
    }
}

static void call_method(habeas_store* store, INTERNAL_FUNCTION_PARAMETERS) {
    char *method, *params;
    size_t method_size, params_size;
    callback function = {0};
    habeas_string result;
    habeas_status status;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STRING(method, method_size)
    Z_PARAM_STRING(params, params_size)
    Z_PARAM_OPTIONAL
    Z_PARAM_FUNC_OR_NULL(function.info, function.cache)
    ZEND_PARSE_PARAMETERS_END();
    status = habeas_call(store, method, method_size, params, params_size, LEND(function), &function,
                         &result);
    if (status == HABEAS_OK && !EG(exception) && !function.bailed_out) {
        RETVAL_STRINGL(result.data, result.size);
    }
    habeas_string_free(&result);
    end_callback(&function);
    if (status != HABEAS_OK) {
        throw_last_error(status);
    }
}

ZEND_METHOD(Habeas_Native_Store, call) {
    call_method(store_of(Z_OBJ_P(ZEND_THIS))->store, INTERNAL_FUNCTION_PARAM_PASSTHRU);
}

ZEND_FUNCTION(Habeas_Native_call) {
    call_method(NULL, INTERNAL_FUNCTION_PARAM_PASSTHRU);
}

static zend_string* reason_text(zend_string* const* texts, int32_t reason) {
    zend_string* text = reason >= 0 && reason < REASONS ? texts[reason] : NULL;
    return text != NULL ? text : ZSTR_EMPTY_ALLOC();
}

static int32_t channel_of(zend_long channel) {
    return channel < 0 || channel > 64 ? 64 /* no such channel */ : (int32_t)channel;
}

ZEND_METHOD(Habeas_Native_Store, decide) {
    zend_long subject, channel;
    char* purpose;
    size_t purpose_size;
    habeas_decision decision;
    habeas_status status;
    zval each;
    ZEND_PARSE_PARAMETERS_START(3, 3)
    Z_PARAM_LONG(subject)
    Z_PARAM_STRING(purpose, purpose_size)
    Z_PARAM_LONG(channel)
    ZEND_PARSE_PARAMETERS_END();
    memset(&decision, 0, sizeof decision);
    decision.struct_size = sizeof decision;
    status = habeas_may_process(store_of(Z_OBJ_P(ZEND_THIS))->store, subject, purpose, purpose_size,
                                channel_of(channel), NULL, &decision);
    if (status != HABEAS_OK) {
        throw_last_error(status);
        RETURN_THROWS();
    }
    array_init_size(return_value, 5);
    zend_hash_real_init_packed(Z_ARRVAL_P(return_value));
    ZVAL_BOOL(&each, decision.allowed == 1);
    zend_hash_next_index_insert_new(Z_ARRVAL_P(return_value), &each);
    ZVAL_STR(&each, reason_text(reason_names, decision.reason));
    zend_hash_next_index_insert_new(Z_ARRVAL_P(return_value), &each);
    ZVAL_STR(&each, reason_text(reason_references, decision.reason));
    zend_hash_next_index_insert_new(Z_ARRVAL_P(return_value), &each);
    ZVAL_LONG(&each, decision.event);
    zend_hash_next_index_insert_new(Z_ARRVAL_P(return_value), &each);
    ZVAL_LONG(&each, decision.holds_until);
    zend_hash_next_index_insert_new(Z_ARRVAL_P(return_value), &each);
}

/* Adds what a reason says, unless it is there. */
static void tell_reason(HashTable* told, const habeas_decision* decision) {
    zval words, each;
    if (zend_hash_index_exists(told, decision->reason)) {
        return;
    }
    array_init_size(&words, 3);
    ZVAL_BOOL(&each, decision->allowed == 1);
    zend_hash_next_index_insert_new(Z_ARRVAL(words), &each);
    ZVAL_STR(&each, reason_text(reason_names, decision->reason));
    zend_hash_next_index_insert_new(Z_ARRVAL(words), &each);
    ZVAL_STR(&each, reason_text(reason_references, decision->reason));
    zend_hash_next_index_insert_new(Z_ARRVAL(words), &each);
    zend_hash_index_add_new(told, decision->reason, &words);
}

static void answer_columns(zval* out, const habeas_decision* found, uint32_t count) {
    enum { TOLD, REASON, EVENT, UNTIL, COLUMNS };
    zval columns[COLUMNS], each;
    array_init(&columns[TOLD]);
    for (int column = REASON; column < COLUMNS; ++column) {
        array_init_size(&columns[column], count);
        zend_hash_real_init_packed(Z_ARRVAL(columns[column]));
    }
    for (uint32_t at = 0; at < count; ++at) {
        tell_reason(Z_ARRVAL(columns[TOLD]), &found[at]);
        ZVAL_LONG(&each, found[at].reason);
        zend_hash_next_index_insert_new(Z_ARRVAL(columns[REASON]), &each);
        ZVAL_LONG(&each, found[at].event);
        zend_hash_next_index_insert_new(Z_ARRVAL(columns[EVENT]), &each);
        ZVAL_LONG(&each, found[at].holds_until);
        zend_hash_next_index_insert_new(Z_ARRVAL(columns[UNTIL]), &each);
    }
    array_init_size(out, COLUMNS);
    for (int column = TOLD; column < COLUMNS; ++column) {
        zend_hash_next_index_insert_new(Z_ARRVAL_P(out), &columns[column]);
    }
}

ZEND_METHOD(Habeas_Native_Store, decideMany) {
    zend_long channel;
    char* purpose;
    size_t purpose_size;
    HashTable* subjects;
    zval* each;
    uint32_t count = 0;
    ZEND_PARSE_PARAMETERS_START(3, 3)
    Z_PARAM_ARRAY_HT(subjects)
    Z_PARAM_STRING(purpose, purpose_size)
    Z_PARAM_LONG(channel)
    ZEND_PARSE_PARAMETERS_END();
    int64_t* numbers = safe_emalloc(zend_hash_num_elements(subjects) + 1, sizeof *numbers, 0);
    ZEND_HASH_FOREACH_VAL(subjects, each) {
        ZVAL_DEREF(each);
        if (Z_TYPE_P(each) != IS_LONG) {
            efree(numbers);
            RETURN_NULL();
        }
        numbers[count++] = Z_LVAL_P(each);
    }
    ZEND_HASH_FOREACH_END();
    habeas_decision* found = ecalloc(count + 1, sizeof *found);
    found[0].struct_size = sizeof *found;
    habeas_status status =
        habeas_filter_subjects(store_of(Z_OBJ_P(ZEND_THIS))->store, purpose, purpose_size,
                               channel_of(channel), NULL, numbers, count, found);
    if (status == HABEAS_OK) {
        answer_columns(return_value, found, count);
    }
    efree(numbers);
    efree(found);
    if (status != HABEAS_OK) {
        throw_last_error(status);
    }
}

ZEND_METHOD(Habeas_Native_Store, close) {
    store_object* held = store_of(Z_OBJ_P(ZEND_THIS));
    habeas_store* store = held->store;
    ZEND_PARSE_PARAMETERS_NONE();
    held->store = NULL;
    habeas_store_close(store);
}

static PHP_MINIT_FUNCTION(habeas) {
    (void)type;
    (void)module_number;
    failure_class = register_class_Habeas_Native_Failure(spl_ce_RuntimeException);
    store_class = register_class_Habeas_Native_Store();
    store_class->create_object = store_create;
#if PHP_VERSION_ID >= 80200 /* the options may hold a key: it stays out of backtraces */
    zend_add_parameter_attribute(
        zend_hash_str_find_ptr(&store_class->function_table, ZEND_STRL("__construct")), 0,
        ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif
    memcpy(&store_handlers, &std_object_handlers, sizeof store_handlers);
    store_handlers.offset = XtOffsetOf(store_object, std);
    store_handlers.free_obj = store_free;
    store_handlers.clone_obj = NULL;
    for (int32_t reason = 0; reason < REASONS; ++reason) {
        const char* name = habeas_name(HABEAS_LIST_REASON, reason);
        const char* reference = habeas_reason_reference(reason);
        reason_names[reason] = name ? zend_string_init_interned(name, strlen(name), 1) : NULL;
        reason_references[reason] =
            reference ? zend_string_init_interned(reference, strlen(reference), 1) : NULL;
    }
    return SUCCESS;
}

static PHP_MINFO_FUNCTION(habeas) {
    (void)zend_module;
    php_info_print_table_start();
    php_info_print_table_row(2, "habeas", "enabled");
    php_info_print_table_row(2, "extension", PHP_HABEAS_VERSION);
    php_info_print_table_row(2, "libhabeas", habeas_version());
    php_info_print_table_end();
}

zend_module_entry habeas_module_entry = {STANDARD_MODULE_HEADER,
                                         "habeas",
                                         ext_functions,
                                         PHP_MINIT(habeas),
                                         NULL,
                                         NULL,
                                         NULL,
                                         PHP_MINFO(habeas),
                                         PHP_HABEAS_VERSION,
                                         STANDARD_MODULE_PROPERTIES};

#ifdef COMPILE_DL_HABEAS
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(habeas)
#endif
