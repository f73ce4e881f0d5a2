// One person's data as JSON, and opening a store.
#include "habeas.hpp"

#include <fstream>
#include <optional>

namespace habeas::benchmark {
namespace {

constexpr int warm_up = 200;
constexpr int bundles = 2000;
constexpr int opens = 20;

} // namespace

void access_bundle(const Run& run) {
    Store store = Store::open(run.base());
    Export exports(store);
    BundleOptions preview; // reading and writing JSON; the log of disclosures would be a sync more
    preview.record = false;
    std::uint64_t state = 300 + run.round;
    std::string last;
    std::size_t bytes = 0;
    auto make = [&](int count) {
        for (int i = 0; i < count; ++i) {
            last = exports.access_json(random_subject(state, run.people), preview);
            bytes += last.size();
        }
    };
    make(warm_up);
    bytes = 0;
    bench time = bench_named("access_bundle", "habeas");
    bench_begin(&time);
    make(bundles);
    bench_end(&time, bundles);
    bench_check(bytes > std::size_t{5000} * bundles, "the bundles are too small");
    std::ofstream(run.folder + "/habeas/bundle.json") << last; // run.sh compares it with raw's
    bench_print(&time);
}

void open_current(const Run& run) {
    bench time = bench_named("open_current", "habeas");
    double total = 0;
    double cpu = 0;
    for (int i = -2; i < opens; ++i) {
        double begun = bench_now();
        double cpu_begun = bench_cpu();
        std::optional<Store> store = Store::open(run.base());
        double taken = bench_now() - begun;
        cpu += i < 0 ? 0 : bench_cpu() - cpu_begun;
        bench_check(store->info().warnings.size() == 1, "the store is another one");
        total += i < 0 ? 0 : taken;
    }
    bench_add(&time, total / opens);
    time.cpu = cpu / opens;
    bench_print(&time);
}

} // namespace habeas::benchmark
