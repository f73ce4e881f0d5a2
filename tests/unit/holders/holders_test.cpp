#include "catch.hpp"
#include "store/engine.hpp"
#include "unit/holders/helpers.hpp"

#include <fstream>
#include <iterator>

namespace holders_holders_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("holders: an erasure asks each holder, and its receipt says what each did", "[holders]") {
    Holders desk;
    Holders::Host crm;
    Holders::Host shop;
    desk.define("crm", R"(["export","erase"])");
    desk.define("shop", R"(["erase"])");
    desk.define("mailer", R"(["export"])"); // is not asked to erase
    desk.attach("crm", crm);
    desk.attach("shop", shop);
    const ErasurePlan plan = Erasure(desk.store).plan(desk.anna);
    CHECK(std::count_if(plan.rows.begin(), plan.rows.end(),
                        [](const auto& row) { return row.action == "ask"; }) == 2);
    const auto result = Erasure(desk.store).execute(desk.anna);
    CHECK(json::parse(result.receipt)["holders_complete"] == false);
    CHECK(crm.calls.empty()); // nothing is called in the erasure

    crm.answers.push_back([](const HolderCall&) {
        return HolderAnswer{"", {{"contacts", 1}, {"notes", 3}}, {}, ""};
    });
    const Time until = parse_time("2036-01-01");
    shop.answers.push_back([&](const HolderCall&) {
        return HolderAnswer{"", {{"carts", 2}}, {{"invoices", 4, "17(3)(b) tax law", until}}, ""};
    });
    const HolderRunReport report = desk.holders.run();
    CHECK(report.calls == 2);
    CHECK(report.done == 1);
    CHECK(report.retained == 1);
    REQUIRE(crm.calls.size() == 1);
    CHECK(crm.calls[0].subject == desk.anna);
    CHECK(crm.calls[0].operation == HolderOperation::erase);
    CHECK(crm.calls[0].identifiers ==
          std::vector<HolderIdentifier>{
              {IdentifierKind::email, "", "anna@example.org", "anna@example.org"}});
    CHECK(crm.calls[0].key.size() == 36);
    CHECK(crm.calls[0].key != shop.calls[0].key);

    const json receipt = desk.receipt(desk.anna);
    CHECK(receipt["holders_complete"] == true);
    REQUIRE(receipt["holders"].size() == 2);
    CHECK(receipt["holders"][0]["removed"] ==
          json::parse(R"([{"place":"contacts","rows":1},{"place":"notes","rows":3}])"));
    CHECK(receipt["holders"][1]["retained"][0]["ground"] == "17(3)(b) tax law");
    CHECK(receipt["holders"][1]["retained"][0]["until"] == "2036-01-01T00:00:00.000Z");
    CHECK(desk.open_tasks(desk.anna).empty());
    CHECK(desk.holders.run().calls == 0);
    desk.check_verify();
}

TEST_CASE("holders: one that fails is called again with the same key, ever later", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["erase"])");
    desk.attach("crm", crm);
    crm.answers = {Holders::fail, Holders::fail, [](const HolderCall&) -> HolderAnswer { throw 7; },
                   [](const HolderCall&) {
                       return HolderAnswer{"", {{std::string("a\0b", 3), 1}}, {}, ""};
                   }};
    Erasure(desk.store).execute(desk.anna);
    for (const auto wait : {1min, 2min, 4min, 8min}) {
        CHECK(desk.holders.run().failed == 1);
        CHECK(desk.holders.run().calls == 0);
        desk.clock.advance(wait - 1ms);
        CHECK(desk.holders.run().calls == 0);
        desk.clock.advance(1ms);
    }
    const HolderTask task = desk.open_tasks(desk.anna).at(0);
    CHECK(task.state == HolderTaskState::failed);
    CHECK(task.attempts == 4);
    CHECK(task.reason == "invalid"); // an answer that cannot be stored
    CHECK(desk.holders.run().done == 1);
    REQUIRE(crm.calls.size() == 5);
    for (const HolderCall& each : crm.calls) {
        CHECK(each.key == crm.calls[0].key);
    }
    CHECK(crm.calls[4].attempt == 5);
    CHECK(desk.receipt(desk.anna)["holders_complete"] == true);
}

TEST_CASE("holders: pages add up, and a failure asks for the page again", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["erase","export"])");
    desk.attach("crm", crm);
    crm.answers = {[](const HolderCall&) {
                       return HolderAnswer{"2", {{"mails", 100}}, {{"bills", 1, "tax", {}}}, ""};
                   },
                   Holders::fail,
                   [](const HolderCall&) {
                       return HolderAnswer{"", {{"mails", 7}}, {{"bills", 2, "tax", {}}}, ""};
                   }};
    Erasure(desk.store).execute(desk.anna);
    const HolderRunReport first = desk.holders.run();
    CHECK(first.calls == 2);
    CHECK(first.failed == 1);
    desk.clock.advance(1min);
    desk.holders.run();
    REQUIRE(crm.calls.size() == 3);
    CHECK(crm.calls[0].cursor.empty());
    CHECK(crm.calls[1].cursor == "2");
    CHECK(crm.calls[2].cursor == "2");
    CHECK(crm.calls[2].page == 1);
    const json answer = desk.receipt(desk.anna)["holders"][0];
    CHECK(answer["removed"] == json::parse(R"([{"place":"mails","rows":107}])"));
    CHECK(answer["retained"] ==
          json::parse(R"([{"place":"bills","rows":3,"ground":"tax","until":null}])"));
}

TEST_CASE("holders: a call whose answer is lost is made again after the time-out", "[holders]") {
    Holders desk(Holders::on_disk);
    Holders::Host crm;
    desk.define("crm", R"(["erase"])");
    desk.attach("crm", crm);
    HolderTaskState seen{};
    crm.answers.push_back([&](const HolderCall& call) {
        seen = desk.holders.get(call.task).state;
        // Another process looks meanwhile: the call is under way.
        Store other = Store::open(desk.path(), desk.options());
        DataHolders(other).attach("crm", {{HolderOperation::erase, [&crm](const HolderCall& again) {
                                               return crm(again);
                                           }}});
        CHECK(DataHolders(other).run().calls == 0);
        desk.clock.advance(10min);
        CHECK(DataHolders(other).run().done == 1); // it has the answer first
        return HolderAnswer{"", {{"late", 1}}, {}, ""};
    });
    Erasure(desk.store).execute(desk.anna);
    const HolderRunReport report = desk.holders.run();
    CHECK(seen == HolderTaskState::calling);
    CHECK(report.calls == 1);
    CHECK(report.done == 0);
    REQUIRE(crm.calls.size() == 2);
    CHECK(crm.calls[0].key == crm.calls[1].key);
    CHECK(desk.receipt(desk.anna)["holders"][0]["removed"].empty());
}

TEST_CASE("holders: a request for erasure is fulfilled when all have answered", "[holders]") {
    Holders desk;
    Holders::Host crm;
    Holders::Host shop;
    desk.define("crm", R"(["erase"])");
    desk.define("shop", R"(["erase"])");
    desk.attach("crm", crm);
    desk.attach("shop", shop);
    const SubjectId ben = desk.person("ben@example.org");
    const RequestId id = desk.verified(RequestKind::erasure, desk.anna);
    const RequestId bens = desk.verified(RequestKind::erasure, ben);
    desk.requests.fulfil(id);
    CHECK(desk.requests.get(id).state == RequestState::in_progress);
    CHECK(code_of([&] { static_cast<void>(Subjects(desk.store).get(desk.anna)); }) == Errc::erased);
    desk.requests.fulfil(id); // changes nothing
    shop.answers = {Holders::fail};
    desk.holders.run();
    CHECK(desk.requests.get(id).state == RequestState::in_progress);
    desk.clock.advance(1min);
    desk.holders.run();
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
    CHECK(desk.requests.get(id).closed_at == desk.clock.now());
    std::vector<std::string> states;
    for (const RequestStep& step : desk.requests.steps(id)) {
        states.emplace_back(request_state_name(step.state));
    }
    CHECK(states == std::vector<std::string>{"received", "verified", "in_progress", "fulfilled"});

    // Whoever erases: a request for it waits too. What is retained makes it a part.
    Erasure(desk.store).execute(ben);
    CHECK(desk.requests.get(bens).state == RequestState::in_progress);
    crm.answers.push_back([](const HolderCall&) {
        return HolderAnswer{"", {}, {{"bills", 2, "17(3)(b) tax", {}}}, ""};
    });
    desk.holders.run();
    CHECK(desk.requests.get(bens).state == RequestState::partly_fulfilled);
    CHECK(desk.requests.get(bens).ground == "17(3)(b) tax");
    desk.check_verify();
}

TEST_CASE("holders: what is retained is erased by itself when its time is over", "[holders]") {
    Holders desk;
    Holders::Host shop;
    desk.define("shop", R"(["erase"])");
    desk.attach("shop", shop);
    shop.answers.push_back([&](const HolderCall&) {
        return HolderAnswer{
            "",
            {},
            {{"invoices", 3, "tax law", parse_time("2026-12-31")}, {"other", 1, "tax law", {}}},
            ""};
    });
    Erasure(desk.store).execute(desk.anna);
    desk.holders.run();
    const Hold hold = desk.holders.holds(desk.anna, true).at(0);
    CHECK(hold.holder == "shop");
    CHECK(hold.ground == "tax law");
    CHECK(hold.until == parse_time("2026-12-31"));
    CHECK(code_of([&] { desk.holders.remove("shop"); }) == Errc::invalid);
    desk.clock.set("2026-12-30T23:59:59Z");
    CHECK(desk.holders.run().calls == 0);
    desk.clock.set("2026-12-31");
    desk.store.rotate_key();
    const HolderRunReport report = desk.holders.run();
    CHECK(report.holds_ended == 1);
    CHECK(report.done == 1);
    CHECK(shop.calls.at(1).identifiers == shop.calls.at(0).identifiers);
    CHECK(shop.calls.at(1).key != shop.calls.at(0).key);
    CHECK(desk.holders.holds(desk.anna, true).empty());
    CHECK(desk.receipt(desk.anna)["holders"].size() == 2);
    CHECK(desk.receipt(desk.anna)["holders_complete"] == true);
    desk.holders.remove("shop");
    CHECK_FALSE(desk.holders.find("shop"));
}

TEST_CASE("holders: an end that is past is asked for a day later, not for ever at once",
          "[holders]") {
    Holders desk;
    Holders::Host shop;
    desk.define("shop", R"(["erase"])");
    desk.attach("shop", shop);
    const auto keep = [](const HolderCall&) {
        return HolderAnswer{"", {}, {{"a", 1, "tax", parse_time("2020-01-01")}}, ""};
    };
    shop.answers = {keep, keep};
    Erasure(desk.store).execute(desk.anna);
    CHECK(desk.holders.run().calls == 1);
    CHECK(desk.holders.run().calls == 0);
    desk.clock.advance(24h);
    CHECK(desk.holders.run().calls == 1);
}

TEST_CASE("holders: a hold of the store keeps the erasure back, and its end does it", "[holders]") {
    Holders desk;
    const RequestId id = desk.verified(RequestKind::erasure, desk.anna);
    CHECK(code_of([&] { desk.holders.hold(desk.anna, ""); }) == Errc::invalid);
    CHECK(code_of([&] { desk.holders.hold(desk.anna, "x", desk.clock.now()); }) == Errc::invalid);
    const HoldId first = desk.holders.hold(desk.anna, "17(3)(e) claim", parse_time("2026-09-01"));
    const HoldId second = desk.holders.hold(desk.anna, "17(3)(b)");
    CHECK(code_of([&] { static_cast<void>(Erasure(desk.store).plan(desk.anna)); }) == Errc::denied);
    CHECK(code_of([&] { Erasure(desk.store).execute(desk.anna); }) == Errc::denied);
    desk.requests.fulfil(id);
    CHECK(desk.requests.get(id).state == RequestState::in_progress);
    CHECK(desk.requests.steps(id).back().note == "17(3)(e) claim");
    desk.clock.set("2026-09-01");
    CHECK(desk.holders.run().holds_ended == 1);
    CHECK(desk.requests.get(id).state == RequestState::in_progress); // the second one
    desk.holders.lift(second);
    CHECK(desk.holders.run().holds_ended == 1);
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
    CHECK(code_of([&] { static_cast<void>(Subjects(desk.store).get(desk.anna)); }) == Errc::erased);
    CHECK(code_of([&] { desk.holders.lift(first); }) == Errc::invalid);
    CHECK(code_of([&] { desk.holders.lift(HoldId{99}); }) == Errc::not_found);
    for (const Hold& each : desk.holders.holds(desk.anna)) {
        CHECK(each.ground.empty()); // a person wrote it
    }
    desk.check_verify();
}

TEST_CASE("holders: who is asked for access gives its data to the bundle", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["export","erase"])");
    desk.attach("crm", crm);
    crm.answers = {
        [](const HolderCall&) {
            return HolderAnswer{"next", {{"calls", 1}}, {}, R"([{"spoke":"last week"}])"};
        },
        [](const HolderCall&) {
            return HolderAnswer{"", {{"calls", 1}}, {}, R"({"note":"likes tea"})"};
        }};
    const RequestId id = desk.verified(RequestKind::access, desk.anna);
    desk.requests.fulfil(id, "sent");
    CHECK(desk.requests.get(id).state == RequestState::in_progress);
    desk.holders.run();
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
    BundleOptions options;
    options.recipient = "the person";
    const json bundle = json::parse(Export(desk.store).access_json(desk.anna, options));
    const json part = bundle["modules"]["holders"]["holders"];
    REQUIRE(part.size() == 2); // pages
    CHECK(part[0]["data"] == json::parse(R"([{"spoke":"last week"}])"));
    CHECK(part[1]["data"] == json::parse(R"({"note":"likes tea"})"));
    const json exported = json::parse(desk.holders.exported(desk.anna));
    REQUIRE(exported.size() == 1);
    CHECK(exported[0]["data"] == json::array({part[0]["data"], part[1]["data"]}));
    CHECK(exported[0]["complete"] == true);

    // It goes with its time, and with the person.
    CHECK(desk.holders.ask(desk.anna, HolderOperation::export_data).size() == 1);
    CHECK(desk.holders.ask(desk.anna, HolderOperation::export_data).empty()); // asked already
    crm.answers = {[](const HolderCall&) { return HolderAnswer{"", {}, {}, "[1]"}; }};
    desk.holders.run();
    desk.clock.advance(24h * 30);
    desk.store.tick();
    CHECK(desk.holders.exported(desk.anna) == "[]");
    CHECK(desk.store.engine().db().scalar_i64("SELECT count(*) FROM holder_export") == 0);
    desk.holders.ask(desk.anna, HolderOperation::export_data);
    Erasure(desk.store).execute(desk.anna);
    HolderTaskQuery exports;
    exports.operation = HolderOperation::export_data;
    CHECK(desk.holders.tasks(exports).back().state == HolderTaskState::cancelled);
}

TEST_CASE("holders: restriction, its end and rectification reach them in order", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["restrict","lift","rectify"])");
    desk.attach("crm", crm);
    desk.record(desk.anna, EventKind::restricted);
    desk.record(desk.anna, EventKind::restriction_lifted);
    crm.answers = {Holders::fail};
    desk.holders.run();
    CHECK(crm.calls.size() == 1); // the end waits for the beginning
    desk.clock.advance(1min);
    desk.holders.run();
    REQUIRE(crm.calls.size() == 3);
    CHECK(crm.calls[1].operation == HolderOperation::restrict_data);
    CHECK(crm.calls[2].operation == HolderOperation::lift);

    const RequestId id = desk.verified(RequestKind::rectification, desk.anna);
    CHECK(desk.holders.run().calls == 0); // nothing is right yet
    desk.set(desk.anna, "email", "anna.new@example.org");
    desk.set(desk.anna, "last_name", "Neu");
    desk.requests.fulfil(id);
    desk.holders.run();
    REQUIRE(crm.calls.size() == 4);
    CHECK(crm.calls[3].identifiers.at(0).normal == "anna@example.org"); // as the holder knows her
    const json fields = json::parse(crm.calls[3].fields);
    CHECK(fields["last_name"] == "Neu");
    CHECK(fields["email"] == "anna.new@example.org");
    CHECK(fields["phone"].is_null());
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);

    const RequestId refused = desk.verified(RequestKind::rectification, desk.anna);
    desk.requests.refuse(refused, "it is right as it is");
    CHECK(desk.open_tasks(desk.anna).empty());
}

TEST_CASE("holders: a restriction that comes back before they answered reaches them", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["restrict","lift"])");
    desk.attach("crm", crm);
    desk.record(desk.anna, EventKind::restricted);
    desk.record(desk.anna, EventKind::restriction_lifted);
    desk.record(desk.anna, EventKind::restricted);
    desk.record(desk.anna, EventKind::restricted); // the same again asks nobody again
    desk.holders.run();
    REQUIRE(crm.calls.size() == 3);
    CHECK(crm.calls.back().operation == HolderOperation::restrict_data);
}

TEST_CASE("holders: what is put right twice reaches those who had answered", "[holders]") {
    Holders desk;
    Holders::Host crm, shop;
    desk.define("crm", R"(["rectify"])");
    desk.define("shop", R"(["rectify"])");
    desk.attach("crm", crm);
    desk.attach("shop", shop);
    shop.answers = {Holders::fail};
    const RequestId id = desk.verified(RequestKind::rectification, desk.anna);
    const auto rectify = [&](const std::string& name) {
        SubjectInput input;
        input.fields["last_name"] = name;
        (void)desk.requests.rectify(id, input);
        desk.holders.run();
    };
    rectify("One");
    CHECK(desk.requests.get(id).state == RequestState::in_progress);
    desk.clock.advance(1min);
    rectify("Two");
    CHECK(json::parse(crm.calls.back().fields)["last_name"] == "Two");
    CHECK(json::parse(shop.calls.back().fields)["last_name"] == "Two");
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
}

TEST_CASE("holders: nobody is asked for data of a request that is over", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["export"])");
    desk.attach("crm", crm);
    const RequestId access = desk.verified(RequestKind::access, desk.anna);
    const RequestId portability = desk.verified(RequestKind::portability, desk.anna);
    desk.requests.withdraw(access);
    CHECK(desk.open_tasks(desk.anna).size() == 1); // the other waits for it
    desk.requests.fulfil_partly(portability, "the rest is of others");
    CHECK(desk.open_tasks(desk.anna).empty());
    CHECK(desk.holders.run().calls == 0);
}

TEST_CASE("holders: who comes back after an erasure loses nothing when a hold ends", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["erase"])");
    desk.attach("crm", crm);
    const bool other_number = GENERATE(false, true);
    if (other_number) {
        SubjectInput input;
        input.identifiers.push_back({IdentifierKind::external, "crm", "7"});
        Subjects(desk.store).update(desk.anna, input);
    }
    crm.answers = {[&](const HolderCall&) {
        HolderAnswer answer;
        answer.retained = {{"orders", 1, "tax law", desk.clock.now() + 24h}};
        return answer;
    }};
    Erasure(desk.store).execute(desk.anna);
    desk.holders.run();
    REQUIRE(crm.calls.size() == 1);
    desk.person("anna@example.org");
    desk.clock.advance(25h);
    desk.holders.run();
    desk.holders.run();
    if (other_number) { // by it the old rows are found
        REQUIRE(crm.calls.size() == 2);
        REQUIRE(crm.calls[1].identifiers.size() == 1);
        CHECK(crm.calls[1].identifiers[0].kind == IdentifierKind::external);
        CHECK(desk.holders.holds(desk.anna, true).empty());
    } else { // somebody has to look
        CHECK(crm.calls.size() == 1);
        REQUIRE(desk.holders.holds(desk.anna, true).size() == 1);
        CHECK_FALSE(desk.holders.holds(desk.anna, true)[0].until);
    }
}

TEST_CASE("holders: a hold of the store that ends lets the tick erase", "[holders]") {
    Holders desk;
    desk.holders.hold(desk.anna, "17(3)(e)", desk.clock.now() + 24h);
    const RequestId id = desk.verified(RequestKind::erasure, desk.anna);
    desk.requests.fulfil(id);
    desk.store.tick();
    CHECK(Subjects(desk.store).count() == 1);
    desk.clock.advance(25h);
    desk.store.tick();
    CHECK(Subjects(desk.store).count() == 0);
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
}

TEST_CASE("holders: recipients are told, by OpenDSR or another way", "[holders]") {
    Holders desk;
    Purpose letters =
        Holders::purpose("parcels", Basis::contract, PurposeKind::transactional, {Channel::post});
    letters.recipients = {"Parcel Ltd"};
    desk.define(letters);
    Purpose ads = Holders::purpose("ads", Basis::consent, PurposeKind::marketing, {Channel::email});
    ads.recipients = {"Ad Inc"};
    ads.texts.push_back(Holders::words("Ads?"));
    desk.define(ads);
    SubjectInput input;
    input.identifiers = {{IdentifierKind::external, "shop", "K-7"}};
    Subjects(desk.store).update(desk.anna, input);

    desk.record(desk.anna, EventKind::restricted);
    const HolderTask told = desk.open_tasks(desk.anna).at(0); // she never agreed to ads
    CHECK(told.holder == "Parcel Ltd");
    CHECK(told.operation == HolderOperation::tell);
    CHECK(told.about == HolderOperation::restrict_data);
    CHECK(code_of([&] { static_cast<void>(desk.holders.opendsr_json(told.id)); }) ==
          Errc::unsupported);
    CHECK(desk.holders.run().calls == 0);
    desk.holders.answer(told.id, {});
    CHECK(code_of([&] { desk.holders.answer(told.id, {}); }) == Errc::invalid);

    desk.record(desk.anna, EventKind::granted, "ads");
    Erasure(desk.store).execute(desk.anna);
    const auto tasks = desk.open_tasks(desk.anna);
    REQUIRE(tasks.size() == 2);
    CHECK(tasks[0].holder == "Ad Inc");
    const json request = json::parse(desk.holders.opendsr_json(tasks[0].id));
    CHECK(request["regulation"] == "gdpr");
    CHECK(request["subject_request_id"] == tasks[0].key);
    CHECK(request["subject_request_type"] == "erasure");
    CHECK(request["submitted_time"] == format_time(desk.clock.now()));
    CHECK(request["subject_identities"] ==
          json::parse(R"([
        {"identity_type":"controller_customer_id","identity_value":")" +
                      std::to_string(static_cast<std::int64_t>(desk.anna)) +
                      R"(","identity_format":"raw"},
        {"identity_type":"email","identity_value":"anna@example.org","identity_format":"raw"},
        {"identity_type":"controller_customer_id","identity_value":"K-7","identity_format":"raw"}])"));
    desk.holders.answer(tasks[0].id, {});
    CHECK(code_of([&] { static_cast<void>(desk.holders.opendsr_json(tasks[0].id)); }) ==
          Errc::invalid);
    const json receipt = desk.receipt(desk.anna);
    CHECK(receipt["recipients"].size() == 2);
    CHECK(receipt["recipients"][0]["told_at"] == format_time(desk.clock.now()));
    CHECK(receipt["recipients"][1]["told_at"].is_null());
    CHECK_FALSE(receipt.contains("holders"));
}

TEST_CASE("holders: a recipient that is a holder is told by its callback", "[holders]") {
    Holders desk;
    Holders::Host parcels;
    Purpose orders =
        Holders::purpose("parcels", Basis::contract, PurposeKind::transactional, {Channel::post});
    orders.recipients = {"parcels"};
    desk.define(orders);
    desk.define("parcels", R"(["tell"])");
    desk.attach("parcels", parcels);
    Erasure(desk.store).execute(desk.anna);
    desk.holders.run();
    REQUIRE(parcels.calls.size() == 1);
    CHECK(parcels.calls[0].operation == HolderOperation::tell);
    CHECK(parcels.calls[0].about == HolderOperation::erase);
}

TEST_CASE("holders: only a handle with its callback calls a holder; a person may answer",
          "[holders]") {
    Holders desk;
    desk.define("crm", R"(["erase"])");
    const RequestId id = desk.verified(RequestKind::erasure, desk.anna);
    desk.requests.fulfil(id);
    const HolderRunReport report = desk.holders.run();
    CHECK(report.calls == 0);
    CHECK(report.unattended == 1);
    const HolderTask task = desk.open_tasks(desk.anna).at(0);
    CHECK(code_of([&] { desk.holders.remove("crm"); }) == Errc::invalid);
    CHECK(code_of([&] { desk.holders.answer(task.id, {"more", {}, {}, ""}); }) == Errc::invalid);
    CHECK(code_of([&] {
              desk.holders.answer(task.id, {"", {}, {{"a", 1, "", {}}}, ""});
          }) == Errc::invalid);
    CHECK(code_of([&] { desk.holders.answer(task.id, {"", {}, {}, "[]"}); }) == Errc::invalid);
    CHECK(code_of([&] { desk.holders.answer(HolderTaskId{99}, {}); }) == Errc::not_found);
    desk.holders.answer(task.id, {"", {{"folders", 1}}, {}, ""});
    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
    CHECK(desk.receipt(desk.anna)["holders"][0]["removed"][0]["place"] == "folders");
}

TEST_CASE("holders: callbacks fit what was declared, and run outside of transactions",
          "[holders]") {
    Holders desk;
    Holders::Host host;
    desk.define("crm", R"(["erase"])");
    const HolderFunction function = [&host](const HolderCall& call) { return host(call); };
    CHECK(code_of([&] { desk.holders.attach("other", {}); }) == Errc::not_found);
    CHECK(code_of([&] {
              desk.holders.attach("crm", {{HolderOperation::lift, function}});
          }) == Errc::invalid);
    desk.holders.attach("crm", {{HolderOperation::erase, function}, {HolderOperation::lift, {}}});
    CHECK(code_of([&] { desk.holders.ask(desk.anna, HolderOperation::erase); }) == Errc::invalid);
    {
        const Transaction transaction = desk.store.transaction();
        CHECK(code_of([&] { desk.holders.run(); }) == Errc::invalid);
    }
    Erasure(desk.store).execute(desk.anna);
    host.answers.push_back([&](const HolderCall&) {
        desk.person("written.meanwhile@example.org"); // no transaction is open
        desk.holders.attach("crm", {});
        return HolderAnswer{};
    });
    CHECK(desk.holders.run().done == 1);
    desk.store.tick(); // calls nobody
    CHECK(host.calls.size() == 1);
}

TEST_CASE("holders: whom to look for is sealed, and gone when all have answered", "[holders]") {
    Holders desk(Holders::on_disk);
    Holders::Host crm;
    desk.define("crm", R"(["erase"])");
    desk.attach("crm", crm);
    VerifyOptions residue;
    residue.residue = {"anna@example.org"};
    Erasure(desk.store).execute(desk.anna);
    CHECK(desk.store.verify(residue).ok());
    auto& db = desk.store.engine().db();
    CHECK(db.scalar_i64("SELECT count(*) FROM holder_task WHERE identity IS NOT NULL") == 1);
    desk.store.rotate_key();
    desk.holders.run();
    CHECK(crm.calls.at(0).identifiers.at(0).normal == "anna@example.org");
    CHECK(db.scalar_i64("SELECT count(*) FROM holder_task WHERE identity IS NOT NULL OR key_id IS "
                        "NOT NULL") == 0);
    CHECK(desk.store.verify(residue).ok());
}

TEST_CASE("holders: a merge takes tasks and numbers along", "[holders]") {
    Holders desk;
    Holders::Host crm;
    desk.define("crm", R"(["export"])");
    desk.attach("crm", crm);
    const SubjectId ben = desk.person("ben@example.org");
    desk.holders.ask(ben, HolderOperation::export_data);
    Subjects(desk.store).merge(desk.anna, ben);
    desk.holders.ask(desk.anna, HolderOperation::export_data);
    crm.answers = {[](const HolderCall&) { return HolderAnswer{"", {}, {}, "1"}; }};
    desk.holders.run();
    REQUIRE(crm.calls.size() == 1);
    CHECK(crm.calls[0].subject == desk.anna);
    CHECK(crm.calls[0].identifiers.size() == 2);
    CHECK(crm.calls[0].former == std::vector<SubjectId>{ben});
    CHECK(json::parse(desk.holders.exported(ben)).size() == 1);
    Erasure(desk.store).execute(desk.anna);
    desk.check_verify();
}

TEST_CASE("holders: a restored older file asks the holders again", "[holders]") {
    Holders desk(Holders::on_disk);
    Holders::Host crm;
    desk.define("crm", R"(["erase"])");
    desk.close();
    std::ifstream before(desk.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(before), {}};
    desk.reopen();
    DataHolders again(desk.store);
    again.attach("crm",
                 {{HolderOperation::erase, [&crm](const HolderCall& call) { return crm(call); }}});
    Erasure(desk.store).execute(desk.anna);
    again.run();
    desk.close();
    std::ofstream(desk.path(), std::ios::binary) << bytes;
    desk.reopen();
    DataHolders replayed(desk.store);
    replayed.attach(
        "crm", {{HolderOperation::erase, [&crm](const HolderCall& call) { return crm(call); }}});
    replayed.run();
    REQUIRE(crm.calls.size() == 2);
    CHECK(crm.calls[1].identifiers == crm.calls[0].identifiers);
    CHECK(crm.calls[1].subject == desk.anna);
}

} // namespace holders_holders_test
