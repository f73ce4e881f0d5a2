// The JSON of a campaign.
#include "campaigns/definition.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "consent/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace habeas::campaigns {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

constexpr std::size_t max_events = 1000;
constexpr int max_depth = 100;
constexpr std::size_t max_text = 1000;
constexpr std::int32_t max_attempts = 20;

/// The members of each action besides id, action, when, then. A mark: it must be there.
struct ActionForm {
    std::string_view name;
    std::vector<std::string_view> required, optional;
};
const std::vector<ActionForm>& action_forms() {
    static const std::vector<ActionForm> forms{
        {"delete_subject", {}, {"confirm_template"}},
        {"send_access_bundle", {"template"}, {"confirm_template"}},
        {"open_request", {"kind"}, {"confirm_template"}},
        {"send_message", {"template"}, {"data"}},
        {"notify", {"to", "template"}, {"data"}},
        {"set_field", {"field", "value"}, {}},
        {"add_segment", {"segment"}, {}},
        {"remove_segment", {"segment"}, {}},
        {"add_tag", {"tag"}, {}},
        {"remove_tag", {"tag"}, {}},
        {"points", {"points"}, {}},
        {"suppress", {"scope"}, {}},
        {"record_consent", {"kind"}, {"purpose", "channel", "scope", "text_version", "language"}},
        {"call_host", {"name"}, {"data"}},
        {"jump", {"to"}, {}}};
    return forms;
}
constexpr std::array<std::string_view, 4> decisions{"opened", "clicked", "submitted", "consented"};

template <class Do>
auto at_pointer(const std::string& pointer, Do action) {
    try {
        return action();
    } catch (const Error& error) {
        throw Error(error.code(), pointer + ": " + error.what(), pointer);
    }
}

std::optional<Time> read_time(JsonReader& in, const char* name) {
    std::optional<std::string> text;
    in.read(name, text);
    return text ? std::optional(at_pointer(in.at(name), [&] { return parse_time(*text); }))
                : std::nullopt;
}

void read_duration(JsonReader& in, const char* name, std::string& out) {
    in.read(name, out);
    if (!out.empty()) {
        at_pointer(in.at(name), [&] { base::check_duration(out, name); });
    }
}

std::int32_t minutes_of(const std::string& text, const std::string& pointer) {
    const auto minutes = base::minutes_of_day(text);
    if (!minutes) {
        refuse_at(pointer, "write a time of day as 09:00");
    }
    return *minutes;
}

Timing read_timing(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Timing out;
    read_duration(in, "after", out.after);
    out.at = read_time(in, "at");
    if (out.at && !out.after.empty()) {
        refuse_at(pointer, "write after or at, not both");
    }
    if (const json* hours = in.find("hours")) {
        const std::string at = in.at("hours");
        JsonReader window(*hours, at);
        std::string from;
        std::string to;
        window.read("from", from);
        window.read("to", to);
        window.finish();
        out.from = minutes_of(from, window.at("from"));
        out.to = minutes_of(to, window.at("to"));
        if (*out.from >= *out.to) {
            refuse_at(at, "from is before to, on the same day");
        }
    }
    in.read_array("weekdays", [&](const json& each, const std::string& at) {
        const auto day =
            each.is_string() ? base::weekday_number(each.get<std::string>()) : std::nullopt;
        if (!day) {
            refuse_at(at, "write mon, tue, wed, thu, fri, sat or sun");
        }
        out.weekdays.push_back(*day);
    });
    in.finish();
    return out;
}

class Reader {
  public:
    Definition read(const json& document) {
        const std::string root;
        JsonReader in(document, root);
        std::int64_t format = 1;
        in.read("habeas_campaign", format);
        if (format != 1) {
            refuse_at("/habeas_campaign", "write 1, the version of this format");
        }
        in.read("code", out_.code);
        at_pointer("/code", [&] { base::require_code(out_.code, "code"); });
        in.read("labels", out_.labels);
        for (const auto& label : out_.labels) {
            at_pointer("/labels",
                       [&] { base::require_text(label.second, label.first, false, max_text); });
        }
        sources(in);
        in.read("restart", out_.restart);
        std::string leaving = "stop";
        in.read("on_leaving", leaving);
        if (leaving != "stop" && leaving != "continue") {
            refuse_at("/on_leaving", "write stop or continue");
        }
        out_.stop_on_leaving = leaving == "stop";
        publish(in);
        failures(in);
        out_.roots = events(in, "events", 0);
        in.finish();
        if (out_.events.empty()) {
            refuse_at("/events", "a campaign has at least one event");
        }
        jumps();
        return std::move(out_);
    }

  private:
    void sources(JsonReader& in) {
        static const std::string at = "/sources";
        const json* found = in.find("sources");
        if (found == nullptr) {
            refuse_at(at, "say who comes in: segments, forms or manual");
        }
        JsonReader from(*found, at);
        from.read("segments", out_.segments);
        from.read("forms", out_.forms);
        from.read("manual", out_.manual);
        from.finish();
        for (auto* list : {&out_.segments, &out_.forms}) {
            const std::string name = list == &out_.segments ? "segments" : "forms";
            for (std::size_t i = 0; i < list->size(); ++i) {
                at_pointer(fmt::format("{}/{}/{}", at, name, i),
                           [&] { base::require_code((*list)[i], name); });
            }
            std::sort(list->begin(), list->end());
            list->erase(std::unique(list->begin(), list->end()), list->end());
        }
        if (out_.segments.empty() && out_.forms.empty() && !out_.manual) {
            refuse_at(at, "say who comes in: segments, forms or manual");
        }
    }

    void publish(JsonReader& in) {
        if (const json* found = in.find("publish")) {
            static const std::string at = "/publish";
            JsonReader window(*found, at);
            out_.publish_from = read_time(window, "from");
            out_.publish_until = read_time(window, "until");
            window.finish();
            if (out_.publish_from && out_.publish_until &&
                *out_.publish_from >= *out_.publish_until) {
                refuse_at(at, "from is before until");
            }
        }
    }

    void failures(JsonReader& in) {
        if (const json* found = in.find("failures")) {
            static const std::string at = "/failures";
            JsonReader rule(*found, at);
            rule.read("attempts", out_.attempts);
            rule.read("pause_at", out_.pause_at);
            rule.read("alert_to", out_.alert_to);
            rule.finish();
            at_pointer(at + "/alert_to",
                       [&] { base::require_text(out_.alert_to, "alert_to", false, max_text); });
            if (out_.attempts < 1 || out_.attempts > max_attempts) {
                refuse_at(at + "/attempts", "from 1 to 20");
            }
            if (out_.pause_at < 1) {
                refuse_at(at + "/pause_at", "at least 1");
            }
        }
    }

    std::vector<std::size_t> events(JsonReader& in, const char* name, int depth) {
        std::vector<std::size_t> out;
        in.read_array(name, [&](const json& each, const std::string& at) {
            out.push_back(event(each, at, depth));
        });
        return out;
    }

    std::size_t event(const json& given, const std::string& pointer, int depth) {
        if (depth > max_depth || out_.events.size() >= max_events) {
            refuse_at(pointer, "too many events: 1000 and 100 levels are the limits");
        }
        JsonReader in(given, pointer);
        const std::size_t number = out_.events.size();
        Event& fresh = out_.events.emplace_back();
        fresh.pointer = pointer;
        in.read("id", fresh.id);
        at_pointer(in.at("id"), [&] { base::require_code(fresh.id, "id"); });
        if (!ids_.insert(fresh.id).second) {
            refuse_at(in.at("id"), "another event has this id");
        }
        if (const json* when = in.find("when")) {
            fresh.when = read_timing(*when, in.at("when"));
        }
        const int kinds = (in.find("action") != nullptr) + (in.find("condition") != nullptr) +
                          (in.find("decision") != nullptr);
        if (kinds != 1) {
            refuse_at(pointer, "an event is an action, a condition or a decision");
        }
        // `events` may move the list: each level writes by number.
        if (const json* filter = in.find("condition")) {
            fresh.kind = Event::Kind::condition;
            fresh.filter = filter->dump();
        } else if (in.find("decision") != nullptr) {
            decision(in, fresh, pointer);
        } else {
            action(in, fresh, given);
        }
        children(in, number, pointer, depth);
        in.finish();
        return number;
    }

    void decision(JsonReader& in, Event& fresh, const std::string& pointer) {
        fresh.kind = Event::Kind::decision;
        in.read("decision", fresh.name);
        if (std::find(decisions.begin(), decisions.end(), fresh.name) == decisions.end()) {
            refuse_at(in.at("decision"), "write opened, clicked, submitted or consented");
        }
        in.read("key", fresh.key);
        at_pointer(in.at("key"), [&] { base::require_text(fresh.key, "key", false, max_text); });
        if (fresh.key.empty() && fresh.name == "consented") {
            refuse_at(in.at("key"), "name the purpose");
        }
        if (fresh.name == "consented") {
            in.read_name("channel", fresh.channel, [](const auto& name) { return channel(name); });
        }
        read_duration(in, "no_after", fresh.no_after);
        if (in.find("no") != nullptr && fresh.no_after.empty()) {
            refuse_at(pointer, "a path for no needs no_after: how long to wait");
        }
        if (in.find("when") != nullptr) {
            refuse_at(in.at("when"), "a decision waits by itself; write no_after");
        }
    }

    static void action(JsonReader& in, Event& fresh, const json& given) {
        in.read("action", fresh.name);
        const auto& forms = action_forms();
        const auto form = std::find_if(forms.begin(), forms.end(),
                                       [&](const auto& each) { return each.name == fresh.name; });
        if (form == forms.end()) {
            refuse_at(in.at("action"), "no such action");
        }
        fresh.parameters = json::object();
        for (const auto* list : {&form->required, &form->optional}) {
            for (std::string_view member : *list) {
                const std::string name(member);
                const bool there = given.contains(name);
                // null is a value for set_field: it clears
                (void)in.find(name.c_str());
                if (!there && list == &form->required) {
                    refuse_at(in.at(name), "this action needs it");
                }
                if (there) {
                    fresh.parameters[name] = given[name];
                    check_parameter(name, given[name], in.at(name));
                }
            }
        }
    }

    static void check_parameter(const std::string& name, const json& value,
                                const std::string& pointer) {
        if (name == "data") {
            if (!value.is_object()) {
                refuse_at(pointer, "write an object");
            }
        } else if (name == "value") {
            if (!value.is_string() && !value.is_null() && !value.is_boolean() &&
                !value.is_number()) {
                refuse_at(pointer, "write a text, a number, true, false or null");
            }
        } else if (name == "points" || name == "text_version") {
            if (!value.is_number_integer() || value < -1'000'000 || value > 1'000'000) {
                refuse_at(pointer, "write a whole number");
            }
        } else if (!value.is_string()) {
            refuse_at(pointer, "write a text");
        } else {
            at_pointer(pointer, [&] {
                base::require_text(value.get<std::string>(), name, false, max_text);
            });
        }
    }

    void children(JsonReader& in, std::size_t number, const std::string& pointer, int depth) {
        if (out_.events[number].kind != Event::Kind::action) {
            auto yes = events(in, "yes", depth + 1);
            auto no = events(in, "no", depth + 1);
            out_.events[number].yes = std::move(yes);
            out_.events[number].no = std::move(no);
            return;
        }
        auto then = events(in, "then", depth + 1);
        const std::string& name = out_.events[number].name;
        if (!then.empty() && (name == "delete_subject" || name == "jump")) {
            refuse_at(pointer + "/then", "nothing comes after " + name);
        }
        out_.events[number].then = std::move(then);
    }

    /// Each jump has a target.
    void jumps() {
        for (Event& each : out_.events) {
            if (each.name != "jump") {
                continue;
            }
            const std::string to = each.parameters["to"];
            const Event* target = out_.find(to);
            if (target == nullptr) {
                refuse_at(each.pointer + "/to", "no event has this id");
            }
            each.jump = out_.number(*target);
        }
    }

    Definition out_;
    std::set<std::string> ids_;
};

} // namespace

const Event* Definition::find(std::string_view id) const {
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const Event& each) { return each.id == id; });
    return found == events.end() ? nullptr : &*found;
}

Definition parse(const json& document) {
    return Reader().read(document);
}

Definition parse(std::string_view text) {
    return parse(consent::read_document(text, "the campaign"));
}

} // namespace habeas::campaigns
