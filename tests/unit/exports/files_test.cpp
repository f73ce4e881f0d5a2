#include "catch.hpp"
#include "sample.hpp"
#include "store/engine.hpp"
#include "unit/base/expect_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#ifdef HABEAS_WITH_ARCHIVE
#include <zip.h>
#endif

namespace exports_files_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::Sample;
using habeas::test::TestStore;
using nlohmann::json;

namespace {

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

int mode(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return static_cast<int>(status.st_mode & 07777U);
}

/// Path, subject and days of life of each registered file.
std::vector<std::string> registered(Store& store) {
    std::vector<std::string> rows;
    auto row = store.engine().db().prepare(
        "SELECT path, subject_id, (expires_at - created_at) / 86400000 FROM written_file");
    while (row.step()) {
        rows.push_back(row.str(0) + " " + (row.is_null(1) ? "many" : row.str(1)) + " " +
                       row.str(2));
    }
    return rows;
}

CsvOptions to(const std::string& recipient) {
    CsvOptions options;
    options.recipient = recipient;
    return options;
}

std::vector<std::string> lines(const std::string& csv) {
    std::vector<std::string> all;
    std::size_t start = 0;
    for (std::size_t end = csv.find("\r\n"); end != std::string::npos;
         end = csv.find("\r\n", start)) {
        all.push_back(csv.substr(start, end - start));
        start = end + 2;
    }
    CHECK(start == csv.size());
    return all;
}

json disclosures(Sample& sample, SubjectId subject) {
    BundleOptions preview;
    preview.record = false;
    return json::parse(Export(sample.store()).access_json(subject, preview))["disclosures"];
}

} // namespace

#ifdef HABEAS_WITH_ARCHIVE
namespace {

/// Contents by name. Empty where the password does not fit.
std::map<std::string, std::string> unzip(const std::string& path,
                                         const std::string& password = {}) {
    int failed = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &failed);
    REQUIRE(archive != nullptr);
    if (!password.empty()) {
        zip_set_default_password(archive, password.c_str());
    }
    std::map<std::string, std::string> files;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
        zip_stat_t size;
        REQUIRE(zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &size) == 0);
        std::string content(size.size, '\0');
        zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
        if (file == nullptr) {
            continue;
        }
        REQUIRE(zip_fread(file, content.data(), content.size()) ==
                static_cast<zip_int64_t>(content.size()));
        zip_fclose(file);
        files[size.name] = content;
    }
    zip_close(archive);
    return files;
}

} // namespace

TEST_CASE("exports: a ZIP with a password opens with it alone", "[exports]") {
    Sample sample;
    Export out(sample.store());
    BundleOptions options;
    options.record = false;
    options.password = "Grüße & 1234567890";
    const std::string path = sample.test.folder.file("secret.zip");
    out.access_zip(sample.zoe, path, options);
    CHECK(unzip(path).empty());
    CHECK(unzip(path, "another").empty());
    auto files = unzip(path, options.password);
    options.password.clear();
    CHECK(files["data.json"] == out.access_json(sample.zoe, options));
    CHECK(files.size() == 3 + 1 + 4); // data, history, receipts
    CHECK(read(path).find("zoe@mark-one.example") == std::string::npos);

    options.password = "secret";
    CHECK(code_of([&] { (void)out.access_json(sample.zoe, options); }) == Errc::invalid);
    options.password = std::string(max_bundle_password + 1, 'x');
    const std::string none = sample.test.folder.file("none.zip");
    CHECK(code_of([&] { out.access_zip(sample.zoe, none, options); }) == Errc::invalid);
    options.password = std::string("a\0b", 3);
    CHECK(code_of([&] { out.access_zip(sample.zoe, none, options); }) == Errc::invalid);
    CHECK_FALSE(std::filesystem::exists(none));
}

TEST_CASE("exports: the ZIP has the data three times, and a receipt for each consent",
          "[exports]") {
    Sample sample;
    std::string path = sample.test.folder.file("zoe.zip");
    Export out(sample.store());
    BundleOptions preview;
    preview.record = false;
    out.access_zip(sample.zoe, path, preview);
    auto files = unzip(path);
    CHECK(files["data.json"] == out.access_json(sample.zoe, preview));
    CHECK(files["data.csv"] == out.access_csv(sample.zoe, preview));
    CHECK(files["index.html"] == out.access_html(sample.zoe, preview));
    auto receipt = [&](EventId event, const char* name) {
        return "receipts/" + std::to_string(static_cast<std::int64_t>(event)) + name;
    };
    CHECK(files.count(receipt(sample.requested, "-iso-27560.jsonld")) == 1);
    CHECK(files.count(receipt(sample.granted, "-iso-27560.jsonld")) == 1);
    CHECK(files.count(receipt(sample.granted, "-kantara-1.1.json")) == 1);
    CHECK(files.count(receipt(sample.withdrawn, "-iso-27560.jsonld")) == 1);
    CHECK(files["history.csv"].rfind("event,kind,purpose,channel,", 0) == 0);
    CHECK(lines(files["history.csv"]).size() == 1 + 3);
    CHECK(files.size() == 3 + 1 + 4);
}

TEST_CASE("exports: the ZIP is for its owner alone, registered for 30 days, and never overwritten",
          "[exports]") {
    Sample sample;
    std::string path = sample.test.folder.file("zoe.zip");
    Export out(sample.store());
    out.access_zip(sample.zoe, path);
    CHECK(mode(path) == 0600);
    REQUIRE(registered(sample.store()).size() == 1);
    CHECK(registered(sample.store())[0] ==
          path + " " + std::to_string(static_cast<std::int64_t>(sample.zoe)) + " 30");
    CHECK(disclosures(sample, sample.zoe)[0]["format"] == "zip");

    std::string before = read(path);
    CHECK(code_of([&] { out.access_zip(sample.zoe, path); }) == Errc::exists);
    CHECK(read(path) == before);
    CHECK(registered(sample.store()).size() == 1);
    CHECK(disclosures(sample, sample.zoe).size() == 1);

    std::string link = sample.test.folder.file("link.zip");
    std::filesystem::create_symlink(sample.test.folder.file("target"), link);
    CHECK(code_of([&] { out.access_zip(sample.zoe, link); }) != Errc{0});
    CHECK_FALSE(std::filesystem::exists(sample.test.folder.file("target")));
}
#endif

TEST_CASE("exports: each form of a bundle can be a file, registered and gone with the person",
          "[exports]") {
    Sample sample(TestStore::on_disk);
    Export out(sample.store());
    BundleOptions preview;
    preview.record = false;
    const std::vector<std::pair<BundleFormat, std::string>> forms{
        {BundleFormat::json, out.access_json(sample.zoe, preview)},
        {BundleFormat::html, out.access_html(sample.zoe, preview)},
        {BundleFormat::csv, out.access_csv(sample.zoe, preview)}};
    std::vector<std::string> paths;
    for (const auto& [format, content] : forms) {
        paths.push_back(sample.test.folder.file("zoe" + std::to_string(paths.size())));
        out.access_file(sample.zoe, paths.back(), format, preview);
        CHECK(read(paths.back()) == content);
        CHECK(mode(paths.back()) == 0600);
    }
    CHECK(registered(sample.store()).size() == forms.size());
    CHECK(disclosures(sample, sample.zoe).empty());
    CHECK(code_of([&] { out.access_file(sample.zoe, paths[0], BundleFormat::json); }) ==
          Errc::exists);
    CHECK(code_of([&] {
              out.access_file(sample.zoe, sample.test.folder.file("x"), BundleFormat{9});
          }) == Errc::invalid);

    out.access_file(sample.zoe, sample.test.folder.file("logged"), BundleFormat::html);
    CHECK(disclosures(sample, sample.zoe)[0]["format"] == "html");
    Erasure(sample.store()).execute(sample.zoe);
    for (const std::string& path : paths) {
        CHECK_FALSE(std::filesystem::exists(path));
    }
}

TEST_CASE("exports: CSV of many has all exportable columns, without sealed and internal ones",
          "[exports]") {
    Sample sample;
    std::string path = sample.test.folder.file("all.csv");
    CHECK(Export(sample.store()).csv(path, to("Lettershop")) == 2);
    CHECK(mode(path) == 0600);
    auto rows = lines(read(path));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].find("email") != std::string::npos);
    CHECK(rows[0].find("consent.newsletter") != std::string::npos);
    CHECK(rows[0].find("allergies") == std::string::npos);
    CHECK(rows[0].find("remark") == std::string::npos);
    CHECK(rows[1].find("'=cmd|") != std::string::npos);
    CHECK(read(path).find("nuts-mark-three") == std::string::npos);
    REQUIRE(registered(sample.store()).size() == 1);
    CHECK(registered(sample.store())[0] == path + " many 30");
    CHECK(sample.store().verify().ok());
}

TEST_CASE("exports: CSV of many has the columns that were asked for, in their order", "[exports]") {
    Sample sample;
    std::string path = sample.test.folder.file("some.csv");
    CsvOptions options = to("Lettershop");
    options.columns = {"allergies",          "id",  "external:shop", "consent.newsletter.email",
                       "consent.newsletter", "vip", "nickname"};
    options.neutralise_formulas = false;
    CHECK(Export(sample.store()).csv(path, options) == 2);
    std::string csv = read(path);
    CHECK(csv.rfind("allergies,id,external:shop,consent.newsletter.email,consent.newsletter,vip,"
                    "nickname\r\n",
                    0) == 0);
    std::string zoe = std::to_string(static_cast<std::int64_t>(sample.zoe));
    // Over both channels the least permissive: SMS was withdrawn.
    CHECK(csv.find("\"," + zoe + ",K-mark-five,granted,withdrawn,") != std::string::npos);
    CHECK(csv.find(",=cmd|' /C calc'!A0\r\n") != std::string::npos);
    for (const char* unknown : {"no_such_field", "consent.nothing", "consent.newsletter.fax",
                                "email; DROP TABLE subject"}) {
        options.columns = {unknown};
        CHECK(code_of([&] {
                  Export(sample.store()).csv(sample.test.folder.file("x.csv"), options);
              }) == Errc::not_found);
        CHECK_FALSE(std::filesystem::exists(sample.test.folder.file("x.csv")));
    }
}

TEST_CASE("exports: CSV of many by purpose has exactly those who may be processed", "[exports]") {
    Sample sample;
    Subjects subjects(sample.store());
    Consent consent(sample.store());
    std::vector<SubjectId> everybody{sample.zoe, sample.other};
    for (int i = 0; i < 2500; ++i) { // more than two pages
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@example.org";
        SubjectId id = subjects.create(input);
        everybody.push_back(id);
        if (i % 7 == 0) {
            ConsentEvent event;
            event.subject = id;
            event.purpose = "newsletter";
            event.channel = Channel::email;
            event.kind = i % 3 == 0 ? EventKind::refused : EventKind::granted;
            event.evidence.method = "form";
            event.evidence.text_version = 1;
            consent.record(event);
        }
    }
    CsvOptions options = to("Mailjet SAS");
    options.columns = {"id"};
    options.purpose = "newsletter";
    std::string path = sample.test.folder.file("newsletter.csv");
    std::uint64_t rows = Export(sample.store()).csv(path, options);
    std::vector<std::string> wanted{"id"};
    for (SubjectId id : everybody) {
        if (consent.may_process(id, "newsletter", Channel::email).allowed) {
            wanted.push_back(std::to_string(static_cast<std::int64_t>(id)));
        }
    }
    CHECK(lines(read(path)) == wanted);
    CHECK(rows == wanted.size() - 1);
    CHECK(rows > 200);

    // Who was in it knows it by name, for good: also after a later withdrawal.
    sample.test.clock.advance(std::chrono::hours(1));
    ConsentEvent no;
    no.subject = sample.zoe;
    no.purpose = "newsletter";
    no.kind = EventKind::withdrawn;
    consent.record(no);
    json mine = disclosures(sample, sample.zoe);
    REQUIRE(mine.size() == 1);
    CHECK(mine[0]["recipient"] == "Mailjet SAS");
    CHECK(mine[0]["many"] == true);
    CHECK(mine[0]["certain"] == true);
    CHECK(mine[0]["columns"] == json::parse(R"(["id"])"));
    CHECK(disclosures(sample, sample.other).empty());
    SubjectInput late;
    late.fields["email"] = std::string("late@example.org");
    CHECK(disclosures(sample, subjects.create(late)).empty());
}

TEST_CASE("exports: of an export by change it is said when it cannot be told who was in it",
          "[exports]") {
    Sample sample;
    Subjects subjects(sample.store());
    SubjectInput input;
    input.fields["nickname"] = std::string("new");
    subjects.update(sample.zoe, input);
    CsvOptions options = to("Steuerberatung");
    options.changed_since = sample.test.clock.now();
    std::string path = sample.test.folder.file("changed.csv");
    CHECK(Export(sample.store()).csv(path, options) == 1);
    CHECK(disclosures(sample, sample.zoe)[0]["certain"] == true);
    CHECK(disclosures(sample, sample.other).empty());
    sample.test.clock.advance(std::chrono::hours(1));
    subjects.update(sample.other, input);
    json other = disclosures(sample, sample.other);
    REQUIRE(other.size() == 1);
    CHECK(other[0]["certain"] == false);
}

TEST_CASE("exports: a cancelled or impossible export leaves neither file nor trace", "[exports]") {
    Sample sample;
    Export out(sample.store());
    std::string path = sample.test.folder.file("none.csv");
    CsvOptions options = to("Lettershop");
    options.progress = [](std::uint64_t, std::uint64_t) { return false; };
    CHECK(code_of([&] { out.csv(path, options); }) == Errc::cancelled);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(registered(sample.store()).empty());
    CHECK(disclosures(sample, sample.zoe).empty());

    CHECK(code_of([&] { out.csv(path, to("")); }) == Errc::invalid);
    options = to("Lettershop");
    options.purpose = "nothing";
    CHECK(code_of([&] { out.csv(path, options); }) == Errc::not_found);
    CHECK(code_of([&] { out.csv(sample.test.folder.file("no/such/folder.csv"), to("L")); }) ==
          Errc::not_found);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(registered(sample.store()).empty());
}

TEST_CASE("exports: who was erased while a file was written is in no file", "[exports]") {
    Sample sample;
    std::string path = sample.test.folder.file("gone.csv");
    CsvOptions options = to("Lettershop");
    options.progress = [&](std::uint64_t, std::uint64_t) {
        // What an erasure of everybody in the file does to its registration.
        store::Engine& engine = sample.store().engine();
        store::Engine::Write tx(engine);
        engine.db().prepare("DELETE FROM written_file").run();
        tx.commit();
        return true;
    };
    CHECK(code_of([&] { Export(sample.store()).csv(path, options); }) == Errc::erased);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("exports: a handle that cannot log hands nothing out but a preview", "[exports]") {
    Sample sample(TestStore::on_disk);
    sample.test.close();
    StoreOptions options = sample.test.options();
    options.read_only = true;
    Store reader = Store::open(sample.test.path(), options);
    Export out(reader);
    CHECK(code_of([&] { (void)out.access_json(sample.zoe); }) == Errc::read_only);
    BundleOptions preview;
    preview.record = false;
    CHECK_FALSE(out.access_json(sample.zoe, preview).empty());
    std::string path = sample.test.folder.file("zoe.zip");
    CHECK(code_of([&] { out.csv(path, to("x")); }) == Errc::read_only);
    CHECK_FALSE(std::filesystem::exists(path));
}

} // namespace exports_files_test
