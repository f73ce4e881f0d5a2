#include "forms/lint.hpp"
#include "unit/forms/helpers.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace forms_lint_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

json law() {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/form_lint.json");
    return json::parse(file);
}

std::vector<LintFinding> judge(const json& example) {
    return Forms::lint_definition(Forms::from_json(example.dump()));
}

const LintFinding* finding(const std::vector<LintFinding>& all, const std::string& rule) {
    auto at = std::find_if(all.begin(), all.end(),
                           [&](const LintFinding& each) { return each.rule == rule; });
    return at == all.end() ? nullptr : &*at;
}

/// A pointer names a member, or an absent member of something that is there.
bool names_a_place(const json& document, const std::string& pointer) {
    const json::json_pointer at(pointer);
    return document.contains(at) || at.parent_pointer().empty() ||
           document.contains(at.parent_pointer());
}

} // namespace

TEST_CASE("form lint: each rule's example of a fault is found, and its good example is not",
          "[forms]") {
    const json data = law();
    REQUIRE(data["rules"].size() == 30);
    REQUIRE(forms::rules().size() == 30);
    for (const json& rule : data["rules"]) {
        const auto id = rule["id"].get<std::string>();
        INFO(id);
        const auto bad = judge(rule["fail_example"]);
        const LintFinding* found = finding(bad, id);
        REQUIRE(found != nullptr);
        INFO(found->pointer);
        CHECK(found->reference == rule["legal_reference"].get<std::string>());
        CHECK(found->title == rule["title"].get<std::string>());
        CHECK_FALSE(found->remedy.empty());
        CHECK(names_a_place(rule["fail_example"], found->pointer));
        CHECK(finding(judge(rule["pass_example"]), id) == nullptr);
    }
}

TEST_CASE("form lint: severities are those of the country, of all others, or the rule's own",
          "[forms]") {
    const json data = law();
    for (const json& rule : data["rules"]) {
        const auto id = rule["id"].get<std::string>();
        INFO(id);
        const auto all = forms::rules();
        const auto known =
            std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == id; });
        REQUIRE(known != all.end());
        CHECK(lint_severity_name(known->severity) == rule["severity"]);
        const json countries = rule.value("countries", json::object());
        for (const char* country : {"DE", "AT", "CH", "LU", "FR", "CA"}) {
            INFO(country);
            const json expected = countries.contains(country)
                                      ? countries[country]
                                      : countries.value("*", rule["severity"]);
            CHECK(lint_severity_name(forms::severity_in(*known, country)) ==
                  expected.get<std::string>());
        }
    }
    json form = data["rules"][12]["fail_example"]; // no double opt-in
    REQUIRE(data["rules"][12]["id"] == "F013");
    form["country"] = "DE";
    CHECK(finding(judge(form), "F013")->severity == LintSeverity::error);
    form["country"] = "FR";
    CHECK(finding(judge(form), "F013")->severity == LintSeverity::info);
    form["country"] = "";
    CHECK(finding(judge(form), "F013")->severity == LintSeverity::warning);
}

TEST_CASE("form lint: words are understood in several languages and not found by accident",
          "[forms]") {
    using namespace forms;
    CHECK(says_terms("Ich akzeptiere die AGB und möchte den Newsletter"));
    CHECK(says_terms("J'accepte les conditions générales"));
    CHECK_FALSE(says_terms("In terms of content: news about garden tools"));
    CHECK(says_nothing("Ja, ich stimme zu"));
    CHECK(says_nothing("GDPR consent"));
    CHECK(says_nothing("OK"));
    CHECK_FALSE(says_nothing("Send me the newsletter"));
    CHECK(says_withdrawal("Widerrufen kann ich jederzeit"));
    CHECK(says_withdrawal("Je peux retirer mon accord"));
    CHECK_FALSE(says_withdrawal("Yes, send me the newsletter"));
    CHECK(says_third_parties("und ausgewählte Partner"));
    CHECK_FALSE(says_third_parties("our department partnering"));
    CHECK(says_no_when_ticked("Tick here if you don't want mails"));
    CHECK(says_going_on("By submitting this form you agree to our newsletter"));
    CHECK_FALSE(says_going_on("By submitting this form you send us a message"));
    CHECK(hard_to_read("I do not object to not being excluded."));
    CHECK_FALSE(hard_to_read("We write to you once a month. You can stop at any time."));
    CHECK(names_company("Yes, Example GmbH may write"));
    CHECK_FALSE(names_company("Yes, you may write to me ab 18"));
}

TEST_CASE("form lint: in a store what the definition leaves out is missing", "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    const auto clean = shop.forms.lint(Forms::from_json(form.dump()));
    for (const LintFinding& each : clean) {
        INFO(each.rule + " " + each.pointer);
        CHECK(each.severity != LintSeverity::error);
    }
    form.erase("privacy_url");
    CHECK(finding(shop.forms.lint(Forms::from_json(form.dump())), "F009")->pointer ==
          "/privacy_url");
    shop.store.set_setting("controller", "{}");
    // The text names the controller by its legal form.
    CHECK(finding(shop.forms.lint(Forms::from_json(form.dump())), "F007") == nullptr);

    json other = FormShop::signup();
    other["fields"][2] = {{"type", "checkbox"}, {"purpose", "orders"}};
    const auto wrong = shop.forms.lint(Forms::from_json(other.dump()));
    CHECK(finding(wrong, "F029") != nullptr); // its basis is a contract
    CHECK(finding(wrong, "F023") != nullptr); // and it has no text
    other["fields"][2] = {{"type", "checkbox"}, {"purpose", "news"}, {"label", "Other words"}};
    CHECK(finding(shop.forms.lint(Forms::from_json(other.dump())), "F023")->pointer ==
          "/fields/2/text_version");
    other["fields"][2]["label"] = "Yes, send me the newsletter";
    CHECK(finding(shop.forms.lint(Forms::from_json(other.dump())), "F023") == nullptr);
}

TEST_CASE("form lint: the seed article's settings load, and are lawful on a newsletter form alone",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["fields"][2] = json::parse(R"({"name": "newsletter_box", "type": "checkbox_group",
        "label": "Newsletter", "show_label": false, "maps_to": "consent.news", "required": true,
        "field_choices": true, "show_when_value_exists": false})");
    form["fields"][2].erase("label"); // the purpose's text is shown
    const Form read = Forms::from_json(form.dump());
    CHECK(read.fields[2].purposes == std::vector<std::string>{"news"});
    CHECK_FALSE(read.fields[2].show_label);
    const auto alone = shop.forms.lint(read);
    REQUIRE(finding(alone, "F011") != nullptr);
    CHECK(finding(alone, "F011")->severity == LintSeverity::info);
    CHECK(finding(alone, "F010") == nullptr);
    shop.publish(form);
    CHECK(shop.send({{"mail", "a@example.org"}}).errors.count("newsletter_box") == 1);
    const auto sent = shop.send({{"mail", "a@example.org"}, {"newsletter_box", "email"}});
    REQUIRE(sent.subject);
    CHECK(shop.state(*sent.subject) == ConsentState::requested);

    form["code"] = "contact";
    form["primary_purpose"] = "contact";
    const auto tied = shop.forms.lint(Forms::from_json(form.dump()));
    REQUIRE(finding(tied, "F010") != nullptr);
    CHECK(finding(tied, "F010")->severity == LintSeverity::error);
    shop.forms.define(Forms::from_json(form.dump()));
    CHECK(code_of([&] { shop.forms.publish("contact"); }) == Errc::denied);
    shop.forms.publish("contact", "agreed with the data protection officer, file 17");
    CHECK(shop.forms.find("contact")->overridden ==
          "agreed with the data protection officer, file 17");
}

TEST_CASE("form lint: a box that is ticked beforehand is found, whatever it is for", "[forms]") {
    for (const char* type : {"checkbox", "switch"}) {
        INFO(type);
        json form = FormShop::signup();
        form["fields"].push_back(
            {{"name", "co"}, {"type", type}, {"label", "X"}, {"default", true}});
        const auto found = judge(form);
        REQUIRE(finding(found, "F001") != nullptr);
        CHECK(finding(found, "F001")->pointer == "/fields/3/default");
        form["fields"][3]["maps_to"] = "first_name";
        CHECK(finding(judge(form), "F001") != nullptr);
        form["fields"][3]["default"] = false;
        CHECK(finding(judge(form), "F001") == nullptr);
        form["fields"][3]["default"] = "no";
        CHECK(finding(judge(form), "F001") == nullptr);
    }
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "co"}, {"type", "text"}, {"label", "X"}, {"default", "true"}});
    CHECK(finding(judge(form), "F001") == nullptr);
}

} // namespace forms_lint_test
