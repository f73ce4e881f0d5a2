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

} // namespace records_records_test
