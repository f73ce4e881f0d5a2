// CSV that wants to hurt, on the way in and on the way out.
#include "base/csv.hpp"
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <cstring>
#include <fstream>
#include <sys/resource.h>

namespace hostile_csv_and_exports_test {

using namespace habeas;
using habeas::test::error_of;
using habeas::test::TestStore;

namespace {

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

long peak_kib() {
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

using Run = ImportReport (Import::*)(const std::string&, const ImportOptions&);

/// Writes a file of some megabytes without holding it in memory.
std::string bomb(TestStore& t, const std::string& start, const std::string& piece,
                 std::size_t times) {
    std::string path = t.folder.file("bomb.csv");
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << start;
    for (std::size_t n = 0; n < times; ++n) {
        out << piece;
    }
    return path;
}

/// A grant for the purpose news by a form of that name.
ConsentEvent grant_by(SubjectId subject, const std::string& form) {
    ConsentEvent event;
    event.subject = subject;
    event.purpose = "news";
    event.evidence.method = "form";
    event.evidence.text_version = 1;
    event.evidence.form = form;
    return event;
}

} // namespace

TEST_CASE("hostile: CSV bombs are refused with their place, in little memory and time",
          "[hostile][import]") {
    struct Bomb {
        const char* name;
        const char* start;
        const char* piece;
        std::size_t times;
        const char* place;
    };
    const Bomb bombs[] = {
        {"a quote that is never closed", "email,purpose,channel,action,at\na@example.com,\"",
         "b@example.com,newsletter,email,granted,2025-01-01\n", 1'000'000, "line 2"},
        {"a quote in the header", "\"email", "x,y\n", 10'000'000, "line 1"},
        {"100,000 columns in the header", "email", ",c", 100'000, "line 1"},
        {"100,000 columns in a row", "email,purpose,channel,action,at\n", ",c", 100'000, "line 2"},
        {"a line of 50 MB", "email,purpose,channel,action,at\n", "xxxxxxxxxxxxxxxx", 3'200'000,
         "line 2"},
        {"a header of 50 MB", "", "xxxxxxxxxxxxxxxx", 3'200'000, "line 1"},
        {"50 MB of quotes", "email,purpose,channel,action,at\n\"", "\"\"\"\"", 12'500'000,
         "line 2"},
        {"NUL bytes", "email,purpose,channel,action,at\n", "\0\0\0\0\0\0\0\0", 6'000'000, nullptr},
    };
    for (const Bomb& each : bombs) {
        for (Run run : {&Import::contacts, &Import::consents}) {
            INFO(each.name << (run == &Import::contacts ? ", contacts" : ", consents"));
            TestStore t;
            std::string piece(each.piece, each.piece[0] == '\0' ? 8 : std::strlen(each.piece));
            std::string path = bomb(t, each.start, piece, each.times);
            Import import(t.store);
            const long before = peak_kib();
            std::string what;
            try {
                ImportReport report = (import.*run)(path, {});
                CHECK(report.rejected == report.rows);
                CHECK(each.place == nullptr);
            } catch (const Error& error) {
                CHECK(error.code() == Errc::invalid);
                what = error.what();
                if (each.place != nullptr) {
                    CHECK(what.find(each.place) != std::string::npos);
                }
            }
            INFO(what);
            CHECK(what.find("xxxx") == std::string::npos);
            CHECK(peak_kib() - before < 48 * 1024);
            CHECK(Subjects(t.store).count() == 0);
        }
    }
}

TEST_CASE("hostile: millions of empty or tiny rows take time and no memory", "[hostile][import]") {
    TestStore t;
    std::string path = bomb(t, "email,purpose,channel,action,at\n", "\n\r\n,\n", 200'000);
    const long before = peak_kib();
    for (Run run : {&Import::contacts, &Import::consents}) {
        ImportReport report = (Import(t.store).*run)(path, {});
        CHECK(report.rows == 200'000);
        CHECK(report.rejected == 200'000);
        CHECK(report.reasons.size() == 1);
    }
    CHECK(peak_kib() - before < 48 * 1024);
}

TEST_CASE("hostile: a name of a column cannot carry anything into a message or a statement",
          "[hostile][import]") {
    TestStore t;
    auto report = Import(t.store).contacts_text(
        "email,\"x\"\"); DROP TABLE subject; --\",\"=1+1\",\"a\nb\"\na@example.com,1,2,3\n");
    CHECK(report.created == 1);
    CHECK(report.unmapped.size() == 3);
    CHECK(t.store.verify().ok());
    Error control = error_of(
        [&] { Import(t.store).contacts_text(std::string("email,a\0b\na@example.com,1\n", 26)); });
    CHECK(control.code() == Errc::invalid);
    CHECK(std::string(control.what()).find("line 1, column 2") != std::string::npos);
    CHECK(std::string(control.what()).find("byte 1") != std::string::npos);
}

TEST_CASE("hostile: formulas in any value are disarmed in every file that a spreadsheet may open",
          "[hostile][exports]") {
    const std::vector<std::string> formulas{"=cmd' /C calc'!A0",
                                            "+1+1",
                                            "-2+3",
                                            "@SUM(1)",
                                            "=HYPERLINK(\"http://x.example\",\"x\")",
                                            "\xef\xbc\x9d"
                                            "1+1",
                                            "\xef\xbc\x8b"
                                            "1",
                                            "\xef\xbc\xa0x",
                                            "\xef\xbc\x8d"
                                            "1"};
    for (const std::string& formula : formulas) {
        INFO(formula);
        TestStore t;
        Field note;
        note.name = "note";
        note.type = FieldType::longtext;
        note.labels["en"] = formula;
        Fields(t.store).define(note);
        Field choice;
        choice.name = "choice";
        choice.type = FieldType::multiselect;
        choice.choices = {{formula, {{"en", formula}}}};
        Fields(t.store).define(choice);
        Purpose purpose;
        purpose.code = "news";
        purpose.labels["en"] = formula;
        purpose.channels = {Channel::email};
        purpose.texts.push_back({0, {}, {{"en", formula, formula}}, {}, {}});
        Purposes(t.store).define(purpose);
        SubjectInput input;
        input.fields = {{"email", std::string("a@example.com")},
                        {"first_name", formula},
                        {"note", "\n" + formula},
                        {"choice", std::vector<std::string>{formula}}};
        input.identifiers = {make_identifier("external:crm", formula)};
        input.source = formula;
        SubjectId ann = Subjects(t.store).create(input);
        ConsentEvent event = grant_by(ann, formula);
        event.evidence.note = formula;
        Consent(t.store).record(event);

        BundleOptions bundle;
        CsvOptions many;
        many.recipient = "me";
        Export(t.store).csv(t.folder.file("many.csv"), many);
        ImportOptions rejecting;
        rejecting.rejects_file = t.folder.file("rejects.csv");
        rejecting.columns = {{"email", "email", ""}, {"x", "external:crm", ""}};
        Import(t.store).contacts_text("email,x\nnone,\"" + std::string(300, '=') + "\"\n",
                                      rejecting);
        for (const std::string& csv :
             {Export(t.store).access_csv(ann, bundle), slurp(t.folder.file("many.csv")),
              slurp(rejecting.rejects_file)}) {
            base::CsvReader reader(base::read_memory(csv), {});
            std::span<const base::CsvCell> row;
            bool seen = false;
            while (reader.next(row)) {
                for (const base::CsvCell& cell : row) {
                    std::string text(cell.text);
                    INFO(text);
                    bool armed = text.find_first_of("=+-@\t\r\n") == 0;
                    for (const char* wide :
                         {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"}) {
                        armed = armed || text.starts_with(wide);
                    }
                    CHECK_FALSE(armed);
                    seen = seen || text.find(formula) != std::string::npos;
                }
            }
            CHECK((seen || csv.starts_with("line,column")));
        }
        // What is no spreadsheet has the value as it is.
        CHECK(Export(t.store).access_json(ann, bundle).find("'" + formula) == std::string::npos);
        CHECK(Subjects(t.store).get(ann).fields.at("first_name") == Value(formula));
    }
}

TEST_CASE("hostile: markup in any value is text on the page", "[hostile][exports]") {
    const std::string script = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    TestStore t;
    t.store.set_setting("controller", R"({"name":"<b onload='x'>Shop</b>","country":"DE"})");
    Purpose purpose;
    purpose.code = "news";
    purpose.labels["en"] = script;
    purpose.channels = {Channel::email};
    purpose.recipients = {script};
    purpose.texts.push_back({0, {}, {{"en", script, script}}, {}, {}});
    Purposes(t.store).define(purpose);
    SubjectInput input;
    input.fields = {{"email", std::string("a@example.com")}, {"first_name", script}};
    input.source = script;
    SubjectId ann = Subjects(t.store).create(input);
    ConsentEvent event = grant_by(ann, script);
    event.evidence.user_agent = script;
    Consent(t.store).record(event);
    std::string page = Export(t.store).access_html(ann);
    CHECK(page.find("<script>alert") == std::string::npos);
    CHECK(page.find("<img src=x") == std::string::npos);
    CHECK(page.find("<b onload") == std::string::npos);
    CHECK(page.find("&lt;script&gt;alert(1)") != std::string::npos);
}

} // namespace hostile_csv_and_exports_test
