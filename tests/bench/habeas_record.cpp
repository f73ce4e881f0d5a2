// One consent or withdrawal a transaction, on people with a history.
#include "habeas.hpp"

namespace habeas::benchmark {
namespace {

constexpr int warm_up = 50;
constexpr int events = 400;

void measure(const Run& run, const char* name, ConsentEvent event, std::uint64_t seed) {
    Store store = Store::open(run.own());
    Consent consent(store);
    std::uint64_t state = seed;
    auto record = [&](int count) {
        for (int i = 0; i < count; ++i) {
            event.subject = SubjectId{bench_who_stays(&state, run.people)};
            consent.record(event);
        }
    };
    record(warm_up);
    bench time = bench_named(name, "habeas");
    bench_begin(&time);
    record(events);
    bench_end(&time, events);
    bool changed =
        consent.state(event.subject, event.purpose, event.channel) ==
        (event.kind == EventKind::granted ? ConsentState::granted : ConsentState::withdrawn);
    bench_check(changed, "the state of the last person did not change");
    bench_print(&time);
}

} // namespace

void consent_grant(const Run& run) {
    ConsentEvent event;
    event.kind = EventKind::granted;
    event.purpose = "surveys";
    event.channel = Channel::email;
    event.evidence.method = "form";
    event.evidence.text_version = 1;
    event.evidence.language = "en";
    event.evidence.form = "shop-account";
    measure(run, "consent_grant", event, 100 + run.round);
}

void consent_withdraw(const Run& run) {
    ConsentEvent event;
    event.kind = EventKind::withdrawn;
    event.purpose = "newsletter";
    event.channel = Channel::email;
    event.evidence.method = "email_link";
    measure(run, "consent_withdraw", event, 200 + run.round);
}

} // namespace habeas::benchmark
