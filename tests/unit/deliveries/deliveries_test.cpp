#include "unit/outbox/helpers.hpp"

#include "habeas/delivery.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <random>

namespace deliveries_deliveries_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// The clock stands at 2026-06-01T10:00:00Z.
constexpr std::int64_t noon = 1780300800; ///< 08:00:00Z of that day, in seconds

struct Told : Post {
    explicit Told(Where where = memory) : Post(where), deliveries(store) {}
    /// A newsletter that is with Mailjet, by number.
    MessageId sent(SubjectId subject, const std::string& key, const std::string& code = "news") {
        struct AsMailjet : TestGateway {
            [[nodiscard]] std::string id() const override { return "mailjet"; }
            std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override {
                auto out = TestGateway::send(messages);
                for (GatewayResult& each : out) {
                    each.reference = std::to_string(++number);
                }
                return out;
            }
            std::int64_t number = 0;
        } gateway;
        gateway.number = 1152921504606846976 + ++numbers;
        const MessageId id = queue(subject, code, key).id;
        REQUIRE(outbox.send(gateway).sent == 1);
        return id;
    }
    json about(MessageId id, json event) {
        const MessageInfo info = outbox.get(id);
        event["CustomID"] = info.reference;
        event["MessageID"] = std::stoll(info.gateway_reference);
        return event;
    }
    IngestReport tell(const json& events) { return deliveries.ingest_mailjet(events.dump()); }
    std::string kinds() {
        std::string out;
        for (const DeliveryEvent& each : deliveries.list({})) {
            out += std::string(delivery_kind_name(each.kind)) + " ";
        }
        return out;
    }
    Deliveries deliveries;
    std::int64_t numbers = 0;
};

json event(const char* name, std::int64_t time = noon) {
    return {{"event", name}, {"time", time}, {"email", "ann@example.org"}};
}

/// All that was decided or noted from events, without numbers and times of writing.
std::string state_of(Told& post, const std::vector<SubjectId>& people) {
    std::string out;
    auto& db = post.store.engine().db();
    auto row = db.prepare("SELECT kind, message_id, at, reason FROM delivery_event "
                          "ORDER BY message_id, at, kind, reason");
    while (row.step()) {
        out += row.str(0) + "/" + std::to_string(row.i64(1)) + "/" + std::to_string(row.i64(2)) +
               "/" + row.str(3) + "\n";
    }
    auto day = db.prepare("SELECT day, kind, reason, events FROM delivery_day ORDER BY 1, 2, 3");
    while (day.step()) {
        out += day.str(0) + day.str(1) + day.str(2) + std::to_string(day.i64(3)) + "\n";
    }
    for (const SubjectId each : people) {
        out += post.ask(each, "newsletter") + " " + post.ask(each, "orders") + "\n";
    }
    return out;
}

} // namespace

TEST_CASE("deliveries: each event and error pair of Mailjet's documentation has its effect",
          "[deliveries]") {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/mailjet/events.json");
    const json rows = json::parse(file);
    REQUIRE(rows.size() == 73);
    for (const json& row : rows) {
        CAPTURE(row.dump());
        Told post;
        const SubjectId ann = post.reader("ann@example.org");
        const MessageId id = post.sent(ann, "k");
        post.clock.advance(1h);
        json told = post.about(id, row["event"]);
        told["email"] = "ann@example.org";
        const IngestReport report = post.tell(told);
        CHECK(report.received == 1);
        CHECK(report.unmatched == 0);
        if (row["kind"] == "untracked") {
            CHECK(report.untracked == 1);
            CHECK(post.kinds().empty());
        } else {
            CHECK(report.recorded == 1);
            CHECK(post.kinds() == row["kind"].get<std::string>() + " ");
        }
        CHECK(post.ask(ann, "newsletter") == row["newsletter"].get<std::string>());
        CHECK(post.ask(ann, "orders") == row["orders"].get<std::string>());
        CHECK(post.tell(told).recorded == 0);
        const std::string stored = state_of(post, {});
        for (const char* secret : {"203.0.113.7", "Mozilla", "shop.example/tea", "anna@"}) {
            CHECK(stored.find(secret) == std::string::npos);
        }
        post.check_verify();
    }
}

TEST_CASE("deliveries: a consent that was given after a complaint beats it, though the callback "
          "came last",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    const MessageId id = post.sent(ann, "k");
    post.clock.advance(1h);
    post.record(ann, EventKind::granted, "newsletter");
    post.clock.advance(1h);
    post.tell(post.about(id, event("spam", noon + 2 * 3600 + 60))); // 10:01, before the consent
    CHECK(post.ask(ann, "newsletter") == "OK_CONSENT");
    post.tell(post.about(id, event("unsub", noon + 3 * 3600 + 1800))); // 11:30, after it
    CHECK(post.ask(ann, "newsletter") == "OBJECTED_DIRECT_MARKETING");
}

TEST_CASE("deliveries: an address that was given up says nothing of the one that came after it",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    const MessageId id = post.sent(ann, "k");
    post.set(ann, "email", "ann@new.example");
    json bounce = post.about(id, event("bounce"));
    bounce["hard_bounce"] = true;
    post.tell(bounce);
    CHECK(post.ask(ann, "newsletter") == "OK_CONSENT");
    const SubjectId other = post.reader("ann@example.org"); // the dead one, typed in again
    CHECK(post.ask(other, "newsletter") == "HARD_BOUNCE");
}

TEST_CASE("deliveries: of somebody erased the suppression list keeps a complaint, and nothing else "
          "stays",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    const MessageId id = post.sent(ann, "k");
    const json spam = post.about(id, event("spam"));
    post.tell(post.about(id, event("sent")));
    Erasure(post.store).execute(ann);
    CHECK(post.kinds().empty());
    const IngestReport report = post.tell(spam);
    CHECK(report.unmatched == 1);
    CHECK(post.deliveries.list({}).at(0).subject == std::nullopt);
    const SubjectId again = post.person("ann@example.org");
    post.record(again, EventKind::requested, "newsletter");
    CHECK(post.ask(again, "newsletter") == "SUPPRESSED");
}

TEST_CASE("deliveries: opens are kept of whom the tracking purpose allows it, and reach segments "
          "and campaigns",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    const SubjectId bob = post.reader("bob@example.org");
    post.define(
        Shop::purpose("tracking", Basis::consent, PurposeKind::profiling, {Channel::email}));
    Purposes(post.store).add_text("tracking", Shop::words("May we see what you open?"));
    post.record(ann, EventKind::granted, "tracking");
    const MessageId to_ann = post.sent(ann, "k1");
    const MessageId to_bob = post.sent(bob, "k2");
    const json opens{post.about(to_ann, event("open")), post.about(to_bob, event("open")),
                     post.about(to_ann, event("click"))};
    CHECK(post.tell(opens).untracked == 3); // nobody said for what
    post.store.set_setting("tracking_purpose", "tracking");
    const IngestReport report = post.tell(opens);
    CHECK(report.recorded == 2);
    CHECK(report.untracked == 1);
    CHECK(post.kinds() == "opened clicked ");
    auto who = [&](const char* filter) { return Segments(post.store).match(filter); };
    CHECK(who(R"({"field":"message_opened","op":"=","value":"news"})") ==
          std::vector<SubjectId>{ann});
    CHECK(who(R"({"field":"last_opened_at","op":"!empty"})") == std::vector<SubjectId>{ann});
    auto& db = post.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM campaign_signal") == 2);
}

TEST_CASE("deliveries: an uncertain message of which the gateway tells that it went is sent",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    TestGateway gateway;
    gateway.throws = true;
    const MessageId id = post.queue(ann, "news", "k").id;
    post.outbox.send(gateway);
    REQUIRE(post.state(id) == MessageState::uncertain);
    json sent = event("sent");
    sent["CustomID"] = post.outbox.get(id).reference;
    post.tell(sent);
    CHECK(post.state(id) == MessageState::sent);
}

TEST_CASE("deliveries: a message is found by the gateway's number too, and a guess finds none",
          "[deliveries]") {
    Told post;
    const SubjectId ann = post.reader("ann@example.org");
    const MessageId id = post.sent(ann, "k");
    json by_number = event("sent");
    by_number["MessageID"] = std::stoll(post.outbox.get(id).gateway_reference);
    CHECK(post.tell(by_number).unmatched == 0);
    json as_text = event("sent", noon + 1);
    as_text["MessageID"] = post.outbox.get(id).gateway_reference;
    CHECK(post.tell(as_text).unmatched == 0);
    json guess = event("sent", noon + 2);
    guess["CustomID"] = std::to_string(static_cast<std::int64_t>(id)) + "-" + std::string(32, '0');
    CHECK(post.tell(guess).unmatched == 1);
}

namespace {

/// `distinct` events, each told twice: in order, and in two other orders.
void check_any_order(int distinct) {
    std::vector<json> events;
    std::mt19937 random(7);
    std::vector<std::string> states;
    for (int round = 0; round < 3; ++round) {
        Told post;
        std::vector<SubjectId> people;
        std::vector<MessageId> messages;
        for (int i = 0; i < 40; ++i) {
            people.push_back(post.reader("r" + std::to_string(i) + "@example.org"));
            messages.push_back(post.sent(people.back(), "k" + std::to_string(i)));
        }
        post.clock.advance(48h);
        // The references are random: the same events, about the messages of this store.
        std::mt19937 same(11);
        events.clear();
        const std::vector<json> kinds{{{"event", "sent"}},
                                      {{"event", "open"}},
                                      {{"event", "bounce"},
                                       {"hard_bounce", false},
                                       {"error_related_to", "recipient"},
                                       {"error", "quota exceeded"}},
                                      {{"event", "bounce"},
                                       {"hard_bounce", true},
                                       {"error_related_to", "recipient"},
                                       {"error", "user unknown"}},
                                      {{"event", "spam"}},
                                      {{"event", "unsub"}},
                                      {{"event", "new"}}};
        for (int i = 0; i < distinct; ++i) {
            const std::size_t who = same() % people.size();
            // The first half of the people gets no bad news.
            const std::size_t kind = same() % (who < 20 ? 3 : kinds.size());
            json one = post.about(messages[who], kinds[kind]);
            one["time"] = noon + 10'000 + static_cast<std::int64_t>(same() % 100'000);
            one["email"] = "r" + std::to_string(who) + "@example.org";
            events.push_back(one);
        }
        std::vector<std::size_t> order(events.size() * 2);
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i % events.size();
        }
        if (round > 0) {
            std::shuffle(order.begin(), order.end(), random);
        }
        json batch = json::array();
        for (const std::size_t i : order) {
            batch.push_back(events[i]);
            if (batch.size() == 500) {
                post.tell(batch);
                batch = json::array();
            }
        }
        states.push_back(state_of(post, people));
        post.check_verify();
    }
    CHECK(states[0] == states[1]);
    CHECK(states[0] == states[2]);
    CHECK(states[0].find("HARD_BOUNCE") != std::string::npos);
    CHECK(states[0].find("OK_CONSENT") != std::string::npos);
}

} // namespace

TEST_CASE("deliveries: 5,000 events in any order and repeated give one state", "[deliveries]") {
    check_any_order(2'500);
}

TEST_CASE("deliveries: 100,000 events in any order and repeated give one state",
          "[.deliveries-many]") {
    check_any_order(50'000);
}

TEST_CASE("deliveries: what is not as documented is refused at its place, and nothing is kept",
          "[deliveries]") {
    Told post;
    struct Row {
        const char *body, *where;
    };
    for (const auto& [body, where] : std::vector<Row>{
             {"", ""},
             {"[1]", "/0"},
             {"\"sent\"", ""},
             {R"({"time":1})", "/event"},
             {R"({"event":"sent"})", "/time"},
             {R"({"event":"sent","time":-1})", "/time"},
             {R"({"event":"sent","time":1e99})", "/time"},
             {R"([{"event":"sent","time":1},{"event":7,"time":1}])", "/1/event"},
         }) {
        INFO(body);
        const Error error = failure_of([&] { post.deliveries.ingest_mailjet(body); });
        CHECK(error.code() == Errc::invalid);
        CHECK(error.where() == where);
    }
    CHECK(post.kinds().empty());
    CHECK(post.tell(json::array()).received == 0);
}

TEST_CASE("deliveries: the secret is the store's, holds over a rotation, and is kept nowhere",
          "[deliveries]") {
    Told post(TestStore::on_disk);
    const std::string secret = post.deliveries.secret();
    CHECK(secret.size() == 22);
    CHECK(post.deliveries.is_secret(secret));
    CHECK(!post.deliveries.is_secret(""));
    CHECK(!post.deliveries.is_secret(secret + "x"));
    CHECK(!post.deliveries.is_secret(secret.substr(1)));
    CHECK(!Told().deliveries.is_secret(secret));
    post.store.rotate_key();
    CHECK(post.deliveries.is_secret(secret));
    CHECK(post.deliveries.secret() != secret);
    CHECK(post.deliveries.is_secret(post.deliveries.secret()));
    std::ifstream file(post.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    CHECK(bytes.find(secret) == std::string::npos);
}

} // namespace deliveries_deliveries_test
