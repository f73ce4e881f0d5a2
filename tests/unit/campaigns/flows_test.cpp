// From a form to what follows, through forms, segments, campaigns, requests and erasure.
#include "unit/campaigns/helpers.hpp"

namespace campaigns_flows_test {

using namespace habeas;
using namespace habeas::test;

namespace {

const char* const erase_events =
    R"([{"id":"gone","action":"delete_subject","confirm_template":"confirm"}])";

/// A trade with forms: who ticks the box asks to be forgotten.
struct Counter : Trade {
    Counter() : forms(store) {
        declare(R"({"code":"forget_me","language":"en","primary_purpose":"rights",
                    "privacy_url":"https://shop.example/privacy","fields":[
                      {"name":"mail","type":"email","label":{"en":"E-mail"},"maps_to":"email",
                       "required":true},
                      {"name":"forget","type":"checkbox","label":{"en":"Delete all about me"},
                       "maps_to":"forget"}],
                    "actions":[{"type":"message","text":{"en":"We deal with it."}}]})");
        declare(R"({"code":"signup","language":"en","primary_purpose":"rights",
                    "privacy_url":"https://shop.example/privacy","fields":[
                      {"name":"mail","type":"email","label":{"en":"E-mail"},"maps_to":"email",
                       "required":true}]})");
    }
    void declare(const char* json) {
        const Form form = Forms::from_json(json);
        forms.define(form);
        forms.publish(form.code, "a test");
    }
    SubmissionResult send(const std::string& form,
                          const std::multimap<std::string, std::string>& values,
                          std::optional<SubjectId> who = {}) {
        SubmissionContext context;
        context.subject = who;
        return forms.submit(form, values, context);
    }
    Forms forms;
};

} // namespace

TEST_CASE(
    "flow: a ticked box, a live segment and a campaign erase at once whom the host vouches for",
    "[campaigns][forms]") {
    Counter shop;
    shop.segment("leaving", wants_to_go, true, "signed in at the shop");
    shop.campaign("forget", erase_events, R"({"segments":["leaving"]})");
    const SubjectId ann = shop.reader("ann@example.org");
    const SubjectId ben = shop.reader("ben@example.org");
    const auto result =
        shop.send("forget_me", {{"mail", "ann@example.org"}, {"forget", "yes"}}, ann);
    CHECK(result.message == "We deal with it.");
    CHECK(shop.is_erased(ann)); // in the call, without a tick or a run
    CHECK_FALSE(shop.is_erased(ben));
    CHECK(shop.store.verify().ok());
}

TEST_CASE("flow: without a voucher the person is asked first, and a stranger erases nobody",
          "[campaigns][forms]") {
    Counter shop;
    shop.segment("leaving", wants_to_go, true);
    shop.campaign("forget", erase_events, R"({"segments":["leaving"]})");
    const SubjectId ann = shop.reader("ann@example.org");
    shop.send("forget_me", {{"mail", "ann@example.org"}, {"forget", "yes"}}, ann);
    CHECK_FALSE(shop.is_erased(ann));
    const std::string token = shop.token();
    CHECK_FALSE(shop.requests.confirm("guessed"));
    CHECK_FALSE(shop.is_erased(ann));
    REQUIRE(shop.requests.confirm(token));
    shop.campaigns.run();
    CHECK(shop.is_erased(ann));
    CHECK(shop.store.verify().ok());
}

TEST_CASE("flow: a submission brings people into a campaign and is a signal for its decisions",
          "[campaigns][forms]") {
    Counter shop;
    shop.campaign("welcome", R"([{"id":"hello","action":"add_tag","tag":"new","then":[
        {"id":"again","decision":"submitted","key":"forget_me","no_after":"P3D",
         "yes":[{"id":"y","action":"add_tag","tag":"came_back"}],"no":[]}]}])",
                  R"({"forms":["signup"]})");
    const auto joined = shop.send("signup", {{"mail", "new@example.org"}});
    REQUIRE(joined.subject);
    Tags tags(shop.store);
    CHECK(tags.of(*joined.subject) == std::vector<std::string>{"new"});
    shop.send("forget_me", {{"mail", "new@example.org"}});
    CHECK(tags.of(*joined.subject) == std::vector<std::string>{"came_back", "new"});
    const SubjectId other = shop.reader("other@example.org");
    CHECK(tags.of(other).empty());
    shop.campaigns.run();
    CHECK(shop.counts("welcome").find("y done 1") != std::string::npos);
}

} // namespace campaigns_flows_test
