// The page of the report: what it says, what it must not say, and in which words.
#include "catch.hpp"
#include "cli/report.hpp"
#include "cli/report/words.hpp"
#include "consent/reasons.hpp"
#include "unit/consent/helpers.hpp"
#include "unit/exports/sample.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <regex>

namespace cli_report_page_test {

using namespace habeas;
using namespace habeas::cli;
using namespace habeas::cli::report;
using namespace habeas::test;

namespace {

/// What a store draws at random holds any three digits now and then.
std::string without(std::string text, const std::string& random) {
    REQUIRE_FALSE(random.empty());
    for (std::size_t at = 0; (at = text.find(random, at)) != std::string::npos;) {
        text.erase(at, random.size());
    }
    return text;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string page(Store& store, const std::string& language = "en", const std::string& title = {}) {
    return report_html(store, {title, language});
}

const std::string hostile = R"("><script>alert('1')</script>&<svg onload=x>)";

/// A purpose, a source, a controller and a recipient that try to be more than text.
void make_hostile(Store& store) {
    Purpose purpose = Shop::purpose("evil", Basis::consent, PurposeKind::marketing,
                                    {Channel::email, Channel::sms});
    purpose.labels = {{"en", hostile}, {"de", "{{{bar}}} {{code}} ]]> --> {n}"}};
    purpose.recipients = {hostile};
    purpose.texts.push_back(Shop::words("Yes"));
    Purposes(store).define(purpose);
    SubjectInput input;
    input.source = hostile;
    input.fields["email"] = std::string("zed@example.com");
    SubjectId zed = Subjects(store).create(input);
    Consent(store).record(Shop::event(zed, EventKind::granted, "evil", Channel::email));
    store.set_setting("controller", nlohmann::json{{"name", hostile}}.dump());
    Segment segment;
    segment.code = "tricky";
    segment.labels = {{"en", hostile}};
    segment.filter = R"({"field":"consent.evil","op":"=","value":"granted"})";
    Segments(store).define(segment);
    Campaigns campaigns(store);
    campaigns.define(
        nlohmann::json{{"code", "crafty"},
                       {"labels", {{"en", hostile}}},
                       {"sources", {{"segments", {"tricky"}}}},
                       {"events", {{{"id", "first"}, {"action", "add_tag"}, {"tag", hostile}}}}}
            .dump());
    campaigns.publish("crafty");
    campaigns.run();
}

} // namespace

TEST_CASE("report: names from outside are text and nothing else", "[cli]") {
    Shop shop;
    make_hostile(shop.store);
    std::string html = page(shop.store, "en", hostile);
    CHECK_FALSE(holds(html, "<script"));
    CHECK_FALSE(holds(html, "<svg onload"));
    std::string escaped =
        "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&lt;svg onload=x&gt;";
    CHECK(holds(html, "<title>" + escaped + "</title>"));                   // the title of the page
    CHECK(holds(html, "<h3>" + escaped + "</h3>"));                         // the purpose
    CHECK(holds(html, escaped + ", e-mail: who may be processed</title>")); // its plot
    CHECK(holds(html, "<th scope=\"row\">" + escaped + "</th>"));           // the source
    CHECK(holds(html, "Figures of " + escaped));
    // What looks like the template's own marks stays as it is.
    CHECK(holds(page(shop.store, "de"), "<h3>{{{bar}}} {{code}} ]]&gt; --&gt; {n}</h3>"));
}

TEST_CASE("report: no personal data is on the page", "[cli]") {
    Sample sample(TestStore::on_disk);
    sample.store().set_actor({Actor::Kind::person, "employee-mark", "reason-mark"});
    SubjectInput input;
    input.source = "card of eva@mark.example";
    input.identifiers = {{IdentifierKind::external, "shop", "Mark-Eva"}};
    Subjects(sample.store()).create(input);
    input.source = "called from +49 30 555 123 45";
    input.identifiers = {{IdentifierKind::external, "shop", "Mark-Caller"}};
    Subjects(sample.store()).create(input);
    Export(sample.store())
        .access_zip(sample.zoe, sample.test.folder.file("bundle-of-mark-zoe.zip"));
    Erasure(sample.store()).execute(sample.other);
    std::string html = page(sample.store());
    const StoreInfo info = sample.store().info();
    for (const std::string& random : {info.id, info.key_id, sample.store().verify().head}) {
        html = without(html, random);
    }
    // The sample marks its source too, which is no personal data and is shown.
    for (const std::string& mark : sample.marks) {
        if (mark != "form:signup-2026" && mark != "Ja & gern") {
            INFO(mark);
            CHECK_FALSE(holds(html, mark));
        }
    }
    for (const std::string& mark : sample.other_marks) {
        CHECK_FALSE(holds(html, mark));
    }
    for (const char* mark :
         {"employee-mark", "reason-mark", "eva@", "Mark-", "555", "mark-zoe", "bundle-of"}) {
        INFO(mark);
        CHECK_FALSE(holds(html, mark));
    }
    CHECK_FALSE(holds(html, sample.test.folder.path())); // a folder may be called after somebody
    CHECK(holds(html, "store.habeas"));
    CHECK(holds(html, "form:signup-2026"));
    CHECK(holds(html, "(name not shown: it may hold personal data)"));
}

TEST_CASE("report: the page says the figures in words", "[cli]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com", "FR");
    shop.person("eve@example.com");
    shop.record(ann, EventKind::granted, "newsletter", Channel::email);
    shop.record(bob, EventKind::withdrawn, "newsletter", Channel::email);
    std::string html = page(shop.store);
    CHECK(holds(html, "e-mail: 1 of 3 may be processed (33.3%)"));
    CHECK(holds(html, "The person withdrew the consent."));
    CHECK(holds(html, "<code>CONSENT_WITHDRAWN</code>"));
    CHECK(holds(html, "1 June 2026, 10:00 UTC"));
    CHECK(holds(html, "France"));
    CHECK(holds(html, "No consent is recorded for: orders, letters."));
    std::string german = page(shop.store, "de-AT", "Bericht für Juni");
    CHECK(holds(german, "lang=\"de\""));
    CHECK(holds(german, "<h1>Bericht für Juni</h1>"));
    CHECK(holds(german, "E-Mail: 1 von 3 dürfen verarbeitet werden (33,3 %)"));
    CHECK(holds(german, "Frankreich"));
    CHECK(holds(page(shop.store, "tlh"), "Data protection report")); // no words: English
}

TEST_CASE("report: processors and places are told with what they rest on", "[cli][transfers]") {
    Shop shop;
    CHECK(holds(page(shop.store), "No processor is on file"));
    Purpose news = *Purposes(shop.store).find("newsletter");
    news.recipients = {"crm", "stranger"};
    news.texts.clear();
    Purposes(shop.store).define(news);
    Processors(shop.store).define(Processor::from_json(R"({"code": "crm", "name": "CRM Inc.",
      "history": [{"established": "US", "owner": "US", "data_locations": ["US"], "contract": {},
                   "dpf_listed": true}]})"));
    std::string html = page(shop.store);
    CHECK(holds(html, "adequacy decision (United States)"));
    CHECK(holds(html, ">dpf<"));
    CHECK(holds(html, "not on file"));
    CHECK(holds(html, "Recipients who may not get data, though purposes name them: 1."));
    CHECK(holds(html, "Where the store is, is not on file"));
    shop.store.set_setting("place", "DE");
    html = page(shop.store, "de");
    CHECK(holds(html, "Der Speicher steht in Deutschland: Daten, Sitz und Eigentümer im EWR."));
    CHECK(holds(html, "nicht verzeichnet"));
    for (const char* language : {"en", "de"}) {
        const Words& words = Words::of(language);
        for (int i = 0; i <= static_cast<int>(TransferRule::no_tool); ++i) {
            const std::string_view code = transfer_rule_code(static_cast<TransferRule>(i));
            CHECK(words.name("transfer_rules", code) != code);
        }
    }
}

TEST_CASE("report: an empty store has a page too", "[cli]") {
    TestStore t;
    for (const char* language : {"en", "de"}) {
        std::string html = page(t.store, language);
        CHECK(holds(html, Words::of(language).ui("decisions_none")));
        CHECK(holds(html, Words::of(language).ui("course_none")));
        CHECK(holds(html, Words::of(language).ui("erasure_none")));
        CHECK(holds(html, Words::of(language).ui("segments_none")));
        CHECK(holds(html, Words::of(language).ui("requests_none")));
        CHECK(holds(html, Words::of(language).ui("campaigns_none")));
        CHECK(holds(html, Words::of(language).ui("nobody")));
        CHECK_FALSE(holds(html, "\"nan"));
    }
}

TEST_CASE("report: what needs attention comes first, and nothing else does", "[cli]") {
    Shop shop;
    shop.store.set_setting("controller", R"({"name":"Shop"})");
    CHECK(holds(page(shop.store), "Nothing here needs attention at this moment."));
    SubjectId ann = shop.person("ann@example.com");
    shop.record(ann, EventKind::erasure_requested);
    ConsentEvent unproven = Shop::event(shop.person("bob@example.com"), EventKind::granted,
                                        "newsletter", Channel::email);
    unproven.evidence = {};
    shop.record(unproven);
    Purpose untested = Shop::purpose("untested", Basis::legitimate_interests,
                                     PurposeKind::marketing, {Channel::post});
    shop.define(untested);
    shop.define(
        Shop::purpose("wordless", Basis::consent, PurposeKind::marketing, {Channel::email}));
    std::string html = page(shop.store);
    CHECK_FALSE(holds(html, "Nothing here needs attention"));
    CHECK(holds(html, "People who asked to be erased and still wait: 1."));
    CHECK(holds(html, "Consents to “newsletter” that cannot be proven (GDPR 7(1)): 1."));
    CHECK(
        holds(html, "“untested” rests on legitimate interests, and no balancing test is on file"));
    CHECK(holds(html, "“wordless” rests on consent but has no text on record"));
}

TEST_CASE("report: every code of the library has words in every language", "[cli]") {
    std::ifstream file(HABEAS_SOURCE_DIR "/src/cli/report/words.json");
    nlohmann::json all = nlohmann::json::parse(file);
    REQUIRE(all.size() == 2);
    auto keys = [](const nlohmann::json& object) {
        std::vector<std::string> out;
        for (const auto& [key, value] : object.items()) {
            out.push_back(key);
        }
        return out;
    };
    for (const auto& [language, words] : all.items()) {
        CAPTURE(language);
        CHECK(keys(words["ui"]) == keys(all["en"]["ui"]));
        CHECK(keys(words["counted"]) == keys(all["en"]["counted"]));
        for (Reason reason : consent::all_reasons()) {
            CAPTURE(reason_code(reason));
            CHECK(words["reasons"].contains(reason_code(reason)));
        }
        int events = 0;
        for (int number = 0; number < 128; ++number) {
            std::string name(event_kind_name(static_cast<EventKind>(number)));
            CAPTURE(name);
            CHECK((name.empty() || words["events"].contains(name)));
            events += !name.empty();
        }
        CHECK(events >= 39);
        for (int number = 0; number < 32; ++number) {
            std::string channel(channel_name(static_cast<Channel>(number)));
            std::string basis(basis_name(static_cast<Basis>(number)));
            std::string kind(purpose_kind_name(static_cast<PurposeKind>(number)));
            CAPTURE(channel, basis, kind);
            CHECK((channel.empty() || words["channels"].contains(channel)));
            CHECK((basis.empty() || words["basis"].contains(basis)));
            CHECK((kind.empty() || words["kinds"].contains(kind)));
        }
        for (int number = 0; number < 8; ++number) {
            std::string state(campaign_state_name(static_cast<CampaignState>(number)));
            CAPTURE(state);
            CHECK((state.empty() || words["campaign_states"].contains(state)));
            std::string kind(request_kind_name(static_cast<RequestKind>(number)));
            CHECK((kind.empty() || words["request_kinds"].contains(kind)));
        }
        for (int number = 0; number < 16; ++number) {
            std::string state(request_state_name(static_cast<RequestState>(number)));
            CAPTURE(state);
            CHECK((state.empty() || words["request_states"].contains(state)));
        }
        CHECK(keys(words["outcomes"]) == keys(all["en"]["outcomes"]));
        CHECK(keys(words["scopes"]) == std::vector<std::string>{"all", "marketing"});
        CHECK(keys(words["suppressions"]) ==
              std::vector<std::string>{"bounce", "complaint", "erasure", "objection"});
    }
    TestStore on_disk(TestStore::on_disk);
    REQUIRE_FALSE(on_disk.store.info().warnings.empty());
    for (const std::string& warning : on_disk.store.info().warnings) {
        CHECK(Words::of("de").name("warnings", warning) != warning);
    }
}

TEST_CASE("report: numbers, shares and times as the language writes them", "[cli]") {
    const Words& en = Words::of("en-GB");
    const Words& de = Words::of("de");
    CHECK(en.number(0) == "0");
    CHECK(en.number(999) == "999");
    CHECK(en.number(1000) == "1,000");
    CHECK(de.number(1234567) == "1.234.567");
    CHECK(en.percent(0, 0) == "–");
    CHECK(en.percent(0, 5) == "0%");
    CHECK(en.percent(5, 5) == "100%");
    CHECK(en.percent(1, 100000) == "< 0.1%");
    CHECK(en.percent(99999, 100000) == "> 99.9%");
    CHECK(de.percent(1, 8) == "12,5 %");
    CHECK(en.duration("P2Y1M") == "2 years, 1 month");
    CHECK(de.duration("PT30M") == "30 Minuten");
    CHECK(en.counted("others", 1) == "1 other");
    CHECK(escape("a\x01<\r\n\t") == "a\xEF\xBF\xBD&lt;\xEF\xBF\xBD\n\t");
    CHECK(Words::fill("{a} {b} {", {{"a", "{b}"}, {"b", "x"}}) == "{b} x {");
}

// Run alone by the test report_page, which reads the files with Python's parsers.
TEST_CASE("report: writes pages for their check", "[.report-sample]") {
    const char* folder = std::getenv("HABEAS_REPORT_SAMPLE");
    REQUIRE(folder != nullptr);
    auto write = [&](const std::string& name, const std::string& html) {
        std::ofstream(std::string(folder) + "/" + name + ".html") << html;
    };
    Sample sample(TestStore::on_disk);
    make_hostile(sample.store());
    Requests requests(sample.store());
    requests.open(RequestKind::access, sample.zoe, "letter");
    requests.vouch(requests.open(RequestKind::rectification, sample.zoe, "letter"), "desk");
    requests.fulfil(RequestId{2});
    Erasure(sample.store()).execute(sample.other);
    write("report-en", page(sample.store(), "en", hostile));
    write("report-de", page(sample.store(), "de"));
    TestStore empty;
    write("report-empty", page(empty.store));
    BundleOptions preview;
    preview.record = false;
    for (const char* language : {"en", "de"}) {
        preview.language = language;
        write(std::string("access-") + language,
              Export(sample.store()).access_html(sample.zoe, preview));
    }
}

TEST_CASE("report: breaches are told by urgency, without their titles", "[cli][breaches]") {
    TestStore t;
    CHECK(report_html(t.store, {}).find("No breach of data protection is on record") !=
          std::string::npos);
    Breaches breaches(t.store);
    breaches.define(Breach::from_json(R"({"code": "laptop", "title": "title-of-the-host",
        "aware_at": "2026-05-01T08:00:00Z", "affected": {"persons": 1234}})"));
    breaches.define(Breach::from_json(R"({"code": "paper", "title": "T"})"));
    breaches.notify("paper");
    breaches.assess("paper", BreachRisk::high, "x");
    const std::string page = report_html(t.store, {});
    for (const char* part :
         {"laptop", "1,234", "overdue since 4 May 2026", "whose 72 hours are over",
          "to be told now", "people are not told (GDPR 34(1)): 1", "authority told"}) {
        INFO(part);
        CHECK(page.find(part) != std::string::npos);
    }
    CHECK(page.find("title-of-the-host") == std::string::npos);
    ReportOptions german;
    german.language = "de";
    CHECK(report_html(t.store, german).find("überfällig seit 4. Mai 2026") != std::string::npos);
}

} // namespace cli_report_page_test
