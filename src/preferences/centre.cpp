// The preference centre: what the person sees.
#include "preferences/centre.hpp"

#include "base/calendar.hpp"
#include "consent/catalogue.hpp"
#include "consent/load.hpp"
#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "forms/words.hpp"
#include "preferences/dates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::preferences {
namespace {

constexpr int longest_pause_months = 12;

/// A switch may be on although nothing can be sent just now.
bool is_on(const Decision& decision) {
    switch (decision.reason) {
    case Reason::paused:
    case Reason::hard_bounce:
    case Reason::restricted:
        return true;
    default:
        return decision.allowed;
    }
}

std::string choice(const std::string& purpose, const Switch& each, const Words& words) {
    const std::string value = purpose + "." + std::string(channel_name(each.channel));
    return fmt::format("<li class=\"choice\"><input type=\"checkbox\" id=\"on.{0}\" name=\"on\" "
                       "value=\"{0}\"{1}><label for=\"on.{0}\">{2}</label></li>\n",
                       escape(value), each.on ? " checked" : "",
                       escape(forms::channel_word(each.channel, words.language())));
}

std::string purpose_part(const Offer& offer, const Words& words) {
    const Purpose& purpose = offer.purpose;
    std::string out =
        fmt::format("<fieldset>\n<legend>{}</legend>\n",
                    escape(exports::label_for(purpose.labels, words.language(), purpose.code)));
    const std::string description = exports::label_for(purpose.descriptions, words.language(), "");
    if (!description.empty()) {
        out += fmt::format("<p>{}</p>\n", escape(description));
    }
    if (offer.text) {
        out += fmt::format("<p class=\"text\"{}>{}</p>\n",
                           lang_attribute(offer.text->language, words.language()),
                           escape(offer.text->text));
    }
    out += "<ul class=\"choices\">\n";
    for (const Switch& each : offer.switches) {
        out += choice(purpose.code, each, words);
    }
    out += "</ul>\n";
    if (offer.text) {
        out += fmt::format("<p class=\"meta\">{}</p>\n",
                           escape(words.of("preferences.version",
                                           {{"number", std::to_string(offer.text->version)}})));
    }
    return out + "</fieldset>\n";
}

/// A section with a heading of its own.
std::string section(const char* id, std::string_view heading, const std::string& body) {
    return fmt::format("<section class=\"card\" aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n"
                       "{2}</section>\n",
                       id, escape(heading), body);
}

std::string button(std::string_view action, std::string_view text, bool quiet = false) {
    return fmt::format("<button name=\"action\" value=\"{}\"{}>{}</button>", action,
                       quiet ? " class=\"quiet\"" : "", escape(text));
}

std::string pause_part(const Visit& visit, const Words& words) {
    const std::string text = fmt::format("<p>{}</p>\n", escape(words.of("pause.text")));
    if (const auto until = paused_until(visit)) {
        return fmt::format("<p>{}</p>\n<form method=\"post\">{}</form>\n",
                           escape(words.of("pause.running", {{"date", date_text(words, *until)}})),
                           button("resume", words.of("pause.end"), true));
    }
    const auto [first, last] = pause_days(visit.engine);
    return text + fmt::format("<form method=\"post\" class=\"row\"><div><label for=\"until\">{}"
                              "</label>\n<input type=\"date\" id=\"until\" name=\"until\" required "
                              "min=\"{}\" max=\"{}\"></div>{}</form>\n",
                              escape(words.of("pause.label")), format_date(first),
                              format_date(last), button("pause", words.of("pause.button"), true));
}

std::string plain_part(const Words& words, std::string_view text, std::string_view action,
                       std::string_view label) {
    return fmt::format("<p>{}</p>\n<form method=\"post\">{}</form>\n", escape(words.of(text)),
                       button(action, words.of(label), true));
}

/// What is done with the data without a choice, so that the page tells the whole.
std::string other_part(store::Engine& engine, const Words& words) {
    const exports::Strings& strings = exports::Strings::of(words.language());
    const bool fits = strings.tag() == words.language().substr(0, words.language().find('-'));
    std::string items;
    for (const Purpose& each : Purposes(engine).list()) {
        if (each.retired_at || is_choice(each) || each.kind == PurposeKind::confirmation) {
            continue;
        }
        items += fmt::format("<li>{}",
                             escape(exports::label_for(each.labels, words.language(), each.code)));
        if (fits) {
            items += fmt::format(" <span class=\"meta\">({})</span>",
                                 escape(strings.basis(basis_name(each.basis))));
        }
        items += "</li>\n";
    }
    if (items.empty()) {
        return {};
    }
    return section("other", words.of("preferences.other"),
                   fmt::format("<p>{}</p>\n<ul class=\"plain\">\n{}</ul>\n",
                               escape(words.of("preferences.other_text")), items));
}

} // namespace

bool is_choice(const Purpose& purpose) {
    return !purpose.retired_at && purpose.kind != PurposeKind::confirmation &&
           (purpose.basis == Basis::consent || purpose.kind == PurposeKind::marketing);
}

std::vector<Offer> offers(const Visit& visit, const Words& words) {
    std::vector<Offer> out;
    Consent consent(visit.engine);
    for (const Purpose& purpose : Purposes(visit.engine).list()) {
        if (!is_choice(purpose)) {
            continue;
        }
        Offer offer;
        offer.purpose = purpose;
        offer.text = forms::shown_text(purpose, words.language(), "en");
        for (const Channel channel : purpose.channels) {
            offer.switches.push_back(
                {channel, is_on(consent.may_process(*visit.subject, purpose.code, channel))});
        }
        out.push_back(std::move(offer));
    }
    return out;
}

std::pair<Date, Date> pause_days(store::Engine& engine) {
    const Date today = base::civil_date(Time(std::chrono::milliseconds(engine.now_ms())));
    return {Date{std::chrono::sys_days{today} + std::chrono::days{1}},
            base::add_months(today, longest_pause_months)};
}

std::optional<Date> paused_until(const Visit& visit) {
    Time end{};
    for (const ConsentEvent& each : Consent(visit.engine).history(*visit.subject)) {
        if (each.kind == EventKind::resumed) {
            end = {};
        } else if (each.kind == EventKind::paused && each.purpose.empty()) {
            end = each.evidence.expires_at.value_or(Time{});
        }
    }
    if (end.time_since_epoch().count() <= visit.engine.now_ms()) {
        return std::nullopt;
    }
    return base::civil_date(end);
}

Page show_centre(const Visit& visit, const Words& words, PageBuilder page) {
    const std::vector<Offer> list = offers(visit, words);
    forms::Shown shown;
    shown.version = 1;
    shown.language = words.language();
    std::string body;
    for (const Offer& offer : list) {
        body += purpose_part(offer, words);
        shown.texts[offer.purpose.code] = offer.text ? offer.text->version : 0;
        for (const Switch& each : offer.switches) {
            shown.texts[offer.purpose.code + "." + std::string(channel_name(each.channel))] =
                each.on ? 1 : 0;
        }
    }
    if (list.empty()) {
        body = fmt::format("<p>{}</p>\n", escape(words.of("preferences.none")));
    } else {
        body = fmt::format(
            "<form method=\"post\">\n<input type=\"hidden\" name=\"{}\" value=\"{}\">"
            "\n{}{}</form>\n",
            forms::shown_input, escape(forms::encode_shown(visit.engine, shown_form, shown)), body,
            button("save", words.of("preferences.save")));
    }
    page.title("preferences.title")
        .paragraph(words.of("preferences.intro"))
        .html(section("purposes", words.of("preferences.purposes"), body));
    if (!list.empty()) {
        page.html(section("pause", words.of("pause.title"), pause_part(visit, words)))
            .html(section("all", words.of("all.title"),
                          plain_part(words, "all.text", "all", "all.button")));
    }
    page.html(section("data", words.of("data.title"),
                      plain_part(words, "data.text", "data", "data.button")))
        .html(section("forget", words.of("forget.title"),
                      plain_part(words, "forget.text", "forget", "forget.button")))
        .html(other_part(visit.engine, words));
    return page.finish();
}

} // namespace habeas::preferences
