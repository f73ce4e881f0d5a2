// Pauses: recorded, over by themselves, kept by a merge and by a restore.
#include "unit/consent/helpers.hpp"

namespace consent_pause_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

struct PauseShop : Shop {
    explicit PauseShop(Where where = memory) : Shop(where), consent(store) {}
    SubjectId reader(const std::string& email) {
        const SubjectId id = person(email);
        record(id, EventKind::granted, "newsletter");
        clock.advance(1min);
        return id;
    }
    void pause(SubjectId id, std::chrono::hours length, const std::string& purpose = {}) {
        ConsentEvent each = event(id, EventKind::paused, purpose);
        each.evidence.expires_at = store.now() + length;
        record(each);
    }
    Decision ask(SubjectId id, const std::string& purpose = "newsletter",
                 Channel channel = Channel::email) {
        return consent.may_process(id, purpose, channel);
    }
    Consent consent;
};

} // namespace

TEST_CASE("consent: a pause stops marketing until its end and nothing else", "[consent]") {
    PauseShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const Time until = shop.store.now() + 48h;
    shop.pause(ann, 48h);
    CHECK(shop.ask(ann).reason == Reason::paused);
    CHECK(shop.ask(ann).holds_until == until);
    CHECK(shop.ask(ann, "letters", Channel::post).reason == Reason::paused);
    CHECK(shop.ask(ann, "orders").allowed);
    CHECK(shop.consent.state(ann, "newsletter", Channel::email) == ConsentState::granted);
    std::size_t listed = 0;
    shop.consent.filter("newsletter", Channel::email, [&](SubjectId, const Decision&) {
        ++listed;
        return true;
    });
    CHECK(listed == 0);
    shop.clock.advance(48h);
    CHECK(shop.ask(ann).allowed); // without a tick
    shop.store.tick();
    CHECK(shop.ask(ann).allowed);
    CHECK(shop.store.verify().ok());
}

TEST_CASE("consent: a pause without an end is refused, and ends by a word", "[consent]") {
    PauseShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    CHECK(code_of([&] { shop.record(ann, EventKind::paused); }) == Errc::invalid);
    shop.pause(ann, 1000h);
    shop.pause(ann, 10h); // the longer one holds
    shop.clock.advance(11h);
    CHECK(shop.ask(ann).reason == Reason::paused);
    shop.record(ann, EventKind::resumed);
    CHECK(shop.ask(ann).allowed);
    shop.pause(ann, 10h, "newsletter"); // at the very instant: the stricter counts
    CHECK(shop.ask(ann).reason == Reason::paused);
    CHECK(shop.ask(ann, "letters", Channel::post).allowed);
}

TEST_CASE("consent: a merge keeps a pause that the other record had ended", "[consent]") {
    PauseShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const SubjectId other = shop.reader("other@shop.example");
    shop.pause(ann, 100h);
    shop.clock.advance(1min);
    shop.record(other, EventKind::resumed);
    shop.clock.advance(1min);
    Subjects(shop.store).merge(ann, other);
    CHECK(shop.ask(ann).reason == Reason::paused);
    shop.clock.advance(100h);
    CHECK(shop.ask(ann).allowed);
    CHECK(shop.store.verify().ok());
}

} // namespace consent_pause_test
