#include "unit/outbox/helpers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace outbox_pacing_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

std::string at(const std::optional<Time>& time) {
    if (!time) {
        return "never";
    }
    const std::string out = format_time(*time);
    return out.substr(0, out.find('.')) + "Z";
}

/// The clock stands at 2026-06-01T10:00:00Z, a Monday.
struct Paced : Post {
    explicit Paced(const std::string& rules, Where where = memory) : Post(where) {
        store.set_setting("pacing", rules);
    }
    SubjectId reader_in(const std::string& email, const std::string& zone) {
        const SubjectId id = reader(email);
        set(id, "timezone", zone);
        return id;
    }
    MessageId news_for(SubjectId subject) {
        return queue(subject, "news", "n" + std::to_string(++keys)).id;
    }
    std::string waits(MessageId id) {
        const MessageInfo info = outbox.get(id);
        return std::string(message_state_name(info.state)) + " " + info.reason + " " +
               at(info.due_at);
    }
    int keys = 0;
    TestGateway gateway;
};

} // namespace

TEST_CASE("pacing: a gateway gets so many messages in each stretch of time, each put off once",
          "[outbox][pacing]") {
    Paced post(R"({"rates":[{"messages":2,"per":"PT1H"}]})");
    std::vector<MessageId> ids;
    for (int i = 0; i < 5; ++i) {
        ids.push_back(post.news_for(post.reader("r" + std::to_string(i) + "@example.org")));
    }
    SendReport report = post.outbox.send(post.gateway);
    CHECK(report.sent == 2);
    CHECK(report.deferred == 3);
    CHECK(post.waits(ids[2]) == "queued rate_limit 2026-06-01T11:00:00Z");
    CHECK(post.waits(ids[3]) == "queued rate_limit 2026-06-01T11:00:00Z");
    CHECK(post.waits(ids[4]) == "queued rate_limit 2026-06-01T12:00:00Z");
    CHECK(post.outbox.send(post.gateway).deferred == 0);
    post.clock.advance(1h);
    report = post.outbox.send(post.gateway);
    CHECK(report.sent == 2);
    CHECK(report.deferred == 0);
    post.clock.advance(1h);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    CHECK(post.gateway.got.size() == 5);
    CHECK(post.outbox.get(ids[4]).reason.empty());
    post.clock.advance(1h);
    post.store.tick();
    CHECK(post.store.engine().db().scalar_i64("SELECT count(*) FROM outbox_rate") == 0);
}

TEST_CASE("pacing: what is no marketing goes first when the next stretch begins",
          "[outbox][pacing]") {
    Paced post(R"({"rates":[{"messages":1,"per":"PT1M"}]})");
    const SubjectId ann = post.reader("ann@example.org");
    post.news_for(ann);
    const MessageId second = post.news_for(ann);
    const MessageId third = post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    const MessageId order = post.queue(ann, "order", "o1").id;
    CHECK(post.outbox.send(post.gateway).sent == 0);
    CHECK(post.waits(order) == "queued rate_limit 2026-06-01T10:01:00Z");
    CHECK(post.waits(third) == "queued rate_limit 2026-06-01T10:02:00Z");
    post.clock.advance(1min);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    CHECK(post.state(order) == MessageState::sent);
    CHECK(post.waits(second).starts_with("queued rate_limit"));
    post.clock.advance(10min);
    CHECK(post.outbox.send(post.gateway).sent == 1);
}

TEST_CASE("pacing: rates are of a domain, of each domain, or of a gateway", "[outbox][pacing]") {
    auto sent_to = [](const std::string& rules) {
        Paced post(rules);
        for (const char* email : {"a1@one.example", "a2@one.example", "a3@one.example",
                                  "b1@two.example", "b2@two.example"}) {
            post.news_for(post.reader(email));
        }
        post.outbox.send(post.gateway);
        std::string out;
        for (const OutgoingMessage& each : post.gateway.got) {
            out += each.recipient.address.substr(0, 2) + " ";
        }
        return out;
    };
    CHECK(sent_to(R"({"rates":[{"domain":"one.example","messages":1,"per":"PT1H"}]})") ==
          "a1 b1 b2 ");
    CHECK(sent_to(R"({"rates":[{"domain":"ONE.example","messages":2,"per":"PT1H"}]})") ==
          "a1 a2 b1 b2 ");
    CHECK(sent_to(R"({"rates":[{"domain":"*","messages":1,"per":"PT1H"}]})") == "a1 b1 ");
    CHECK(sent_to(R"({"rates":[{"domain":"*","messages":2,"per":"PT1H"},
                               {"messages":3,"per":"P1D"}]})") == "a1 a2 b1 ");
    CHECK(sent_to(R"({"rates":[{"gateway":"other","messages":1,"per":"PT1H"}]})") ==
          "a1 a2 a3 b1 b2 ");
    CHECK(sent_to(R"({"rates":[{"gateway":"test","messages":1,"per":"PT1H"}]})") == "a1 ");
}

TEST_CASE("pacing: no domain is kept for a rate", "[outbox][pacing]") {
    Paced post(R"({"rates":[{"domain":"*","messages":1,"per":"PT1H"}]})");
    post.news_for(post.reader("ann@ann-fisher.example"));
    post.outbox.send(post.gateway);
    auto& db = post.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM outbox_rate") == 1);
    CHECK(db.scalar_i64("SELECT count(*) FROM outbox_rate WHERE bucket LIKE '%fisher%'") == 0);
}

TEST_CASE("pacing: two senders together keep to one rate", "[outbox][pacing]") {
    Paced post(R"({"rates":[{"messages":3,"per":"PT1H"}]})", TestStore::on_disk);
    for (int i = 0; i < 8; ++i) {
        post.news_for(post.reader("r" + std::to_string(i) + "@example.org"));
    }
    Store other = Store::open(post.path(), post.options());
    TestGateway beside;
    beside.batch = 1;
    post.gateway.batch = 1;
    post.gateway.during = [&] { Outbox(other).send(beside); };
    post.outbox.send(post.gateway);
    CHECK(post.gateway.got.size() + beside.got.size() == 3);
    CHECK(!beside.got.empty());
}

TEST_CASE("pacing: marketing waits for the morning where the subject lives; an order does not",
          "[outbox][pacing]") {
    Paced post(R"({"quiet_hours":[{"from":"21:00","to":"08:00"}]})");
    const SubjectId berlin = post.reader_in("b@example.org", "Europe/Berlin");
    const SubjectId tokyo = post.reader_in("t@example.org", "Asia/Tokyo");
    const SubjectId kyiv = post.reader("k@example.org"); // by the store's zone
    post.store.set_setting("time_zone", "Europe/Kyiv");
    post.clock.advance(9h); // 19:00Z: 21:00 in Berlin, 22:00 in Kyiv, 04:00 in Tokyo
    const MessageId to_berlin = post.news_for(berlin);
    const MessageId to_tokyo = post.news_for(tokyo);
    const MessageId to_kyiv = post.news_for(kyiv);
    const MessageId order = post.queue(tokyo, "order", "o1").id;
    SendReport report = post.outbox.send(post.gateway);
    CHECK(report.sent == 1);
    CHECK(report.deferred == 3);
    CHECK(post.state(order) == MessageState::sent);
    CHECK(post.waits(to_berlin) == "queued quiet_hours 2026-06-02T06:00:00Z");
    CHECK(post.waits(to_tokyo) == "queued quiet_hours 2026-06-01T23:00:00Z");
    CHECK(post.waits(to_kyiv) == "queued quiet_hours 2026-06-02T05:00:00Z");
    post.clock.advance(4h);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    CHECK(post.state(to_tokyo) == MessageState::sent);
    post.clock.advance(7h);
    CHECK(post.outbox.send(post.gateway).sent == 2);
}

TEST_CASE("pacing: quiet days join quiet nights, and a consent withdrawn meanwhile still stops",
          "[outbox][pacing]") {
    Paced post(R"({"quiet_hours":[{"from":"21:00","to":"08:00"},
                                  {"from":"00:00","to":"24:00","weekdays":["sat","sun"]}]})");
    const SubjectId ann = post.reader("ann@example.org");
    post.clock.advance(4 * 24h + 12h); // Friday, 22:00Z
    const MessageId id = post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).deferred == 1);
    CHECK(post.waits(id) == "queued quiet_hours 2026-06-08T08:00:00Z");
    post.record(ann, EventKind::withdrawn, "newsletter");
    post.clock.advance(72h);
    CHECK(post.outbox.send(post.gateway).stopped == 1);
    CHECK(post.gateway.got.empty());
}

TEST_CASE("pacing: the night is as long as its clock says when summer time begins and ends",
          "[outbox][pacing]") {
    auto due = [](Time now) {
        Paced post(R"({"quiet_hours":[{"from":"01:00","to":"03:00"}]})");
        const SubjectId ann = post.reader_in("ann@example.org", "Europe/Berlin");
        const MessageId id = post.news_for(ann);
        post.clock.advance(now - post.store.now());
        CHECK(post.outbox.send(post.gateway).deferred == 1);
        return at(post.outbox.get(id).due_at);
    };
    // 25 October 2026: 03:00 CEST becomes 02:00 CET, so that 02:30 comes twice.
    CHECK(due(parse_time("2026-10-25T00:30:00Z")) == "2026-10-25T02:00:00Z");
    CHECK(due(parse_time("2026-10-25T01:30:00Z")) == "2026-10-25T02:00:00Z");
    // 28 March 2027: 02:00 CET becomes 03:00 CEST.
    CHECK(due(parse_time("2027-03-28T00:30:00Z")) == "2027-03-28T01:00:00Z");
}

TEST_CASE("pacing: a rule is for its purposes and channels alone", "[outbox][pacing]") {
    Paced post(R"({"quiet_hours":[{"from":"09:00","to":"12:00","purposes":["other"]},
                                  {"from":"09:00","to":"12:00","channels":["sms"]}]})");
    post.news_for(post.reader("ann@example.org"));
    CHECK(post.outbox.send(post.gateway).sent == 1);
}

TEST_CASE("pacing: nobody gets more marketing than the cap; what waits goes when there is room",
          "[outbox][pacing]") {
    Paced post(R"({"caps":[{"messages":2,"per":"P7D"}]})");
    const SubjectId ann = post.reader("ann@example.org");
    const SubjectId bob = post.reader("bob@example.org");
    post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    post.clock.advance(24h);
    // All in one batch: what is on its way counts too.
    post.news_for(ann);
    const MessageId third = post.news_for(ann);
    post.news_for(bob);
    post.queue(ann, "order", "o1");
    SendReport report = post.outbox.send(post.gateway);
    CHECK(report.sent == 3);
    CHECK(report.deferred == 1);
    CHECK(post.outbox.get(third).reason == "frequency_cap");
    post.clock.advance(1h); // their fate is known
    post.outbox.send(post.gateway);
    CHECK(post.waits(third) == "queued frequency_cap 2026-06-08T10:00:00Z");
    post.clock.advance(6 * 24h);
    CHECK(post.outbox.send(post.gateway).sent == 1);
}

TEST_CASE("pacing: what failed or was stopped does not count for a cap", "[outbox][pacing]") {
    Paced post(R"({"caps":[{"messages":1,"per":"P30D"}]})");
    const SubjectId ann = post.reader("ann@example.org");
    post.news_for(ann);
    post.gateway.answer = {GatewayOutcome::permanent, {}, "no", {}};
    CHECK(post.outbox.send(post.gateway).failed == 1);
    post.gateway.answer = {};
    post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).sent == 1);
    // One that may have been sent does.
    post.clock.advance(31 * 24h);
    post.gateway.throws = true;
    post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).uncertain == 1);
    post.gateway.throws = false;
    post.news_for(ann);
    CHECK(post.outbox.send(post.gateway).deferred == 1);
}

TEST_CASE("pacing: rules that cannot be are refused at their place", "[outbox][pacing]") {
    Post post;
    struct Row {
        const char *rules, *where;
    };
    for (const auto& [rules, where] : std::vector<Row>{
             {R"({"rates":[{"messages":0,"per":"PT1H"}]})", "/pacing/rates/0/messages"},
             {R"({"rates":[{"per":"PT1H"}]})", "/pacing/rates/0/messages"},
             {R"({"rates":[{"messages":1}]})", "/pacing/rates/0/per"},
             {R"({"rates":[{"messages":1,"per":"P1M"}]})", "/pacing/rates/0/per"},
             {R"({"rates":[{"messages":1,"per":"PT0S"}]})", "/pacing/rates/0/per"},
             {R"({"rates":[{"messages":1,"per":"P367D"}]})", "/pacing/rates/0/per"},
             {R"({"rates":[{"messages":1,"per":"hour"}]})", "/pacing/rates/0/per"},
             {R"({"rates":[{"messages":1,"per":"PT1H","domain":"a@b"}]})",
              "/pacing/rates/0/domain"},
             {R"({"rates":[{"messages":1,"per":"PT1H","speed":1}]})", "/pacing/rates/0/speed"},
             {R"({"quiet_hours":[{"from":"9","to":"10:00"}]})", "/pacing/quiet_hours/0/from"},
             {R"({"quiet_hours":[{"from":"09:00","to":"25:00"}]})", "/pacing/quiet_hours/0/to"},
             {R"({"quiet_hours":[{"from":"09:00","to":"09:00"}]})", "/pacing/quiet_hours/0"},
             {R"({"quiet_hours":[{"from":"24:00","to":"09:00"}]})", "/pacing/quiet_hours/0/from"},
             {R"({"quiet_hours":[{"from":"09:00","to":"10:00","weekdays":["Monday"]}]})",
              "/pacing/quiet_hours/0/weekdays/0"},
             {R"({"quiet_hours":[{"from":"09:00","to":"10:00","channels":["any"]}]})",
              "/pacing/quiet_hours/0/channels/0"},
             {R"({"quiet_hours":[{"from":"00:00","to":"24:00"}]})", "/pacing/quiet_hours"},
             {R"({"quiet_hours":[{"from":"12:00","to":"11:59"}]})", "/pacing/quiet_hours"},
             {R"({"caps":[{"messages":-1,"per":"P7D"}]})", "/pacing/caps/0/messages"},
             {R"({"limits":[]})", "/pacing/limits"},
         }) {
        INFO(rules);
        const Error error = failure_of([&] { post.store.set_setting("pacing", rules); });
        CHECK(error.code() == Errc::invalid);
        CHECK(error.where() == where);
    }
    CHECK(failure_of([&] { post.store.set_setting("pacing", "[]"); }).code() == Errc::invalid);
    CHECK(post.store.setting("pacing").empty());
}

TEST_CASE("pacing: the rules travel with the definitions", "[outbox][pacing]") {
    Paced post(R"({"rates":[{"messages":5,"per":"PT1M"}]})");
    const auto document = nlohmann::json::parse(Definitions(post.store).to_json());
    CHECK(document["settings"]["pacing"]["rates"][0]["messages"] == 5);
    Post other;
    Definitions(other.store).apply(document.dump());
    CHECK(other.store.setting("pacing") == post.store.setting("pacing"));
    Definitions(other.store).apply(R"({"habeas_definitions":1,"settings":{"pacing":{}}})");
    CHECK(other.store.setting("pacing").empty());
    const Error error = failure_of([&] {
        Definitions(other.store)
            .apply(R"({"habeas_definitions":1,"settings":{"pacing":{"caps":[{}]}}})");
    });
    CHECK(error.where() == "/settings/pacing/caps/0/messages");
}

TEST_CASE("outbox: the transfer guard is asked for the processor of the gateway",
          "[outbox][pacing]") {
    struct Abroad : TestGateway {
        [[nodiscard]] std::string processor() const override { return "abroad"; }
    } gateway;
    struct Guard : TransferGuard {
        bool permitted(const Transfer& transfer) override {
            if (!transfer.processor.empty()) {
                asked.push_back(transfer.purpose->code + "/" + std::string(transfer.country) + "/" +
                                std::string(transfer.processor));
            }
            return transfer.processor.empty() || transfer.country == "FR";
        }
        std::vector<std::string> asked;
    } guard;
    Post post;
    const SubjectId ann = post.reader("ann@example.org");
    const SubjectId bob = post.reader("bob@example.org");
    post.set(ann, "country", "FR");
    post.set(bob, "country", "DE");
    Consent(post.store).set_transfer_guard(&guard);
    const MessageId to_ann = post.queue(ann, "news", "k1").id;
    const MessageId to_bob = post.queue(bob, "news", "k2").id;
    const MessageId order = post.queue(bob, "order", "k3").id;
    SendReport report = post.outbox.send(gateway);
    CHECK(report.sent == 1);
    CHECK(report.stopped == 2);
    CHECK(post.state(to_ann) == MessageState::sent);
    for (const MessageId id : {to_bob, order}) {
        CHECK(post.state(id) == MessageState::stopped);
        CHECK(post.outbox.get(id).reason == "TRANSFER_DENIED");
    }
    CHECK(std::count(guard.asked.begin(), guard.asked.end(), "newsletter/FR/abroad") == 1);
    // A gateway without a processor is not asked about.
    guard.asked.clear();
    TestGateway own;
    post.queue(bob, "news", "k4");
    CHECK(post.outbox.send(own).sent == 1);
    CHECK(guard.asked.empty());
    Consent(post.store).set_transfer_guard(nullptr);
}

TEST_CASE("outbox: the registry of processors is asked for the processor of the gateway",
          "[outbox][pacing][transfers]") {
    struct Abroad : TestGateway {
        [[nodiscard]] std::string processor() const override { return "abroad"; }
    } gateway;
    Post post;
    const SubjectId ann = post.reader("ann@example.org");
    const auto define = [&](const char* places) {
        Processors(post.store)
            .define(Processor::from_json(
                std::string(
                    R"({"code": "abroad", "name": "Abroad", "history": [{"contract": {}, )") +
                places + "}]}"));
    };
    post.queue(ann, "news", "k1");
    CHECK(post.outbox.send(gateway).sent == 1); // nobody is on file yet
    Processors(post.store)
        .define(Processor::from_json(R"({"code": "hoster", "name": "Hoster", "history": [{}]})"));
    const MessageId unknown = post.queue(ann, "news", "k2").id;
    CHECK(post.outbox.send(gateway).stopped == 1);
    CHECK(post.outbox.get(unknown).reason == "TRANSFER_DENIED");
    define(R"("established": "CH", "owner": "CH", "data_locations": ["CH"])");
    post.queue(ann, "news", "k3");
    CHECK(post.outbox.send(gateway).sent == 1);
    define(R"("established": "IN", "owner": "IN", "data_locations": ["IN"])");
    post.queue(ann, "news", "k4");
    CHECK(post.outbox.send(gateway).stopped == 1);
    TestGateway own; // sends by itself, to nobody else
    post.queue(ann, "news", "k5");
    CHECK(post.outbox.send(own).sent == 1);
}

} // namespace outbox_pacing_test
