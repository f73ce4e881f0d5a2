#include "unit/retention/helpers.hpp"

namespace retention_rules_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

TEST_CASE("retention: a rule is kept as it was declared, and reads back from its JSON",
          "[retention]") {
    Archive a;
    const std::string text =
        R"({"code":"leads","labels":{"en":"Leads"},"about":"subject","action":"anonymise",)"
        R"("keep":["country"],"since":"consent_end","since_of":"newsletter","period":"P24M",)"
        R"("filter":{"field":"country","op":"=","value":"DE"},"paused":true})";
    a.rule(text);
    const RetentionRule rule = a.retention.find("leads")->rule;
    CHECK(rule.keep == std::vector<std::string>{"country"});
    CHECK(json::parse(Retention::to_json(rule)) == json::parse(text));
    CHECK(Retention::from_json(Retention::to_json(rule)) == rule);
    CHECK_FALSE(a.retention.find("leads")->looked_at);
    a.retention.remove("leads");
    CHECK(a.retention.list().empty());
    CHECK(code_of([&] { a.retention.remove("leads"); }) == Errc::not_found);
    CHECK(code_of([&] { static_cast<void>(a.retention.preview("leads")); }) == Errc::not_found);
}

TEST_CASE("retention: rules run persons first, then by code", "[retention]") {
    Archive a;
    a.rule(R"({"code":"a","about":"points","since":"created","period":"P1Y"})");
    a.rule(
        R"({"code":"c","about":"subject","action":"anonymise","since":"created","period":"P1Y"})");
    a.rule(R"({"code":"d","about":"subject","since":"created","period":"P1Y"})");
    a.rule(R"({"code":"b","about":"messages","since":"created","period":"P1Y"})");
    std::string order;
    for (const RetentionRuleInfo& each : a.retention.list()) {
        order += each.rule.code;
    }
    CHECK(order == "dcab");
}

TEST_CASE("retention: a fault of a rule is named at its place", "[retention]") {
    Archive a;
    Field secret;
    secret.name = "secret";
    secret.type = FieldType::date;
    secret.field_class = FieldClass::sealed;
    Fields(a.store).define(secret);
    Field badge;
    badge.name = "badge";
    badge.unique = true;
    Fields(a.store).define(badge);
    const auto place = [&](const std::string& changes) {
        json rule =
            json::parse(R"({"code":"r","about":"subject","since":"activity","period":"P2Y"})");
        rule.merge_patch(json::parse(changes));
        try {
            a.rule(rule.dump());
        } catch (const Error& error) {
            return std::string(errc_name(error.code())) + " " + error.where();
        }
        return std::string("none");
    };
    CHECK(place("{}") == "none");
    CHECK(place(R"({"code":"No"})") == "invalid /code");
    CHECK(place(R"({"about":null})") == "invalid /about");
    CHECK(place(R"({"about":"all"})") == "invalid /about");
    CHECK(place(R"({"since":null})") == "invalid /since");
    CHECK(place(R"({"of":"x"})") == "invalid /of");
    CHECK(place(R"({"about":"field"})") == "invalid /of");
    CHECK(place(R"({"about":"field","of":"nothing"})") == "not_found /of");
    CHECK(place(R"({"about":"field","of":"country","action":"anonymise"})") == "invalid /action");
    CHECK(place(R"({"about":"field","of":"first_name","action":"anonymise"})") ==
          "invalid /characters");
    CHECK(place(R"({"about":"field","of":"date_of_birth","action":"anonymise","characters":1})") ==
          "invalid /characters");
    CHECK(place(R"({"about":"field","of":"secret","action":"anonymise"})") == "invalid /action");
    CHECK(place(R"({"about":"field","of":"badge","action":"anonymise","characters":1})") ==
          "invalid /action");
    CHECK(place(R"({"about":"field","of":"first_name","characters":3})") == "invalid /characters");
    CHECK(place(R"({"about":"field","of":"first_name","action":"anonymise","characters":11})") ==
          "invalid /characters");
    CHECK(place(R"({"about":"evidence","of":"newsletter"})") == "invalid /since");
    CHECK(place(R"({"about":"evidence","of":"no","since":"consent_end","since_of":"no"})") ==
          "not_found /of");
    CHECK(place(R"({"about":"submissions","of":"no"})") == "not_found /of");
    CHECK(place(R"({"about":"messages","of":"no"})") == "not_found /of");
    CHECK(place(R"({"about":"campaigns","of":"no"})") == "not_found /of");
    CHECK(place(R"({"about":"points","action":"anonymise"})") == "invalid /action");
    CHECK(place(R"({"keep":["country"]})") == "invalid /keep");
    CHECK(place(R"({"action":"anonymise","keep":["country","first_name"]})") == "invalid /keep/1");
    CHECK(place(R"({"action":"anonymise","keep":["no"]})") == "not_found /keep/0");
    CHECK(place(R"({"since_of":"country"})") == "invalid /since_of");
    CHECK(place(R"({"since":"date"})") == "invalid /since_of");
    CHECK(place(R"({"since":"date","since_of":"country"})") == "invalid /since_of");
    CHECK(place(R"({"since":"date","since_of":"secret"})") == "invalid /since_of");
    CHECK(place(R"({"since":"consent_end","since_of":"no"})") == "not_found /since_of");
    CHECK(place(R"({"period":null})") == "invalid /period");
    CHECK(place(R"({"period":"soon"})") == "invalid /period");
    CHECK(place(R"({"period":"PT3H"})") == "invalid /period");
    CHECK(place(R"({"filter":{"field":"no","op":"=","value":1}})") == "not_found /filter/field");
    CHECK(place(R"({"labels":{"en":7}})") == "invalid /labels");
    CHECK(place(R"({"more":1})") == "invalid /more");
}

TEST_CASE("retention: rules travel in the document of all definitions", "[retention]") {
    Archive a;
    a.segment("hand", "");
    a.rule(R"({"code":"leads","about":"subject","since":"activity","period":"P24M",
               "filter":{"field":"segment","op":"in","value":["hand"]}})");
    const std::string document = Definitions(a.store).to_json();
    Store other = Store::in_memory();
    Definitions(other).apply(document);
    CHECK(Retention(other).find("leads")->rule == a.retention.find("leads")->rule);
    CHECK(Definitions(other).apply(document).changes.empty());
    json changed = json::parse(document);
    changed["retention"][0]["period"] = "P12M";
    CHECK(Definitions(other).apply(changed.dump()).changes ==
          std::vector<std::string>{"retention leads changed"});
    changed["retention"][0]["period"] = "soon";
    try {
        Definitions(other).apply(changed.dump());
        FAIL("a bad period was accepted");
    } catch (const Error& error) {
        CHECK(error.where() == "/retention/0/period");
    }
}

} // namespace retention_rules_test
