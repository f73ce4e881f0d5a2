#include "unit/campaigns/helpers.hpp"

#include <nlohmann/json.hpp>

namespace campaigns_points_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

struct Score : Trade {
    explicit Score(Where where = memory) : Trade(where) {
        segment("germans", R"({"field":"country","op":"=","value":"DE"})", true);
        points.define(R"({"purpose":"scoring","rules":[
            {"code":"opened","on":"opened","key":"news","points":5,"limit":2},
            {"code":"clicked","on":"clicked","points":10},
            {"code":"form","on":"submitted","key":"trial","points":20},
            {"code":"vip","on":"tagged","key":"VIP","points":50},
            {"code":"reads","on":"consented","key":"newsletter","points":7},
            {"code":"german","on":"segment","key":"germans","points":-3}]})");
    }
    SubjectId agreed(const std::string& email) {
        const SubjectId id = person(email, "AT");
        record(id, EventKind::granted, "scoring");
        return id;
    }
    std::vector<SubjectId> with(int least) {
        return segments.match(R"({"field":"points","op":"gte","value":)" + std::to_string(least) +
                              "}");
    }
};

} // namespace

TEST_CASE("points: rules add and take on events, and the total is a field", "[campaigns][points]") {
    Score score;
    const SubjectId ann = score.agreed("ann@example.org");
    for (int i = 0; i < 3; ++i) {
        score.campaigns.record_signal(ann, SignalKind::opened, "news");
    }
    score.campaigns.record_signal(ann, SignalKind::opened, "order");
    CHECK(score.points.total(ann) == 10);
    score.campaigns.record_signal(ann, SignalKind::clicked, "anything");
    score.campaigns.record_signal(ann, SignalKind::submitted, "trial");
    CHECK(score.points.total(ann) == 40);
    Tags(score.store).add(ann, "vip");
    Tags(score.store).remove(ann, "vip");
    Tags(score.store).add(ann, "Vip"); // counts once
    CHECK(score.points.total(ann) == 90);
    score.record(ann, EventKind::granted, "newsletter");
    CHECK(score.points.total(ann) == 97);
    score.set(ann, "country", "DE");
    CHECK(score.points.total(ann) == 94);
    CHECK(score.points.add(ann, 6, "by hand"));
    CHECK(score.with(100) == std::vector<SubjectId>{ann});
    CHECK(score.with(101).empty());
    CHECK(score.points.history(ann).back().reason == "by hand");
    CHECK(score.points.history(ann).front().reason == "rule opened");
    score.check_verify();
}

TEST_CASE("points: without a yes to profiling none are kept, and a no deletes them",
          "[campaigns][points]") {
    Score score;
    const SubjectId bob = score.person("bob@example.org");
    score.campaigns.record_signal(bob, SignalKind::clicked, "x");
    CHECK_FALSE(score.points.add(bob, 5, "by hand"));
    CHECK(score.points.total(bob) == 0);
    const SubjectId ann = score.agreed("ann@example.org");
    score.campaigns.record_signal(ann, SignalKind::clicked, "x");
    REQUIRE(score.points.total(ann) == 10);
    score.wait(1min);
    SECTION("withdrawn") {
        score.record(ann, EventKind::withdrawn, "scoring");
    }
    SECTION("restricted") {
        score.record(ann, EventKind::restricted);
    }
    SECTION("another purpose that nobody agreed to") {
        score.define(
            Score::purpose("deep", Basis::consent, PurposeKind::profiling, {Channel::email}));
        score.points.define(R"({"purpose":"deep","rules":[]})");
    }
    SECTION("no purpose any more") {
        score.points.define("{}");
    }
    CHECK(score.points.total(ann) == 0);
    CHECK(score.points.history(ann).empty());
    CHECK(score.with(1).empty());
    score.check_verify();
}

TEST_CASE("points: a consent that lapses by itself takes them away at the tick",
          "[campaigns][points]") {
    Score score;
    Purpose brief =
        Score::purpose("scoring", Basis::consent, PurposeKind::profiling, {Channel::email});
    brief.validity = "P1M";
    score.define(brief);
    const SubjectId ann = score.agreed("ann@example.org");
    score.campaigns.record_signal(ann, SignalKind::clicked, "x");
    REQUIRE(score.points.total(ann) == 10);
    score.wait(24h * 32);
    score.store.tick();
    CHECK(score.points.total(ann) == 0);
}

TEST_CASE("points: a campaign gives them, and they are merged, exported and erased",
          "[campaigns][points]") {
    Score score;
    const SubjectId ann = score.agreed("ann@example.org");
    const SubjectId bob = score.agreed("bob@example.org");
    score.campaign("praise", R"([{"id":"e","action":"points","points":4}])");
    score.campaigns.enrol("praise", ann);
    score.campaigns.enrol("praise", bob);
    CHECK(score.points.history(ann).at(0).reason == "campaign praise/e");
    Subjects(score.store).merge(ann, bob);
    CHECK(score.points.total(ann) == 8);
    score.check_verify();
    const auto bundle = nlohmann::json::parse(Export(score.store).access_json(ann)).dump();
    CHECK(bundle.find("campaign praise/e") != std::string::npos);
    Erasure(score.store).execute(ann);
    CHECK(score.store.engine().db().scalar("SELECT count(*) FROM points_entry") == "0");
    CHECK(score.store.engine().db().scalar("SELECT count(*) FROM points_total") == "0");
}

TEST_CASE("points: a definition that cannot be names the place", "[campaigns][points]") {
    Score score;
    auto where = [&](const std::string& json) {
        return failure_of([&] { score.points.define(json); }).where();
    };
    CHECK(where(R"({"rules":[{"code":"a","on":"opened","points":1}]})") == "/purpose");
    CHECK(where(R"({"purpose":"newsletter"})") == "/purpose");
    CHECK(where(R"({"purpose":"none"})") == "/purpose");
    const std::string begin = R"({"purpose":"scoring","rules":[{"code":"a",)";
    CHECK(where(begin + R"("points":1}]})") == "/rules/0/on");
    CHECK(where(begin + R"("on":"heard","points":1}]})") == "/rules/0/on");
    CHECK(where(begin + R"("on":"opened"}]})") == "/rules/0/points");
    CHECK(where(begin + R"("on":"opened","points":1.5}]})") == "/rules/0/points");
    CHECK(where(begin + R"("on":"tagged","points":1}]})") == "/rules/0/key");
    CHECK(where(begin + R"("on":"segment","key":"none","points":1}]})") == "/rules/0/key");
    CHECK(where(begin + R"("on":"tagged","key":"a","points":1,"limit":2}]})") == "/rules/0/limit");
    CHECK(where(begin + R"("on":"opened","points":1,"more":1}]})") == "/rules/0/more");
    CHECK(Points::from_json(Points::to_json(score.points.definition())) ==
          score.points.definition());
}

} // namespace campaigns_points_test
