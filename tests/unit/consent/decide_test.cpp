#include "consent/decide.hpp"
#include "helpers.hpp"
#include "store/engine.hpp"

#include <map>
#include <set>

namespace consent_decide_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("consent: who is allowed is found among many, in order, and can be stopped",
          "[consent][filter]") {
    Shop shop;
    std::vector<SubjectId> people;
    for (int i = 0; i < 20; ++i) {
        people.push_back(shop.person("p" + std::to_string(i) + "@example.com"));
        if (i % 3 == 0) {
            shop.record(people.back(), EventKind::granted, "newsletter", Channel::email);
        }
    }
    shop.record(people[3], EventKind::withdrawn, "newsletter");
    Consent consent(shop.store);
    std::vector<SubjectId> allowed;
    consent.filter("newsletter", Channel::email, [&](SubjectId id, const Decision& decision) {
        CHECK(decision.allowed);
        allowed.push_back(id);
        return true;
    });
    CHECK(allowed == std::vector<SubjectId>{people[0], people[6], people[9], people[12], people[15],
                                            people[18]});
    int seen = 0;
    consent.filter("newsletter", Channel::email,
                   [&](SubjectId, const Decision&) { return ++seen < 2; });
    CHECK(seen == 2);
    std::map<std::string, int> reasons;
    FilterOptions options;
    options.denied_too = true;
    consent.filter(
        "newsletter", Channel::email,
        [&](SubjectId, const Decision& decision) {
            ++reasons[std::string(reason_code(decision.reason))];
            return true;
        },
        options);
    CHECK(reasons == std::map<std::string, int>{
                         {"OK_CONSENT", 6}, {"CONSENT_WITHDRAWN", 1}, {"NO_CONSENT", 13}});

    // A list keeps its order and its repetitions; who is not there is denied.
    std::vector<SubjectId> list{people[6], SubjectId{777}, people[1], people[6]};
    auto answers = consent.filter(list, "newsletter", Channel::email);
    REQUIRE(answers.size() == 4);
    CHECK(answers[0].reason == Reason::ok_consent);
    CHECK(answers[1].reason == Reason::subject_unknown);
    CHECK(answers[2].reason == Reason::no_consent);
    CHECK(answers[3].reason == Reason::ok_consent);
    CHECK(consent.filter(std::span<const SubjectId>(), "newsletter", Channel::email).empty());
    answers = consent.filter(list, "nothing_like_it", Channel::email);
    CHECK(answers[0].reason == Reason::purpose_not_declared);
    CHECK(answers[1].reason == Reason::subject_unknown); // the order of precedence
}

TEST_CASE("consent: a filter of everybody reads the ready rows, once", "[consent][filter]") {
    Shop shop;
    auto plan = [&](const char* sql) {
        std::string out;
        auto row = shop.store.engine().db().prepare_text(std::string("EXPLAIN QUERY PLAN ") + sql);
        while (row.step()) {
            out += row.str(3) + "\n";
        }
        return out;
    };
    std::string rows = plan("SELECT subject_id FROM ready WHERE purpose_id = 1 AND channel = 1 AND "
                            "(reason < 32 OR valid_from > 5 OR valid_until <= 5 OR 0) "
                            "ORDER BY subject_id");
    CAPTURE(rows);
    CHECK(rows.find("SCAN ready") != std::string::npos);
    CHECK(rows.find("TEMP B-TREE") == std::string::npos);
    CHECK(rows.find("ready_until") == std::string::npos);
    std::string one = plan("SELECT reason FROM ready WHERE subject_id = 1 AND purpose_id = 2 AND "
                           "channel = 3");
    CAPTURE(one);
    CHECK(one.find("USING PRIMARY KEY") != std::string::npos);
}

TEST_CASE("consent: who may rely on a consent that names controllers", "[consent]") {
    Shop shop;
    shop.store.set_setting("controller", R"({"name":"Shop Ltd","country":"DE"})");
    Purpose newsletter = *Purposes(shop.store).find("newsletter");
    newsletter.controllers = {"Shop Ltd", "Partner Ltd"};
    shop.define(newsletter);
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    SubjectId cid = shop.person("cid@example.com");
    auto grant = [&](SubjectId who, std::vector<std::string> named) {
        ConsentEvent event = Shop::event(who, EventKind::granted, "newsletter");
        event.evidence.controllers = std::move(named);
        shop.record(event);
    };
    grant(ann, {"Shop Ltd"});
    grant(bob, {"Partner Ltd"});
    grant(cid, {}); // every controller of the purpose
    DecideOptions shop_asks, partner_asks, stranger_asks;
    shop_asks.controller = "Shop Ltd";
    partner_asks.controller = "Partner Ltd";
    stranger_asks.controller = "Stranger Ltd";
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    CHECK(shop.ask(ann, "newsletter", Channel::email, shop_asks) == "OK_CONSENT");
    CHECK(shop.ask(ann, "newsletter", Channel::email, partner_asks) == "CONSENT_OTHER_CONTROLLER");
    CHECK(shop.ask(bob, "newsletter") == "CONSENT_OTHER_CONTROLLER");
    CHECK(shop.ask(bob, "newsletter", Channel::email, partner_asks) == "OK_CONSENT");
    CHECK(shop.ask(cid, "newsletter", Channel::email, partner_asks) == "OK_CONSENT");
    CHECK(shop.ask(cid, "newsletter", Channel::email, stranger_asks) == "CONSENT_OTHER_CONTROLLER");
    std::set<SubjectId> allowed;
    FilterOptions options;
    options.controller = "Partner Ltd";
    Consent(shop.store)
        .filter(
            "newsletter", Channel::email,
            [&](SubjectId id, const Decision&) { return allowed.insert(id).second; }, options);
    CHECK(allowed == std::set<SubjectId>{bob, cid});
    // A withdrawal towards one is one towards all (C-129/21).
    shop.clock.advance(1s);
    ConsentEvent end = Shop::event(cid, EventKind::withdrawn, "newsletter");
    end.evidence.controllers = {"Shop Ltd"};
    shop.record(end);
    CHECK(shop.ask(cid, "newsletter", Channel::email, partner_asks) == "CONSENT_WITHDRAWN");
}

TEST_CASE("consent: the age of consent is the higher of the person's and the controller's country",
          "[consent]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com", "SE"); // 13
    shop.set(ann, "date_of_birth", "2012-01-01");
    shop.record(ann, EventKind::granted, "newsletter");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.store.set_setting("controller", R"({"name":"Shop Ltd","country":"DE"})");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT"); // as it was when she consented
    shop.clock.advance(1s);
    shop.record(ann, EventKind::granted, "newsletter");
    CHECK(shop.ask(ann, "newsletter") == "CHILD_NO_PARENTAL_AUTHORISATION");
    // Moving later does not change what a consent was.
    SubjectId bob = shop.person("bob@example.com", "DE");
    shop.set(bob, "date_of_birth", "2011-01-01");
    shop.record(bob, EventKind::granted, "newsletter");
    shop.clock.advance(24h);
    shop.set(bob, "country", "SE");
    CHECK(shop.ask(bob, "newsletter") == "CHILD_NO_PARENTAL_AUTHORISATION");
    shop.check_verify();
}

TEST_CASE("consent: recipients are asked about last, and of everybody", "[consent]") {
    struct Guard : TransferGuard {
        bool permitted(const Transfer& transfer) override {
            asked.emplace_back(transfer.purpose->code + "/" + std::string(transfer.country));
            return transfer.country != "DE";
        }
        std::vector<std::string> asked;
    } guard;
    Shop shop;
    SubjectId ann = shop.person("ann@example.com", "DE");
    SubjectId bob = shop.person("bob@example.com", "FR");
    SubjectId cid = shop.person("cid@example.com", "DE");
    shop.record(ann, EventKind::granted, "newsletter");
    shop.record(bob, EventKind::granted, "newsletter");
    Consent consent(shop.store);
    consent.set_transfer_guard(&guard);
    CHECK(shop.ask(ann, "newsletter") == "TRANSFER_DENIED");
    CHECK(shop.ask(bob, "newsletter") == "OK_CONSENT");
    CHECK(guard.asked == std::vector<std::string>{"newsletter/DE", "newsletter/FR"});
    CHECK(shop.ask(cid, "newsletter") == "NO_CONSENT"); // an answer without it
    CHECK(guard.asked.size() == 2);
    CHECK(shop.ask(cid, "orders") == "TRANSFER_DENIED");
    std::vector<SubjectId> all{ann, bob, cid};
    auto answers = consent.filter(all, "newsletter", Channel::email);
    CHECK(answers[0].reason == Reason::transfer_denied);
    CHECK(answers[1].reason == Reason::ok_consent);
    std::vector<SubjectId> allowed;
    consent.filter("orders", Channel::email, [&](SubjectId id, const Decision&) {
        allowed.push_back(id);
        return true;
    });
    CHECK(allowed == std::vector<SubjectId>{bob});
    Explanation why = consent.explain(ann, "newsletter", Channel::email);
    CHECK(why.decision.reason == Reason::transfer_denied);
    CHECK(why.summary.find("Denied: A recipient may not get data") == 0);
    // It stays attached when a definition is rolled back, and goes when it is taken away.
    {
        Transaction dropped = shop.store.transaction();
        shop.define(
            Shop::purpose("gone", Basis::consent, PurposeKind::marketing, {Channel::email}));
    }
    CHECK(shop.ask(ann, "newsletter") == "TRANSFER_DENIED");
    consent.set_transfer_guard(nullptr);
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
}

TEST_CASE("consent: many answers about one are those given one by one", "[consent]") {
    struct Guard : TransferGuard {
        bool permitted(const Transfer& transfer) override { return transfer.country != "DE"; }
    } guard;
    Shop shop;
    std::vector<SubjectId> people{shop.person("ann@example.com", "DE"),
                                  shop.person("bob@example.com", "FR"),
                                  shop.person("cid@example.com", "DE")};
    shop.record(people[0], EventKind::granted, "newsletter");
    shop.record(people[1], EventKind::granted, "newsletter");
    shop.record(people[1], EventKind::withdrawn, "newsletter");
    ConsentEvent expiring = Shop::event(people[2], EventKind::granted, "newsletter");
    expiring.evidence.expires_at = shop.store.now() + 1h;
    Consent consent(shop.store);
    consent.record(expiring);
    store::Engine& engine = shop.store.engine();
    auto check_all = [&] {
        store::Engine::Read snapshot(engine);
        auto purposes = consent::catalogue(engine);
        std::size_t asked = 0;
        for (SubjectId person : people) {
            consent::PresentAnswers answers(engine, person);
            for (const consent::PurposeHistory& purpose : purposes->all()) {
                for (Channel channel : {Channel::any, Channel::email, Channel::phone}) {
                    consent::Verdict verdict = answers.verdict(purpose, channel);
                    Decision one = consent.may_process(person, purpose.code, channel);
                    Decision among = consent::to_decision(verdict);
                    CHECK(among.reason == one.reason);
                    CHECK(among.event == one.event);
                    CHECK(among.holds_until == one.holds_until);
                    CHECK(verdict.state == consent.state(person, purpose.code, channel));
                    ++asked;
                }
            }
        }
        CHECK(asked > 20);
    };
    check_all();
    shop.clock.advance(2h); // the row of the expired consent no longer holds
    check_all();
    consent.set_transfer_guard(&guard);
    check_all();
}

TEST_CASE("consent: before a merge was known the two were two", "[consent][merge]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId anna = shop.person("anna@example.com");
    shop.record(ann, EventKind::granted, "newsletter");
    shop.clock.advance(1h);
    Time apart = shop.clock.now();
    shop.clock.advance(1h);
    Subjects(shop.store).merge(anna, ann);
    CHECK(shop.ask(anna, "newsletter") == "OK_CONSENT");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT"); // the former number answers
    DecideOptions then;
    then.at = then.known_at = apart;
    CHECK(shop.ask(anna, "newsletter", Channel::email, then) == "NO_CONSENT");
    CHECK(shop.ask(ann, "newsletter", Channel::email, then) == "OK_CONSENT");
    then.known_at.reset();
    CHECK(shop.ask(anna, "newsletter", Channel::email, then) == "OK_CONSENT"); // as we know today
    then.known_at = parse_time("2026-05-01");
    CHECK(shop.ask(anna, "newsletter", Channel::email, then) == "SUBJECT_UNKNOWN");
}

TEST_CASE("consent: a merge keeps the stricter of two states", "[consent][merge]") {
    using K = EventKind;
    auto merged = [](auto first, auto second) {
        // Both orders, both survivors.
        std::set<std::string> answers;
        for (bool swap : {false, true}) {
            Shop shop;
            SubjectId ann = shop.person("ann@example.com");
            SubjectId anna = shop.person("anna@example.com");
            first(shop, ann);
            shop.clock.advance(1h);
            second(shop, anna);
            shop.clock.advance(1h);
            swap ? Subjects(shop.store).merge(anna, ann) : Subjects(shop.store).merge(ann, anna);
            shop.check_verify();
            answers.insert(shop.ask(swap ? anna : ann, "newsletter"));
        }
        REQUIRE(answers.size() == 1);
        return *answers.begin();
    };
    auto grant = [](Shop& shop, SubjectId who) { shop.record(who, K::granted, "newsletter"); };
    auto nothing = [](Shop&, SubjectId) {};
    CHECK(merged(grant, nothing) == "OK_CONSENT");
    CHECK(merged([](Shop& shop, SubjectId who) { shop.record(who, K::withdrawn, "newsletter"); },
                 grant) == "CONSENT_WITHDRAWN");
    CHECK(merged([](Shop& shop, SubjectId who) { shop.record(who, K::refused, "newsletter"); },
                 grant) == "CONSENT_REFUSED");
    CHECK(merged([](Shop& shop, SubjectId who) { shop.record(who, K::restricted); },
                 [](Shop& shop, SubjectId who) {
                     shop.record(who, K::restricted);
                     shop.clock.advance(1s);
                     shop.record(who, K::restriction_notice);
                     shop.record(who, K::restriction_lifted);
                     shop.record(who, K::granted, "newsletter");
                 }) == "RESTRICTED");
    CHECK(merged([](Shop& shop,
                    SubjectId who) { shop.record(who, K::suppressed, "", Channel::any, "all"); },
                 [&](Shop& shop, SubjectId who) {
                     shop.record(who, K::unsuppressed);
                     grant(shop, who);
                 }) == "SUPPRESSED");
}

} // namespace consent_decide_test
