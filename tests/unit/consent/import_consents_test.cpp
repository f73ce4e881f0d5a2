// Import of a file of consents.
#include "base/files.hpp"
#include "unit/consent/helpers.hpp"

#include <fstream>
#include <sys/stat.h>

namespace consent_import_consents_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::Shop;

namespace {

std::string slurp(const std::string& path) {
    return base::read_all(base::open_file(path, base::OpenMode::read, "test file"));
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

const std::string header = "email,purpose,channel,action,at\n";

ImportReport import(Shop& shop, const std::string& csv, const ImportOptions& options = {}) {
    ImportReport report = Import(shop.store).consents_text(csv, options);
    CHECK(report.rows == report.consents + report.unchanged + report.rejected);
    return report;
}

std::vector<ConsentEvent> history(Shop& shop, SubjectId subject) {
    return Consent(shop.store).history(subject);
}

/// Why the only row of a file is refused.
std::string refused(Shop& shop, const std::string& csv, const ImportOptions& options = {}) {
    ImportReport report = import(shop, csv, options);
    CHECK(report.consents == 0);
    REQUIRE(report.reasons.size() == 1);
    return report.reasons.begin()->first;
}

} // namespace

TEST_CASE("import of consents: a line becomes an event with all its evidence",
          "[consent][import]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    auto report = import(
        shop, "email,purpose,channel,action,at,text_version,language,method,form,submission,ip,"
              "user_agent,document,preticked,explicit,parental_authorisation\n"
              "ANN@example.com,newsletter,email,Granted,2025-01-02T03:04:05+01:00,1,de_DE,form,"
              "signup,S-1,192.0.2.77,\"Agent, \"\"X\"\"\",card.pdf,no,yes,1\n");
    CHECK(report.consents == 1);
    CHECK(report.created == 0);
    auto events = history(shop, ann);
    REQUIRE(events.size() == 1);
    const ConsentEvent& event = events.front();
    CHECK(event.kind == EventKind::granted);
    CHECK(event.purpose == "newsletter");
    CHECK(event.channel == Channel::email);
    CHECK(event.effective_at == parse_time("2025-01-02T02:04:05Z"));
    CHECK(event.recorded_at == shop.clock.now());
    Evidence expected;
    expected.method = "form";
    expected.text_version = 1;
    expected.language = "de-DE";
    expected.form = "signup";
    expected.submission = "S-1";
    expected.ip = "192.0.2.0";
    expected.user_agent = "Agent, \"X\"";
    expected.document = "card.pdf";
    expected.explicit_consent = true;
    expected.parental_authorisation = true;
    CHECK(event.evidence == expected);
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.check_verify();
}

TEST_CASE("import of consents: the five columns that must be there are enough, and prove nothing",
          "[consent][import]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    CHECK(import(shop, header + "ann@example.com,newsletter,any,granted,2025-01-01\n").consents ==
          1);
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_UNPROVEN");
    for (std::string missing : {"email", "purpose", "channel", "action", "at"}) {
        std::string short_header = header;
        short_header.replace(short_header.find(missing), missing.size(), "other");
        INFO(missing);
        try {
            import(shop, short_header + "a,b,c,d,e\n");
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            CHECK(error.where() == (missing == "email" ? "columns" : missing));
        }
    }
}

TEST_CASE("import of consents: repeating it adds nothing, also after half of it and in other words",
          "[consent][import]") {
    Shop shop;
    std::string csv = header;
    std::vector<SubjectId> people;
    for (int n = 0; n < 50; ++n) {
        std::string email = "p" + std::to_string(n) + "@example.com";
        people.push_back(shop.person(email));
        csv += email + ",newsletter,email,granted,2025-01-01T10:00:00Z\n";
        csv += email + ",newsletter,any,requested,2025-01-01T09:00:00Z\n";
        csv += email + ",newsletter,email,granted,2025-01-01T12:00:00+02:00\n"; // the first again
        csv += email + ",newsletter,email,withdrawn,2025-02-01\n";
    }
    ImportOptions options;
    options.batch = 7;
    int calls = 0;
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done <= total);
        return ++calls < 10;
    };
    auto half = import(shop, csv, options);
    CHECK(half.cancelled);
    CHECK(half.rows == 70);
    options.progress = {};
    auto whole = import(shop, csv, options);
    CHECK_FALSE(whole.cancelled);
    CHECK(half.consents + whole.consents == 150);
    for (SubjectId subject : people) {
        CHECK(history(shop, subject).size() == 3);
        CHECK(shop.ask(subject, "newsletter") == "CONSENT_WITHDRAWN");
    }
    // What habeas noted beside the evidence is no part of it: channels, the end of a request.
    Purpose wider = *Purposes(shop.store).find("newsletter");
    wider.channels.push_back(Channel::phone);
    wider.double_opt_in_validity = "P7D";
    shop.define(wider);
    shop.store.set_setting("controller", R"({"name":"Shop","country":"FR"})");
    auto again = import(shop, csv);
    CHECK(again.consents == 0);
    CHECK(again.unchanged == 200);
    // Other evidence is another event.
    CHECK(import(shop, "email,purpose,channel,action,at,method\n"
                       "p1@example.com,newsletter,email,granted,2025-01-01T10:00:00Z,paper\n")
              .consents == 1);
    shop.check_verify();
}

TEST_CASE("import of consents: people are found by each of their identifiers, and by those of whom "
          "they were merged with",
          "[consent][import]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    Subjects subjects(shop.store);
    subjects.add_identifier(ann, make_identifier("external:crm", "17"));
    subjects.add_identifier(ann, make_identifier("phone", "+4930123456"));
    SubjectId old = shop.person("old@example.com");
    subjects.merge(ann, old);
    const std::string rest = ",newsletter,email,granted,2025-01-0";
    CHECK(import(shop, header + "old@EXAMPLE.com" + rest + "1\n").consents == 1);
    CHECK(import(shop, "external:crm,purpose,channel,action,at\n17" + rest + "2\n").consents == 1);
    ImportOptions options;
    options.default_country = "DE";
    CHECK(import(shop, "phone,purpose,channel,action,at\n(030) 123456" + rest + "3\n", options)
              .consents == 1);
    CHECK(import(shop, "email,external:crm,phone,purpose,channel,action,at\n"
                       "ann@example.com,17," +
                           rest + "4\n")
              .consents == 1);
    std::size_t granted = 0;
    for (const ConsentEvent& event : history(shop, ann)) {
        granted += event.kind == EventKind::granted ? 1 : 0;
    }
    CHECK(granted == 4);
    shop.check_verify();
}

TEST_CASE("import of consents: a consent is nobody else's", "[consent][import]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    Subjects(shop.store).add_identifier(ann, make_identifier("phone", "+4930123456"));
    const std::string columns = "email,phone,purpose,channel,action,at\n";
    const std::string rest = ",newsletter,email,granted,2025-01-01\n";
    CHECK(refused(shop, columns + "bob@example.com,+4930123456" + rest) ==
          "identifiers of different subjects");
    CHECK(refused(shop, columns + "new@example.com,+4930123456" + rest) ==
          "nobody in this store has it; import the contact first");
    CHECK(refused(shop, columns + "," + rest) ==
          "no identifier: the columns that say who are blank");
    CHECK(contains(refused(shop, columns + "not an address," + rest), "e-mail"));
    // Who is gone does not come back, and no longer has what was taken from them.
    Subjects(shop.store).remove_identifier(ann, make_identifier("phone", "+4930123456"));
    CHECK(refused(shop, columns + ",+4930123456" + rest) ==
          "nobody in this store has it; import the contact first");
    Erasure(shop.store).execute(bob);
    CHECK(refused(shop, columns + "bob@example.com," + rest) ==
          "nobody in this store has it; import the contact first");
    CHECK(Subjects(shop.store).count() == 1);
    CHECK(shop.ask(ann, "newsletter") == "NO_CONSENT");
}

TEST_CASE("import of consents: each fault has its place and reason, and no value",
          "[consent][import]") {
    Shop shop(Shop::on_disk);
    shop.person("ann@example.com");
    ImportOptions options;
    options.rejects_file = shop.folder.file("rejects.csv");
    const std::string who = "ann@example.com,newsletter,email,";
    auto report = import(
        shop,
        "email,purpose,channel,action,at,text_version,ip,user_agent,preticked,language,method\n"
        "ann@example.com,secret,email,granted,2025-01-01,,,,,,\n"
        "ann@example.com,,email,granted,2025-01-01,,,,,,\n"
        "ann@example.com,newsletter,secret,granted,2025-01-01,,,,,,\n"
        "ann@example.com,newsletter,,granted,2025-01-01,,,,,,\n"
        "ann@example.com,newsletter,post,granted,2025-01-01,,,,,,\n" +
            who + "secret,2025-01-01,,,,,,\n" + who + "objected,2025-01-01,,,,,,\n" + who +
            "granted,secret,,,,,,\n" + who + "granted,,,,,,,\n" + who +
            "granted,2026-06-01T10:05:01Z,,,,,,\n" + who + "granted,1899-12-31,,,,,,\n" + who +
            "granted,2025-01-01,2,,,,,\n" + who + "granted,2025-01-01,secret,,,,,\n" + who +
            "granted,2025-01-01,,secret,,,,\n" + who + "granted,2025-01-01,,,\"sec\tret\",,,\n" +
            who + "granted,2025-01-01,,,,secret,,\n" + who +
            "granted,2025-01-01,,,,,not a language,\n" + who + "granted,2025-01-01,,,,,,SECRET\n" +
            "secret@example.com,newsletter,email,granted," + "2025-01-01,,,,,,\n" + who +
            "granted,2025-01-01,,,,,\n" + who + "granted,2025-01-01,,,\xff,,,\n" + who +
            "granted,2026-06-01T10:04:59Z,,,,,,\n",
        options);
    CHECK(report.rejected == 21);
    CHECK(report.consents == 1); // the last: clocks differ a little
    const char* expected[] = {"2,2,purpose,purpose,no such purpose is declared",
                              "3,2,purpose,purpose,blank; name the purpose",
                              "4,3,channel,channel,no channel;",
                              "5,3,channel,channel,no channel;",
                              "6,3,channel,channel,purpose newsletter does not name this channel",
                              "7,4,action,action,no action;",
                              "8,4,action,action,no action;",
                              "9,5,at,datetime,not a time;",
                              "10,5,at,datetime,blank;",
                              "11,5,at,datetime,more than 5 minutes ahead of the clock",
                              "12,5,at,datetime,before the year 1900",
                              "13,6,text_version,number,this purpose has no text version",
                              "14,6,text_version,number,no number of a text version",
                              "15,7,ip,text,this is no IP address;",
                              "16,8,user_agent,text,line break or tab (byte 3)",
                              "17,9,preticked,boolean,not yes or no;",
                              "18,10,language,language,",
                              "19,11,method,text,",
                              "20,1,email,email,nobody in this store has it;",
                              "21,,,row,fewer cells than the header has columns",
                              "22,8,user_agent,text,not UTF-8 (byte 0)"};
    std::string file = slurp(options.rejects_file);
    std::erase(file, '"');
    for (const char* line : expected) {
        INFO(file);
        INFO(line);
        CHECK(contains(file, "\r\n" + std::string(line)));
    }
    CHECK_FALSE(contains(file, "secret"));
    CHECK_FALSE(contains(file, "ann@"));
    for (const auto& [reason, count] : report.reasons) {
        CHECK_FALSE(contains(reason, "secret"));
    }
    struct stat info {};
    REQUIRE(::stat(options.rejects_file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    shop.check_verify();
}

TEST_CASE(
    "import of consents: a mapping, another delimiter, Windows-1252 and dates of another order",
    "[consent][import]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    ImportOptions options;
    options.delimiter = ';';
    options.windows1252 = true;
    options.consent_document = "export of May";
    options.columns = {
        {"Mail", "email", ""},    {"Zweck", "purpose", ""}, {"Kanal", "channel", ""},
        {"Was", "action", ""},    {"Wann", "at", "dmy"},    {"Text", "text_version", ""},
        {"Formular", "form", ""}, {"Intern", "-", ""},      {"Beleg", "document", ""}};
    auto report =
        import(shop,
               "Mail;Zweck;Kanal;Was;Wann;Text;Formular;Intern;Beleg;Rest\n"
               "ann@example.com;newsletter;email;granted;31.1.2025 14:00;1;F\xFCr Sie;x;;\n"
               "ann@example.com;newsletter;sms;granted;1.2.2025;1;;x;B7;\n",
               options);
    CHECK(report.consents == 2);
    CHECK(report.unmapped == std::vector<std::string>{"Rest"});
    auto events = history(shop, ann);
    REQUIRE(events.size() == 2);
    CHECK(events[0].effective_at == parse_time("2025-01-31T14:00:00Z"));
    CHECK(events[0].evidence.form == "Für Sie");
    CHECK(events[0].evidence.document == "export of May");
    CHECK(events[1].evidence.document == "B7");

    auto where = [&](std::vector<ImportColumn> columns) {
        ImportOptions bad;
        bad.columns = std::move(columns);
        try {
            import(shop, header + "a,b,c,d,e\n", bad);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            return error.where();
        }
        return std::string("accepted");
    };
    CHECK(where({{"shoe", "email", ""}}) == "shoe");
    CHECK(where({{"email", "first_name", ""}}) == "first_name");
    CHECK(where({{"email", "email", ""}, {"at", "email", ""}}) == "email");
    CHECK(where({{"email", "email", ""}, {"email", "phone", ""}}) == "email");
    CHECK(where({{"email", "external:A B", ""}}) == "external:A B");
    CHECK(where({{"email", "email", "julian"}}) == "email");
}

TEST_CASE("import of consents: other words for a column, blanks and case aside",
          "[consent][import]") {
    Shop shop;
    shop.person("ann@example.com");
    auto report =
        import(shop, "E-Mail Address,Purpose,CHANNEL,Event,Timestamp,User-Agent,IP Address\n"
                     "ann@example.com,newsletter,email,granted,2025-01-01,x,192.0.2.1\n");
    CHECK(report.consents == 1);
    CHECK(report.unmapped.empty());
    ImportOptions options;
    options.consent_time_column = "signed";
    report = import(shop,
                    "email,purpose,channel,action,signed,at\n"
                    "ann@example.com,newsletter,email,refused,2025-02-01,x\n",
                    options);
    CHECK(report.consents == 1);
    CHECK(report.unmapped == std::vector<std::string>{"at"});
    CHECK(code_of([&] { import(shop, "email,EMAIL,purpose,channel,action,at\n"); }) ==
          Errc::invalid);
}

TEST_CASE("import of consents: a dry run tells the same and keeps nothing", "[consent][import]") {
    Shop shop(Shop::on_disk);
    SubjectId ann = shop.person("ann@example.com");
    std::string csv = header;
    for (int day = 10; day < 30; ++day) {
        csv += "ann@example.com,newsletter,email,withdrawn,2025-01-" + std::to_string(day) + "\n";
        csv += "ann@example.com,newsletter,email,withdrawn,2025-01-" + std::to_string(day) + "\n";
        csv += "nobody@example.com,newsletter,email,withdrawn,2025-01-01\n";
    }
    ImportOptions options;
    options.batch = 4;
    options.dry_run = true;
    auto journal = slurp(shop.path() + ".restore");
    auto dry = import(shop, csv, options);
    CHECK(history(shop, ann).empty());
    CHECK(slurp(shop.path() + ".restore") == journal);
    shop.check_verify();
    options.dry_run = false;
    auto real = import(shop, csv, options);
    CHECK(dry.consents == 20);
    CHECK(dry.unchanged == 20);
    CHECK(dry.rejected == 20);
    CHECK(real.consents == dry.consents);
    CHECK(real.unchanged == dry.unchanged);
    CHECK(real.reasons == dry.reasons);
    shop.check_verify();
}

TEST_CASE("import of consents: an imported withdrawal survives that yesterday's file is put back",
          "[consent][import]") {
    Shop shop(Shop::on_disk);
    SubjectId ann = shop.person("ann@example.com");
    import(shop, "email,purpose,channel,action,at,method,text_version\n"
                 "ann@example.com,newsletter,email,granted,2025-01-01,form,1\n");
    CHECK(shop.ask(ann, "newsletter") == "OK_CONSENT");
    shop.close();
    std::string yesterday = slurp(shop.path());
    shop.reopen();
    import(shop, header + "ann@example.com,newsletter,email,withdrawn,2025-02-01\n");
    shop.close();
    std::filesystem::remove(shop.path() + "-wal");
    std::filesystem::remove(shop.path() + "-shm");
    std::ofstream(shop.path(), std::ios::binary) << yesterday;
    shop.reopen();
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_WITHDRAWN");
}

} // namespace consent_import_consents_test
