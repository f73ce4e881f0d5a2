#include "consent/evidence.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace habeas::consent {
namespace {

using nlohmann::json;

[[noreturn]] void refuse_evidence(const char* member, const std::string& message) {
    std::string where = std::string("evidence.") + member;
    throw Error(Errc::invalid, where + ": " + message, where);
}

/// Members that are texts, in one list for checking, writing and reading.
struct TextMember {
    const char* name;
    std::string Evidence::*member;
    std::size_t limit;
    bool multiline;
};
constexpr std::array text_members{
    TextMember{"document", &Evidence::document, 400, false},
    TextMember{"form", &Evidence::form, 400, false},
    TextMember{"ip", &Evidence::ip, 64, false},
    TextMember{"language", &Evidence::language, 64, false},
    TextMember{"method", &Evidence::method, 32, false},
    TextMember{"note", &Evidence::note, 4000, true},
    TextMember{"submission", &Evidence::submission, 400, false},
    TextMember{"user_agent", &Evidence::user_agent, 400, false},
};

/// Members that are flags, with the value that is left out.
struct FlagMember {
    const char* name;
    bool Evidence::*member;
    bool LedgerEvent::*fact;
    bool otherwise;
};
constexpr std::array flag_members{
    FlagMember{"explicit", &Evidence::explicit_consent, &LedgerEvent::explicit_consent, false},
    FlagMember{"gdpr_standard", &Evidence::gdpr_standard, &LedgerEvent::gdpr_standard, true},
    FlagMember{"parental_authorisation", &Evidence::parental_authorisation,
               &LedgerEvent::parental_authorisation, false},
    FlagMember{"preticked", &Evidence::preticked, &LedgerEvent::preticked, false},
};

std::string text_of(const json& object, const char* name) {
    auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

std::optional<bool> yes_no(const std::map<std::string, std::string>& data, const char* key,
                           std::string_view also_yes = {}) {
    auto at = data.find(key);
    if (at == data.end()) {
        return std::nullopt;
    }
    if (at->second == "true" || (!also_yes.empty() && at->second == also_yes)) {
        return true;
    }
    if (at->second == "false") {
        return false;
    }
    std::string where = std::string("data.") + key;
    throw Error(Errc::invalid, where + ": write true or false", where);
}

Time data_time(const std::string& value, const char* key) {
    try {
        return parse_time(value);
    } catch (const Error&) {
        std::string where = std::string("data.") + key;
        throw Error(Errc::invalid, where + ": write a date or an RFC 3339 time", where);
    }
}

} // namespace

std::string truncate_ip(std::string_view ip) {
    std::string text(ip.substr(0, ip.find('%'))); // without a zone
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
        bytes[3] = 0;
        inet_ntop(AF_INET, bytes.data(), out.data(), out.size());
        return out.data();
    }
    if (text.size() != std::strlen(text.c_str()) ||
        inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
        refuse_evidence("ip", "this is no IP address; leave it out if you have none");
    }
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
        bytes[15] = 0;
        inet_ntop(AF_INET, bytes.data() + mapped.size(), out.data(), out.size());
        return out.data();
    }
    std::fill(bytes.begin() + 6, bytes.end(), static_cast<unsigned char>(0));
    inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
    return out.data();
}

void check_evidence(Evidence& evidence) {
    if (!evidence.ip.empty()) {
        evidence.ip = truncate_ip(evidence.ip);
    }
    if (evidence.user_agent.size() > 400) { // cut before a character, not inside of one
        std::size_t end = 400;
        while (end > 0 && (static_cast<unsigned char>(evidence.user_agent[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        evidence.user_agent.resize(end);
    }
    for (const TextMember& text : text_members) {
        base::require_text(evidence.*text.member, std::string("evidence.") + text.name,
                           text.multiline, text.limit);
    }
    bool named = std::all_of(evidence.method.begin(), evidence.method.end(),
                             [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!named) {
        refuse_evidence("method",
                        "write form, api, import, phone, paper, email_link or a word like these");
    }
    if (evidence.text_version < 0) {
        refuse_evidence("text_version", "versions count from 1; 0 is: not known");
    }
    for (const std::string& name : evidence.controllers) {
        if (name.empty()) {
            refuse_evidence("controllers", "a name is empty");
        }
        base::require_text(name, "evidence.controllers", false, 200);
    }
}

std::optional<std::string> encode_evidence(const Evidence& evidence,
                                           const std::map<std::string, std::string>& data,
                                           const Stamp& stamp) {
    json out = json::object(); // sorted by key: canonical
    for (const TextMember& text : text_members) {
        if (!(evidence.*text.member).empty()) {
            out[text.name] = evidence.*text.member;
        }
    }
    for (const FlagMember& flag : flag_members) {
        if (evidence.*flag.member != flag.otherwise) {
            out[flag.name] = evidence.*flag.member;
        }
    }
    if (!evidence.controllers.empty()) {
        out["controllers"] = evidence.controllers;
    }
    if (evidence.expires_at) {
        out["expires_at"] = to_ms(*evidence.expires_at);
    }
    if (!data.empty()) {
        out["data"] = data;
    }
    for (unsigned number = 0; number < 32; ++number) {
        auto each = static_cast<Channel>(number);
        if ((stamp.channels & bit(each)) != 0) {
            json& channels = out["channels"];
            if (channels.is_null()) {
                channels =
                    json::array(); // push_back on null would leave half of one without memory
            }
            channels.push_back(channel_name(each));
        }
    }
    if (!stamp.own_controller) {
        out["own_controller"] = false;
    }
    if (!stamp.controller_country.empty()) {
        out["controller_country"] = stamp.controller_country;
    }
    return out.empty() ? std::nullopt : std::optional(out.dump());
}

bool same_evidence(std::string_view a, std::string_view b, bool any_expiry) {
    if (a == b) {
        return true;
    }
    auto said = [any_expiry](std::string_view text) {
        json in = text.empty() ? json::object() : json::parse(text, nullptr, false);
        if (in.is_object()) {
            for (const char* note : {"channels", "own_controller", "controller_country"}) {
                in.erase(note);
            }
            if (any_expiry) {
                in.erase("expires_at");
            }
        }
        return in;
    };
    return said(a) == said(b);
}

void decode_evidence(std::string_view text, ConsentEvent& event) {
    json in = json::parse(text, nullptr, false);
    if (!in.is_object()) {
        return; // verify names a changed event; reading the rest goes on
    }
    if (event.kind == EventKind::merged || event.kind == EventKind::profile_changed) {
        for (const auto& [name, value] : in.items()) {
            event.data[name] = value.is_string() ? value.get<std::string>() : value.dump();
        }
        return;
    }
    Evidence& evidence = event.evidence;
    for (const TextMember& member : text_members) {
        evidence.*member.member = text_of(in, member.name);
    }
    for (const FlagMember& flag : flag_members) {
        evidence.*flag.member = in.value(flag.name, flag.otherwise);
    }
    evidence.controllers = in.value("controllers", std::vector<std::string>{});
    if (in.contains("expires_at")) {
        evidence.expires_at = from_ms(in.at("expires_at").get<Ms>());
    }
    event.data = in.value("data", std::map<std::string, std::string>{});
}

void read_evidence(std::string_view text, LedgerEvent& event) {
    json in = json::parse(text, nullptr, false);
    if (!in.is_object()) {
        return;
    }
    for (const FlagMember& flag : flag_members) {
        event.*flag.fact = in.value(flag.name, flag.otherwise);
    }
    // Proven (art. 7(1)): how we know, and what was shown, by its version or on a document.
    event.proven = !text_of(in, "method").empty() &&
                   (event.text_version > 0 || !text_of(in, "document").empty());
    event.controllers = in.value("controllers", std::vector<std::string>{});
    for (const std::string& name : in.value("channels", std::vector<std::string>{})) {
        event.channels |= bit(channel(name).value_or(Channel::any));
    }
    event.own_controller = in.value("own_controller", true);
    event.controller_country = text_of(in, "controller_country");
    if (in.contains("expires_at")) {
        event.expires = in.at("expires_at").get<Ms>();
    }
    if (event.kind == EventKind::basis_fact && in.contains("data")) {
        event.fact = read_basis_fact(in.at("data").get<std::map<std::string, std::string>>());
    }
}

BasisFact read_basis_fact(const std::map<std::string, std::string>& data) {
    constexpr std::array<std::string_view, 7> keys{
        "sale_context", "similar_products", "own_products",    "opt_out_offered_at_collection",
        "casl_kind",    "casl_date",        "retention_until",
    };
    for (const auto& [key, value] : data) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            throw Error(Errc::invalid, "data: a basis fact has no such key", "data");
        }
    }
    BasisFact fact;
    fact.sale_context = yes_no(data, "sale_context", "free_account_freemium"); // C-654/23
    fact.similar_products = yes_no(data, "similar_products");
    fact.own_products = yes_no(data, "own_products");
    fact.opt_out_offered = yes_no(data, "opt_out_offered_at_collection");
    auto kind = data.find("casl_kind");
    auto day = data.find("casl_date");
    if ((kind == data.end()) != (day == data.end())) {
        throw Error(Errc::invalid, "data.casl_kind and data.casl_date go together",
                    "data.casl_kind");
    }
    if (kind != data.end()) {
        if (kind->second != "purchase" && kind->second != "inquiry") {
            throw Error(Errc::invalid, "data.casl_kind: write purchase or inquiry",
                        "data.casl_kind");
        }
        fact.casl_kind = kind->second == "purchase" ? CaslKind::purchase : CaslKind::inquiry;
        Date date = base::civil_date(data_time(day->second, "casl_date"));
        fact.casl_day = to_ms(base::midnight(date));
    }
    if (auto at = data.find("retention_until"); at != data.end()) {
        fact.retention_until = to_ms(data_time(at->second, "retention_until"));
    }
    return fact;
}

} // namespace habeas::consent
