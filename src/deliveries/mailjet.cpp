#include "deliveries/mailjet.hpp"

#include "base/text.hpp"
#include "consent/json_reader.hpp"

#include <algorithm>
#include <array>

namespace habeas::deliveries {
namespace {

using consent::refuse_at;
using nlohmann::json;

constexpr std::size_t max_body = std::size_t{8} << 20;
constexpr std::size_t max_callback_events = 100'000;
constexpr std::int64_t max_seconds = 253402300799; ///< the end of the year 9999

enum class Meaning : std::uint8_t { nothing, hard, blocked, complaint, never };
struct Pair {
    std::string_view related_to, error;
    Meaning meaning;
};
/// Every pair that the documentation lists. `never`: not even where the event says hard_bounce.
constexpr std::array<Pair, 20> pairs{{
    {"recipient", "user unknown", Meaning::hard},
    {"recipient", "mailbox inactive", Meaning::hard},
    {"recipient", "quota exceeded", Meaning::never},
    {"recipient", "blacklisted", Meaning::blocked},
    {"recipient", "spam reporter", Meaning::complaint},
    {"domain", "invalid domain", Meaning::hard},
    {"domain", "no mail host", Meaning::hard},
    {"domain", "relay/access denied", Meaning::nothing},
    {"domain", "greylisted", Meaning::never},
    {"domain", "typofix", Meaning::nothing},
    {"content", "bad or empty template", Meaning::nothing},
    {"content", "error in template language", Meaning::nothing},
    {"spam", "sender blocked", Meaning::nothing},
    {"spam", "content blocked", Meaning::nothing},
    {"spam", "policy issue", Meaning::nothing},
    {"system", "system issue", Meaning::never},
    {"system", "protocol issue", Meaning::never},
    {"system", "connection issue", Meaning::never},
    {"mailjet", "preblocked", Meaning::blocked},
    {"mailjet", "duplicate in campaign", Meaning::never},
}};

std::string text(const json& event, const char* name) {
    auto at = event.find(name);
    return at != event.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool flag(const json& event, const char* name) {
    auto at = event.find(name);
    return at != event.end() &&
           ((at->is_boolean() && at->get<bool>()) || (at->is_string() && *at == "true") ||
            (at->is_number_integer() && *at == 1));
}

/// Numbers come as numbers, and sometimes as texts.
std::string digits(const json& event, const char* name) {
    auto at = event.find(name);
    if (at == event.end()) {
        return {};
    }
    std::string out = at->is_number_unsigned() ? at->dump()
                      : at->is_string()        ? at->get<std::string>()
                                               : std::string();
    const bool good = !out.empty() && out.size() <= 20 && out != "0" &&
                      std::all_of(out.begin(), out.end(), base::is_digit);
    return good ? out : std::string();
}

/// Letters, digits and what stands in the documented words; anything else may be somebody's data.
std::string words(const std::string& given) {
    std::string out;
    for (char c : given.substr(0, 60)) {
        const bool good = base::is_letter(c) || c == ' ' || c == '/' || c == '_' || c == '-';
        out += good ? c : '_';
    }
    return out;
}

DeliveryKind failed_kind(const json& event, DeliveryKind otherwise, std::string& reason) {
    const std::string related_to = text(event, "error_related_to");
    const std::string error = text(event, "error");
    const auto* pair = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& each) {
        return each.related_to == related_to && each.error == error;
    });
    const bool documented = pair != pairs.end() && !error.empty();
    // Words that are not documented may be a server's, and a server repeats addresses.
    reason = documented ? related_to + "/" + error : error.empty() ? "" : "not documented";
    const Meaning meaning = documented ? pair->meaning : Meaning::nothing;
    switch (meaning) {
    case Meaning::hard:
        return DeliveryKind::hard_bounced;
    case Meaning::blocked:
        return DeliveryKind::blocked;
    case Meaning::complaint:
        return DeliveryKind::complained;
    case Meaning::never:
        return otherwise;
    case Meaning::nothing:
        break;
    }
    return flag(event, "hard_bounce") ? DeliveryKind::hard_bounced : otherwise;
}

GatewayEvent read_event(const json& event, const std::string& pointer) {
    if (!event.is_object()) {
        refuse_at(pointer, "write an object");
    }
    GatewayEvent out;
    const std::string name = text(event, "event");
    if (name.empty()) {
        refuse_at(pointer + "/event", "write the name of the event");
    }
    auto time = event.find("time");
    if (time == event.end() || !time->is_number_integer() || *time < 0 || *time > max_seconds) {
        refuse_at(pointer + "/time", "write seconds since 1970");
    }
    out.at = time->get<std::int64_t>() * 1000;
    out.reference = text(event, "CustomID").substr(0, 100);
    out.message = digits(event, "MessageID");
    if (out.message.empty()) {
        out.message = digits(event, "mj_message_id");
    }
    out.address = text(event, "email").substr(0, 400);
    if (name == "sent") {
        out.kind = DeliveryKind::delivered;
    } else if (name == "open") {
        out.kind = DeliveryKind::opened;
    } else if (name == "click") {
        out.kind = DeliveryKind::clicked;
        out.detail = text(event, "url").substr(0, 4000);
    } else if (name == "bounce") {
        out.kind = failed_kind(event, DeliveryKind::soft_bounced, out.reason);
    } else if (name == "blocked") {
        out.kind = failed_kind(event, DeliveryKind::not_sent, out.reason);
    } else if (name == "spam") {
        out.kind = DeliveryKind::complained;
    } else if (name == "unsub") {
        out.kind = DeliveryKind::unsubscribed;
    } else {
        out.reason = words(name);
    }
    return out;
}

} // namespace

std::vector<GatewayEvent> read_mailjet_events(std::string_view body) {
    if (body.size() > max_body) {
        throw Error(Errc::invalid, "the events are more than 8 MB", "body");
    }
    const json document = consent::read_document(body, "the events");
    std::vector<GatewayEvent> out;
    if (!document.is_array()) {
        out.push_back(read_event(document, ""));
        return out;
    }
    if (document.size() > max_callback_events) {
        refuse_at("", "at most 100,000 events at a time");
    }
    out.reserve(document.size());
    for (std::size_t i = 0; i < document.size(); ++i) {
        out.push_back(read_event(document[i], "/" + std::to_string(i)));
    }
    return out;
}

} // namespace habeas::deliveries
