#include "consent/evidence.hpp"
#include "helpers.hpp"

namespace consent_record_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("consent: an address of the network is shortened before it is stored", "[consent]") {
    CHECK(consent::truncate_ip("192.0.2.77") == "192.0.2.0");
    CHECK(consent::truncate_ip("2001:db8:7:1234:5678::9") == "2001:db8:7::");
    CHECK(consent::truncate_ip("::ffff:192.0.2.77") == "192.0.2.0"); // IPv4 in IPv6's clothes
    CHECK(consent::truncate_ip("fe80::1%eth0") == "fe80::");
    for (const char* wrong : {"", "192.0.2", "192.0.2.77:80", "example.com", "1.2.3.4, 5.6.7.8"}) {
        CAPTURE(wrong);
        CHECK(code_of([&] { consent::truncate_ip(wrong); }) == Errc::invalid);
    }
    CHECK(code_of([&] { consent::truncate_ip(std::string("::1\0x", 5)); }) == Errc::invalid);
}

TEST_CASE("consent: what is recorded comes back in the history", "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    shop.store.set_actor({Actor::Kind::person, "17", "phone call"});
    ConsentEvent granted = Shop::event(ann, EventKind::granted, "newsletter", Channel::email);
    granted.effective_at = parse_time("2026-05-01T08:00:00Z");
    Evidence& evidence = granted.evidence;
    evidence.language = "en";
    evidence.form = "sign-up";
    evidence.submission = "4711";
    evidence.document = "scan";
    evidence.ip = "2001:db8:7:1234::9";
    evidence.user_agent = std::string(399, 'a') + "\xc3\xbc and more"; // cut before the character
    evidence.explicit_consent = true;
    evidence.parental_authorisation = true;
    evidence.gdpr_standard = false;
    evidence.preticked = true;
    evidence.controllers = {"A", "B"};
    evidence.expires_at = parse_time("2027-01-01");
    evidence.note = "first line\nsecond line";
    EventId id = shop.record(granted);
    ConsentEvent fact = Shop::event(ann, EventKind::basis_fact);
    fact.data = {{"sale_context", "free_account_freemium"}, {"retention_until", "2030-01-01"}};
    fact.effective_at = parse_time("2026-04-01");
    shop.record(fact);

    std::vector<ConsentEvent> history = Consent(shop.store).history(ann);
    REQUIRE(history.size() == 2);
    CHECK(history[0].kind == EventKind::basis_fact); // in order of effect
    CHECK(history[0].data == fact.data);
    ConsentEvent expected = granted;
    expected.id = id;
    expected.recorded_at = shop.clock.now();
    expected.evidence.ip = "2001:db8:7::";
    expected.evidence.user_agent = std::string(399, 'a');
    expected.actor = {Actor::Kind::person, "17", "phone call"};
    CHECK(history[1] == expected);
}

TEST_CASE("consent: events that make no sense are refused and named", "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    auto refused = [&](const ConsentEvent& event) { return code_of([&] { shop.record(event); }); };
    using K = EventKind;
    CHECK(refused(Shop::event(ann, K::granted)) == Errc::invalid); // of which purpose?
    CHECK(refused(Shop::event(ann, K::granted, "other")) == Errc::not_found);
    CHECK(refused(Shop::event(ann, K::granted, "newsletter", Channel::post)) == Errc::invalid);
    CHECK(refused(Shop::event(SubjectId{5}, K::withdrawn)) == Errc::subject_unknown);
    CHECK(refused(Shop::event(ann, K::profile_changed)) == Errc::invalid);
    CHECK(refused(Shop::event(ann, K::erased)) == Errc::invalid);
    CHECK(refused(Shop::event(ann, static_cast<K>(200))) == Errc::invalid);
    CHECK(refused(Shop::event(ann, K::objected)) == Errc::invalid); // to what?
    CHECK(refused(Shop::event(ann, K::bounced)) == Errc::invalid);
    CHECK(refused(Shop::event(ann, K::basis_fact)) == Errc::invalid);
    ConsentEvent event = Shop::event(ann, K::granted, "newsletter");
    event.evidence.text_version = 2;
    CHECK(refused(event) == Errc::not_found);
    event = Shop::event(ann, K::granted, "newsletter");
    event.effective_at = shop.clock.now() + 5min + 1ms;
    CHECK(refused(event) == Errc::invalid);
    event.effective_at = shop.clock.now() + 5min;
    CHECK(refused(event) == Errc{0});
    event = Shop::event(ann, K::restricted);
    event.data["sale_context"] = "true";
    CHECK(refused(event) == Errc::invalid);
    event = Shop::event(ann, K::basis_fact);
    event.data["sale_contxt"] = "true";
    CHECK(refused(event) == Errc::invalid);
    event.data = {{"casl_kind", "purchase"}};
    CHECK(refused(event) == Errc::invalid);
    event.data = {{"casl_kind", "purchase"}, {"casl_date", "yesterday"}};
    CHECK(refused(event) == Errc::invalid);
    event = Shop::event(ann, K::granted, "newsletter");
    event.evidence.note = "a\xff";
    CHECK(refused(event) == Errc::invalid);
    event.evidence.note = std::string("a\0b", 3);
    CHECK(refused(event) == Errc::invalid);
    CHECK(Consent(shop.store).history(ann).size() == 1);

    // All or none.
    std::vector<ConsentEvent> both{Shop::event(ann, K::withdrawn, "newsletter"),
                                   Shop::event(ann, K::withdrawn, "other")};
    CHECK(code_of([&] { Consent(shop.store).record(both); }) == Errc::not_found);
    CHECK(Consent(shop.store).history(ann).size() == 1);
    shop.check_verify();
}

TEST_CASE("consent: a grant, its withdrawal, and everything at once", "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    CHECK(shop.ask(ann, "newsletter") == "NO_CONSENT");
    CHECK(shop.ask(ann, "orders") == "OK_CONTRACT");
    CHECK(shop.ask(ann, "letters", Channel::post) == "OK_LEGITIMATE_INTERESTS");
    EventId id = shop.record(ann, EventKind::granted, "newsletter", Channel::email);
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    CHECK(Consent(shop.store).may_process(ann, "newsletter", Channel::email).event == id);
    CHECK(shop.ask(ann, "newsletter", Channel::sms) == "CONSENT_OTHER_CHANNEL");
    CHECK(shop.ask(ann, "newsletter", Channel::any) == "CONSENT_OTHER_CHANNEL");
    Consent consent(shop.store);
    CHECK(consent.state(ann, "newsletter", Channel::email) == ConsentState::granted);
    CHECK(consent.state(ann, "newsletter") == ConsentState::none); // the least of both
    shop.record(ann, EventKind::withdrawn, "newsletter"); // at the same instant: the stricter wins
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_WITHDRAWN");
    CHECK(consent.state(ann, "newsletter") == ConsentState::withdrawn);
    shop.clock.advance(1s);
    shop.record(ann, EventKind::granted, "newsletter"); // every channel it has today
    CHECK(shop.ask(ann, "newsletter", Channel::any) == "OK_CONSENT");
    shop.clock.advance(1s);
    shop.record(ann, EventKind::withdrawn); // from everything
    CHECK(shop.ask(ann, "newsletter", Channel::sms) == "CONSENT_WITHDRAWN");
    CHECK(shop.ask(ann, "letters", Channel::post) == "CONSENT_WITHDRAWN"); // an opt-out
    CHECK(shop.ask(ann, "orders") == "OK_CONTRACT");
    shop.check_verify();
}

TEST_CASE("consent: a grant over any channel does not reach a channel that comes later",
          "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    shop.record(ann, EventKind::granted, "newsletter");
    Purpose wider = *Purposes(shop.store).find("newsletter");
    wider.channels.push_back(Channel::push);
    shop.clock.advance(1s);
    shop.define(wider);
    CHECK(shop.ask(ann, "newsletter", Channel::sms) == "OK_CONSENT");
    CHECK(shop.ask(ann, "newsletter", Channel::push) == "CONSENT_OTHER_CHANNEL");
    wider.channels = {Channel::email};
    shop.clock.advance(1s);
    shop.define(wider);
    CHECK(shop.ask(ann, "newsletter", Channel::sms) == "CONSENT_OTHER_CHANNEL"); // not any more
    shop.check_verify();
}

TEST_CASE("consent: double opt-in: asked, confirmed in time, or lapsed", "[consent]") {
    Shop shop;
    Purpose newsletter = *Purposes(shop.store).find("newsletter");
    newsletter.double_opt_in = true;
    shop.define(newsletter);
    Purpose confirm = Shop::purpose("confirm", Basis::legitimate_interests,
                                    PurposeKind::confirmation, {Channel::email});
    confirm.balancing_test = true;
    shop.define(confirm);
    SubjectId ann = shop.person("ann@example.com");
    CHECK(shop.ask(ann, "confirm") == "NO_CONSENT");
    shop.record(ann, EventKind::requested, "newsletter", Channel::email);
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_PENDING");
    CHECK(shop.ask(ann, "confirm") == "OK_DOI_CONFIRMATION");
    auto decision = Consent(shop.store).may_process(ann, "confirm", Channel::email);
    CHECK(decision.holds_until == shop.clock.now() + 48h); // as the purpose says by default
    newsletter.double_opt_in_validity = "PT1H";            // for those who sign up from now on
    shop.clock.advance(24h);
    shop.define(newsletter);
    CHECK(shop.ask(ann, "confirm") == "OK_DOI_CONFIRMATION");
    shop.record(ann, EventKind::granted, "newsletter", Channel::email);
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    CHECK(shop.ask(ann, "confirm") == "NO_CONSENT"); // nothing waits any more

    SubjectId bob = shop.person("bob@example.com");
    shop.record(bob, EventKind::requested, "newsletter", Channel::email);
    shop.clock.advance(1h);
    CHECK(shop.ask(bob, "confirm") == "NO_CONSENT"); // lapsed
    CHECK(shop.ask(bob, "newsletter") == "CONSENT_PENDING");

    // A purpose declared later finds who waits.
    shop.record(bob, EventKind::requested, "newsletter", Channel::email);
    Purpose second = confirm;
    second.code = "confirm_again";
    shop.define(second);
    int found = 0;
    Consent(shop.store).filter("confirm_again", Channel::email, [&](SubjectId id, const Decision&) {
        CHECK(id == bob);
        ++found;
        return true;
    });
    CHECK(found == 1);
    shop.check_verify();
}

TEST_CASE("consent: proof is a method and what was shown", "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    auto with = [&](const std::string& method, std::int32_t version, const std::string& document) {
        shop.clock.advance(1s);
        ConsentEvent event = Shop::event(ann, EventKind::granted, "newsletter");
        event.evidence.method = method;
        event.evidence.text_version = version;
        event.evidence.document = document;
        shop.record(event);
        return shop.ask(ann, "newsletter");
    };
    CHECK(with("form", 1, "") == "OK_CONSENT");
    CHECK(with("paper", 0, "scan 12") == "OK_CONSENT");
    CHECK(with("form", 0, "") == "CONSENT_UNPROVEN");
    CHECK(with("", 1, "scan 12") == "CONSENT_UNPROVEN");
}

TEST_CASE("consent: texts that change the processing end older consents, from their day on",
          "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    shop.record(ann, EventKind::granted, "newsletter");
    ConsentEvent paper = Shop::event(bob, EventKind::granted, "newsletter");
    paper.evidence.text_version = 0; // not noted: the newest of its time
    paper.evidence.document = "scan";
    shop.record(paper);
    Purposes purposes(shop.store);
    shop.clock.advance(24h);
    CHECK(purposes.add_text("newsletter", Shop::words("Better words.", false)) == 2);
    CHECK(purposes.add_text("newsletter", Shop::words("Better words.", true)) == 2); // has it
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.clock.advance(24h);
    Time before = shop.clock.now() - 1ms;
    CHECK(purposes.add_text("newsletter", Shop::words("We share your data.")) == 3);
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_VERSION_SUPERSEDED");
    CHECK(shop.ask(bob, "newsletter") == "CONSENT_VERSION_SUPERSEDED");
    CHECK(shop.ask_at(ann, "newsletter", format_time(before)) == "OK_CONSENT");
    ConsentEvent again = Shop::event(ann, EventKind::granted, "newsletter");
    again.evidence.text_version = 3;
    shop.record(again);
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.check_verify();
}

TEST_CASE("consent: a consent ends by itself, and the tick renews its row", "[consent]") {
    Shop shop;
    Purpose newsletter = *Purposes(shop.store).find("newsletter");
    newsletter.validity = "P24M";
    shop.define(newsletter);
    SubjectId ann = shop.person("ann@example.com");
    shop.record(ann, EventKind::granted, "newsletter", Channel::email);
    auto decision = Consent(shop.store).may_process(ann, "newsletter", Channel::email);
    CHECK(decision.allowed);
    CHECK(decision.holds_until == parse_time("2028-06-01T10:00:00Z"));
    CHECK(shop.store.tick().expired == 0);
    shop.clock.set(parse_time("2028-06-01T09:59:59.999Z"));
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.clock.set(parse_time("2028-06-01T10:00:00Z"));
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_EXPIRED"); // before any tick
    CHECK(Consent(shop.store).state(ann, "newsletter", Channel::email) == ConsentState::expired);
    CHECK(shop.store.tick().expired == 1);
    CHECK(shop.store.tick().expired == 0);
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_EXPIRED");
    shop.check_verify();
}

TEST_CASE("consent: a clock that went back does not bring a consent back", "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    shop.record(ann, EventKind::granted, "newsletter");
    shop.clock.advance(24h);
    shop.record(ann, EventKind::withdrawn, "newsletter");
    shop.record(bob, EventKind::restricted);
    shop.clock.advance(-12h);
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_WITHDRAWN");
    CHECK(shop.ask(bob, "orders") == "RESTRICTED");
    std::vector<SubjectId> both{ann, bob};
    for (const Decision& each : Consent(shop.store).filter(both, "newsletter", Channel::email)) {
        CHECK_FALSE(each.allowed);
    }
    Consent(shop.store).filter("newsletter", Channel::email, [](SubjectId, const Decision&) {
        FAIL_CHECK("somebody is allowed");
        return true;
    });
}

} // namespace consent_record_test
