#include "helpers.hpp"

#include <nlohmann/json.hpp>

namespace outbox_definitions_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

json condition(const char* field, const char* value) {
    return {{"field", field}, {"op", "="}, {"value", value}};
}

/// Segments that name each other and a template, each before what it names.
json document() {
    json out{{"habeas_definitions", 1}};
    out["segments"] = {
        {{"code", "third"}, {"filter", condition("segment", "second")}, {"vouched", "the shop"}},
        {{"code", "second"}, {"filter", condition("segment", "first")}, {"live", true}},
        {{"code", "first"}, {"filter", condition("message", "hello")}, {"labels", {{"en", "A"}}}},
        {{"code", "by_hand"}}};
    out["templates"] = json::array(
        {{{"code", "hello"},
          {"purpose", "orders"},
          {"kind", "transactional"},
          {"channel", "email"},
          {"languages", {{"en", {{"subject", "Hello"}, {"text", "{{subject.first_name}}"}}}}}}});
    return out;
}

Error fault(Store& store, const json& document) {
    return failure_of([&] { Definitions(store).apply(document.dump()); });
}

} // namespace

TEST_CASE("definitions: segments and templates are taken along, in any order", "[definitions]") {
    Post post;
    ApplyReport told = Definitions(post.store).apply(document().dump(), true);
    CHECK(told.changes.size() == 5);
    CHECK(Segments(post.store).list().empty());
    CHECK(Definitions(post.store).apply(document().dump()).changes == told.changes);
    CHECK(Segments(post.store).list().size() == 4);
    CHECK(Segments(post.store).find("third")->segment.vouched == "the shop");
    CHECK(Segments(post.store).find("second")->segment.live);
    CHECK(Segments(post.store).find("first")->segment.labels.at("en") == "A");
    CHECK(post.templates.find("hello")->version == 1);
    CHECK(Definitions(post.store).apply(document().dump()).changes.empty());
    CHECK(post.templates.find("hello")->version == 1);

    const std::string all = Definitions(post.store).to_json();
    Post other;
    CHECK_FALSE(Definitions(other.store).apply(all).changes.empty());
    CHECK(Definitions(other.store).to_json() == all);
    CHECK(Definitions(other.store).apply(all).changes.empty());
}

TEST_CASE("definitions: what changed of a segment or template is told", "[definitions]") {
    Post post;
    Definitions(post.store).apply(document().dump());
    json changed = document();
    changed["segments"][3]["filter"] = condition("country", "AT");
    changed["templates"][0]["languages"]["en"]["subject"] = "Good day";
    ApplyReport told = Definitions(post.store).apply(changed.dump());
    CHECK(told.changes ==
          std::vector<std::string>{"segment by_hand changed", "template hello: version 2 added"});
}

TEST_CASE("definitions: a fault in a part is told at its pointer, and nothing is done",
          "[definitions]") {
    Post post;
    const std::string before = Definitions(post.store).to_json();
    json wrong = document();
    wrong["segments"][1]["filter"]["op"] = "near";
    CHECK(fault(post.store, wrong).where() == "/segments/1/filter/op");
    wrong = document();
    wrong["segments"][2]["filter"] = {{"all", {condition("country", "AT"), condition("tea", "x")}}};
    Error unknown = fault(post.store, wrong);
    CHECK(unknown.code() == Errc::not_found);
    CHECK(unknown.where().starts_with("/segments/"));
    wrong = document();
    wrong["segments"][2]["filter"] = condition("segment", "third"); // a circle
    CHECK(fault(post.store, wrong).where().starts_with("/segments/"));
    wrong = document();
    wrong["segments"][3]["colour"] = "red";
    CHECK(fault(post.store, wrong).where() == "/segments/3/colour");
    wrong = document();
    wrong["segments"][3]["code"] = "By Hand";
    CHECK(fault(post.store, wrong).where() == "/segments/3/code");
    wrong = document();
    wrong["templates"][0]["languages"]["en"]["text"] = "{{nothing}}";
    Error text = fault(post.store, wrong);
    CHECK(text.where() == "/templates/0/languages/en/text");
    CHECK(std::string(text.what()).starts_with("/templates/0/languages/en/text"));
    wrong = document();
    wrong["templates"] = 7;
    CHECK(fault(post.store, wrong).where() == "/templates");
    CHECK(Definitions(post.store).to_json() == before);
}

} // namespace outbox_definitions_test
