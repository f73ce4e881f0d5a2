#include "transfers/processor_json.hpp"

#include "base/country_table.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "store/actor.hpp"

#include <algorithm>

namespace habeas {
namespace transfers {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

constexpr std::size_t max_name = 200, max_reference = 400, max_note = 1000;
constexpr std::size_t max_places = 60, max_history = 200;

void require_place(const std::string& code, const std::string& pointer) {
    if (!is_place(code)) {
        refuse_at(pointer, "write a country code of ISO 3166-1, such as DE");
    }
}

void read_place(JsonReader& in, const char* name, std::string& to) {
    in.read(name, to);
    if (in.find(name) != nullptr) {
        require_place(to, in.at(name));
    }
}

void read_places(JsonReader& in, const char* name, std::vector<std::string>& to) {
    in.read_array(name, [&](const json& each, const std::string& at) {
        if (to.size() == max_places) {
            refuse_at(in.at(name), "at most 60 places");
        }
        require_place(each.is_string() ? each.get<std::string>() : std::string(), at);
        if (std::find(to.begin(), to.end(), each.get_ref<const std::string&>()) != to.end()) {
            refuse_at(at, "this place is named twice");
        }
        to.push_back(each.get<std::string>());
    });
}

ProcessorContract read_contract(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    ProcessorContract out;
    in.read("signed", out.signed_on);
    in.read("until", out.until);
    in.read_text("reference", out.reference, max_reference);
    in.finish();
    if (out.signed_on && out.until && *out.until < *out.signed_on) {
        refuse_at(in.at("until"), "the contract ends before it was signed");
    }
    return out;
}

TransferAssessment read_assessment(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    TransferAssessment out;
    std::string result;
    in.read("result", result);
    if (result != "ok" && result != "negative") {
        refuse_at(in.at("result"), "write ok or negative");
    }
    out.positive = result == "ok";
    in.read("made", out.made);
    in.read_text("reference", out.reference, max_reference);
    in.finish();
    return out;
}

void put_day(json& out, const char* name, const std::optional<Date>& day) {
    if (day) {
        out[name] = format_date(*day);
    }
}

template <class T>
void put(json& out, const char* name, const T& value, const T& otherwise = {}) {
    if (value != otherwise) {
        out[name] = value;
    }
}

} // namespace

bool is_place(std::string_view code) {
    const auto all = base::countries();
    return std::any_of(all.begin(), all.end(),
                       [&](const base::Country& each) { return each.code == code; }) ||
           (code.starts_with("XX-") && code.size() > 3 && code.size() <= 20 &&
            code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3) == std::string_view::npos);
}

ProcessorFacts read_facts(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    ProcessorFacts out;
    in.read("from", out.from);
    in.read_name("role", out.processor, [](std::string_view name) -> std::optional<bool> {
        return name == "processor"    ? std::optional(true)
               : name == "controller" ? std::optional(false)
                                      : std::nullopt;
    });
    read_place(in, "established", out.established);
    read_place(in, "owner", out.owner);
    read_places(in, "data_locations", out.data_locations);
    read_places(in, "remote_access_from", out.remote_access_from);
    if (const json* contract = in.find("contract")) {
        out.contract = read_contract(*contract, in.at("contract"));
    }
    in.read("tool", out.tool);
    if (!out.tool.empty() && !base::is_code(out.tool)) {
        refuse_at(in.at("tool"), "write a code, such as scc_2021_914");
    }
    in.read("tool_signed", out.tool_signed);
    if (const json* assessment = in.find("assessment")) {
        out.assessment = read_assessment(*assessment, in.at("assessment"));
    }
    in.read("dpf_listed", out.dpf_listed);
    in.read("commercial", out.commercial);
    in.read("systematic", out.systematic);
    in.read("hosts_store", out.hosts_store);
    in.read("ended", out.ended);
    in.read_text("note", out.note, max_note);
    in.finish();
    return out;
}

Processor read_processor(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Processor out;
    in.read("code", out.code);
    if (!base::is_code(out.code)) {
        refuse_at(in.at("code"), "write a code: small letters, digits and _");
    }
    in.read_text("name", out.name, max_name);
    if (out.name.empty()) {
        refuse_at(in.at("name"), "name it as its contract does");
    }
    in.read_array("history", [&](const json& each, const std::string& at) {
        if (out.history.size() == max_history) {
            refuse_at(in.at("history"), "at most 200 entries");
        }
        ProcessorFacts facts = read_facts(each, at);
        if (std::any_of(out.history.begin(), out.history.end(),
                        [&](const ProcessorFacts& known) { return known.from == facts.from; })) {
            refuse_at(at + "/from", "another entry begins on this day");
        }
        out.history.push_back(std::move(facts));
    });
    if (out.history.empty()) {
        refuse_at(in.at("history"),
                  "write what holds of it: an array with an object, such as [{\"established\": "
                  "\"DE\", \"data_locations\": [\"DE\"]}]");
    }
    in.finish();
    std::sort(out.history.begin(), out.history.end(),
              [](const ProcessorFacts& a, const ProcessorFacts& b) { return a.from < b.from; });
    return out;
}

json to_json(const ProcessorFacts& facts) {
    json out = json::object();
    put_day(out, "from", facts.from);
    if (!facts.processor) {
        out["role"] = "controller";
    }
    put(out, "established", facts.established);
    put(out, "owner", facts.owner);
    put(out, "data_locations", facts.data_locations);
    put(out, "remote_access_from", facts.remote_access_from);
    if (facts.contract) {
        json& contract = out["contract"] = json::object();
        put_day(contract, "signed", facts.contract->signed_on);
        put_day(contract, "until", facts.contract->until);
        put(contract, "reference", facts.contract->reference);
    }
    put(out, "tool", facts.tool);
    put_day(out, "tool_signed", facts.tool_signed);
    if (facts.assessment) {
        json& assessment = out["assessment"] = json::object();
        assessment["result"] = facts.assessment->positive ? "ok" : "negative";
        put_day(assessment, "made", facts.assessment->made);
        put(assessment, "reference", facts.assessment->reference);
    }
    put(out, "dpf_listed", facts.dpf_listed);
    put(out, "commercial", facts.commercial);
    put(out, "systematic", facts.systematic, true);
    put(out, "hosts_store", facts.hosts_store);
    put(out, "ended", facts.ended);
    put(out, "note", facts.note);
    return out;
}

json to_json(const Processor& processor) {
    json out =
        base::object_of("code", processor.code, "name", processor.name, "history", json::array());
    for (const ProcessorFacts& each : processor.history) {
        out["history"].push_back(to_json(each));
    }
    return out;
}

json to_json(const TransferAnswer& answer) {
    return base::object_of("verdict", transfer_verdict_name(answer.verdict), "rule",
                           transfer_rule_code(answer.rule), "reference", answer.reference, "place",
                           answer.place, "basis", answer.basis, "sentence",
                           transfer_rule_sentence(answer.rule));
}

} // namespace transfers

std::string Processor::to_json() const {
    return transfers::to_json(*this).dump();
}

std::string TransferAnswer::to_json() const {
    return transfers::to_json(*this).dump();
}

std::string ProcessorVersion::to_json() const {
    return base::object_of("facts", transfers::to_json(facts), "recorded_at",
                           format_time(recorded_at), "actor",
                           base::object_of("kind", store::actor_kind_name(actor.kind), "id",
                                           actor.id, "reason", actor.reason),
                           "superseded", superseded)
        .dump();
}

std::string ProcessorSeed::to_json() const {
    return base::object_of("processor", transfers::to_json(processor), "regions_eea", regions_eea,
                           "regions_other", regions_other, "verified", verified, "note", note)
        .dump();
}

Processor Processor::from_json(std::string_view json) {
    return transfers::read_processor(consent::read_document(json, "the processor"), "");
}

} // namespace habeas
