// Time passes: circles wait, campaigns that chase each other rest, hours hold when a step runs.
#include "unit/campaigns/helpers.hpp"

#include "campaigns/timing.hpp"

namespace campaigns_progress_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

std::string minute(Time time) {
    return format_time(time).substr(0, 16);
}

std::string allowed(const std::string& when, const std::string& at,
                    const std::string& zone = "Europe/Berlin") {
    const auto definition = campaigns::parse(std::string_view(
        R"({"code":"c","sources":{"manual":true},"events":[{"id":"e","action":"add_tag","tag":"t",
           "when":)" +
        when + "}]}"));
    return minute(campaigns::allowed(definition.events[0].when, parse_time(at), zone));
}

std::string later(const std::string& from, const std::string& duration) {
    return minute(campaigns::later(parse_time(from), duration, "Europe/Berlin"));
}

/// 8 June 2026 is a Monday.
const std::string monday_morning =
    R"("when":{"hours":{"from":"09:00","to":"10:00"},"weekdays":["mon"]})";

} // namespace

TEST_CASE("campaigns: a circle needs a wait that is longer than zero", "[campaigns]") {
    Trade trade;
    auto define = [&](const std::string& when) {
        trade.campaigns.define(R"({"code":"c","sources":{"manual":true},"events":[{"id":"t",
            "action":"add_tag","tag":"t","when":)" +
                               when + R"(,"then":[{"id":"back","action":"jump","to":"t"}]}]})");
    };
    for (const char* when :
         {R"({"after":"P0D"})", R"({"after":"PT0S"})", R"({"after":"P0DT0M"})",
          R"({"at":"2027-01-01"})", R"({"hours":{"from":"09:00","to":"10:00"}})",
          R"({"after":"P0D","hours":{"from":"09:00","to":"10:00"},"weekdays":["mon"]})"}) {
        CAPTURE(when);
        const Error error = failure_of([&] { define(when); });
        CHECK(error.code() == Errc::invalid);
        CHECK(error.where() == "/events/0");
    }
    define(R"({"after":"PT1S"})");
    // The wait of a condition counts, and that of the jump itself.
    trade.campaigns.define(R"({"code":"d","sources":{"manual":true},"events":[{"id":"ask",
        "condition":{"field":"country","op":"=","value":"DE"},"when":{"after":"P1D"},
        "yes":[{"id":"back","action":"jump","to":"ask"}]}]})");
    trade.campaigns.define(R"({"code":"e","sources":{"manual":true},"events":[{"id":"t",
        "action":"add_tag","tag":"t",
        "then":[{"id":"back","action":"jump","to":"t","when":{"after":"P1D"}}]}]})");
    // What a decision waits for may have happened.
    CHECK(failure_of([&] {
              trade.campaigns.define(R"({"code":"f","sources":{"manual":true},"events":[{"id":"r",
                  "decision":"opened","key":"news","no_after":"P3D",
                  "yes":[{"id":"back","action":"jump","to":"r"}],"no":[]}]})");
          }).where() == "/events/0");
}

TEST_CASE("campaigns: a subject that goes in circles at one time pauses the campaign",
          "[campaigns]") {
    Trade trade;
    trade.campaign("c", R"([{"id":"t","action":"add_tag","tag":"t","when":{"after":"P1D"},
        "then":[{"id":"back","action":"jump","to":"t"}]}])");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    auto& engine = trade.store.engine();
    engine.db()
        .prepare("UPDATE campaign_version SET definition = replace(definition, 'P1D', 'P0D')")
        .run(); // as an earlier version of habeas accepted it
    {
        store::Engine::Write rolled_back(engine); // drops what is cached
        engine.bump_definitions();
    }
    trade.wait(25h);
    const CampaignRunReport report = trade.campaigns.run();
    CHECK(report.paused == std::vector<std::string>{"c"});
    CHECK(report.done == 2000);
    CHECK(trade.campaigns.find("c")->pause_reason.starts_with("event t: more than 2000 steps"));
    CHECK(trade.campaigns.find("c")->pending == 1); // nothing is lost
    trade.person("bob@example.org");                // and ordinary writes go on
    trade.check_verify();
}

TEST_CASE("campaigns: campaigns that chase each other rest until the next run", "[campaigns]") {
    Trade trade;
    trade.segment("la", R"({"field":"tag","op":"in","value":["a"]})", true);
    trade.segment("lb", R"({"field":"tag","op":"in","value":["b"]})", true);
    const std::string more = R"(,"restart":true,"on_leaving":"continue")";
    trade.campaign("d1", R"([{"id":"out","action":"remove_tag","tag":"a","then":[
        {"id":"in","action":"add_tag","tag":"b"}]}])",
                   R"({"segments":["la"]})", more);
    trade.campaign("d2", R"([{"id":"out","action":"remove_tag","tag":"b","then":[
        {"id":"in","action":"add_tag","tag":"a"}]}])",
                   R"({"segments":["lb"]})", more);
    const SubjectId ann = trade.person("ann@example.org");
    Tags(trade.store).add(ann, "a"); // comes back
    std::int64_t entered = 0;
    auto entries = [&] {
        std::int64_t sum = 0;
        for (const char* code : {"d1", "d2"}) {
            for (const EventCount& each : trade.campaigns.counts(code)) {
                sum += each.event.empty() && each.outcome == "entered" ? each.count : 0;
            }
        }
        return sum;
    };
    entered = entries();
    CHECK(entered >= 2);
    CHECK(entered <= 4);
    for (int i = 0; i < 3; ++i) {
        trade.wait(1min);
        const CampaignRunReport report = trade.campaigns.run();
        CHECK_FALSE(report.more);
        CHECK(entries() >= entered + 1); // goes on where it rested
        CHECK(entries() <= entered + 2);
        entered = entries();
        CHECK(trade.campaigns.find("d1")->pending + trade.campaigns.find("d2")->pending == 0);
        CHECK(Tags(trade.store).of(ann).size() == 1);
    }
    trade.check_verify();
}

TEST_CASE("campaigns: hours and weekdays hold when a step runs late", "[campaigns]") {
    Trade trade;
    trade.clock.set("2026-06-08T05:00:00Z");
    trade.campaign("c", R"([{"id":"t","action":"add_tag","tag":"t",)" + monday_morning + "}]");
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaigns.enrol("c", ann);
    SECTION("in time: within the hours it is carried out where it is") {
        trade.clock.set("2026-06-08T09:59:00Z");
        CHECK(trade.campaigns.run().done == 1);
    }
    SECTION("on Saturday: it waits for Monday") {
        trade.clock.set("2026-06-13T04:00:00Z");
        CHECK(trade.campaigns.run().done == 0);
        CHECK(trade.campaigns.find("c")->pending == 1);
        CHECK(trade.campaigns.run().done == 0);
        trade.clock.set("2026-06-15T08:59:00Z");
        CHECK(trade.campaigns.run().done == 0);
        trade.clock.set("2026-06-15T09:00:00Z");
        CHECK(trade.campaigns.run().done == 1);
    }
    SECTION("after a pause that ended in the evening") {
        trade.campaigns.pause("c");
        trade.clock.set("2026-06-08T20:00:00Z");
        trade.campaigns.publish("c");
        CHECK(trade.campaigns.run().done == 0);
        trade.clock.set("2026-06-15T09:30:00Z");
        CHECK(trade.campaigns.run().done == 1);
    }
    CHECK(Tags(trade.store).of(ann).size() == 1);
    trade.check_verify();
}

TEST_CASE("campaigns: a retry waits for the hours of its event", "[campaigns]") {
    Trade trade;
    trade.clock.set("2026-06-08T09:59:30Z");
    trade.segment("hand", "");
    trade.campaign("c", R"([{"id":"e","action":"add_segment","segment":"hand",)" + monday_morning +
                            "}]");
    trade.store.engine().db().exec(
        "DELETE FROM segment WHERE code = 'hand'"); // in use: not by remove
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaigns.enrol("c", ann); // fails
    trade.segment("hand", "");
    trade.wait(2min);
    CHECK(trade.campaigns.run().done == 0);
    trade.clock.set("2026-06-15T09:00:00Z");
    CHECK(trade.campaigns.run().done == 1);
}

TEST_CASE("campaigns: an erasure that is confirmed waits for the hours of its event",
          "[campaigns]") {
    Trade trade;
    trade.clock.set("2026-06-08T09:30:00Z");
    trade.campaign("c", R"([{"id":"go","action":"delete_subject","confirm_template":"confirm",)" +
                            monday_morning + "}]");
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaigns.enrol("c", ann);
    trade.clock.set("2026-06-08T12:00:00Z");
    REQUIRE(trade.requests.confirm(trade.token()));
    CHECK_FALSE(trade.is_erased(ann));
    trade.clock.set("2026-06-15T09:00:00Z");
    trade.campaigns.run();
    CHECK(trade.is_erased(ann));
}

TEST_CASE("campaigns: clock changes neither move a step twice nor back in time", "[campaigns]") {
    const std::string night = R"({"hours":{"from":"02:10","to":"02:50"}})";
    // 29 March has no hour from 02:00 on: the next day has it.
    CHECK(allowed(night, "2026-03-28T23:30:00Z") == "2026-03-30T00:10");
    const std::string sunday = R"({"hours":{"from":"02:10","to":"02:50"},"weekdays":["sun"]})";
    CHECK(allowed(sunday, "2026-03-28T23:30:00Z") == "2026-04-05T00:10");
    // 25 October has it twice.
    CHECK(allowed(night, "2026-10-24T23:30:00Z") == "2026-10-25T00:10");
    CHECK(allowed(night, "2026-10-25T00:10:00Z") == "2026-10-25T00:10");
    CHECK(allowed(night, "2026-10-25T01:20:00Z") == "2026-10-25T01:20"); // the second of both
    CHECK(allowed(night, "2026-10-25T01:05:00Z") == "2026-10-26T01:10"); // not back to the first
    for (const char* start : {"2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"}) {
        for (int quarter = 0; quarter < 100; ++quarter) {
            const Time at = parse_time(start) + quarter * 15min;
            CAPTURE(format_time(at));
            for (const std::string& when : {night, sunday}) {
                const std::string due = allowed(when, format_time(at));
                CHECK(parse_time(due + ":00Z") >= at);
                CHECK(allowed(when, due + ":00Z") == due);
            }
        }
    }
    // 02:10 the second time
    CHECK(later("2026-10-25T01:10:00Z", "PT1M") == "2026-10-25T01:11");
    CHECK(later("2026-10-25T01:10:00Z", "P0DT1M") == "2026-10-25T01:11");
    CHECK(later("2026-10-25T01:10:00Z", "P1D") == "2026-10-26T01:10");
    CHECK(later("2026-03-28T10:00:00Z", "P1DT2H") == "2026-03-29T11:00");
}

TEST_CASE("campaigns: each jump to an event goes through it again", "[campaigns]") {
    Trade trade;
    trade.campaign("c", R"([
        {"id":"z","action":"points","points":1,"then":[{"id":"y","action":"points","points":10}]},
        {"id":"j1","action":"jump","to":"z","when":{"after":"P1D"}},
        {"id":"j2","action":"jump","to":"z","when":{"after":"P5D"}},
        {"id":"j3","action":"jump","to":"y","when":{"after":"PT1H"}},
        {"id":"j4","action":"jump","to":"z","when":{"after":"P5D"}}])");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    auto times = [&](const std::string& event) {
        std::int64_t sum = 0;
        for (const EventCount& each : trade.campaigns.counts("c")) {
            sum += each.event == event ? each.count : 0;
        }
        return sum;
    };
    CHECK(times("z") == 1);
    trade.wait(1h);
    trade.campaigns.run();
    CHECK(times("y") == 2);
    trade.wait(24h);
    trade.campaigns.run();
    trade.campaigns.run();
    CHECK(times("z") == 2);
    CHECK(times("y") == 3);
    trade.wait(24h * 5);
    trade.campaigns.run(); // two jumps at one time
    trade.campaigns.run();
    CHECK(times("z") == 4);
    CHECK(times("y") == 5);
    trade.check_verify();
}

} // namespace campaigns_progress_test
