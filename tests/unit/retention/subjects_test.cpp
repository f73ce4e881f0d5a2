#include "unit/retention/helpers.hpp"

namespace retention_subjects_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {
const std::string inactive = R"({"code":"r","about":"subject","since":"activity","period":"P12M"})";
}

TEST_CASE("retention: only the person's own acts count as activity", "[retention]") {
    Archive a;
    a.rule(inactive);
    const SubjectId quiet = a.person("quiet@example.org");
    const SubjectId reader = a.person("reader@example.org");
    const SubjectId agreed = a.person("agreed@example.org");
    const SubjectId edited = a.person("edited@example.org");
    a.clock.set("2027-05-31T10:00:00Z");
    a.campaigns.record_signal(reader, SignalKind::opened, "news");
    a.record(agreed, EventKind::granted, "newsletter");
    a.set(edited, "country", "AT"); // the host's act
    Tags(a.store).add(edited, "old");
    CHECK(a.due().empty());
    a.clock.set("2027-06-01T10:00:00Z");
    CHECK(a.due() == std::vector{quiet, edited});
    const RetentionPreview found = a.retention.preview("r").at(0);
    CHECK(format_time(found.due[0].due_at) == "2027-06-01T10:00:00.000Z");
    const RetentionRun run = a.run();
    CHECK(run.subjects == 2);
    CHECK(run.complete);
    CHECK(a.is_erased(quiet));
    CHECK(a.is_there(reader));
    CHECK(a.is_there(agreed));
    CHECK(Erasure(a.store).receipt(quiet).find("5(1)(e)") != std::string::npos);
    CHECK(a.run().id == 0); // nothing more, and no entry for nothing
    REQUIRE(a.retention.runs().size() == 1);
    CHECK(a.retention.runs()[0].id == run.id);
    CHECK(a.retention.runs()[0].subjects == 2);
    CHECK(a.retention.runs()[0].complete);
    a.clock.set("2028-05-31T10:00:00Z");
    CHECK(a.due() == std::vector{reader, agreed});
    a.check_verify();
}

TEST_CASE("retention: who said no stays on the suppression list, others may come back",
          "[retention]") {
    Archive a;
    a.rule(inactive);
    a.person("quiet@example.org");
    a.record(a.person("no@example.org"), EventKind::withdrawn, "newsletter");
    const SubjectId again = a.person("again@example.org");
    a.record(again, EventKind::withdrawn, "newsletter");
    a.clock.advance(1h);
    a.record(again, EventKind::granted, "newsletter");
    a.days(366);
    CHECK(a.run().subjects == 3);
    const Consent consent(a.store);
    CHECK_FALSE(consent.suppressed({IdentifierKind::email, "", "quiet@example.org"}));
    CHECK(consent.suppressed({IdentifierKind::email, "", "no@example.org"}));
    CHECK_FALSE(consent.suppressed({IdentifierKind::email, "", "again@example.org"}));
    a.check_verify();
}

TEST_CASE("retention: the end of a contract counts from the end of its day", "[retention]") {
    Archive a;
    a.store.set_setting("time_zone", "Europe/Berlin");
    Field end;
    end.name = "contract_end";
    end.type = FieldType::date;
    Fields(a.store).define(end);
    a.rule(R"({"code":"r","about":"subject","since":"date","since_of":"contract_end",
               "period":"P1M"})");
    const SubjectId over = a.person("over@example.org");
    a.person("open@example.org"); // has no end
    const SubjectId never = a.person("never@example.org");
    a.set(over, "contract_end", "2026-06-30");
    a.set(never, "contract_end", "9999-12-31");
    a.clock.set("2026-07-30T21:59:59Z");
    CHECK(a.due().empty());
    a.clock.set("2026-07-30T22:00:00Z"); // a month after midnight in Berlin, 1 July
    CHECK(a.due() == std::vector{over});
    a.clock.set("2090-01-01T00:00:00Z");
    CHECK(a.due() == std::vector{over});
}

TEST_CASE("retention: the end of a consent is over every channel, and a new one takes it back",
          "[retention]") {
    Archive a;
    a.rule(R"({"code":"r","about":"subject","since":"consent_end","since_of":"newsletter",
               "period":"P1M"})");
    const SubjectId both = a.person("both@example.org");
    a.person("never@example.org");
    const SubjectId back = a.person("back@example.org");
    a.record(both, EventKind::granted, "newsletter");
    a.clock.advance(1h);
    a.record(both, EventKind::withdrawn, "newsletter", Channel::email);
    a.record(back, EventKind::withdrawn, "newsletter");
    a.days(40);
    a.record(back, EventKind::granted, "newsletter");
    CHECK(a.due().empty()); // SMS is still agreed to
    a.record(both, EventKind::withdrawn, "newsletter", Channel::sms);
    a.days(20);
    CHECK(a.due().empty());
    a.days(12);
    CHECK(a.due() == std::vector{both});
}

TEST_CASE("retention: who never confirmed is over when the time to confirm is", "[retention]") {
    Archive a;
    a.rule(R"({"code":"r","about":"evidence","of":"newsletter","since":"consent_end",
               "since_of":"newsletter","period":"P1D"})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::requested, "newsletter");
    a.days(2); // so long it can be confirmed
    CHECK(a.due().empty());
    a.days(1);
    CHECK(a.run().rows == 1);
    CHECK(Consent(a.store).history(ann).empty());
    a.check_verify();
}

TEST_CASE("retention: a consent that expired by itself ended when it did", "[retention]") {
    Archive a;
    Purpose trial = a.purpose("trial", Basis::consent, PurposeKind::marketing, {Channel::email});
    trial.validity = "P1M";
    trial.texts.push_back(a.words("For a month."));
    a.define(trial);
    a.rule(R"({"code":"r","about":"subject","since":"consent_end","since_of":"trial",
               "period":"P1M"})");
    const SubjectId ann = a.person("ann@example.org");
    a.record(ann, EventKind::granted, "trial");
    a.clock.set("2026-08-01T09:59:59Z");
    CHECK(a.due().empty());
    a.clock.set("2026-08-01T10:00:00Z");
    CHECK(a.due() == std::vector{ann});
    CHECK(a.retention.preview("r", a.clock.now() - 1s).at(0).subjects == 0);
}

TEST_CASE("retention: the anonymous keep their number, codes and figures, and nothing else",
          "[retention]") {
    Archive a(Archive::on_disk);
    a.rule(R"({"code":"r","about":"subject","action":"anonymise","keep":["country"],
               "since":"activity","period":"P12M"})");
    const SubjectId ann = a.person("ann.long.address@example.org", "AT");
    a.set(ann, "first_name", "Annabella-Katharina");
    a.set(ann, "date_of_birth", "1980-03-04");
    Subjects(a.store).add_identifier(ann, make_identifier("external:crm", "customer-471100"));
    ConsentEvent yes = a.event(ann, EventKind::granted, "newsletter");
    yes.evidence.note = "said at the fair in Graz";
    a.record(yes);
    a.clock.advance(1h);
    a.record(ann, EventKind::withdrawn, "newsletter");
    Tags(a.store).add(ann, "met-at-the-fair");
    a.segment("austrians", R"({"field":"country","op":"=","value":"AT"})", true);
    const SubjectId old = a.person("old@example.org");
    Subjects(a.store).merge(ann, old);
    a.days(370);
    const RetentionRun run = a.run();
    CHECK(run.subjects == 1);
    const Subject left = Subjects(a.store).get(ann);
    CHECK(left.identifiers.empty());
    CHECK(left.source == "anonymised");
    CHECK(left.fields == FieldValues{{"country", std::string("AT")}});
    CHECK(Subjects(a.store).get(old).id == ann); // a former number still leads here
    CHECK(Consent(a.store).history(ann).empty());
    CHECK(Tags(a.store).of(ann).empty());
    CHECK(a.segments.contains("austrians", ann));
    CHECK(a.segments.match(R"({"field":"anonymised","op":"=","value":true})") == std::vector{ann});
    CHECK_FALSE(
        Subjects(a.store).find({IdentifierKind::email, "", "ann.long.address@example.org"}));
    CHECK(Consent(a.store).suppressed({IdentifierKind::email, "", "ann.long.address@example.org"}));
    CHECK(a.ask(ann, "newsletter") == "NO_CONSENT");
    a.days(800);
    CHECK(a.due().empty());           // once is enough
    a.set(ann, "first_name", "Anna"); // somebody writes about the person again
    CHECK(a.segments.match(R"({"field":"anonymised","op":"=","value":true})").empty());
    CHECK(a.run().subjects == 1);
    VerifyOptions options;
    options.residue = {"ann.long.address@example.org", "Annabella-Katharina", "customer-471100",
                       "said at the fair in Graz"};
    const VerifyReport report = a.store.verify(options);
    for (const Finding& finding : report.findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
    CHECK(report.erased > 0);
    a.reopen();
    CHECK(Subjects(a.store).get(ann).identifiers.empty());
}

} // namespace retention_subjects_test
