#include "catch.hpp"
#include "store/engine.hpp"
#include "store/foreign.hpp"
#include "support/store.hpp"
#include "unit/holders/helpers.hpp"

#include <filesystem>
#include <fstream>

namespace holders_declared_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A web shop's own database beside the store.
struct WebShop : Holders {
    WebShop() : path(folder.file("shop.db")) {
        std::ofstream(path).close(); // an empty file is an empty database
        change("CREATE TABLE customer(id INTEGER PRIMARY KEY, mail TEXT, name TEXT, city TEXT, "
               "blocked INTEGER NOT NULL DEFAULT 0)");
        change(
            "CREATE TABLE \"order\"(number TEXT PRIMARY KEY, customer INTEGER, name TEXT, street "
            "TEXT, paid_on TEXT, total REAL)");
        change("CREATE TABLE visit(customer INTEGER, at INTEGER, page TEXT) ");
        change("INSERT INTO customer VALUES(7, 'Anna@Example.org', 'Anna', 'Graz', 0), "
               "(8, 'ben@example.org', 'Ben', 'Linz', 0)");
        change("INSERT INTO \"order\" VALUES('A1', 7, 'Anna', 'Street 1', '2015-03-01', 10.5), "
               "('A2', 7, 'Anna', 'Street 1', '2024-03-01', 20), "
               "('A3', 7, 'Anna', 'Street 1', NULL, 30), "
               "('B1', 8, 'Ben', 'Street 2', '2015-03-01', 40)");
        change("INSERT INTO visit VALUES(7, 1, '/'), (7, 2, '/tea'), (8, 3, '/')");
        SubjectInput input;
        input.identifiers = {{IdentifierKind::external, "shop", "7"}};
        Subjects(store).update(anna, input);
    }
    void change(const std::string& sql) {
        store::ConnectionOptions options;
        options.vfs = "";
        options.foreign = true;
        store::Connection(path, options).exec(sql);
    }
    std::string one(const std::string& sql) {
        store::ConnectionOptions options;
        options.vfs = "";
        options.foreign = true;
        return store::Connection(path, options).scalar(sql).value_or("NULL");
    }
    void declare(const std::string& tables) {
        holders.define(R"({"code":"shop","database":{"path":")" + path + R"(","tables":)" + tables +
                       "}}");
    }
    std::string path;
};

constexpr const char* everything = R"([
  {"table":"visit","key":"customer","match":"external:shop","export":["at","page"],
   "erase":"delete"},
  {"table":"order","key":"customer","match":"external:shop",
   "export":["number","paid_on","total","street"],"erase":"delete",
   "keep":{"ground":"17(3)(b) tax law","after":"paid_on","for":"P10Y","null":["street"],
           "mask":{"name":"erased"}}},
  {"table":"customer","key":"mail","match":"email","export":["name","city"],
   "erase":{"null":["mail","city"],"mask":{"name":"erased"}},
   "rectify":{"name":"last_name","city":"phone"},"restrict":"blocked"}])";

} // namespace

TEST_CASE("declared holders: rows are deleted, blanked or kept as the declaration says",
          "[holders]") {
    WebShop shop;
    shop.declare(everything);
    CHECK(shop.holders.find("shop")->declared);
    std::string planned;
    for (const ErasurePlanRow& row : Erasure(shop.store).plan(shop.anna).rows) {
        if (row.place.starts_with("data holder ")) {
            planned +=
                row.place.substr(12) + " " + row.action + " " + std::to_string(row.rows) + "; ";
        }
    }
    CHECK(planned == "shop: visit ask 2; shop: order ask 1; shop: order keep 1; shop: order keep "
                     "1; shop: customer ask 1; ");
    CHECK(shop.one("SELECT count(*) FROM visit") == "3"); // nothing is changed
    Erasure(shop.store).execute(shop.anna);
    const HolderRunReport report = shop.holders.run();
    CHECK(report.failed == 0);
    CHECK(report.calls == 3); // a table is a page
    CHECK(report.retained == 1);
    CHECK(shop.one("SELECT count(*) FROM visit") == "1");
    CHECK(shop.one("SELECT group_concat(number) FROM \"order\"") == "A2,A3,B1");
    CHECK(shop.one("SELECT group_concat(name) FROM \"order\"") == "erased,erased,Ben");
    CHECK(shop.one("SELECT count(street) FROM \"order\"") == "1");
    CHECK(shop.one("SELECT count(*) FROM customer WHERE mail IS NULL AND city IS NULL AND name = "
                   "'erased'") == "1");
    CHECK(shop.one("SELECT name FROM customer WHERE id = 8") == "Ben");

    const json answer = shop.receipt(shop.anna)["holders"][0];
    CHECK(answer["removed"] == json::parse(R"([{"place":"visit","rows":2},
        {"place":"order","rows":1},{"place":"customer","rows":1}])"));
    CHECK(answer["retained"] == json::parse(R"([
        {"place":"order","rows":1,"ground":"17(3)(b) tax law","until":null},
        {"place":"order","rows":1,"ground":"17(3)(b) tax law",
         "until":"2034-03-01T00:00:00.000Z"}])"));
    CHECK(shop.holders.holds(shop.anna, true).at(0).until == parse_time("2034-03-01"));

    shop.clock.set("2034-03-01");
    CHECK(shop.holders.run().holds_ended == 1);
    CHECK(shop.one("SELECT group_concat(number) FROM \"order\"") == "A3,B1");
    const Hold undated = shop.holders.holds(shop.anna, true).at(0);
    CHECK_FALSE(undated.until); // until a person has looked at it
    shop.change("UPDATE \"order\" SET paid_on = '2020-01-01' WHERE number = 'A3'");
    shop.holders.lift(undated.id);
    CHECK(shop.holders.run().done == 1);
    CHECK(shop.one("SELECT group_concat(number) FROM \"order\"") == "B1");
    CHECK(shop.holders.holds(shop.anna, true).empty());
}

TEST_CASE("declared holders: dates are civil, RFC 3339, or numbers", "[holders]") {
    WebShop shop;
    shop.declare(R"([{"table":"visit","key":"customer","match":"subject","erase":"delete",
        "keep":{"ground":"log","until":"at"}}])");
    shop.change("DELETE FROM visit");
    shop.change("INSERT INTO visit VALUES(" + std::to_string(static_cast<std::int64_t>(shop.anna)) +
                ", 1893456000, 's'), (1, 1893456000000, 'ms'), (1, 1000, 'past'), (2, 5, 'other')");
    Erasure(shop.store).execute(shop.anna);
    shop.holders.run();
    CHECK(shop.one("SELECT group_concat(page) FROM visit") == "s,ms,other");
    const json retained = shop.receipt(shop.anna)["holders"][0]["retained"];
    REQUIRE(retained.size() == 1);
    CHECK(retained[0]["rows"] == 2);
    CHECK(retained[0]["until"] == "2030-01-01T00:00:00.000Z");
}

TEST_CASE("declared holders: an export has its pages, a restriction its column", "[holders]") {
    WebShop shop;
    shop.declare(everything);
    shop.change("WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 1202) "
                "INSERT INTO visit SELECT 7, i, '/' || i FROM n");
    shop.holders.ask(shop.anna, HolderOperation::export_data);
    CHECK(shop.holders.run().calls == 5);
    const json data = json::parse(shop.holders.exported(shop.anna))[0]["data"];
    REQUIRE(data.size() == 5);
    CHECK(data[0]["rows"].size() == 500);
    CHECK(data[2]["rows"].size() == 202);
    CHECK(data[2]["rows"][201] == json::parse(R"({"at":1202,"page":"/1202"})"));
    CHECK(data[3]["table"] == "order");
    CHECK(data[3]["rows"][0] == json::parse(R"({"number":"A1","paid_on":"2015-03-01","total":10.5,
        "street":"Street 1"})"));
    CHECK(data[4]["rows"] == json::parse(R"([{"name":"Anna","city":"Graz"}])"));

    shop.record(shop.anna, EventKind::restricted);
    shop.holders.run();
    CHECK(shop.one("SELECT group_concat(blocked) FROM customer") == "1,0");
    shop.record(shop.anna, EventKind::restriction_lifted);
    shop.holders.run();
    CHECK(shop.one("SELECT group_concat(blocked) FROM customer") == "0,0");
    const RequestId id = shop.verified(RequestKind::rectification, shop.anna);
    shop.set(shop.anna, "last_name", "O'Neill");
    shop.set(shop.anna, "email", "other@example.org");
    shop.requests.fulfil(id);
    shop.holders.run();
    CHECK(shop.one("SELECT name || coalesce(city, '-') FROM customer WHERE id = 7") == "O'Neill-");
}

TEST_CASE("declared holders: what cannot be done now is done later, and nothing by halves",
          "[holders]") {
    WebShop shop;
    shop.declare(R"([{"table":"visit","key":"customer","match":"external:shop","erase":"delete"},
                     {"table":"bill","key":"customer","match":"external:shop","erase":"delete"}])");
    Erasure(shop.store).execute(shop.anna);
    const HolderRunReport report = shop.holders.run();
    CHECK(report.failed == 1); // no such table
    CHECK(shop.open_tasks(shop.anna).at(0).reason == "internal");
    CHECK(shop.one("SELECT count(*) FROM visit") == "1");
    shop.change("CREATE TABLE bill(customer INTEGER)");
    std::filesystem::rename(shop.path, shop.path + ".away");
    shop.clock.advance(1min);
    CHECK(shop.holders.run().failed == 1);
    CHECK_FALSE(std::filesystem::exists(shop.path)); // never created
    CHECK(shop.open_tasks(shop.anna).at(0).reason == "not_found");
    std::filesystem::rename(shop.path + ".away", shop.path);
    shop.clock.advance(2min);
    CHECK(shop.holders.run().done == 1);
    CHECK(shop.receipt(shop.anna)["holders"][0]["removed"] ==
          json::parse(R"([{"place":"visit","rows":2}])"));
}

TEST_CASE("declared holders: a store of habeas is none, and the file stays as it is", "[holders]") {
    WebShop shop;
    TestStore other(TestStore::on_disk);
    using Access = store::ForeignTransaction::Access;
    CHECK(code_of([&] { store::ForeignTransaction(other.path(), Access::read); }) == Errc::denied);
    CHECK(code_of([&] { store::ForeignTransaction(shop.folder.path(), Access::read); }) ==
          Errc::not_found);
    const std::string mode = shop.one("PRAGMA journal_mode");
    {
        store::ForeignTransaction tx(shop.path, Access::write);
        tx.db().exec("DELETE FROM visit"); // not committed
    }
    CHECK(shop.one("SELECT count(*) FROM visit") == "3");
    CHECK(mode == "delete");
    CHECK_FALSE(std::filesystem::exists(shop.path + "-wal"));
}

TEST_CASE("declared holders: rows that went with a lost answer are counted all the same",
          "[holders]") {
    WebShop shop;
    shop.declare(
        R"([{"table":"visit","key":"customer","match":"external:shop","erase":"delete"}])");
    Erasure(shop.store).execute(shop.anna);
    // As a crash leaves it: the call was made, its answer is not there.
    auto& db = shop.store.engine().db();
    db.exec("UPDATE holder_task SET state = 'calling', attempts = 1, draft = "
            "'[{\"place\":\"visit\",\"rows\":2}]'");
    shop.change("DELETE FROM visit WHERE customer = 7");
    CHECK(shop.holders.run().done == 1);
    CHECK(shop.receipt(shop.anna)["holders"][0]["removed"][0]["rows"] == 2);
}

TEST_CASE("holder definitions: each fault has its place", "[holders]") {
    Holders desk;
    const auto where_of = [&](const std::string& text) {
        try {
            desk.holders.define(text);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::invalid);
            return error.where();
        }
        return std::string("none");
    };
    const auto with_table = [&](const std::string& more) {
        return where_of(
            R"({"code":"a","database":{"path":"/a.db","tables":[{"table":"t","key":"k",)"
            R"("match":"email")" +
            more + "}]}}");
    };
    CHECK(where_of("{").empty());
    CHECK(where_of("[]").empty());
    CHECK(where_of(R"({"code":"A"})") == "/code");
    CHECK(where_of(R"({"code":"a"})") == "/operations");
    CHECK(where_of(R"({"code":"a","operations":["delete"]})") == "/operations/0");
    CHECK(where_of(R"({"code":"a","operations":["erase"],"other":1})") == "/other");
    CHECK(where_of(R"({"code":"a","labels":{"en":1},"operations":["erase"]})") == "/labels");
    CHECK(where_of(R"({"code":"a","database":{"path":"a.db"}})") == "/database/path");
    CHECK(where_of(R"({"code":"a","database":{"path":"/a.db"}})") == "/database/tables");
    CHECK(where_of(R"({"code":"a","database":{"path":"/a.db","tables":[{}]}})") ==
          "/database/tables/0/table");
    CHECK(where_of(R"({"code":"a","database":{"path":"/a.db","tables":[{"table":"t","key":"k",)"
                   R"("match":"name"}]}})") == "/database/tables/0/match");
    const std::string at = "/database/tables/0";
    CHECK(with_table("") == "/database");
    CHECK(with_table(R"(,"export":[1])") == at + "/export/0");
    CHECK(with_table(R"(,"erase":"drop")") == at + "/erase");
    CHECK(with_table(R"(,"erase":{})") == at + "/erase");
    CHECK(with_table(R"(,"erase":{"null":["a"],"mask":{"a":"x"}})") == at + "/erase/mask");
    CHECK(with_table(R"(,"keep":{"ground":"x"})") == at + "/keep");
    CHECK(with_table(R"(,"erase":"delete","keep":{})") == at + "/keep/ground");
    CHECK(with_table(R"(,"erase":"delete","keep":{"ground":"x","for":"P1Y"})") == at + "/keep");
    CHECK(with_table(R"(,"erase":"delete","keep":{"ground":"x","after":"d","for":"1Y"})") ==
          at + "/keep/for");
    CHECK(with_table(R"(,"erase":"delete","keep":{"ground":"x","until":"d","null":["d"]})") ==
          at + "/keep");
    CHECK(with_table(R"(,"rectify":{"k":"email"})") == at + "/rectify");
    CHECK(with_table(R"(,"rectify":{"v":"no_such_field"})") == at + "/rectify");
    CHECK(with_table(R"(,"restrict":"")") == at + "/restrict");
    CHECK(with_table(R"(,"restrict":"r")") == "none");
    CHECK(desk.holders.find("a")->operations ==
          std::vector{HolderOperation::restrict_data, HolderOperation::lift});
}

TEST_CASE("holder definitions: they travel with all other definitions", "[holders]") {
    Holders desk;
    desk.define("crm", R"(["erase","export"])");
    desk.holders.define(
        R"({"code":"shop","labels":{"de":"Laden"},"database":{"path":"/var/shop.db","tables":[
            {"table":"t","key":"k","match":"phone","erase":"delete"}]}})");
    const std::string document = Definitions(desk.store).to_json();
    TestStore other;
    const ApplyReport report = Definitions(other.store).apply(document);
    CHECK(std::count(report.changes.begin(), report.changes.end(), "holder shop added") == 1);
    CHECK(Definitions(other.store).to_json() == document);
    CHECK(Definitions(other.store).apply(document).changes.empty());
    CHECK(code_of([&] {
              Definitions(other.store)
                  .apply(R"({"habeas_definitions":1,"holders":[{"code":"x","operations":[1]}]})");
          }) == Errc::invalid);
}

} // namespace holders_declared_test
