// key: show, rotate. setting: get, set, list.
#include "arguments.hpp"
#include "command.hpp"
#include "progress.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

namespace habeas::cli::key_group {
namespace {

Action declare_show(Args& /*args*/) {
    return [](Session& s) {
        const StoreInfo info = s.store().info();
        if (s.json()) {
            s.out().json({{"key_id", info.key_id}, {"store", info.id}});
        } else {
            s.out().line(info.key_id);
        }
        return Exit::ok;
    };
}

Action declare_rotate(Args& /*args*/) {
    return [](Session& s) {
        const std::string former = s.store().info().key_id;
        std::string id;
        {
            ProgressBar bar("Hashing anew", ProgressBar::Unit::rows, s.progress());
            id = s.store().rotate_key(bar.callback());
        }
        if (s.json()) {
            s.out().json({{"key_id", id}, {"former_key_id", former}});
        } else {
            s.out().line(
                fmt::format("Key {} is active; {} stays for what was hashed with it.", id, former));
            s.note("habeas: note: copy the key to where its copies are kept");
        }
        return Exit::ok;
    };
}

constexpr std::array settings{"controller",
                              "default_country",
                              "time_zone",
                              "place",
                              "base_url",
                              "sender",
                              "unsubscribe_mailto",
                              "message_retention",
                              "tracking_purpose",
                              "bounce_address",
                              "pacing",
                              "optin_quiet",
                              "request_template"};
constexpr const char* setting_names =
    "controller, default_country, time_zone, place, base_url, sender, unsubscribe_mailto, "
    "message_retention, tracking_purpose, bounce_address, pacing, optin_quiet or request_template";

Action declare_get(Args& args) {
    auto name = std::make_shared<std::string>();
    args.positional("NAME", *name, setting_names);
    return [name](Session& s) {
        const std::string value = s.store().setting(*name);
        if (s.json()) {
            s.out().json({{"name", *name}, {"value", value}});
        } else {
            s.out().line(value);
        }
        return Exit::ok;
    };
}

struct SetOptions {
    std::string name, value;
};

Action declare_set(Args& args) {
    auto o = std::make_shared<SetOptions>();
    args.positional("NAME", o->name, setting_names);
    args.positional("VALUE", o->value, "text; of controller and pacing a JSON object, or @FILE");
    return [o](Session& s) {
        (void)s.store().setting(o->name); // Errc::not_found names those there are
        const std::string text = text_or_file(o->value);
        Json value = text;
        if (o->name == "controller" || o->name == "pacing") {
            value = Json::parse(text, nullptr, false);
            if (!value.is_object()) {
                throw Error(
                    Errc::invalid,
                    fmt::format("{}: write a JSON object, such as {}", o->name,
                                o->name == "pacing"
                                    ? R"({"quiet_hours": [{"from": "21:00", "to": "08:00"}]})"
                                    : R"({"name": "Example Shop"})"),
                    o->name);
            }
        }
        // As definitions, so that a value is checked.
        Definitions(s.store()).apply(
            Json{{"habeas_definitions", 1}, {"settings", {{o->name, value}}}}.dump());
        if (s.json()) {
            s.out().json({{"name", o->name}, {"value", s.store().setting(o->name)}});
        } else {
            s.out().line(fmt::format("Setting {} set.", o->name));
        }
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        Json all = Json::object();
        Record record;
        for (const char* name : settings) {
            const std::string value = s.store().setting(name);
            all[name] = value;
            record.emplace_back(name, value);
        }
        if (s.json()) {
            s.out().json(all);
        } else {
            print_record(s.out(), record);
        }
        return Exit::ok;
    };
}

constexpr const char* setting_json = "an object: name, value (text)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"key show", "the id of the active root key", "habeas key show", "an object: key_id, store",
         declare_show},
        {"key rotate", "adds a root key and makes it the active one", "habeas key rotate",
         "an object: key_id, former_key_id", declare_rotate},
        {"setting get", "one setting", "habeas setting get default_country", setting_json,
         declare_get},
        {"setting set", "changes a setting", "habeas setting set default_country AT", setting_json,
         declare_set},
        {"setting list", "all settings", "habeas setting list",
         "an object of texts: controller (JSON), default_country, time_zone, place", declare_list},
    };
    return commands;
}

} // namespace habeas::cli::key_group
