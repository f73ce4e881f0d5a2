// What rules take of a person who stays: fields, evidence, entries.
#include "unit/forms/helpers.hpp"
#include "unit/retention/helpers.hpp"

namespace retention_parts_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("retention: a date of birth becomes a year, and no event remembers the day",
          "[retention]") {
    Archive a;
    const SubjectId ann = a.person("ann@example.org");
    a.set(ann, "date_of_birth", "1980-03-04");
    a.set(ann, "date_of_birth", "1980-03-05"); // profile_changed holds the day before
    a.rule(R"({"code":"r","about":"field","of":"date_of_birth","action":"anonymise",
               "since":"created","period":"P12M"})");
    CHECK(a.due().empty());
    a.days(366);
    CHECK(a.run().rows == 1);
    CHECK(a.field(ann, "date_of_birth") == "1980-12-31"); // nobody gets older by it
    CHECK(a.one("SELECT count(*) FROM event WHERE evidence LIKE '%1980-%'") == "0");
    CHECK(a.due().empty());
    a.set(ann, "date_of_birth", "1980-12-31");
    CHECK(a.due().empty());
    a.check_verify();
}

TEST_CASE("retention: of a text the first characters stay, of a time the year", "[retention]") {
    Archive a;
    Field postal;
    postal.name = "postal_code";
    Field seen;
    seen.name = "seen_at";
    seen.type = FieldType::datetime;
    Fields(a.store).define(postal);
    Fields(a.store).define(seen);
    const SubjectId ann = a.person("ann@example.org");
    a.set(ann, "postal_code", "ÖÄ-8010 Graz");
    a.set(ann, "seen_at", "2025-03-04T10:00:00Z");
    a.rule(R"({"code":"p","about":"field","of":"postal_code","action":"anonymise","characters":1,
               "since":"created","period":"P12M"})");
    a.rule(R"({"code":"s","about":"field","of":"seen_at","action":"anonymise",
               "since":"created","period":"P12M"})");
    a.days(366);
    CHECK(a.retention.run().size() == 2);
    CHECK(a.field(ann, "postal_code") == "Ö");
    CHECK(std::get<Time>(Subjects(a.store).get(ann).fields.at("seen_at")) ==
          parse_time("2025-12-31T23:59:59Z"));
    CHECK(a.due("p").empty());
    CHECK(a.due("s").empty());
    postal.required = true;
    Fields(a.store).update(postal);
    a.rule(R"({"code":"p","about":"field","of":"postal_code","since":"created","period":"P12M"})");
    CHECK(a.run("p").rows == 1); // required or not
    CHECK(a.field(ann, "postal_code").empty());
}

TEST_CASE("retention: a field that goes takes its identifier along, but never the last one",
          "[retention]") {
    Archive a;
    const SubjectId both = a.person("both@example.org");
    a.set(both, "phone", "+43 316 123456");
    SubjectInput input;
    input.fields["phone"] = std::string("+43 316 654321");
    const SubjectId only = Subjects(a.store).create(input);
    a.rule(R"({"code":"r","about":"field","of":"phone","since":"created","period":"P12M"})");
    a.days(366);
    CHECK(a.due() == std::vector{both});
    CHECK(a.kept() == std::map<std::string, std::uint64_t>{{"last_identifier", 1}});
    CHECK(a.run().kept.at("last_identifier") == 1);
    CHECK(a.field(both, "phone").empty());
    CHECK_FALSE(Subjects(a.store).find({IdentifierKind::phone, "", "+43316123456"}));
    CHECK(Subjects(a.store).find({IdentifierKind::phone, "", "+43316654321"}) == only);
    CHECK(Subjects(a.store).find({IdentifierKind::email, "", "both@example.org"}) == both);
    a.check_verify();
}

TEST_CASE("retention: multiple choices and sealed values go as others do", "[retention]") {
    Archive a;
    Field likes;
    likes.name = "likes";
    likes.type = FieldType::multiselect;
    likes.choices = {{"tea", {}}, {"coffee", {}}};
    Field secret;
    secret.name = "secret";
    secret.field_class = FieldClass::sealed;
    Fields(a.store).define(likes);
    Fields(a.store).define(secret);
    const SubjectId ann = a.person("ann@example.org");
    a.set(ann, "likes", "tea|coffee");
    a.set(ann, "secret", "allergic");
    a.rule(R"({"code":"l","about":"field","of":"likes","since":"created","period":"P12M"})");
    a.rule(R"({"code":"s","about":"field","of":"secret","since":"created","period":"P12M"})");
    a.days(366);
    CHECK(a.run("l").rows == 1);
    CHECK(a.run("s").rows == 1);
    CHECK(Subjects(a.store).get(ann).fields.count("likes") == 0);
    CHECK(Subjects(a.store).get(ann).fields.count("secret") == 0);
    CHECK(a.due("l").empty());
}

TEST_CASE("retention: evidence goes once the consent is over, and the no stays", "[retention]") {
    Archive a;
    const std::string rule = R"({"code":"r","about":"evidence","of":"newsletter",
        "since":"consent_end","since_of":"newsletter","period":"P36M"})";
    a.rule(rule);
    const SubjectId ann = a.person("ann@example.org");
    const SubjectId bob = a.person("bob@example.org");
    ConsentEvent yes = a.event(ann, EventKind::granted, "newsletter");
    yes.evidence.user_agent = "Ann's browser";
    a.record(yes);
    a.record(bob, EventKind::granted, "newsletter");
    a.record(ann, EventKind::granted, "scoring"); // another purpose
    a.days(10);
    ConsentEvent no = a.event(ann, EventKind::withdrawn, "newsletter");
    no.evidence.note = "called us, angry";
    a.record(no);
    const Time ended = a.clock.now();
    a.clock.set("2029-06-11T09:59:59Z");
    CHECK(a.due().empty());
    const std::string before = a.ask(ann, "newsletter");
    a.clock.set("2029-06-11T10:00:00Z");
    CHECK(a.due() == std::vector{ann});
    const RetentionRun run = a.run();
    CHECK(run.rows == 2);
    CHECK(a.ask(ann, "newsletter") == before);
    CHECK(a.ask(bob, "newsletter") == "OK_CONSENT");
    CHECK(Consent(a.store).state(ann, "newsletter") == ConsentState::withdrawn);
    const auto left = Consent(a.store).history(ann);
    REQUIRE(left.size() == 2);
    CHECK(left[0].purpose == "scoring");
    CHECK(left[1].kind == EventKind::withdrawn);
    CHECK(left[1].effective_at == ended);
    CHECK(left[1].evidence.note == "retention");
    CHECK(a.one("SELECT count(*) FROM event WHERE evidence LIKE '%browser%' OR evidence LIKE "
                "'%angry%'") == "0");
    CHECK(a.due().empty());
    CHECK(a.ask_at(ann, "newsletter", "2026-06-05T00:00:00Z") != "OK_CONSENT"); // nothing proves it
    a.check_verify();
    // The removed yes still says when Ann was active.
    a.rule(R"({"code":"i","about":"subject","since":"activity","period":"P20Y"})");
    CHECK(
        format_time(
            a.retention.preview("i", parse_time("2046-06-01T10:00:00Z")).at(0).due.at(0).due_at) ==
        "2046-06-01T10:00:00.000Z");
}

TEST_CASE("retention: each channel keeps the way in which its consent ended", "[retention]") {
    Archive a;
    Purpose trial = a.purpose("trial", Basis::consent, PurposeKind::marketing,
                              {Channel::email, Channel::sms, Channel::phone});
    trial.validity = "P1M";
    trial.texts.push_back(a.words("For a month."));
    a.define(trial);
    a.rule(R"({"code":"r","about":"evidence","of":"trial","since":"consent_end",
               "since_of":"trial","period":"P1D"})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "trial", Channel::email);
    a.record(ann, EventKind::refused, "trial", Channel::sms);
    a.days(60);
    a.store.tick();
    CHECK(a.retention.runs().size() == 1);
    const Consent consent(a.store);
    CHECK(consent.state(ann, "trial", Channel::email) == ConsentState::expired);
    CHECK(consent.state(ann, "trial", Channel::sms) == ConsentState::refused);
    CHECK(consent.state(ann, "trial", Channel::phone) == ConsentState::none);
    CHECK(consent.history(ann).front().effective_at == parse_time("2026-06-01T10:00:00Z"));
    CHECK(consent.history(ann).back().effective_at == parse_time("2026-07-01T10:00:00Z"));
    a.check_verify();
}

TEST_CASE("retention: a consent past its purpose's retention is over", "[retention]") {
    Archive a;
    Purpose trial = a.purpose("trial", Basis::consent, PurposeKind::marketing, {Channel::email});
    trial.retention = "P1Y";
    trial.texts.push_back(a.words("For a year."));
    a.define(trial);
    a.rule(R"({"code":"r","about":"evidence","of":"trial","since":"consent_end",
               "since_of":"trial","period":"P1M"})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "trial");
    a.clock.set("2027-07-01T09:59:59Z");
    CHECK(a.ask(ann, "trial") == "RETENTION_EXPIRED");
    CHECK(a.due().empty());
    a.clock.set("2027-07-01T10:00:00Z");
    CHECK(a.run().rows == 1);
    CHECK(a.ask(ann, "trial") == "CONSENT_EXPIRED");
    CHECK(Consent(a.store).history(ann).at(0).effective_at == parse_time("2027-06-01T10:00:00Z"));
    CHECK(a.due().empty());
    a.check_verify();
}

TEST_CASE("retention: submissions go one by one, with what waits for their confirmation",
          "[retention]") {
    FormShop shop;
    shop.publish(FormShop::signup());
    Retention retention(shop.store);
    retention.define(Retention::from_json(
        R"({"code":"r","about":"submissions","of":"signup","since":"created","period":"P6M"})"));
    const SubjectId ann = shop.send({{"mail", "ann@example.org"}}).subject.value();
    shop.clock.set("2026-09-01T10:00:00Z");
    shop.send({{"mail", "ann@example.org"}, {"given", "Ann"}});
    shop.clock.set("2026-12-01T10:00:00Z");
    CHECK(retention.run().at(0).rows == 1);
    REQUIRE(shop.forms.submissions("signup", ann).size() == 1);
    CHECK(shop.forms.submissions("signup", ann).front().at == parse_time("2026-09-01T10:00:00Z"));
    shop.clock.set("2027-03-01T10:00:00Z");
    CHECK(retention.run().at(0).rows == 1);
    CHECK(shop.forms.submissions("signup", ann).empty());
    retention.define(Retention::from_json(
        R"({"code":"i","about":"subject","since":"activity","period":"P12M"})"));
    const auto later = retention.preview("i", parse_time("2028-01-01T10:00:00Z")).at(0);
    REQUIRE(later.subjects == 1); // the last submission is gone, but not forgotten
    CHECK(later.due.front().due_at == parse_time("2027-09-01T10:00:00Z"));
    shop.check_verify();
}

TEST_CASE("retention: messages go when they are over, not while they wait", "[retention]") {
    Archive a;
    const SubjectId ann = a.reader("ann@example.org");
    a.queue(ann, "news", "one");
    TestGateway gateway;
    a.outbox.send(gateway);
    a.queue(ann, "news", "two");
    a.rule(R"({"code":"r","about":"messages","of":"news","since":"created","period":"P6M"})");
    a.clock.set("2026-12-01T10:00:00Z");
    CHECK(a.run().rows == 1);
    CHECK(a.messages() == 1);
    CHECK(a.outbox.list().front().state == MessageState::queued);
    CHECK(a.one("SELECT count(*) FROM outbox_content") == "1");
    a.check_verify();
}

TEST_CASE("retention: old points go, and a rule that has counted does not count again",
          "[retention]") {
    Archive a;
    a.points.define(R"({"purpose":"scoring","rules":[
        {"code":"clicked","on":"clicked","points":10},
        {"code":"vip","on":"tagged","key":"vip","points":50}]})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "scoring");
    a.campaigns.record_signal(ann, SignalKind::clicked, "news");
    Tags(a.store).add(ann, "vip");
    a.clock.set("2026-09-01T10:00:00Z");
    a.campaigns.record_signal(ann, SignalKind::clicked, "news");
    CHECK(a.points.total(ann) == 70);
    a.rule(R"({"code":"r","about":"points","since":"created","period":"P6M"})");
    a.clock.set("2026-12-01T10:00:00Z");
    CHECK(a.run().rows == 2);
    CHECK(a.points.total(ann) == 10);
    CHECK(a.due().empty());
    Tags(a.store).remove(ann, "vip");
    Tags(a.store).add(ann, "vip");
    CHECK(a.points.total(ann) == 10);
    a.check_verify();
}

TEST_CASE("retention: history of campaigns goes, and nobody comes in again by it", "[retention]") {
    Archive a;
    a.segment("readers", R"({"field":"country","op":"=","value":"DE"})", true);
    a.campaign("c", R"([{"id":"e","action":"add_tag","tag":"t"}])", R"({"segments":["readers"]})");
    const SubjectId ann = a.person("ann@example.org");
    a.campaigns.run();
    a.campaigns.record_signal(ann, SignalKind::opened, "news");
    a.campaign("waits", R"([{"id":"e","action":"add_tag","tag":"t","when":{"after":"P3Y"}}])");
    a.campaigns.enrol("waits", ann);
    CHECK(a.counts("c") == "done 1; entered 1; e done 1");
    a.rule(R"({"code":"r","about":"campaigns","since":"created","period":"P6M"})");
    a.clock.set("2026-12-01T10:00:00Z");
    CHECK(a.run().rows == 2); // a step that is over, and a signal
    a.campaigns.run();
    CHECK(a.counts("c") == "done 1; entered 1; e done 1");
    CHECK(a.one("SELECT count(*) FROM campaign_signal") == "0");
    CHECK(a.one("SELECT count(*) FROM campaign_step") == "1");
    CHECK(a.due().empty());
    a.rule(R"({"code":"i","about":"subject","since":"activity","period":"P12M"})");
    CHECK(a.retention.preview("i", parse_time("2027-06-01T09:59:59Z")).at(0).subjects == 0);
    CHECK(a.retention.preview("i", parse_time("2027-06-01T10:00:00Z")).at(0).subjects == 1);
    a.check_verify();
}

TEST_CASE("retention: entries of somebody go all at once where the period is the person's",
          "[retention]") {
    Archive a;
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "scoring");
    a.points.define(R"({"purpose":"scoring","rules":[]})");
    a.points.add(ann, 5, "by hand");
    a.rule(R"({"code":"r","about":"points","since":"activity","period":"P6M",
               "filter":{"field":"country","op":"=","value":"DE"}})");
    a.clock.set("2026-11-30T10:00:00Z");
    a.points.add(ann, 6, "by hand");
    CHECK(a.due().empty());
    a.clock.set("2026-12-01T10:00:00Z");
    a.set(ann, "country", "AT");
    CHECK(a.due().empty()); // the filter
    a.set(ann, "country", "DE");
    CHECK(a.run().rows == 2);
    CHECK(a.points.total(ann) == 0);
}

} // namespace retention_parts_test
