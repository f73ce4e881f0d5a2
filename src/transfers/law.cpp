// The document of the law: read strictly, and without one of its parts.
#include "transfers/law.hpp"

#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "transfers/processor_json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace habeas {
namespace transfers {

extern const char law_json[];

namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;
using Facts = TransferLaw::Facts;

constexpr std::size_t max_entries = 1000;

std::string read_place(JsonReader& in, const char* name) {
    std::string out;
    in.read(name, out);
    if (!is_place(out)) {
        refuse_at(in.at(name), "write a country code of ISO 3166-1, such as US");
    }
    return out;
}

Facts::Span read_span(JsonReader& in) {
    Facts::Span out;
    in.read("from", out.from);
    in.read("until", out.until);
    if (out.from && out.until && *out.until < *out.from) {
        refuse_at(in.at("until"), "it ends before it begins");
    }
    return out;
}

std::string read_code(JsonReader& in, const char* name, std::set<std::string>& known) {
    std::string out;
    in.read(name, out);
    if (!base::is_code(out)) {
        refuse_at(in.at(name), "write a code: small letters, digits and _");
    }
    if (!known.insert(out).second) {
        refuse_at(in.at(name), "there is another decision or tool of this code");
    }
    return out;
}

void skip_words(JsonReader& in) { // for people
    std::string text;
    for (const char* name : {"name", "scope", "note"}) {
        in.read(name, text);
    }
}

Facts::Member read_member(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Facts::Member out{read_place(in, "country"), read_span(in)};
    skip_words(in);
    in.finish();
    return out;
}

Facts::Adequacy read_adequacy(const json& given, const std::string& pointer,
                              std::set<std::string>& known) {
    constexpr std::array<std::string_view, 3> conditions{"", "dpf_listed", "commercial"};
    JsonReader in(given, pointer);
    Facts::Adequacy out;
    out.code = read_code(in, "code", known);
    out.country = read_place(in, "country");
    in.read("decision", out.decision);
    out.days = read_span(in);
    std::string condition;
    in.read("if", condition);
    const auto found = std::find(conditions.begin(), conditions.end(), condition);
    if (found == conditions.end()) {
        refuse_at(in.at("if"), "write dpf_listed or commercial");
    }
    out.condition = static_cast<Facts::Condition>(found - conditions.begin());
    in.read("not_from", out.not_from);
    for (const std::string& each : out.not_from) {
        if (!is_place(each)) {
            refuse_at(in.at("not_from"), "write country codes of ISO 3166-1");
        }
    }
    in.read("bridge", out.bridge);
    skip_words(in);
    in.finish();
    return out;
}

Facts::Tool read_tool(const json& given, const std::string& pointer, std::set<std::string>& known,
                      std::string& code) {
    using Kind = Facts::Tool::Kind;
    JsonReader in(given, pointer);
    Facts::Tool out;
    code = read_code(in, "tool", known);
    if (in.find("kind") == nullptr) {
        refuse_at(in.at("kind"), "write safeguard, derogation, framework, adequacy or none");
    }
    in.read_name("kind", out.kind, [](std::string_view name) -> std::optional<Kind> {
        constexpr std::array<std::string_view, 5> kinds{"safeguard", "derogation", "framework",
                                                        "adequacy", "none"};
        const auto* at = std::find(kinds.begin(), kinds.end(), name);
        return at == kinds.end() ? std::nullopt
                                 : std::optional(static_cast<Kind>(at - kinds.begin()));
    });
    in.read("reference", out.reference);
    if (out.kind == Kind::framework) {
        out.country = read_place(in, "country");
    }
    out.days = read_span(in);
    in.read("signed_until", out.signed_until);
    skip_words(in);
    in.finish();
    return out;
}

void limit(std::size_t count, const std::string& pointer) {
    if (count > max_entries) {
        refuse_at(pointer, "at most 1000 entries");
    }
}

} // namespace
} // namespace transfers

TransferLaw::TransferLaw() {
    static const TransferLaw own = from_json(transfers::law_json);
    facts_ = own.facts_;
}

TransferLaw TransferLaw::from_json(std::string_view text) {
    using namespace transfers;
    const json document = consent::read_document(text, "the law of transfers");
    const std::string root;
    JsonReader in(document, root);
    auto out = std::make_shared<Facts>();
    int version = 0;
    in.read("habeas_transfer_law", version);
    if (version != 1) {
        refuse_at("/habeas_transfer_law", "write 1, the version of this format");
    }
    std::optional<Date> as_of;
    in.read("as_of", as_of);
    if (!as_of) {
        refuse_at("/as_of", "write the day on which this was looked up");
    }
    out->as_of = *as_of;
    skip_words(in);
    std::set<std::string> codes;
    in.read_array("eea", [&](const json& each, const std::string& at) {
        limit(out->eea.size(), "/eea");
        out->eea.push_back(read_member(each, at));
    });
    if (out->eea.empty()) {
        refuse_at("/eea", "name the members of the European Economic Area");
    }
    in.read_array("adequacy", [&](const json& each, const std::string& at) {
        limit(out->adequacy.size(), "/adequacy");
        out->adequacy.push_back(read_adequacy(each, at, codes));
    });
    in.read_array("tools", [&](const json& each, const std::string& at) {
        limit(out->tools.size(), "/tools");
        std::string code;
        Facts::Tool tool = read_tool(each, at, codes, code);
        out->tools.emplace(code, std::move(tool));
    });
    std::map<std::string, std::string> part_of;
    in.read("part_of", part_of);
    for (const auto& [territory, member] : part_of) {
        if (!is_place(territory) || !is_place(member)) {
            refuse_at("/part_of", "write country codes of ISO 3166-1");
        }
        out->part_of.emplace(territory, member);
    }
    in.finish();
    return TransferLaw(std::move(out));
}

Date TransferLaw::as_of() const {
    return facts_->as_of;
}

std::vector<std::string> TransferLaw::codes() const {
    std::vector<std::string> out;
    for (const Facts::Adequacy& each : facts_->adequacy) {
        out.push_back(each.code);
    }
    for (const auto& [code, tool] : facts_->tools) {
        out.push_back(code);
    }
    return out;
}

std::vector<Date> TransferLaw::boundaries() const {
    std::vector<Date> out;
    const auto add = [&out](const Facts::Span& days) {
        if (days.from) {
            out.push_back(*days.from);
        }
        if (days.until) {
            out.push_back(Date{std::chrono::sys_days(*days.until) + std::chrono::days(1)});
        }
    };
    for (const Facts::Member& each : facts_->eea) {
        add(each.days);
    }
    for (const Facts::Adequacy& each : facts_->adequacy) {
        add(each.days);
    }
    for (const auto& [code, tool] : facts_->tools) {
        add(tool.days);
    }
    return out;
}

bool TransferLaw::has_tool(std::string_view code) const {
    return facts_->tools.contains(code);
}

TransferLaw TransferLaw::without(std::string_view code) const {
    const std::string wanted = base::ascii_lower(code);
    auto out = std::make_shared<Facts>(*facts_);
    std::size_t gone = std::erase_if(
        out->adequacy, [&](const Facts::Adequacy& each) { return each.code == wanted; });
    gone += out->tools.erase(wanted);
    if (gone == 0) {
        throw Error(Errc::not_found,
                    fmt::format("without: there is no decision or tool of this code; known are {}",
                                fmt::join(codes(), ", ")),
                    "without");
    }
    return TransferLaw(std::move(out));
}

} // namespace habeas
