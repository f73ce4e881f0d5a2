/* From a CSV of contacts to a decision, an export and an erasure, in one file.
   usage: shop STORE: a path where there is no store yet; the examples' data are in ../data */
#include <habeas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUL HABEAS_NUL_TERMINATED

static void must(habeas_status status) {
    habeas_error error;
    habeas_error_init(&error, 0 + sizeof error);
    if (status != HABEAS_OK) {
        habeas_last_error(&error);
        fprintf(stderr, "%s: %s\n", habeas_status_name(status), error.message);
        exit(1);
    }
}
