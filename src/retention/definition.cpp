#include "retention/definition.hpp"

#include "base/calendar.hpp"
#include "base/json_members.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "segments/filter.hpp"
#include "subjects/field_set.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace retention {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;
using About = RetentionAbout;
using Action = RetentionAction;
using Since = RetentionSince;

constexpr std::array<std::string_view, 8> about_names{
    "subject", "field", "evidence", "submissions", "messages", "points", "campaigns", "deliveries"};
constexpr std::array<std::string_view, 2> action_names{"delete", "anonymise"};
constexpr std::array<std::string_view, 4> since_names{"created", "activity", "date", "consent_end"};

constexpr std::size_t max_label = 200;
constexpr std::int32_t max_characters = 10;

/// For JsonReader::read_name.
template <class Enum, std::size_t n>
auto value_in(const std::array<std::string_view, n>& names) {
    return [&names](std::string_view name) { return base::value_of<Enum>(names, name); };
}

[[noreturn]] void not_found(const std::string& pointer, const std::string& message) {
    throw Error(Errc::not_found, pointer + ": " + message, pointer);
}

bool needs_name(About about) {
    return about == About::field || about == About::evidence;
}

void check_words(const RetentionRule& rule) {
    if (!base::is_code(rule.code)) {
        refuse_at("/code", "write a code: small letters, digits and _");
    }
    for (const auto& [language, label] : rule.labels) {
        if (base::invalid_utf8(label) || label.size() > max_label) {
            refuse_at("/labels", "200 bytes of text at most for each language");
        }
    }
}

void check_period(const RetentionRule& rule) {
    if (rule.period.empty()) {
        refuse_at("/period", "say how long, such as P24M");
    }
    base::check_duration(rule.period, "/period");
    // Hours would make rules whose answer differs from one look of the tick to the next.
    const Time from = parse_time("2001-02-01T00:00:00Z");
    if (base::add_duration(from, rule.period) < from + std::chrono::days(1)) {
        refuse_at("/period", "a day at least, such as P1D");
    }
}

/// Which members go together.
void check_shape(const RetentionRule& rule) {
    if (needs_name(rule.about) && rule.of.empty()) {
        refuse_at("/of", rule.about == About::field ? "name the field" : "name the purpose");
    }
    if ((rule.about == About::subject || rule.about == About::points) && !rule.of.empty()) {
        refuse_at("/of", "it is about all of it: leave this out");
    }
    if (rule.action == Action::anonymise && rule.about != About::subject &&
        rule.about != About::field) {
        refuse_at("/action", "only subjects and fields are anonymised");
    }
    if (!rule.keep.empty() && (rule.about != About::subject || rule.action != Action::anonymise)) {
        refuse_at("/keep", "only a subject that is anonymised keeps fields");
    }
    if (rule.characters != 0 && (rule.about != About::field || rule.action != Action::anonymise)) {
        refuse_at("/characters", "only of a field that is anonymised");
    }
    if (rule.characters < 0 || rule.characters > max_characters) {
        refuse_at("/characters", "1 to 10");
    }
    const bool named = rule.since == Since::date || rule.since == Since::consent_end;
    if (named && rule.since_of.empty()) {
        refuse_at("/since_of", rule.since == Since::date ? "name the field" : "name the purpose");
    }
    if (!named && !rule.since_of.empty()) {
        refuse_at("/since_of", "only a date or the end of a consent has a name");
    }
    if (rule.about == About::evidence &&
        (rule.since != Since::consent_end || rule.since_of != rule.of)) {
        refuse_at("/since", "evidence is kept from the end of its own consent on: consent_end, "
                            "and the same purpose in since_of");
    }
}

subjects::FieldInfo field_of(store::Engine& engine, const std::string& name,
                             const std::string& pointer) {
    const auto fields = subjects::field_set(engine, FieldOwner::subject);
    const subjects::FieldInfo* found = fields->find(name);
    if (found == nullptr) {
        not_found(pointer, "there is no field of this name");
    }
    return *found;
}

bool is_date(const Field& field) {
    return field.type == FieldType::date || field.type == FieldType::datetime;
}

/// What may stay of somebody who is anonymous: codes, figures and choices, not words.
bool may_stay(const subjects::FieldInfo& info) {
    const Field& field = info.field;
    switch (field.type) {
    case FieldType::boolean:
    case FieldType::select:
    case FieldType::multiselect:
    case FieldType::number:
    case FieldType::money:
    case FieldType::country:
    case FieldType::region:
    case FieldType::language:
    case FieldType::timezone:
        return field.field_class == FieldClass::personal && !field.unique;
    default:
        return false;
    }
}

void check_field(store::Engine& engine, const RetentionRule& rule) {
    const subjects::FieldInfo info = field_of(engine, rule.of, "/of");
    if (rule.action == Action::remove) {
        return;
    }
    if (info.storage == subjects::Storage::sealed) {
        refuse_at("/action", "a sealed field is deleted, never shortened");
    }
    if (info.field.unique) {
        refuse_at("/action", "values of this field differ, coarser ones would not: delete it");
    }
    if (is_date(info.field)) {
        if (rule.characters != 0) {
            refuse_at("/characters", "of a date its year stays: leave this out");
        }
        return;
    }
    if (info.field.type != FieldType::text && info.field.type != FieldType::longtext) {
        refuse_at("/action", "only dates, times and texts can be made coarser: delete it");
    }
    if (rule.characters == 0) {
        refuse_at("/characters", "say how many stay of the text");
    }
}

void require_code_in(store::Engine& engine, const char* sql, const std::string& code,
                     const std::string& pointer, const char* message) {
    auto row = engine.db().prepare(sql);
    row.bind(1, code);
    if (!row.step()) {
        not_found(pointer, message);
    }
}

void require_purpose(store::Engine& engine, const std::string& code, const std::string& pointer) {
    if (!Purposes(engine).find(code)) {
        not_found(pointer, "there is no purpose of this code");
    }
}

void check_name(store::Engine& engine, const RetentionRule& rule) {
    if (rule.of.empty()) {
        return;
    }
    switch (rule.about) {
    case About::field:
        check_field(engine, rule);
        break;
    case About::evidence:
        require_purpose(engine, rule.of, "/of");
        break;
    case About::submissions:
        require_code_in(engine, "SELECT 1 FROM form WHERE code = ?1", rule.of, "/of",
                        "there is no form of this code");
        break;
    case About::messages:
        require_code_in(engine, "SELECT 1 FROM message_template WHERE code = ?1", rule.of, "/of",
                        "there is no template of this code");
        break;
    case About::deliveries: // a kind: its module is above this one, and whoever errs finds nothing
        if (!base::is_code(rule.of)) {
            refuse_at("/of", "write a kind of event, such as opened");
        }
        break;
    default: // shape: campaigns
        require_code_in(engine, "SELECT 1 FROM campaign WHERE code = ?1", rule.of, "/of",
                        "there is no campaign of this code");
        break;
    }
}

void check_since(store::Engine& engine, const RetentionRule& rule) {
    if (rule.since == Since::consent_end) {
        require_purpose(engine, rule.since_of, "/since_of");
    } else if (rule.since == Since::date) {
        const subjects::FieldInfo info = field_of(engine, rule.since_of, "/since_of");
        if (!is_date(info.field) || info.storage == subjects::Storage::sealed) {
            refuse_at("/since_of", "name a field that is a date or a time, and not sealed");
        }
    }
}

void check_filter(store::Engine& engine, const RetentionRule& rule) {
    if (rule.filter.empty()) {
        return;
    }
    try {
        (void)segments::compile(engine, segments::parse_filter(rule.filter),
                                segments::today(engine));
    } catch (const Error& error) {
        consent::throw_below("/filter", error);
    }
}

Stored read(const store::Statement& row) {
    Stored out;
    out.id = row.i64(0);
    out.rule = from_json(json::parse(row.text(1)), "");
    out.position = row.i64(2);
    out.next_at = row.i64(3);
    out.looked_at = row.opt_i64(4);
    out.fault = row.str(5);
    return out;
}

int rank(const RetentionRule& rule) {
    return !takes_all(rule) ? 2 : rule.action == Action::remove ? 0 : 1;
}

} // namespace

json to_json(const RetentionRule& rule) {
    json out = base::object_of("code", rule.code, "about", retention_about_name(rule.about),
                               "action", retention_action_name(rule.action), "since",
                               retention_since_name(rule.since), "period", rule.period);
    if (!rule.labels.empty()) {
        out["labels"] = rule.labels;
    }
    for (const auto& [name, value] :
         {std::pair("of", &rule.of), std::pair("since_of", &rule.since_of)}) {
        if (!value->empty()) {
            out[name] = *value;
        }
    }
    if (!rule.keep.empty()) {
        out["keep"] = rule.keep;
    }
    if (rule.characters != 0) {
        out["characters"] = rule.characters;
    }
    if (!rule.filter.empty()) {
        out["filter"] = json::parse(rule.filter);
    }
    if (rule.paused) {
        out["paused"] = true;
    }
    return out;
}

RetentionRule from_json(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    RetentionRule out;
    in.read("code", out.code);
    in.read("labels", out.labels);
    for (const char* name : {"about", "since"}) {
        if (in.find(name) == nullptr) {
            refuse_at(in.at(name), "this is missing");
        }
    }
    in.read_name("about", out.about, value_in<About>(about_names));
    in.read("of", out.of);
    in.read_name("action", out.action, value_in<Action>(action_names));
    in.read("keep", out.keep);
    in.read("characters", out.characters);
    in.read_name("since", out.since, value_in<Since>(since_names));
    in.read("since_of", out.since_of);
    in.read("period", out.period);
    if (const json* filter = in.find("filter")) {
        out.filter = filter->dump();
    }
    in.read("paused", out.paused);
    in.finish();
    return out;
}

void check(store::Engine& engine, const RetentionRule& rule) {
    check_words(rule);
    check_period(rule);
    check_shape(rule);
    check_name(engine, rule);
    check_since(engine, rule);
    for (std::size_t i = 0; i < rule.keep.size(); ++i) {
        const std::string at = "/keep/" + std::to_string(i);
        if (!may_stay(field_of(engine, rule.keep[i], at))) {
            refuse_at(at, "only choices, codes and figures that are not special may stay");
        }
    }
    check_filter(engine, rule);
}

bool by_entry(const RetentionRule& rule) noexcept {
    return rule.since == Since::created && rule.about >= About::submissions;
}

std::vector<Stored> load_all(store::Engine& engine) {
    std::vector<Stored> out;
    auto row = engine.db().prepare("SELECT id, definition, position, next_at, looked_at, fault "
                                   "FROM retention_rule ORDER BY code");
    while (row.step()) {
        out.push_back(read(row));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Stored& a, const Stored& b) { return rank(a.rule) < rank(b.rule); });
    return out;
}

std::vector<Stored> load_some(store::Engine& engine, const std::string& code) {
    std::vector<Stored> out = load_all(engine);
    std::erase_if(out, [&](const Stored& each) {
        return code.empty() ? each.rule.paused : each.rule.code != code;
    });
    if (out.empty() && !code.empty()) {
        throw Error(Errc::not_found, "there is no rule of this code", code);
    }
    return out;
}

void list_definitions(store::Engine& engine, json& out) {
    std::vector<Stored> all = load_all(engine);
    for (const Stored& each : all) {
        out.push_back(to_json(each.rule));
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    const RetentionRule wanted = from_json(given, pointer);
    const auto known = Retention(engine).find(wanted.code);
    if (known && known->rule == wanted) {
        return;
    }
    try {
        Retention(engine).define(wanted);
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
    changes.push_back("retention " + wanted.code + (known ? " changed" : " added"));
}

} // namespace retention

std::string_view retention_about_name(RetentionAbout about) noexcept {
    return base::name_of(retention::about_names, about);
}
std::string_view retention_action_name(RetentionAction action) noexcept {
    return base::name_of(retention::action_names, action);
}
std::string_view retention_since_name(RetentionSince since) noexcept {
    return base::name_of(retention::since_names, since);
}

} // namespace habeas
