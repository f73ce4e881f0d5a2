// Campaigns while the power fails: no step is lost and none is done twice, messages included.
#include "catch.hpp"

#include "faults/machine.hpp"
#include "faults/points.hpp"
#include "habeas/campaign.hpp"
#include "habeas/outbox.hpp"
#include "habeas/points.hpp"
#include "habeas/segment.hpp"

#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>

using namespace habeas;
using namespace habeas::faults;

namespace {

constexpr int people = 500;
constexpr int leaving = 20; ///< of them, at the end

/// Twelve events: messages, notices, fields, tags, segments, points, consents, paths, the host.
constexpr const char* nurture = R"({"code":"nurture","sources":{"segments":["all"]},"events":[
  {"id":"hello","action":"send_message","template":"news","then":[
    {"id":"read","decision":"opened","key":"news","no_after":"P1D",
     "no":[{"id":"again","action":"send_message","template":"news"}]},
    {"id":"tag","action":"add_tag","tag":"greeted"}]},
  {"id":"crm","action":"call_host","name":"crm","then":[
    {"id":"field","action":"set_field","field":"first_name","value":"Zoe"}]},
  {"id":"score","action":"points","points":5,"when":{"after":"PT1H"}},
  {"id":"tell","action":"notify","to":"desk@shop.example","template":"notice"},
  {"id":"even","condition":{"field":"last_name","op":"=","value":"even"},
   "yes":[{"id":"order","action":"send_message","template":"order","when":{"after":"P1D"},"then":[
     {"id":"list","action":"add_segment","segment":"even"}]}],
   "no":[{"id":"stop","action":"record_consent","kind":"withdrawn","purpose":"newsletter",
     "when":{"after":"P2D"}}]}]})";
constexpr const char* forget = R"({"code":"forget","sources":{"segments":["leaving"]},"events":[
  {"id":"go","action":"delete_subject","when":{"after":"P2D"}}]})";

class CampaignMachine : public Machine {
  public:
    std::unique_ptr<store::Engine> start(store::Engine::Open how = store::Engine::Open::existing) {
        auto engine = Machine::start(how);
        Campaigns(*engine).set_host([this](const HostCall& call) {
            keys[static_cast<std::int64_t>(call.subject)].insert(call.key);
            ++calls;
        });
        return engine;
    }
    /// The world outside: what it got does not go with the power.
    std::map<std::int64_t, std::set<std::string>> keys;
    std::uint64_t calls = 0;
};

void declare_template(store::Engine& engine, const std::string& code, MessageKind kind,
                      const std::string& purpose) {
    MessageTemplate out;
    out.code = code;
    out.kind = kind;
    out.purpose = purpose;
    out.languages["en"] = {"Hello", "Text", ""};
    Templates(engine).define(out);
}

void declare_purpose(store::Engine& engine, const std::string& code, Basis basis,
                     PurposeKind kind) {
    Purpose out;
    out.code = code;
    out.basis = basis;
    out.kind = kind;
    out.channels = {Channel::email};
    if (basis == Basis::consent) {
        out.texts = {{0, {}, {{"en", "May we?", "Yes"}}, {}, {}}};
    }
    Purposes(engine).define(out);
}

void declare(store::Engine& engine) {
    store::Engine::Write tx(engine);
    engine.set_meta("setting.controller", R"({"name":"Shop","address":"Street 1"})");
    engine.set_meta("setting.base_url", "https://shop.example");
    engine.set_meta("setting.sender", "news@shop.example");
    engine.bump_definitions();
    declare_purpose(engine, "newsletter", Basis::consent, PurposeKind::marketing);
    declare_purpose(engine, "scoring", Basis::consent, PurposeKind::profiling);
    declare_purpose(engine, "orders", Basis::contract, PurposeKind::transactional);
    declare_template(engine, "news", MessageKind::marketing, "newsletter");
    declare_template(engine, "order", MessageKind::transactional, "orders");
    declare_template(engine, "notice", MessageKind::internal, "");
    Segments segments(engine);
    segments.define({"all", {}, R"({"all":[]})", false, ""});
    segments.define({"even", {}, "", false, ""});
    segments.define(
        {"leaving", {}, R"({"field":"last_name","op":"=","value":"gone"})", false, "signed in"});
    Points(engine).define(R"({"purpose":"scoring","rules":[]})");
    Campaigns campaigns(engine);
    campaigns.define(nurture);
    campaigns.define(forget);
    campaigns.publish("nurture");
    campaigns.publish("forget");
    tx.commit();
}

void fill(store::Engine& engine) {
    declare(engine);
    store::Engine::Write tx(engine);
    for (int i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(i) + "@example.org";
        input.fields["last_name"] =
            i < leaving ? std::string("gone") : std::string(i % 2 == 0 ? "even" : "odd");
        ConsentEvent event;
        event.subject = Subjects(engine).create(input);
        event.evidence.method = "form";
        event.evidence.text_version = 1;
        for (const char* purpose : {"newsletter", "scoring"}) {
            event.purpose = purpose;
            Consent(engine).record(event);
        }
    }
    tx.commit();
}

/// From where the machine is to the end: three days and what is left over.
void run_all(CampaignMachine& machine, store::Engine& engine) {
    static const Time begin = parse_time("2026-06-01T10:00:00Z");
    for (const int hours : {0, 25, 50, 75}) {
        const Time at = begin + std::chrono::hours(hours);
        if (machine.now <= at) {
            machine.now = at;
            Campaigns(engine).run();
        }
    }
}

/// What must be the same whatever happened: how often each event came to each outcome, and the
/// rows that steps made.
std::map<std::string, std::int64_t> facts(store::Engine& engine) {
    std::map<std::string, std::int64_t> out;
    for (const char* code : {"nurture", "forget"}) {
        for (const EventCount& each : Campaigns(engine).counts(code)) {
            out[std::string(code) + " " + each.event + " " + each.outcome] = each.count;
        }
        out[std::string(code) + " pending"] = Campaigns(engine).find(code)->pending;
    }
    auto row = engine.db().prepare_text(
        "SELECT 'messages ' || coalesce(t.code, '') || ' ' || o.state, count(*) FROM outbox o JOIN "
        "message_template t ON t.id = o.template_id GROUP BY 1 UNION ALL "
        "SELECT 'messages twice', count(*) FROM (SELECT 1 FROM outbox o JOIN message_template t ON "
        "t.id = o.template_id WHERE t.code <> 'news' GROUP BY subject_id, template_id HAVING "
        "count(*) > 1) UNION ALL "
        "SELECT 'tags', count(*) FROM subject_tag UNION ALL "
        "SELECT 'points', count(*) FROM points_entry UNION ALL "
        "SELECT 'even', count(*) FROM segment_manual UNION ALL "
        "SELECT 'subjects', count(*) FROM subject UNION ALL "
        "SELECT 'withdrawn', count(*) FROM v_event WHERE kind = 'withdrawn' UNION ALL "
        "SELECT 'requests', count(*) FROM request WHERE state = 'fulfilled'");
    while (row.step()) {
        out[row.str(0)] = row.i64(1);
    }
    return out;
}

std::string difference(const std::map<std::string, std::int64_t>& expected,
                       const std::map<std::string, std::int64_t>& found) {
    std::string out;
    for (const auto& [name, count] : expected) {
        const auto at = found.find(name);
        if (at == found.end() || at->second != count) {
            out += name + ": " + std::to_string(at == found.end() ? 0 : at->second) +
                   " instead of " + std::to_string(count) + "\n";
        }
    }
    for (const auto& [name, count] : found) {
        out += expected.contains(name) ? "" : name + ": " + std::to_string(count) + " more\n";
    }
    return out;
}

struct Undisturbed {
    FaultDisk::Image filled;
    std::uint64_t changes = 0;
    std::map<std::string, std::int64_t> facts;
};

Undisturbed undisturbed(CampaignMachine& machine) {
    Undisturbed out;
    fill(*machine.start(store::Engine::Open::create));
    out.filled = machine.disk.image();
    const std::uint64_t before = machine.disk.changes();
    auto engine = machine.start();
    run_all(machine, *engine);
    out.facts = facts(*engine);
    out.changes = machine.disk.changes() - before;
    return out;
}

} // namespace

TEST_CASE("faults: power that fails in a run of campaigns loses no step and repeats none",
          "[.store-faults-campaigns]") {
    const std::uint64_t points = number_from("HABEAS_CAMPAIGN_POINTS", 60);
    const std::uint64_t first = number_from("HABEAS_CAMPAIGN_SEED", 1);
    CampaignMachine machine;
    const Undisturbed expected = undisturbed(machine);
    REQUIRE(machine.calls == people);
    REQUIRE(expected.facts.at("nurture hello queued") == people);
    REQUIRE(expected.facts.at("nurture score done") == people);
    REQUIRE(expected.facts.at("nurture stop done") == people / 2 + leaving / 2);
    REQUIRE(expected.facts.at("subjects") == people - leaving);
    REQUIRE(expected.facts.at("forget go erased") == leaving);
    REQUIRE(expected.facts.at("nurture pending") == 0);

    std::uint64_t repeated = 0;
    std::uint64_t broken = 0;
    std::string report;
    for (std::uint64_t seed = first; seed < first + points && broken < 3; ++seed) {
        // With as many points as changes, each change comes once.
        const std::uint64_t cut =
            1 + (points >= expected.changes ? seed % expected.changes
                                            : std::mt19937_64(seed)() % expected.changes);
        machine.disk.load(expected.filled);
        machine.now = parse_time("2026-06-01T10:00:00Z");
        machine.keys.clear();
        machine.calls = 0;
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
            machine.now += std::chrono::minutes(15); // a call whose answer was lost is made again
            Campaigns(*engine).run();
            run_all(machine, *engine);
            machine.now = parse_time("2026-06-05T10:00:00Z");
            Campaigns(*engine).run();
            auto found = facts(*engine);
            // An erasure that came back by the restore journal was counted by nobody.
            CHECK(found["forget go erased"] <= leaving);
            found["forget go erased"] = leaving;
            fault = difference(expected.facts, found);
            if (!engine->verify({}).ok()) {
                fault += "verify finds an error\n";
            }
        }
        for (const auto& [subject, keys] : machine.keys) {
            if (keys.size() != 1) {
                fault += "subject " + std::to_string(subject) + " was called under several keys\n";
            }
        }
        if (machine.keys.size() != people) {
            fault += "not everybody was told to the host\n";
        }
        repeated += machine.calls - std::min<std::uint64_t>(machine.calls, people);
        if (!fault.empty()) {
            ++broken;
            report +=
                "seed " + std::to_string(seed) + ", change " + std::to_string(cut) + ":\n" + fault;
        }
    }
    std::cout << points << " points of power loss in a run of " << expected.changes
              << " changes; the host saw " << repeated << " calls again\n";
    INFO(report);
    CHECK(broken == 0);
}
