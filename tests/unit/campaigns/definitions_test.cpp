#include "helpers.hpp"

#include <nlohmann/json.hpp>

namespace campaigns_definitions_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

/// A campaign fed by a segment and by a form; the form puts people into a segment that asks for the
/// form.
json document() {
    json out{{"habeas_definitions", 1}};
    out["settings"] = {
        {"controller", {{"name", "Shop"}, {"address", "1 Main St"}, {"email", "x@example.org"}}},
        {"base_url", "https://shop.example"}};
    out["campaigns"] = json::array({json::parse(R"({"code": "welcome", "publish": true,
        "sources": {"segments": ["readers"], "forms": ["signup"]},
        "events": [{"id": "keen", "action": "points", "points": 5}]})")});
    out["forms"] = json::array({json::parse(R"({"code": "signup", "language": "en",
        "fields": [{"name": "email", "type": "email", "label": "E-mail", "maps_to": "email", "required": true}],
        "actions": [{"type": "add_segment", "target": "readers"}, {"type": "points", "points": 3}]})")});
    out["points"] = json::array({json::parse(R"({"purpose": "scoring", "rules":
        [{"code": "vip", "on": "segment", "key": "readers", "points": 10}]})")});
    out["segments"] = json::array(
        {json::parse(
             R"({"code": "readers", "filter": {"field": "segment", "op": "=", "value": "others"}})"),
         json::parse(R"({"code": "others"})")});
    return out;
}

Error fault(Store& store, const json& document) {
    return failure_of([&] { Definitions(store).apply(document.dump()); });
}

} // namespace

TEST_CASE("definitions: forms, points and campaigns are taken along, published if told",
          "[definitions][campaigns]") {
    Trade shop;
    const ApplyReport told = Definitions(shop.store).apply(document().dump(), true);
    CHECK(Forms(shop.store).list().empty());
    CHECK(Definitions(shop.store).apply(document().dump()).changes == told.changes);
    const auto& changes = told.changes;
    for (const char* each : {"form signup: version 1 added", "points added",
                             "campaign welcome: version 1 added", "campaign welcome published"}) {
        CHECK(std::find(changes.begin(), changes.end(), each) != changes.end());
    }
    CHECK(shop.campaigns.find("welcome")->state == CampaignState::published);
    CHECK_FALSE(Forms(shop.store).find("signup")->published_at);
    CHECK(Definitions(shop.store).apply(document().dump()).changes.empty());

    const std::string all = Definitions(shop.store).to_json();
    Trade other;
    CHECK_FALSE(Definitions(other.store).apply(all).changes.empty());
    CHECK(Definitions(other.store).to_json() == all);
    CHECK(Definitions(other.store).apply(all).changes.empty());
}

TEST_CASE("definitions: a campaign that paused stays paused, a new version goes on",
          "[definitions][campaigns]") {
    Trade shop;
    Definitions(shop.store).apply(document().dump());
    shop.campaigns.pause("welcome", "holidays");
    CHECK(Definitions(shop.store).apply(document().dump()).changes.empty());
    CHECK(shop.campaigns.find("welcome")->state == CampaignState::paused);
    json changed = document();
    changed["campaigns"][0]["events"][0]["points"] = 6;
    CHECK(Definitions(shop.store).apply(changed.dump()).changes ==
          std::vector<std::string>{"campaign welcome: version 2 added"});
}

TEST_CASE("definitions: a form that breaks rules is published only with a reason",
          "[definitions][forms]") {
    Trade shop;
    json wrong = document();
    wrong["forms"][0]["publish"] = true;
    wrong["forms"][0]["withdrawal"] = {{"steps", 5}};
    wrong["forms"][0]["fields"].push_back(
        json::parse(R"({"type": "checkbox", "purpose": "newsletter", "default": true})"));
    const Error denied = fault(shop.store, wrong);
    CHECK(denied.code() == Errc::denied);
    CHECK(denied.where().starts_with("/forms/0/"));
    CHECK(Forms(shop.store).list().empty());
    wrong["forms"][0]["override_reason"] = "a test of ours";
    Definitions(shop.store).apply(wrong.dump());
    CHECK(Forms(shop.store).find("signup")->published_at);
    CHECK(Forms(shop.store).find("signup")->overridden == "a test of ours");
    CHECK(Definitions(shop.store).apply(wrong.dump()).changes.empty());
}

TEST_CASE("definitions: a fault in a form, campaign or rule of points is told at its pointer",
          "[definitions][campaigns]") {
    Trade shop;
    const std::string before = Definitions(shop.store).to_json();
    json wrong = document();
    wrong["forms"][0]["actions"][0]["target"] = "nobody";
    CHECK(fault(shop.store, wrong).where() == "/forms/0/actions/0/target");
    wrong = document();
    wrong["forms"][0]["actions"][1].erase("points");
    CHECK(fault(shop.store, wrong).where() == "/forms/0/actions/1/points");
    wrong = document();
    wrong["forms"][0]["colour"] = "red";
    CHECK(fault(shop.store, wrong).where() == "/forms/0/colour");
    wrong = document();
    wrong["campaigns"][0]["events"][0]["action"] = "dance";
    CHECK(fault(shop.store, wrong).where() == "/campaigns/0/events/0/action");
    wrong = document();
    wrong["campaigns"][0]["publish"] = "yes";
    CHECK(fault(shop.store, wrong).where() == "/campaigns/0/publish");
    wrong = document();
    wrong["points"][0]["rules"][0]["points"] = 0;
    CHECK(fault(shop.store, wrong).where() == "/points/0/rules/0/points");
    CHECK(Definitions(shop.store).to_json() == before);
}

TEST_CASE("points: a form gives them where profiling is allowed", "[points][forms]") {
    Trade shop;
    Definitions(shop.store).apply(document().dump());
    Forms forms(shop.store);
    forms.publish("signup", "a test of ours");
    const SubjectId yes = shop.person("yes@example.org", "AT");
    shop.record(yes, EventKind::granted, "scoring");
    CHECK(forms.submit("signup", {{"email", "yes@example.org"}}).subject == yes);
    CHECK(shop.points.history(yes).front().reason == "form signup");
    CHECK(shop.points.history(yes).front().points == 3);
    const auto no = forms.submit("signup", {{"email", "no@example.org"}}).subject;
    REQUIRE(no);
    CHECK(shop.points.total(*no) == 0);
    CHECK(shop.points.history(*no).empty());
}

} // namespace campaigns_definitions_test
