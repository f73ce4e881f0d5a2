// Sending while the power fails, at every change of the disk.
#include "catch.hpp"

#include "faults/machine.hpp"
#include "habeas/outbox.hpp"

#include <map>
#include <memory>

using namespace habeas;
using namespace habeas::faults;

namespace {

constexpr int people = 3;

/// The world outside: what it got does not go with the power.
struct World : Gateway {
    [[nodiscard]] std::string id() const override { return "world"; }
    [[nodiscard]] bool serves(Channel) const override { return true; }
    [[nodiscard]] std::size_t batch_size() const override { return 2; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override {
        std::vector<GatewayResult> out;
        for (const OutgoingMessage& each : messages) {
            ++got[each.reference];
            out.push_back({GatewayOutcome::sent, {}, {}, {}});
        }
        return out;
    }
    std::optional<GatewayResult> resolve(const std::string& reference) override {
        if (!tells) {
            return std::nullopt;
        }
        return GatewayResult{
            got.contains(reference) ? GatewayOutcome::sent : GatewayOutcome::transient, {}, {}, {}};
    }
    bool tells = false;
    std::map<std::string, int> got;
};

void fill(store::Engine& engine) {
    set(engine, "setting.controller", R"({"name":"Shop","address":"Street 1"})");
    set(engine, "setting.base_url", "https://shop.example");
    set(engine, "setting.sender", "news@shop.example");
    Purpose news;
    news.code = "newsletter";
    news.channels = {Channel::email};
    news.texts = {{0, {}, {{"en", "May we?", "Yes"}}, {}, {}}};
    Purposes(engine).define(news);
    Purpose orders;
    orders.code = "orders";
    orders.basis = Basis::contract;
    orders.kind = PurposeKind::transactional;
    orders.channels = {Channel::email};
    Purposes(engine).define(orders);
    for (int i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@example.org";
        const SubjectId id = Subjects(engine).create(input);
        ConsentEvent event;
        event.subject = id;
        event.purpose = "newsletter";
        event.evidence.method = "form";
        event.evidence.text_version = 1;
        Consent(engine).record(event);
        for (const char* purpose : {"newsletter", "orders"}) {
            Message message;
            message.subject = id;
            message.key = purpose + std::to_string(i);
            message.purpose = purpose;
            message.subject_line = "Hello";
            message.text = "Text";
            Outbox(engine).queue(message);
        }
    }
}

} // namespace

TEST_CASE("faults: power that fails while messages are sent loses none and repeats no marketing",
          "[faults][outbox]") {
    const bool tells = GENERATE(false, true);
    Machine machine;
    fill(*machine.start(store::Engine::Open::create));
    const FaultDisk::Image filled = machine.disk.image();
    const std::uint64_t before = machine.disk.changes();
    {
        World world;
        REQUIRE(Outbox(*machine.start()).send(world).sent == 2 * people);
    }
    const std::uint64_t changes = machine.disk.changes() - before;
    REQUIRE(changes > 20);

    int uncertain = 0;
    int repeated = 0;
    for (std::uint64_t cut = 1; cut <= changes; ++cut) {
        machine.disk.load(filled);
        machine.now = parse_time("2026-06-01T10:00:00Z");
        World world;
        world.tells = tells;
        machine.disk.cut_power_at(cut);
        std::uint64_t acknowledged = 0;
        try {
            acknowledged = Outbox(*machine.start()).send(world).sent;
        } catch (const Error&) { // the power
        }
        machine.disk.crash(cut);
        machine.now += std::chrono::minutes(6);
        auto engine = machine.start();
        Outbox outbox(*engine);
        outbox.send(world);
        machine.now += std::chrono::minutes(6);
        outbox.send(world);
        CAPTURE(tells, cut, acknowledged);
        const auto all = outbox.list();
        CHECK(all.size() == 2 * people);
        for (const MessageInfo& each : all) {
            const int times = world.got[each.reference];
            CAPTURE(each.key, times);
            if (each.state == MessageState::uncertain) {
                ++uncertain;
                CHECK_FALSE(tells);
                CHECK(each.kind == MessageKind::marketing);
                CHECK(times <= 1);
            } else {
                CHECK(each.state == MessageState::sent);
                CHECK(times >= 1);
                CHECK(times <= (tells || each.kind == MessageKind::marketing ? 1 : 2));
                repeated += times > 1 ? 1 : 0;
            }
        }
        CHECK(engine->verify({}).ok());
    }
    if (!tells) {
        CHECK(uncertain > 0); // the cuts did fall between sending and recording
        CHECK(repeated > 0);
    }
}

TEST_CASE("faults: what a gateway answered is kept when a call of the disk fails after it",
          "[faults][outbox]") {
    Machine machine;
    fill(*machine.start(store::Engine::Open::create));
    const FaultDisk::Image filled = machine.disk.image();
    constexpr std::size_t all = 2 * people;
    constexpr std::size_t last = 2; // of the last batch nobody asks again

    std::size_t interrupted = 0;
    for (std::uint64_t call = 1;; ++call) {
        machine.disk.load(filled);
        World world;
        auto engine = machine.start();
        machine.disk.fail_call(call);
        bool failed = false;
        try {
            Outbox(*engine).send(world);
        } catch (const Error&) {
            failed = true;
        }
        const bool struck = machine.disk.struck();
        machine.disk.heal();
        CAPTURE(call, world.got.size());
        std::size_t kept = 0;
        for (const MessageInfo& each : Outbox(*engine).list()) {
            CHECK((each.state != MessageState::sent || world.got.contains(each.reference)));
            kept += each.state == MessageState::sent ? 1 : 0;
        }
        CHECK(kept >= (world.got.size() < all ? world.got.size() : all - last));
        interrupted += failed && !world.got.empty() && world.got.size() < all ? 1 : 0;
        if (!struck) {
            CHECK(kept == all);
            break;
        }
    }
    CHECK(interrupted > 0);
}
