// Data holders while the power fails: each is called until it answered, under one key, and its
// answer is in the receipt.
#include "catch.hpp"

#include "faults/machine.hpp"
#include "faults/points.hpp"
#include "habeas/erasure.hpp"
#include "habeas/holder.hpp"
#include "habeas/request.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>

using namespace habeas;
using namespace habeas::faults;

namespace {

constexpr int people = 4;
const std::vector<std::string> codes{"crm", "shop", "mailer"};

/// What a holder remembers of a key: it does each thing once, and answers the same again.
struct Remembered {
    std::int64_t subject = 0;
    std::map<std::int64_t, HolderAnswer> pages;
    bool over = false;
};

/// The world outside: what it got does not go with the power.
struct World {
    std::mt19937_64 random;
    std::map<std::string, std::map<std::string, Remembered>> holders; ///< by code and key
    std::uint64_t calls = 0, failures = 0;

    HolderAnswer ask(const std::string& code, const HolderCall& call) {
        ++calls;
        Remembered& known = holders[code][call.key];
        known.subject = static_cast<std::int64_t>(call.subject);
        if (call.identifiers.empty()) {
            throw std::runtime_error("nobody to look for");
        }
        if (code == "mailer" && random() % 3 == 0) { // before or after it is done
            ++failures;
            if (random() % 2 == 0) {
                throw std::runtime_error("down");
            }
            known.pages.try_emplace(call.page, answer_of(code, call));
            throw std::runtime_error("the answer is lost");
        }
        const HolderAnswer& out =
            known.pages.try_emplace(call.page, answer_of(code, call)).first->second;
        known.over = out.next.empty();
        return out;
    }
    HolderAnswer answer_of(const std::string& code, const HolderCall& call) {
        HolderAnswer out;
        out.rows = {{"rows", 1 + random() % 9}};
        if (code == "mailer" && call.page == 0) {
            out.next = "second";
        }
        if (code == "shop" && holders[code].size() <= people) { // the first time, of each person
            out.retained = {{"invoices", 2, "tax", parse_time("2026-09-01")}};
        }
        return out;
    }
};

class HolderMachine : public Machine {
  public:
    std::unique_ptr<store::Engine> start(store::Engine::Open how = store::Engine::Open::existing) {
        auto engine = Machine::start(how);
        DataHolders holders(*engine);
        for (const std::string& code : codes) {
            if (how == store::Engine::Open::create) {
                holders.define(R"({"code":")" + code + R"(","operations":["erase"]})");
            }
            holders.attach(code, {{HolderOperation::erase, [this, code](const HolderCall& call) {
                                       return world.ask(code, call);
                                   }}});
        }
        return engine;
    }
    World world;
};

void fill(store::Engine& engine) {
    Requests requests(engine);
    for (int i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@example.org";
        requests.vouch(requests.open(RequestKind::erasure, Subjects(engine).create(input), "api"),
                       "signed in");
    }
}

/// From where the machine is to the end: until every holder answered, and once more when what the
/// shop retains may go.
void run_all(HolderMachine& machine, store::Engine& engine) {
    RequestQuery open;
    open.open_only = true;
    Requests requests(engine);
    for (const Request& each : requests.list(open)) {
        requests.fulfil(each.id);
    }
    DataHolders holders(engine);
    HolderTaskQuery waiting;
    waiting.open_only = true;
    const auto drive = [&] {
        for (int i = 0; i < 100 && !holders.tasks(waiting).empty(); ++i) {
            holders.run();
            machine.now += std::chrono::hours(1);
        }
    };
    drive();
    machine.now = std::max(machine.now, parse_time("2026-09-01"));
    holders.run();
    drive();
}

/// What is wrong at the end; empty: nothing.
std::string faults_of(HolderMachine& machine, store::Engine& engine) {
    std::string out;
    DataHolders holders(engine);
    HolderTaskQuery waiting;
    waiting.open_only = true;
    if (!holders.tasks(waiting).empty()) {
        out += "a task is still open\n";
    }
    for (const HolderTask& task : holders.tasks()) {
        const auto& known = machine.world.holders[task.holder];
        const auto at = known.find(task.key);
        if (at == known.end() || !at->second.over) {
            out += task.holder + " never answered a task that is over\n";
            continue;
        }
        HolderAnswer told; // what the holder did, all pages
        std::uint64_t rows = 0;
        for (const auto& [page, answer] : at->second.pages) {
            rows += answer.rows.at(0).rows;
            told.retained.insert(told.retained.end(), answer.retained.begin(),
                                 answer.retained.end());
        }
        if (task.rows != std::vector<HolderRows>{{"rows", rows}} ||
            task.retained != told.retained) {
            out += task.holder + ": its answer is not what is stored\n";
        }
    }
    for (const std::string& code : codes) {
        std::map<std::int64_t, int> keys;
        for (const auto& [key, known] : machine.world.holders[code]) {
            ++keys[known.subject];
        }
        for (const auto& [subject, count] : keys) { // the shop is asked again at the end
            if (count != (code == "shop" ? 2 : 1)) {
                out += code + " saw " + std::to_string(count) + " keys for a person\n";
            }
        }
        if (keys.size() != people) {
            out += code + " was not asked about everybody\n";
        }
    }
    for (const Request& each : Requests(engine).list()) {
        if (each.state != RequestState::partly_fulfilled || each.ground != "tax") {
            out += "a request is " + std::string(request_state_name(each.state)) + "\n";
        }
        const auto receipt = nlohmann::json::parse(Erasure(engine).receipt(each.subject));
        if (receipt["holders"].size() != 4 || receipt["holders_complete"] != true) {
            out += "a receipt lacks an answer\n";
        }
    }
    auto left = engine.db().prepare_text(
        "SELECT (SELECT count(*) FROM holder_task WHERE identity IS NOT NULL) + (SELECT count(*) "
        "FROM holder_hold WHERE identity IS NOT NULL OR ended_at IS NULL)");
    left.step();
    if (left.i64(0) != 0) {
        out += "whom to look for was left behind\n";
    }
    return out;
}

} // namespace

TEST_CASE("faults: power that fails while data holders erase leaves none unasked",
          "[.store-faults-holders]") {
    const std::uint64_t points = number_from("HABEAS_HOLDER_POINTS", 60);
    const std::uint64_t first = number_from("HABEAS_HOLDER_SEED", 1);
    HolderMachine machine;
    fill(*machine.start(store::Engine::Open::create));
    const FaultDisk::Image filled = machine.disk.image();
    const std::uint64_t before = machine.disk.changes();
    {
        auto engine = machine.start();
        run_all(machine, *engine);
        REQUIRE(faults_of(machine, *engine).empty());
    }
    const std::uint64_t changes = machine.disk.changes() - before;
    std::uint64_t broken = 0;
    std::uint64_t calls = 0;
    std::uint64_t failures = 0;
    std::string report;
    for (std::uint64_t seed = first; seed < first + points && broken < 3; ++seed) {
        // With as many points as changes, each change comes once.
        const std::uint64_t cut =
            1 + (points >= changes ? seed % changes : std::mt19937_64(seed)() % changes);
        machine.disk.load(filled);
        machine.now = parse_time("2026-06-01T10:00:00Z");
        machine.world = {};
        machine.world.random.seed(seed);
        machine.disk.cut_power_at(cut);
        try {
            auto engine = machine.start();
            run_all(machine, *engine);
        } catch (const Error&) { // the power
        }
        machine.disk.crash(seed);
        std::string fault;
        {
            auto engine = machine.start();
            run_all(machine, *engine);
            fault = faults_of(machine, *engine);
            if (!engine->verify({}).ok()) {
                fault += "verify finds an error\n";
            }
        }
        calls += machine.world.calls;
        failures += machine.world.failures;
        if (!fault.empty()) {
            ++broken;
            report +=
                "seed " + std::to_string(seed) + ", change " + std::to_string(cut) + ":\n" + fault;
        }
    }
    std::cout << points << " points of power loss in a run of " << changes << " changes; " << calls
              << " calls, of which " << failures << " failed\n";
    INFO(report);
    CHECK(broken == 0);
}
