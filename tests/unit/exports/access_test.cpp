#include "catch.hpp"
#include "everything.hpp"
#include "exports/bundle_list.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

namespace exports_access_test {

using namespace habeas;
using habeas::test::Everything;
using habeas::test::Sample;
using nlohmann::json;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

json law(const char* name) {
    std::ifstream file(std::string(HABEAS_SOURCE_DIR "/tests/data/law/") + name);
    REQUIRE(file);
    return json::parse(file);
}

json access(Sample& sample, BundleOptions options = {}) {
    return json::parse(Export(sample.store()).access_json(sample.zoe, options));
}

BundleOptions preview() {
    BundleOptions options;
    options.record = false;
    return options;
}

/// Every text of the document, joined by line breaks: JSON escapes would hide some of them.
std::string texts(const json& value) {
    if (value.is_string()) {
        return value.get<std::string>() + "\n";
    }
    std::string all;
    if (value.is_structured()) {
        for (const auto& [key, part] : value.items()) {
            all += key + "\n" + texts(part);
        }
    }
    return all;
}

const json& purpose_of(const json& document, const std::string& code) {
    for (const json& purpose : document["purposes"]) {
        if (purpose["code"] == code) {
            return purpose;
        }
    }
    FAIL("no purpose " << code);
    return document;
}

} // namespace

TEST_CASE("exports: data.json holds everything that the store has of the person, and nobody else's",
          "[exports]") {
    Sample sample;
    std::string all = texts(access(sample));
    for (const std::string& mark : sample.marks) {
        INFO(mark);
        CHECK(holds(all, mark));
    }
    for (const std::string& mark : sample.other_marks) {
        INFO(mark);
        CHECK_FALSE(holds(all, mark));
    }
    CHECK_FALSE(holds(all, "203.0.113.77")); // never stored
}

TEST_CASE("exports: data.json has a place for each letter of art. 15(1) and (2)", "[exports]") {
    // Where each point of the law is answered; the points themselves are data.
    const std::map<std::string, std::vector<std::string>> places{
        {"15(1)", {"/confirmation/processed"}},
        {"15(1)(a)", {"/purposes/0/label"}},
        {"15(1)(b)", {"/subject/fields/0/category", "/categories/0/text", "/categories/0/count"}},
        {"15(1)(c)", {"/recipients/0/name", "/disclosures"}},
        {"15(1)(d)", {"/purposes/0/retention", "/purposes/0/retention_text"}},
        {"15(1)(e)", {"/rights/1/article"}},
        {"15(1)(f)", {"/rights/7/article"}},
        {"15(1)(g)", {"/source/text"}},
        {"15(1)(h)",
         {"/automated_decisions/exists", "/automated_decisions/text",
          "/automated_decisions/profiling_purposes", "/automated_decisions/logic"}},
        {"15(2)", {"/transfers"}},
        {"15(3)", {"/subject/fields/0/value"}},
        {"15(4)", {"/history/0/actor"}}, // which employee acted is left out
    };
    Sample sample;
    json document = access(sample);
    json points = law("records.json")["gdpr"]["art15_1"];
    REQUIRE(points.size() >= 11);
    for (const json& point : points) {
        std::string ref = point["ref"];
        INFO(ref);
        auto place = places.find(ref);
        REQUIRE(place != places.end());
        for (const std::string& pointer : place->second) {
            INFO(pointer);
            CHECK(document.contains(json::json_pointer(pointer)));
        }
    }
    CHECK(document["rights"][1]["article"] == "16");
    CHECK(document["rights"][7]["article"] == "77");
}

TEST_CASE("exports: values keep their type in data.json, and labels are in the person's language",
          "[exports]") {
    Sample sample;
    json document = access(sample);
    CHECK(document["language"] == "de");
    std::map<std::string, json> fields;
    for (const json& field : document["subject"]["fields"]) {
        fields[field["name"]] = field;
    }
    CHECK(fields["vip"]["value"] == true);
    CHECK(fields["points"]["value"] == 12.5);
    CHECK(fields["balance"]["value"] == "1234.50");
    CHECK(fields["topics"]["value"] == json::parse(R"(["garden","wine"])"));
    CHECK(fields["timezone"]["value"].is_null());
    CHECK(fields["allergies"]["category"] == "sealed");
    CHECK(fields["vip"]["label"] == "VIP-Kunde");
    CHECK(fields["vip"]["provided_by_subject"] == true);
    CHECK(purpose_of(document, "newsletter")["label"] == "Rundbrief");
    CHECK(purpose_of(document, "profiling")["label"] == "Recommendations"); // no German one

    BundleOptions english = preview();
    english.language = "en-GB";
    CHECK(purpose_of(access(sample, english), "newsletter")["label"] == "Newsletter");
}

TEST_CASE("exports: each purpose says what is decided now, why, and the text as it was shown",
          "[exports]") {
    Sample sample;
    json document = access(sample);
    const json& newsletter = purpose_of(document, "newsletter");
    REQUIRE(newsletter["decisions"].size() == 2);
    const json& email = newsletter["decisions"][0];
    Decision decision =
        Consent(sample.store()).may_process(sample.zoe, "newsletter", Channel::email);
    CHECK(decision.allowed);
    CHECK(email["allowed"] == decision.allowed);
    CHECK(email["reason"] == reason_code(decision.reason));
    CHECK(email["consent"] == "granted");
    CHECK(email["event"] == static_cast<std::int64_t>(sample.granted));
    CHECK(email["explanation"] == "Sie haben eingewilligt.");
    CHECK(newsletter["decisions"][1]["reason"] == "CONSENT_WITHDRAWN");
    CHECK(newsletter["recipients"] == json::parse(R"(["Mailjet SAS","sipgate GmbH"])"));
    CHECK(newsletter["retention"] == "P36M");
    REQUIRE(newsletter["texts_shown"].size() == 1); // German alone: the English one was not shown
    const json& shown = newsletter["texts_shown"][0];
    CHECK(shown["text"] == "Ich möchte <den> Rundbrief.");
    CHECK(shown["label"] == "Ja & gern");
    CHECK(shown["version"] == 1);
    CHECK(shown["hash"] == Purposes(sample.store()).find("newsletter")->texts[0].hash);
    CHECK(purpose_of(document, "orders")["decisions"][0]["reason"] == "OK_CONTRACT");
    CHECK(document["portability"]["purposes"] ==
          json::parse(R"(["newsletter","orders","profiling"])"));
}

TEST_CASE(
    "exports: the ledger is in the bundle in order of effect, with the person's own acts marked",
    "[exports]") {
    Sample sample;
    json document = access(sample);
    const json& history = document["history"];
    REQUIRE(history.size() == 3);
    CHECK(history[0]["kind"] == "requested");
    CHECK(history[1]["kind"] == "granted");
    CHECK(history[2]["kind"] == "withdrawn");
    CHECK(history[1]["text_version"] == 1);
    CHECK(history[1]["provided_by_subject"] == true);
    CHECK(history[1]["effective_at"] == "2026-06-01T10:10:00.000Z");
}

TEST_CASE("exports: the page shows everything, escaped, and runs nothing", "[exports]") {
    Sample sample;
    std::string page = Export(sample.store()).access_html(sample.zoe);
    CHECK(holds(page, "<html lang=\"de\">"));
    CHECK(holds(page, "Ihre personenbezogenen Daten"));
    CHECK(holds(page, "Ich möchte &lt;den&gt; Rundbrief."));
    CHECK(holds(page, "O&apos;Mark-Two"));
    CHECK(holds(page, "&lt;script&gt;alert(1)&lt;"));
    CHECK(holds(page, "29. Februar 1988"));
    CHECK(holds(page, "Goldkunde"));
    CHECK(holds(page, "Garten, wine"));
    CHECK(holds(page, "1. Juni 2026, 12:10 Uhr (CEST)"));
    CHECK(holds(page, "Mailjet SAS"));
    CHECK(holds(page, "Müller Versand GmbH"));
    CHECK(holds(page, "36 Monate ab dem maßgeblichen Ereignis"));
    CHECK(holds(page, "nuts-mark-three"));
    CHECK(holds(page, "internal-mark-four"));
    CHECK(holds(page, "Gärtnerei Mark-Six"));
    for (const char* forbidden : {"<script", "javascript:", "onload=", "http-equiv", "<link",
                                  "src=", "@import", "url(", "{{"}) {
        INFO(forbidden);
        CHECK_FALSE(holds(page, forbidden));
    }
    for (const std::string& mark : sample.other_marks) {
        CHECK_FALSE(holds(page, mark));
    }
}

TEST_CASE("exports: the page is well formed and can be read aloud", "[exports]") {
    Sample sample;
    BundleOptions options;
    options.language = "fr"; // no words of ours: English
    std::string page = Export(sample.store()).access_html(sample.zoe, options);
    const std::set<std::string> empty{"meta", "!DOCTYPE", "br"};
    std::vector<std::string> open;
    std::set<std::string> ids;
    int level = 0;
    std::size_t style = page.find("<style>"), style_end = page.find("</style>");
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        if (at > style && at < style_end) {
            continue;
        }
        std::size_t end = page.find('>', at);
        REQUIRE(end != std::string::npos);
        std::string tag = page.substr(at + 1, end - at - 1);
        std::string name = tag.substr(0, tag.find_first_of(" \n"));
        if (name[0] == '/') {
            REQUIRE_FALSE(open.empty());
            INFO(name << " closes " << open.back() << " at " << at);
            REQUIRE(open.back() == name.substr(1));
            open.pop_back();
            continue;
        }
        if (std::size_t id = tag.find(" id=\""); id != std::string::npos) {
            CHECK(ids.insert(tag.substr(id + 5, tag.find('"', id + 5) - id - 5)).second);
        }
        if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
            CHECK(name[1] - '0' <= level + 1); // no level is skipped
            level = name[1] - '0';
        }
        if (name == "th") {
            CHECK(holds(tag, "scope="));
        }
        if (name == "table") {
            std::string next = page.substr(end + 1, 20);
            CHECK(holds(next, "<caption"));
        }
        if (empty.count(name) == 0) {
            open.push_back(name);
        }
    }
    CHECK(open.empty());
    CHECK(holds(page, "<html lang=\"en\">"));
    for (const char* section :
         {"controller", "data", "source", "purposes", "texts", "received", "history", "rights"}) {
        CHECK(ids.count(section) == 1);
        CHECK(holds(page, "href=\"#" + std::string(section) + "\""));
    }
}

TEST_CASE("exports: data.csv is one header and one row, safe for a spreadsheet", "[exports]") {
    Sample sample;
    std::string csv = Export(sample.store()).access_csv(sample.zoe);
    CHECK(csv.rfind("id,created_at,changed_at,source,", 0) == 0);
    CHECK(csv.substr(csv.size() - 2) == "\r\n");
    CHECK(holds(csv, "'=cmd|"));
    CHECK_FALSE(holds(csv, ",=cmd"));
    CHECK(holds(csv, "'+4930111222333"));
    CHECK(holds(csv, "nuts-mark-three"));
    CHECK(holds(csv, "internal-mark-four"));
    CHECK(holds(csv, "K-mark-five"));
    CHECK(holds(csv, "consent.newsletter.email"));
    CHECK(holds(csv, "granted"));
}

TEST_CASE("exports: each bundle is logged as a disclosure and listed by name in the next one",
          "[exports]") {
    Sample sample;
    Export out(sample.store());
    BundleOptions lawyer;
    lawyer.recipient = "Kanzlei Adler";
    (void)out.access_html(sample.zoe, lawyer);
    (void)out.access_json(sample.zoe, preview());
    sample.test.clock.advance(std::chrono::seconds(1));
    json document = access(sample);
    REQUIRE(document["disclosures"].size() == 1);
    CHECK(document["disclosures"][0]["recipient"] == "Kanzlei Adler");
    CHECK(document["disclosures"][0]["format"] == "html");
    CHECK(document["disclosures"][0]["many"] == false);
    CHECK(document["history"].size() == 3); // not twice
    document = access(sample);
    CHECK(document["disclosures"].size() == 2);
    CHECK(document["disclosures"][1]["recipient"] == "data subject");
    CHECK(sample.store().verify().ok());

    BundleOptions nobody;
    nobody.recipient.clear();
    CHECK_THROWS_AS(out.access_json(sample.zoe, nobody), Error);
}

TEST_CASE("exports: who is unknown gets no bundle", "[exports]") {
    Sample sample;
    Export out(sample.store());
    try {
        (void)out.access_json(SubjectId{987654});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::subject_unknown);
    }
}

TEST_CASE("exports: a merged person gets one bundle under both numbers", "[exports]") {
    Sample sample;
    Subjects(sample.store()).merge(sample.zoe, sample.other);
    json document = json::parse(Export(sample.store()).access_json(sample.other, preview()));
    CHECK(document["subject"]["id"] == static_cast<std::int64_t>(sample.zoe));
    CHECK(document["subject"]["former_ids"] ==
          json::array({static_cast<std::int64_t>(sample.other)}));
    CHECK(holds(texts(document), "other@mark-x.example"));
}

TEST_CASE("exports: a further module's part is in the bundle, and one with data must have a part",
          "[exports]") {
    static const store::Module further{.name = "further",
                                       .bundle = [](store::Engine&, SubjectId id, json& out) {
                                           out["seen"] = static_cast<std::int64_t>(id);
                                       }};
    std::vector<const store::Module*> modules(store::modules().begin(), store::modules().end());
    modules.push_back(&further);
    store::EngineOptions internal;
    internal.modules = modules;
    store::Engine engine("", {}, store::Engine::Open::memory, internal);
    SubjectInput input;
    input.fields["email"] = std::string("a@example.org");
    SubjectId id = Subjects(engine).create(input);
    json document = json::parse(Export(engine).access_json(id));
    CHECK(document["modules"]["further"]["seen"] == static_cast<std::int64_t>(id));
    CHECK(holds(Export(engine).access_html(id), "<h3>further</h3>"));

    // What these keep of a living person is in the typed parts; erasure keeps data of the erased.
    const std::set<std::string> typed{"store", "audit", "subjects", "consent", "erasure"};
    for (const store::Module* module : store::modules()) {
        const auto lists = exports::bundle_lists();
        const bool listed = std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
            return list.module == std::string(module->name);
        });
        for (const store::SubjectTable& table : module->tables) {
            INFO(module->name << " " << table.table);
            CHECK((table.on_erase == store::SubjectTable::OnErase::keep || listed ||
                   module->bundle != nullptr || typed.count(module->name) == 1));
        }
    }
}

// Run alone by the test access_schema, which checks the file against the published JSON Schema.
TEST_CASE("exports: writes a bundle for the schema check", "[.access-sample]") {
    const char* path = std::getenv("HABEAS_ACCESS_SAMPLE");
    REQUIRE(path != nullptr);
    Everything sample;
    Consent(sample.store())
        .suppress({IdentifierKind::phone, "", "+4930111222333"}, "objection", "marketing");
    (void)access(sample);
    std::ofstream(path) << Export(sample.store()).access_json(sample.zoe);
}

} // namespace exports_access_test
