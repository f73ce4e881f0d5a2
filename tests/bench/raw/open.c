/* Opening a database until its pragmas are set, among them the one that reads the file. */
#include "raw.h"

#include "../bench.h"

#define OPENS 20

void raw_open_current(const struct raw_run* run) {
    const char* path = raw_path(run, "base/store.db");
    struct bench b = bench_named("open_current", "raw");
    double total = 0, cpu = 0;
    int i;
    for (i = -2; i < OPENS; ++i) {
        double begun = bench_now(), cpu_begun = bench_cpu(), taken;
        sqlite3* db = raw_open(path, NULL);
        taken = bench_now() - begun;
        cpu += i < 0 ? 0 : bench_cpu() - cpu_begun;
        total += i < 0 ? 0 : taken;
        raw_close(db);
    }
    bench_add(&b, total / OPENS);
    b.cpu = cpu / OPENS;
    bench_print(&b);
}
