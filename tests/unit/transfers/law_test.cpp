// The law of transfers: every vector of tests/data/law/transfers.json, and the document of the law.
#include "catch.hpp"
#include "habeas/error.hpp"
#include "habeas/transfer.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>
#include <set>
#include <sstream>

namespace transfers_law_test {

using namespace habeas;
using nlohmann::json;

namespace {

json law_data() {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/transfers.json");
    return json::parse(file);
}

std::string text(const json& input, const char* name) {
    const auto at = input.find(name);
    return at == input.end() || at->is_null() ? std::string() : at->get<std::string>();
}
bool flag(const json& input, const char* name, bool otherwise = false) {
    const auto at = input.find(name);
    return at == input.end() || at->is_null() ? otherwise : at->get<bool>();
}

ProcessorFacts facts_of(const json& input) {
    ProcessorFacts out;
    out.established = text(input, "established");
    out.owner = text(input, "owner");
    if (const std::string place = text(input, "data_location"); !place.empty()) {
        out.data_locations = {place};
    }
    if (const std::string place = text(input, "remote_access_from"); !place.empty()) {
        out.remote_access_from = {place};
    }
    if (flag(input, "art28_contract")) {
        out.contract.emplace();
    }
    out.tool = text(input, "tool");
    if (const std::string day = text(input, "contract_signed"); !day.empty()) {
        out.tool_signed = parse_date(day);
    }
    if (const std::string result = text(input, "tia"); !result.empty()) {
        out.assessment = {result == "ok", std::nullopt, {}};
    }
    out.dpf_listed = flag(input, "dpf_listed");
    out.commercial = flag(input, "commercial");
    out.systematic = flag(input, "systematic", true);
    return out;
}

std::string where_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        CHECK(error.code() == Errc::invalid);
        return error.where();
    }
    return "accepted";
}

} // namespace

TEST_CASE("transfers: the law gives what each of the 62 vectors says", "[transfers]") {
    const json data = law_data();
    const TransferLaw law;
    REQUIRE(data.at("vectors").size() == 62);
    std::set<std::string> rules;
    for (const json& vector : data.at("vectors")) {
        const json& input = vector.at("input");
        INFO(vector.at("id") << " " << vector.at("note"));
        const TransferAnswer answer =
            law.judge(facts_of(input), parse_date(text(input, "at")), text(input, "exporter"));
        CHECK(transfer_verdict_name(answer.verdict) == vector.at("verdict").get<std::string>());
        CHECK(transfer_rule_code(answer.rule) == vector.at("reason").get<std::string>());
        CHECK_FALSE(answer.reference.empty());
        rules.insert(vector.at("reason"));
    }
    for (const json& each : data.at("reasons")) {
        CHECK(rules.contains(each.get<std::string>()));
    }
}

TEST_CASE("transfers: the law's own document has every member, decision and tool of the research",
          "[transfers]") {
    const json data = law_data();
    std::ifstream file(HABEAS_SOURCE_DIR "/src/transfers/transfer_law.json");
    const json own = json::parse(file);
    std::map<std::string, std::string> eea;
    for (const json& each : own.at("eea")) {
        eea[each.at("country")] = each.at("from");
    }
    for (const char* part : {"eu", "efta"}) {
        for (const auto& [country, from] : data.at("eea").at(part).items()) {
            CHECK(eea[country] == from.get<std::string>());
        }
    }
    for (const json& each : data.at("adequacy")) {
        INFO(each.at("name"));
        const auto same = std::find_if(
            own.at("adequacy").begin(), own.at("adequacy").end(), [&](const json& mine) {
                return mine.at("country") == each.at("country") && !mine.contains("bridge");
            });
        REQUIRE(same != own.at("adequacy").end());
        CHECK(same->at("from") == each.at("adopted"));
        CHECK(same->value("until", json()) == each.at("valid_to"));
        CHECK(same->at("decision") == "decision " + each.at("decision").get<std::string>());
    }
    const TransferLaw law;
    for (const char* part : {"tools", "derogations"}) {
        for (const json& each : data.at(part)) {
            CHECK(law.has_tool(each.at("id").get<std::string>()));
        }
    }
    CHECK(law.as_of() == parse_date("2026-11-24"));
}

TEST_CASE("transfers: what is unknown is denied", "[transfers]") {
    const TransferLaw law;
    const Date day = parse_date("2026-06-01");
    ProcessorFacts facts;
    CHECK(law.judge(facts, day).rule == TransferRule::no_processor_contract);
    facts.contract.emplace();
    CHECK(law.judge(facts, day).rule == TransferRule::location_unknown);
    facts.data_locations = {"DE"};
    CHECK(law.judge(facts, day).rule == TransferRule::location_unknown);
    facts.established = "DE";
    CHECK(law.judge(facts, day).verdict == TransferVerdict::allowed_with_safeguards);
    facts.owner = "DE";
    CHECK(law.judge(facts, day).verdict == TransferVerdict::allowed);
    facts.ended = true;
    CHECK(law.judge(facts, day).rule == TransferRule::ended);
}

TEST_CASE("transfers: a contract and an assessment count on their days alone", "[transfers]") {
    const TransferLaw law;
    ProcessorFacts facts;
    facts.established = facts.owner = "IN";
    facts.data_locations = {"IN"};
    facts.tool = "scc_2021_914";
    facts.contract = ProcessorContract{parse_date("2025-01-01"), parse_date("2025-12-31"), {}};
    facts.assessment = TransferAssessment{true, parse_date("2025-03-01"), {}};
    const auto on = [&](const char* day) { return law.judge(facts, parse_date(day)).rule; };
    CHECK(on("2024-12-31") == TransferRule::no_processor_contract);
    CHECK(on("2025-01-01") == TransferRule::tia_missing);
    CHECK(on("2025-03-01") == TransferRule::art46_tool);
    CHECK(on("2025-12-31") == TransferRule::art46_tool);
    CHECK(on("2026-01-01") == TransferRule::no_processor_contract);
    facts.tool_signed = parse_date("2025-06-01");
    CHECK(on("2025-05-31") == TransferRule::tool_not_valid_at);
    CHECK(on("2025-06-01") == TransferRule::art46_tool);
}

TEST_CASE("transfers: the worst of all places counts", "[transfers]") {
    const TransferLaw law;
    const Date day = parse_date("2026-06-01");
    ProcessorFacts facts;
    facts.established = facts.owner = "FR";
    facts.contract.emplace();
    facts.data_locations = {"FR", "GB", "SG"};
    TransferAnswer answer = law.judge(facts, day);
    CHECK(answer.rule == TransferRule::no_tool);
    CHECK(answer.place == "SG");
    facts.data_locations = {"FR", "GB"};
    answer = law.judge(facts, day);
    CHECK(answer.rule == TransferRule::adequacy);
    CHECK(answer.basis == "gb");
    facts.remote_access_from = {"IN"};
    answer = law.judge(facts, day);
    CHECK(answer.verdict == TransferVerdict::denied);
    CHECK(answer.place == "IN");
}

TEST_CASE("transfers: a controller who gets data needs no contract of article 28", "[transfers]") {
    const TransferLaw law;
    ProcessorFacts facts;
    facts.processor = false;
    facts.established = facts.owner = "CH";
    facts.data_locations = {"CH"};
    CHECK(law.judge(facts, parse_date("2026-06-01")).rule == TransferRule::adequacy);
    facts.established = facts.owner = "IN";
    CHECK(law.judge(facts, parse_date("2026-06-01")).rule == TransferRule::no_tool);
}

TEST_CASE("transfers: without a decision what rested on it falls back to its tool, or falls",
          "[transfers]") {
    const TransferLaw law;
    const TransferLaw fallen = law.without("DPF");
    const Date day = parse_date("2026-06-01");
    ProcessorFacts facts;
    facts.established = facts.owner = "US";
    facts.data_locations = {"US"};
    facts.contract.emplace();
    facts.dpf_listed = true;
    CHECK(law.judge(facts, day).basis == "dpf");
    CHECK(fallen.judge(facts, day).rule == TransferRule::no_tool);
    facts.tool = "scc_2021_914";
    facts.assessment = TransferAssessment{true, std::nullopt, {}};
    CHECK(fallen.judge(facts, day).rule == TransferRule::art46_tool);
    CHECK(fallen.without("scc_2021_914").judge(facts, day).rule ==
          TransferRule::not_a_transfer_tool);
    try {
        (void)law.without("dpg");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::not_found);
        CHECK(std::string(error.what()).find("dpf") != std::string::npos);
    }
}

TEST_CASE("transfers: a faulty document of the law is refused at its place", "[transfers]") {
    const auto where = [](const char* document) {
        return where_of([&] { (void)TransferLaw::from_json(document); });
    };
    CHECK(where("{}") == "/habeas_transfer_law");
    CHECK(where(R"({"habeas_transfer_law": 1})") == "/as_of");
    const std::string head = R"({"habeas_transfer_law": 1, "as_of": "2026-01-01", )";
    const auto rest = [&](const std::string& more) { return where((head + more).c_str()); };
    CHECK(rest(R"("eea": []})") == "/eea");
    CHECK(rest(R"("eea": [{"country": "Germany"}]})") == "/eea/0/country");
    CHECK(rest(R"("eea": [{"country": "DE", "from": "soon"}]})") == "/eea/0/from");
    CHECK(rest(R"("eea": [{"country": "DE", "from": "2020-02-01", "until": "2020-01-31"}]})") ==
          "/eea/0/until");
    const std::string eea = R"("eea": [{"country": "DE"}], )";
    CHECK(rest(eea + R"("adequacy": [{"code": "US", "country": "US"}]})") == "/adequacy/0/code");
    CHECK(rest(eea + R"("adequacy": [{"code": "us", "country": "US", "if": "x"}]})") ==
          "/adequacy/0/if");
    CHECK(rest(eea + R"("tools": [{"tool": "a"}]})") == "/tools/0/kind");
    CHECK(
        rest(eea + R"("tools": [{"tool": "a", "kind": "none"}, {"tool": "a", "kind": "none"}]})") ==
        "/tools/1/tool");
    CHECK(rest(eea + R"("tols": []})") == "/tols");
    CHECK(rest(eea + R"("part_of": {"RE": "France"}})") == "/part_of");
}

TEST_CASE("transfers: a processor reads back as it was written", "[transfers]") {
    const char* document = R"({"code": "mailer", "name": "Mailer SAS", "history": [
      {"established": "FR", "owner": "FR", "data_locations": ["DE", "BE"]},
      {"from": "2021-12-01", "role": "controller", "established": "US", "owner": "US",
       "data_locations": ["US"], "remote_access_from": ["IN", "XX-EPO"],
       "contract": {"signed": "2022-01-01", "until": "2027-12-31", "reference": "DPA 3"},
       "tool": "scc_2021_914", "tool_signed": "2022-01-02",
       "assessment": {"result": "negative", "made": "2022-01-03", "reference": "TIA 7"},
       "dpf_listed": true, "commercial": true, "systematic": false, "hosts_store": true,
       "ended": true, "note": "x"}]})";
    const Processor processor = Processor::from_json(document);
    CHECK(json::parse(processor.to_json()) == json::parse(document));
    CHECK(Processor::from_json(processor.to_json()) == processor);
    CHECK(processor.at(parse_date("2021-11-30")) == &processor.history[0]);
    CHECK(processor.at(parse_date("2021-12-01")) == &processor.history[1]);
}

TEST_CASE("transfers: a faulty processor is refused at its place", "[transfers]") {
    const auto where = [](const std::string& document) {
        return where_of([&] { (void)Processor::from_json(document); });
    };
    CHECK(where(R"({"code": "A"})") == "/code");
    CHECK(where(R"({"code": "a"})") == "/name");
    CHECK(where(R"({"code": "a", "name": "A"})") == "/history");
    const auto facts = [&](const std::string& members) {
        return where(R"({"code": "a", "name": "A", "history": [{)" + members + "}]}");
    };
    CHECK(facts(R"("from": "2026-13-01")") == "/history/0/from");
    CHECK(facts(R"("role": "friend")") == "/history/0/role");
    CHECK(facts(R"("established": "Germany")") == "/history/0/established");
    CHECK(facts(R"("data_locations": ["DE", "DE"])") == "/history/0/data_locations/1");
    CHECK(facts(R"("data_locations": "DE")") == "/history/0/data_locations");
    CHECK(facts(R"("remote_access_from": [7])") == "/history/0/remote_access_from/0");
    CHECK(facts(R"("contract": {"signed": "2026-02-01", "until": "2026-01-01"})") ==
          "/history/0/contract/until");
    CHECK(facts(R"("contract": true)") == "/history/0/contract");
    CHECK(facts(R"("tool": "SCC")") == "/history/0/tool");
    CHECK(facts(R"("assessment": {})") == "/history/0/assessment/result");
    CHECK(facts(R"("dpf": true)") == "/history/0/dpf");
    CHECK(where(R"({"code": "a", "name": "A", "history": [{}, {}]})") == "/history/1/from");
}

} // namespace transfers_law_test
