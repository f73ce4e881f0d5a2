#include "unit/forms/helpers.hpp"

namespace forms_forms_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

/// Where a definition is refused.
std::string place_of(FormShop& shop, const json& form) {
    return failure_of([&] { shop.forms.define(Forms::from_json(form.dump())); }).where();
}

} // namespace

TEST_CASE("forms: a definition reads back as it was written, with everything in it", "[forms]") {
    const json all = json::parse(R"({
      "code": "everything", "language": "en", "country": "DE", "title": "All", "introduction": "So",
      "submit_label": {"de": "Los", "en": "Go"}, "primary_purpose": "news", "preferences": true,
      "confirm_template": "please_confirm", "limit": {"count": 5, "minutes": 10},
      "controller": "Example GmbH", "privacy_url": null, "postal_address": "1 Main St",
      "withdrawal_text": true, "double_opt_in": true, "processors": ["mailer"],
      "audience": "children", "delivers": "e-book", "withdrawal": {"steps": 1, "login": false},
      "template": {"list_unsubscribe": true, "visible_unsubscribe": true, "open_tracking": false,
                   "click_tracking": false},
      "age_check": {"kind": "date_of_birth", "parental_flow": true},
      "privacy": {"mentions_transfer": true, "retention": "3 years"},
      "buttons": {"accept": "button", "refuse": "button"},
      "fields": [
        {"name": "a", "type": "text", "label": "A", "help": {"de": "Hilfe"}, "maps_to": "email",
         "required": true, "default": "x", "show_when_value_exists": false,
         "show_after_submissions": 2, "category": "health", "language": "de"},
        {"name": "b", "type": "checkboxgrp", "label": "B", "show_label": false,
         "options": ["one", {"value": "two", "label": "Zwei"}],
         "conditions": [{"field": "a", "values": ["x"], "negated": true}]},
        {"type": "checkbox", "purposes": ["news"], "channels": ["email"], "recipients": ["Oy"],
         "text_version": null, "material_change": true, "existing": "reconsent", "inverted": true,
         "explicit": true, "default": true},
        {"name": "c", "type": "select", "label": "C", "maps_to": "country", "field_choices": true},
        {"type": "pagebreak"}, {"type": "freetext", "label": "FormWords"}],
      "actions": [{"type": "set_fields", "fields": {"vip": "1"}},
                  {"type": "redirect", "target": "/thanks",
                   "conditions": [{"field": "b"}]}]})");
    const Form read = Forms::from_json(all.dump());
    const std::string written = Forms::to_json(read);
    CHECK(Forms::from_json(written) == read);
    CHECK(Forms::to_json(Forms::from_json(written)) == written);
    CHECK(read.fields[0].label ==
          FormWords{{"de", "A"}}); // a plain text is in the field's language
    CHECK(read.fields[1].type == FormFieldType::checkbox_group);
    CHECK(read.facts.privacy_url == "");
    CHECK_FALSE(read.facts.list_unsubscribe != true);
}

TEST_CASE("forms: a fault is named by its place in the document", "[forms]") {
    FormShop shop;
    auto broken = [&](const char* pointer, const json& value) {
        json form = FormShop::signup();
        form[json::json_pointer(pointer)] = value;
        return place_of(shop, form);
    };
    CHECK(broken("/code", "Big") == "/code");
    CHECK(broken("/language", "??") == "/language");
    CHECK(broken("/country", "Germany") == "/country");
    CHECK(broken("/privacy_url", "javascript:alert(1)") == "/privacy_url");
    CHECK(broken("/confirm_template", "none") == "/confirm_template");
    CHECK(broken("/confirm_template", "identity") == "/confirm_template"); // another kind
    CHECK(broken("/limit", {{"count", 0}}) == "/limit/count");
    CHECK(broken("/fields/0/type", "captcha") == "/fields/0/type");
    CHECK(broken("/fields/0/typo", 1) == "/fields/0/typo");
    CHECK(broken("/fields/0/maps_to", "nothing") == "/fields/0/maps_to");
    CHECK(broken("/fields/0/maps_to", "first_name") == "/fields/1/maps_to"); // twice
    CHECK(broken("/fields/0/name", "habeas_shown") == "/fields/0/name");
    CHECK(broken("/fields/1/name", "mail") == "/fields/1/name");
    CHECK(broken("/fields/1/label", json::object()) == "/fields/1/label");
    CHECK(broken("/fields/1/conditions", {{{"field", "later"}}}) == "/fields/1/conditions/0/field");
    CHECK(broken("/fields/2/purpose", "nothing") == "/fields/2/purposes/0");
    CHECK(broken("/fields/2/channels", {"sms"}) == "/fields/2/channels");
    CHECK(broken("/fields/2/type", "text") == "/fields/2/type");
    CHECK(broken("/fields/1/type", "select") == "/fields/1/options");
    CHECK(broken("/actions/0", {{"type", "dance"}}) == "/actions/0/type");
    CHECK(broken("/actions/0", {{"type", "redirect"}, {"target", "//evil.example"}}) ==
          "/actions/0/target");
    CHECK(broken("/actions/0", {{"type", "notify"}, {"target", "nobody"}}) == "/actions/0/target");
    CHECK(broken("/actions/0", {{"type", "open_request"}, {"target", "magic"}}) ==
          "/actions/0/target");
    CHECK(broken("/actions/0", {{"type", "add_segment"}, {"target", "none"}}) ==
          "/actions/0/target");
    CHECK(broken("/actions/0", {{"type", "set_fields"}, {"fields", {{"email", "a@b.example"}}}}) ==
          "/actions/0/fields/email");
    CHECK(broken("/actions/0", {{"type", "send_message"}, {"template", "results"}}) ==
          "/actions/0/template");
    json nobody = FormShop::signup();
    nobody["fields"].erase(0);
    CHECK(place_of(shop, nobody) == "/fields");
    CHECK(code_of([] { static_cast<void>(Forms::from_json("{")); }) == Errc::invalid);
    CHECK(shop.forms.list().empty());
}

TEST_CASE("forms: a form that asks double opt-in needs the mail that asks for it", "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form.erase("confirm_template");
    CHECK(place_of(shop, form) == "/confirm_template");
}

TEST_CASE("forms: versions are immutable and numbered; people get the one that was published",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    CHECK(shop.forms.define(Forms::from_json(form.dump())) == 1);
    CHECK(shop.forms.define(Forms::from_json(form.dump())) == 1);
    CHECK(code_of([&] { shop.send({}); }) == Errc::not_found); // nobody published it
    shop.forms.publish("signup");
    const std::string hash = shop.forms.find("signup")->hash;
    form["title"] = "Second";
    CHECK(shop.forms.define(Forms::from_json(form.dump())) == 2);
    CHECK(shop.forms.find("signup")->hash != hash);
    CHECK(shop.forms.find("signup", 1)->hash == hash);
    CHECK(shop.forms.render("signup").version == 1);
    CHECK(shop.forms.render("signup", {}, true).version == 2);
    shop.forms.publish("signup");
    CHECK(shop.forms.render("signup").version == 2);
    CHECK(shop.forms.list().size() == 1);
    shop.forms.retire("signup");
    CHECK(shop.forms.list().empty());
    CHECK(code_of([&] { shop.send({}); }) == Errc::not_found);
    CHECK(code_of([&] { shop.forms.publish("signup"); }) == Errc::not_found);
    // Defined again it begins unpublished.
    CHECK(shop.forms.define(Forms::from_json(form.dump())) == 3);
    CHECK(code_of([&] { static_cast<void>(shop.forms.render("signup")); }) == Errc::not_found);
    CHECK_FALSE(shop.forms.find("nothing"));
    CHECK(code_of([&] { shop.forms.retire("nothing"); }) == Errc::not_found);
    CHECK(shop.store.verify().ok());
}

TEST_CASE("forms: an error of the lint stops publishing, unless somebody says why it is right",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["privacy_url"] = nullptr;
    shop.forms.define(Forms::from_json(form.dump()));
    const Error refused = failure_of([&] { shop.forms.publish("signup"); });
    CHECK(refused.code() == Errc::denied);
    CHECK(refused.where() == "/privacy_url");
    CHECK(std::string(refused.what()).find("F009") != std::string::npos);
    CHECK(code_of([&] { shop.forms.publish("signup", "  "); }) == Errc::denied);
    CHECK_FALSE(shop.forms.find("signup")->published_at);
    shop.forms.publish("signup", "the notice stands beside the form");
    CHECK(shop.forms.find("signup")->published_at);
    CHECK(shop.forms.find("signup")->overridden == "the notice stands beside the form");
}

TEST_CASE("forms: a segment is not deleted while a form's action names it", "[forms]") {
    FormShop shop;
    Segments segments(shop.store);
    for (const char* code : {"vips", "guests"}) {
        Segment segment;
        segment.code = code;
        segments.define(segment);
    }
    const auto refused = [&](const std::string& code) -> std::string {
        try {
            segments.remove(code);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::conflict);
            return error.what();
        }
        return "";
    };
    nlohmann::json form = FormShop::signup();
    form["actions"].push_back({{"type", "add_segment"}, {"target", "vips"}});
    shop.publish(form);
    CHECK(refused("vips").find("form signup (version 1: /actions/1)") != std::string::npos);
    form["actions"][1] = {{"type", "remove_segment"}, {"target", "guests"}};
    shop.forms.define(Forms::from_json(form.dump()));
    CHECK(refused("vips").find("version 1") != std::string::npos); // what people get
    CHECK(refused("guests").find("form signup (version 2: /actions/1)") != std::string::npos);
    shop.forms.publish("signup", "");
    CHECK(refused("vips").empty());
    shop.forms.retire("signup");
    CHECK(refused("guests").empty());
}

} // namespace forms_forms_test
