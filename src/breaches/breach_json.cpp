#include "breaches/breach_json.hpp"

#include "base/json_members.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "segments/filter.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace breaches {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

constexpr std::size_t max_title = 200, max_text = 8000, max_fields = 500;
constexpr std::int64_t max_number = 1'000'000'000'000;

constexpr std::array<std::string_view, 3> natures{"confidentiality", "integrity", "availability"};
constexpr std::array<std::string_view, 4> risks{"unassessed", "none", "risk", "high"};
constexpr std::array<std::string_view, 5> states{"recorded", "assessed", "notified", "closed",
                                                 "dismissed"};

void read_time(JsonReader& in, const char* name, std::optional<Time>& to) {
    std::optional<std::string> text;
    in.read(name, text);
    if (text) {
        try {
            to = parse_time(*text);
        } catch (const Error&) {
            refuse_at(in.at(name), "write a time, such as 2026-01-31T10:00:00Z");
        }
    }
}

void read_number(JsonReader& in, const char* name, std::optional<std::int64_t>& to) {
    if (const json* found = in.find(name)) {
        if (!found->is_number_integer() || *found < 0 || *found > max_number) {
            refuse_at(in.at(name), "write a whole number that is not negative");
        }
        to = found->get<std::int64_t>();
    }
}

void read_filter(JsonReader& in, std::string& to) {
    const json* found = in.find("filter");
    if (found == nullptr) {
        return;
    }
    try {
        to = found->is_array() ? segments::tree_of_glue_list(*found).dump() : found->dump();
        if (to.size() > max_text) {
            refuse_at("", "8000 bytes at most; put it into a segment and name that");
        }
        (void)segments::parse_filter(found->dump()); // errors where it stands there
    } catch (const Error& error) {
        consent::throw_below(in.at("filter"), error);
    }
}

void read_affected(const json& given, const std::string& pointer, Breach& out) {
    JsonReader in(given, pointer);
    read_filter(in, out.filter);
    in.read_array("fields", [&](const json& each, const std::string& at) {
        const std::string name = each.is_string() ? each.get<std::string>() : std::string();
        if (!base::is_code(name)) {
            refuse_at(at, "write the name of a field");
        }
        if (std::find(out.fields.begin(), out.fields.end(), name) != out.fields.end()) {
            refuse_at(at, "this field is named twice");
        }
        if (out.fields.size() == max_fields) {
            refuse_at(in.at("fields"), "at most 500 fields");
        }
        out.fields.push_back(name);
    });
    in.read_text("subjects", out.subjects, max_text, true);
    read_number(in, "persons", out.persons);
    read_number(in, "records", out.records);
    in.finish();
}

void put_time(json& out, const char* name, const std::optional<Time>& time) {
    if (time) {
        out[name] = format_time(*time);
    }
}
template <class T>
void put(json& out, const char* name, const T& value) {
    if (!value.empty()) {
        out[name] = value;
    }
}

} // namespace

void check_text(const std::string& text, const std::string& where) {
    try {
        base::require_text(text, where, true, max_text);
    } catch (const Error& error) {
        throw Error(error.code(), error.what(), where);
    }
}

Breach read_breach(const json& given) {
    const std::string root;
    JsonReader in(given, root);
    Breach out;
    in.read("code", out.code);
    if (!base::is_code(out.code)) {
        refuse_at(in.at("code"), "write a code: small letters, digits and _");
    }
    in.read_text("title", out.title, max_title, false);
    if (base::trim(out.title).empty()) {
        refuse_at(in.at("title"), "say in a few words what happened");
    }
    in.read_array("nature", [&](const json& each, const std::string& at) {
        const auto nature =
            breach_nature(each.is_string() ? each.get_ref<const std::string&>() : "");
        if (!nature) {
            refuse_at(at, "write confidentiality, integrity or availability");
        }
        if (std::find(out.natures.begin(), out.natures.end(), *nature) != out.natures.end()) {
            refuse_at(at, "this one is named twice");
        }
        out.natures.push_back(*nature);
    });
    std::sort(out.natures.begin(), out.natures.end());
    in.read_text("description", out.description, max_text, true);
    if (const json* occurred = in.find("occurred")) {
        const std::string at = in.at("occurred");
        JsonReader span(*occurred, at);
        read_time(span, "from", out.occurred_from);
        read_time(span, "until", out.occurred_until);
        span.finish();
        if (out.occurred_from && out.occurred_until && *out.occurred_until < *out.occurred_from) {
            refuse_at(at + "/until", "it ended before it began");
        }
    }
    read_time(in, "aware_at", out.aware_at);
    in.read_text("processor", out.processor, max_title, false);
    read_time(in, "processor_told_at", out.processor_told_at);
    if (out.processor_told_at && out.processor.empty()) {
        refuse_at(in.at("processor"), "name the processor that told you");
    }
    if (const json* affected = in.find("affected")) {
        read_affected(*affected, in.at("affected"), out);
    }
    in.read_text("consequences", out.consequences, max_text, true);
    in.read_text("measures", out.measures, max_text, true);
    in.finish();
    if (out.aware_at && out.processor_told_at && *out.processor_told_at < *out.aware_at) {
        refuse_at(in.at("aware_at"), "you were aware once the processor had told you");
    }
    if (out.aware_at && out.occurred_from && *out.aware_at < *out.occurred_from) {
        refuse_at(in.at("aware_at"), "you were aware before it happened");
    }
    return out;
}

json to_json(const Breach& breach) {
    json out = base::object_of("code", breach.code, "title", breach.title);
    for (const BreachNature each : breach.natures) {
        out["nature"].push_back(breach_nature_name(each));
    }
    put(out, "description", breach.description);
    if (breach.occurred_from || breach.occurred_until) {
        json& occurred = out["occurred"] = json::object();
        put_time(occurred, "from", breach.occurred_from);
        put_time(occurred, "until", breach.occurred_until);
    }
    put_time(out, "aware_at", breach.aware_at);
    put(out, "processor", breach.processor);
    put_time(out, "processor_told_at", breach.processor_told_at);
    json affected = json::object();
    if (!breach.filter.empty()) {
        affected["filter"] = json::parse(breach.filter);
    }
    put(affected, "fields", breach.fields);
    put(affected, "subjects", breach.subjects);
    if (breach.persons) {
        affected["persons"] = *breach.persons;
    }
    if (breach.records) {
        affected["records"] = *breach.records;
    }
    put(out, "affected", affected);
    put(out, "consequences", breach.consequences);
    put(out, "measures", breach.measures);
    return out;
}

json to_json(const BreachFigures& figures) {
    json fields = json::array();
    std::map<std::string, std::int64_t> classes; // how many values are of which class
    for (const BreachFieldFigure& each : figures.fields) {
        fields.push_back(base::object_of("field", each.field, "class", each.field_class, "persons",
                                         each.persons));
        classes[each.field_class] += each.persons;
    }
    return base::object_of("at", format_time(figures.at), "persons", figures.persons, "records",
                           figures.records, "classes", classes, "fields", std::move(fields),
                           "countries", json(figures.countries));
}

BreachFigures read_figures(const json& given) {
    BreachFigures out;
    out.at = parse_time(given.at("at").get<std::string>());
    out.persons = given.at("persons").get<std::int64_t>();
    out.records = given.at("records").get<std::int64_t>();
    for (const json& each : given.at("fields")) {
        out.fields.push_back({each.at("field").get<std::string>(),
                              each.at("class").get<std::string>(),
                              each.at("persons").get<std::int64_t>()});
    }
    out.countries = given.at("countries").get<std::map<std::string, std::int64_t>>();
    return out;
}

} // namespace breaches

std::string_view breach_nature_name(BreachNature nature) noexcept {
    return base::name_of(breaches::natures, nature);
}
std::optional<BreachNature> breach_nature(std::string_view name) noexcept {
    return base::value_of<BreachNature>(breaches::natures, name);
}
std::string_view breach_risk_name(BreachRisk risk) noexcept {
    return base::name_of(breaches::risks, risk);
}
std::optional<BreachRisk> breach_risk(std::string_view name) noexcept {
    return base::value_of<BreachRisk>(breaches::risks, name);
}
std::string_view breach_state_name(BreachState state) noexcept {
    return base::name_of(breaches::states, state);
}

std::string Breach::to_json() const {
    return breaches::to_json(*this).dump();
}
Breach Breach::from_json(std::string_view text) {
    return breaches::read_breach(consent::read_document(text, "the breach"));
}

BreachNotice BreachNotice::from_json(std::string_view text) {
    using namespace breaches;
    const json document = consent::read_document(text, "the notice");
    const std::string root;
    JsonReader in(document, root);
    BreachNotice out;
    read_time(in, "at", out.at);
    in.read_text("authority", out.authority, max_title, false);
    in.read_text("reference", out.reference, max_title, false);
    in.read_text("reason", out.reason, max_text, true);
    in.read_text("note", out.note, max_text, true);
    in.read("complete", out.complete);
    in.finish();
    return out;
}

BreachCommunication BreachCommunication::from_json(std::string_view text) {
    using namespace breaches;
    const json document = consent::read_document(text, "the communication");
    const std::string root;
    JsonReader in(document, root);
    BreachCommunication out;
    read_time(in, "at", out.at);
    in.read_text("how", out.how, max_text, true);
    in.read("ground", out.ground);
    in.read_text("reason", out.reason, max_text, true);
    in.finish();
    return out;
}

std::string BreachTold::to_json() const {
    return base::object_of("queued", queued, "refused", refused, "left", left, "reasons",
                           nlohmann::json(reasons))
        .dump();
}

} // namespace habeas
