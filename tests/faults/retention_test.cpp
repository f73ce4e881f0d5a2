// Rules while the power fails or the disk does: nobody goes in half, nobody is forgotten, and what
// went is gone from the files.
#include "catch.hpp"

#include "faults/machine.hpp"
#include "faults/points.hpp"
#include "habeas/habeas.hpp"

#include <map>
#include <memory>

using namespace habeas;
using namespace habeas::faults;

namespace {

constexpr int people = 120;

std::string last_name(int number) {
    return "Lastname-of-" + std::to_string(1000 + number);
}

void fill(store::Engine& engine) {
    Purpose news;
    news.code = "newsletter";
    news.channels = {Channel::email};
    news.texts = {{0, {}, {{"en", "May we?", "Yes"}}, {}, {}}};
    Purposes(engine).define(news);
    for (const char* rule :
         {R"({"code":"a","about":"subject","since":"created","period":"P1Y",
              "filter":{"field":"country","op":"=","value":"AT"}})",
          R"({"code":"b","about":"subject","action":"anonymise","keep":["country"],
              "since":"created","period":"P1Y",
              "filter":{"field":"country","op":"=","value":"CH"}})",
          R"({"code":"c","about":"field","of":"last_name","since":"created","period":"P1Y"})",
          R"({"code":"d","about":"evidence","of":"newsletter","since":"consent_end",
              "since_of":"newsletter","period":"P1Y"})"}) {
        Retention(engine).define(Retention::from_json(rule));
    }
    store::Engine::Write tx(engine);
    for (int i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@example.org";
        input.fields["last_name"] = last_name(i);
        input.fields["country"] = std::string(i % 3 == 0 ? "AT" : i % 3 == 1 ? "CH" : "DE");
        ConsentEvent event;
        event.subject = Subjects(engine).create(input);
        event.purpose = "newsletter";
        event.kind = EventKind::withdrawn;
        event.evidence.note = "by telephone";
        Consent(engine).record(event);
    }
    tx.commit();
}

/// What must be the same whatever happened.
std::map<std::string, std::int64_t> facts(store::Engine& engine) {
    std::map<std::string, std::int64_t> out;
    auto row = engine.db().prepare_text(
        "SELECT 'subjects', count(*) FROM subject UNION ALL "
        "SELECT 'identifiers', count(*) FROM identifier UNION ALL "
        "SELECT 'names', count(f_last_name) FROM subject UNION ALL "
        "SELECT 'anonymous', count(*) FROM retention_state WHERE anonymised_at IS NOT NULL UNION "
        "ALL SELECT 'erased', count(*) FROM tombstone UNION ALL "
        "SELECT 'noes', count(*) FROM event WHERE kind = 4 UNION ALL "
        "SELECT 'words', count(*) FROM event WHERE evidence LIKE '%telephone%' UNION ALL "
        "SELECT 'listed', count(*) FROM (SELECT DISTINCT hash FROM suppression) UNION ALL "
        "SELECT 'waits', count(*) FROM erasure WHERE physical_at IS NULL");
    while (row.step()) {
        out[row.str(0)] = row.i64(1);
    }
    return out;
}

/// After the fault: all of it, and nothing left of the names.
void check_end(Machine& machine, const std::map<std::string, std::int64_t>& expected) {
    auto engine = machine.start();
    Retention(*engine).run();
    engine->tick();
    CHECK(facts(*engine) == expected);
    for (const RetentionPreview& each : Retention(*engine).preview()) {
        CHECK(each.subjects == 0);
    }
    VerifyOptions options;
    for (int i = 0; i < people; i += 7) {
        options.residue.push_back(last_name(i));
    }
    for (const Finding& finding : engine->verify(options).findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
}

struct Undisturbed {
    FaultDisk::Image filled;
    std::uint64_t changes = 0, calls = 0;
    std::map<std::string, std::int64_t> facts;
};

Undisturbed undisturbed(Machine& machine) {
    Undisturbed out;
    fill(*machine.start(store::Engine::Open::create));
    out.filled = machine.disk.image();
    machine.now += std::chrono::hours(24 * 400);
    const std::uint64_t changes = machine.disk.changes();
    const std::uint64_t calls = machine.disk.calls();
    auto engine = machine.start();
    Retention(*engine).run();
    out.changes = machine.disk.changes() - changes;
    out.calls = machine.disk.calls() - calls;
    engine->tick();
    out.facts = facts(*engine);
    return out;
}

} // namespace

TEST_CASE("faults: rules that meet a power cut or a failing disk finish afterwards",
          "[faults][store-faults-retention]") {
    const std::uint64_t points = number_from("HABEAS_RETENTION_POINTS", 25);
    Machine machine;
    const Undisturbed expected = undisturbed(machine);
    REQUIRE(expected.facts.at("subjects") == people * 2 / 3);
    REQUIRE(expected.facts.at("anonymous") == people / 3);
    REQUIRE(expected.facts.at("erased") == people / 3);
    REQUIRE(expected.facts.at("names") == 0);
    REQUIRE(expected.facts.at("noes") == people / 3);
    REQUIRE(expected.facts.at("words") == 0);
    REQUIRE(expected.facts.at("listed") == people * 2 / 3);
    const auto attempt = [&](std::uint64_t at, bool power) {
        CAPTURE(at, power);
        machine.disk.load(expected.filled);
        power ? machine.disk.cut_power_at(at) : machine.disk.fail_call(at);
        try {
            auto engine = machine.start();
            Retention(*engine).run();
        } catch (const Error&) { // the power, or the disk
        }
        if (power) {
            machine.disk.crash(at);
        } else {
            machine.disk.heal();
        }
        check_end(machine, expected.facts);
    };
    for (std::uint64_t i = 0; i < points; ++i) {
        attempt(1 + i * expected.changes / points, true);
        attempt(1 + i * expected.calls / points, false);
    }
}
