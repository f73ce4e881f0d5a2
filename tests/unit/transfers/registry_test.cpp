// The registry of processors, and who asks it.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

namespace transfers_registry_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

constexpr const char* good = R"({"code": "mailer", "name": "Mailer GmbH", "history": [
  {"established": "DE", "owner": "DE", "data_locations": ["DE"], "contract": {}}]})";
constexpr const char* american = R"({"code": "crm", "name": "CRM Inc.", "history": [
  {"established": "US", "owner": "US", "data_locations": ["US"], "contract": {}, "dpf_listed": true}]})";

/// A store with a newsletter over e-mail that names `recipients`, and Ann who agreed to it.
struct Shop {
    explicit Shop(std::vector<std::string> recipients = {"mailer"},
                  TestStore::Where where = TestStore::memory)
        : t(where), processors(t.store), consent(t.store) {
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email};
        news.recipients = std::move(recipients);
        Purposes(t.store).define(news);
        ann = person("ann@example.org");
    }
    SubjectId person(const std::string& email) {
        SubjectInput input;
        input.fields["email"] = email;
        const SubjectId id = Subjects(t.store).create(input);
        ConsentEvent event;
        event.subject = id;
        event.purpose = "news";
        event.kind = EventKind::granted;
        event.evidence.method = "form";
        event.evidence.document = "scan 1";
        consent.record(event);
        return id;
    }
    void define(const std::string& document) { processors.define(Processor::from_json(document)); }
    std::string ask(DecideOptions options = {}, Channel channel = Channel::email) {
        return std::string(reason_code(consent.may_process(ann, "news", channel, options).reason));
    }

    TestStore t;
    Processors processors;
    Consent consent;
    SubjectId ann{};
};

std::optional<Errc> code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("transfers: nobody is asked while no processor is on file", "[transfers]") {
    Shop shop({"anybody"});
    CHECK(shop.ask() == "OK_CONSENT");
    CHECK_FALSE(shop.consent.may_process(shop.ann, "news", Channel::email).holds_until);
    CHECK_FALSE(shop.processors.check().asked);
}

TEST_CASE("transfers: with the first processor every recipient has to be on file", "[transfers]") {
    Shop shop({"mailer", "anybody"});
    shop.define(good);
    CHECK(shop.ask() == "TRANSFER_DENIED");
    shop.define(R"({"code": "other", "name": "Anybody", "history": [{"role": "controller",
      "established": "FR", "owner": "FR", "data_locations": ["FR"]}]})");
    CHECK(shop.ask() == "OK_CONSENT"); // named by its name, whatever the capitals
}

TEST_CASE("transfers: decision, explanation and both filters give the registry's answer",
          "[transfers]") {
    Shop shop;
    shop.define(good);
    const SubjectId ben = shop.person("ben@example.org");
    const auto everybody = [&](bool denied_too) {
        std::vector<std::string> out;
        FilterOptions options;
        options.denied_too = denied_too;
        shop.consent.filter(
            "news", Channel::email,
            [&](SubjectId, const Decision& decision) {
                out.emplace_back(reason_code(decision.reason));
                return true;
            },
            options);
        return out;
    };
    CHECK(everybody(false) == std::vector<std::string>(2, "OK_CONSENT"));
    shop.define(R"({"code": "mailer", "name": "Mailer GmbH", "history": [
      {"established": "DE", "owner": "DE", "data_locations": ["DE"]}]})");
    CHECK(shop.ask() == "TRANSFER_DENIED");
    CHECK(shop.ask({}, Channel::any) == "TRANSFER_DENIED");
    CHECK(everybody(false).empty());
    CHECK(everybody(true) == std::vector<std::string>(2, "TRANSFER_DENIED"));
    const std::vector<SubjectId> both{shop.ann, ben};
    for (const Decision& each : shop.consent.filter(both, "news", Channel::email)) {
        CHECK(each.reason == Reason::transfer_denied);
        CHECK(each.event == EventId{});
    }
    const Explanation why = shop.consent.explain(shop.ann, "news", Channel::email);
    CHECK(why.decision.reason == Reason::transfer_denied);
    CHECK(why.steps.back().answer ==
          "mailer: No contract of article 28 is on file. (NO_PROCESSOR_CONTRACT, GDPR 28(3))");
}

TEST_CASE("transfers: a denial of the ledger stays what it is", "[transfers]") {
    Shop shop({"nobody"});
    shop.define(good);
    ConsentEvent no;
    no.subject = shop.ann;
    no.purpose = "news";
    no.kind = EventKind::withdrawn;
    shop.consent.record(no);
    CHECK(shop.ask() == "CONSENT_WITHDRAWN");
}

TEST_CASE("transfers: an answer says until when it holds", "[transfers]") {
    Shop shop;
    shop.define(R"({"code": "mailer", "name": "Mailer GmbH", "history": [
      {"established": "DE", "owner": "DE", "data_locations": ["DE"],
       "contract": {"signed": "2026-01-01", "until": "2026-06-30"}}]})");
    const Decision now = shop.consent.may_process(shop.ann, "news", Channel::email);
    CHECK(now.allowed);
    CHECK(now.holds_until == parse_time("2026-07-01"));
    shop.t.clock.set("2026-07-01T00:00:00Z");
    CHECK(shop.ask() == "TRANSFER_DENIED");
    shop.t.clock.set("2026-06-30T23:59:59Z");
    DecideOptions later;
    later.at = parse_time("2026-07-01");
    CHECK(shop.ask(later) == "TRANSFER_DENIED");
    // A purpose without recipients depends on no processor.
    Purpose plain;
    plain.code = "plain";
    plain.channels = {Channel::email};
    Purposes(shop.t.store).define(plain);
    ConsentEvent yes;
    yes.subject = shop.ann;
    yes.purpose = "plain";
    yes.evidence.method = "form";
    yes.evidence.document = "scan 2";
    shop.consent.record(yes);
    CHECK_FALSE(shop.consent.may_process(shop.ann, "plain", Channel::email).holds_until);
}

TEST_CASE("transfers: the past is judged by what was on file then", "[transfers]") {
    Shop shop;
    const Time before = shop.t.clock.now();
    shop.t.clock.advance(std::chrono::hours(24));
    shop.define(R"({"code": "mailer", "name": "Mailer GmbH", "history": [
      {"established": "DE", "owner": "DE", "data_locations": ["DE"], "contract": {}},
      {"from": "2026-06-03", "established": "DE", "owner": "DE", "data_locations": ["IN"],
       "contract": {}}]})");
    const auto at = [&](const char* moment, std::optional<Time> known = {}) {
        DecideOptions options;
        options.at = parse_time(moment);
        options.known_at = known;
        return shop.ask(options);
    };
    const Time first = shop.t.clock.now();
    CHECK(at("2026-06-02T23:00:00Z") == "OK_CONSENT");
    CHECK(at("2026-06-03T00:00:00Z") == "TRANSFER_DENIED");
    // Nobody was on file yet, so nobody was asked.
    CHECK(at("2026-06-03T00:00:00Z", before) == "OK_CONSENT");
    shop.t.clock.advance(std::chrono::hours(48));
    shop.define(R"({"code": "mailer", "name": "Mailer GmbH", "history": [
      {"from": "2026-06-03", "established": "DE", "owner": "DE", "data_locations": ["AT"],
       "contract": {}}]})");
    CHECK(at("2026-06-03T00:00:00Z") == "OK_CONSENT");
    CHECK(at("2026-06-03T00:00:00Z", first) == "TRANSFER_DENIED");
    const auto all = shop.processors.history("mailer");
    REQUIRE(all.size() == 3);
    CHECK_FALSE(all[0].superseded);
    CHECK(all[1].superseded);
    CHECK(all[1].facts.data_locations == std::vector<std::string>{"IN"});
    CHECK(all[1].recorded_at == first);
    CHECK_FALSE(all[2].superseded);
}

TEST_CASE("transfers: recipients of the past are those that the purpose named then",
          "[transfers]") {
    Shop shop({"mailer"});
    shop.define(good);
    const Time then = shop.t.clock.now();
    shop.t.clock.advance(std::chrono::hours(24));
    Purpose news = *Purposes(shop.t.store).find("news");
    news.recipients = {"stranger"};
    Purposes(shop.t.store).define(news);
    CHECK(shop.ask() == "TRANSFER_DENIED");
    DecideOptions earlier;
    earlier.at = then;
    CHECK(shop.ask(earlier) == "OK_CONSENT");
}

TEST_CASE("transfers: with whom the store lies, every purpose needs", "[transfers]") {
    Shop shop(std::vector<std::string>{});
    shop.define(R"({"code": "cloud", "name": "Cloud Inc.", "history": [
      {"established": "US", "owner": "US", "data_locations": ["US"], "contract": {},
       "dpf_listed": true, "hosts_store": true},
      {"from": "2026-08-01", "established": "US", "owner": "US", "data_locations": ["US"],
       "contract": {}, "hosts_store": true},
      {"from": "2026-09-01", "established": "US", "owner": "US", "data_locations": ["US"],
       "hosts_store": true, "ended": true}]})");
    const auto on = [&](const char* day) {
        DecideOptions options;
        options.at = parse_time(day);
        return shop.ask(options);
    };
    CHECK(shop.ask() == "OK_CONSENT");
    CHECK(on("2026-08-01") == "TRANSFER_DENIED");
    CHECK(on("2026-09-01") == "OK_CONSENT"); // moved away
}

TEST_CASE("transfers: what another handle puts on file counts at once", "[transfers]") {
    Shop shop({"mailer"}, TestStore::on_disk);
    CHECK(shop.ask() == "OK_CONSENT");
    Store other = Store::open(shop.t.path(), shop.t.options());
    Processors(other).define(Processor::from_json(R"({"code": "mailer", "name": "M",
      "history": [{}]})"));
    CHECK(shop.ask() == "TRANSFER_DENIED");
    Processors(other).define(Processor::from_json(good));
    CHECK(shop.ask() == "OK_CONSENT");
}

TEST_CASE("transfers: what is taken back was never on file", "[transfers]") {
    Shop shop({"mailer"});
    {
        const Transaction undone = shop.t.store.transaction();
        shop.define(R"({"code": "mailer", "name": "M", "history": [{}]})");
        CHECK(shop.ask() == "TRANSFER_DENIED");
    }
    CHECK(shop.ask() == "OK_CONSENT");
    shop.define(good);
    CHECK(shop.ask() == "OK_CONSENT");
    {
        const Transaction undone = shop.t.store.transaction();
        shop.define(R"({"code": "mailer", "name": "M", "history": [{}]})");
        CHECK(shop.ask() == "TRANSFER_DENIED");
    }
    CHECK(shop.ask() == "OK_CONSENT");
}

TEST_CASE("transfers: a no of the host's guard or of the registry is a no", "[transfers]") {
    struct Guard : TransferGuard {
        bool answer = true;
        bool permitted(const Transfer&) override { return answer; }
    } guard;
    Shop shop;
    shop.define(good);
    shop.consent.set_transfer_guard(&guard);
    CHECK(shop.ask() == "OK_CONSENT");
    guard.answer = false;
    CHECK(shop.ask() == "TRANSFER_DENIED");
    guard.answer = true;
    shop.define(R"({"code": "mailer", "name": "Mailer GmbH", "history": [{}]})");
    CHECK(shop.ask() == "TRANSFER_DENIED");
    shop.consent.set_transfer_guard(nullptr);
}

TEST_CASE("transfers: the controller's country is the exporter", "[transfers]") {
    Shop shop({"brasil"});
    shop.define(R"({"code": "brasil", "name": "Correio", "history": [{"established": "BR",
      "owner": "BR", "data_locations": ["BR"], "contract": {}}]})");
    CHECK(shop.ask() == "OK_CONSENT");
    shop.t.store.set_setting("controller", R"({"name": "Butikk", "country": "NO"})");
    CHECK(shop.ask() == "TRANSFER_DENIED");
}

TEST_CASE("transfers: a law of one's own counts from the next question on", "[transfers]") {
    Shop shop({"crm"});
    shop.define(american);
    CHECK(shop.ask() == "OK_CONSENT");
    shop.processors.set_law(R"({"habeas_transfer_law": 1, "as_of": "2026-12-01",
      "eea": [{"country": "DE"}]})");
    CHECK(shop.ask() == "TRANSFER_DENIED");
    CHECK(shop.processors.law().as_of() == parse_date("2026-12-01"));
    CHECK(code_of([&] { shop.processors.set_law("{}"); }) == Errc::invalid);
    CHECK(shop.ask() == "TRANSFER_DENIED");
    shop.processors.set_law("");
    CHECK(shop.ask() == "OK_CONSENT");
}

TEST_CASE("transfers: defining is idempotent, adds entries, and never deletes", "[transfers]") {
    Shop shop;
    CHECK(shop.processors.define(Processor::from_json(good)));
    CHECK_FALSE(shop.processors.define(Processor::from_json(good)));
    CHECK(shop.processors.define(Processor::from_json(R"({"code": "mailer",
      "name": "Mailer SE", "history": [{"from": "2027-01-01", "ended": true}]})")));
    const auto found = shop.processors.find("mailer");
    REQUIRE(found);
    CHECK(found->name == "Mailer SE");
    CHECK(found->history.size() == 2);
    CHECK(shop.processors.judge("MAILER se").verdict == TransferVerdict::allowed);
    CHECK(shop.processors.judge("mailer", parse_time("2027-01-01")).rule == TransferRule::ended);
    CHECK(shop.processors.judge("nobody").rule == TransferRule::not_registered);
    CHECK_FALSE(shop.processors.find("nobody"));
    CHECK(code_of([&] { (void)shop.processors.history("nobody"); }) == Errc::not_found);
}

TEST_CASE("transfers: two processors cannot have one name, nor a tool that the law does not know",
          "[transfers]") {
    Shop shop;
    shop.define(good);
    CHECK(code_of([&] {
              shop.define(R"({"code": "second", "name": "mailer gmbh", "history": [{}]})");
          }) == Errc::conflict);
    CHECK(code_of([&] {
              shop.define(R"({"code": "second", "name": "mailer", "history": [{}]})");
          }) == Errc::conflict);
    try {
        shop.define(R"({"code": "second", "name": "Second", "history": [{},
          {"from": "2026-01-01", "tool": "scc"}]})");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.where() == "/history/1/tool");
        CHECK(std::string(error.what()).find("scc_2021_914") != std::string::npos);
    }
    CHECK(shop.processors.list().size() == 1);
}

TEST_CASE("transfers: processors travel with the definitions, and apply twice changes nothing",
          "[transfers]") {
    Shop shop;
    shop.define(good);
    shop.define(american);
    const std::string document = Definitions(shop.t.store).to_json();
    TestStore fresh;
    Definitions definitions(fresh.store);
    const auto first = definitions.apply(document).changes;
    CHECK(std::count(first.begin(), first.end(), "processor crm added") == 1);
    CHECK(definitions.apply(document).changes.empty());
    CHECK(json::parse(definitions.to_json()) == json::parse(document));
    json changed = json::parse(document);
    changed["processors"][0]["history"][0]["owner"] = "CA";
    CHECK(definitions.apply(changed.dump()).changes ==
          std::vector<std::string>{"processor crm changed"});
    changed["processors"][0]["history"][0]["owner"] = "Canada";
    try {
        (void)definitions.apply(changed.dump());
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.where() == "/processors/0/history/0/owner");
    }
}

TEST_CASE("transfers: what is put on file is in the ledger, and the store verifies",
          "[transfers]") {
    Shop shop;
    shop.define(good);
    std::vector<std::string> acts;
    shop.t.store.query(
        "SELECT evidence FROM v_event WHERE kind = 'setting_changed'", {},
        [&](const auto&, const auto& values) {
            acts.push_back(values[0].value_or(""));
            return true;
        },
        std::chrono::seconds(5));
    REQUIRE(acts.size() == 1);
    CHECK(json::parse(acts[0]).at("processor") == "mailer");
    CHECK(shop.t.store.verify({}).findings.empty());
    int rows = 0;
    shop.t.store.query(
        "SELECT code, superseded FROM v_processor", {},
        [&](const auto&, const auto& values) {
            CHECK(values[0] == "mailer");
            ++rows;
            return true;
        },
        std::chrono::seconds(5));
    CHECK(rows == 1);
}

TEST_CASE("transfers: an export goes to no processor that may not get data", "[transfers]") {
    Shop shop(std::vector<std::string>{}, TestStore::on_disk);
    shop.define(R"({"code": "analyst", "name": "Analyst Ltd", "history": [
      {"established": "IN", "owner": "IN", "data_locations": ["IN"], "contract": {}}]})");
    Export exports(shop.t.store);
    const std::string path = shop.t.folder.file("out.csv");
    CsvOptions options;
    options.recipient = "Analyst Ltd";
    CHECK(code_of([&] { (void)exports.csv(path, options); }) == Errc::denied);
    CHECK_FALSE(std::filesystem::exists(path));
    options.recipient = "auditor"; // no processor: not on file
    CHECK(exports.csv(path, options) == 1);
    BundleOptions bundle;
    CHECK_FALSE(exports.access_json(shop.ann, bundle).empty()); // to the person
    bundle.recipient = "analyst";
    CHECK(code_of([&] { (void)exports.access_json(shop.ann, bundle); }) == Errc::denied);
    shop.define(R"({"code": "analyst", "name": "Analyst Ltd", "history": [
      {"established": "IE", "owner": "IE", "data_locations": ["IE"], "contract": {}}]})");
    CHECK_FALSE(exports.access_json(shop.ann, bundle).empty());
}

TEST_CASE("transfers: the seed opens nothing and holds what was known by date", "[transfers]") {
    Shop shop({"mailjet"});
    const auto seed = Processors::seed();
    CHECK(seed.size() == 10);
    for (const ProcessorSeed& each : seed) {
        shop.processors.define(each.processor);
        CHECK(shop.processors.judge(each.processor.code).verdict == TransferVerdict::denied);
    }
    CHECK(shop.ask() == "TRANSFER_DENIED");
    const auto mailjet = shop.processors.find("mailjet");
    REQUIRE(mailjet);
    CHECK(mailjet->at(parse_date("2020-10-01"))->owner == "US");
    CHECK(mailjet->at(parse_date("2026-10-01"))->owner == "SE");
}

TEST_CASE("transfers: the check of places says whom and what it stops", "[transfers]") {
    Shop shop({"crm", "parcels"});
    shop.person("ben@example.org");
    shop.t.store.set_setting("place", "DE");
    Purpose order;
    order.code = "order";
    order.basis = Basis::contract;
    order.kind = PurposeKind::transactional;
    order.channels = {Channel::email, Channel::post};
    order.recipients = {"Mailer GmbH"};
    Purposes(shop.t.store).define(order);
    DataHolders(shop.t.store)
        .define(R"({"code": "desk", "operations": ["erase"], "processor": "crm"})");
    shop.define(american);
    shop.define(good);

    PlaceReport report = shop.processors.check();
    CHECK(report.asked);
    CHECK(report.place_answer->rule == TransferRule::no_transfer_eea);
    REQUIRE(report.recipients.size() == 3);
    CHECK(report.recipients[0].name == "parcels");
    CHECK_FALSE(report.recipients[0].registered);
    CHECK(report.recipients[0].answer.rule == TransferRule::not_registered);
    CHECK(report.recipients[1].name == "crm");
    CHECK(report.recipients[1].answer.basis == "dpf");
    CHECK(report.recipients[1].holders == std::vector<std::string>{"desk"});
    REQUIRE(report.stops.size() == 1);
    CHECK(report.stops[0].recipients == std::vector<std::string>{"parcels"});
    CHECK(report.stops[0].people.at(Channel::email) == 2);

    shop.define(R"({"code": "parcels", "name": "Parcels AG", "history": [{"role": "controller",
      "established": "CH", "owner": "CH", "data_locations": ["CH"]}]})");
    CHECK(shop.processors.check().stops.empty());
    CHECK(shop.ask() == "OK_CONSENT");

    PlaceCheckOptions fallen;
    fallen.without = {"DPF"};
    report = shop.processors.check(fallen);
    REQUIRE(report.stops.size() == 1);
    CHECK(report.stops[0].purpose == "news");
    CHECK(report.stops[0].recipients == std::vector<std::string>{"crm"});
    CHECK(report.recipients[0].name == "crm");
    CHECK_FALSE(report.recipients[0].as_law_stands);
    CHECK(report.recipients[1].as_law_stands);
    const json document = json::parse(report.to_json());
    CHECK(document["stops"][0]["people"]["email"] == 2);
    CHECK(document["recipients"][0]["answer"]["rule"] == "NO_TOOL");
    CHECK(shop.ask() == "OK_CONSENT"); // a question alone changes nothing

    PlaceCheckOptions early;
    early.at = parse_time("2023-07-09");
    CHECK(shop.processors.check(early).recipients[0].answer.rule == TransferRule::no_tool);
    fallen.without = {"nothing"};
    CHECK(code_of([&] { (void)shop.processors.check(fallen); }) == Errc::not_found);
    shop.t.store.set_setting("place", "the cellar");
    CHECK_FALSE(shop.processors.check().place_answer);
}

TEST_CASE("transfers: a person's bundle names the third countries and what carries data there",
          "[transfers]") {
    Shop shop({"crm", "mailer"});
    const auto transfers = [&] {
        BundleOptions preview;
        preview.record = false;
        return json::parse(Export(shop.t.store).access_json(shop.ann, preview)).at("transfers");
    };
    CHECK(transfers().empty());
    shop.define(american);
    shop.define(good);
    CHECK(transfers() == json::parse(R"([{"recipient": "CRM Inc.", "country": "US",
      "safeguard": "GDPR 45; decision (EU) 2023/1795", "verdict": "allowed"}])"));
}

TEST_CASE("transfers: a holder's processor is asked before new values are handed out",
          "[transfers]") {
    Shop shop(std::vector<std::string>{});
    DataHolders holders(shop.t.store);
    holders.define(
        R"({"code": "desk", "operations": ["rectify", "erase"], "processor": "desk_inc"})");
    int rectified = 0, erased = 0;
    holders.attach("desk", {{HolderOperation::rectify,
                             [&](const HolderCall&) {
                                 ++rectified;
                                 return HolderAnswer{};
                             }},
                            {HolderOperation::erase, [&](const HolderCall&) {
                                 ++erased;
                                 return HolderAnswer{};
                             }}});
    shop.define(R"({"code": "desk_inc", "name": "Desk Inc.", "history": [{"established": "US",
      "owner": "US", "data_locations": ["US"], "contract": {}}]})");
    holders.ask(shop.ann, HolderOperation::rectify);
    HolderRunReport report = holders.run();
    CHECK(report.failed == 1);
    CHECK(rectified == 0);
    CHECK(holders.tasks()[0].reason == "denied");
    shop.define(R"({"code": "desk_inc", "name": "Desk Inc.", "history": [{"established": "US",
      "owner": "US", "data_locations": ["US"], "contract": {}, "dpf_listed": true}]})");
    shop.t.clock.advance(std::chrono::hours(1));
    CHECK(holders.run().done == 1);
    CHECK(rectified == 1);
    shop.define(R"({"code": "desk_inc", "name": "Desk Inc.", "history": [{"ended": true}]})");
    Erasure erasure(shop.t.store);
    (void)erasure.execute(shop.ann, {});
    CHECK(holders.run().done == 1); // owed to the person, wherever the data are
    CHECK(erased == 1);
}

} // namespace transfers_registry_test
