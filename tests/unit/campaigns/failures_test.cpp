// What fails, is tried again, pauses; host calls; simulation.
#include "unit/campaigns/helpers.hpp"

#include <map>

namespace campaigns_failures_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

/// All that a store holds, as text.
std::string everything(Store& store) {
    auto& db = store.engine().db();
    std::vector<std::string> tables;
    {
        auto row = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT "
                              "LIKE '%VIRTUAL%' ORDER BY name");
        while (row.step()) {
            tables.push_back(row.str(0));
        }
    }
    std::string out;
    for (const std::string& table : tables) {
        auto row = db.prepare_text("SELECT * FROM " + store::quote_name(table));
        while (row.step()) {
            out += table;
            for (int i = 0; i < row.columns(); ++i) {
                out += '|';
                out += row.is_null(i) ? "NULL" : row.str(i);
            }
            out += '\n';
        }
    }
    return out;
}

std::string told(const Simulation& simulation) {
    std::string out;
    for (const SimulatedStep& each : simulation.steps) {
        out += format_time(each.at).substr(0, 16) + " " +
               std::to_string(static_cast<std::int64_t>(each.subject)) + " " + each.event + " " +
               each.what + ": " + each.outcome + "\n";
    }
    return out;
}

std::string bytes_of(const std::string& path) {
    auto file = std::fopen(path.c_str(), "rb");
    std::string out;
    char buffer[4096];
    for (std::size_t n = 0;
         file != nullptr && (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) {
        out.append(buffer, n);
    }
    if (file != nullptr) {
        std::fclose(file);
    }
    return out;
}

} // namespace

TEST_CASE("campaigns: a host is called outside of transactions, always with the same key",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    std::vector<HostCall> got;
    bool works = false;
    trade.campaigns.set_host([&](const HostCall& call) {
        CHECK_FALSE(trade.store.engine().db().in_transaction());
        got.push_back(call);
        if (!works) {
            throw std::runtime_error("secret of ann@example.org");
        }
    });
    trade.campaign("c", R"([{"id":"crm","action":"call_host","name":"crm","data":{"list":7},
        "then":[{"id":"mark","action":"add_tag","tag":"t"}]}])");
    trade.campaigns.enrol("c", ann);
    REQUIRE(got.size() == 1);
    CHECK(got[0].name == "crm");
    CHECK(got[0].subject == ann);
    CHECK(got[0].data == R"({"list":7})");
    CHECK(trade.campaigns.run().done == 0); // not yet
    works = true;
    trade.wait(61s);
    CHECK(trade.campaigns.run().host_calls == 1);
    REQUIRE(got.size() == 2);
    CHECK(got[1].key == got[0].key);
    CHECK(Tags(trade.store).of(ann).size() == 1);
    trade.wait(24h);
    CHECK(trade.campaigns.run().host_calls == 0);
    CHECK(everything(trade.store).find("secret") == std::string::npos);
}

TEST_CASE("campaigns: a call waits for a handle that has a host", "[campaigns]") {
    Trade trade;
    trade.campaign("c", R"([{"id":"crm","action":"call_host","name":"crm"}])", R"({"manual":true})",
                   R"(,"failures":{"attempts":1,"pause_at":1})");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    for (int i = 0; i < 3; ++i) {
        trade.wait(2min);
        CHECK(trade.campaigns.run().failed == 0);
    }
    CHECK(trade.campaigns.find("c")->pending == 1);
    int calls = 0;
    trade.campaigns.set_host([&](const HostCall&) { ++calls; });
    trade.wait(2min);
    CHECK(trade.campaigns.run().done == 1);
    CHECK(calls == 1);
}

TEST_CASE("campaigns: what a host does in its callback is followed up in the same call",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    const SubjectId bob = trade.person("bob@example.org", "AT");
    trade.segment("germans", R"({"field":"country","op":"=","value":"DE"})", true);
    trade.campaign("ask", R"([{"id":"crm","action":"call_host","name":"crm"}])");
    trade.campaign("greet", R"([{"id":"mark","action":"add_tag","tag":"german"}])",
                   R"({"segments":["germans"]})");
    trade.campaigns.set_host([&](const HostCall&) {
        trade.set(bob, "country", "DE");
        CHECK(code_of([&] { trade.campaigns.run(); }) == Errc::invalid); // it is running
    });
    trade.campaigns.enrol("ask", ann);
    CHECK(Tags(trade.store).of(bob) == std::vector<std::string>{"german"});
}

TEST_CASE("campaigns: steps that fail too often pause the campaign with a notice", "[campaigns]") {
    Trade trade;
    bool works = false;
    trade.campaigns.set_host([&](const HostCall&) {
        if (!works) {
            throw std::runtime_error("no");
        }
    });
    trade.campaign("c", R"([{"id":"crm","action":"call_host","name":"crm"}])", R"({"manual":true})",
                   R"(,"failures":{"attempts":3,"pause_at":2,"alert_to":"desk@shop.example"})");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    trade.campaigns.enrol("c", trade.person("bob@example.org"));
    CampaignRunReport last;
    for (int i = 0; i < 10; ++i) {
        trade.wait(1h);
        CampaignRunReport report = trade.campaigns.run();
        if (!report.paused.empty()) {
            last = report;
        }
    }
    CHECK(last.paused == std::vector<std::string>{"c"});
    const CampaignInfo info = *trade.campaigns.find("c");
    CHECK(info.state == CampaignState::paused);
    CHECK(info.pause_reason == "event crm: the host's callback failed");
    CHECK(info.failed == 2);
    REQUIRE(trade.messages() == 1);
    CHECK(trade.outbox.list().front().kind == MessageKind::internal);
    works = true;
    trade.campaigns.publish("c");
    CHECK(trade.campaigns.run().done == 2);
    CHECK(trade.campaigns.find("c")->failed == 0);
}

TEST_CASE("campaigns: a step that fails changes nothing and keeps nobody else waiting",
          "[campaigns]") {
    Trade trade;
    trade.segment("hand", "");
    trade.campaign("c", R"([{"id":"in","action":"add_segment","segment":"hand"}])");
    const SubjectId ann = trade.person("ann@example.org");
    // As after a restore of an older file: the program itself refuses to delete it.
    trade.store.engine().db().exec("DELETE FROM segment WHERE code = 'hand'");
    trade.campaigns.enrol("c", ann);
    CHECK(trade.campaigns.find("c")->pending == 1);
    trade.segment("hand", "");
    trade.wait(2min);
    CHECK(trade.campaigns.run().done == 1);
    CHECK(trade.segments.contains("hand", ann));
}

TEST_CASE("campaigns: a segment is not deleted while a campaign names it", "[campaigns]") {
    Trade trade;
    for (const char* code : {"source", "asked", "given", "free"}) {
        trade.segment(code, "");
    }
    trade.campaigns.define(
        R"({"code":"c","sources":{"segments":["free","source"]},"events":[
            {"id":"if","condition":{"any":[{"field":"segment","op":"in","value":["free","asked"]}]},
             "yes":[{"id":"in","action":"add_segment","segment":"given"}]}]})");
    const auto refused = [&](const std::string& code) -> std::string {
        try {
            trade.segments.remove(code);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::conflict);
            return error.what();
        }
        return "";
    };
    CHECK(refused("source").find("campaign c (version 1: /sources/segments/1)") !=
          std::string::npos);
    CHECK(refused("asked").find("campaign c (version 1: /events/0/condition/any/0/value/1)") !=
          std::string::npos);
    CHECK(refused("given").find("campaign c (version 1: /events/0/yes/0/segment)") !=
          std::string::npos);
    // Whoever is on the way goes on by the version that they came in with.
    trade.campaigns.define(
        R"({"code":"c","sources":{"manual":true},"events":[
            {"id":"w","action":"add_tag","tag":"t","when":{"after":"P1D"}},
            {"id":"in","action":"add_segment","segment":"given"}]})");
    CHECK(refused("source").empty());
    trade.campaigns.publish("c");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    trade.campaigns.define(
        R"({"code":"c","sources":{"manual":true},"events":[
            {"id":"w","action":"add_tag","tag":"t"}]})");
    CHECK_FALSE(refused("given").empty());
    trade.campaigns.retire("c");
    CHECK(refused("given").empty());
}

TEST_CASE("campaigns: a source that no longer compiles pauses its campaign and no other",
          "[campaigns]") {
    Trade trade;
    Field field;
    field.name = "shoe";
    field.type = FieldType::number;
    Fields(trade.store).define(field);
    trade.segment("shod", R"({"field":"shoe","op":"gt","value":1})");
    trade.campaign("a", R"([{"id":"e","action":"add_tag","tag":"a"}])", R"({"segments":["shod"]})");
    trade.campaign("b", R"([{"id":"e","action":"add_tag","tag":"b"}])");
    trade.campaigns.enrol("b", trade.person("ann@example.org"));
    trade.store.engine().db().exec("UPDATE segment SET filter = '{\"field\":\"gone\",\"op\":"
                                   "\"empty\"}' WHERE code = 'shod'");
    CHECK(trade.campaigns.run().paused == std::vector<std::string>{"a"});
    CHECK(trade.campaigns.find("a")->pause_reason.find("/field") != std::string::npos);
    CHECK(trade.campaigns.find("b")->state == CampaignState::published);
}

TEST_CASE("campaigns: a simulation says what would happen and changes nothing", "[campaigns]") {
    Trade trade(Trade::on_disk);
    const SubjectId ann = trade.reader("ann@example.org");
    const SubjectId bob = trade.person("bob@example.org");
    trade.segment("germans", R"({"field":"country","op":"=","value":"DE"})");
    trade.segment("leaving", wants_to_go);
    trade.campaign("c", R"([
        {"id":"hello","action":"send_message","template":"news","then":[
          {"id":"read","decision":"opened","key":"news","no_after":"P3D","no":[
            {"id":"again","action":"send_message","template":"news","when":{"after":"P1D"}}]}]},
        {"id":"crm","action":"call_host","name":"crm"},
        {"id":"mark","action":"add_tag","tag":"t"}])",
                   R"({"segments":["germans"],"manual":true})");
    trade.campaign("forget",
                   R"([{"id":"go","action":"delete_subject","confirm_template":"confirm"}])",
                   R"({"segments":["leaving"]})");
    trade.set(ann, "country", "DE");
    trade.set(ann, "forget", "yes");
    bool called = false;
    trade.campaigns.set_host([&](const HostCall&) { called = true; });
    const std::string before = everything(trade.store);
    const std::string journal = bytes_of(trade.path() + ".restore");
    const std::string database = bytes_of(trade.path());
    const Simulation simulation = trade.campaigns.simulate(parse_time("2026-06-01T10:00:00Z"),
                                                           parse_time("2026-06-10T10:00:00Z"));
    CHECK(told(simulation) == "2026-06-01T10:00 1  enrolled: segment\n"
                              "2026-06-01T10:00 2  enrolled: segment\n"
                              "2026-06-01T10:00 1  enrolled: segment\n"
                              "2026-06-01T10:00 1 crm call_host crm: called\n"
                              "2026-06-01T10:00 1 hello send_message news: queued\n"
                              "2026-06-01T10:00 1 mark add_tag t: done\n"
                              "2026-06-01T10:00 2 crm call_host crm: called\n"
                              "2026-06-01T10:00 2 hello send_message news: refused NO_CONSENT\n"
                              "2026-06-01T10:00 2 mark add_tag t: done\n"
                              "2026-06-01T10:00 1 read opened news: waits\n"
                              "2026-06-01T10:00 2 read opened news: waits\n"
                              "2026-06-01T10:00 1 go delete_subject: waits\n"
                              "2026-06-04T10:00 1 read opened news: no\n"
                              "2026-06-04T10:00 2 read opened news: no\n"
                              "2026-06-05T10:00 1 again send_message news: queued\n"
                              "2026-06-05T10:00 2 again send_message news: refused NO_CONSENT\n"
                              "2026-06-08T10:00 1 go delete_subject: expired\n");
    CHECK(everything(trade.store) == before);
    CHECK(bytes_of(trade.path() + ".restore") == journal);
    CHECK(bytes_of(trade.path()) == database);
    CHECK_FALSE(called);
    CHECK_FALSE(simulation.more);
    const Simulation short_one = trade.campaigns.simulate(
        parse_time("2026-06-01T10:00:00Z"), parse_time("2026-06-10T10:00:00Z"), "c", 2);
    CHECK(short_one.steps.size() == 2);
    CHECK(short_one.more);
    CHECK_FALSE(trade.is_erased(bob));
    trade.check_verify();
}

} // namespace campaigns_failures_test
