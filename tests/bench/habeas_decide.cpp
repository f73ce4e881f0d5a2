// Decisions: one by one, one by one inside of a snapshot, and about everybody.
#include "habeas.hpp"

namespace habeas::benchmark {
namespace {

constexpr int warm_up = 50'000;
constexpr int decisions = 200'000;

std::int64_t decide(const Consent& consent, std::uint64_t& state, std::int64_t people, int count) {
    std::int64_t allowed = 0;
    for (int i = 0; i < count; ++i) {
        allowed +=
            consent.may_process(random_subject(state, people), "newsletter", Channel::email).allowed
                ? 1
                : 0;
    }
    return allowed;
}

void measure(const Consent& consent, const Run& run, std::uint64_t seed, const char* name) {
    std::uint64_t state = seed;
    decide(consent, state, run.people, warm_up);
    bench time = bench_named(name, "habeas");
    bench_begin(&time);
    std::int64_t allowed = decide(consent, state, run.people, decisions);
    bench_end(&time, decisions);
    bench_check(allowed > decisions / 2 && allowed < decisions, "too few or too many are allowed");
    bench_print(&time);
}

} // namespace

void decision(const Run& run) {
    Store store = Store::open(run.base());
    const Consent consent(store);
    measure(consent, run, run.round, "decision");
    Snapshot snapshot = store.snapshot();
    measure(consent, run, run.round + 1000, "decision_in_read");
}

void filter_1m(const Run& run) {
    Store store = Store::open(run.base());
    const Consent consent(store);
    std::int64_t sum = 0;
    auto once = [&] {
        std::int64_t count = 0;
        consent.filter("newsletter", Channel::email, [&](SubjectId id, const Decision& decision) {
            count += decision.allowed ? 1 : 0;
            sum += static_cast<std::int64_t>(id);
            return true;
        });
        return count;
    };
    once();
    bench time = bench_named("filter_1m", "habeas");
    bench_begin(&time);
    std::int64_t count = once();
    bench_end(&time, 1);
    bench_check(count > run.people / 2 && sum > count, "too few are allowed");
    bench_print(&time);
}

} // namespace habeas::benchmark
