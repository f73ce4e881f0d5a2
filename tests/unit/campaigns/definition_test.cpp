// The JSON of campaigns: each fault at its place; timing.
#include "unit/campaigns/helpers.hpp"

#include "campaigns/timing.hpp"
#include "subjects/zone.hpp"

namespace campaigns_definition_test {

using namespace habeas;
using namespace habeas::test;

namespace {

struct Fault {
    std::string json, where;
    Errc code = Errc::invalid;
};

std::string with(const std::string& event) {
    return R"({"code":"c","sources":{"manual":true},"events":[{"id":"e",)" + event + "}]}";
}

std::string due(const std::string& when, const std::string& from,
                const std::string& zone = "Europe/Berlin") {
    const auto definition =
        campaigns::parse(std::string_view(with(R"("action":"add_tag","tag":"t","when":)" + when)));
    return format_time(campaigns::due(definition.events[0].when, parse_time(from), zone))
        .substr(0, 16);
}

} // namespace

TEST_CASE("campaigns: a fault of the definition names its place", "[campaigns]") {
    Trade trade;
    trade.segment("hand", "");
    trade.segment("vouched", "", false, "the shop");
    const std::vector<Fault> faults{
        {"{", ""},
        {"[]", ""},
        {R"({"code":"C"})", "/code"},
        {R"({"code":"c"})", "/sources"},
        {R"({"code":"c","sources":{}})", "/sources"},
        {R"({"code":"c","sources":{"segments":["none"]},"events":[{"id":"e","action":"points",
            "points":1}]})",
         "/sources/segments/0", Errc::not_found},
        {R"({"code":"c","sources":{"manual":true}})", "/events"},
        {R"({"code":"c","sources":{"manual":true},"events":{}})", "/events"},
        {R"({"code":"c","sources":{"manual":true},"events":[],"more":1})", "/more"},
        {R"({"code":"c","sources":{"manual":true},"on_leaving":"run","events":[]})", "/on_leaving"},
        {R"({"code":"c","sources":{"manual":true},"publish":{"from":"2026-01-02","until":
            "2026-01-01"},"events":[]})",
         "/publish"},
        {R"({"code":"c","sources":{"manual":true},"publish":{"from":"soon"},"events":[]})",
         "/publish/from"},
        {R"({"code":"c","sources":{"manual":true},"failures":{"attempts":0},"events":[]})",
         "/failures/attempts"},
        {with(R"("action":"fly")"), "/events/0/action"},
        {with(R"("tag":"t")"), "/events/0"},
        {with(R"("action":"add_tag","tag":"t","condition":{"all":[]})"), "/events/0"},
        {with(R"("action":"add_tag")"), "/events/0/tag"},
        {with(R"("action":"add_tag","tag":7)"), "/events/0/tag"},
        {with(R"("action":"add_tag","tag":"t","yes":[])"), "/events/0/yes"},
        {with(R"("action":"add_tag","tag":"t","then":[{"id":"e","action":"points","points":1}])"),
         "/events/0/then/0/id"},
        {with(R"("action":"add_tag","tag":"t","when":{"after":"2 days"})"), "/events/0/when/after"},
        {with(R"("action":"add_tag","tag":"t","when":{"after":"P1D","at":"2026-01-01"})"),
         "/events/0/when"},
        {with(R"("action":"add_tag","tag":"t","when":{"hours":{"from":"17:00","to":"09:00"}})"),
         "/events/0/when/hours"},
        {with(R"("action":"add_tag","tag":"t","when":{"hours":{"from":"9","to":"17:00"}})"),
         "/events/0/when/hours/from"},
        {with(R"("action":"add_tag","tag":"t","when":{"weekdays":["monday"]})"),
         "/events/0/when/weekdays/0"},
        {with(R"("condition":{"field":"shoe","op":"=","value":1})"), "/events/0/condition/field",
         Errc::not_found},
        {with(R"("condition":{"all":[{"field":"country","op":"near","value":1}]})"),
         "/events/0/condition/all/0/op"},
        {with(R"("decision":"heard")"), "/events/0/decision"},
        {with(R"("decision":"opened","key":"news","no":[])"), "/events/0"},
        {with(R"("decision":"consented")"), "/events/0/key"},
        {with(R"("decision":"consented","key":"none")"), "/events/0/key", Errc::not_found},
        {with(R"("decision":"opened","when":{"after":"P1D"})"), "/events/0/when"},
        {with(R"("action":"send_message","template":"none")"), "/events/0/template",
         Errc::not_found},
        {with(R"("action":"send_message","template":"notice")"), "/events/0/template"},
        {with(R"("action":"notify","to":"a@example.org","template":"news")"), "/events/0/template"},
        {with(R"("action":"delete_subject")"), "/events/0/confirm_template"},
        {with(R"("action":"delete_subject","confirm_template":"news")"),
         "/events/0/confirm_template"},
        {with(R"("action":"delete_subject","confirm_template":"confirm","then":[{"id":"f",
            "action":"points","points":1}])"),
         "/events/0/then"},
        {R"({"code":"c","sources":{"segments":["hand","vouched"]},"events":[{"id":"e",
            "action":"delete_subject"}]})",
         "/events/0/confirm_template"},
        {with(R"("action":"open_request","kind":"coffee")"), "/events/0/kind"},
        {with(R"("action":"set_field","field":"shoe","value":1)"), "/events/0/field",
         Errc::not_found},
        {with(R"("action":"set_field","field":"country","value":"Atlantis")"), "/events/0/value"},
        {with(R"("action":"set_field","field":"country","value":[])"), "/events/0/value"},
        {with(R"("action":"add_segment","segment":"none")"), "/events/0/segment", Errc::not_found},
        {with(R"("action":"suppress","scope":"some")"), "/events/0/scope"},
        {with(R"("action":"record_consent","kind":"erased","purpose":"newsletter")"),
         "/events/0/kind"},
        {with(R"("action":"record_consent","kind":"granted","purpose":"newsletter")"),
         "/events/0/text_version"},
        {with(R"("action":"call_host","name":"n","data":[])"), "/events/0/data"},
        {with(R"("action":"jump","to":"nowhere")"), "/events/0/to"},
        {with(R"("action":"add_tag","tag":"t","then":[{"id":"back","action":"jump","to":"e"}])"),
         "/events/0"},
        // What would be published, and could never work:
        {R"({"code":"c","sources":{"manual":true},"failures":{"alert_to":"the desk"},"events":[
            {"id":"e","action":"points","points":1}]})",
         "/failures/alert_to"},
        {with(R"("action":"notify","to":"the desk","template":"notice")"), "/events/0/to"},
        {with(R"("action":"set_field","field":"email","value":"x@y.org")"), "/events/0/field"},
        {with(R"("action":"set_field","field":"phone","value":null)"), "/events/0/field"},
        {with(R"("action":"add_tag","tag":"")"), "/events/0/tag"},
        {with(R"("action":"remove_tag","tag":" ")"), "/events/0/tag"},
        {with(R"("action":"call_host","name":"")"), "/events/0/name"},
        {with(R"("action":"record_consent","kind":"granted","purpose":"newsletter",
            "text_version":99)"),
         "/events/0/text_version", Errc::not_found},
        {with(R"("action":"record_consent","kind":"granted","text_version":1)"),
         "/events/0/purpose"},
        {with(R"("action":"record_consent","kind":"granted","purpose":"newsletter",
            "channel":"post","text_version":1)"),
         "/events/0/channel"},
        {with(R"("action":"record_consent","kind":"objected")"), "/events/0/scope"},
        {with(R"("decision":"consented","key":"newsletter","channel":"pigeon")"),
         "/events/0/channel"},
        {with(R"("decision":"consented","key":"newsletter","channel":"post")"),
         "/events/0/channel"},
        {with(R"("decision":"opened","key":"news","channel":"email")"), "/events/0/channel"}};
    for (const Fault& fault : faults) {
        CAPTURE(fault.json);
        const Error error = failure_of([&] { trade.campaigns.define(fault.json); });
        CHECK(error.where() == fault.where);
        CHECK(error.code() == fault.code);
    }
    CHECK(trade.campaigns.list().empty());
    trade.campaigns.define(R"({"code":"c","sources":{"segments":["vouched"]},"events":[{"id":"e",
        "action":"delete_subject"}]})");
    std::string deep = R"("action":"points","points":1)";
    for (int i = 0; i < 150; ++i) {
        deep = R"("action":"points","points":1,"then":[{"id":"d)" + std::to_string(i) + "\"," +
               deep + "}]";
    }
    CHECK(code_of([&] { trade.campaigns.define(with(deep)); }) == Errc::invalid);
}

TEST_CASE("campaigns: a fault in a condition names its place once", "[campaigns]") {
    Trade trade;
    const Error error = failure_of([&] {
        trade.campaigns.define(with(R"("condition":{"field":"country","op":"near","value":1})"));
    });
    const std::string said = error.what();
    CHECK(said.starts_with(error.where() + ": "));
    CHECK(said.find("/op", error.where().size()) == std::string::npos);
}

TEST_CASE("campaigns: a circle that waits goes round", "[campaigns]") {
    Trade trade;
    trade.campaign("c", R"([{"id":"wait","action":"points","points":1,"when":{"after":"P1D"},
        "then":[{"id":"mail","action":"send_message","template":"order","then":[
          {"id":"back","action":"jump","to":"wait"}]}]}])");
    trade.campaigns.enrol("c", trade.person("ann@example.org"));
    for (int i = 0; i < 3; ++i) {
        trade.wait(std::chrono::hours(24));
        trade.campaigns.run();
        trade.campaigns.run();
    }
    CHECK(trade.messages() == 3);
    trade.check_verify();
}

TEST_CASE("campaigns: steps are due by the calendar and the clock of the subject", "[campaigns]") {
    CHECK(due(R"({})", "2026-06-01T10:00:00Z") == "2026-06-01T10:00");
    CHECK(due(R"({"after":"P1D"})", "2026-06-01T10:00:00Z") == "2026-06-02T10:00");
    CHECK(due(R"({"after":"P1M"})", "2026-01-31T10:00:00Z") == "2026-02-28T10:00");
    // The night of the clock change has 23 hours: a day is a day, 24 hours are 24 hours.
    CHECK(due(R"({"after":"P1D"})", "2026-03-28T10:00:00Z") == "2026-03-29T09:00");
    CHECK(due(R"({"after":"PT24H"})", "2026-03-28T10:00:00Z") == "2026-03-29T10:00");
    CHECK(due(R"({"after":"P1D"})", "2026-03-28T01:30:00Z") == "2026-03-29T01:00"); // skipped
    CHECK(due(R"({"at":"2026-07-01T08:00:00Z"})", "2026-06-01T10:00:00Z") == "2026-07-01T08:00");
    CHECK(due(R"({"at":"2026-05-01"})", "2026-06-01T10:00:00Z") == "2026-06-01T10:00");
    const std::string office = R"({"hours":{"from":"09:00","to":"17:00"}})";
    CHECK(due(office, "2026-06-01T10:00:00Z") == "2026-06-01T10:00");
    CHECK(due(office, "2026-06-01T05:00:00Z") == "2026-06-01T07:00");
    CHECK(due(office, "2026-06-01T15:00:00Z") == "2026-06-02T07:00"); // 17:00 is the end
    CHECK(due(office, "2026-06-01T15:00:00Z", "America/New_York") == "2026-06-01T15:00");
    CHECK(due(office, "2026-06-01T05:00:00Z", "") == "2026-06-01T09:00");
    const std::string monday = R"({"weekdays":["mon"],"hours":{"from":"09:00","to":"24:00"}})";
    CHECK(due(monday, "2026-06-01T10:00:00Z") == "2026-06-01T10:00"); // a Monday
    CHECK(due(monday, "2026-06-02T10:00:00Z") == "2026-06-08T07:00");
    CHECK(due(R"({"weekdays":["mon"]})", "2026-06-01T22:30:00Z") == "2026-06-07T22:00");
}

TEST_CASE("campaigns: hours are those of the subject's time zone, else of the store",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    auto& engine = trade.store.engine();
    CHECK(subjects::zone_of(engine, static_cast<std::int64_t>(ann)).empty());
    trade.store.set_setting("time_zone", "Europe/Vienna");
    CHECK(subjects::zone_of(engine, static_cast<std::int64_t>(ann)) == "Europe/Vienna");
    trade.set(ann, "timezone", "Asia/Tokyo");
    CHECK(subjects::zone_of(engine, static_cast<std::int64_t>(ann)) == "Asia/Tokyo");
}

} // namespace campaigns_definition_test
