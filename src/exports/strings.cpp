#include "exports/strings.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/text.hpp"
#include "exports/embedded.hpp"
#include "habeas/error.hpp"

#include <date/tz.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace habeas::exports {
namespace {

const nlohmann::json& all_words() {
    static const nlohmann::json words = nlohmann::json::parse(strings_json);
    return words;
}

/// Local wall clock and the zone's abbreviation.
std::pair<Time, std::string> local(Time time, const std::string& zone) {
    if (!zone.empty()) {
        try {
            auto info = ::date::locate_zone(zone)->get_info(
                std::chrono::time_point_cast<std::chrono::seconds>(time));
            return {time + info.offset, info.abbrev};
        } catch (const std::exception&) { // no such zone on this system: UTC is not wrong
        }
    }
    return {time, "UTC"};
}

} // namespace

Strings::Strings(std::string tag, const nlohmann::json& words)
    : tag_(std::move(tag)), words_(&words) {
    for (const auto& right : words.at("rights")) {
        rights_.push_back({right.at("article").get<std::string>(),
                           right.at("title").get<std::string>(),
                           right.at("text").get<std::string>()});
    }
}

const Strings& Strings::of(std::string_view language) {
    static const std::map<std::string, Strings, std::less<>> all = [] {
        std::map<std::string, Strings, std::less<>> made;
        for (const auto& [tag, words] : all_words().items()) {
            made.emplace(tag, Strings(tag, words));
        }
        return made;
    }();
    auto found = all.find(language.substr(0, language.find('-')));
    return found != all.end() ? found->second : all.find("en")->second;
}

std::vector<std::string> Strings::languages() {
    std::vector<std::string> tags;
    for (const auto& [tag, words] : all_words().items()) {
        tags.push_back(tag);
    }
    return tags;
}

const nlohmann::json& Strings::ui_all() const {
    return (*words_)["ui"];
}

const std::string& Strings::ui(std::string_view key) const {
    const auto& words = ui_all();
    auto found = words.find(key);
    if (found == words.end()) {
        throw Error(Errc::internal, fmt::format("strings.json lacks {}/ui/{}", tag_, key));
    }
    return found->get_ref<const std::string&>();
}

std::string Strings::word(const char* table, std::string_view key) const {
    const auto& words = (*words_)[table];
    auto found = words.find(key);
    return found == words.end() ? std::string(key) : found->get<std::string>();
}

std::string Strings::identifier(const Identifier& identifier) const {
    if (identifier.kind == IdentifierKind::external) {
        return fill(ui("external"), {{"system", identifier.system}});
    }
    return word("identifiers", identifier_kind_name(identifier));
}

std::string Strings::country(const std::string& code) const {
    std::string name = word("countries", code);
    if (name == code) {
        name = std::string(base::country_name(code));
    }
    return name.empty() ? code : name;
}

std::string Strings::language_name(const std::string& tag) const {
    std::string base = tag.substr(0, tag.find('-'));
    std::string name = word("languages", base);
    return name == base ? tag : base == tag ? name : name + " (" + tag + ")";
}

std::string Strings::date(Date date) const {
    const auto& months = (*words_)["months"];
    return fill((*words_)["date"].get<std::string>(),
                {{"day", std::to_string(static_cast<unsigned>(date.day()))},
                 {"month", months.at(static_cast<unsigned>(date.month()) - 1).get<std::string>()},
                 {"year", std::to_string(static_cast<int>(date.year()))}});
}

std::string Strings::date(Time time, const std::string& zone) const {
    return date(base::civil_date(local(time, zone).first));
}

std::string Strings::date_time(Time time, const std::string& zone) const {
    auto [wall, name] = local(time, zone);
    std::chrono::hh_mm_ss clock(wall - std::chrono::floor<std::chrono::days>(wall));
    return fill(
        (*words_)["date_time"].get<std::string>(),
        {{"date", date(base::civil_date(wall))},
         {"time", fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count())},
         {"zone", name}});
}

std::string Strings::duration(std::string_view iso) const {
    std::string text;
    std::string number;
    bool time_part = false;
    for (char c : iso) {
        if (base::is_digit(c)) {
            number += c;
        } else if (c == 'T') {
            time_part = true;
        } else if (c != 'P') {
            std::string unit(1, time_part && c == 'M' ? 'm' : c);
            const auto& units = (*words_)["units"];
            if (number.empty() || !units.contains(unit)) {
                return std::string(iso);
            }
            text += (text.empty() ? "" : ", ") + number + " " +
                    units[unit].at(number == "1" ? 0 : 1).get<std::string>();
            number.clear();
        }
    }
    return text.empty() ? std::string(iso) : text;
}

std::string Strings::retention(const Purpose& purpose) const {
    if (!purpose.retention) {
        return ui("retention_none");
    }
    return fill(ui("retention_from"), {{"duration", duration(*purpose.retention)}});
}

namespace {

std::string text_of(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? std::string() : text_of(*found);
}

} // namespace

/// {"all": [...]}, {"any": [...]}, {"not": ...} or {"field", "op", "value"}.
std::string Strings::filter(const nlohmann::json& filter, const Labels& labels) const {
    for (const char* join : {"all", "any"}) {
        if (const auto parts = filter.find(join); parts != filter.end() && parts->is_array()) {
            std::string text;
            for (const nlohmann::json& part : *parts) {
                text += (text.empty() ? "" : " " + word("ops", join) + " ") +
                        this->filter(part, labels);
            }
            return parts->size() > 1 ? "(" + text + ")" : text;
        }
    }
    if (const auto part = filter.find("not"); part != filter.end()) {
        return word("ops", "not") + " " + this->filter(*part, labels);
    }
    std::string text = member(filter, "field");
    if (const auto label = labels.find(text); label != labels.end()) {
        text = label->second;
    }
    text += " " + word("ops", member(filter, "op"));
    if (const auto value = filter.find("value"); value != filter.end() && !value->is_null()) {
        text += " " + (value->is_boolean() ? word("words", value->get<bool>() ? "yes" : "no")
                                           : member(filter, "value"));
    }
    return text;
}

std::string Strings::rule(const nlohmann::json& rule, const Labels& labels) const {
    const std::string kind = member(rule, "kind");
    const auto given = rule.find("filter");
    const std::string filter_text =
        given != rule.end() && given->is_object() ? filter(*given, labels) : "";
    const std::string key = member(rule, "key");
    const std::string signal = word("signals", member(rule, "on"));
    return fill(word("rules", kind), {{"segment", member(rule, "segment")},
                                      {"campaign", member(rule, "campaign")},
                                      {"event", member(rule, "event")},
                                      {"outcome", word("words", member(rule, "outcome"))},
                                      {"filter", filter_text},
                                      {"signal", key.empty() ? signal : signal + " (" + key + ")"},
                                      {"points", member(rule, "points")}});
}

std::string Strings::fill(std::string text, Values values) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        bool filled = false;
        if (text[i] == '{') {
            for (const auto& [name, value] : values) {
                if (text.compare(i + 1, name.size(), name) == 0 &&
                    i + 1 + name.size() < text.size() && text[i + 1 + name.size()] == '}') {
                    out += value;
                    i += name.size() + 2;
                    filled = true;
                    break;
                }
            }
        }
        if (!filled) {
            out += text[i++];
        }
    }
    return out;
}

} // namespace habeas::exports
