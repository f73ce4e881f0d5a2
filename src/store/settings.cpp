#include "store/settings.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"
#include "store/engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::store {

nlohmann::ordered_json controller(Engine& engine) {
    auto out = nlohmann::ordered_json::parse(engine.meta("setting.controller").value_or("{}"),
                                             nullptr, false);
    return out.is_object() ? out : nlohmann::ordered_json::object();
}

namespace {

constexpr std::size_t max_bytes = 1000;
constexpr std::size_t max_controller_bytes = 16'000;
constexpr std::size_t max_object_bytes = 64'000;

[[noreturn]] void refuse(const std::string& name, std::string_view reason) {
    throw Error(Errc::invalid, fmt::format("{}: {}", name, reason), name);
}

void check_country(const std::string& where, const std::string& code) {
    if (base::country_code(code) != code) {
        refuse(where, "write a country code of ISO 3166-1, such as DE");
    }
}

void check_base_url(const std::string& value) {
    bool fits = false;
    try {
        fits = base::check_url(value).starts_with("https://");
    } catch (const Error& error) {
        refuse("base_url", error.what());
    }
    if (!fits) {
        refuse("base_url", "write an https address, such as https://shop.example");
    }
}

void check_controller(const std::string& value) {
    base::require_text(value, "controller", true, max_controller_bytes);
    const auto object = nlohmann::json::parse(value, nullptr, false);
    if (!object.is_object()) {
        refuse("controller", "write a JSON object");
    }
    for (const auto& [member, text] : object.items()) {
        if (!text.is_string()) {
            refuse("controller", "its members are texts");
        }
        check_controller_member(member, text.get<std::string>());
    }
}

void check_object(const SettingPart& part, const std::string& value) {
    if (value.empty()) {
        return;
    }
    base::require_text(value, part.name, true, max_object_bytes);
    const auto object = nlohmann::json::parse(value, nullptr, false);
    if (!object.is_object()) {
        refuse(part.name, "write a JSON object");
    }
    part.check(object, std::string("/") + part.name);
}

} // namespace

const SettingPart* object_setting(std::string_view name) {
    for (const Module* module : modules()) {
        for (const SettingPart& part : module->settings) {
            if (part.name == name) {
                return &part;
            }
        }
    }
    return nullptr;
}

std::vector<std::string_view> all_settings() {
    std::vector<std::string_view> out(setting_names.begin(), setting_names.end());
    for (const Module* module : modules()) {
        for (const SettingPart& part : module->settings) {
            out.emplace_back(part.name);
        }
    }
    return out;
}

/// A token comes to the local part, which has no more than 64 bytes with it (RFC 5321 4.5.3.1.1).
void check_bounce_address(const std::string& name, const std::string& value) {
    constexpr std::size_t max_local = 22;
    if (base::normalise_email(value).rfind('@') > max_local) {
        refuse(name, "at most 22 bytes before the @: a sign for each message comes to it");
    }
}

void check_controller_member(std::string_view member, const std::string& text) {
    if (std::find(controller_members.begin(), controller_members.end(), member) ==
        controller_members.end()) {
        refuse("controller", "a member is none of name, address, email, phone, url, contact, dpo, "
                             "country, representative, authority");
    }
    const std::string where = fmt::format("controller/{}", member);
    base::require_text(text, where, member == "address", max_bytes);
    if (text.empty()) {
        return;
    }
    if (member == "country") {
        check_country(where, text);
    } else if (member == "email") {
        base::normalise_email(text);
    }
}

void check_setting(const std::string& name, const std::string& value) {
    if (const SettingPart* part = object_setting(name)) {
        check_object(*part, value);
        return;
    }
    if (std::find(setting_names.begin(), setting_names.end(), name) == setting_names.end()) {
        // Not repeated: whoever mixes up the two arguments must not see a value in a log.
        throw Error(Errc::not_found,
                    fmt::format("there is no setting of that name; known are {}",
                                fmt::join(all_settings(), ", ")),
                    "setting");
    }
    if (value.empty()) {
        return;
    }
    if (name == "controller") {
        check_controller(value);
        return;
    }
    base::require_text(value, name, false, max_bytes);
    if (name == "default_country") {
        check_country(name, value);
    } else if (name == "time_zone") {
        base::check_timezone(value);
    } else if (name == "base_url") {
        check_base_url(value);
    } else if (name == "tracking_purpose") {
        base::require_code(value, name);
    } else if (name == "message_retention" || name == "optin_quiet") {
        base::check_duration(value, name);
    } else if (name == "bounce_address") {
        check_bounce_address(name, value);
    }
}

} // namespace habeas::store
