// A shop with forms: purposes with texts and double opt-in, templates, a published sign-up.
#pragma once

#include "unit/outbox/helpers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::test {

using Sent = std::multimap<std::string, std::string>;

/// The form "signup": an address, a name, and a box for the purpose news.
struct FormShop : Shop {
    explicit FormShop(Where where = memory, bool double_opt_in = false)
        : Shop(where), forms(store), consent(store) {
        store.set_setting(
            "controller",
            R"({"name":"Example GmbH","address":"1 Main St","email":"x@example.org"})");
        store.set_setting("base_url", "https://shop.example");
        store.set_setting("sender", "Example <news@example.org>");
        Purpose news = purpose("news", Basis::consent, PurposeKind::marketing, {Channel::email});
        news.double_opt_in = double_opt_in;
        TextVersion text;
        text.texts.push_back({"en",
                              "Example GmbH may send me its newsletter about garden tools by "
                              "e-mail. I can withdraw this at any time.",
                              "Yes, send me the newsletter"});
        text.texts.push_back({"de",
                              "Die Example GmbH darf mir ihren Newsletter über Gartengeräte per "
                              "E-Mail senden. Ich kann das jederzeit widerrufen.",
                              "Ja, senden Sie mir den Newsletter"});
        news.texts.push_back(text);
        define(news);
        Purpose confirm = purpose("confirm", Basis::legitimate_interests, PurposeKind::confirmation,
                                  {Channel::email});
        confirm.balancing_test = true;
        define(confirm);
        define(purpose("answers", Basis::legal_obligation, PurposeKind::legal, {Channel::email}));
        Templates templates(store);
        templates.define(Templates::from_json(
            R"({"code":"please_confirm","kind":"transactional","purpose":"confirm",
                "languages":{"en":{"subject":"Please confirm","text":"{{data.confirm_url}}"}}})"));
        templates.define(Templates::from_json(
            R"({"code":"identity","kind":"transactional","purpose":"answers",
                "languages":{"en":{"subject":"Is it you?","text":"{{data.confirm_url}}"}}})"));
        templates.define(Templates::from_json(
            R"({"code":"results","kind":"internal","languages":{"en":{"subject":"New",
                "text":"{{#data.values}}{{label}}={{value}};{{/data.values}}"}}})"));
    }

    static nlohmann::json signup() {
        return nlohmann::json::parse(R"({
          "code": "signup", "language": "en", "primary_purpose": "news",
          "privacy_url": "https://shop.example/privacy", "confirm_template": "please_confirm",
          "fields": [
            {"name": "mail", "type": "email", "label": {"en": "E-mail", "de": "E-Mail"},
             "maps_to": "email", "required": true},
            {"name": "given", "type": "text", "label": {"en": "First name", "de": "Vorname"},
             "maps_to": "first_name"},
            {"type": "checkbox", "purpose": "news"}],
          "actions": [{"type": "message", "text": {"en": "Thank you", "de": "Danke"}}]})");
    }
    void publish(const nlohmann::json& form, const std::string& reason = {}) {
        forms.define(Forms::from_json(form.dump()));
        forms.publish(form["code"].get<std::string>(), reason);
    }
    SubmissionResult send(const Sent& values, const SubmissionContext& context = {},
                          const std::string& code = "signup") {
        return forms.submit(code, values, context);
    }
    /// What a person would send back of a rendered form's hidden inputs.
    std::string shown(const std::string& html) {
        const std::string before = "name=\"habeas_shown\" value=\"";
        const std::size_t at = html.find(before) + before.size();
        return html.substr(at, html.find('"', at) - at);
    }
    ConsentState state(SubjectId id) { return consent.state(id, "news", Channel::email); }
    std::string field(SubjectId id, const std::string& name) {
        const Subject found = Subjects(store).get(id);
        auto at = found.fields.find(name);
        const auto* text =
            at == found.fields.end() ? nullptr : std::get_if<std::string>(&at->second);
        return text ? *text : "";
    }

    Forms forms;
    Consent consent;
};

} // namespace habeas::test
