#include "unit/forms/helpers.hpp"

namespace forms_render_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

bool has(const std::string& html, const std::string& part) {
    return html.find(part) != std::string::npos;
}
std::size_t count(const std::string& html, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = html.find(part); at != std::string::npos; at = html.find(part, at + 1)) {
        ++out;
    }
    return out;
}

} // namespace

TEST_CASE("form html: every input has its label, what may be filled in, and the exact consent text",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    shop.publish(FormShop::signup());
    RenderOptions options;
    options.action = "/signup";
    options.csrf_name = "csrf";
    options.csrf_value = "t\"o<k>en";
    options.classes["input"] = "wide";
    const std::string html = shop.forms.render("signup", options).html;
    CHECK(has(html, "<form method=\"post\" action=\"/signup\" class=\"habeas-form\" lang=\"en\""));
    CHECK(has(html, "name=\"csrf\" value=\"t&quot;o&lt;k&gt;en\""));
    CHECK(has(html, "<label for=\"signup-mail\""));
    CHECK(has(html, "type=\"email\" id=\"signup-mail\" name=\"mail\" class=\"habeas-input wide\" "
                    "autocomplete=\"email\" required"));
    CHECK(has(html, "autocomplete=\"given-name\""));
    CHECK(has(html, "Yes, send me the newsletter"));
    CHECK(has(html, "Example GmbH may send me its newsletter about garden tools by e-mail."));
    CHECK(has(html, "aria-describedby=\"signup-news-text\""));
    CHECK(has(html, "href=\"https://shop.example/privacy\""));
    CHECK_FALSE(has(html, "checked"));
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "style="));
    CHECK(count(html, "<label") == count(html, "<input") - 2); // all but the hidden ones
}

TEST_CASE("form html: it speaks the language that was asked for, or its own", "[forms]") {
    FormShop shop(FormShop::memory, true);
    shop.publish(FormShop::signup());
    RenderOptions options;
    options.language = "de-AT";
    RenderedForm german = shop.forms.render("signup", options);
    CHECK(german.language == "de");
    CHECK(has(german.html, "Vorname"));
    CHECK(has(german.html, "Ja, senden Sie mir den Newsletter"));
    CHECK(has(german.html, "Senden"));
    options.language = "pl";
    CHECK(shop.forms.render("signup", options).language == "en");
}

TEST_CASE("form html: nothing is ticked beforehand, whatever the definition says", "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["fields"][2]["default"] = true;
    form["fields"].push_back(
        {{"name", "extra"}, {"type", "checkbox"}, {"label", "Extra"}, {"default", true}});
    shop.publish(form, "to see that it stays empty");
    CHECK_FALSE(has(shop.forms.render("signup").html, "checked"));
}

TEST_CASE("form html: what is wrong is listed, linked and told at the field; what was sent stays",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    shop.publish(FormShop::signup());
    const Sent sent{{"mail", "<b>no\" address"}, {"given", "A'b&c"}, {"news", "yes"}};
    const SubmissionResult result = shop.send(sent);
    REQUIRE(result.outcome == SubmissionResult::Outcome::invalid);
    REQUIRE(result.errors.count("mail") == 1);
    RenderOptions options;
    options.values = sent;
    options.errors = result.errors;
    const std::string html = shop.forms.render("signup", options).html;
    CHECK(has(html, "role=\"alert\""));
    CHECK(has(html, "<a href=\"#signup-mail\">E-mail: Enter an e-mail address"));
    CHECK(has(html, "aria-invalid=\"true\" aria-describedby=\"signup-mail-error\""));
    CHECK(has(html, "value=\"&lt;b&gt;no&quot; address\""));
    CHECK(has(html, "value=\"A&#39;b&amp;c\""));
    CHECK(has(html, "value=\"yes\" checked")); // the person's own tick
    CHECK_FALSE(has(html, "<b>"));
}

TEST_CASE("form html: every text of a definition is escaped", "[forms]") {
    FormShop shop(FormShop::memory, true);
    const std::string bad = "<i title=\"x\">'&";
    json form = FormShop::signup();
    for (const char* member : {"title", "introduction", "submit_label", "controller"}) {
        form[member] = bad;
    }
    form["fields"][1]["label"] = bad;
    form["fields"][1]["help"] = bad;
    form["fields"].push_back({{"name", "pick"},
                              {"type", "radio"},
                              {"label", bad},
                              {"options", {{{"value", bad}, {"label", bad}}}}});
    form["fields"].push_back({{"name", "mute"},
                              {"type", "select"},
                              {"label", bad},
                              {"show_label", false},
                              {"options", {bad}}});
    form["fields"].push_back({{"type", "text_block"}, {"label", bad}});
    form["fields"].push_back({{"type", "page_break"}, {"label", bad}});
    form["fields"].push_back({{"name", "quiet"}, {"type", "hidden"}, {"default", bad}});
    shop.publish(form);
    RenderOptions options;
    options.classes["form"] = bad;
    options.action = "/" + bad;
    options.csrf_name = bad;
    options.errors = {{"", bad}, {"given", bad}};
    const std::string html = shop.forms.render("signup", options).html;
    CHECK_FALSE(has(html, "<i"
                          " "));
    CHECK_FALSE(has(html, "title=\"x\""));
    CHECK(has(html, "&lt;i title=&quot;x&quot;&gt;&#39;&amp;"));
    CHECK(has(html, "<legend>"));
    CHECK(has(html, "aria-label=\"&lt;i"));
    CHECK(count(html, "<section>") == count(html, "</section>"));
    options.action = "javascript:alert(1)";
    CHECK(code_of([&] { static_cast<void>(shop.forms.render("signup", options)); }) ==
          Errc::invalid);
}

TEST_CASE("form html: one consent for several channels is one box for each, in one group",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["fields"][2] = {{"type", "checkbox_group"}, {"purpose", "newsletter"}};
    shop.publish(form, "its text is a test's");
    const std::string html = shop.forms.render("signup").html;
    CHECK(has(html, "<fieldset"));
    CHECK(has(html, "value=\"email\""));
    CHECK(has(html, "value=\"sms\""));
    CHECK(has(html, "by text message"));
    const auto sent = shop.send({{"mail", "a@example.org"}, {"newsletter", "sms"}});
    REQUIRE(sent.subject);
    CHECK(shop.consent.state(*sent.subject, "newsletter", Channel::sms) == ConsentState::granted);
    CHECK(shop.consent.state(*sent.subject, "newsletter", Channel::email) == ConsentState::none);
}

TEST_CASE("form html: an identified person is not asked again what is known, if the form says so",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["fields"][1]["show_when_value_exists"] = false;
    form["fields"].push_back({{"name", "more"},
                              {"type", "text"},
                              {"label", "More"},
                              {"required", true},
                              {"show_after_submissions", 1}});
    shop.publish(form);
    const SubjectId anna = shop.person("anna@example.org");
    RenderOptions options;
    options.subject = anna;
    CHECK(has(shop.forms.render("signup", options).html, "First name"));
    CHECK_FALSE(has(shop.forms.render("signup", options).html, "More"));
    CHECK(has(shop.forms.render("signup", options).html, "value=\"anna@example.org\""));
    SubmissionContext context;
    context.subject = anna;
    CHECK(shop.send({{"mail", "anna@example.org"}, {"given", "Anna"}}, context).id);
    CHECK_FALSE(has(shop.forms.render("signup", options).html, "First name"));
    CHECK(has(shop.forms.render("signup", options).html, "More"));
    CHECK(shop.send({{"mail", "anna@example.org"}}, context).errors.count("more") == 1);
    // Who is not identified sees nothing of what is known.
    CHECK(has(shop.forms.render("signup").html, "First name"));
    CHECK_FALSE(has(shop.forms.render("signup").html, "Anna"));
}

} // namespace forms_render_test
