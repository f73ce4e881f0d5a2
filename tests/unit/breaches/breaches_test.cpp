// The register of breaches: its clock, whom a breach concerns, who was told.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace breaches_breaches_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

constexpr const char* laptop = R"({"code": "laptop", "title": "A laptop was stolen",
  "nature": ["confidentiality", "availability"], "description": "It was not encrypted.",
  "occurred": {"from": "2026-05-31T20:00:00Z"}, "aware_at": "2026-06-01T08:30:00Z",
  "affected": {"filter": {"field": "country", "op": "=", "value": "AT"},
               "fields": ["email", "last_name"], "subjects": "customers"},
  "consequences": "Phishing.", "measures": "Passwords were reset."})";

std::optional<Error> failure(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}
std::optional<Errc> code_of(const std::function<void()>& action) {
    const auto error = failure(action);
    return error ? std::optional(error->code()) : std::nullopt;
}

/// 2026-06-01T10:00:00Z, and people in Austria and Germany.
struct Office {
    explicit Office(TestStore::Where where = TestStore::memory) : t(where), breaches(t.store) {
        ann = person("ann@example.org", "AT");
        bob = person("bob@example.org", "AT", "Berg");
        eve = person("eve@example.org", "DE");
    }
    SubjectId person(const std::string& email, const std::string& country,
                     const std::string& name = {}) {
        SubjectInput input;
        input.fields["email"] = email;
        input.fields["country"] = country;
        if (!name.empty()) {
            input.fields["last_name"] = name;
        }
        return Subjects(t.store).create(input);
    }
    bool define(const std::string& document) {
        return breaches.define(Breach::from_json(document));
    }
    bool change(const json& patch) {
        json document = json::parse(laptop);
        if (patch.contains("/affected/filter"_json_pointer)) {
            document["affected"].erase("filter");
        }
        document.merge_patch(patch);
        return define(document.dump());
    }
    [[nodiscard]] std::vector<SubjectId> concerned(bool untold = false,
                                                   const std::string& code = "laptop") {
        std::vector<SubjectId> out;
        breaches.persons(code, untold, [&](SubjectId id) {
            out.push_back(id);
            return true;
        });
        return out;
    }
    [[nodiscard]] json record(const std::string& code = "laptop") const {
        return json::parse(breaches.to_json(code));
    }
    [[nodiscard]] std::vector<std::string> steps(const std::string& code = "laptop") const {
        std::vector<std::string> out;
        for (const BreachStep& each : breaches.steps(code)) {
            out.push_back(each.step);
        }
        return out;
    }
    void prepare_messages() {
        t.store.set_setting("sender", "Shop <shop@example.org>");
        t.store.set_setting("controller", R"({"name": "Shop", "email": "shop@example.org",
            "dpo": "dpo@example.org", "authority": "DSB"})");
        Purpose notice;
        notice.code = "breach_notice";
        notice.basis = Basis::legal_obligation;
        notice.kind = PurposeKind::legal;
        notice.channels = {Channel::email};
        Purposes(t.store).define(notice);
        MessageTemplate words;
        words.code = "breach";
        words.purpose = "breach_notice";
        words.default_language = "en";
        words.languages["en"] = {"{{data.title}}",
                                 "{{data.nature}}; {{data.consequences}} {{data.measures}} "
                                 "{{data.contact}}",
                                 ""};
        Templates(t.store).define(words);
    }

    TestStore t;
    Breaches breaches;
    SubjectId ann{}, bob{}, eve{};
};

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("breaches: a definition is read strictly and written as it was", "[breaches]") {
    const Breach read = Breach::from_json(laptop);
    CHECK(Breach::from_json(read.to_json()) == read);
    const std::pair<const char*, const char*> wrong[]{
        {R"({"code": "Laptop"})", "/code"},
        {R"({"title": ""})", "/title"},
        {R"({"nature": ["theft"]})", "/nature/0"},
        {R"({"nature": ["integrity", "integrity"]})", "/nature/1"},
        {R"({"occurred": {"until": "2026-05-01"}})", "/occurred/until"},
        {R"({"aware_at": "yesterday"})", "/aware_at"},
        {R"({"aware_at": "2026-05-01"})", "/aware_at"},
        {R"({"processor_told_at": "2026-06-01"})", "/processor"},
        {R"({"processor": "crm", "processor_told_at": "2026-06-01T08:00:00Z"})", "/aware_at"},
        {R"({"affected": {"filter": {"field": "country", "op": "is"}}})", "/affected/filter/op"},
        {R"({"affected": {"fields": ["email", "email"]}})", "/affected/fields/1"},
        {R"({"affected": {"persons": -1}})", "/affected/persons"},
        {R"({"affected": {"people": 1}})", "/affected/people"},
        {R"({"severity": 3})", "/severity"}};
    for (const auto& [change, pointer] : wrong) {
        INFO(change);
        json document = json::parse(laptop);
        document.merge_patch(json::parse(change));
        const auto error = failure([&] { (void)Breach::from_json(document.dump()); });
        REQUIRE(error);
        CHECK(error->code() == Errc::invalid);
        CHECK(error->where() == pointer);
    }
}

TEST_CASE("breaches: the 72 hours run from awareness by both readings", "[breaches]") {
    Office office;
    office.define(laptop);
    BreachInfo found = office.breaches.get("laptop");
    CHECK(format_time(found.clock.strict) == "2026-06-04T08:30:00.000Z");
    CHECK(format_time(found.clock.counted) == "2026-06-04T09:00:00.000Z");
    CHECK_FALSE(found.overdue);
    CHECK(found.waits_for == Words{"assessment", "authority"});
    office.t.clock.set(parse_time("2026-06-04T08:30:00Z"));
    CHECK(office.breaches.get("laptop").overdue);
    SECTION("who is late says why") {
        const auto error = failure([&] {
            office.t.clock.advance(std::chrono::seconds(1));
            office.breaches.notify("laptop");
        });
        REQUIRE(error);
        CHECK(error->where() == "/reason");
        BreachNotice late;
        late.reason = "The extent was unclear.";
        office.breaches.notify("laptop", late);
        found = office.breaches.get("laptop");
        CHECK_FALSE(found.overdue);
        CHECK(office.record()["steps"].back()["facts"]["late"] == true);
    }
    SECTION("what is told in time and recorded late is not late") {
        BreachNotice early;
        early.at = parse_time("2026-06-04T08:00:00Z");
        early.complete = false;
        office.breaches.notify("laptop", early);
        found = office.breaches.get("laptop");
        CHECK(found.state == BreachState::notified);
        CHECK(found.waits_for == Words{"assessment", "further_information"});
        CHECK(office.record()["steps"].back()["facts"]["late"] == false);
    }
    SECTION("where there is no risk nobody has to be told") {
        office.breaches.assess("laptop", BreachRisk::none, "The disk was encrypted after all.");
        found = office.breaches.get("laptop");
        CHECK_FALSE(found.overdue);
        CHECK(found.waits_for.empty());
    }
    SECTION("the clock follows a corrected time of awareness") {
        office.change(json::parse(R"({"aware_at": "2026-06-01T09:30:00Z"})"));
        CHECK_FALSE(office.breaches.get("laptop").overdue);
        CHECK(office.steps() == Words{"recorded", "counted", "changed"});
    }
}

TEST_CASE("breaches: a time that is still to come is refused, none means now", "[breaches]") {
    Office office;
    CHECK(code_of([&] { office.change(json::parse(R"({"aware_at": "2026-06-02"})")); }) ==
          Errc::invalid);
    office.change(json::parse(R"({"aware_at": null})"));
    const auto aware = office.breaches.get("laptop").breach.aware_at;
    CHECK(aware == office.t.clock.now());
    office.t.clock.advance(std::chrono::hours(1));
    CHECK_FALSE(office.change(json::parse(R"({"aware_at": null})")));
    CHECK(office.breaches.get("laptop").breach.aware_at == aware);
}

TEST_CASE("breaches: the filter finds whom it concerns, and what of them, at that moment",
          "[breaches]") {
    Office office;
    office.define(laptop);
    CHECK(office.concerned() == std::vector{office.ann, office.bob});
    BreachFigures figures = *office.breaches.get("laptop").figures;
    CHECK(figures.persons == 2);
    CHECK(figures.records == 3);
    CHECK(figures.fields ==
          std::vector<BreachFieldFigure>{{"email", "personal", 2}, {"last_name", "personal", 1}});
    CHECK(figures.countries == std::map<std::string, std::int64_t>{{"AT", 2}});
    office.person("new@example.org", "AT");
    office.t.clock.advance(std::chrono::hours(1));
    office.change(json::parse(R"({"measures": "More."})"));
    CHECK(office.breaches.get("laptop").figures->persons == 2);
    office.breaches.recount("laptop");
    figures = *office.breaches.get("laptop").figures;
    CHECK(figures.persons == 3);
    CHECK(figures.at == office.t.clock.now());
    office.change(json::parse(R"({"affected": {"filter": {"field": "country", "op": "=",
        "value": "DE"}}})"));
    CHECK(office.concerned() == std::vector{office.eve});
    CHECK(office.steps() ==
          Words{"recorded", "counted", "changed", "counted", "changed", "counted"});
    CHECK(code_of([&] {
              office.change(json::parse(R"({"affected": {"fields": ["shoe_size"]}})"));
          }) == Errc::not_found);
    CHECK(failure([&] {
              office.change(json::parse(
                  R"({"affected": {"filter": {"field": "shoe_size", "op": "empty"}}})"));
          })->where() == "/affected/filter/field");
}

TEST_CASE("breaches: all fields count where none is named, choices and sealed ones too",
          "[breaches]") {
    Office office;
    Field likes;
    likes.name = "likes";
    likes.type = FieldType::multiselect;
    likes.choices = {{"tea", {}}, {"beer", {}}};
    Fields(office.t.store).define(likes);
    Field health;
    health.name = "health";
    health.field_class = FieldClass::sealed;
    Fields(office.t.store).define(health);
    SubjectInput input;
    input.fields["likes"] = std::string("tea|beer");
    input.fields["health"] = std::string("asthma");
    Subjects(office.t.store).update(office.ann, input);
    office.change(json::parse(R"({"affected": {"fields": null}})"));
    const json figures = office.record()["figures"];
    CHECK(figures["classes"] == json::parse(R"({"personal": 6, "sealed": 1})"));
    CHECK(figures["records"] == 7);
}

TEST_CASE("breaches: only allowed steps are taken, and each is in the journal and the chain",
          "[breaches]") {
    Office office;
    office.t.store.set_actor({Actor::Kind::person, "dpo", "ticket 7"});
    office.define(laptop);
    Breaches& breaches = office.breaches;
    auto error = failure([&] { breaches.close("laptop"); });
    REQUIRE(error);
    CHECK(error->code() == Errc::denied);
    CHECK(std::string(error->what()).find("risk is not assessed") != std::string::npos);
    CHECK(code_of([&] { breaches.assess("laptop", BreachRisk::high, " "); }) == Errc::invalid);
    CHECK(code_of([&] { breaches.assess("laptop", BreachRisk::unassessed, "x"); }) ==
          Errc::invalid);
    breaches.assess("laptop", BreachRisk::high, "Passwords in clear.");
    CHECK(breaches.get("laptop").state == BreachState::assessed);
    CHECK(code_of([&] { breaches.close("laptop"); }) == Errc::denied);
    BreachNotice first;
    first.complete = false;
    first.reference = "DSB-1";
    breaches.notify("laptop", first);
    breaches.assess("laptop", BreachRisk::high, "Still.");
    CHECK(breaches.get("laptop").state == BreachState::notified);
    CHECK(breaches.get("laptop").waits_for == Words{"further_information", "persons"});
    CHECK(code_of([&] { breaches.close("laptop"); }) == Errc::denied);
    breaches.notify("laptop");
    CHECK(code_of([&] { breaches.inform("laptop", {}); }) == Errc::invalid);
    BreachCommunication wrong;
    wrong.ground = "d";
    CHECK(code_of([&] { breaches.inform("laptop", wrong); }) == Errc::invalid);
    BreachCommunication ground;
    ground.ground = "a";
    ground.reason = "The disk was encrypted.";
    breaches.inform("laptop", ground);
    breaches.note("laptop", "The police has a file.");
    breaches.close("laptop", "Lessons learnt.");
    CHECK(breaches.get("laptop").state == BreachState::closed);
    CHECK(office.record()["ground"] == "34(3)(a)");
    for (const auto& act : std::vector<std::function<void()>>{
             [&] { breaches.close("laptop"); },
             [&] { breaches.assess("laptop", BreachRisk::none, "x"); },
             [&] { breaches.notify("laptop"); }, [&] { breaches.recount("laptop"); },
             [&] { breaches.dismiss("laptop", "x"); }, [&] { breaches.inform("laptop", ground); },
             [&] { breaches.tell("laptop", "breach"); },
             [&] { office.change(json::parse(R"({"measures": "x"})")); }}) {
        CHECK(code_of(act) == Errc::conflict);
    }
    breaches.reopen("laptop", "It was not encrypted.");
    CHECK(breaches.get("laptop").state == BreachState::notified);
    CHECK_FALSE(breaches.get("laptop").closed_at);
    CHECK(code_of([&] { breaches.reopen("laptop", "x"); }) == Errc::conflict);
    breaches.dismiss("laptop", "Nothing was on it.");
    CHECK(breaches.get("laptop").state == BreachState::dismissed);
    CHECK(office.concerned().empty());
    CHECK(office.steps() == Words{"recorded", "counted", "assessed", "notified", "assessed",
                                  "notified", "informed", "noted", "closed", "reopened",
                                  "dismissed"});
    for (const BreachStep& each : breaches.steps("laptop")) {
        CHECK(each.actor.id == "dpo");
    }
    std::size_t acts = 0;
    auto row = office.t.store.engine().db().prepare_text(
        "SELECT count(*) FROM event WHERE evidence LIKE '%\"setting\":\"breaches\"%'");
    row.step();
    acts = static_cast<std::size_t>(row.i64(0));
    CHECK(acts == office.steps().size());
    for (const char* code : {"nothing", ""}) {
        CHECK(code_of([&] { (void)breaches.get(code); }) == Errc::not_found);
        CHECK(code_of([&] { (void)breaches.to_json(code); }) == Errc::not_found);
        CHECK(code_of([&] { breaches.note(code, "x"); }) == Errc::not_found);
    }
}

TEST_CASE("breaches: the persons concerned are told by messages that the decision allows",
          "[breaches]") {
    Office office;
    office.prepare_messages();
    office.define(laptop);
    Breaches& breaches = office.breaches;
    breaches.assess("laptop", BreachRisk::high, "Passwords in clear.");
    ConsentEvent bounced; // nothing reaches Bob by e-mail
    bounced.subject = office.bob;
    bounced.kind = EventKind::bounced;
    bounced.scope = "hard";
    bounced.channel = Channel::email;
    Consent(office.t.store).record(bounced);
    Consent(office.t.store)
        .suppress({IdentifierKind::email, "", "ann@example.org"}, "objection", "all");
    BreachTold told = breaches.tell("laptop", "breach", 1);
    CHECK(told.queued == 1);
    CHECK(told.left == 1);
    told = breaches.tell("laptop", "breach");
    CHECK(told.queued == 0);
    CHECK(told.refused == 1);
    CHECK(told.left == 0);
    CHECK(told.reasons == std::map<std::string, std::int64_t>{{"HARD_BOUNCE", 1}});
    CHECK(office.concerned(true) == std::vector{office.bob});
    CHECK_FALSE(breaches.get("laptop").informed_at);
    const json communication = office.record()["communication"];
    CHECK(communication["told"] == 1);
    CHECK(communication["refused"] == 1);
    CHECK(communication["messages"] == json::parse(R"({"queued": 1, "refused": 1})"));
    CHECK(breaches.tell("laptop", "breach").queued == 0);

    std::string text;
    CallbackGateway gateway("test", {Channel::email}, [&](std::span<const OutgoingMessage> all) {
        std::vector<GatewayResult> out;
        for (const OutgoingMessage& each : all) {
            text += each.recipient.address + ": " + each.subject_line + ": " + each.text;
            out.emplace_back();
        }
        return out;
    });
    CHECK(Outbox(office.t.store).send(gateway).sent == 1);
    CHECK(text.find("ann@example.org: A laptop was stolen: confidentiality, availability; "
                    "Phishing. Passwords were reset. dpo@example.org") == 0);

    breaches.notify("laptop");
    CHECK(code_of([&] { breaches.close("laptop"); }) == Errc::denied);
    BreachCommunication letter;
    letter.how = "By letter.";
    breaches.inform("laptop", letter);
    CHECK(office.concerned(true).empty());
    breaches.close("laptop");
    CHECK(code_of([&] { breaches.tell("nothing", "breach"); }) == Errc::not_found);
}

TEST_CASE("breaches: when all were told by messages the persons wait for nothing", "[breaches]") {
    Office office;
    office.prepare_messages();
    office.define(laptop);
    office.breaches.assess("laptop", BreachRisk::high, "x");
    CHECK(code_of([&] { office.breaches.tell("laptop", "nothing"); }) == Errc::not_found);
    CHECK(office.concerned(true).size() == 2);
    CHECK(office.breaches.tell("laptop", "breach").queued == 2);
    CHECK(office.breaches.get("laptop").informed_at == office.t.clock.now());
    CHECK(office.breaches.get("laptop").waits_for == Words{"authority"});
}

TEST_CASE("breaches: an erased person is gone from the list and the filter, the count stays",
          "[breaches]") {
    Office office(TestStore::on_disk);
    const SubjectId zoe = office.person("zoe.canary-5151@example.org", "AT", "Canary-5151");
    office.change(json::parse(R"({"affected": {"filter": {"any": [
        {"field": "email", "op": "in", "value": ["zoe.canary-5151@example.org",
                                                 "bob@example.org"]},
        {"not": {"field": "last_name", "op": "!=", "value": "canary-5151"}},
        {"field": "email", "op": "regexp", "value": "^zoe\\.canary-5151@"},
        {"field": "country", "op": "=", "value": "IT"}]}}})"));
    CHECK(office.concerned() == std::vector{office.bob, zoe});
    Erasure(office.t.store).execute(zoe);
    CHECK(office.concerned() == std::vector{office.bob});
    CHECK(office.breaches.get("laptop").figures->persons == 2);
    CHECK(json::parse(office.breaches.get("laptop").breach.filter) == json::parse(R"({"any": [
        {"field": "email", "op": "in", "value": ["erased", "bob@example.org"]},
        {"not": {"field": "last_name", "op": "!=", "value": "erased"}},
        {"field": "email", "op": "regexp", "value": "erased"},
        {"field": "country", "op": "=", "value": "IT"}]})"));
    VerifyOptions look;
    look.residue = {"canary-5151", "Canary-5151"};
    CHECK(office.t.store.verify(look).findings.empty());
}

TEST_CASE("breaches: who is merged into another is concerned once and stays told", "[breaches]") {
    Office office;
    office.prepare_messages();
    office.define(laptop);
    office.breaches.tell("laptop", "breach", 1); // Ann
    Subjects(office.t.store).merge(office.bob, office.ann);
    CHECK(office.concerned() == std::vector{office.bob});
    CHECK(office.concerned(true).empty());
    CHECK(office.t.store.verify().findings.empty());
}

TEST_CASE("breaches: a person's bundle has the breaches that concern them, the title once told",
          "[breaches]") {
    Office office;
    office.prepare_messages();
    office.define(laptop);
    const auto listed = [&] {
        return json::parse(
            Export(office.t.store).access_json(office.ann))["modules"]["breaches"]["breaches"][0];
    };
    CHECK(listed()["breach"] == "laptop");
    CHECK(listed()["title"].is_null());
    office.breaches.tell("laptop", "breach");
    CHECK(listed()["title"] == "A laptop was stolen");
    CHECK(listed()["told_at"] == "2026-06-01T10:00:00.000Z");
}

TEST_CASE("breaches: the list goes by urgency and knows what is due", "[breaches]") {
    Office office;
    const auto add = [&](const char* code, const char* aware) {
        json document = json::parse(laptop);
        document["code"] = code;
        document["aware_at"] = aware;
        office.define(document.dump());
    };
    add("later", "2026-06-01T09:00:00Z");
    add("sooner", "2026-06-01T08:00:00Z");
    add("told", "2026-06-01T07:00:00Z");
    add("nothing", "2026-06-01T06:00:00Z");
    add("over", "2026-06-01T05:00:00Z");
    office.breaches.notify("told");
    office.breaches.assess("told", BreachRisk::high, "x");
    office.breaches.assess("nothing", BreachRisk::none, "x");
    office.breaches.dismiss("over", "x");
    const auto codes = [&](const BreachQuery& query) {
        Words out;
        for (const BreachInfo& each : office.breaches.list(query)) {
            out.push_back(each.breach.code);
        }
        return out;
    };
    CHECK(codes({}) == Words{"sooner", "later", "told", "nothing", "over"});
    CHECK(codes({true, {}}) == Words{"sooner", "later", "told", "nothing"});
    CHECK(codes({false, 70}) == Words{"sooner", "told"});
    CHECK(codes({false, 72}) == Words{"sooner", "later", "told"});
}

TEST_CASE("breaches: the record has all of article 33(3) and says what is missing", "[breaches]") {
    Office office;
    office.define(R"({"code": "bare", "title": "Something <b>is</b> wrong", "processor": "crm"})");
    json record = office.record("bare");
    Words gaps;
    for (const json& each : record["gaps"]) {
        gaps.push_back(each["text"].get<std::string>());
    }
    for (const char* part :
         {"nature", "When it happened", "categories of persons", "How many persons",
          "How many records", "consequences", "measures", "data protection officer", "not assessed",
          "authority is not notified", "processor told", "crm is not on file"}) {
        INFO(part);
        CHECK(std::any_of(gaps.begin(), gaps.end(), [&](const std::string& each) {
            return each.find(part) != std::string::npos;
        }));
    }
    CHECK(record["figures"].is_null());
    const std::string bare = office.breaches.to_html("bare");
    CHECK(bare.find("Something &lt;b&gt;is&lt;/b&gt; wrong") != std::string::npos);
    CHECK(bare.find("What is missing") != std::string::npos);

    office.prepare_messages();
    office.define(laptop);
    office.breaches.assess("laptop", BreachRisk::risk, "Some data.");
    office.breaches.notify("laptop");
    record = office.record();
    CHECK(record["gaps"].empty());
    CHECK(record["steps"].back()["facts"]["authority"] == "DSB");
    const std::string page = office.breaches.to_html("laptop");
    for (const char* part :
         {"It was not encrypted.", "Phishing.", "Passwords were reset.", "customers",
          "Persons, counted", "dpo@example.org", "Some data.", "2026-06-04T08:30:00.000Z"}) {
        INFO(part);
        CHECK(page.find(part) != std::string::npos);
    }
    CHECK(page.find("What is missing") == std::string::npos);
    CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("breaches: a filter may be the flat list, and is no JSON only at its own risk",
          "[breaches]") {
    Office office;
    office.change(json::parse(R"({"affected": {"filter": [
        {"glue": "and", "field": "country", "operator": "=", "filter": "DE"}]}})"));
    CHECK(office.concerned() == std::vector{office.eve});
    Breach broken = Breach::from_json(laptop);
    broken.filter = "{";
    CHECK(failure([&] { office.breaches.define(broken); })->where() == "/affected/filter");
}

} // namespace breaches_breaches_test
