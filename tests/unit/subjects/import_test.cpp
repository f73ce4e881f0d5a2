// Import of contacts from CSV.
#include "base/contact.hpp"
#include "base/files.hpp"
#include "catch.hpp"
#include "habeas/import.hpp"
#include "store/engine.hpp"
#include "subjects/csv_import.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sys/stat.h>

namespace subjects_import_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::contains;
using habeas::test::error_of;
using habeas::test::TestStore;

namespace {

ImportReport import(TestStore& t, std::string_view csv, const ImportOptions& options = {},
                    subjects::ConsentSink* sink = nullptr) {
    return subjects::import_contacts(
        t.store.engine(), {base::read_memory(csv), csv.size(), "test.csv"}, options, sink);
}

void define(TestStore& t, const std::string& name, FieldType type,
            std::vector<std::string> choices = {}) {
    Field field;
    field.name = name;
    field.type = type;
    for (auto& choice : choices) {
        field.choices.push_back({std::move(choice), {}});
    }
    Fields(t.store).define(field);
}

Subject person(TestStore& t, const std::string& kind, const std::string& value) {
    auto id = Subjects(t.store).find(make_identifier(kind, value));
    INFO(kind << " " << value);
    REQUIRE(id);
    return Subjects(t.store).get(*id);
}

std::string field(const Subject& subject, const std::string& name) {
    auto at = subject.fields.find(name);
    return at == subject.fields.end() ? "(none)" : std::get<std::string>(at->second);
}

std::string slurp(const std::string& path) {
    return base::read_all(base::open_file(path, base::OpenMode::read, "test file"));
}

struct Totals {
    std::uint64_t rows, created, updated, unchanged, skipped, rejected;
    bool operator==(const Totals&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Totals& t) {
    return out << t.rows << " rows: " << t.created << " created, " << t.updated << " updated, "
               << t.unchanged << " unchanged, " << t.skipped << " skipped, " << t.rejected
               << " rejected";
}
Totals totals(const ImportReport& r) {
    return {r.rows, r.created, r.updated, r.unchanged, r.skipped, r.rejected};
}

} // namespace

TEST_CASE("import: headers that are field names or known words map themselves",
          "[subjects][import]") {
    TestStore t;
    auto report =
        import(t, "id,firstname,lastname,email,mobile,phone,preferred_locale,country,"
                  "birthday,points,shoe\n"
                  "7,Änn,O'Neil,ann@example.com,+491711111111,,de_AT,Austria,1990-02-28,5,42\n"
                  "8,Bob,Lee,bob@example.com,+491711111112,+4930123456,en,DE,,0,\n");
    CHECK(totals(report) == Totals{2, 2, 0, 0, 0, 0});
    CHECK(report.unmapped == std::vector<std::string>{"points", "shoe"});
    Subject ann = person(t, "external:mautic", "7");
    CHECK(field(ann, "first_name") == "Änn");
    CHECK(field(ann, "last_name") == "O'Neil");
    CHECK(field(ann, "language") == "de-AT");
    CHECK(field(ann, "country") == "AT");
    CHECK(field(ann, "date_of_birth") == "1990-02-28");
    CHECK(field(ann, "phone") == "+491711111111"); // mobile stands in for phone
    CHECK(ann.source == "import:test.csv");
    Subject bob = person(t, "email", "BOB@example.com");
    CHECK(field(bob, "phone") == "+4930123456");
    CHECK(bob.fields.count("date_of_birth") == 0);
    CHECK(t.store.verify().ok());
}

TEST_CASE("import: an id alone is taken for Mautic's only beside its other columns",
          "[subjects][import]") {
    TestStore t;
    auto report = import(t, "id,e-mail,external:crm\n1,a@example.com,K1\n");
    CHECK(report.unmapped == std::vector<std::string>{"id"});
    CHECK(report.created == 1);
    CHECK_FALSE(Subjects(t.store).find(make_identifier("external:mautic", "1")));
    CHECK(field(person(t, "external:crm", "K1"), "email") == "a@example.com");
}

TEST_CASE("import: any mapping, delimiter, date and decimal format", "[subjects][import]") {
    TestStore t;
    define(t, "price", FieldType::money);
    define(t, "score", FieldType::number);
    define(t, "topics", FieldType::multiselect, {"a", "b"});
    define(t, "note", FieldType::longtext);
    ImportOptions options;
    options.delimiter = ';';
    options.list_separator = ',';
    options.source = "fair 2026";
    options.columns = {{"Kd Nr", "external:shop", ""},
                       {"Mail", "email", ""},
                       {"Geboren", "date_of_birth", "dmy"},
                       {"Preis", "price", "comma"},
                       {"Punkte", "score", "comma"},
                       {"Themen", "topics", ""},
                       {"Notiz", "note", ""},
                       {"Intern", "-", ""},
                       {"Herkunft", "source", ""}};
    auto report =
        import(t,
               "\xEF\xBB\xBFkdnr;MAIL;geboren;Preis;Punkte;Themen;Notiz;Intern;Herkunft\r\n"
               "1;a@example.com;31.1.1990;12,5;-0,25;a,b;\"two\r\nlines; \"\"quoted\"\"\";x;\r\n"
               "2;b@example.com;1.2.1990;;;;;;partner\r\n",
               options);
    CHECK(totals(report) == Totals{2, 2, 0, 0, 0, 0});
    CHECK(report.unmapped.empty());
    Subject a = person(t, "external:shop", "1");
    CHECK(field(a, "date_of_birth") == "1990-01-31");
    CHECK(a.fields.at("price") == Value(std::int64_t{1250}));
    CHECK(a.fields.at("score") == Value(-0.25));
    CHECK(a.fields.at("topics") == Value(std::vector<std::string>{"a", "b"}));
    CHECK(field(a, "note") == "two\r\nlines; \"quoted\"");
    CHECK(a.source == "fair 2026");
    CHECK(person(t, "external:shop", "2").source == "partner");
    CHECK(field(person(t, "external:shop", "2"), "date_of_birth") == "1990-02-01");
}

TEST_CASE("import: Windows-1252 on request", "[subjects][import]") {
    TestStore t;
    std::string csv = "email,first_name\na@example.com,J\xFCrgen \x80\n";
    CHECK(import(t, csv).rejected == 1);
    ImportOptions options;
    options.windows1252 = true;
    CHECK(import(t, csv, options).created == 1);
    CHECK(field(person(t, "email", "a@example.com"), "first_name") == "Jürgen €");
}

TEST_CASE("import: a mapping that names nothing is refused before any row", "[subjects][import]") {
    TestStore t;
    auto refused = [&](std::vector<ImportColumn> columns, std::string_view header) {
        ImportOptions options;
        options.columns = std::move(columns);
        return error_of([&] { import(t, std::string(header) + "\na@example.com,x\n", options); });
    };
    CHECK(refused({{"email", "email", ""}, {"shoe", "first_name", ""}}, "email,name").where() ==
          "shoe");
    CHECK(refused({{"email", "email", ""}, {"name", "shoe", ""}}, "email,name").where() == "shoe");
    CHECK(refused({{"email", "email", ""}, {"name", "email", ""}}, "email,name").where() ==
          "email");
    CHECK(refused({{"email", "email", ""}, {"email", "first_name", ""}}, "email,name").where() ==
          "email");
    CHECK(refused({{"email", "email", ""}}, "email,E-Mail").where() == "email");
    CHECK(refused({{"email", "email", "julian"}}, "email,name").where() == "email");
    CHECK(refused({{"email", "external:A B", ""}}, "email,name").where() == "external:A B");
    CHECK(refused({{"name", "first_name", ""}}, "email,name").where() == "columns");
    CHECK(refused({{"email", "email", ""}, {"name", "consent.news.email", ""}}, "email,name")
              .code() == Errc::unsupported);
    CHECK(code_of([&] { import(t, ""); }) == Errc::invalid);
    CHECK(code_of([&] { import(t, "email,\xff\n"); }) == Errc::invalid);
    Fields(t.store).retire("timezone");
    CHECK(refused({{"email", "email", ""}, {"name", "timezone", ""}}, "email,name").where() ==
          "timezone");
    CHECK(Subjects(t.store).count() == 0);
}

TEST_CASE("import: rows that cannot be are rejected, each for its reason, and the others go in",
          "[subjects][import]") {
    TestStore t(TestStore::on_disk);
    define(t, "vip", FieldType::boolean);
    Subjects(t.store).create({{{"email", std::string("one@example.com")}}, {}, {}});
    Subjects(t.store).create({{}, {make_identifier("external:crm", "two")}, {}});
    std::string rejects = t.folder.file("rejects.csv");
    ImportOptions options;
    options.rejects_file = rejects;
    options.columns = {{"crm", "external:crm", ""},
                       {"email", "email", ""},
                       {"name", "first_name", ""},
                       {"born", "date_of_birth", ""},
                       {"vip", "vip", ""}};
    std::string csv = "crm,email,name,born,vip\n"
                      "1,good@example.com,Good,1990-01-01,yes\n"
                      "2,secret-person,Bad,,\n"
                      "3,date@example.com,Bad,31.12.1990,\n"
                      "4,vip@example.com,Bad,,perhaps\n"
                      ",,Nobody,,\n"
                      "two,one@example.com,Two people,,\n"
                      "5,long@example.com,more,cells,no,here\n"
                      "6,short@example.com\n"
                      "7,utf8@example.com,a\xc3\x28,,\n"
                      "8,nul@example.com," +
                      std::string("a\0b", 3) +
                      ",,\n"
                      "9,quote@example.com,\"a\"b,,\n"
                      "10,\"multi\nline@example.com\",,,\n"
                      "11,last@example.com,Last,,0\n";
    auto report = import(t, csv, options);
    CHECK(totals(report) == Totals{13, 2, 0, 0, 0, 11});
    std::uint64_t reasons = 0;
    for (const auto& [reason, count] : report.reasons) {
        INFO(reason);
        reasons += count;
        CHECK_FALSE(contains(reason, "secret"));
    }
    CHECK(reasons == report.rejected);
    std::string file = slurp(rejects);
    CHECK(file.starts_with("line,column,field,kind,reason\r\n"));
    CHECK(contains(file, "\r\n3,2,email,email,e-mail address: no @\r\n"));
    CHECK(contains(file, "\r\n4,4,date_of_birth,date,\"not a date;"));
    CHECK(contains(file, "\r\n5,5,vip,boolean,"));
    CHECK(contains(file, "\r\n6,,,row,no identifier"));
    CHECK(contains(file, "\r\n7,2,email,identifier,identifiers of different subjects\r\n"));
    CHECK(contains(file, "\r\n8,,,row,more cells than the header has columns\r\n"));
    CHECK(contains(file, "\r\n9,,,row,fewer cells than the header has columns\r\n"));
    CHECK(contains(file, "\r\n10,3,first_name,text,not UTF-8 (byte 1)\r\n"));
    CHECK(contains(file, "\r\n11,3,first_name,text,control character (byte 1)\r\n"));
    CHECK(contains(file, "\r\n12,,,row,"));
    CHECK(contains(file, "\r\n13,2,email,email,"));
    for (const char* value : {"secret", "perhaps", "31.12", "Nobody", "multi"}) {
        CHECK_FALSE(contains(file, value));
    }
    struct stat info {};
    REQUIRE(::stat(rejects.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(t.store.engine().db().scalar_i64("SELECT count(*) FROM written_file") == 1);
    // The same import again finds its own file and writes it anew.
    auto again = import(t, csv, options);
    CHECK(totals(again) == Totals{13, 0, 0, 2, 0, 11});
    CHECK(slurp(rejects) == file);
    t.clock.advance(std::chrono::hours(24 * 31));
    t.store.tick();
    CHECK(::stat(rejects.c_str(), &info) != 0);
}

TEST_CASE("import: a rejects file never takes the place of another file", "[subjects][import]") {
    TestStore t;
    std::string path = t.folder.file("contacts.csv");
    std::ofstream(path) << "precious";
    ImportOptions options;
    options.rejects_file = path;
    CHECK(code_of([&] { import(t, "email\na@example.com\n", options); }) == Errc::exists);
    CHECK(slurp(path) == "precious");
    CHECK(Subjects(t.store).count() == 0);
    std::string link = t.folder.file("link.csv");
    REQUIRE(::symlink(path.c_str(), link.c_str()) == 0);
    options.rejects_file = link;
    CHECK_THROWS_AS(import(t, "email\na@example.com\n", options), Error);
    CHECK(slurp(path) == "precious");
}

TEST_CASE("import: repetitions within a file update the first, across batches too",
          "[subjects][import]") {
    TestStore t;
    std::string csv = "email,first_name,phone\n";
    for (int n = 0; n < 30; ++n) {
        csv += "p" + std::to_string(n % 20) + "@Example.com,Name,\n";
    }
    csv += "P1@EXAMPLE.COM,Other,+491711111111\n"
           "p1@example.com,,\n";
    ImportOptions options;
    options.batch = 7;
    auto report = import(t, csv, options);
    CHECK(totals(report) == Totals{32, 20, 1, 11, 0, 0});
    CHECK(field(person(t, "email", "p1@example.com"), "first_name") == "Other");
    CHECK(field(person(t, "email", "p1@example.com"), "phone") == "+491711111111");
    ImportOptions fail;
    fail.on_match = OnMatch::fail;
    CHECK(totals(import(t, csv, fail)) == Totals{32, 0, 0, 0, 0, 32});
    ImportOptions skip;
    skip.on_match = OnMatch::skip;
    CHECK(totals(import(t, csv, skip)) == Totals{32, 0, 0, 0, 32, 0});
    CHECK(Subjects(t.store).count() == 20);
}

TEST_CASE("import: blanks overwrite only when asked", "[subjects][import]") {
    TestStore t;
    import(t, "external:crm,email,first_name\n1,a@example.com,Ann\n");
    auto kept = import(t, "external:crm,email,first_name\n1,,\n");
    CHECK(totals(kept) == Totals{1, 0, 0, 1, 0, 0});
    ImportOptions options;
    options.blank = Blank::overwrite;
    CHECK(totals(import(t, "external:crm,email,first_name\n1,, \n", options)) ==
          Totals{1, 0, 1, 0, 0, 0});
    Subject subject = person(t, "external:crm", "1");
    CHECK(subject.fields.empty());
    CHECK(subject.identifiers.size() == 1);
}

TEST_CASE("import: a dry run tells the same and keeps nothing", "[subjects][import]") {
    TestStore t(TestStore::on_disk);
    import(t, "email,first_name\nold@example.com,Old\n");
    std::string csv = "email,first_name\n"
                      "old@example.com,New\n"
                      "canary-dry-1@example.com,A\n"
                      "canary-dry-1@example.com,B\n"
                      "CANARY-dry-1@example.com,\n"
                      "nobody\n"
                      "broken,\n";
    for (int n = 0; n < 2000; ++n) {
        csv += "canary-bulk-" + std::to_string(n) + "@example.com,X\n";
    }
    ImportOptions options;
    options.batch = 100;
    options.dry_run = true;
    int calls = 0;
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        ++calls;
        CHECK(done <= total);
        return true;
    };
    auto dry = import(t, csv, options);
    CHECK(calls > 10);
    CHECK(Subjects(t.store).count() == 1);
    CHECK(field(person(t, "email", "old@example.com"), "first_name") == "Old");
    for (const char* suffix : {"", "-wal"}) {
        CHECK_FALSE(contains(slurp(t.path() + suffix), "canary-"));
    }
    CHECK(t.store.verify().ok());
    options.dry_run = false;
    options.progress = {};
    auto real = import(t, csv, options);
    CHECK(totals(dry) == totals(real));
    CHECK(totals(real) == Totals{2006, 2001, 2, 1, 0, 2});
    CHECK(dry.reasons == real.reasons);
}

TEST_CASE("import: a cancelled import keeps whole batches and can be repeated",
          "[subjects][import]") {
    TestStore t;
    std::string csv = "email\n";
    for (int n = 0; n < 100; ++n) {
        csv += "p" + std::to_string(n) + "@example.com\n";
    }
    ImportOptions options;
    options.batch = 10;
    int calls = 0;
    options.progress = [&](std::uint64_t, std::uint64_t) { return ++calls < 3; };
    auto report = import(t, csv, options);
    CHECK(report.cancelled);
    CHECK(report.created == 30);
    CHECK(Subjects(t.store).count() == 30);
    options.progress = {};
    report = import(t, csv, options);
    CHECK_FALSE(report.cancelled);
    CHECK(totals(report) == Totals{100, 70, 0, 30, 0, 0});
    CHECK(t.store.engine().db().scalar_i64("SELECT count(*) FROM event WHERE kind = 70") == 2);
    REQUIRE(static_cast<int>(EventKind::imported) == 70);
    CHECK(t.store.verify().ok());
}

TEST_CASE("import: hostile files are errors with a place, and take no memory",
          "[subjects][import][hostile]") {
    TestStore t;
    std::string open_quote = "email,first_name\na@example.com,\"never closed\n";
    for (int n = 0; n < 400000; ++n) {
        open_quote += "b@example.com,x\n";
    }
    Error error = error_of([&] { import(t, open_quote); });
    CHECK(error.code() == Errc::invalid);
    CHECK(contains(error.what(), "line 2"));
    std::string wide = "email";
    for (int n = 0; n < 100000; ++n) {
        wide += ",c";
    }
    CHECK(code_of([&] { import(t, wide + "\n"); }) == Errc::invalid);
    CHECK(code_of([&] { import(t, "email\n\"" + std::string(3 << 20, 'x') + "\"\n"); }) ==
          Errc::invalid);
    auto sql = import(t, "email,first_name\n"
                         "a@example.com,\"x'); DROP TABLE subject; --\"\n"
                         "\"b@example.com\r\nBcc: all@example.com\",x\n"
                         "c@example.com,=cmd|' /C calc'!A0\n");
    CHECK(totals(sql) == Totals{3, 2, 0, 0, 0, 1});
    CHECK(field(person(t, "email", "a@example.com"), "first_name") ==
          "x'); DROP TABLE subject; --");
    CHECK(field(person(t, "email", "c@example.com"), "first_name") == "=cmd|' /C calc'!A0");
    // What an earlier batch committed stays when the file turns out to be broken.
    std::string late = "email\nd@example.com\ne@example.com\n\"f@example.com\n";
    ImportOptions options;
    options.batch = 2;
    CHECK(code_of([&] { import(t, late, options); }) == Errc::invalid);
    CHECK(Subjects(t.store).count() == 4);
    CHECK(t.store.verify().ok());
}

TEST_CASE("import: reasons that vary do not fill the memory", "[subjects][import][hostile]") {
    TestStore t;
    std::string csv = "email\n";
    for (int n = 0; n < 3000; ++n) {
        csv += std::string(static_cast<std::size_t>(n % 1500) + 1, 'x') + "\x01\n";
    }
    auto report = import(t, csv);
    CHECK(report.rejected == 3000);
    CHECK(report.reasons.size() <= 201);
}

TEST_CASE("import: it can be a part of the caller's transaction", "[subjects][import]") {
    TestStore t;
    {
        Transaction tx = t.store.transaction();
        ImportOptions options;
        options.batch = 2;
        CHECK(import(t, "email\na@example.com\nb@example.com\nc@example.com\n", options).created ==
              3);
        options.dry_run = true;
        CHECK(import(t, "email\na@example.com\nd@example.com\n", options).created == 1);
        CHECK(Subjects(t.store).count() == 3);
    }
    CHECK(Subjects(t.store).count() == 0);
    CHECK(import(t, "email\na@example.com\n").created == 1);
}

namespace {

/// Keeps what it is given; refuses "never", notes "note".
class Recorder : public subjects::ConsentSink {
  public:
    void begin(const std::vector<std::string>& targets) override { begun = targets; }
    std::optional<subjects::ConsentFault> check(const subjects::ConsentRow& row) override {
        for (const auto& cell : row.cells) {
            if (cell.text == "never" || cell.text == "note") {
                return subjects::ConsentFault{std::string(cell.target), "consent without a time",
                                              cell.text == "never"};
            }
        }
        return std::nullopt;
    }
    std::uint64_t record(SubjectId subject, const subjects::ConsentRow& row) override {
        for (const auto& cell : row.cells) {
            seen.push_back(std::to_string(static_cast<std::int64_t>(subject)) + " " +
                           begun.at(cell.slot) + "=" + std::string(cell.text) + " at " +
                           std::string(row.time) + " text " + std::string(row.text_version) +
                           " line " + std::to_string(row.line));
        }
        return row.cells.size();
    }
    void begin_batch() override {}
    void end_batch() override { seen.emplace_back("end of batch"); }
    std::vector<std::string> begun;
    std::vector<std::string> seen;
};

} // namespace

TEST_CASE("import: consent columns go to the sink with their evidence", "[subjects][import]") {
    TestStore t;
    ImportOptions options;
    options.columns = {{"email", "email", ""},
                       {"news", "consent.newsletter.email", ""},
                       {"sms", "consent.newsletter.sms", ""}};
    options.consent_time_column = "when";
    options.consent_text_version_column = "text";
    Recorder sink;
    auto report = import(t,
                         "email,news,sms,when,text\n"
                         "a@example.com,yes, no ,2025-01-01,2\n"
                         "b@example.com,,,,\n"
                         "c@example.com,never,,2025-01-01,\n"
                         "d@example.com,note,,,\n"
                         "not an address,yes,,2025-01-01,\n",
                         options, &sink);
    CHECK(sink.begun ==
          std::vector<std::string>{"consent.newsletter.email", "consent.newsletter.sms"});
    CHECK(totals(report) == Totals{5, 3, 0, 0, 0, 2});
    CHECK(report.consents == 2);
    CHECK(report.reasons.at("consent without a time") == 2);
    auto id = std::to_string(static_cast<std::int64_t>(person(t, "email", "a@example.com").id));
    CHECK(sink.seen ==
          std::vector<std::string>{id + " consent.newsletter.email=yes at 2025-01-01 text 2 line 2",
                                   id + " consent.newsletter.sms=no at 2025-01-01 text 2 line 2",
                                   "end of batch"});
    CHECK_FALSE(Subjects(t.store).find(make_identifier("email", "c@example.com")));
    CHECK(Subjects(t.store).find(make_identifier("email", "d@example.com")));
}

TEST_CASE("import: the example contacts give the figures that their maker counted",
          "[subjects][import][examples]") {
    const std::string folder = HABEAS_SOURCE_DIR "/examples/data/";
    auto json = [&](const char* name) { return nlohmann::json::parse(slurp(folder + name)); };
    auto figures = json("figures.json").at("contacts");
    TestStore t;
    t.store.set_setting("default_country", "DE");
    auto definitions = json("definitions.json");
    for (const auto& member : definitions.at("fields")) {
        std::vector<std::string> choices;
        for (const auto& choice : member.value("choices", nlohmann::json::array())) {
            choices.push_back(choice.at("value"));
        }
        define(t, member.at("name"), *field_type(member.at("type").get<std::string>()), choices);
    }
    ImportOptions options;
    for (const auto& column : json("columns.json")) {
        options.columns.push_back(
            {column.at("header"), column.at("target"), column.value("format", "")});
    }
    options.rejects_file = t.folder.file("rejects.csv");
    if (!base::phone_national_supported()) {
        WARN("this build has no libphonenumber: national numbers are refused, the figures differ");
        return;
    }
    auto open = [&] { return subjects::open_csv(folder + "contacts.csv"); };
    auto report = subjects::import_contacts(t.store.engine(), open(), options);
    INFO(slurp(options.rejects_file).substr(0, 20000));
    CHECK(report.rows == figures.at("rows").get<std::uint64_t>());
    CHECK(report.rejected == figures.at("rejected").get<std::uint64_t>());
    CHECK(report.created == figures.at("subjects").get<std::uint64_t>());
    CHECK(report.updated + report.unchanged == 120);
    CHECK(Subjects(t.store).count() == figures.at("subjects").get<std::int64_t>());
    // Every name and code of a country was understood; 15 rows have nothing but an id.
    auto& db = t.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM subject WHERE f_country IS NULL") == 15);
    auto rows = db.prepare_text("SELECT DISTINCT f_country FROM subject WHERE f_country NOT NULL");
    std::size_t countries = 0;
    for (; rows.step(); ++countries) {
        INFO(rows.str(0));
        CHECK(figures.at("countries").contains(rows.str(0)));
    }
    CHECK(countries == figures.at("countries").size());
    CHECK(t.store.verify().ok());
    // Nobody is new the second time.
    auto again = subjects::import_contacts(t.store.engine(), open(), options);
    CHECK(again.created == 0);
    CHECK(again.rejected == report.rejected);
    CHECK(t.store.verify().ok());
}

} // namespace subjects_import_test
