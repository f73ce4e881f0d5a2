// Segments: everybody looked at, and only those who changed.
#include "habeas.hpp"

#include <array>

namespace habeas::benchmark {
namespace {

constexpr int changes = 1000;
constexpr const char* code = "bench_segment";

/// Five conditions, an OR of two groups; raw/segment.c has the same.
constexpr const char* filter = R"({"any":[
    {"all":[{"field":"country","op":"=","value":"DE"},{"field":"lifetime_value","op":"gte","value":12000}]},
    {"all":[{"field":"plan","op":"=","value":"business"},{"field":"vip","op":"=","value":false},
            {"field":"date_of_birth","op":"lt","value":"1970-01-01"}]}]})";

void change_plans(Store& store, std::uint64_t seed, std::int64_t people) {
    static constexpr std::array<const char*, 4> plans{"free", "basic", "plus", "business"};
    Subjects subjects(store);
    Transaction all = store.transaction();
    for (int i = 0; i < changes; ++i) {
        SubjectInput input;
        const SubjectId who{bench_who_stays(&seed, people)};
        input.fields["plan"] = std::string(plans[bench_random(&seed) % plans.size()]);
        subjects.update(who, input);
    }
    all.commit();
}

void measure(Store& store, const char* name, bool full) {
    bench time = bench_named(name, "habeas");
    bench_begin(&time);
    const RefreshReport report = Segments(store).refresh(code, full);
    bench_end(&time, 1);
    bench_check(report.full == full && !report.added.empty() && !report.removed.empty(),
                "the changes moved nobody");
    bench_print(&time);
}

} // namespace

void segments(const Run& run) {
    Store store = Store::open(run.own());
    Segment segment;
    segment.code = code;
    segment.filter = filter;
    Segments(store).define(segment);
    Segments(store).refresh(code);
    change_plans(store, 400 + 2 * run.round, run.people);
    measure(store, "segment_full", true);
    change_plans(store, 401 + 2 * run.round, run.people);
    measure(store, "segment_incremental", false);
}

} // namespace habeas::benchmark
