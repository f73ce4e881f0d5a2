// Erasures until no byte is left in any file, and the emptying of the log under habeas's VFS.
#include "habeas.hpp"
#include "raw/raw.h"

#include <algorithm>
#include <vector>

namespace habeas::benchmark {
namespace {

constexpr int warm_up = 2;
constexpr int erasures = 20;
constexpr std::uint64_t batch = 1000;

bool physical(const ErasureResult& result) {
    return result.state == ErasureState::physical && !result.already;
}

} // namespace

void erase_one(const Run& run) {
    Store store = Store::open(run.own());
    Erasure erasure(store);
    std::uint64_t next = run.round * (warm_up + erasures);
    bool all = true;
    auto erase = [&](int count) {
        for (int i = 0; i < count; ++i) {
            all = physical(erasure.execute(SubjectId{bench_goes_alone(next++, run.people)})) && all;
        }
    };
    erase(warm_up);
    bench time = bench_named("erase_one", "habeas");
    bench_begin(&time);
    erase(erasures);
    bench_end(&time, erasures);
    bench_check(all, "somebody was not erased to the end");
    bench_print(&time);
}

void erase_batch_each(const Run& run) {
    Store store = Store::open(run.own());
    Erasure erasure(store);
    const std::int64_t before = Subjects(store).count();
    std::vector<SubjectId> people;
    for (std::uint64_t i = 0; i < batch; ++i) {
        people.push_back(SubjectId{bench_goes_in_batch(run.round * batch + i, run.people)});
    }
    bench time = bench_named("erase_batch_each", "habeas");
    bench_begin(&time);
    std::vector<ErasureResult> results = erasure.execute(people);
    bench_end(&time, batch);
    bench_check(std::all_of(results.begin(), results.end(), physical) &&
                    Subjects(store).count() == before - static_cast<std::int64_t>(batch),
                "somebody was not erased to the end");
    bench_print(&time);
}

void truncate(const Run& run) {
    Store registers_the_vfs = Store::in_memory();
    raw_truncate(run.own().c_str(), "habeas", "habeas", run.round, run.people);
}

} // namespace habeas::benchmark
