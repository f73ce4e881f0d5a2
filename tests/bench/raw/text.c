#include "text.h"

#include "../bench.h"

void put(struct text* out, const char* bytes, size_t size) {
    if (out->size + size > out->room) {
        out->room = (out->size + size) * 2;
        out->at = realloc(out->at, out->room);
        bench_check(out->at != NULL, "no memory");
    }
    memcpy(out->at + out->size, bytes, size);
    out->size += size;
}

void put_text(struct text* out, const char* text) {
    put(out, text, strlen(text));
}

void put_between(struct text* out, int first) {
    put(out, ",\n" + first, (size_t)(2 - first));
}

void put_number(struct text* out, int64_t number) {
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--at = '-';
    put(out, at, (size_t)(digits + sizeof digits - at));
}

static void put_quoted(struct text* out, const char* text, size_t size) {
    size_t begin = 0, i;
    PUT(out, "\"");
    for (i = 0; i < size; ++i) {
        unsigned char c = (unsigned char)text[i];
        char escaped[8];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        put(out, text + begin, i - begin);
        begin = i + 1;
        snprintf(escaped, sizeof escaped, c == '"' || c == '\\' ? "\\%c" : "\\u%04x", c);
        put_text(out, escaped);
    }
    put(out, text + begin, size - begin);
    PUT(out, "\"");
}
void put_column(struct text* out, sqlite3_stmt* row, int column) {
    const char* text = (const char*)sqlite3_column_text(row, column);
    put_quoted(out, text ? text : "", (size_t)sqlite3_column_bytes(row, column));
}

static char* two(char* at, unsigned number) {
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}
void put_time(struct text* out, int64_t ms) {
    char text[27] = "\"....-..-..T..:..:..\0.....";
    int64_t day = ms / 86400000, era, doe, yoe, doy, mp, year;
    unsigned rest = (unsigned)(ms % 86400000), month;
    day += 719468;
    era = day / 146097;
    doe = day - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    mp = (5 * doy + 2) / 153;
    month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    year = yoe + era * 400 + (month <= 2);
    two(two(text + 1, (unsigned)year / 100), (unsigned)year % 100);
    two(text + 6, month);
    two(text + 9, (unsigned)(doy - (153 * mp + 2) / 5 + 1));
    two(text + 12, rest / 3600000);
    two(text + 15, rest / 60000 % 60);
    two(text + 18, rest / 1000 % 60);
    text[20] = '.';
    text[21] = (char)('0' + rest / 100 % 10);
    two(text + 22, rest % 100);
    text[24] = 'Z';
    text[25] = '"';
    put(out, text, 26);
}
