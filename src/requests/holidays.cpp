// The calendar: sets of rules from a document.
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "requests/holiday_rules.hpp"

namespace habeas {
namespace requests {

extern const char holidays_json[];

} // namespace requests

using requests::HolidayRule;

struct HolidayCalendar::Rules {
    std::map<std::string, std::vector<HolidayRule>, std::less<>> sets;
};

HolidayCalendar::HolidayCalendar() {
    static const HolidayCalendar own = from_json(requests::holidays_json);
    rules_ = own.rules_;
}

HolidayCalendar HolidayCalendar::from_json(std::string_view text) {
    const nlohmann::json document = consent::read_document(text, "the file of holidays");
    const std::string root;
    consent::JsonReader in(document, root);
    int version = 0;
    in.read("habeas_holidays", version);
    if (version != 1) {
        consent::refuse_at("/habeas_holidays", "write 1, the version of this format");
    }
    auto rules = std::make_shared<Rules>();
    const nlohmann::json* sets = in.find("sets");
    if (sets == nullptr || !sets->is_object()) {
        consent::refuse_at("/sets", "write an object: a set of rules by its name");
    }
    in.finish();
    for (const auto& [name, given] : sets->items()) {
        const std::string pointer = in.at("sets") + "/" + name;
        if (name.empty() || name.size() > 20 ||
            name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != std::string::npos) {
            consent::refuse_at(pointer, "name a set as ISO 3166 does: DE, DE-BY");
        }
        consent::JsonReader set(given, pointer);
        std::string title, note; // for people
        set.read("title", title);
        set.read("note", note);
        auto& into = rules->sets[name];
        set.read_array("rules", [&](const nlohmann::json& each, const std::string& at) {
            into.push_back(requests::read_holiday_rule(each, at));
        });
        set.finish();
    }
    return HolidayCalendar(std::move(rules));
}

bool HolidayCalendar::has(std::string_view set) const {
    return rules_->sets.find(set) != rules_->sets.end();
}

std::vector<std::string> HolidayCalendar::sets() const {
    std::vector<std::string> out;
    out.reserve(rules_->sets.size());
    for (const auto& [name, rules] : rules_->sets) {
        out.push_back(name);
    }
    return out;
}

std::vector<Holiday> HolidayCalendar::holidays(std::string_view set, int year) const {
    const auto found = rules_->sets.find(set);
    if (found == rules_->sets.end()) {
        throw Error(Errc::not_found,
                    "there are no public holidays of this name; a file of your own may add them",
                    "set");
    }
    return requests::holidays_of(found->second, year);
}

} // namespace habeas
