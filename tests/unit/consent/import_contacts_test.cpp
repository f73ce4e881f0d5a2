// Contacts with columns that are declared as consent.
#include "base/files.hpp"
#include "unit/consent/helpers.hpp"

namespace consent_import_contacts_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::Shop;

namespace {

ImportOptions with_consent() {
    ImportOptions options;
    options.columns = {{"email", "email", ""},
                       {"name", "first_name", ""},
                       {"news", "consent.newsletter.email", ""},
                       {"sms", "consent.newsletter.sms", ""}};
    options.consent_time_column = "when";
    options.consent_text_version_column = "text";
    return options;
}
const std::string header = "email,name,news,sms,when,text\n";

std::vector<ConsentEvent> history(Shop& shop, const std::string& email) {
    auto subject = Subjects(shop.store).find(make_identifier("email", email));
    INFO(email);
    REQUIRE(subject);
    return Consent(shop.store).history(*subject);
}

} // namespace

TEST_CASE("import of contacts: a contact alone makes nobody mailable, whatever its columns say",
          "[consent][import]") {
    Shop shop;
    auto report = Import(shop.store)
                      .contacts_text("email,newsletter,consent,consent.newsletter.email,opt_in\n"
                                     "ann@example.com,1,yes,granted,1\n");
    CHECK(report.created == 1);
    CHECK(report.consents == 0);
    CHECK(report.unmapped.size() == 4);
    CHECK(history(shop, "ann@example.com").empty());
    auto ann = *Subjects(shop.store).find(make_identifier("email", "ann@example.com"));
    CHECK(shop.ask(ann, "newsletter") == "NO_CONSENT");
    CHECK(Subjects(shop.store).get(ann).source == "import:text");
}

TEST_CASE("import of contacts: a declared column becomes events with their evidence",
          "[consent][import]") {
    Shop shop;
    ImportOptions options = with_consent();
    options.consent_document = "archive/2025.pdf";
    auto report = Import(shop.store)
                      .contacts_text(header + "a@example.com,A,yes,NO,2025-01-01 12:00,1\n"
                                              "b@example.com,B,Withdrawn,,2025-01-01,\n"
                                              "c@example.com,C,,,,\n"
                                              "a@example.com,Again,granted,0,2025-01-01T12:00Z,1\n",
                                     options);
    CHECK(report.created == 3);
    CHECK(report.rejected == 1); // "T12:00Z" has no seconds
    CHECK(report.consents == 3);
    auto events = history(shop, "a@example.com");
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == EventKind::granted);
    CHECK(events[0].channel == Channel::email);
    CHECK(events[1].kind == EventKind::refused);
    CHECK(events[1].channel == Channel::sms);
    Evidence expected;
    expected.method = "import";
    expected.text_version = 1;
    expected.document = "archive/2025.pdf";
    for (const ConsentEvent& event : events) {
        CHECK(event.evidence == expected);
        CHECK(event.effective_at == parse_time("2025-01-01T12:00:00Z"));
    }
    CHECK(history(shop, "b@example.com").size() == 1);
    CHECK(history(shop, "c@example.com").empty());
    auto a = *Subjects(shop.store).find(make_identifier("email", "a@example.com"));
    CHECK(shop.ask(a, "newsletter") == "OK_CONSENT");
    CHECK(shop.ask(a, "newsletter", Channel::sms) == "CONSENT_REFUSED");
    shop.check_verify();
}

TEST_CASE("import of contacts: without a time no consent is recorded, and the rows say why",
          "[consent][import]") {
    Shop shop;
    ImportOptions options = with_consent();
    options.rejects_file = shop.folder.file("rejects.csv");
    auto report = Import(shop.store)
                      .contacts_text(header + "a@example.com,A,yes,,,1\n"
                                              "b@example.com,B,,,,\n",
                                     options);
    CHECK(report.created == 2);
    CHECK(report.rejected == 0); // the contacts are imported
    CHECK(report.consents == 0);
    CHECK(report.reasons.at("consent not recorded: its time is blank") == 1);
    std::string file =
        base::read_all(base::open_file(options.rejects_file, base::OpenMode::read, "rejects"));
    CHECK(file ==
          "line,column,field,kind,reason\r\n"
          "2,3,consent.newsletter.email,consent,consent not recorded: its time is blank\r\n");
    options.consent_time_column.clear();
    report =
        Import(shop.store).contacts_text(header + "a@example.com,A,yes,,2025-01-01,1\n", options);
    CHECK(report.consents == 0);
    CHECK(report.reasons.at("consent not recorded: no column gives its time") == 1);
    CHECK(history(shop, "a@example.com").empty());
}

TEST_CASE(
    "import of contacts: a consent that cannot be refuses its row, before anything is written",
    "[consent][import]") {
    Shop shop;
    ImportOptions options = with_consent();
    options.rejects_file = shop.folder.file("rejects.csv");
    auto report = Import(shop.store)
                      .contacts_text(header + "a@example.com,A,perhaps,,2025-01-01,1\n"
                                              "b@example.com,B,yes,,soon,1\n"
                                              "c@example.com,C,yes,,2099-01-01,1\n"
                                              "d@example.com,D,yes,,2025-01-01,7\n"
                                              "e@example.com,E,yes,,2025-01-01,one\n"
                                              "f@example.com,F,yes,nonsense,2025-01-01,1\n",
                                     options);
    CHECK(report.rejected == 6);
    CHECK(Subjects(shop.store).count() == 0);
    std::string file =
        base::read_all(base::open_file(options.rejects_file, base::OpenMode::read, "rejects"));
    std::erase(file, '"');
    for (const char* start :
         {"2,3,consent.newsletter.email,consent,", "3,5,consent_time,consent,not a time",
          "4,5,consent_time,consent,more than 5 minutes ahead",
          "5,6,consent_text,consent,this purpose has no text version",
          "6,6,consent_text,consent,no number", "7,4,consent.newsletter.sms,consent,"}) {
        INFO(file);
        INFO(start);
        CHECK(file.find("\r\n" + std::string(start)) != std::string::npos);
    }
    CHECK(file.find("perhaps") == std::string::npos);
    shop.check_verify();
}

TEST_CASE("import of contacts: a mapping to a consent that is not declared is refused at once",
          "[consent][import]") {
    Shop shop;
    auto code = [&](const std::string& target) {
        return code_of([&] {
            ImportOptions options;
            options.columns = {{"email", "email", ""}, {"x", target, ""}};
            Import(shop.store).contacts_text("email,x\na@example.com,1\n", options);
        });
    };
    CHECK(code("consent.newsleter.email") == Errc::not_found);
    CHECK(code("consent.newsletter.post") == Errc::invalid);
    CHECK(code("consent.newsletter.fax") == Errc::invalid);
    CHECK(code("consent.newsletter") == Errc::invalid);
    CHECK(code("consent.newsletter.") == Errc::invalid);
    CHECK(code("consent.") == Errc::invalid);
    ImportOptions options = with_consent();
    options.consent_document = "two\nlines";
    CHECK(code_of([&] { Import(shop.store).contacts_text(header, options); }) == Errc::invalid);
    CHECK(Subjects(shop.store).count() == 0);
}

TEST_CASE("import of contacts: repeated, interrupted or rehearsed, each consent comes once",
          "[consent][import]") {
    Shop shop(Shop::on_disk);
    std::string csv = header;
    for (int n = 0; n < 40; ++n) {
        csv += "p" + std::to_string(n) + "@example.com,P,yes,no,2025-01-01,1\n";
    }
    csv += "P1@example.com,P,yes,no,2025-01-01T00:00:00Z,1\n";
    ImportOptions options = with_consent();
    options.batch = 6;
    options.dry_run = true;
    auto dry = Import(shop.store).contacts_text(csv, options);
    CHECK(dry.consents == 80);
    CHECK(Subjects(shop.store).count() == 0);
    options.dry_run = false;
    int calls = 0;
    options.progress = [&](std::uint64_t, std::uint64_t) { return ++calls < 3; };
    auto half = Import(shop.store).contacts_text(csv, options);
    CHECK(half.cancelled);
    CHECK(half.consents == 36);
    options.progress = {};
    auto rest = Import(shop.store).contacts_text(csv, options);
    CHECK(half.consents + rest.consents == dry.consents);
    auto again = Import(shop.store).contacts_text(csv, options);
    CHECK(again.consents == 0);
    CHECK(again.unchanged == 41);
    for (const char* email : {"p0@example.com", "p1@example.com", "p39@example.com"}) {
        CHECK(history(shop, email).size() == 2);
    }
    // Who is skipped gets no consent either.
    options.on_match = OnMatch::skip;
    auto skipped =
        Import(shop.store).contacts_text(header + "p0@example.com,P,no,,2025-02-01,1\n", options);
    CHECK(skipped.skipped == 1);
    CHECK(skipped.consents == 0);
    shop.check_verify();
}

} // namespace consent_import_contacts_test
