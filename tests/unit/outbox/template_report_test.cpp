#include "unit/outbox/helpers.hpp"

namespace outbox_template_report_test {

using namespace habeas;
using namespace habeas::test;

namespace {

MessageTemplate with_html(const std::string& html, const std::string& text = "") {
    MessageTemplate out = Post::news();
    out.code = "checked";
    out.languages = {{"en", {"News", text, html}}};
    return out;
}

std::string codes(const TemplateReport& report) {
    std::string out;
    for (const TemplateFinding& each : report.findings) {
        out += each.code + (each.error ? "! " : " ");
    }
    return out;
}

} // namespace

TEST_CASE("template check: each kind of link and picture that will not do is named",
          "[outbox][template]") {
    struct Row {
        const char *html, *codes;
    };
    for (const auto& [html, expected] : std::vector<Row>{
             {R"(<a href="https://shop.example">Shop</a>)", ""},
             {R"(<a href="mailto:a@shop.example">Write</a><a href="tel:+491">Call</a>)", ""},
             {R"(<a href="{{unsubscribe_url}}">Leave</a>)", ""},
             {R"(<a href="/tea">Tea</a>)", "link_relative! "},
             {R"(<a href="tea.html#b:c">Tea</a>)", "link_relative! "},
             {R"(<a href="http://shop.example">Shop</a>)", "link_plain_http "},
             {R"x(<a href="JavaScript:alert(1)">Shop</a>)x", "link_scheme! "},
             {R"(<a href="#">Shop</a>)", "link_missing! "},
             {R"(<a>Shop</a>)", "link_missing! "},
             {R"(<a href="https://shop.example"></a>)", "link_no_words! "},
             {R"(<img src="https://shop.example/a.png" alt="">)", ""},
             {R"(<img src="https://shop.example/a.png">)", "image_no_words! "},
             {R"(<img src="a.png" alt="A">)", "image_relative! "},
             {R"(<img src="http://shop.example/a.png" alt="A">)", "image_plain_http "},
             {R"(<img src="data:image/png;base64,AA==" alt="A">)", "image_inline "},
             {R"(<img src="https://x.example/p" width="1" height="1">)", "image_invisible "},
             {R"(<form></form>)", "active_content! "},
         }) {
        INFO(html);
        Post post;
        post.templates.define(with_html(html, "text"));
        CHECK(codes(post.templates.check("checked")) == expected);
    }
}

TEST_CASE("template check: which variables are empty, in which language, for how many",
          "[outbox][template]") {
    Post post;
    MessageTemplate given = Post::news();
    given.code = "checked";
    given.languages = {
        {"en", {"Hi {{subject.first_name}}", "{{subject.country}} {{data.offer.price}}", ""}},
        {"de", {"Hallo", "{{#data.items}}{{name}}{{/data.items}}{{subject.last_name}}", ""}}};
    given.default_language = "en";
    post.templates.define(given);
    const SubjectId ann = post.reader("ann@example.org");
    const SubjectId bob = post.reader("bob@example.org");
    const SubjectId cid = post.reader("cid@example.org");
    post.set(ann, "country", "DE");
    post.set(bob, "language", "de-AT");
    post.set(cid, "language", "fr");
    post.record(post.reader("gone@example.org"), EventKind::withdrawn, "newsletter");
    TemplateCheckOptions options;
    options.data = R"({"offer":{"price":""}})";
    const TemplateReport report = post.templates.check("checked", options);
    CHECK(report.recipients == 3);
    CHECK(!report.more);
    CHECK(report.languages == std::map<std::string, std::uint64_t>{{"de", 1}, {"en", 2}});
    std::string missing;
    for (const MissingValue& each : report.missing) {
        missing += each.language + " " + each.variable + " " + std::to_string(each.subjects) + "; ";
    }
    CHECK(missing == "de data.items 1; de subject.last_name 1; en data.offer.price 2; "
                     "en subject.country 1; ");
    CHECK(codes(report) == "language_default ");
    CHECK(report.findings[0].language == "fr");
    CHECK(report.variables == std::vector<std::string>{"data.items", "data.offer.price",
                                                       "subject.country", "subject.first_name",
                                                       "subject.last_name"});
    options.limit = 2;
    CHECK(post.templates.check("checked", options).more);
    options.subjects = {ann};
    CHECK(post.templates.check("checked", options).recipients == 1);
    CHECK(failure_of([&] { (void)post.templates.check("nothing"); }).code() == Errc::not_found);
}

TEST_CASE("outbox: an e-mail of HTML alone gets its plain text, with the way out in both",
          "[outbox][template]") {
    Post post;
    post.templates.define(
        with_html(R"(<h1>News</h1><p>Tea is <a href="https://shop.example/tea">here</a>.</p>)"));
    CHECK(codes(post.templates.check("checked")) == "text_from_html ");
    const SubjectId ann = post.reader("ann@example.org");
    const RenderedMessage shown = post.templates.preview("checked", ann);
    CHECK(shown.text.starts_with("News\n\nTea is here <https://shop.example/tea>.\n"));
    post.queue(ann, "checked", "k1");
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).sent == 1);
    const OutgoingMessage& sent = gateway.got.at(0);
    CHECK(sent.text.starts_with("News\n\nTea is here <https://shop.example/tea>.\n\n-- \n"));
    CHECK(sent.text.find("https://shop.example/privacy/unsubscribe/") != std::string::npos);
    CHECK(sent.html.find("https://shop.example/privacy/unsubscribe/") != std::string::npos);
}

TEST_CASE("outbox: the footer of marketing says what was agreed to, when, and in which version",
          "[outbox][template]") {
    Post post;
    const SubjectId ann = post.reader("ann@example.org");
    const SubjectId bob = post.reader("bob@example.org");
    post.set(bob, "language", "de");
    ConsentEvent event = Shop::event(ann, EventKind::granted, "newsletter");
    event.evidence.text_version = 1;
    for (const SubjectId each : {ann, bob}) {
        event.subject = each;
        Consent(post.store).record(event);
    }
    const SubjectId cid = post.person("cid@example.org"); // to no known text
    event.evidence.text_version = 0;
    event.evidence.document = "letter 7";
    event.subject = cid;
    Consent(post.store).record(event);
    Message given;
    given.purpose = "newsletter";
    given.subject_line = "Hello";
    given.text = "Hello";
    given.html = "<p>Hello</p>";
    for (const SubjectId each : {ann, bob, cid}) {
        given.subject = each;
        given.key = "k" + std::to_string(static_cast<std::int64_t>(each));
        post.outbox.queue(given);
    }
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).sent == 3);
    const std::string english = "on 1 June 2026 (version 1 of the text).";
    const std::string german = "am 1. Juni 2026 zugestimmt (Fassung 1 des Textes).";
    CHECK(gateway.got[0].text.find(english) != std::string::npos);
    CHECK(gateway.got[0].html.find(english) != std::string::npos);
    CHECK(gateway.got[1].text.find(german) != std::string::npos);
    CHECK(gateway.got[2].text.find("version") == std::string::npos);
    post.queue(ann, "order", "o1"); // an order says nothing of it
    post.outbox.send(gateway);
    CHECK(gateway.got[3].text.find("agreed") == std::string::npos);
}

} // namespace outbox_template_report_test
