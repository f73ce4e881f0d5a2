#include "unit/outbox/helpers.hpp"

#include <random>

namespace outbox_send_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

GatewayResult result(GatewayOutcome outcome, const std::string& reason = "") {
    return {outcome, {}, reason, {}};
}

} // namespace

TEST_CASE("outbox: a withdrawal between queueing and sending stops the message", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    Message given = Post::message(ann, "news", "k1");
    given.attachments = {{"a.txt", "text/plain", "x", ""}};
    QueueResult queued = post.outbox.queue(given);
    post.record(ann, EventKind::withdrawn, "newsletter");
    TestGateway gateway;
    SendReport report = post.outbox.send(gateway);
    CHECK(report.stopped == 1);
    CHECK(report.sent == 0);
    CHECK(gateway.got.empty());
    CHECK(post.state(queued.id) == MessageState::stopped);
    CHECK(post.outbox.get(queued.id).reason == "CONSENT_WITHDRAWN");
    auto& db = post.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM outbox_attachment") == 0);
    post.record(ann, EventKind::granted, "newsletter");
    CHECK(post.outbox.send(gateway).sent == 0); // stopped for good
}

TEST_CASE("outbox: the decision is asked after the message is made, last before it goes",
          "[outbox]") {
    // While the first batch is with the gateway the second person withdraws.
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    SubjectId bob = post.reader("bob@example.org");
    post.queue(ann, "news", "k1");
    post.queue(bob, "news", "k2");
    TestGateway gateway;
    gateway.batch = 1;
    gateway.during = [&] {
        if (gateway.got.size() == 1) {
            post.record(bob, EventKind::withdrawn, "newsletter");
        }
    };
    SendReport report = post.outbox.send(gateway);
    CHECK(report.sent == 1);
    CHECK(report.stopped == 1);
}

TEST_CASE("outbox: a purpose that became marketing meanwhile sends nothing without a way out",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.define(Shop::purpose("tips", Basis::consent, PurposeKind::service, {Channel::email}));
    Purposes(post.store).add_text("tips", Shop::words("Tips?"));
    post.record(ann, EventKind::granted, "tips");
    Message given;
    given.subject = ann;
    given.key = "k";
    given.purpose = "tips";
    given.subject_line = "Tip";
    given.text = "Buy";
    CHECK(post.outbox.queue(given).state == MessageState::queued);
    post.define(Shop::purpose("tips", Basis::consent, PurposeKind::marketing, {Channel::email}));
    TestGateway gateway;
    post.outbox.send(gateway);
    CHECK(gateway.got.empty());
    CHECK(post.outbox.find("k")->reason == "purpose_of_another_kind");
}

TEST_CASE("outbox: what fails for a time is tried again with back-off, then it has failed",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    QueueResult queued = post.queue(ann, "order", "k1");
    TestGateway gateway;
    gateway.answer = result(GatewayOutcome::transient, "mail box\r\nfull");
    SendOptions options;
    options.max_attempts = 4;
    std::vector<std::chrono::milliseconds> waits;
    for (int i = 0; i < 4; ++i) {
        post.outbox.send(gateway, options);
        CHECK(post.outbox.send(gateway, options).sent == 0); // not before its time
        const MessageInfo info = post.outbox.get(queued.id);
        CHECK(info.attempts == i + 1);
        CHECK(info.reason == "mail_box__full");
        if (info.due_at) {
            waits.push_back(*info.due_at - post.clock.now());
            post.clock.set(*info.due_at);
        }
    }
    CHECK(waits == std::vector<std::chrono::milliseconds>{1min, 2min, 4min});
    CHECK(post.state(queued.id) == MessageState::failed);
    CHECK(gateway.got.size() == 4);
    post.clock.advance(24h);
    CHECK(post.outbox.send(gateway).sent == 0);
    gateway.answer = {};
    post.outbox.retry(queued.id);
    CHECK(post.outbox.send(gateway).sent == 1);
    CHECK(code_of([&] { post.outbox.retry(queued.id); }) == Errc::conflict);

    post.queue(ann, "order", "k2");
    gateway.answer = result(GatewayOutcome::transient);
    gateway.answer.retry_after = 3h;
    post.outbox.send(gateway);
    CHECK(*post.outbox.find("k2")->due_at - post.clock.now() == 3h);
}

TEST_CASE("outbox: a run into the future does not try again what just failed", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "order", "k1");
    TestGateway gateway;
    gateway.answer = result(GatewayOutcome::transient);
    SendOptions options;
    options.now = post.clock.now() + 48h;
    CHECK(post.outbox.send(gateway, options).retried == 1);
    CHECK(gateway.got.size() == 1);
}

TEST_CASE("outbox: a refusal for good fails at once", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    QueueResult queued = post.queue(ann, "order", "k1");
    TestGateway gateway;
    gateway.answer = result(GatewayOutcome::permanent);
    CHECK(post.outbox.send(gateway).failed == 1);
    CHECK(post.outbox.get(queued.id).reason == "gateway_refused");
    CHECK(post.outbox.get(queued.id).gateway == "test");
}

TEST_CASE("outbox: an address that is not there is a hard bounce at once", "[outbox]") {
    Post post;
    const SubjectId ann = post.reader("ann@example.org");
    const MessageId news = post.queue(ann, "news", "k1").id;
    TestGateway gateway;
    gateway.answer = result(GatewayOutcome::no_such_address);
    CHECK(post.outbox.send(gateway).failed == 1);
    CHECK(post.outbox.get(news).reason == "no_such_address");
    const Decision now = Consent(post.store).may_process(ann, "newsletter", Channel::email);
    CHECK(now.reason == Reason::hard_bounce);
    const ConsentEvent told = Consent(post.store).history(ann).back();
    CHECK(told.kind == EventKind::bounced);
    CHECK(told.evidence.note.find("ann@") == std::string::npos);
}

TEST_CASE("outbox: who has no address gets nothing, and the message says so", "[outbox]") {
    Post post;
    SubjectInput input;
    input.identifiers = {{IdentifierKind::external, "crm", "7"}};
    SubjectId zoe = Subjects(post.store).create(input);
    QueueResult queued = post.queue(zoe, "order", "k1");
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).failed == 1);
    CHECK(gateway.got.empty());
    CHECK(post.outbox.get(queued.id).reason == "no_address");
}

TEST_CASE("outbox: a lost answer is asked for; without one marketing never goes again, others once",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    MessageId news = post.queue(ann, "news", "k1").id;
    MessageId order = post.queue(ann, "order", "k2").id;
    TestGateway gateway;
    gateway.throws = true;
    CHECK(post.outbox.send(gateway).uncertain == 2);
    CHECK(post.state(news) == MessageState::uncertain);
    CHECK(post.outbox.get(order).reason == "no_answer");
    gateway.throws = false;
    CHECK(post.outbox.send(gateway).resolved == 0); // not at once
    post.clock.advance(1min);

    SECTION("nobody can tell") {
        SendReport report = post.outbox.send(gateway);
        CHECK(report.resolved == 1);
        CHECK(report.sent == 1);
        CHECK(gateway.asked.size() == 2);
        CHECK(post.state(news) == MessageState::uncertain);
        CHECK(post.state(order) == MessageState::sent);
        CHECK(gateway.times[post.outbox.get(news).reference] == 1);
        CHECK(gateway.times[post.outbox.get(order).reference] == 2);
        post.clock.advance(48h);
        CHECK(post.outbox.send(gateway).sent == 0);
        CHECK(gateway.asked.size() == 2);
        SECTION("until a person says that it was sent") {
            post.outbox.confirm_sent(news);
            CHECK(post.state(news) == MessageState::sent);
            CHECK(code_of([&] { post.outbox.confirm_sent(news); }) == Errc::conflict);
        }
        SECTION("or that it shall go again") {
            post.outbox.retry(news);
            CHECK(post.outbox.send(gateway).sent == 1);
        }
    }
    SECTION("the others go once more, not twice") {
        gateway.throws = true;
        CHECK(post.outbox.send(gateway).uncertain == 1);
        gateway.throws = false;
        post.clock.advance(1h);
        CHECK(post.outbox.send(gateway).sent == 0);
        CHECK(post.state(order) == MessageState::uncertain);
        CHECK(gateway.times[post.outbox.get(order).reference] == 2);
    }
    SECTION("the gateway says that they were sent") {
        gateway.fate = result(GatewayOutcome::sent);
        CHECK(post.outbox.send(gateway).resolved == 2);
        CHECK(post.state(news) == MessageState::sent);
        CHECK(gateway.times[post.outbox.get(news).reference] == 1);
    }
    SECTION("the gateway says that they were not sent: so marketing goes too") {
        gateway.fate = result(GatewayOutcome::transient);
        SendReport report = post.outbox.send(gateway);
        CHECK(report.resolved == 2);
        CHECK(report.sent == 2);
        CHECK(gateway.times[post.outbox.get(news).reference] == 2);
    }
    SECTION("the gateway does not know yet") {
        gateway.fate = result(GatewayOutcome::uncertain);
        post.outbox.send(gateway);
        post.outbox.send(gateway);
        CHECK(gateway.asked.size() == 2);
        post.clock.advance(10min);
        gateway.fate = result(GatewayOutcome::permanent, "bounced");
        CHECK(post.outbox.send(gateway).resolved == 2);
        CHECK(post.outbox.get(news).reason == "bounced");
        CHECK(post.state(news) == MessageState::failed);
    }
    SECTION("another gateway is not asked") {
        CallbackGateway other("other", {Channel::email}, [](std::span<const OutgoingMessage> all) {
            return std::vector<GatewayResult>(all.size());
        });
        CHECK(post.outbox.send(other).resolved == 0);
    }
}

TEST_CASE("outbox: a lease that ends makes a message uncertain, by a run or by the tick",
          "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    MessageId order = post.queue(ann, "order", "k1").id;
    const bool tick = GENERATE(false, true);
    // A process that dies while the gateway has it: the row stays as the gateway saw it.
    TestGateway gateway;
    auto& db = post.store.engine().db();
    gateway.during = [&] { db.exec("UPDATE outbox SET lease = 'of the dead'"); };
    post.outbox.send(gateway);
    gateway.during = nullptr;
    CHECK(post.state(order) == MessageState::sending);
    CHECK(post.outbox.send(gateway).sent == 0);
    CHECK(code_of([&] { post.outbox.stop(order, "x"); }) == Errc::conflict);
    post.clock.advance(5min);
    if (tick) {
        post.store.tick();
        CHECK(post.state(order) == MessageState::uncertain);
        CHECK(post.outbox.get(order).reason == "lease_expired");
    }
    SendReport report = post.outbox.send(gateway);
    CHECK(report.resolved == 1);
    CHECK(report.sent == 1);
}

TEST_CASE("outbox: an answer after the lease is still the truth", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    MessageId news = post.queue(ann, "news", "k1").id;
    TestGateway gateway;
    gateway.during = [&] {
        post.clock.advance(6min);
        post.store.tick();
        CHECK(post.state(news) == MessageState::uncertain);
    };
    CHECK(post.outbox.send(gateway).sent == 1);
    CHECK(post.state(news) == MessageState::sent);
}

TEST_CASE("outbox: somebody who is erased while a gateway sends leaves no row", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    MessageId news = post.queue(ann, "news", "k1").id;
    TestGateway gateway;
    gateway.during = [&] { Erasure(post.store).execute(ann); };
    post.outbox.send(gateway);
    CHECK(code_of([&] { (void)post.outbox.get(news); }) == Errc::not_found);
    post.check_verify();
}

TEST_CASE("outbox: a stopped message stays, and gateways get their channels only", "[outbox]") {
    Post post;
    SubjectInput input;
    input.fields["email"] = std::string("ann@example.org");
    input.fields["phone"] = std::string("+4930111222333");
    SubjectId ann = Subjects(post.store).create(input);
    post.record(ann, EventKind::granted, "newsletter");
    MessageTemplate sms = Post::news();
    sms.code = "sms";
    sms.channel = Channel::sms;
    sms.languages["en"] = {"", "Sale! {{unsubscribe_url}}", ""};
    post.templates.define(sms);
    MessageId order = post.queue(ann, "order", "k1").id;
    post.queue(ann, "sms", "k2");
    post.outbox.stop(order, "order was cancelled");
    TestGateway gateway;
    CHECK(post.outbox.send(gateway).sent == 0);
    CHECK(post.outbox.get(order).reason == "order was cancelled");
    gateway.channels = {Channel::sms};
    CHECK(post.outbox.send(gateway).sent == 1);
    CHECK(gateway.got[0].recipient.address == "+4930111222333");
    CHECK_THAT(gateway.got[0].text, Catch::Matchers::Contains("https://shop.example/privacy/uns"));
}

TEST_CASE("outbox: no gateway inside a transaction, none without a name", "[outbox]") {
    Post post;
    TestGateway gateway;
    {
        Transaction tx = post.store.transaction();
        CHECK(code_of([&] { post.outbox.send(gateway); }) == Errc::invalid);
    }
    CallbackGateway none("", {Channel::email}, [](auto) { return std::vector<GatewayResult>{}; });
    CHECK(code_of([&] { post.outbox.send(none); }) == Errc::invalid);
    CHECK(code_of([] { CallbackGateway("x", {}, {}); }) == Errc::invalid);
    SendOptions options;
    options.lease = 0ms;
    CHECK(code_of([&] { post.outbox.send(gateway, options); }) == Errc::invalid);
}

TEST_CASE("outbox: a gateway with too few answers makes all uncertain", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    post.queue(ann, "order", "k1");
    post.queue(ann, "order", "k2");
    CallbackGateway gateway("short", {Channel::email},
                            [](auto) { return std::vector<GatewayResult>(1); });
    CHECK(post.outbox.send(gateway).uncertain == 2);
}

TEST_CASE("outbox: a limit and a host that says stop end a run between batches", "[outbox]") {
    Post post;
    SubjectId ann = post.reader("ann@example.org");
    for (int i = 0; i < 10; ++i) {
        post.queue(ann, "order", "k" + std::to_string(i));
    }
    TestGateway gateway;
    gateway.batch = 2;
    SendOptions options;
    options.limit = 3;
    CHECK(post.outbox.send(gateway, options).sent == 3);
    options.limit = 100;
    options.progress = [](std::uint64_t, std::uint64_t) { return false; };
    CHECK(post.outbox.send(gateway, options).sent == 2);
    options.progress = {};
    CHECK(post.outbox.send(gateway, options).sent == 5);
}

TEST_CASE("outbox: nobody who says no is ever handed to a gateway", "[outbox][property]") {
    std::mt19937 random(7);
    auto pick = [&](int below) {
        return static_cast<int>(random() % static_cast<unsigned>(below));
    };
    Post post;
    std::vector<SubjectId> people;
    for (int i = 0; i < 12; ++i) {
        people.push_back(post.reader("p" + std::to_string(i) + "@example.org"));
    }
    TestGateway gateway;
    std::size_t handed = 0;
    std::size_t stopped = 0;
    std::size_t refused = 0;
    for (int step = 0; step < 1500; ++step) {
        const SubjectId who = people[static_cast<std::size_t>(pick(12))];
        post.clock.advance(1min);
        switch (pick(8)) {
        case 0:
            post.record(who, EventKind::withdrawn, "newsletter");
            break;
        case 1:
            post.record(who, EventKind::granted, "newsletter");
            break;
        case 2:
            post.record(who, pick(2) == 0 ? EventKind::restricted : EventKind::restriction_lifted);
            break;
        case 3: {
            ConsentEvent bounce =
                Shop::event(who, pick(2) == 0 ? EventKind::bounced : EventKind::delivery_reset);
            bounce.channel = Channel::email;
            bounce.scope = bounce.kind == EventKind::bounced ? "hard" : "";
            post.record(bounce);
            break;
        }
        case 4:
            gateway.answer = result(pick(3) == 0   ? GatewayOutcome::transient
                                    : pick(3) == 0 ? GatewayOutcome::uncertain
                                                   : GatewayOutcome::sent);
            gateway.batch = static_cast<std::size_t>(1 + pick(4));
            gateway.got.clear();
            gateway.during = [&] {
                for (const OutgoingMessage& each : gateway.got) {
                    const Decision decision =
                        Consent(post.store).may_process(*each.subject, each.purpose, each.channel);
                    CHECK(decision.allowed);
                    ++handed;
                }
                gateway.got.clear();
            };
            stopped += post.outbox.send(gateway).stopped;
            break;
        default: {
            const std::string code = pick(2) == 0 ? "news" : "order";
            Message given = Post::message(who, code, "k" + std::to_string(step));
            if (pick(3) == 0) {
                given.not_before = post.clock.now() + std::chrono::minutes(pick(300));
            }
            const QueueResult out = post.outbox.queue(given);
            CHECK(out.decision.allowed == (out.state == MessageState::queued));
            refused += out.state == MessageState::refused ? 1 : 0;
            break;
        }
        }
    }
    CHECK(handed > 100);
    CHECK(stopped > 20); // the property was put to the test
    CHECK(refused > 20);
    post.check_verify();
}

} // namespace outbox_send_test
