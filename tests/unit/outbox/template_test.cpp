#include "unit/outbox/helpers.hpp"

namespace outbox_template_test {

using namespace habeas;
using namespace habeas::test;

namespace {

Error fault(Post& post, const MessageTemplate& given) {
    return failure_of([&] { post.templates.define(given); });
}

MessageTemplate with_text(const std::string& text) {
    MessageTemplate out = Post::order();
    out.code = "t";
    out.languages["en"].text = text;
    return out;
}

} // namespace

TEST_CASE("outbox: the same template again keeps its version, a change gives the next",
          "[outbox]") {
    Post post;
    MessageTemplate news = Post::news();
    CHECK(post.templates.define(news) == 1);
    news.languages["en"].subject = "Other";
    CHECK(post.templates.define(news) == 2);
    CHECK(post.templates.define(news) == 2);
    CHECK(post.templates.find("news")->version == 2);
    CHECK(post.templates.find("news")->languages.at("en").subject == "Other");
    CHECK(post.templates.list().size() == 2);
    post.templates.retire("news");
    CHECK(post.templates.list().size() == 1);
    SubjectId ann = post.reader("ann@example.org");
    CHECK(code_of([&] { (void)post.queue(ann, "news", "k"); }) == Errc::not_found);
    CHECK(post.templates.define(news) == 3); // and is there again
    CHECK(post.queue(ann, "news", "k").state == MessageState::queued);
}

TEST_CASE("outbox: a template reads and writes JSON, and faults have their pointer", "[outbox]") {
    MessageTemplate news = Post::news();
    news.labels["de"] = "Rundbrief";
    news.sender = "Shop <a@shop.example>";
    news.reply_to = "b@shop.example";
    news.default_language = "en";
    CHECK(Templates::from_json(Templates::to_json(news)) == news);
    auto where = [](const std::string& json) {
        return failure_of([&] { (void)Templates::from_json(json); }).where();
    };
    CHECK(where(R"({"code":"a","kind":"advert"})") == "/kind");
    CHECK(where(R"({"code":"a","languages":{"en":{"txt":"x"}}})") == "/languages/en/txt");
    CHECK(where(R"({"code":"a","languages":["en"]})") == "/languages");
    CHECK(where(R"({"colour":1})") == "/colour");
    CHECK(code_of([] { (void)Templates::from_json("{"); }) == Errc::invalid);
}

TEST_CASE("outbox: what a template must not hold is refused with its place", "[outbox]") {
    Post post;
    Field secret;
    secret.name = "illness";
    secret.field_class = FieldClass::sealed;
    Fields(post.store).define(secret);
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"Hi {{subject.frist_name}}", "byte 4: subjects have no such field"},
             {"{{subject.illness}}", "a sealed field"},
             {"{{subject}}", "no variable of this name"},
             {"{{name}}", "no variable of this name"},
             {"{{controller.iban}}", "no such member"},
             {"{{purpose.basis}}", "no such member"},
             {"{{{subject.first_name}}}", "unescaped"},
             {"{{&subject.first_name}}", "unescaped"},
             {"{{>footer}}", "partials"},
             {"{{=<% %>=}}", "delimiters"},
             {"{{#data.items}}x", "byte 17: the section data.items is not closed"},
             {"{{/data.items}}", "not open"},
             {"{{#data.a}}{{#data.b}}{{/data.a}}{{/data.b}}", "not open"},
             {"{{subject.first_name", "does not end"},
             {"{{ }}", "no name"},
             {"{{data..x}}", "no name"},
             {"{{data.x y}}", "no name"},
             {"{{.}}", "no name"}}) {
        CAPTURE(text);
        const Error error = fault(post, with_text(text));
        CHECK(error.code() == Errc::invalid);
        CHECK(error.where() == "languages.en.text");
        CHECK_THAT(error.what(), Catch::Matchers::Contains(why));
    }
    std::string deep;
    for (int i = 0; i < 9; ++i) {
        deep += "{{#data.x}}";
    }
    CHECK(fault(post, with_text(deep)).code() == Errc::invalid);
    CHECK(fault(post, with_text(std::string(600000, 'x'))).code() == Errc::invalid);
    CHECK(fault(post, with_text("a\x01")).code() == Errc::invalid);
}

TEST_CASE("outbox: a template's kind, channel and languages fit together", "[outbox]") {
    Post post;
    MessageTemplate given = Post::news();
    given.kind = MessageKind::transactional; // would go without a way out
    CHECK(fault(post, given).where() == "kind");
    given = Post::order();
    given.kind = MessageKind::marketing;
    CHECK(fault(post, given).where() == "kind");
    given = Post::order();
    given.purpose = "nothing";
    CHECK(fault(post, given).code() == Errc::not_found);
    given = Post::order();
    given.channel = Channel::push;
    CHECK(fault(post, given).where() == "channel");
    given = Post::news();
    given.channel = Channel::sms;
    CHECK(fault(post, given).where() == "languages.en.html");
    given.languages["en"].html.clear();
    given.code = "short";
    CHECK_NOTHROW(post.templates.define(given));
    given = Post::order();
    given.languages["en"] = {"S", "", ""};
    CHECK(fault(post, given).where() == "languages.en.text");
    given.languages["en"] = {"", "T", ""};
    CHECK(fault(post, given).where() == "languages.en.subject");
    given = Post::order();
    given.languages["de"] = given.languages["en"];
    CHECK(fault(post, given).where() == "default_language");
    given.default_language = "fr";
    CHECK(fault(post, given).where() == "default_language");
    given.default_language = "de";
    CHECK_NOTHROW(post.templates.define(given));
    given.sender = "no address";
    CHECK(fault(post, given).where() == "sender");
    given = Post::order();
    given.kind = MessageKind::internal;
    CHECK(fault(post, given).where() == "purpose");
    given.purpose.clear();
    given.languages["en"].text = "{{unsubscribe_url}}"; // an employee cannot
    CHECK(fault(post, given).where() == "languages.en.text");
}

TEST_CASE("outbox: values are escaped in HTML and only there, and a subject is one line",
          "[outbox]") {
    Post post;
    MessageTemplate given = Post::order();
    given.code = "odd";
    given.languages["en"] = {"{{subject.first_name}}|{{data.x}}",
                             "{{subject.first_name}}|{{data.x}}",
                             "<b title=\"{{data.x}}\">{{subject.first_name}}</b>"};
    post.templates.define(given);
    SubjectId ann = post.reader("ann@example.org", "<A> & \"B\"");
    RenderedMessage out = post.templates.preview("odd", ann, R"({"x":"1\r\nBcc: x@y.z\t\u0007'"})");
    CHECK(out.subject == "<A> & \"B\"|1 Bcc: x@y.z '");
    CHECK(out.text == "<A> & \"B\"|1\r\nBcc: x@y.z\t\a'");
    CHECK(out.html.find(
              "<b title=\"1\r\nBcc: x@y.z\t\a&#39;\">&lt;A&gt; &amp; &quot;B&quot;</b>") == 0);
    const std::string wide(300, 'x');
    out = post.templates.preview("odd", ann, R"({"x":")" + wide + "ü\"}");
    CHECK(out.subject.size() <= 250);
    CHECK(out.subject.ends_with("x…"));
}

TEST_CASE("outbox: the person's language, labels of choices, what is missing is empty",
          "[outbox]") {
    Post post;
    Field tier;
    tier.name = "tier";
    tier.type = FieldType::select;
    tier.choices = {{"gold", {{"de", "Goldkunde"}, {"en", "Gold"}}}};
    Fields(post.store).define(tier);
    Field vip;
    vip.name = "vip";
    vip.type = FieldType::boolean;
    Fields(post.store).define(vip);
    MessageTemplate given = Post::order();
    given.code = "lang";
    given.default_language = "en";
    given.languages["en"] = {"E", "{{subject.tier}}/{{purpose.label}}/{{language}}", ""};
    given.languages["de"] = {"D",
                             "{{subject.tier}}[{{subject.last_name}}]"
                             "{{#subject.vip}}VIP{{/subject.vip}}{{^subject.vip}}no{{/subject.vip}}"
                             "{{#subject.last_name}}Frau{{/subject.last_name}}"
                             "{{#data.items}}<{{name}}:{{.}}:{{subject.first_name}}>{{/data.items}}"
                             "{{controller.name}}",
                             ""};
    post.templates.define(given);
    SubjectId ann = post.reader("ann@example.org");
    post.set(ann, "tier", "gold");
    CHECK(post.templates.preview("lang", ann).text == "Gold/orders/en");
    post.set(ann, "language", "de-AT");
    post.set(ann, "vip", "0");
    CHECK(post.templates.preview("lang", ann, R"({"items":[{"name":"a"},"b",3]})").text ==
          "Goldkunde[]no<a::Ann><:b:Ann><:3:Ann>Müller & Söhne");
    post.set(ann, "vip", "1");
    post.set(ann, "last_name", "Berg");
    CHECK(post.templates.preview("lang", ann).text == "Goldkunde[Berg]VIPFrauMüller & Söhne");
    post.set(ann, "language", "pl");
    CHECK(post.templates.preview("lang", ann).subject == "E");
}

TEST_CASE("outbox: lists in lists cannot make a template run for years", "[outbox]") {
    Post post;
    MessageTemplate given = with_text("{{#data.l}}{{#data.l}}{{#data.l}}{{#data.l}}"
                                      "{{/data.l}}{{/data.l}}{{/data.l}}{{/data.l}}");
    post.templates.define(given);
    SubjectId ann = post.reader("ann@example.org");
    std::string list = "[0";
    for (int i = 0; i < 1000; ++i) {
        list += ",0";
    }
    CHECK(code_of([&] { (void)post.templates.preview("t", ann, R"({"l":)" + list + "]}"); }) ==
          Errc::invalid);
    CHECK(code_of([&] { (void)post.templates.preview("t", ann, "[1]"); }) == Errc::invalid);
    std::string deep;
    for (int i = 0; i < 40; ++i) {
        deep += R"({"a":)";
    }
    CHECK(code_of([&] {
              (void)post.templates.preview("t", ann, deep + "1" + std::string(40, '}'));
          }) == Errc::invalid);
}

} // namespace outbox_template_test
