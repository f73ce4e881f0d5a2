#include "outbox/settings.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "consent/json_reader.hpp"
#include "outbox/return_path.hpp"
#include "store/settings.hpp"

#include <algorithm>

namespace habeas::outbox {
namespace {

constexpr std::string_view default_retention = "P30D";

std::string setting(store::Engine& engine, const char* key) {
    return engine.meta(key).value_or("");
}

[[noreturn]] void refuse(const char* name, const std::string& why) {
    throw Error(Errc::invalid, std::string("setting ") + name + ": " + why, name);
}

} // namespace

Mailbox parse_mailbox(std::string_view text, const std::string& where) {
    Mailbox out;
    std::string_view address = base::trim(text);
    if (address.ends_with('>')) {
        const std::size_t open = address.rfind('<');
        if (open == std::string_view::npos) {
            throw Error(Errc::invalid, where + ": write \"Name <address>\"", where);
        }
        std::string_view name = base::trim(address.substr(0, open));
        if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
            name = name.substr(1, name.size() - 2);
        }
        base::require_text(name, where, false, 200);
        out.name = name;
        address = address.substr(open + 1, address.size() - open - 2);
    }
    try {
        out.address = base::normalise_email(address);
    } catch (const Error& error) {
        throw Error(error.code(), where + ": " + error.what(), where);
    }
    return out;
}

std::string mailbox_text(const Mailbox& who) {
    return who.name.empty() ? who.address : who.name + " <" + who.address + ">";
}

std::string Settings::controller_member(const char* name) const {
    auto at = controller.find(name);
    return at != controller.end() && at->is_string() ? at->get<std::string>() : std::string();
}

namespace {

Settings read_settings(store::Engine& engine) {
    Settings out;
    out.base_url = setting(engine, "setting.base_url");
    while (out.base_url.ends_with('/')) {
        out.base_url.pop_back();
    }
    if (!out.base_url.empty()) {
        try {
            base::check_url(out.base_url);
        } catch (const Error& error) {
            refuse("base_url", error.what());
        }
        const bool plain = std::all_of(out.base_url.begin(), out.base_url.end(), [](char c) {
            return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"' && c != ',';
        });
        if (!out.base_url.starts_with("https://") || !plain ||
            out.base_url.find_first_of("?#") != std::string::npos || out.base_url.size() > 500) {
            refuse("base_url", "write an https address without query, such as "
                               "https://shop.example/privacy (RFC 8058)");
        }
    }
    out.sender = setting(engine, "setting.sender");
    if (std::string mailto = setting(engine, "setting.unsubscribe_mailto"); !mailto.empty()) {
        out.unsubscribe_mailto = parse_mailbox(mailto, "unsubscribe_mailto").address;
    }
    if (std::string bounces = setting(engine, "setting.bounce_address"); !bounces.empty()) {
        out.bounce_address = parse_mailbox(bounces, "bounce_address").address;
        if (out.bounce_address.rfind('@') > max_bounce_local) {
            refuse("bounce_address", "at most 22 bytes before the @");
        }
    }
    out.retention = setting(engine, "setting.message_retention");
    if (out.retention.empty()) {
        out.retention = default_retention;
    }
    base::check_duration(out.retention, "setting message_retention");
    out.controller = store::controller(engine);
    if (const std::string rules = setting(engine, "setting.pacing"); !rules.empty()) {
        out.pacing = read_pacing(consent::read_document(rules, "pacing"), "/pacing");
    }
    return out;
}

} // namespace

std::shared_ptr<const Settings> settings(store::Engine& engine) {
    struct Cache {
        std::int64_t generation = -1;
        std::shared_ptr<const Settings> settings;
    };
    auto& cache = engine.cache<Cache>();
    const std::int64_t now = engine.definitions_generation();
    if (cache.generation != now || !cache.settings) {
        cache.settings = std::make_shared<const Settings>(read_settings(engine));
        cache.generation = now;
    }
    return cache.settings;
}

MessageKind kind_for(const Purpose& purpose) noexcept {
    return purpose.kind == PurposeKind::marketing ? MessageKind::marketing
                                                  : MessageKind::transactional;
}

PurposeFacts purpose_facts(store::Engine& engine, const std::string& purpose, Channel channel) {
    auto purposes = consent::catalogue(engine);
    const consent::PurposeHistory* found = purposes->find(purpose);
    const Purpose* definition = found ? consent::present_definition(*found) : nullptr;
    if (definition == nullptr) {
        throw Error(Errc::not_found, "purpose " + purpose + " is not declared; define it first",
                    "purpose");
    }
    if (channel == Channel::any || channel == Channel::internal ||
        std::find(definition->channels.begin(), definition->channels.end(), channel) ==
            definition->channels.end()) {
        throw Error(Errc::invalid,
                    "channel: the purpose " + purpose + " does not have the channel " +
                        std::string(channel_name(channel)),
                    "channel");
    }
    return {found->id, kind_for(*definition)};
}

void require_marketing(const Settings& settings) {
    if (settings.base_url.empty()) {
        refuse("base_url", "marketing needs it for one-click unsubscribe (RFC 8058); set the https "
                           "address under which your site answers for habeas");
    }
    if (settings.controller_member("name").empty() ||
        settings.controller_member("address").empty()) {
        refuse("controller", "marketing says who sends it; set at least its name and address");
    }
}

void check_parts(Channel channel, const std::string& subject, const std::string& text,
                 const std::string& html, const std::string& where) {
    if (channel == Channel::email && subject.empty()) {
        throw Error(Errc::invalid, where + "subject: an e-mail has one", where + "subject");
    }
    if (channel != Channel::email && channel != Channel::post && !html.empty()) {
        throw Error(Errc::invalid, where + "html: only e-mail and letters have it", where + "html");
    }
    if (text.empty() && html.empty()) {
        throw Error(Errc::invalid, where + "text: the message is empty", where + "text");
    }
}

} // namespace habeas::outbox
