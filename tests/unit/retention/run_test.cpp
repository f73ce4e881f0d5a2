// Who is kept, how rules run, and that a preview is what a run does.
#include "unit/retention/helpers.hpp"

#include <algorithm>
#include <random>

namespace retention_run_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

using Kept = std::map<std::string, std::uint64_t>;

/// A rule that would take everybody, a year later.
struct Due : Archive {
    explicit Due(Where where = memory) : Archive(where) {
        rule(R"({"code":"r","about":"subject","since":"created","period":"P12M"})");
    }
    void later() { clock.set("2027-07-01T10:00:00Z"); }
    void check_kept(const std::string& why) {
        CHECK(kept() == Kept{{why, 1}});
        CHECK(run().subjects == 0);
        CHECK(is_there(ann));
    }
    void check_goes() {
        CHECK(kept().empty());
        CHECK(run().subjects == 1);
        CHECK(is_erased(ann));
        check_verify();
    }
    ConsentEvent fact(const std::string& purpose, const std::string& until) {
        ConsentEvent out = event(ann, EventKind::basis_fact, purpose);
        out.data["retention_until"] = until;
        return out;
    }
    SubjectId ann = person("ann@example.org");
};

} // namespace

TEST_CASE("retention: a hold keeps a person until it ends or is lifted", "[retention]") {
    Due d;
    DataHolders holders(d.store);
    holders.hold(d.ann, "17(3)(e)", parse_time("2027-08-01T00:00:00Z"));
    d.later();
    d.check_kept("hold");
    const HoldId appeal = holders.hold(d.ann, "17(3)(b)");
    d.clock.set("2030-01-01T00:00:00Z");
    d.check_kept("hold");
    holders.lift(appeal);
    d.check_goes();
}

TEST_CASE("retention: a hold that is over keeps nobody", "[retention]") {
    Due d;
    DataHolders(d.store).hold(d.ann, "17(3)(e)", parse_time("2027-06-30T00:00:00Z"));
    d.later();
    d.check_goes();
}

TEST_CASE("retention: nothing goes while a request of the person is open", "[retention]") {
    for (const RequestKind kind :
         {RequestKind::access, RequestKind::objection, RequestKind::restriction,
          RequestKind::rectification, RequestKind::erasure}) {
        Due d;
        d.later();
        const RequestId id = d.requests.open(kind, d.ann, "letter");
        d.check_kept("request");
        d.requests.vouch(id, "passport");
        CHECK(d.kept().size() == 1);
        CHECK(d.due().empty());
        d.clock.advance(1h);
        d.requests.refuse(id, "12(5)");
        CHECK(d.kept().count("request") == 0);
    }
}

TEST_CASE("retention: whose processing is restricted keeps everything (art. 18)", "[retention]") {
    Due d;
    d.record(d.ann, EventKind::restricted);
    d.later();
    d.check_kept("restricted");
    d.record(d.ann, EventKind::restriction_lifted);
    d.check_kept("restricted"); // the person was not told yet (art. 18(3))
    d.record(d.ann, EventKind::restriction_notice);
    d.check_goes();
}

TEST_CASE("retention: an objection that has to be weighed keeps the person until it was",
          "[retention]") {
    Due d;
    d.record(d.ann, EventKind::objected, "", Channel::any, "direct_marketing");
    d.later();
    CHECK(d.due() == std::vector{d.ann}); // holds by itself
    d.record(d.ann, EventKind::objected, "", Channel::any, "legitimate_interests");
    d.check_kept("objection");
    d.clock.advance(1h);
    d.record(d.ann, EventKind::objection_upheld, "", Channel::any, "legitimate_interests");
    d.check_goes();
}

TEST_CASE("retention: a restriction of one purpose keeps the person as well", "[retention]") {
    Due d;
    d.record(d.ann, EventKind::restricted, "newsletter", Channel::sms);
    d.later();
    d.check_kept("restricted");
}

TEST_CASE("retention: a contract that has not ended keeps the person", "[retention]") {
    Due d;
    ConsentEvent sale = d.event(d.ann, EventKind::basis_fact, "orders");
    sale.data["sale_context"] = "true";
    d.record(sale);
    d.later();
    d.check_kept("contract");
    d.record(d.ann, EventKind::basis_ended, "orders");
    d.check_goes();
}

TEST_CASE("retention: what the law wants kept until a day is kept until then", "[retention]") {
    Due d;
    d.record(d.fact("letters", "2027-12-31"));
    d.later();
    d.check_kept("retention_until");
    d.clock.set("2028-01-01T00:00:01Z");
    d.check_goes();
}

TEST_CASE("retention: after a merge a hold of either and the later activity count", "[retention]") {
    Due d;
    const SubjectId bob = d.person("bob@example.org");
    DataHolders(d.store).hold(bob, "17(3)(e)");
    Subjects(d.store).merge(d.ann, bob);
    d.later();
    d.check_kept("hold");
    d.check_verify();
}

TEST_CASE("retention: the tick looks once a day, and takes a thousand at most", "[retention]") {
    Archive a;
    a.rule(R"({"code":"r","about":"subject","since":"created","period":"P12M"})");
    for (int i = 0; i < 1050; ++i) {
        a.person("p" + std::to_string(i) + "@example.org", "");
    }
    a.store.tick();
    CHECK(a.retention.list().at(0).looked_at);
    a.clock.set("2027-06-01T10:00:00Z");
    CHECK(a.store.tick().retained_ended == 1000);
    CHECK(Subjects(a.store).count() == 50);
    CHECK(a.retention.runs().at(0).subjects == 1000);
    CHECK_FALSE(a.retention.runs().at(0).complete);
    a.store.tick();
    CHECK(Subjects(a.store).count() == 0);
    CHECK(a.retention.runs().at(0).complete);
    const SubjectId late = a.person("late@example.org");
    a.rule(R"({"code":"r","about":"subject","since":"created","period":"P1D"})");
    a.store.tick();
    a.clock.advance(24h - 1min);
    a.store.tick();
    CHECK(a.is_there(late));
    a.clock.advance(1min);
    a.store.tick();
    CHECK(a.is_erased(late));
    a.check_verify();
}

TEST_CASE("retention: a paused rule waits, one that lost its field is named", "[retention]") {
    Archive a;
    Field end;
    end.name = "contract_end";
    end.type = FieldType::date;
    Fields(a.store).define(end);
    a.rule(R"({"code":"a","about":"subject","since":"created","period":"P1D","paused":true})");
    a.rule(R"({"code":"b","about":"subject","since":"date","since_of":"contract_end",
               "period":"P1D"})");
    a.rule(R"({"code":"c","about":"field","of":"country","since":"created","period":"P1D"})");
    const SubjectId ann = a.person("ann@example.org");
    Fields(a.store).remove("contract_end");
    a.days(2);
    a.store.tick();
    CHECK(a.is_there(ann));
    CHECK(a.field(ann, "country").empty()); // the others go on
    CHECK(a.retention.find("b")->fault.find("/since_of") == 0);
    CHECK(code_of([&] { static_cast<void>(a.retention.run()); }) == Errc::not_found);
    CHECK(a.retention.preview("a").at(0).subjects == 1); // asked by name
    CHECK(a.run("a").subjects == 1);
}

TEST_CASE("retention: a run goes as far as it may, and not inside a transaction", "[retention]") {
    Archive a;
    a.rule(R"({"code":"r","about":"subject","since":"created","period":"P1D"})");
    for (int i = 0; i < 250; ++i) {
        a.person("p" + std::to_string(i) + "@example.org", "");
    }
    a.days(2);
    {
        const Transaction tx = a.store.transaction();
        CHECK(code_of([&] { static_cast<void>(a.retention.run()); }) == Errc::invalid);
    }
    RetentionOptions options;
    options.limit = 7;
    CHECK(a.retention.run(options).at(0).subjects == 7);
    CHECK_FALSE(a.retention.runs().at(0).complete);
    options.limit = 0;
    options.progress = [](std::uint64_t done, std::uint64_t) { return done < 100; };
    CHECK(a.retention.run(options).at(0).subjects == 100);
    options.progress = nullptr;
    CHECK(a.retention.run(options).at(0).subjects == 143);
    CHECK(a.retention.runs(2).size() == 2);
    CHECK(a.one("SELECT sum(subjects) FROM v_retention_run") == "250");
}

TEST_CASE("retention: a rule that is paused while it runs takes nobody more", "[retention]") {
    Archive a(Archive::on_disk);
    const std::string rule = R"({"code":"r","about":"subject","since":"created","period":"P1D")";
    a.rule(rule + "}");
    for (int i = 0; i < 250; ++i) {
        a.person("p" + std::to_string(i) + "@example.org", "");
    }
    a.days(2);
    Store other = Store::open(a.path(), a.options());
    RetentionOptions options;
    options.progress = [&](std::uint64_t done, std::uint64_t) {
        if (done == 100) {
            Retention(other).define(Retention::from_json(rule + R"(,"paused":true})"));
        }
        return true;
    };
    const RetentionRun run = a.retention.run(options).at(0);
    CHECK(run.subjects == 100);
    CHECK_FALSE(run.complete);
    CHECK(Subjects(a.store).count() == 150);
}

TEST_CASE("retention: what a person loses is gone from the files", "[retention]") {
    Archive a(Archive::on_disk);
    const SubjectId ann = a.person("ann@example.org");
    a.set(ann, "first_name", "Annabella-Katharina");
    a.set(ann, "last_name", "Hohenwarter-Plessnitz");
    a.rule(R"({"code":"f","about":"field","of":"first_name","since":"created","period":"P1D"})");
    a.days(2);
    VerifyOptions options;
    options.residue = {"Annabella-Katharina"};
    CHECK_FALSE(a.store.verify(options).ok());
    {
        Store reader = Store::open(a.path(), a.options());
        const Snapshot held = reader.snapshot();
        static_cast<void>(Subjects(reader).count());
        CHECK(a.run("f").rows == 1);
        CHECK(a.store.tick().physical_pending == 1);
    }
    CHECK(a.store.tick().physical_done == 1);
    CHECK(a.store.verify(options).ok());
    a.rule(R"({"code":"l","about":"field","of":"last_name","since":"created","period":"P1D"})");
    a.store.tick(); // by itself
    options.residue = {"Hohenwarter-Plessnitz"};
    CHECK(a.store.verify(options).ok());
}

TEST_CASE("retention: consents past their validity expire by themselves, for all who ask",
          "[retention]") {
    Archive a;
    Purpose trial = a.purpose("trial", Basis::consent, PurposeKind::marketing, {Channel::email});
    trial.validity = "P1M";
    trial.texts.push_back(a.words("For a month."));
    a.define(trial);
    a.segment("lapsed", R"({"field":"consent.trial","op":"=","value":"expired"})", true);
    a.campaign("win_back", R"([{"id":"e","action":"add_tag","tag":"lapsed"}])",
               R"({"segments":["lapsed"]})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "trial");
    CHECK(a.ask(ann, "trial") == "OK_CONSENT");
    a.clock.set("2026-07-01T10:00:00Z");
    CHECK(a.ask(ann, "trial") == "CONSENT_EXPIRED"); // no tick needed
    CHECK(Consent(a.store).state(ann, "trial") == ConsentState::expired);
    CHECK(a.store.tick().expired == 1);
    CHECK(a.one("SELECT state FROM v_consent WHERE purpose = 'trial'") == "expired");
    CHECK(a.segments.match(R"({"field":"consent.trial","op":"=","value":"expired"})") ==
          std::vector{ann});
    CHECK(a.segments.contains("lapsed", ann));
    a.campaigns.run();
    CHECK(Tags(a.store).of(ann) == std::vector<std::string>{"lapsed"});
    a.check_verify();
}

TEST_CASE("retention: a preview is what a run then does", "[retention]") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto some = [&](int n) {
            return std::uniform_int_distribution<int>(0, n - 1)(random);
        };
        Archive a;
        Field ended;
        ended.name = "ended";
        ended.type = FieldType::date;
        Fields(a.store).define(ended);
        // No two about the same: what the first takes the second no longer finds.
        std::vector<std::string> abouts{
            R"("about":"subject")", R"("about":"subject","action":"anonymise","keep":["country"])",
            R"("about":"field","of":"first_name")", R"("about":"campaigns")",
            R"("about":"field","of":"date_of_birth","action":"anonymise")"};
        const std::vector<std::string> clocks{R"("since":"created")", R"("since":"activity")",
                                              R"("since":"consent_end","since_of":"newsletter")",
                                              R"("since":"date","since_of":"ended")"};
        std::shuffle(abouts.begin(), abouts.end(), random);
        for (int i = 0; i < 5; ++i) {
            a.rule(R"({"code":"r)" + std::to_string(i) + "\"," + abouts[i] + "," + clocks[some(4)] +
                   R"(,"period":"P)" + std::to_string(30 + some(500)) + R"(D")" +
                   (some(3) == 0 ? R"(,"filter":{"field":"country","op":"=","value":"AT"})" : "") +
                   "}");
        }
        std::vector<SubjectId> people;
        for (int i = 0; i < 60; ++i) {
            const SubjectId id =
                a.person("p" + std::to_string(i) + "@example.org", some(2) == 0 ? "AT" : "DE");
            people.push_back(id);
            a.set(id, "first_name", "P" + std::to_string(i));
            a.set(id, "date_of_birth", "1980-05-06");
            a.set(id, "ended", "202" + std::to_string(4 + some(4)) + "-05-06");
            a.days(some(10));
            const SubjectId other = people[some(static_cast<int>(people.size()))];
            switch (some(8)) {
            case 0:
                a.record(other, EventKind::granted, "newsletter");
                break;
            case 1:
                a.record(other, EventKind::withdrawn, "newsletter");
                break;
            case 2:
                a.campaigns.record_signal(other, SignalKind::opened, "news");
                break;
            case 3:
                DataHolders(a.store).hold(other, "17(3)(e)", a.clock.now() + 24h * (1 + some(600)));
                break;
            case 4:
                a.requests.open(RequestKind::access, other, "letter");
                break;
            case 5:
                a.record(other, EventKind::restricted);
                break;
            default:
                break;
            }
        }
        a.days(some(300));
        const auto said = a.retention.preview();
        const auto again = a.retention.preview();
        CHECK(said == again); // it changes nothing
        const auto did = a.retention.run();
        REQUIRE(said.size() == did.size());
        for (std::size_t i = 0; i < did.size(); ++i) {
            CAPTURE(did[i].rule);
            CHECK(did[i].complete);
            CHECK(did[i].subjects == said[i].subjects);
        }
        for (const RetentionPreview& each : a.retention.preview()) {
            CHECK(each.subjects == 0);
        }
        a.check_verify();
    }
}

} // namespace retention_run_test
