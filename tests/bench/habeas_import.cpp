// The import of all contacts into a store that has the definitions and nobody yet.
#include "habeas.hpp"

#include <cstdio>
#include <filesystem>

namespace habeas::benchmark {

void import_csv(const Run& run) {
    std::string path = run.own() + ".import";
    for (const char* part : {"", "-wal", "-shm", ".key", ".restore", ".lock"}) {
        std::filesystem::remove(path + part);
    }
    for (const char* part : {"", ".key", ".restore"}) {
        std::filesystem::copy_file(run.empty() + part, path + part);
    }
    ImportOptions options = import_options();
    bench time = bench_named("import_csv", "habeas");
    bench memory = bench_named("import_peak_mib", "habeas");
    memory.unit = "MiB";
    {
        Store store = Store::open(path);
        bench_check(Subjects(store).count() == 0, "the store was not empty");
        bench_reset_peak();
        long idle = bench_peak_kib();
        bench_begin(&time);
        ImportReport report = Import(store).contacts(run.csv(), options);
        bench_end(&time, 1);
        bench_add(&memory, static_cast<double>(bench_peak_kib() - idle) / 1024);
        bench_check(report.created == static_cast<std::uint64_t>(run.people) &&
                        Subjects(store).count() == run.people,
                    "not every contact was imported");
    }
    bench_print(&time);
    bench_print(&memory);
}

} // namespace habeas::benchmark
