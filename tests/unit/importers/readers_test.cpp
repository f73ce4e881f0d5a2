// What other platforms write: dumps of MySQL, PHP's serialize format, PHP's CSV.
#include "base/csv.hpp"
#include "base/hash.hpp"
#include "catch.hpp"
#include "importers/csv_table.hpp"
#include "importers/dump_source.hpp"
#include "importers/moment.hpp"
#include "importers/php_serialize.hpp"
#include "importers/sql_dump.hpp"
#include "unit/base/expect_error.hpp"

#include <nlohmann/json.hpp>

namespace importers_readers_test {

using namespace habeas;
using namespace habeas::importers;
using habeas::test::contains;
using habeas::test::message_of;

namespace {

constexpr std::string_view dump = R"(-- MariaDB dump 10.19
/*M!999999\- enable the sandbox mode */
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `leads`;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `leads` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `email` varchar(191) DEFAULT 'a,b(c)' COMMENT 'it''s, (a) comment',
  `note` text DEFAULT NULL,
  `kind` enum('a','b)') DEFAULT 'a',
  `generated` varchar(10) GENERATED ALWAYS AS (substr(`email`,1,3)) VIRTUAL,
  PRIMARY KEY (`id`),
  KEY `email` (`email`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `x` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='leads; all';
LOCK TABLES `leads` WRITE;
/*!40000 ALTER TABLE `leads` DISABLE KEYS */;
INSERT INTO `leads` (`id`, `email`, `note`, `kind`) VALUES
(1,'ann@example.org','it''s \'fine\'\n"ok"; (1),\\',NULL),
(2,NULL,0x416e6e,'b)'),
(-3,'', _binary 'x\0y', 'a');
/*!40000 ALTER TABLE `leads` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE other (a int, b double);
INSERT INTO other VALUES (1.5e3,true),(X'4142',b'01000001');
DELIMITER ;;
CREATE TRIGGER t BEFORE INSERT ON leads FOR EACH ROW BEGIN SET NEW.id = 1; END ;;
DELIMITER ;
insert ignore into `shop`.`leads` (`email`,`id`) values ('z@example.org',9) ON DUPLICATE KEY UPDATE id = 1;
-- Dump completed on 2026-06-01 12:00:00
)";

std::vector<std::vector<std::string>> read(TableSource& source, const std::string& table,
                                           const std::vector<std::string>& columns) {
    std::vector<std::vector<std::string>> out;
    const auto cursor = source.open(table, columns);
    TableRow row;
    while (cursor->next(row)) {
        auto& copy = out.emplace_back();
        if (!row.fault.empty()) {
            copy.emplace_back(row.fault);
        }
        for (const Cell& cell : row.cells) {
            copy.emplace_back(cell ? std::string(*cell) : "NULL");
        }
    }
    return out;
}

std::string php_error(std::string_view text) {
    return message_of([&] { read_php(text); });
}

std::string unescaped(std::string text) {
    const auto read = from_backslashes(base::read_memory(text), ',');
    std::string out;
    char buffer[3];
    for (std::size_t n = read(buffer, 3); n != 0; n = read(buffer, 3)) {
        out.append(buffer, n);
    }
    return out;
}

} // namespace

TEST_CASE("sql dump: tables, columns and rows are read as MySQL wrote them", "[importers]") {
    const auto source = open_dump(read_at_memory(dump), "shop.sql");
    CHECK(source->tables() == std::vector<std::string>{"leads", "other"});
    CHECK(source->columns("leads") ==
          std::vector<std::string>{"id", "email", "note", "kind", "generated"});
    CHECK(source->rows("leads") == 4);
    CHECK(source->rows("nothing") == 0);
    CHECK(source->sha256() == base::to_hex(base::sha256(dump)));
    const auto rows = read(*source, "leads", {"note", "id", "missing", "email", "kind"});
    REQUIRE(rows.size() == 4);
    CHECK(rows[0] == std::vector<std::string>{"it's 'fine'\n\"ok\"; (1),\\", "1", "NULL",
                                              "ann@example.org", "NULL"});
    CHECK(rows[1] == std::vector<std::string>{"Ann", "2", "NULL", "NULL", "b)"});
    CHECK(rows[2] == std::vector<std::string>{std::string("x\0y", 3), "-3", "NULL", "", "a"});
    CHECK(rows[3] == std::vector<std::string>{"NULL", "9", "NULL", "z@example.org", "NULL"});
    CHECK(read(*source, "other", {"b", "a"}) ==
          std::vector<std::vector<std::string>>{{"1", "1.5e3"}, {"A", "AB"}});
    CHECK(read(*source, "nothing", {"a"}).empty());
}

TEST_CASE("sql dump: the size of reads changes nothing", "[importers]") {
    const auto events = [](std::size_t buffer) {
        std::string out;
        SqlDumpReader reader(read_at_memory(dump), {}, {}, buffer);
        for (auto event = reader.next(); event != SqlDumpReader::Event::end;
             event = reader.next()) {
            out += std::to_string(static_cast<int>(event)) + reader.table().name;
            if (event == SqlDumpReader::Event::row) {
                for (const auto& cell : reader.cells()) {
                    out += cell ? "[" + std::string(*cell) + "]" : "[]";
                }
                out += std::to_string(reader.line());
            }
        }
        return out;
    };
    CHECK(events(128) == events(1 << 20));
    CHECK(events(137) == events(1 << 20));
}

TEST_CASE("sql dump: faults name the line and no value", "[importers]") {
    const auto fault = [](std::string_view text) {
        return message_of([&] { open_dump(read_at_memory(text), "x.sql"); });
    };
    CHECK(contains(fault("CREATE TABLE a (b int);\nINSERT INTO a VALUES\n(1),\n('secret"),
                   "line 4: a string is never closed"));
    CHECK(!contains(fault("CREATE TABLE a (b int);\nINSERT INTO a VALUES ('secret"), "secret"));
    CHECK(contains(fault("INSERT INTO a VALUES (1);"), "which the dump does not define"));
    CHECK(contains(fault("\x1F\x8B\x08 binary"), "no dump of MySQL"));
    CHECK(contains(fault("CREATE TABLE a (b int);\nINSERT INTO a VALUES (now());"), "line 2"));
    CHECK(contains(fault("SET NAMES latin1;"), "not in UTF-8"));
    CHECK(contains(fault("/*!40101 SET NAMES latin1 */;"), "not in UTF-8"));
    CHECK(contains(fault("-- nothing\n"), "no tables"));
    CHECK(contains(fault("CREATE TABLE a (b int);\nINSERT INTO a VALUES (0x4);"), "odd digit"));
    CHECK(contains(fault("CREATE TABLE a (b int"), "never closed"));
    CHECK(contains(fault("CREATE TABLE a (b int);/* open"), "a comment is never closed"));
}

TEST_CASE("sql dump: one that broke off between two statements is refused", "[importers]") {
    const std::string whole(dump);
    const std::string broken = whole.substr(0, whole.find("CREATE TABLE other"));
    CHECK(contains(message_of([&] { open_dump(read_at_memory(broken), "x.sql"); }),
                   "x.sql: the dump broke off"));
    const std::string bare = broken.substr(broken.find('\n')); // --skip-comments: nobody can say
    CHECK(open_dump(read_at_memory(bare), "x.sql")->rows("leads") == 3);
}

TEST_CASE("sql dump: a row of another width is told, and the next one is read", "[importers]") {
    const auto source = open_dump(
        read_at_memory("CREATE TABLE a (b int, c int); INSERT INTO a VALUES (1),(2,3),(4,5,6);"),
        "x.sql");
    CHECK(read(*source, "a", {"c"}) ==
          std::vector<std::vector<std::string>>{{"fewer values than the table has columns"},
                                                {"3"},
                                                {"more values than the table has columns"}});
}

TEST_CASE("sql dump: rows of a table in several places are all read", "[importers]") {
    const auto source = open_dump(
        read_at_memory("CREATE TABLE a (x int); CREATE TABLE b (x int);"
                       "INSERT INTO a VALUES (1);INSERT INTO a VALUES (2);INSERT INTO b VALUES (3);"
                       "INSERT INTO a VALUES (4);"),
        "x.sql");
    CHECK(read(*source, "a", {"x"}) == std::vector<std::vector<std::string>>{{"1"}, {"2"}, {"4"}});
    CHECK(read(*source, "b", {"x"}) == std::vector<std::vector<std::string>>{{"3"}});
}

TEST_CASE("php: values are read as data", "[importers]") {
    CHECK(read_php("N;").is_null());
    CHECK(read_php("b:1;") == true);
    CHECK(read_php("i:-42;") == -42);
    CHECK(read_php("d:0.5;") == 0.5);
    CHECK(read_php("s:5:\"a\"b;c\";") == "a\"b;c");
    CHECK(read_php("s:2:\"\xC3\xA9\";") == "é");
    CHECK(read_php("a:2:{i:0;s:1:\"x\";i:1;N;}") == nlohmann::json::parse(R"(["x", null])"));
    CHECK(read_php("a:1:{s:4:\"list\";a:1:{i:3;s:1:\"x\";}}") ==
          nlohmann::json::parse(R"({"list": {"3": "x"}})"));
    CHECK(read_php("a:0:{}") == nlohmann::json::array());
}

TEST_CASE("php: objects, references and lies about length are refused", "[importers]") {
    CHECK(contains(php_error(R"(O:8:"stdClass":0:{})"), "objects and references"));
    CHECK(contains(php_error(R"(C:1:"A":0:{})"), "objects and references"));
    CHECK(contains(php_error("a:2:{i:0;i:1;i:1;R:2;}"), "objects and references"));
    CHECK(contains(php_error("s:99:\"x\";"), "longer than what is there"));
    CHECK(contains(php_error("a:99999999999:{}"), "longer than what is there"));
    CHECK(contains(php_error("a:2:{i:0;N;i:0;N;}"), "a key twice"));
    CHECK(contains(php_error("i:1;i:2;"), "text behind the end"));
    CHECK(contains(php_error("i:99999999999999999999;"), "expected a number"));
    CHECK(contains(php_error("s:1:\"\xFF\";"), "not UTF-8"));
    CHECK(contains(php_error(""), "expected a value"));
    std::string deep;
    for (int i = 0; i < 100; ++i) {
        deep += "a:1:{i:0;";
    }
    CHECK(contains(php_error(deep), "nested too deeply"));
}

TEST_CASE("csv: a quote behind a backslash is a character, as fputcsv writes it", "[importers]") {
    CHECK(unescaped("a,b\n") == "a,b\n");
    CHECK(unescaped("\"say \\\"hi\\\" now\",x\n") == "\"say \\\"\"hi\\\"\" now\",x\n");
    CHECK(unescaped("\"ends with \\\",x\n") == "\"ends with \\\",x\n");
    CHECK(unescaped("\"two \"\"quotes\"\"\",x") == "\"two \"\"quotes\"\"\",x");
    CHECK(unescaped("\"\\\\\"") == "\"\\\\\"");
}

TEST_CASE("moment: a zone is never guessed", "[importers]") {
    const MomentReader unsaid("", "iso");
    const MomentReader vienna("Europe/Vienna", "dmy");
    std::int64_t at = 0;
    subjects::Refusal why;
    CHECK(unsaid.read("2026-01-31T10:00:00Z", at, why));
    CHECK(at == 1769853600000);
    CHECK(unsaid.read("1769853600", at, why));
    CHECK(at == 1769853600000);
    CHECK(unsaid.read("2026-01-31", at, why));
    CHECK_FALSE(unsaid.read("2026-01-31 10:00", at, why));
    CHECK(contains(why.reason, "time_zone"));
    CHECK(vienna.read("31.01.2026 11:00", at, why));
    CHECK(at == 1769853600000);
    CHECK_FALSE(vienna.read("0000-00-00 00:00:00", at, why));
    CHECK(contains(message_of([] { MomentReader("Mars/Olympus", "iso"); }), "time_zone"));
}

} // namespace importers_readers_test
