#include "unit/outbox/helpers.hpp"

#include <fstream>

namespace outbox_queue_test {

using namespace habeas;
using namespace habeas::test;

namespace {

Message ready(SubjectId subject, const std::string& key, const std::string& purpose = "orders") {
    Message out;
    out.subject = subject;
    out.key = key;
    out.purpose = purpose;
    out.subject_line = "Hello";
    out.text = "Text";
    return out;
}

std::vector<std::vector<std::string>> rows(Store& store, const std::string& sql) {
    std::vector<std::vector<std::string>> out;
    store.query(sql, {}, [&](const auto&, const auto& values) {
        auto& row = out.emplace_back();
        for (const auto& value : values) {
            row.push_back(value.value_or("-"));
        }
        return true;
    });
    return out;
}

} // namespace

TEST_CASE("outbox: the same key again is the same message", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    QueueResult first = post.queue(ann, "news", "k1");
    CHECK(first.state == MessageState::queued);
    CHECK_FALSE(first.again);
    CHECK(first.decision.reason == Reason::ok_consent);
    QueueResult second = post.outbox.queue(ready(ann, "k1"));
    CHECK(second.again);
    CHECK(second.id == first.id);
    CHECK(post.outbox.list().size() == 1);
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).sent == 1);
    CHECK(post.queue(ann, "news", "k1").state == MessageState::sent);
    CHECK(gateway.got.size() == 1);
    CHECK(post.outbox.find("k1")->id == first.id);
    CHECK_FALSE(post.outbox.find("k2"));
}

TEST_CASE("outbox: a secret goes out with its message and is kept no longer", "[outbox]") {
    Post post;
    const SubjectId ann = post.reader("ann@example.org");
    Message given = Post::message(ann, "order", "k1", R"({"number":"open"})");
    given.secret_data = R"({"number":"hush"})";
    const MessageId id = post.outbox.queue(given).id;
    auto kept = [&] {
        return post.store.engine().db().scalar("SELECT secret FROM outbox_content WHERE "
                                               "message_id = " +
                                               std::to_string(static_cast<std::int64_t>(id)));
    };
    CHECK(kept() == given.secret_data);
    TestGateway gateway;
    gateway.answer.outcome = GatewayOutcome::transient;
    post.outbox.send(gateway);
    CHECK(kept() == given.secret_data); // it is tried again
    gateway.answer.outcome = GatewayOutcome::sent;
    post.clock.advance(std::chrono::hours(24));
    REQUIRE(post.outbox.send(gateway).sent == 1);
    CHECK(gateway.got.back().text == "Your order hush is on its way.");
    CHECK(kept() == "");
    given.key = "k2";
    given.secret_data = "no";
    CHECK(failure_of([&] { post.outbox.queue(given); }).code() == Errc::invalid);
    given.message_template.clear();
    given.data.clear();
    given.secret_data = "{}";
    given.purpose = "orders";
    given.subject_line = given.text = "x";
    CHECK(failure_of([&] { post.outbox.queue(given); }).where() == "secret_data");
}

TEST_CASE("outbox: a no is kept without content, and once it is no the key stays so", "[outbox]") {
    Post post;
    SubjectId bob = post.person("bob@example.org");
    QueueResult out = post.queue(bob, "news", "k1");
    CHECK(out.state == MessageState::refused);
    CHECK_FALSE(out.decision.allowed);
    CHECK(out.decision.reason == Reason::no_consent);
    MessageInfo info = post.outbox.get(out.id);
    CHECK(info.reason == "NO_CONSENT");
    CHECK(info.message_template == "news");
    auto& db = post.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM outbox_content") == 0);
    post.record(bob, EventKind::granted, "newsletter");
    CHECK(post.queue(bob, "news", "k1").state == MessageState::refused);
    CHECK(post.queue(bob, "news", "k2").state == MessageState::queued);
    TestGateway gateway;
    post.outbox.send(gateway);
    CHECK(gateway.got.size() == 1);
}

TEST_CASE("outbox: a restricted person gets what the decision lets through", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.record(ann, EventKind::restricted);
    CHECK(post.queue(ann, "news", "k1").decision.reason == Reason::restricted);
    CHECK(post.queue(ann, "order", "k2").state ==
          (Consent(post.store).may_process(ann, "orders", Channel::email).allowed
               ? MessageState::queued
               : MessageState::refused));
}

TEST_CASE("outbox: marketing names the setting that it lacks", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    auto setting = [&](const std::string& name, const std::string& value) {
        const std::string before = post.store.setting(name);
        post.store.set_setting(name, value);
        const Error error = failure_of([&] { (void)post.queue(ann, "news", "k"); });
        post.store.set_setting(name, before);
        CHECK(error.code() == Errc::invalid);
        return std::string(error.what());
    };
    using Catch::Matchers::Contains;
    CHECK_THAT(setting("base_url", ""), Contains("setting base_url"));
    CHECK_THAT(setting("base_url", "https://shop.example/?a=b"), Contains("setting base_url"));
    for (const char* address : {"http://shop.example", "https://shop.example/<x>"}) {
        CHECK(code_of([&] { post.store.set_setting("base_url", address); }) == Errc::invalid);
    }
    CHECK_THAT(setting("controller", ""), Contains("setting controller"));
    CHECK_THAT(setting("controller", R"({"name":"X"})"), Contains("setting controller"));
    CHECK_THAT(setting("sender", ""), Contains("setting sender"));
    CHECK(post.outbox.list().empty());
    post.store.set_setting("base_url", "");
    CHECK(post.queue(ann, "order", "k").state == MessageState::queued); // no link in it
    CHECK(code_of([&] { (void)post.outbox.queue(ready(ann, "k9", "newsletter")); }) ==
          Errc::invalid);
}

TEST_CASE("outbox: every marketing message carries the way out and who sends", "[outbox]") {
    Post post;
    post.store.set_setting("unsubscribe_mailto", "stop@shop.example");
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "news", "k1");
    post.outbox.queue(ready(ann, "k2", "newsletter"));
    post.queue(ann, "order", "k3");
    TestGateway gateway;
    post.outbox.send(gateway);
    REQUIRE(gateway.got.size() == 3);
    for (const OutgoingMessage& each : gateway.got) {
        if (each.kind != MessageKind::marketing) {
            CHECK(each.headers.empty());
            continue;
        }
        REQUIRE(each.headers.size() == 2);
        CHECK(each.headers[0].first == "List-Unsubscribe");
        const std::string& value = each.headers[0].second;
        const std::string begin = "<https://shop.example/privacy/unsubscribe/";
        REQUIRE(value.starts_with(begin));
        const std::string token = value.substr(begin.size(), 52);
        CHECK(value == begin + token + ">, <mailto:stop@shop.example?subject=" + token + ">");
        CHECK(each.headers[1] == std::pair<std::string, std::string>("List-Unsubscribe-Post",
                                                                     "List-Unsubscribe=One-Click"));
        CHECK_THAT(each.text, Catch::Matchers::Contains("Müller & Söhne\nLange Straße 1\n10115 "));
        CHECK_THAT(each.text, Catch::Matchers::Contains("/unsubscribe/" + token));
        if (!each.html.empty()) {
            CHECK_THAT(each.html, Catch::Matchers::Contains("Müller &amp; Söhne<br>"));
            CHECK_THAT(each.html, Catch::Matchers::Contains("/unsubscribe/" + token + "\">"));
        }
        auto found = post.outbox.find_token(token);
        REQUIRE(found);
        CHECK(found->subject == ann);
        CHECK(found->purpose == "newsletter");
        CHECK(found->channel == Channel::email);
        CHECK(found->message == each.id);
        CHECK(found->use == TokenInfo::Use::unsubscribe);
    }
}

TEST_CASE("outbox: a token cannot be guessed or made from the file, and survives a new key",
          "[outbox]") {
    Post post(TestStore::on_disk);
    MessageTemplate given = Post::order();
    given.code = "links";
    given.languages["en"].text = "{{preferences_url}} {{unsubscribe_url}}";
    post.templates.define(given);
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "links", "k1");
    post.store.rotate_key();
    TestGateway gateway;
    post.outbox.send(gateway);
    REQUIRE(gateway.got.size() == 1);
    const std::string& text = gateway.got[0].text;
    const std::string preferences = text.substr(text.find("/preferences/") + 13, 52);
    const std::string unsubscribe = text.substr(text.find("/unsubscribe/") + 13, 52);
    CHECK(preferences != unsubscribe);
    CHECK(post.outbox.find_token(preferences)->use == TokenInfo::Use::preferences);
    CHECK(post.outbox.find_token(unsubscribe)->use == TokenInfo::Use::unsubscribe);
    for (std::size_t at = 0; at < unsubscribe.size(); ++at) {
        std::string other = unsubscribe;
        other[at] = other[at] == 'A' ? 'B' : 'A';
        CHECK_FALSE(post.outbox.find_token(other));
    }
    CHECK_FALSE(post.outbox.find_token(""));
    CHECK_FALSE(post.outbox.find_token(std::string(52, '_')));
    CHECK_FALSE(post.outbox.find_token(unsubscribe + "A"));
    VerifyOptions residue;
    residue.residue = {unsubscribe, preferences, unsubscribe.substr(12)};
    for (const Finding& each : post.store.verify(residue).findings) {
        CHECK(each.code != "residue");
    }
    Erasure(post.store).execute(ann);
    CHECK_FALSE(post.outbox.find_token(unsubscribe));
}

TEST_CASE("outbox: what is malformed is refused before anything is queued", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    auto where = [&](auto change) {
        Message given = ready(ann, "k");
        change(given);
        const Error error = failure_of([&] { (void)post.outbox.queue(given); });
        CHECK(post.outbox.list().empty());
        return error.where();
    };
    CHECK(where([](Message& m) { m.key.clear(); }) == "key");
    CHECK(where([](Message& m) { m.key = std::string(201, 'k'); }) == "key");
    CHECK(where([](Message& m) { m.subject_line = "a\r\nBcc: b@c.de"; }) == "subject_line");
    CHECK(where([](Message& m) { m.subject_line.clear(); }) == "subject");
    CHECK(where([](Message& m) { m.text.clear(); }) == "text");
    CHECK(where([](Message& m) { m.data = "{}"; }) == "data");
    CHECK(where([](Message& m) { m.message_template = "order"; }) == "message_template");
    CHECK(where([](Message& m) { m.purpose = "nothing"; }) == "purpose");
    CHECK(where([](Message& m) { m.channel = Channel::push; }) == "channel");
    CHECK(where([](Message& m) { m.priority = 5000; }) == "priority");
    CHECK(where([](Message& m) { m.subject = SubjectId{999}; }) == "subject");
    auto attach = [&](const Attachment& each) {
        return where([&](Message& m) { m.attachments = {each}; });
    };
    CHECK(attach({"", "a/b", "x", ""}) == "attachments.0.name");
    CHECK(attach({"../a", "a/b", "x", ""}) == "attachments.0.name");
    CHECK(attach({"a\nb", "a/b", "x", ""}) == "attachments.0.name");
    CHECK(attach({"a", "text", "x", ""}) == "attachments.0.type");
    CHECK(attach({"a", "a/b; x=\"y\"", "x", ""}) == "attachments.0.type");
    CHECK(attach({"a", "a/b\r\nX: y", "x", ""}) == "attachments.0.type");
    CHECK(attach({"a", "multipart/mixed", "x", ""}) == "attachments.0.type");
    CHECK(attach({"a", "a/b", std::string(16 << 20, 'x'), ""}) == "attachments");
    CHECK(attach({"a", "a/b", "x", "/dev/null"}) == "attachments.0");
    CHECK(attach({"a", "a/b", "", post.folder.file("nothing")}) == post.folder.file("nothing"));
}

TEST_CASE("outbox: attachments come from bytes and files and arrive as they were", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    const std::string path = post.folder.file("bundle.zip");
    std::ofstream(path) << std::string("PK\0\r\n", 5);
    Message given = ready(ann, "k");
    given.attachments = {{"Daten – Ä.zip", "application/zip", "", path},
                         {"b.txt", "text/plain", "", ""}};
    post.outbox.queue(given);
    std::filesystem::remove(path);
    TestGateway gateway;
    post.outbox.send(gateway);
    REQUIRE(gateway.got.size() == 1);
    REQUIRE(gateway.got[0].attachments.size() == 2);
    CHECK(gateway.got[0].attachments[0].content == std::string("PK\0\r\n", 5));
    CHECK(gateway.got[0].attachments[0].name == "Daten – Ä.zip");
    CHECK(gateway.got[0].attachments[1].content.empty());
}

TEST_CASE("outbox: a notice goes to an employee without a decision", "[outbox]") {
    Post post;
    SubjectId bob = post.person("bob@example.org"); // never agreed to anything
    MessageTemplate given;
    given.code = "notice";
    given.kind = MessageKind::internal;
    given.languages["en"] = {"Form of {{subject.email}}", "{{data.answer}}", ""};
    post.templates.define(given);
    Notice notice;
    notice.to = "Ines Adler <ines@shop.example>";
    notice.about = bob;
    notice.key = "n1";
    notice.message_template = "notice";
    notice.data = R"({"answer":"42"})";
    QueueResult first = post.outbox.notify(notice);
    CHECK(post.outbox.notify(notice).again);
    Notice plain;
    plain.to = "x@shop.example";
    plain.key = "n2";
    plain.subject_line = "Disk";
    plain.text = "full";
    post.outbox.notify(plain);
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).sent == 2);
    CHECK(gateway.got[0].recipient == Mailbox{"Ines Adler", "ines@shop.example"});
    CHECK(gateway.got[0].subject_line == "Form of bob@example.org");
    CHECK(gateway.got[0].text == "42");
    CHECK(gateway.got[0].headers.empty());
    CHECK(gateway.got[1].recipient.address == "x@shop.example");
    notice.key = "n3";
    notice.message_template = "order";
    CHECK(code_of([&] { (void)post.outbox.notify(notice); }) == Errc::invalid);
    CHECK(code_of([&] { (void)post.queue(bob, "notice", "n4"); }) == Errc::invalid);
    Erasure(post.store).execute(bob);
    CHECK(code_of([&] { (void)post.outbox.get(first.id); }) == Errc::not_found);
    CHECK(post.outbox.list().size() == 1);
}

TEST_CASE("outbox: the highest priority goes first, and nothing before its time", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "news", "news");
    post.queue(ann, "order", "order");
    Message urgent = Post::message(ann, "news", "urgent");
    urgent.priority = 99;
    post.outbox.queue(urgent);
    Message later = Post::message(ann, "order", "later");
    later.not_before = post.clock.now() + std::chrono::hours(2);
    post.outbox.queue(later);
    TestGateway gateway;
    gateway.batch = 1;
    CHECK(post.outbox.send(gateway).sent == 3);
    CHECK(gateway.got[0].id == post.outbox.find("urgent")->id);
    CHECK(gateway.got[1].id == post.outbox.find("order")->id);
    CHECK(gateway.got[2].id == post.outbox.find("news")->id);
    CHECK(post.outbox.send(gateway).sent == 0);
    post.clock.advance(std::chrono::hours(2));
    CHECK(post.outbox.send(gateway).sent == 1);
}

TEST_CASE("outbox: a message keeps the version of its template, and uses fresh fields",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "news", "k1");
    MessageTemplate next = Post::news();
    next.languages["en"].subject = "Second version";
    post.templates.define(next);
    post.queue(ann, "news", "k2");
    post.set(ann, "first_name", "Anna");
    TestGateway gateway;
    post.outbox.send(gateway);
    REQUIRE(gateway.got.size() == 2);
    CHECK(gateway.got[0].subject_line == "News for Anna");
    CHECK(gateway.got[1].subject_line == "Second version");
    CHECK(post.outbox.find("k1")->subject_line == "News for Anna");
    CHECK(post.outbox.find("k1")->template_version == 1);
}

TEST_CASE("outbox: erasure takes messages, contents and tokens; figures stay", "[outbox]") {
    Post post(TestStore::on_disk);
    SubjectId ann = post.reader("ann@example.org", "Canary-Ann-Name");
    SubjectId bob = post.reader("bob@example.org");
    post.queue(ann, "news", "k1");
    post.queue(bob, "news", "k2");
    TestGateway gateway;
    post.outbox.send(gateway);
    Message waiting = ready(ann, "k3");
    waiting.text = "Canary-Text-Value";
    waiting.attachments = {{"Canary-File.txt", "text/plain", "Canary-Bytes-Value", ""}};
    post.outbox.queue(waiting);
    ErasurePlan plan = Erasure(post.store).plan(ann);
    CHECK(std::count_if(plan.rows.begin(), plan.rows.end(), [](const ErasurePlanRow& row) {
              return row.place == "messages" && row.rows == 2;
          }) == 1);
    Erasure(post.store).execute(ann);
    CHECK(post.outbox.list().size() == 1);
    CHECK(post.outbox.send(gateway).sent == 0);
    VerifyOptions residue;
    residue.residue = {"Canary-Ann-Name", "Canary-Text-Value", "Canary-Bytes-Value",
                       "Canary-File.txt"};
    CHECK(post.store.verify(residue).ok());
    CHECK(
        rows(post.store, "SELECT template, purpose, channel, state, messages FROM v_message_day") ==
        std::vector<std::vector<std::string>>{{"news", "newsletter", "email", "sent", "2"}});
}

TEST_CASE("outbox: the access bundle tells of messages, a merge joins them", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    SubjectId too = post.reader("ann@example.com");
    post.queue(ann, "news", "k1");
    post.queue(too, "order", "k2");
    TestGateway gateway;
    post.outbox.send(gateway);
    Subjects(post.store).merge(ann, too);
    const std::string json = Export(post.store).access_json(ann);
    for (const char* part : {"\"News for Ann\"", "\"Order 7\"", "\"news\"", "\"sent_at\""}) {
        CHECK_THAT(json, Catch::Matchers::Contains(part));
    }
    MessageFilter filter;
    filter.subject = too; // the former number finds the one that survived
    CHECK(post.outbox.list(filter).size() == 2);
    post.check_verify();
}

TEST_CASE("outbox: segments see what was received, the change feed that something was",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    SubjectId bob = post.reader("bob@example.org");
    Segment got;
    got.code = "got_news";
    got.filter = R"({"field":"message","op":"in","value":["news"]})";
    got.live = true;
    Segments segments(post.store);
    segments.define(got);
    const std::string position = Changes(post.store).position();
    post.queue(ann, "news", "k1");
    CHECK_FALSE(segments.contains("got_news", ann));
    TestGateway gateway;
    post.outbox.send(gateway);
    CHECK(segments.contains("got_news", ann));
    CHECK_FALSE(segments.contains("got_news", bob));
    const ChangePage page = Changes(post.store).read(position);
    REQUIRE_FALSE(page.changes.empty());
    CHECK(page.changes.back().subject == ann);
    CHECK(std::count(page.changes.back().kinds.begin(), page.changes.back().kinds.end(),
                     ChangeKind::message) == 1);
    post.clock.advance(std::chrono::hours(72));
    using Ids = std::vector<SubjectId>;
    CHECK(segments.match(R"({"field":"message.news","op":"lt","value":"-2 days"})") == Ids{ann});
    CHECK(segments.match(R"({"field":"message.news","op":"empty"})") == Ids{bob});
    CHECK(segments.match(R"({"field":"messages","op":"=","value":1})") == Ids{ann});
    CHECK(segments.match(R"({"field":"last_message_at","op":"!empty"})") == Ids{ann});
    CHECK(code_of([&] {
              (void)segments.match(R"({"field":"message","op":"in","value":["nix"]})");
          }) == Errc::not_found);
    CHECK(code_of([&] { (void)segments.match(R"({"field":"message.nix","op":"empty"})"); }) ==
          Errc::not_found);
}

TEST_CASE("outbox: read-only views show messages and templates", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "order", "k1");
    CHECK(rows(post.store,
               "SELECT kind, purpose, channel, template, template_version, state FROM "
               "v_message") == std::vector<std::vector<std::string>>{
                                   {"transactional", "orders", "email", "order", "1", "queued"}});
    CHECK(rows(post.store, "SELECT code, version, kind, purpose, channel FROM v_template ORDER BY "
                           "code") == std::vector<std::vector<std::string>>{
                                          {"news", "1", "marketing", "newsletter", "email"},
                                          {"order", "1", "transactional", "orders", "email"}});
}

TEST_CASE("outbox: contents go when their retention is over, and nothing is sent twice",
          "[outbox]") {
    Post post;
    post.store.set_setting("message_retention", "P1D");
    SubjectId ann = post.reader("ann@example.org");
    Message given = ready(ann, "k1");
    given.attachments = {{"a.txt", "text/plain", "x", ""}};
    QueueResult sent = post.outbox.queue(given);
    TestGateway gateway;
    post.outbox.send(gateway);
    given.key = "k2";
    given.not_before = post.clock.now() + std::chrono::hours(24 * 90);
    post.outbox.queue(given);
    auto count = [&] {
        auto& db = post.store.engine().db();
        return db.scalar_i64("SELECT (SELECT count(*) FROM outbox_content) * 10 + (SELECT count(*) "
                             "FROM outbox_attachment)");
    };
    CHECK(count() == 22);
    post.clock.advance(std::chrono::hours(23));
    post.store.tick();
    CHECK(count() == 22);
    post.clock.advance(std::chrono::hours(1));
    post.store.tick();
    CHECK(count() == 11); // the waiting one keeps its own
    CHECK(post.outbox.queue(ready(ann, "k1")).id == sent.id);
    CHECK(post.outbox.send(gateway).sent == 0);

    gateway.answer.outcome = GatewayOutcome::permanent;
    const MessageId failed = post.queue(ann, "order", "k3").id;
    post.outbox.send(gateway);
    post.clock.advance(std::chrono::hours(24));
    post.store.tick();
    CHECK(code_of([&] { post.outbox.retry(failed); }) == Errc::conflict); // without its data
}

TEST_CASE("outbox: what is no kind or state has no name", "[outbox]") {
    CHECK(message_kind_name(MessageKind::internal) == "internal");
    CHECK(message_kind_name(static_cast<MessageKind>(3)).empty());
    CHECK(message_state_name(MessageState::refused) == "refused");
    CHECK(message_state_name(static_cast<MessageState>(255)).empty());
}

} // namespace outbox_queue_test
