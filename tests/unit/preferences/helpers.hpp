// A shop that serves its pages, and a person who clicks.
#pragma once

#include "unit/optin/helpers.hpp"

#include <regex>

namespace habeas::test {

struct PageShop : OptinShop {
    explicit PageShop(Where where = memory) : OptinShop(where), pages(store) {}

    Page get(const std::string& path, const std::string& language = {}) {
        return pages.get({path, language, {}, {}});
    }
    Page post(const std::string& path, const std::string& body) {
        return pages.post({path, {}, "203.0.113.77", "Browser"}, body);
    }
    /// A person who agreed to the newsletter.
    SubjectId reader(const std::string& email) {
        const SubjectId id = person(email);
        record(event(id, EventKind::granted, "news", Channel::email));
        clock.advance(std::chrono::minutes(1));
        return id;
    }
    std::string centre(SubjectId id) { return path_of(pages.link(id)); }
    /// The path of a link to unsubscribe, out of a message that was sent.
    std::string unsubscribe_link(SubjectId id) {
        Templates(store).define(Templates::from_json(
            R"({"code":"letter","kind":"marketing","purpose":"news","languages":{"en":{
                "subject":"News","text":"{{unsubscribe_url}} {{preferences_url}}"}}})"));
        Message message;
        message.subject = id;
        message.key = "letter-" + std::to_string(++letters);
        message.message_template = "letter";
        Outbox(store).queue(message);
        TestGateway gateway;
        Outbox(store).send(gateway);
        REQUIRE(gateway.got.size() == 1);
        last_letter = gateway.got[0];
        const std::string& text = last_letter.text;
        return path_of(text.substr(0, text.find(' ')));
    }
    std::string message_centre() const {
        const std::string& text = last_letter.text;
        const std::size_t at = text.find("/preferences/");
        return text.substr(at, text.find_first_of("\r\n ", at) - at);
    }
    static std::string path_of(const std::string& url) {
        return url.substr(url.find('/', url.find("://") + 3));
    }
    /// What the browser would send back of the form of purposes: ticks as given.
    std::string choices(const Page& page, const std::vector<std::string>& on) {
        std::string out = "action=save&habeas_shown=" + encoded(shown(page.html));
        for (const std::string& each : on) {
            out += "&on=" + each;
        }
        return out;
    }
    static std::string encoded(const std::string& text) {
        std::string out;
        for (const char c : text) {
            out += c == '=' ? "%3D" : c == ',' ? "%2c" : std::string(1, c);
        }
        return out;
    }
    static bool says(const Page& page, const std::string& text) {
        return page.html.find(text) != std::string::npos;
    }
    static std::string header(const Page& page, const std::string& name) {
        for (const auto& [key, value] : page.headers) {
            if (key == name) {
                return value;
            }
        }
        return {};
    }

    Preferences pages;
    OutgoingMessage last_letter;
    int letters = 0;
};

} // namespace habeas::test
