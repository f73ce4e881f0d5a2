/* A growing text with what JSON needs. */
#ifndef HABEAS_TESTS_BENCH_TEXT_H
#define HABEAS_TESTS_BENCH_TEXT_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char* at;
    size_t size, room;
};

void put(struct text* out, const char* bytes, size_t size);
#define PUT(out, literal) put(out, literal, sizeof(literal) - 1)
void put_text(struct text* out, const char* text);
/* Before an element of an array: a comma after the one before, and the line. */
void put_between(struct text* out, int first);
void put_number(struct text* out, int64_t number);
/* A column of text as a JSON string. */
void put_column(struct text* out, sqlite3_stmt* row, int column);
/* Milliseconds since 1970 as "2026-06-01T10:00:00.000Z". */
void put_time(struct text* out, int64_t ms);

#endif
