#include "mini.h"

struct mini_store {
    int open;
#ifdef PRIVATE
    double more;
#endif
};

static struct mini_store only;

#ifdef LEAK
MINI_API int somebody_elses(void);
int somebody_elses(void) {
    return 0;
}
#endif

int32_t mini_open(const char* path, const mini_open_options* options, mini_store** out) {
    only.open = path != NULL && options != NULL;
    *out = &only;
    return MINI_OK;
}

void mini_close(mini_store* store) {
    if (store)
        store->open = 0;
}

#ifndef REMOVED
int32_t mini_each(mini_store* store, mini_visit visit, void* user) {
    mini_row row = {0};
    (void)store;
#ifdef SWAPPED
    return visit(&row, user);
#else
    return visit(user, &row);
#endif
}
#endif

#ifdef PARAMETER
int32_t mini_find(mini_store* store, int32_t id, mini_row* out) {
#else
int32_t mini_find(mini_store* store, int64_t id, mini_row* out) {
#endif
    out->id = id;
    out->state = store->open;
    return MINI_ROW;
}

#ifdef ADDED
int32_t mini_count(mini_store* store) {
    return store->open;
}
#endif
