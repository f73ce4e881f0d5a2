#include <habeas.h>

#include <stdio.h>

int main(void) {
    habeas_store* store = NULL;
    int64_t subject = 0;
    if (habeas_store_open_memory(NULL, &store) != HABEAS_OK ||
        habeas_subject_create(store, "{\"fields\":{\"email\":\"ada@example.org\"}}",
                              HABEAS_NUL_TERMINATED, &subject) != HABEAS_OK) {
        habeas_error error = {sizeof error, 0, 0, 0, "", ""};
        habeas_last_error(&error);
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    habeas_store_close(store);
    printf("habeas %s knows subject %ld\n", habeas_version(), (long)subject);
    return 0;
}
