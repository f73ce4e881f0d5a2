/* habeas's CSV reader for C: both sides read the same file by the same code. */
#ifndef HABEAS_TESTS_BENCH_CSV_READER_H
#define HABEAS_TESTS_BENCH_CSV_READER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct raw_cell {
    const char* text; /* valid until the next row */
    size_t size;
};
struct raw_csv;
struct raw_csv* raw_csv_open(const char* path);
/* Number of cells of the next row, 0 at the end. */
size_t raw_csv_next(struct raw_csv* csv, const struct raw_cell** cells);
void raw_csv_close(struct raw_csv* csv);

#ifdef __cplusplus
}
#endif

#endif
