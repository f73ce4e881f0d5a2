#include "helpers.hpp"
#include "store/engine.hpp"
#include "support/findings.hpp"

#include <fstream>
#include <iterator>

namespace consent_suppression_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

Identifier email(const std::string& value) {
    return {IdentifierKind::email, "", value};
}

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
void spill(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

TEST_CASE("suppression: an address on the list is met by whoever comes with it", "[suppression]") {
    Shop shop;
    Consent consent(shop.store);
    consent.suppress(email("Ann@Example.com"), "objection", "marketing", "by telephone");
    CHECK(consent.suppressed(email("ann@example.com")));
    CHECK(consent.suppression_count() == 1);
    consent.suppress(email("ann@example.com"), "objection", "marketing");
    CHECK(consent.suppression_count() == 1); // the same once more
    shop.clock.advance(1h);
    SubjectId ann = shop.person("ann@EXAMPLE.com");
    shop.record(ann, EventKind::granted, "newsletter");
    CHECK(shop.ask(ann, "newsletter") == "SUPPRESSED"); // a newer consent does not lift it
    CHECK(shop.ask(ann, "orders") == "OK_CONTRACT");
    auto history = consent.history(ann);
    CHECK(history.front().kind == EventKind::suppressed);
    CHECK(history.front().effective_at == parse_time("2026-06-01T10:00:00Z"));
    SubjectId bob = shop.person("bob@example.com");
    shop.record(bob, EventKind::granted, "newsletter");
    CHECK(shop.ask(bob, "newsletter") == "OK_CONSENT");
    consent.suppress(email("bob@example.com"), "objection", "all");
    CHECK(shop.ask(bob, "newsletter") == "SUPPRESSED");
    CHECK(shop.ask(bob, "orders") == "SUPPRESSED");
    shop.clock.advance(1h);
    CHECK(consent.unsuppress(email("bob@example.com"), "signed up again in the shop"));
    CHECK(shop.ask(bob, "newsletter") == "OK_CONSENT");
    CHECK_FALSE(consent.unsuppress(email("bob@example.com"), "again"));
    CHECK_FALSE(consent.suppressed(email("bob@example.com")));
    CHECK(code_of([&] { consent.unsuppress(email("ann@example.com"), " "); }) == Errc::invalid);
    CHECK(code_of([&] { consent.suppress(email("a@b.example"), "mood", "all"); }) == Errc::invalid);
    CHECK(code_of([&] { consent.suppress(email("a@b.example"), "bounce", "some"); }) ==
          Errc::invalid);
    shop.check_verify();
}

TEST_CASE("suppression: what re-opens one address leaves the other closed", "[suppression]") {
    Shop shop;
    Consent consent(shop.store);
    SubjectId ann = shop.person("ann@example.com");
    Subjects(shop.store).add_identifier(ann, email("second@example.com"));
    shop.record(ann, EventKind::granted, "newsletter");
    consent.suppress(email("ann@example.com"), "objection", "marketing");
    consent.suppress(email("second@example.com"), "objection", "marketing");
    shop.clock.advance(1h);
    consent.unsuppress(email("ann@example.com"), "asked for it");
    CHECK(shop.ask(ann, "newsletter") == "SUPPRESSED");
    shop.clock.advance(1h);
    consent.unsuppress(email("second@example.com"), "asked for it");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    // An address that was closed before counts from when it came to her.
    consent.suppress(email("third@example.com"), "objection", "marketing");
    shop.clock.advance(1h);
    consent.suppress(email("ann@example.com"), "complaint", "marketing");
    consent.unsuppress(email("ann@example.com"), "asked for it");
    shop.clock.advance(1h);
    Subjects(shop.store).add_identifier(ann, email("third@example.com"));
    CHECK(shop.ask(ann, "newsletter") == "SUPPRESSED");
    shop.check_verify();
}

TEST_CASE("suppression: a telephone number stands for calls and SMS, a bounce for its channel",
          "[suppression]") {
    Shop shop;
    SubjectInput input;
    input.fields["email"] = std::string("ann@example.com");
    input.fields["phone"] = std::string("+4930123456");
    input.fields["country"] = std::string("DE");
    SubjectId ann = Subjects(shop.store).create(input);
    shop.record(ann, EventKind::granted, "newsletter");
    Consent consent(shop.store);
    consent.suppress({IdentifierKind::phone, "", "+49 30 123456"}, "objection", "marketing");
    CHECK(shop.ask(ann, "newsletter", Channel::sms) == "SUPPRESSED");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    consent.suppress(email("ann@example.com"), "bounce", "all");
    CHECK(shop.ask(ann, "newsletter") == "HARD_BOUNCE");
    CHECK(shop.ask(ann, "orders") == "HARD_BOUNCE");
    CHECK(shop.ask(ann, "orders", Channel::post) == "OK_CONTRACT");
    shop.clock.advance(1h);
    shop.record(ann, EventKind::delivery_reset);
    CHECK(shop.ask(ann, "orders") == "OK_CONTRACT");
    consent.suppress(email("ann@example.com"), "complaint", "marketing");
    CHECK(shop.ask(ann, "newsletter") == "COMPLAINT");
    CHECK(shop.ask(ann, "orders") == "OK_CONTRACT");
    shop.check_verify();
}

TEST_CASE("suppression: the list outlives a change of the key", "[suppression]") {
    Shop shop(TestStore::on_disk);
    Consent(shop.store).suppress(email("ann@example.com"), "objection", "all");
    shop.store.rotate_key();
    CHECK(Consent(shop.store).suppressed(email("ann@example.com")));
    shop.reopen();
    CHECK(Consent(shop.store).suppressed(email("ann@example.com")));
    CHECK(shop.ask(shop.person("ann@example.com"), "orders") == "SUPPRESSED");
    CHECK(Consent(shop.store).unsuppress(email("ann@example.com"), "asked for it"));
}

TEST_CASE("restore: yesterday's file writes to nobody who said no since",
          "[suppression][restore]") {
    Shop shop(TestStore::on_disk);
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    SubjectId cid = shop.person("cid@example.com");
    SubjectId dan = shop.person("dan@example.com");
    for (SubjectId each : {ann, bob, cid, dan}) {
        shop.record(each, EventKind::granted, "newsletter");
    }
    shop.record(dan, EventKind::restricted);
    Consent(shop.store).suppress(email("eve@example.com"), "objection", "all");
    shop.close();
    std::string yesterday = slurp(shop.path());
    shop.store = Store::open(shop.path(), shop.options());

    shop.clock.advance(24h);
    shop.record(ann, EventKind::withdrawn, "newsletter");
    Time withdrawn = shop.clock.now();
    shop.record(bob, EventKind::objected, "", Channel::any, "direct_marketing");
    Consent(shop.store).suppress(email("cid@example.com"), "objection", "marketing");
    shop.record(dan, EventKind::restriction_notice);
    shop.record(dan, EventKind::restriction_lifted);
    Consent(shop.store).unsuppress(email("eve@example.com"), "asked for it");
    Consent(shop.store).suppress(email("fay@example.com"), "objection", "all");
    Purpose later =
        Shop::purpose("surveys", Basis::consent, PurposeKind::research, {Channel::email});
    shop.define(later);
    SubjectId gil = shop.person("gil@example.com");
    shop.record(gil, EventKind::refused, "newsletter");
    shop.record(ann, EventKind::refused, "surveys");
    shop.close();
    spill(shop.path(), yesterday);

    shop.clock.advance(24h);
    shop.store = Store::open(shop.path(), shop.options());
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_WITHDRAWN");
    auto history = Consent(shop.store).history(ann);
    auto same = [&](const ConsentEvent& e) {
        return e.kind == EventKind::withdrawn && e.effective_at == withdrawn &&
               e.purpose == "newsletter";
    };
    CHECK(std::count_if(history.begin(), history.end(), same) == 1);
    CHECK(shop.ask(bob, "newsletter") == "OBJECTED_DIRECT_MARKETING");
    CHECK(shop.ask(cid, "newsletter") == "SUPPRESSED");
    CHECK(shop.ask(dan, "newsletter") == "OK_CONSENT");
    CHECK_FALSE(Consent(shop.store).suppressed(email("eve@example.com")));
    CHECK(Consent(shop.store).suppressed(email("fay@example.com")));
    // The file never knew Gil: whoever brings the address meets the no, until Gil says yes.
    SubjectId again = shop.person("gil@example.com");
    CHECK(again != gil);
    CHECK(shop.ask(again, "newsletter") == "CONSENT_WITHDRAWN");
    CHECK(shop.ask(again, "orders") == "OK_CONTRACT");
    shop.record(again, EventKind::granted, "newsletter");
    CHECK(shop.ask(again, "newsletter") == "OK_CONSENT");
    // Neither did it know the purpose: declared again, the no to it is there.
    CHECK(shop.ask(ann, "surveys") == "PURPOSE_NOT_DECLARED");
    shop.define(later);
    CHECK(shop.ask(ann, "surveys") == "CONSENT_REFUSED");
    for (const Finding& finding : shop.store.verify().findings) {
        CAPTURE(finding.code, finding.message);
        CHECK((finding.severity == Severity::notice || finding.code == "older_file"));
    }
}

TEST_CASE("suppression: verify names an entry that was taken off the list past habeas",
          "[suppression]") {
    TestStore t(TestStore::on_disk);
    Consent consent(t.store);
    consent.suppress(email("ann@example.com"), "objection", "marketing");
    consent.suppress(email("bob@example.com"), "complaint", "all");
    consent.suppress(email("eve@example.com"), "bounce", "all");
    CHECK(consent.unsuppress(email("bob@example.com"), "signed up again in the shop"));
    const auto erase = [&](const std::string& address) {
        SubjectInput input;
        input.fields["email"] = address;
        Erasure(t.store).execute(Subjects(t.store).create(input));
    };
    erase("joe@example.com");
    {
        auto tx = t.store.transaction();
        consent.suppress(email("kim@example.com"), "objection", "all");
    } // not committed
    t.store.rotate_key();
    const auto found = [&] { return finding_codes(t.store); };
    using Codes = std::vector<std::string>;
    CHECK(found().empty());
    auto& db = t.store.engine().db();
    SECTION("an objection") {
        db.exec("DELETE FROM suppression WHERE kind = 'objection'");
        CHECK(found() == Codes{"suppression_missing"});
    }
    SECTION("a bounce that is of another channel now") {
        db.exec("UPDATE suppression SET channel = 3 WHERE kind = 'bounce'");
        CHECK(found() == Codes{"suppression_missing"});
    }
    SECTION("somebody erased") {
        db.exec("DELETE FROM suppression WHERE kind = 'erasure'");
        CHECK(found() == Codes{"suppression_missing"});
    }
}

TEST_CASE("suppression: an address that another has is not missed on the list", "[suppression]") {
    TestStore t(TestStore::on_disk);
    SubjectInput input;
    input.fields["email"] = std::string("ann@example.com");
    const auto ann = Subjects(t.store).create(input);
    input.fields["email"] = std::string("ann.new@example.com");
    Subjects(t.store).update(ann, input);
    input.fields["email"] = std::string("ann@example.com"); // Bob's now
    const auto bob = Subjects(t.store).create(input);
    Erasure(t.store).execute(ann);
    CHECK_FALSE(Consent(t.store).suppressed(email("ann@example.com")));
    CHECK(Consent(t.store).suppressed(email("ann.new@example.com")));
    CHECK(t.store.verify().findings.empty());
    input.fields["email"] = std::string("bob@example.com");
    Subjects(t.store).update(bob, input);
    CHECK(t.store.verify().findings.empty());
}

} // namespace consent_suppression_test
