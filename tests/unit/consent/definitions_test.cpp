#include "helpers.hpp"
#include "store/engine.hpp"
#include "support/findings.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <set>

namespace consent_definitions_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string example() {
    std::ifstream in(HABEAS_SOURCE_DIR "/examples/data/definitions.json");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string pointer_of(Store& store, const json& document) {
    try {
        Definitions(store).apply(document.dump());
    } catch (const Error& error) {
        CHECK(error.code() == Errc::invalid);
        return error.where();
    }
    return "applied";
}

} // namespace

TEST_CASE("purposes: changed, retired, and never given to another", "[purposes]") {
    Shop shop;
    Purposes purposes(shop.store);
    REQUIRE(purposes.list().size() == 3);
    Purpose newsletter = *purposes.find("newsletter");
    CHECK(newsletter.texts.size() == 1);
    CHECK(newsletter.texts[0].number == 1);
    CHECK(newsletter.texts[0].hash.size() == 64);
    CHECK(newsletter.texts[0].recorded_at == shop.clock.now());
    SubjectId ann = shop.person("ann@example.com");
    shop.record(ann, EventKind::granted, "newsletter");
    shop.clock.advance(24h);
    newsletter.labels["en"] = "News";
    newsletter.validity = "P1M";
    shop.define(newsletter);
    CHECK(purposes.find("newsletter")->labels.at("en") == "News");
    shop.clock.set(parse_time("2026-08-01"));
    CHECK(shop.ask(ann, "newsletter") == "CONSENT_EXPIRED");
    purposes.retire("newsletter");
    purposes.retire("newsletter");
    CHECK(shop.ask(ann, "newsletter") == "PURPOSE_NOT_DECLARED");
    CHECK(shop.ask_at(ann, "newsletter", "2026-06-15") == "OK_CONSENT");
    CHECK(Consent(shop.store).state(ann, "newsletter", Channel::email) == ConsentState::expired);
    CHECK(purposes.find("newsletter")->retired_at == shop.clock.now());
    CHECK(code_of([&] { shop.define(newsletter); }) == Errc::conflict);
    CHECK(code_of([&] { purposes.add_text("newsletter", Shop::words("new")); }) == Errc::conflict);
    CHECK(code_of([&] { purposes.retire("nothing"); }) == Errc::not_found);
    CHECK(shop.ask(ann, "nothing") == "PURPOSE_NOT_DECLARED");
    CHECK_FALSE(purposes.find("nothing"));
    shop.check_verify();
}

TEST_CASE("purposes: verify names words and definitions that were changed past habeas",
          "[purposes]") {
    Shop shop;
    Purposes purposes(shop.store);
    purposes.add_text("newsletter", Shop::words("We may write to you weekly.", false));
    Purpose letters = *purposes.find("letters");
    letters.labels["en"] = "Letters";
    shop.define(letters);
    purposes.retire("letters");
    auto& db = shop.store.engine().db();
    using Codes = std::set<std::string>;
    auto found = [&] {
        const auto codes = finding_codes(shop.store);
        return Codes(codes.begin(), codes.end());
    };
    REQUIRE(found().empty());
    SECTION("words") {
        db.exec("UPDATE consent_text SET text = 'I agree to everything' WHERE number = 1");
        CHECK(found() == Codes{"text_changed"});
    }
    SECTION("a label") {
        db.exec("UPDATE consent_text SET label = 'No'");
        CHECK(found() == Codes{"text_changed"});
    }
    SECTION("a hash") {
        db.exec("UPDATE text_version SET hash = x'00' WHERE number = 2");
        CHECK(found() == Codes{"text_changed"});
    }
    SECTION("whether older consents carry") {
        db.exec("UPDATE text_version SET material_change = NULL WHERE number = 2");
        CHECK(found().contains("text_changed"));
    }
    SECTION("a text added") {
        db.exec("INSERT INTO text_version SELECT purpose_id, 3, recorded_at, 0, hash FROM "
                "text_version WHERE number = 1");
        CHECK(found() == Codes{"text_changed"});
    }
    SECTION("a text gone") {
        db.exec("DELETE FROM consent_text WHERE number = 2");
        db.exec("DELETE FROM text_version WHERE number = 2");
        CHECK(found() == Codes{"text_changed"});
    }
    SECTION("a definition") {
        db.exec("UPDATE purpose_version SET definition = replace(definition, 'Letters', 'News')");
        CHECK(found() == Codes{"purpose_changed"});
    }
    SECTION("a retirement taken back") {
        db.exec("UPDATE purpose SET retired_at = NULL");
        CHECK(found().contains("purpose_changed"));
    }
    SECTION("after a rotation of the key") {
        shop.store.rotate_key();
        CHECK(found().empty());
    }
}

TEST_CASE("purposes: a definition that makes no sense names its member", "[purposes]") {
    Shop shop;
    auto where = [&](auto change) {
        Purpose purpose =
            Shop::purpose("some", Basis::consent, PurposeKind::marketing, {Channel::email});
        change(purpose);
        try {
            shop.define(purpose);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            return error.where();
        }
        return std::string("defined");
    };
    CHECK(where([](Purpose& p) { p.code = "Some"; }) == "purpose.code");
    CHECK(where([](Purpose& p) { p.code = std::string(64, 'a'); }) == "purpose.code");
    CHECK(where([](Purpose& p) { p.channels.clear(); }) == "purpose.channels");
    CHECK(where([](Purpose& p) { p.channels = {Channel::any}; }) == "purpose.channels");
    CHECK(where([](Purpose& p) {
              p.channels = {Channel::sms, Channel::sms};
          }) == "purpose.channels");
    CHECK(where([](Purpose& p) { p.validity = "two years"; }) == "purpose.validity");
    CHECK(where([](Purpose& p) { p.retention = "P1.5Y"; }) == "purpose.retention");
    CHECK(where([](Purpose& p) { p.double_opt_in_validity = ""; }) ==
          "purpose.double_opt_in_validity");
    CHECK(where([](Purpose& p) { p.art9_exception = ""; }) == "purpose.art9_exception");
    CHECK(where([](Purpose& p) { p.recipients = {"A", "A"}; }) == "purpose.recipients");
    CHECK(where([](Purpose& p) { p.retired_at = Time{} + 1ms; }) == "purpose.retired_at");
    CHECK(where([](Purpose& p) { p.texts.emplace_back(); }) == "purpose.texts/0/texts");
    CHECK(where([](Purpose& p) { p.texts = {Shop::words(" ")}; }) == "purpose.texts/0/texts");
    CHECK(where([](Purpose&) {}) == "defined");
    CHECK(Purposes(shop.store).list().size() == 4);
}

TEST_CASE("definitions: a document applies once, and comes back as it was", "[definitions]") {
    TestStore first;
    ApplyReport dry = Definitions(first.store).apply(example(), true);
    CHECK_FALSE(dry.changes.empty());
    CHECK(Purposes(first.store).list().empty());
    CHECK(Definitions(first.store).apply(example()).changes == dry.changes);
    CHECK(Definitions(first.store).apply(example()).changes.empty());
    Purposes(first.store).retire("profiling");
    std::string document = Definitions(first.store).to_json();

    TestStore second;
    CHECK_FALSE(Definitions(second.store).apply(document).changes.empty());
    CHECK(Definitions(second.store).to_json() == document);
    CHECK(Definitions(second.store).apply(document).changes.empty());
    CHECK(Fields(second.store).list() == Fields(first.store).list());
    json controller = json::parse(second.store.setting("controller"));
    CHECK(controller.at("name") == "Example Shop GmbH");
    CHECK(second.store.setting("default_country") == "DE");

    json changed = json::parse(document);
    changed["purposes"][0]["texts"].push_back(
        {{"material_change", true},
         {"texts", {{{"language", "en"}, {"text", "New words."}, {"label", "Yes"}}}}});
    changed["purposes"][0]["validity"] = "P3Y";
    changed["settings"]["place"] = "Berlin";
    std::vector<std::string> expected{"setting place changed", "purpose newsletter changed",
                                      "purpose newsletter: text version 3 added"};
    CHECK(Definitions(second.store).apply(changed.dump()).changes == expected);
    CHECK(second.store.verify().ok());
}

TEST_CASE("definitions: a single purpose that was read can be declared again", "[definitions]") {
    TestStore test;
    Definitions(test.store).apply(example());
    Purposes purposes(test.store);
    Purpose newsletter = *purposes.find("newsletter");
    std::string document = Definitions::json_of(newsletter);
    CHECK(json::parse(document).at("texts").at(0).at("number") == 1);
    Purpose again = Definitions::purpose_of(document);
    CHECK(again.texts.size() == newsletter.texts.size());
    CHECK(again.texts[0].texts == newsletter.texts[0].texts);
    CHECK(again.texts[0].number == 0); // what is only read is not taken over
    purposes.define(again);
    CHECK(purposes.find("newsletter") == newsletter);
    for (const Field& field : Fields(test.store).list()) {
        CHECK(Definitions::field_of(Definitions::json_of(field)) == field);
    }
    CHECK(code_of([] { static_cast<void>(Definitions::purpose_of("{\"code\":")); }) ==
          Errc::invalid);
    CHECK(code_of([] {
              static_cast<void>(Definitions::field_of("{\"name\":\"x\",\"size\":1}"));
          }) == Errc::invalid);
    CHECK(code_of([] { static_cast<void>(Definitions::text_version_of("{\"texts\":5}")); }) ==
          Errc::invalid);
}

TEST_CASE("definitions: a fault names its place, and nothing of the document is kept",
          "[definitions]") {
    TestStore test;
    const json good = json::parse(example());
    auto with = [&](const char* pointer, const json& value) {
        json document = good;
        document[json::json_pointer(pointer)] = value;
        return pointer_of(test.store, document);
    };
    CHECK(with("/habeas_definitions", 2) == "/habeas_definitions");
    CHECK(with("/other", 1) == "/other");
    CHECK(with("/a~1b", 1) == "/a~1b");
    CHECK(with("/settings/controller/nmae", "x") == "/settings/controller/nmae");
    CHECK(with("/settings/default_country", "Germany") == "/settings/default_country");
    CHECK(with("/settings/time_zone", "Mars/Base") == "/settings/time_zone");
    CHECK(with("/fields/0", 5) == "/fields/0");
    CHECK(with("/fields/0/type", "colour") == "/fields/0/type");
    CHECK(with("/fields/0/name", "No name") == "/fields/0");
    CHECK(with("/fields/0/required", "yes") == "/fields/0/required");
    CHECK(with("/fields/0/labels", json::array()) == "/fields/0/labels");
    CHECK(with("/purposes", json::object()) == "/purposes");
    CHECK(with("/purposes/0/basis", "wish") == "/purposes/0/basis");
    CHECK(with("/purposes/0/channels/0", "pigeon") == "/purposes/0/channels/0");
    CHECK(with("/purposes/0/validity", "soon") == "/purposes/0/validity");
    CHECK(with("/purposes/0/texts/1/texts/0/words", "x") == "/purposes/0/texts/1/texts/0/words");
    CHECK(with("/purposes/1/texts/0/texts", json::array()) == "/purposes/1/texts/0/texts");
    CHECK(Purposes(test.store).list().empty());
    CHECK(test.store.setting("controller").empty());
    Definitions definitions(test.store);
    CHECK(code_of([&] { definitions.apply("{"); }) == Errc::invalid);
    CHECK(code_of([&] { definitions.apply("[]"); }) == Errc::invalid);
    CHECK(code_of([&] { definitions.apply("{\"habeas_definitions\":1,\"x\":\"\xff\"}"); }) ==
          Errc::invalid);
    CHECK(code_of([&] { definitions.apply(std::string(200'000, '[')); }) == Errc::invalid);
}

} // namespace consent_definitions_test
