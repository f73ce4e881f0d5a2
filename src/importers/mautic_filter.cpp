// Filter lists of Mautic's segments as filters of habeas: only what means the same is read over.
// The rules are those of Mautic's segment queries; what differs and why stands beside each.
#include "importers/mautic.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace habeas::importers {
namespace {

using base::object_of;
using nlohmann::json;

/// Why a condition has no like.
struct NoLike {
    std::string rule;
};

enum class Group : std::uint8_t { text, choice, multiselect, boolean, number, date, datetime };

Group group_of(const std::string& type) {
    static const std::map<std::string, Group, std::less<>> groups{
        {"select", Group::choice},   {"country", Group::choice},
        {"region", Group::choice},   {"timezone", Group::choice},
        {"locale", Group::choice},   {"multiselect", Group::multiselect},
        {"boolean", Group::boolean}, {"number", Group::number},
        {"date", Group::date},       {"datetime", Group::datetime}};
    const auto found = groups.find(type);
    return found == groups.end() ? Group::text : found->second;
}

std::string filter_text(const json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "1" : "0";
    }
    return value.is_null() ? "" : value.dump();
}

/// An array, or a text split at the bars.
std::vector<std::string> values_of(const json& value) {
    std::vector<std::string> out;
    if (value.is_structured()) {
        for (const json& each : value) {
            out.push_back(filter_text(each));
        }
        return out;
    }
    const std::string text = filter_text(value);
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool has_wildcard(const std::string& text) {
    return text.find_first_of("%_\\") != std::string::npos;
}

json condition(const std::string& field, const char* op, json value) {
    return object_of("field", field, "op", op, "value", std::move(value));
}
json condition(const std::string& field, const char* op) {
    return object_of("field", field, "op", op);
}

class Entry {
  public:
    Entry(const json& entry, const MauticNames& names, std::vector<std::string>& notes)
        : names_(names), notes_(notes) {
        if (!entry.is_object()) {
            throw NoLike{"an entry that is no condition"};
        }
        field_ = filter_text(entry.value("field", json()));
        object_ = filter_text(entry.value("object", json()));
        op_ =
            filter_text(entry.contains("operator") ? entry["operator"] : entry.value("op", json()));
        // From 4.0 on the value stands in the properties; old entries have it beside.
        if (entry.contains("properties") && entry["properties"].is_object() &&
            entry["properties"].contains("filter")) {
            value_ = entry["properties"]["filter"];
        } else if (entry.contains("filter")) {
            value_ = entry["filter"];
        }
    }

    json read() {
        if (object_ == "company") {
            no_like("companies are not taken over");
        }
        if (field_ == "tags") {
            return among("tag", names_.tags, "a tag");
        }
        if (field_ == "leadlist") {
            return among("segment", names_.segments, "a segment that was taken over");
        }
        if (field_.starts_with("dnc_")) {
            return do_not_contact();
        }
        const MauticField* field = names_.field(field_);
        if (field == nullptr) {
            no_like("nothing here is like this filter of Mautic");
        }
        return of_field(*field);
    }

  private:
    [[noreturn]] void no_like(const std::string& rule) const {
        throw NoLike{field_ + (op_.empty() ? "" : " " + op_) + ": " + rule};
    }
    void note(const std::string& text) const {
        const std::string whole = field_ + " " + op_ + ": " + text;
        if (std::find(notes_.begin(), notes_.end(), whole) == notes_.end()) {
            notes_.push_back(whole);
        }
    }

    /// Ids of Mautic to names here.
    json among(const char* field, const std::map<std::string, std::string>& known,
               const char* what) const {
        if (op_ == "empty" || op_ == "!empty") {
            if (std::string_view(field) == "segment") {
                no_like("Mautic does nothing for it"); // its issue 13170
            }
            return condition(field, op_ == "empty" ? "empty" : "!empty");
        }
        if (op_ != "in" && op_ != "!in" && op_ != "=" && op_ != "!=") {
            no_like("no such operator on " + std::string(field) + "s");
        }
        json list = json::array();
        for (const std::string& each : values_of(value_)) {
            const auto found = known.find(each);
            if (found == known.end()) {
                no_like("it names what is not " + std::string(what));
            }
            list.push_back(found->second);
        }
        return condition(field, op_.starts_with('!') ? "!in" : "in", std::move(list));
    }

    /// Reasons are one filter each there; here a no is a no. Only "not opted out" is read over: it
    /// is narrower, never wider.
    json do_not_contact() const {
        const std::string value = filter_text(value_);
        const bool yes = (op_ == "=" && value == "1") || (op_ == "!=" && value != "1");
        if (field_ == "dnc_bounced") {
            note("a soft bounce is none here");
            return condition("bounced", "=", yes);
        }
        if (yes) {
            no_like("a reason of do-not-contact by itself is no filter here; the decision is asked "
                    "when something is sent");
        }
        note("nobody whom anything suppresses, whatever the reason or channel");
        return condition("suppressed", "=", false);
    }

    json of_field(const MauticField& field) {
        const Group group = group_of(field.type);
        if (op_ == "empty" || op_ == "!empty") {
            if (group == Group::number) {
                note("Mautic takes 0 for empty too");
            }
            return condition(field.to, op_ == "empty" ? "empty" : "!empty");
        }
        switch (group) {
        case Group::text:
            return text(field);
        case Group::choice:
            return choice(field);
        case Group::multiselect:
            return multiselect(field);
        case Group::boolean:
            return boolean(field);
        case Group::number:
            return number(field);
        case Group::date:
        case Group::datetime:
            return date(field, group == Group::datetime);
        }
        no_like("no type of field");
    }

    json text(const MauticField& field) const {
        const json value =
            value_.is_structured() ? json(values_of(value_)) : json(filter_text(value_));
        for (const std::string& each : values_of(value_)) {
            if (std::any_of(each.begin(), each.end(),
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
                note("Mautic's collation takes letters with and without accents for the same");
            }
        }
        if (op_ == "=" || op_ == "!=") {
            return condition(field.to, op_ == "=" ? "=" : "!=", value);
        }
        if (op_ == "in" || op_ == "!in") {
            return condition(field.to, op_ == "in" ? "in" : "!in", values_of(value_));
        }
        if (op_ == "regexp") {
            return condition(field.to, "regexp", filter_text(value_));
        }
        if (op_ == "!regexp") { // there no value never matches
            json all = json::array();
            all.push_back(condition(field.to, "!regexp", filter_text(value_)));
            all.push_back(condition(field.to, "!unset"));
            return object_of("all", std::move(all));
        }
        if (field.type == "tel") {
            note("the number as it was typed");
        }
        return like(field);
    }

    /// Mautic escapes neither % nor _ nor the backslash.
    json like(const MauticField& field) const {
        const std::string value = filter_text(value_);
        const bool wild = has_wildcard(value);
        if (op_ == "like" || op_ == "!like") {
            return condition(field.to, op_ == "like" ? "like" : "!like", value);
        }
        if (op_ == "contains") {
            return wild ? condition(field.to, "like", "%" + value + "%")
                        : condition(field.to, "contains", value);
        }
        if (op_ == "startsWith") {
            return wild ? condition(field.to, "like", value + "%")
                        : condition(field.to, "startsWith", value);
        }
        if (op_ == "endsWith") {
            return wild ? condition(field.to, "like", "%" + value)
                        : condition(field.to, "endsWith", value);
        }
        no_like("no such operator on texts");
    }

    json choice(const MauticField& field) const {
        if (op_ == "=" || op_ == "!=") {
            return value_.is_structured()
                       ? condition(field.to, op_ == "=" ? "in" : "!in", values_of(value_))
                       : condition(field.to, op_ == "=" ? "=" : "!=", filter_text(value_));
        }
        if (op_ == "in" || op_ == "!in") {
            return condition(field.to, op_ == "in" ? "in" : "!in", values_of(value_));
        }
        if ((op_ == "regexp" || op_ == "!regexp") && field.type == "select") {
            return text(field);
        }
        no_like(field.type == "country" ? "countries are codes here, English names there"
                                        : "no such operator on choices");
    }

    json multiselect(const MauticField& field) const {
        if (op_ == "in" || op_ == "=") { // several values: all of them
            return condition(field.to, "all_of", values_of(value_));
        }
        if (op_ == "!in" || op_ == "!=") {
            return condition(field.to, "none_of", values_of(value_));
        }
        no_like("no such operator on several choices");
    }

    json boolean(const MauticField& field) const {
        const std::string value = filter_text(value_);
        if ((op_ != "=" && op_ != "!=") || (value != "0" && value != "1")) {
            no_like("no such operator or value on yes and no");
        }
        return condition(field.to, op_ == "=" ? "=" : "!=", value == "1");
    }

    json number(const MauticField& field) const {
        if (op_ == "between" || op_ == "!between") {
            json both = json::array();
            for (const std::string& each : values_of(value_)) {
                both.push_back(number_of(each));
            }
            if (both.size() != 2) {
                no_like("between two numbers");
            }
            return condition(field.to, op_ == "between" ? "between" : "!between", std::move(both));
        }
        for (const char* op : {"=", "!=", "gt", "gte", "lt", "lte"}) {
            if (op_ == op) {
                return condition(field.to, op, number_of(filter_text(value_)));
            }
        }
        no_like("numbers are compared as texts there");
    }
    [[nodiscard]] json number_of(const std::string& text) const {
        double out = 0;
        const std::string_view digits = base::trim(text);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(out)) {
            no_like("its value is no number");
        }
        return out;
    }

    static bool digits_at(const std::string& text, std::initializer_list<std::size_t> places) {
        return std::all_of(places.begin(), places.end(), [&](std::size_t at) {
            return at < text.size() && text[at] >= '0' && text[at] <= '9';
        });
    }
    static bool civil(const std::string& text) {
        return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
               digits_at(text, {0, 1, 2, 3, 5, 6, 8, 9});
    }
    /// Days are meant, and no end of the day is put to them.
    static bool interval(const std::string& text) {
        return text.starts_with('+') || text.starts_with('-') ||
               text.find(" ago") != std::string::npos ||
               text.find("first day of ") != std::string::npos ||
               text.find("last day of ") != std::string::npos;
    }

    /// A literal of a date with time is an instant in UTC there, also without a time.
    [[nodiscard]] std::string instant(std::string text) const {
        if (civil(text)) {
            return text + "T00:00:00Z";
        }
        if (text.size() >= 16 && civil(text.substr(0, 10)) && digits_at(text, {11, 12, 14, 15})) {
            text[10] = 'T';
            return text + (text.size() == 16 ? ":00Z" : text.size() == 19 ? "Z" : "");
        }
        return text;
    }

    json date(const MauticField& field, bool timed) const {
        if (op_ == "between" || op_ == "!between") {
            auto both = values_of(value_);
            if (both.size() != 2) {
                no_like("between two dates");
            }
            if (timed) {
                std::transform(both.begin(), both.end(), both.begin(),
                               [this](const std::string& each) { return instant(each); });
            }
            return condition(field.to, op_ == "between" ? "between" : "!between", both);
        }
        std::string op = op_;
        if (std::none_of(std::begin(known_), std::end(known_),
                         [&](const char* each) { return op == each; })) {
            no_like("dates are compared as texts there");
        }
        std::string value(base::trim(filter_text(value_)));
        const std::string lower = base::ascii_lower(value);
        if (lower.find("anniversary") != std::string::npos ||
            lower.find("birthday") != std::string::npos) {
            if (op != "=") {
                note("Mautic takes every operator on a birthday for =");
            }
            return condition(field.to, "=", value);
        }
        if (timed && interval(lower)) { // the day's beginning, for every operator but = and !=
            op = op == "gt" ? "gte" : op == "lte" ? "lt" : op;
            note("days begin in the store's time zone, there in UTC");
        } else if (timed) {
            const std::string before = value;
            value = instant(value);
            if (value == before && value.find('T') == std::string::npos) {
                note("days begin in the store's time zone, there in UTC");
            }
        }
        return object_of("field", field.to, "op", op, "value", value);
    }

    static constexpr const char* known_[]{"=", "!=", "gt", "gte", "lt", "lte"};

    const MauticNames& names_;
    std::vector<std::string>& notes_;
    std::string field_, object_, op_;
    json value_;
};

} // namespace

FilterReading read_filter(const json& list, const MauticNames& names) {
    FilterReading out;
    json groups = json::array();
    bool whole = true;
    if (!list.is_array() && !list.is_object()) { // PHP keeps the keys of a list with gaps
        out.notes.emplace_back("its list of filters cannot be read");
        return out;
    }
    for (const json& each : list) {
        try {
            json read = Entry(each, names, out.notes).read();
            const bool opens = groups.empty() || (each.is_object() &&
                                                  filter_text(each.value("glue", json())) == "or");
            if (opens) {
                groups.push_back(object_of("all", json::array()));
            }
            groups.back()["all"].push_back(std::move(read));
        } catch (const NoLike& why) {
            whole = false;
            out.notes.push_back(why.rule);
        }
    }
    if (whole && !groups.empty()) {
        out.filter = groups.size() == 1 ? groups.front() : object_of("any", std::move(groups));
    }
    return out;
}

std::vector<std::string> segments_in(const json& list) {
    std::vector<std::string> out;
    for (const json& each : list) {
        if (each.is_object() && filter_text(each.value("field", json())) == "leadlist") {
            const bool in_properties = each.contains("properties") &&
                                       each["properties"].is_object() &&
                                       each["properties"].contains("filter");
            const json value =
                in_properties ? each["properties"]["filter"] : each.value("filter", json());
            for (const std::string& id : values_of(value)) {
                out.push_back(id);
            }
        }
    }
    return out;
}

} // namespace habeas::importers
