#include "outbox/pacing_rules.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "consent/json_reader.hpp"

#include <algorithm>

namespace habeas::outbox {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t max_rules = 100;
constexpr milliseconds longest = std::chrono::days(366);

/// Weeks, days and less: a stretch that is always as long.
milliseconds read_stretch(JsonReader& in) {
    std::string text;
    in.read("per", text);
    const std::string at = in.at("per");
    const std::string date = text.substr(0, text.find('T'));
    if (text.empty() || date.find_first_of("YM") != std::string::npos) {
        refuse_at(at, "write a duration in weeks, days, hours, minutes or seconds, such as P7D or "
                      "PT1H");
    }
    try {
        base::check_duration(text, "per");
    } catch (const Error& error) {
        throw Error(error.code(), at + ": " + error.what(), at);
    }
    const Time begin{};
    const milliseconds out = base::add_duration(begin, text) - begin;
    if (out < std::chrono::seconds(1) || out > longest) {
        refuse_at(at, "write a duration from PT1S to P366D");
    }
    return out;
}

std::int64_t read_messages(JsonReader& in) {
    std::int64_t out = 0;
    in.read("messages", out);
    if (out < 1) {
        refuse_at(in.at("messages"), "write a whole number from 1 on");
    }
    return out;
}

Scope read_scope(JsonReader& in) {
    Scope out;
    in.read("purposes", out.purposes);
    in.read_array("channels", [&](const json& each, const std::string& at) {
        const auto known = each.is_string() ? channel(each.get<std::string>()) : std::nullopt;
        if (!known || *known == Channel::any || *known == Channel::internal) {
            refuse_at(at, "write email, sms, phone, post, push or web");
        }
        out.channels.push_back(*known);
    });
    return out;
}

Rate read_rate(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Rate out;
    in.read("gateway", out.gateway);
    in.read("domain", out.domain);
    out.domain = base::lower_nfc(out.domain);
    if (out.domain.size() > 253 || out.domain.find_first_of("@ \t\r\n") != std::string::npos) {
        refuse_at(in.at("domain"), "write a domain such as mail.example, or * for each by itself");
    }
    out.messages = read_messages(in);
    out.per = read_stretch(in);
    in.finish();
    return out;
}

QuietHours read_quiet(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    QuietHours out;
    auto read_time = [&](const char* name) {
        std::string text;
        in.read(name, text);
        const auto minutes = base::minutes_of_day(text);
        if (!minutes) {
            refuse_at(in.at(name), "write a time of day as 21:00");
        }
        return *minutes;
    };
    out.from = read_time("from");
    out.to = read_time("to");
    if (out.from == out.to) {
        refuse_at(pointer, "from and to differ; a whole day is 00:00 to 24:00");
    }
    if (out.from == 24 * 60) {
        refuse_at(in.at("from"), "write 00:00 for midnight");
    }
    in.read_array("weekdays", [&](const json& each, const std::string& at) {
        const auto day =
            each.is_string() ? base::weekday_number(each.get<std::string>()) : std::nullopt;
        if (!day) {
            refuse_at(at, "write mon, tue, wed, thu, fri, sat or sun");
        }
        out.weekdays.push_back(*day);
    });
    out.scope = read_scope(in);
    in.finish();
    return out;
}

/// Marketing must be able to go at some time: an hour without quiet in every week.
void check_gap(const std::vector<QuietHours>& rules, const std::string& pointer) {
    constexpr std::size_t day = 24 * 60;
    std::vector<bool> quiet(7 * day, false);
    for (const QuietHours& each : rules) {
        const auto length = static_cast<std::size_t>(
            each.to > each.from ? each.to - each.from : each.to - each.from + 24 * 60);
        for (unsigned weekday = 1; weekday <= 7; ++weekday) {
            if (!each.weekdays.empty() && std::find(each.weekdays.begin(), each.weekdays.end(),
                                                    weekday) == each.weekdays.end()) {
                continue;
            }
            const std::size_t begin = (weekday - 1) * day + static_cast<std::size_t>(each.from);
            for (std::size_t i = 0; i < length; ++i) {
                quiet[(begin + i) % quiet.size()] = true;
            }
        }
    }
    if (std::count(quiet.begin(), quiet.end(), false) < 60) {
        refuse_at(pointer, "leave at least an hour of the week in which marketing may go");
    }
}

Cap read_cap(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Cap out;
    out.messages = read_messages(in);
    out.per = read_stretch(in);
    out.scope = read_scope(in);
    in.finish();
    return out;
}

template <class Rule, class Read>
void read_rules(JsonReader& in, const char* name, std::vector<Rule>& out, Read read) {
    in.read_array(name, [&](const json& each, const std::string& at) {
        if (out.size() == max_rules) {
            refuse_at(at, "at most 100 rules");
        }
        out.push_back(read(each, at));
    });
}

} // namespace

bool Scope::covers(const std::string& purpose, Channel channel) const {
    const auto names = [](const auto& list, const auto& value) {
        return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
    };
    return names(purposes, purpose) && names(channels, channel);
}

Pacing read_pacing(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    Pacing out;
    read_rules(in, "rates", out.rates, read_rate);
    read_rules(in, "quiet_hours", out.quiet_hours, read_quiet);
    read_rules(in, "caps", out.caps, read_cap);
    in.finish();
    check_gap(out.quiet_hours, in.at("quiet_hours"));
    return out;
}

} // namespace habeas::outbox
