/* What every benchmark program shares, for C99 and C++: a clock, the median, one JSON line a
 * result.
 *
 * A program measures one side ("habeas" or "raw") of one or more names and prints, for each,
 *   {"name":"import_csv","side":"raw","unit":"s","median":2.61,"samples":[2.60,2.61,2.70],"cpu":2.1}
 * tests/bench/run.sh runs both sides and joins the lines by name. */
#ifndef HABEAS_TESTS_BENCH_H
#define HABEAS_TESTS_BENCH_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_SAMPLES_MAX 64

/* Seconds of a clock that never goes back. */
static inline double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Seconds that this process has worked. Where others disturb, it tells more than the clock does of
 * what does not wait for the disk. */
static inline double bench_cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The samples of one side of one benchmark. */
struct bench {
    const char *name, *side, *unit;
    double samples[BENCH_SAMPLES_MAX];
    unsigned count;
    double begun, cpu_begun;
    double cpu; /* of one operation of the last sample that bench_end made */
};

static inline struct bench bench_named(const char* name, const char* side) {
    struct bench b;
    memset(&b, 0, sizeof b);
    b.name = name;
    b.side = side;
    b.unit = "s";
    return b;
}

/* Adds one figure: seconds of one operation, or of whatever `unit` says. */
static inline void bench_add(struct bench* b, double sample) {
    if (b->count == BENCH_SAMPLES_MAX || !(sample > 0)) {
        fprintf(stderr, "%s: %s\n", b->name,
                sample > 0 ? "too many samples" : "a sample is not positive");
        exit(1);
    }
    b->samples[b->count++] = sample;
}

static inline void bench_begin(struct bench* b) {
    b->cpu_begun = bench_cpu();
    b->begun = bench_now();
}
/* Ends what bench_begin began: the sample is the time of one of `operations`. */
static inline void bench_end(struct bench* b, uint64_t operations) {
    double end = bench_now();
    b->cpu = (bench_cpu() - b->cpu_begun) / (double)operations;
    bench_add(b, (end - b->begun) / (double)operations);
}

static inline int bench_compare(const void* left, const void* right) {
    double a = *(const double*)left, b = *(const double*)right;
    return (a > b) - (a < b);
}

static inline double bench_median(const struct bench* b) {
    double sorted[BENCH_SAMPLES_MAX];
    unsigned n = b->count;
    if (n == 0)
        return NAN;
    memcpy(sorted, b->samples, n * sizeof sorted[0]);
    qsort(sorted, n, sizeof sorted[0], bench_compare);
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static inline void bench_print(const struct bench* b) {
    unsigned i;
    printf("{\"name\":\"%s\",\"side\":\"%s\",\"unit\":\"%s\",\"median\":%.9g,\"samples\":[",
           b->name, b->side, b->unit, bench_median(b));
    for (i = 0; i < b->count; ++i)
        printf("%s%.9g", i ? "," : "", b->samples[i]);
    printf("],\"cpu\":%.9g}\n", b->cpu);
    fflush(stdout);
}

/* Ends the program if a benchmark did not do what it claims to measure. */
static inline void bench_check(int holds, const char* what) {
    if (holds)
        return;
    fprintf(stderr, "benchmark is void: %s\n", what);
    exit(1);
}

/* SplitMix64; seed it differently in each repetition, or the second changes nothing. */
static inline uint64_t bench_random(uint64_t* state) {
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* One of `people` (numbered from 1), whoever it is. */
static inline int64_t bench_person(uint64_t* state, int64_t people) {
    return 1 + (int64_t)(bench_random(state) % (uint64_t)people);
}

/* The people are shared out, so that nobody who was erased is asked for anything: numbers that 64
 * divides are erased one by one, those that leave 4 when divided by 8 in batches, the rest stays.
 */
static inline int64_t bench_who_stays(uint64_t* state, int64_t people) {
    int64_t person = bench_person(state, people);
    return person % 4 == 0 ? person - 1 : person;
}
/* The index-th of those to erase, scattered over the store; each comes once. */
static inline int64_t bench_goes_alone(uint64_t index, int64_t people) {
    return 64 * (1 + (int64_t)(index * 7919 % (uint64_t)(people / 64)));
}
static inline int64_t bench_goes_in_batch(uint64_t index, int64_t people) {
    return 8 * (int64_t)(index * 7919 % (uint64_t)(people / 8)) + 4;
}

/* How many people the stores of this folder have. */
static inline int64_t bench_people(const char* folder) {
    char path[4096];
    long long people = 0;
    FILE* file;
    snprintf(path, sizeof path, "%s/people", folder);
    file = fopen(path, "r");
    if (!file || fscanf(file, "%lld", &people) != 1 || people < 1) {
        fprintf(stderr, "%s: not there; run tests/bench/run.sh\n", path);
        exit(1);
    }
    fclose(file);
    return people;
}

/* Peak resident memory of this process in KiB since bench_reset_peak, 0 where the system does not
 * tell. */
static inline long bench_peak_kib(void) {
    char line[256];
    long kib = 0;
    FILE* status = fopen("/proc/self/status", "r");
    if (!status)
        return 0;
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    fclose(status);
    return kib;
}
static inline void bench_reset_peak(void) {
    FILE* file = fopen("/proc/self/clear_refs", "w");
    if (!file)
        return;
    fputs("5", file);
    fclose(file);
}

#endif
