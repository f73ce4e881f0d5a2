// The records of processing activities: all of art. 30(1), and what is missing.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace records_records_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

std::vector<std::string> gaps_of(const json& records) {
    std::vector<std::string> out;
    for (const json& each : records.at("gaps")) {
        out.push_back(each.at("text").get<std::string>());
    }
    return out;
}
bool names(const std::vector<std::string>& gaps, const std::string& part) {
    return std::any_of(gaps.begin(), gaps.end(), [&](const std::string& each) {
        return each.find(part) != std::string::npos;
    });
}

} // namespace

TEST_CASE("records: an empty store lacks nearly everything, and says what", "[records]") {
    TestStore t;
    const auto gaps = gaps_of(json::parse(Records(t.store).to_json()));
    for (const char* part : {"no name", "no address", "No data protection officer",
                             "No purpose is declared", "Where the store is"}) {
        INFO(part);
        CHECK(names(gaps, part));
    }
    CHECK(Records(t.store).to_html().find("What is missing") != std::string::npos);
}

TEST_CASE("records: each part of article 30(1) has its place", "[records]") {
    TestStore t;
    t.store.set_setting("controller", R"({"name": "Shop <GmbH>", "address": "1 Main St",
      "email": "shop@example.org", "dpo": "dpo@example.org", "country": "DE"})");
    t.store.set_setting("place", "DE");
    Field health;
    health.name = "allergies";
    health.field_class = FieldClass::special;
    Fields(t.store).define(health);
    Purpose news;
    news.code = "news";
    news.labels = {{"en", "Newsletter"}};
    news.channels = {Channel::email};
    news.recipients = {"crm"};
    TextVersion words;
    words.texts.push_back({"en", "Yes, write to me.", "Yes"});
    news.texts.push_back(words);
    Purposes(t.store).define(news);
    Purpose fraud;
    fraud.code = "fraud";
    fraud.basis = Basis::legitimate_interests;
    fraud.kind = PurposeKind::security;
    fraud.channels = {Channel::internal};
    fraud.retention = "P1Y";
    Purposes(t.store).define(fraud);
    Processors(t.store).define(Processor::from_json(R"({"code": "crm", "name": "CRM Inc.",
      "history": [{"established": "US", "owner": "US", "data_locations": ["US"], "contract": {},
                   "dpf_listed": true}]})"));
    DataHolders(t.store).define(R"({"code": "desk", "operations": ["export", "erase"]})");

    json records = json::parse(Records(t.store).to_json());
    CHECK(records["as_of"] == "2026-06-01");
    CHECK(records["controller"]["dpo"] == "dpo@example.org");
    CHECK(records["activities"].size() == 2);
    CHECK(records["recipients"][0]["safeguard"] == "GDPR 45; decision (EU) 2023/1795");
    CHECK(records["recipients"][0]["purposes"] == json::array({"news"}));
    CHECK(records["holders"][0]["holder"] == "desk");
    CHECK(records["security"].size() >= 5);
    CHECK(std::any_of(records["categories"].begin(), records["categories"].end(),
                      [](const json& each) {
                          return each["field"] == "allergies" && each["class"] == "special";
                      }));
    auto gaps = gaps_of(records);
    CHECK(names(gaps, "Purpose news has no time limit"));
    CHECK(names(gaps, "Purpose fraud rests on legitimate interests without"));
    CHECK_FALSE(names(gaps, "fraud has no time limit"));
    CHECK_FALSE(names(gaps, "controller has no"));

    Retention(t.store).define(Retention::from_json(R"({"code": "quiet", "about": "subject",
      "since": "activity", "period": "P24M"})"));
    records = json::parse(Records(t.store).to_json());
    CHECK_FALSE(names(gaps_of(records), "no time limit"));
    CHECK(records["retention"][0]["period"] == "P24M");
    const std::string page = Records(t.store).to_html();
    CHECK(page.find("Shop &lt;GmbH&gt;") != std::string::npos);
    CHECK(page.find("P24M since activity") != std::string::npos);
    CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("records: a privacy notice has what articles 13 and 14 ask for, in two languages",
          "[records]") {
    TestStore t;
    json notice = json::parse(Records(t.store).notice_json());
    CHECK(notice["purposes"].empty());
    for (const char* part : {"no name", "No data protection officer", "No purpose is declared",
                             "No supervisory authority"}) {
        INFO(part);
        CHECK(names(gaps_of(notice), part));
    }
    t.store.set_setting("controller", R"({"name": "Shop <GmbH>", "address": "1 Main St",
      "email": "shop@example.org", "dpo": "dpo@example.org", "country": "DE",
      "authority": "LfD"})");
    t.store.set_setting("place", "DE");
    Purpose news;
    news.code = "news";
    news.labels = {{"en", "Newsletter"}, {"de", "Rundbrief"}};
    news.channels = {Channel::email};
    news.recipients = {"crm"};
    news.retention = "P3Y";
    news.validity = "P24M";
    Purposes(t.store).define(news);
    Purpose fraud;
    fraud.code = "fraud";
    fraud.labels = {{"en", "Fraud"}};
    fraud.descriptions = {{"en", "So that bills are paid."}};
    fraud.basis = Basis::legitimate_interests;
    fraud.balancing_test = true;
    fraud.kind = PurposeKind::security;
    fraud.channels = {Channel::internal};
    fraud.retention = "P1Y";
    Purposes(t.store).define(fraud);
    Purpose guess;
    guess.code = "guess";
    guess.labels = {{"en", "Scores"}, {"de", "Punkte"}};
    guess.kind = PurposeKind::profiling;
    guess.channels = {Channel::internal};
    Purposes(t.store).define(guess);
    Processors(t.store).define(Processor::from_json(R"({"code": "crm", "name": "CRM Inc.",
      "history": [{"established": "US", "owner": "US", "data_locations": ["US"], "contract": {},
                   "dpf_listed": true}]})"));
    SubjectInput input;
    input.fields["email"] = "a@example.org";
    input.source = "import:contacts.csv";
    Subjects(t.store).create(input);

    notice = json::parse(Records(t.store).notice_json());
    CHECK(notice["purposes"].size() == 3);
    CHECK(notice["recipients"][0]["safeguard"] == "GDPR 45; decision (EU) 2023/1795");
    CHECK(notice["sources"] == json::array({"import"}));
    CHECK(notice["automated"] == json::array({"Scores"}));
    auto gaps = gaps_of(notice);
    CHECK(names(gaps, "name where those lists are from"));
    CHECK(names(gaps, "guess has no time limit"));
    CHECK(names(gaps, "guess makes profiles"));
    CHECK_FALSE(names(gaps, "which interests"));
    CHECK_FALSE(names(gaps, "label in"));
    const std::string page = Records(t.store).notice_html("en-GB");
    for (const char* part :
         {"Privacy notice", "Shop &lt;GmbH&gt;", "Newsletter", "So that bills are paid.",
          "CRM Inc.", "decision (EU) 2023/1795", "Your right to object", "dpo@example.org", "LfD",
          "3 years from the deciding event", "Scores", "article 6(1)(a)", "lists of others"}) {
        INFO(part);
        CHECK(page.find(part) != std::string::npos);
    }
    CHECK(page.find("<script") == std::string::npos);

    gaps = gaps_of(json::parse(Records(t.store).notice_json("de")));
    CHECK(names(gaps, "Purpose fraud has no label in de"));
    CHECK(names(gaps, "fraud has no description in de"));
    const std::string german = Records(t.store).notice_html("de");
    for (const char* part : {"Datenschutzhinweise", "Rundbrief", "Ihr Widerspruchsrecht",
                             "lang=\"de\"", "Vereinigte Staaten"}) {
        INFO(part);
        CHECK(german.find(part) != std::string::npos);
    }
    CHECK(Records(t.store).notice_html("fr").find("Privacy notice") != std::string::npos);
}

TEST_CASE("records: consent texts and published forms are held against the rules", "[records]") {
    TestStore t;
    t.store.set_setting("controller", R"({"name": "Shop GmbH", "country": "FR"})");
    Purpose news;
    news.code = "news";
    news.channels = {Channel::email};
    TextVersion words;
    words.texts.push_back(
        {"de", "Ja, ich möchte den Rundbrief. Das kann ich jederzeit widerrufen.", "Rundbrief"});
    words.texts.push_back({"en", "I agree to the terms and conditions.", "Yes"});
    news.texts.push_back(words);
    Purposes(t.store).define(news);
    Purpose orders; // its words inform: no consent to withdraw
    orders.code = "orders";
    orders.basis = Basis::contract;
    orders.kind = PurposeKind::transactional;
    orders.channels = {Channel::email};
    orders.texts.push_back({});
    orders.texts.back().texts.push_back({"de", "Wir schicken Ihnen die Rechnung.", "Rechnung"});
    Purposes(t.store).define(orders);
    Form form;
    form.code = "signup";
    form.language = "de";
    form.country = "FR";
    FormField email;
    email.name = "email";
    email.type = FormFieldType::email;
    email.maps_to = "email";
    email.label = {{"de", "E-Mail"}};
    FormField box;
    box.name = "box";
    box.type = FormFieldType::checkbox;
    box.purposes = {"news"};
    form.fields = {email, box};
    form.title = {{"de", "Rundbrief"}};
    Forms(t.store).define(form);
    const auto lint = [&] { return json::parse(Records(t.store).lint_json()); };
    json found = lint();
    CHECK(found["forms"].empty());
    REQUIRE(found["texts"].size() == 2);
    CHECK(found["texts"][0]["language"] == "de");
    const auto errors = [&](int text) {
        std::vector<std::string> rules;
        for (const json& each : found["texts"][text]["findings"]) {
            if (each["severity"] == "error") {
                rules.push_back(each["rule"].get<std::string>());
            }
        }
        return rules;
    };
    CHECK(errors(0).empty());
    CHECK(errors(1) == std::vector<std::string>{"F003", "F008"});
    CHECK(found["errors"] == 2);
    Forms(t.store).publish("signup", "it is reviewed elsewhere");
    found = lint();
    REQUIRE(found["forms"].size() == 1);
    CHECK(found["forms"][0]["overridden"] == "it is reviewed elsewhere");
    CHECK_FALSE(found["forms"][0]["findings"].empty());
    CHECK(found["errors"] > 2);
}

} // namespace records_records_test
