// Events and mails that come in while the power fails, at every change of the disk: what was
// acknowledged is there, nothing is there by half, and the same again mends the rest.
#include "catch.hpp"

#include "faults/machine.hpp"
#include "habeas/delivery.hpp"

#include <map>
#include <memory>

using namespace habeas;
using namespace habeas::faults;

namespace {

struct Taker : Gateway {
    [[nodiscard]] std::string id() const override { return "mailjet"; }
    [[nodiscard]] bool serves(Channel) const override { return true; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override {
        std::vector<GatewayResult> out;
        for (const OutgoingMessage& each : messages) {
            got.push_back(each);
            out.push_back({GatewayOutcome::sent, std::to_string(1000 + got.size()), {}, {}});
        }
        return out;
    }
    std::vector<OutgoingMessage> got;
};

constexpr int people = 3;

/// What was sent, to each of three people.
std::vector<OutgoingMessage> fill(store::Engine& engine) {
    set(engine, "setting.sender", "news@shop.example");
    set(engine, "setting.bounce_address", "bounce@shop.example");
    Purpose orders;
    orders.code = "orders";
    orders.basis = Basis::contract;
    orders.kind = PurposeKind::transactional;
    orders.channels = {Channel::email};
    Purposes(engine).define(orders);
    for (int i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@post.example";
        Message message;
        message.subject = Subjects(engine).create(input);
        message.key = std::to_string(i);
        message.purpose = "orders";
        message.subject_line = "Hello";
        message.text = "Text";
        Outbox(engine).queue(message);
    }
    Taker taker;
    REQUIRE(Outbox(engine).send(taker).sent == people);
    return taker.got;
}

std::string bounce_of(const OutgoingMessage& message) {
    return "To: " + message.return_path +
           "\r\nDate: Mon, 01 Jun 2026 10:30:00 +0000\r\n"
           "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
           "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
           "Final-Recipient: rfc822; " +
           message.recipient.address + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n";
}

std::string callback_of(const std::vector<OutgoingMessage>& sent) {
    std::string out = "[";
    for (const OutgoingMessage& each : sent) {
        for (const char* event :
             {R"("event":"sent","time":1780308000)", R"("event":"spam","time":1780308060)"}) {
            out += std::string(out.size() > 1 ? "," : "") + "{" + event + R"(,"CustomID":")" +
                   each.reference + R"(","email":")" + each.recipient.address + R"("})";
        }
    }
    return out + "]";
}

bool allowed(store::Engine& engine, const OutgoingMessage& message) {
    return Consent(engine).may_process(*message.subject, "orders", Channel::email).allowed;
}

} // namespace

TEST_CASE("faults: power that fails while events and bounces come in leaves all of one or nothing",
          "[faults][deliveries]") {
    Machine machine;
    const std::vector<OutgoingMessage> sent = fill(*machine.start(store::Engine::Open::create));
    const std::string callback = callback_of(sent);
    const FaultDisk::Image filled = machine.disk.image();
    machine.now += std::chrono::hours(1);
    auto take_in = [&](store::Engine& engine, std::vector<std::uint64_t>& done) {
        Deliveries deliveries(engine);
        done.push_back(deliveries.ingest_mailjet(callback).received);
        for (const OutgoingMessage& each : sent) {
            done.push_back(deliveries.ingest_mail(bounce_of(each)).received);
        }
    };
    const std::uint64_t before = machine.disk.changes();
    {
        std::vector<std::uint64_t> done;
        auto engine = machine.start();
        take_in(*engine, done);
        REQUIRE(done.size() == 1 + people);
        REQUIRE(Deliveries(*engine).list().size() == 3 * people);
        for (const OutgoingMessage& each : sent) {
            REQUIRE_FALSE(allowed(*engine, each));
        }
    }
    const std::uint64_t changes = machine.disk.changes() - before;
    REQUIRE(changes > 20);

    std::map<std::size_t, int> seen; // how far it came, over all cuts
    for (std::uint64_t cut = 1; cut <= changes; ++cut) {
        machine.disk.load(filled);
        machine.disk.cut_power_at(cut);
        std::vector<std::uint64_t> done;
        try {
            auto engine = machine.start();
            take_in(*engine, done);
        } catch (const Error&) { // the power
        }
        machine.disk.crash(cut);
        auto engine = machine.start();
        Deliveries deliveries(*engine);
        CAPTURE(cut, done.size());
        ++seen[done.size()];
        // Acknowledged is kept; of what was not, all or nothing.
        const std::size_t kept = deliveries.list().size();
        const std::size_t acknowledged = done.empty() ? 0 : 2 * people + done.size() - 1;
        CHECK(kept >= acknowledged);
        CHECK((kept == 0 || kept >= 2 * people));
        CHECK(kept <= (done.empty() ? std::size_t{2 * people} : acknowledged + 1));
        for (std::size_t i = 0; i + 1 < done.size(); ++i) {
            CHECK_FALSE(allowed(*engine, sent[i]));
        }
        std::vector<std::uint64_t> again;
        take_in(*engine, again);
        CHECK(deliveries.list().size() == 3 * people);
        CHECK(engine->db().scalar_i64("SELECT sum(events) FROM delivery_day") == 3 * people);
        for (const OutgoingMessage& each : sent) {
            CHECK_FALSE(allowed(*engine, each));
        }
        CHECK(engine->verify({}).ok());
    }
    CHECK(seen.size() >= 3); // the cuts did fall between them
}
