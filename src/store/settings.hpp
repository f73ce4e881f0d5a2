// Settings of a store: which there are, and what they may say.
#pragma once

#include "store/module.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::store {

/// Texts; "controller" is a JSON object with some of these members, all texts.
inline constexpr std::array<std::string_view, 12> setting_names{
    "controller",       "default_country", "time_zone",          "place",
    "base_url",         "sender",          "unsubscribe_mailto", "message_retention",
    "tracking_purpose", "bounce_address",  "optin_quiet",        "request_template"};
inline constexpr std::array<std::string_view, 10> controller_members{
    "name",    "address", "email",   "phone",          "url",
    "contact", "dpo",     "country", "representative", "authority"};

/// The module's, by name; null: none is called so.
const SettingPart* object_setting(std::string_view name);
std::vector<std::string_view> all_settings(); ///< texts, then objects
/// The controller's members by name: an object, empty where none is set.
nlohmann::ordered_json controller(Engine& engine);
/// Errc::not_found for a name that is none, Errc::invalid for a value that cannot be. Blank is: not
/// set.
void check_setting(const std::string& name, const std::string& value);
/// The same for one member of the controller.
void check_controller_member(std::string_view member, const std::string& text);

} // namespace habeas::store
