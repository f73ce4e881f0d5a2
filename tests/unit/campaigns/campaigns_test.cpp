#include "unit/campaigns/helpers.hpp"

#include <nlohmann/json.hpp>

namespace campaigns_campaigns_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

const std::string hello = R"([{"id":"hello","action":"send_message","template":"news"}])";

} // namespace

TEST_CASE("campaigns: who comes into a source gets each step once", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.reader("ann@example.org");
    trade.person("bob@example.org");
    trade.segment("readers", R"({"field":"consent.newsletter","op":"=","value":"granted"})");
    trade.campaign("welcome", R"([
        {"id":"hello","action":"send_message","template":"news","then":[
            {"id":"later","action":"add_tag","tag":"greeted","when":{"after":"P2D"}}]}])",
                   R"({"segments":["readers"]})");
    CampaignRunReport report = trade.campaigns.run();
    CHECK(report.enrolled == 1);
    CHECK(report.done == 1);
    CHECK(trade.messages() == 1);
    CHECK(trade.outbox.list().front().subject == ann);
    CHECK(trade.campaigns.run().done == 0);
    trade.wait(47h);
    CHECK(trade.campaigns.run().done == 0);
    CHECK(Tags(trade.store).of(ann).empty());
    trade.wait(2h);
    CHECK(trade.campaigns.run().done == 1);
    CHECK(Tags(trade.store).of(ann) == std::vector<std::string>{"greeted"});
    CHECK(trade.campaigns.run().done == 0);
    CHECK(trade.messages() == 1);
    CHECK(trade.counts("welcome") == "done 1; entered 1; hello queued 1; later done 1");
    CHECK(trade.campaigns.find("welcome")->members == 0);
    trade.check_verify();
}

TEST_CASE("campaigns: a message that nobody agreed to is refused, and the way goes on",
          "[campaigns]") {
    Trade trade;
    const SubjectId bob = trade.person("bob@example.org");
    trade.campaign("welcome", R"([{"id":"hello","action":"send_message","template":"news","then":[
        {"id":"mark","action":"add_tag","tag":"seen"}]}])");
    trade.campaigns.enrol("welcome", bob); // at once
    CHECK(trade.outbox.list().front().state == MessageState::refused);
    CHECK(Tags(trade.store).of(bob).size() == 1);
    CHECK(trade.counts("welcome") == "done 1; entered 1; hello refused 1; mark done 1");
}

TEST_CASE("campaigns: conditions and decisions take their paths", "[campaigns]") {
    Trade trade;
    trade.campaign("nurture", R"([
        {"id":"german","condition":{"field":"country","op":"=","value":"DE"},
         "yes":[{"id":"de","action":"add_tag","tag":"de"}],
         "no":[{"id":"other","action":"add_tag","tag":"other"}]},
        {"id":"read","decision":"opened","key":"news","no_after":"P3D",
         "yes":[{"id":"keen","action":"add_tag","tag":"keen"}],
         "no":[{"id":"cold","action":"add_tag","tag":"cold"}]}])");
    const SubjectId ann = trade.person("ann@example.org");
    const SubjectId bob = trade.person("bob@example.org", "AT");
    trade.campaigns.enrol("nurture", ann);
    trade.campaigns.enrol("nurture", bob);
    Tags tags(trade.store);
    CHECK(tags.of(ann) == std::vector<std::string>{"de"});
    CHECK(tags.of(bob) == std::vector<std::string>{"other"});
    trade.campaigns.record_signal(ann, SignalKind::clicked, "news");
    trade.campaigns.record_signal(ann, SignalKind::opened, "order");
    CHECK(tags.of(ann).size() == 1);
    trade.campaigns.record_signal(ann, SignalKind::opened, "news");
    CHECK(tags.of(ann) == std::vector<std::string>{"de", "keen"});
    trade.wait(71h);
    trade.campaigns.run();
    CHECK(tags.of(bob).size() == 1);
    trade.wait(1h);
    trade.campaigns.run();
    CHECK(tags.of(bob) == std::vector<std::string>{"cold", "other"});
    trade.campaigns.record_signal(bob, SignalKind::opened, "news");
    CHECK(tags.of(bob).size() == 2);
    trade.check_verify();
}

TEST_CASE("campaigns: a consent in the ledger is a signal", "[campaigns]") {
    Trade trade;
    trade.campaign("wait", R"([{"id":"yes","decision":"consented","key":"newsletter",
        "yes":[{"id":"hello","action":"send_message","template":"news"}]}])");
    const SubjectId bob = trade.person("bob@example.org");
    trade.campaigns.enrol("wait", bob);
    CHECK(trade.messages() == 0);
    trade.record(bob, EventKind::refused, "newsletter");
    CHECK(trade.messages() == 0);
    trade.wait(1min);
    trade.record(bob, EventKind::granted, "newsletter");
    REQUIRE(trade.messages() == 1); // in the same call
    CHECK(trade.outbox.list().front().state == MessageState::queued);
}

TEST_CASE("campaigns: consented asks for one channel, or for any of the purpose's", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    trade.record(ann, EventKind::granted, "newsletter", Channel::sms);
    trade.campaign("c", R"([
        {"id":"some","decision":"consented","key":"newsletter","no_after":"P1D"},
        {"id":"sms","decision":"consented","key":"newsletter","channel":"sms","no_after":"P1D"},
        {"id":"mail","decision":"consented","key":"newsletter","channel":"email",
         "no_after":"P1D"}])");
    trade.campaigns.enrol("c", ann);
    CHECK(trade.counts("c") == "entered 1; sms yes 1; some yes 1");
    CHECK(trade.campaigns.show("c").find("mail: consented newsletter email") != std::string::npos);
    trade.record(ann, EventKind::granted, "newsletter", Channel::email);
    CHECK(trade.counts("c") == "done 1; entered 1; mail yes 1; sms yes 1; some yes 1");
}

TEST_CASE("campaigns: leaving the source stops what is pending, unless it is declared otherwise",
          "[campaigns]") {
    const bool stop = GENERATE(true, false);
    Trade trade;
    trade.segment("germans", R"({"field":"country","op":"=","value":"DE"})");
    trade.campaign("trip", R"([{"id":"mark","action":"add_tag","tag":"t","when":{"after":"P1D"}}])",
                   R"({"segments":["germans"]})", stop ? "" : R"(,"on_leaving":"continue")");
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaigns.run();
    trade.set(ann, "country", "AT");
    CHECK(trade.campaigns.run().left == 1);
    trade.wait(25h);
    trade.campaigns.run();
    CHECK(Tags(trade.store).of(ann).size() == (stop ? 0 : 1));
    trade.set(ann, "country", "DE"); // comes back: once only
    trade.campaigns.run();
    trade.wait(25h);
    CHECK(trade.campaigns.run().done == 0);
}

TEST_CASE("campaigns: with restart who left and comes back begins again", "[campaigns]") {
    Trade trade;
    trade.segment("germans", R"({"field":"country","op":"=","value":"DE"})");
    trade.campaign("trip", R"([{"id":"up","action":"send_message","template":"order"}])",
                   R"({"segments":["germans"]})", R"(,"restart":true)");
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaigns.run();
    trade.campaigns.run();
    CHECK(trade.messages() == 1);
    trade.set(ann, "country", "AT");
    trade.campaigns.run();
    trade.set(ann, "country", "DE");
    CHECK(trade.campaigns.run().enrolled == 1);
    CHECK(trade.messages() == 2);
    trade.campaigns.remove_member("trip", ann);
    trade.set(ann, "country", "AT");
    trade.campaigns.run();
    trade.set(ann, "country", "DE");
    CHECK(trade.campaigns.run().enrolled == 0); // removed by hand is lasting
}

TEST_CASE("campaigns: nothing happens outside of the window, while paused, or after the end",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaign("sale", R"([{"id":"mark","action":"add_tag","tag":"t"}])", R"({"manual":true})",
                   R"(,"publish":{"from":"2026-06-02","until":"2026-06-04"})");
    trade.campaigns.enrol("sale", ann);
    CHECK(trade.campaigns.run().done == 0);
    trade.wait(24h);
    trade.campaigns.pause("sale", "holiday");
    CHECK(trade.campaigns.find("sale")->pause_reason == "holiday");
    CHECK(trade.campaigns.run().done == 0);
    trade.campaigns.publish("sale");
    CHECK(trade.campaigns.run().done == 1);
    trade.campaigns.retire("sale");
    CHECK(code_of([&] { trade.campaigns.publish("sale"); }) == Errc::invalid);
    CHECK(code_of([&] { trade.campaigns.enrol("sale", ann); }) == Errc::invalid);
}

TEST_CASE("campaigns: a live segment acts in the call that changed the subject", "[campaigns]") {
    Trade trade;
    trade.segment("leaving", wants_to_go, true, "signed in at the shop");
    trade.campaign("forget", R"([{"id":"go","action":"delete_subject"}])",
                   R"({"segments":["leaving"]})");
    const SubjectId ann = trade.person("ann@example.org");
    const SubjectId bob = trade.person("bob@example.org");
    trade.set(ann, "forget", "yes");
    CHECK(trade.is_erased(ann));
    CHECK_FALSE(trade.is_erased(bob));
    const auto requests = trade.requests.list();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].state == RequestState::fulfilled);
    CHECK(requests[0].vouched_by == "host");
    CHECK(trade.counts("forget") == "entered 1; go erased 1");
    trade.check_verify();
}

TEST_CASE("campaigns: a plain field erases nobody before they confirm", "[campaigns]") {
    Trade trade;
    trade.segment("leaving", wants_to_go, true);
    trade.campaign("forget",
                   R"([{"id":"go","action":"delete_subject","confirm_template":"confirm"}])",
                   R"({"segments":["leaving"]})");
    const SubjectId ann = trade.person("ann@example.org");
    trade.set(ann, "forget", "yes");
    CHECK_FALSE(trade.is_erased(ann));
    REQUIRE(trade.messages() == 1);
    trade.campaigns.run();
    CHECK(trade.messages() == 1);
    CHECK(trade.requests.list().front().state == RequestState::identity_asked);

    SECTION("confirmed: in the same call") {
        REQUIRE(trade.requests.confirm(trade.token()));
        CHECK(trade.is_erased(ann));
    }
    SECTION("the form is changed back: the request of the person stays") {
        trade.set(ann, "forget", "no");
        trade.campaigns.run();
        REQUIRE(trade.requests.confirm(trade.token()));
        CHECK(trade.is_erased(ann));
    }
    SECTION("nobody confirms: it expires, and nothing is erased") {
        trade.wait(24h * 8);
        trade.store.tick();
        trade.campaigns.run();
        CHECK_FALSE(trade.is_erased(ann));
        CHECK(trade.counts("forget") == "done 1; entered 1; go expired 1");
    }
    SECTION("a hold keeps them: the erasure follows its end") {
        DataHolders holders(trade.store);
        const HoldId hold = holders.hold(ann, "17(3)(e)");
        REQUIRE(trade.requests.confirm(trade.token()));
        CHECK_FALSE(trade.is_erased(ann));
        CHECK(trade.counts("forget") == "done 1; entered 1; go held 1");
        holders.lift(hold);
        holders.run();
        CHECK(trade.is_erased(ann));
        CHECK(trade.requests.list().front().state == RequestState::fulfilled);
    }
    SECTION("the controller refuses") {
        trade.requests.refuse(trade.requests.list().front().id, "17(3)(b)");
        CHECK_FALSE(trade.is_erased(ann));
        CHECK(trade.counts("forget") == "done 1; entered 1; go refused 1");
    }
    trade.check_verify();
}

TEST_CASE("campaigns: who asks to see their data gets them, and an employee learns of it",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaign("see", R"([
        {"id":"tell","action":"notify","to":"Desk <desk@shop.example>","template":"notice"},
        {"id":"give","action":"send_access_bundle","template":"answer",
         "confirm_template":"confirm"}])");
    trade.requests.open(RequestKind::access, ann, "api");
    trade.record(ann, EventKind::restricted); // their rights stay
    trade.campaigns.enrol("see", ann);
    CHECK(trade.counts("see") == "entered 1; tell queued 1");
    CHECK(trade.campaigns.find("see")->pending == 1); // the bundle waits for a confirmation
    CHECK(trade.messages() == 2);
}

TEST_CASE("campaigns: the bundle goes out when the identity is known", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaign("see", R"([{"id":"give","action":"send_access_bundle","template":"answer",
         "confirm_template":"confirm"}])");
    trade.campaigns.enrol("see", ann);
    CHECK(trade.messages() == 1);
    REQUIRE(trade.requests.confirm(trade.token()));
    TestGateway gateway;
    CHECK(trade.outbox.send(gateway).sent == 2);
    const Attachment& file = gateway.got.back().attachments.at(0);
    CHECK(file.name == "personal-data.zip");
    CHECK(file.content.starts_with("PK"));
    CHECK(trade.requests.list().front().state == RequestState::fulfilled);
    bool disclosed = false;
    for (const ConsentEvent& event : Consent(trade.store).history(ann)) {
        disclosed = disclosed || event.kind == EventKind::disclosed;
    }
    CHECK(disclosed);
}

TEST_CASE("campaigns: the bundle waits for what data holders export", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    DataHolders holders(trade.store);
    holders.define(R"({"code":"crm","operations":["export"]})");
    trade.campaign("see", R"([{"id":"give","action":"send_access_bundle","template":"answer",
         "confirm_template":"confirm"}])");
    trade.campaigns.enrol("see", ann);
    REQUIRE(trade.requests.confirm(trade.token()));
    CHECK(trade.messages() == 1); // the confirmation alone
    trade.wait(1h);
    trade.campaigns.run();
    CHECK(trade.messages() == 1);
    HolderAnswer answer;
    answer.data = R"({"note":"likes tea"})";
    holders.answer(holders.tasks().at(0).id, answer);
    trade.wait(1h);
    trade.campaigns.run();
    CHECK(trade.messages() == 2);
    CHECK(trade.requests.list().front().state == RequestState::fulfilled);
}

TEST_CASE("campaigns: a restricted subject is skipped by what art. 18(2) does not allow",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.reader("ann@example.org");
    trade.record(ann, EventKind::restricted);
    trade.campaign("all", R"([
        {"id":"tag","action":"add_tag","tag":"x"},
        {"id":"field","action":"set_field","field":"first_name","value":"Zoe"},
        {"id":"tell","action":"notify","to":"desk@shop.example","template":"notice"},
        {"id":"yes","action":"record_consent","kind":"granted","purpose":"newsletter",
         "text_version":1},
        {"id":"write","action":"send_message","template":"news"},
        {"id":"no","action":"record_consent","kind":"withdrawn","purpose":"newsletter"},
        {"id":"score","action":"points","points":5},
        {"id":"host","action":"call_host","name":"crm"}])");
    trade.campaigns.enrol("all", ann);
    CHECK(trade.counts("all") ==
          "done 1; entered 1; field skipped 1; host skipped 1; no done 1; score skipped 1; "
          "tag skipped 1; tell skipped 1; write refused 1; yes skipped 1");
    CHECK(Consent(trade.store).state(ann, "newsletter") == ConsentState::withdrawn);
}

TEST_CASE("campaigns: actions do what they say", "[campaigns]") {
    Trade trade;
    trade.segment("hand", "");
    const SubjectId ann = trade.reader("ann@example.org");
    trade.segments.add("hand", ann);
    trade.segment("other", "");
    trade.campaign("all", R"([
        {"id":"field","action":"set_field","field":"first_name","value":"Zoe"},
        {"id":"blank","action":"set_field","field":"country","value":null},
        {"id":"flag","action":"set_field","field":"forget","value":true},
        {"id":"in","action":"add_segment","segment":"other"},
        {"id":"out","action":"remove_segment","segment":"hand"},
        {"id":"ask","action":"open_request","kind":"objection"},
        {"id":"stop","action":"suppress","scope":"marketing"}])");
    trade.campaigns.enrol("all", ann);
    const Subject subject = Subjects(trade.store).get(ann);
    CHECK(std::get<std::string>(subject.fields.at("first_name")) == "Zoe");
    CHECK_FALSE(subject.fields.contains("country"));
    CHECK(std::get<bool>(subject.fields.at("forget")));
    CHECK(trade.segments.contains("other", ann));
    CHECK_FALSE(trade.segments.contains("hand", ann));
    CHECK(trade.requests.list().front().kind == RequestKind::objection);
    CHECK(Consent(trade.store).suppressed({IdentifierKind::email, "", "ann@example.org"}));
    CHECK(trade.ask(ann, "newsletter") == "SUPPRESSED");
}

TEST_CASE("campaigns: what a person is part of is exported, merged and erased", "[campaigns]") {
    Trade trade(Trade::on_disk);
    const SubjectId ann = trade.reader("ann@example.org");
    const SubjectId bob = trade.reader("bob@example.org");
    trade.campaign("welcome", hello);
    trade.campaign("slow",
                   R"([{"id":"mark","action":"add_tag","tag":"t","when":{"after":"P1D"}}])");
    trade.campaigns.enrol("welcome", ann);
    trade.campaigns.enrol("welcome", bob);
    trade.campaigns.enrol("slow", bob);
    trade.campaigns.record_signal(bob, SignalKind::opened, "news");
    Subjects(trade.store).merge(ann, bob);
    trade.check_verify();
    trade.wait(25h);
    CHECK(trade.campaigns.run().done == 1);
    CHECK(Tags(trade.store).of(ann).size() == 1);
    const auto bundle = nlohmann::json::parse(Export(trade.store).access_json(ann));
    CHECK(bundle.dump().find("\"slow\"") != std::string::npos);
    CHECK(bundle.dump().find("\"opened\"") != std::string::npos);
    Erasure(trade.store).execute(ann);
    auto& db = trade.store.engine().db();
    for (const char* table : {"campaign_member", "campaign_step", "campaign_signal"}) {
        CAPTURE(table);
        CHECK(db.scalar(std::string("SELECT count(*) FROM ") + table) == "0");
    }
    CHECK(trade.counts("welcome") == "done 2; entered 2; hello queued 2");
    trade.check_verify();
}

TEST_CASE("campaigns: a new version is for who comes in later, unless it is adopted",
          "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    const SubjectId bob = trade.person("bob@example.org");
    auto definition = [](const std::string& tag) {
        return R"({"code":"c","sources":{"manual":true},"events":[{"id":"e","action":"add_tag",
            "tag":")" +
               tag + R"(","when":{"after":"P1D"}}]})";
    };
    CHECK(trade.campaigns.define(definition("one")) == 1);
    CHECK(trade.campaigns.define(definition("one")) == 1);
    trade.campaigns.publish("c");
    trade.campaigns.enrol("c", ann);
    CHECK(trade.campaigns.define(definition("two")) == 2);
    trade.campaigns.enrol("c", bob);
    SECTION("not adopted") {
        trade.wait(25h);
        trade.campaigns.run();
        CHECK(Tags(trade.store).of(ann) == std::vector<std::string>{"one"});
    }
    SECTION("adopted") {
        trade.campaigns.adopt("c");
        trade.wait(25h);
        trade.campaigns.run();
        CHECK(Tags(trade.store).of(ann) == std::vector<std::string>{"two"});
    }
    CHECK(Tags(trade.store).of(bob) == std::vector<std::string>{"two"});
}

TEST_CASE("campaigns: segments can ask for campaigns, and forms bring people in", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.person("ann@example.org");
    trade.campaign("signup", R"([{"id":"e","action":"add_tag","tag":"t","when":{"after":"P1D"}}])",
                   R"({"forms":["newsletter_form"]})");
    CHECK(code_of([&] { trade.campaigns.enrol("signup", ann); }) == Errc::invalid);
    trade.campaigns.record_signal(ann, SignalKind::submitted, "other_form");
    CHECK(trade.campaigns.find("signup")->members == 0);
    trade.campaigns.record_signal(ann, SignalKind::submitted, "newsletter_form");
    trade.campaigns.record_signal(ann, SignalKind::submitted, "newsletter_form");
    CHECK(trade.campaigns.find("signup")->members == 1);
    CHECK(trade.segments.match(R"({"field":"campaign","op":"in","value":["signup"]})").size() == 1);
    CHECK(trade.segments.match(R"({"field":"campaign.signup","op":"=","value":"active"})").size() ==
          1);
    CHECK(trade.segments.match(R"({"field":"last_activity_at","op":"=","value":"today"})").size() ==
          1);
}

TEST_CASE("campaigns: the tree is drawn with its counts", "[campaigns]") {
    Trade trade;
    const SubjectId ann = trade.reader("ann@example.org");
    trade.campaign("c", R"([{"id":"hello","action":"send_message","template":"news","then":[
        {"id":"read","decision":"opened","key":"news","no_after":"P3D","yes":[
          {"id":"keen","action":"add_tag","tag":"<b>","when":{"after":"PT1H","weekdays":["mon"],
           "hours":{"from":"09:00","to":"17:00"}}}]}]}])");
    trade.campaigns.enrol("c", ann);
    CHECK(trade.campaigns.show("c") ==
          "c (version 1, published)  [from by hand]  1 entered\n"
          "  hello: send_message news  1 queued\n"
          "    read: opened news  [no after P3D]  1 pending\n"
          "      yes -> keen: add_tag <b>  [after PT1H, 09:00-17:00, Mon]\n");
    const std::string svg = trade.campaigns.show_svg("c");
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    CHECK(svg.find("&lt;b&gt;") != std::string::npos);
    CHECK(svg.find("<b>") == std::string::npos);
    CHECK(svg.find("1 queued") != std::string::npos);
}

} // namespace campaigns_campaigns_test
