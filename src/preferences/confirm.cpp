// The pages behind the links of two mails: "please confirm your sign-up" and "is it you?".
#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "forms/stored.hpp"
#include "forms/words.hpp"
#include "preferences/dates.hpp"
#include "preferences/visit.hpp"

#include <fmt/format.h>

namespace habeas::preferences {
namespace {

/// What the person agrees to, in the words and the language that were shown when it was asked.
std::string asked_texts(store::Engine& engine, const Optin& optin, const Words& words) {
    std::string out = "<ul class=\"plain\">\n";
    for (const ConsentEvent& each : optin.consents) {
        const auto purpose = Purposes(engine).find(each.purpose);
        if (!purpose) {
            continue;
        }
        const auto text = forms::shown_text(*purpose, each.evidence.language, words.language(),
                                            each.evidence.text_version);
        const std::string label =
            exports::label_for(purpose->labels, words.language(), purpose->code);
        out += fmt::format("<li><strong>{}</strong> {}", escape(label),
                           escape(forms::channel_word(each.channel, words.language())));
        if (text) {
            out +=
                fmt::format("\n<blockquote{}><p>{}</p></blockquote>",
                            lang_attribute(text->language, words.language()), escape(text->text));
        }
        out += "</li>\n";
    }
    return out + "</ul>\n";
}

} // namespace

Page confirm_page(Visit& visit) {
    const auto found =
        visit.sent == nullptr
            ? Optins(visit.engine).look_up(visit.place.token)
            : Optins(visit.engine)
                  .confirm(visit.place.token, {visit.request.ip, visit.request.user_agent});
    const std::string language =
        choose_language(visit.engine, found ? found->language : "", visit.request.language);
    const Words words(visit.engine, language);
    if (!found) {
        return invalid_link(words, *visit.settings);
    }
    PageBuilder page(words, *visit.settings);
    if (found->state == OptinState::confirmed) {
        page.title("confirm.done_title")
            .paragraph(words.of(visit.sent == nullptr ? "confirm.again" : "confirm.done"));
        return page.finish();
    }
    return page.title("confirm.title")
        .html("<div class=\"card\">\n")
        .paragraph(words.of("confirm.question"))
        .html(asked_texts(visit.engine, *found, words))
        .button("confirm", "confirm.button")
        .html("</div>\n")
        .paragraph(words.of("confirm.ignore"))
        .finish();
}

Page request_page(Visit& visit) {
    Requests requests(visit.engine);
    std::optional<Request> found = requests.look_up(visit.place.token);
    if (visit.sent != nullptr) {
        const auto confirmed = requests.confirm(visit.place.token); // a wrong one is counted
        found = confirmed ? std::optional(requests.get(*confirmed)) : std::nullopt;
    }
    std::string language;
    if (found && found->subject != SubjectId{}) {
        language = language_of(visit.engine, found->subject);
    }
    const Words words(visit.engine,
                      choose_language(visit.engine, language, visit.request.language));
    if (!found) {
        return invalid_link(words, *visit.settings);
    }
    PageBuilder page(words, *visit.settings);
    if (visit.sent != nullptr) {
        return page.title("request.done_title")
            .paragraph(words.of("request.done", {{"date", due_date(visit.engine, *found, words)}}))
            .finish();
    }
    const std::string kind =
        words.of("request.kind." + std::string(request_kind_name(found->kind)));
    return page.title("request.title")
        .html("<div class=\"card\">\n")
        .paragraph(words.of("request.question", {{"kind", kind}}))
        .button("confirm", "request.button")
        .html("</div>\n")
        .paragraph(words.of("request.ignore"))
        .finish();
}

} // namespace habeas::preferences
