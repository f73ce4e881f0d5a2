/* A small library whose ABI is changed by -D, to show what the gate lets through. */
#ifndef MINI_H
#define MINI_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MINI_API __attribute__((visibility("default")))

enum {
    MINI_OK = 0,
#ifdef RENUMBERED
    MINI_BUSY = -3,
#else
    MINI_BUSY = -2,
#endif
#ifdef NEW_CONSTANT
    MINI_FULL = -4,
#endif
    MINI_ROW = 1
};

typedef struct mini_store mini_store;

typedef struct mini_open_options {
    uint32_t struct_size;
#ifdef OPTION_INSERTED
    int32_t inserted;
#endif
#ifdef OPTION_RETYPED
    uint32_t timeout_ms;
#else
    int32_t timeout_ms;
#endif
#ifdef OPTION_RENAMED
    const char* title;
#else
    const char* name;
#endif
#ifndef OPTION_REMOVED
    int32_t flags;
#endif
#ifdef OPTION_PADDED /* fits where the structure ended in padding */
    int32_t padded;
#endif
#ifdef OPTION_APPENDED
    const char* appended;
#endif
} mini_open_options;

typedef struct mini_row {
    int64_t id;
#ifdef FIELD_INSERTED
    int32_t inserted;
#endif
#ifdef FIELD_RETYPED
    uint32_t state;
#else
    int32_t state;
#endif
#ifdef FIELD_APPENDED
    int64_t appended;
#endif
} mini_row;

#ifdef SWAPPED
typedef int32_t (*mini_visit)(const mini_row* row, void* user);
#else
typedef int32_t (*mini_visit)(void* user, const mini_row* row);
#endif

MINI_API int32_t mini_open(const char* path, const mini_open_options* options, mini_store** out);
MINI_API void mini_close(mini_store* store);
#ifndef REMOVED
MINI_API int32_t mini_each(mini_store* store, mini_visit visit, void* user);
#endif
#ifdef PARAMETER
MINI_API int32_t mini_find(mini_store* store, int32_t id, mini_row* out);
#else
MINI_API int32_t mini_find(mini_store* store, int64_t id, mini_row* out);
#endif
#ifdef ADDED
MINI_API int32_t mini_count(mini_store* store);
#endif

#ifdef __cplusplus
}
#endif
#endif
