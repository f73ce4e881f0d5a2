// A form as HTML: one <form> without script or style, usable with a keyboard and read aloud.
#include "base/text.hpp"
#include "forms/shown.hpp"
#include "forms/words.hpp"
#include "outbox/settings.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas {
namespace forms {
namespace {

using Type = FormFieldType;

std::string_view input_type(Type type) {
    switch (type) {
    case Type::email:
        return "email";
    case Type::tel:
        return "tel";
    case Type::url:
        return "url";
    case Type::date:
        return "date";
    case Type::datetime:
        return "datetime-local";
    case Type::time:
        return "time";
    default:
        return "text";
    }
}

/// WCAG 1.3.5: what the browser may fill in, by the field that a value goes to.
std::string_view autocomplete(const FormField& field) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> tokens{
        {{"email", "email"},
         {"phone", "tel"},
         {"first_name", "given-name"},
         {"last_name", "family-name"},
         {"date_of_birth", "bday"},
         {"country", "country"},
         {"language", "language"},
         {"company", "organization"},
         {"postal_code", "postal-code"},
         {"zip", "postal-code"},
         {"city", "address-level2"},
         {"street", "street-address"},
         {"address", "street-address"},
         {"website", "url"}}};
    for (const auto& [name, token] : tokens) {
        if (field.maps_to == name) {
            return token;
        }
    }
    return field.type == Type::email ? "email" : field.type == Type::tel ? "tel" : "";
}

/// One choice of a group.
struct Item {
    std::string value, label;
};

class Renderer {
  public:
    Renderer(store::Engine& engine, const StoredForm& stored, const RenderOptions& options)
        : engine_(engine), stored_(stored), form_(stored.info.form), options_(options),
          language_(form_language(form_, options.language)) {
        if (options.subject) {
            person_ = subjects::load(engine, *options.subject);
        }
        shown_.version = stored.info.version;
        shown_.language = language_;
    }

    RenderedForm run() {
        std::string body;
        for (const FormField& field : form_.fields) {
            if (asked(engine_, stored_, field, person_)) {
                body += one(field);
            }
        }
        if (section_) {
            body += "</section>\n";
        }
        std::string html = fmt::format(
            "<form method=\"post\"{}{} lang=\"{}\"{}>\n",
            options_.action.empty() ? "" : fmt::format(" action=\"{}\"", escape(options_.action)),
            css("form"), escape(language_),
            pick(form_.title, language_, form_.language).empty()
                ? ""
                : fmt::format(" aria-labelledby=\"{}title\"", prefix()));
        if (!options_.csrf_name.empty()) {
            html += hidden(options_.csrf_name, options_.csrf_value);
        }
        html += hidden(shown_input, encode_shown(engine_, form_.code, shown_));
        html += head() + summary();
        if (any_required_) {
            html += fmt::format("<p{}>{}</p>\n", css("required"), own(Word::required_note));
        }
        html += body + foot() + "</form>\n";
        return {std::move(html), language_, stored_.info.version};
    }

  private:
    static std::string escape(std::string_view text) { return base::html_escape(text); }
    [[nodiscard]] std::string own(Word which) const { return escape(word(which, language_)); }
    [[nodiscard]] std::string words(const FormWords& given) const {
        return escape(pick(given, language_, form_.language));
    }
    [[nodiscard]] std::string prefix() const {
        return (options_.id_prefix.empty() ? "" : escape(options_.id_prefix) + "-") + form_.code +
               "-";
    }
    [[nodiscard]] std::string id(const FormField& field) const { return prefix() + field.name; }
    /// A class of the host's, beside habeas's own.
    [[nodiscard]] std::string css(const std::string& what) const {
        auto found = options_.classes.find(what);
        return fmt::format(" class=\"habeas-{}{}\"", what,
                           found == options_.classes.end() ? "" : " " + escape(found->second));
    }
    static std::string hidden(std::string_view name, std::string_view value) {
        return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name),
                           escape(value));
    }

    [[nodiscard]] std::string head() const {
        std::string out;
        if (const std::string title = words(form_.title); !title.empty()) {
            out += fmt::format("<h2 id=\"{}title\">{}</h2>\n", prefix(), title);
        }
        if (const std::string text = words(form_.introduction); !text.empty()) {
            out += fmt::format("<p>{}</p>\n", text);
        }
        return out;
    }

    [[nodiscard]] std::string summary() const {
        if (options_.errors.empty()) {
            return {};
        }
        std::string items;
        auto whole = options_.errors.find("");
        if (whole != options_.errors.end()) {
            items += fmt::format("<li>{}</li>\n", escape(whole->second));
        }
        for (const FormField& field : form_.fields) { // in the order of the page
            auto error = options_.errors.find(field.name);
            if (!field.name.empty() && error != options_.errors.end()) {
                items += fmt::format("<li><a href=\"#{}\">{}: {}</a></li>\n", first_input(field),
                                     escape(label_text(field)), escape(error->second));
            }
        }
        return fmt::format("<div role=\"alert\" tabindex=\"-1\" id=\"{}errors\"{}>\n<h3>{}</h3>\n"
                           "<ul>\n{}</ul>\n</div>\n",
                           prefix(), css("errors"), own(Word::errors_title), items);
    }

    /// What the link of the summary goes to.
    [[nodiscard]] std::string first_input(const FormField& field) const {
        const bool group = field.type == Type::radio || field.type == Type::checkbox_group ||
                           field.type == Type::multiselect;
        return group ? id(field) + "-1" : id(field);
    }

    [[nodiscard]] std::string foot() const {
        std::string out;
        const std::string controller = form_.facts.controller.value_or("").empty()
                                           ? outbox::settings(engine_)->controller_member("name")
                                           : *form_.facts.controller;
        if (!controller.empty()) {
            out += own(Word::controller) + escape(controller) + ".";
        }
        if (!form_.facts.postal_address.value_or("").empty()) {
            out += " " + escape(*form_.facts.postal_address) + ".";
        }
        if (consent_ && form_.facts.withdrawal_text.value_or(false)) {
            out += " " + own(Word::withdrawal);
        }
        if (!form_.facts.privacy_url.value_or("").empty()) {
            out += fmt::format(" <a href=\"{}\">{}</a>", escape(*form_.facts.privacy_url),
                               own(Word::privacy));
        }
        if (!out.empty()) {
            out = fmt::format("<p{}>{}</p>\n", css("note"), out);
        }
        if (!has_button_) {
            const std::string label = words(form_.submit_label);
            out += fmt::format("<p><button type=\"submit\"{}>{}</button></p>\n", css("button"),
                               label.empty() ? own(Word::send) : label);
        }
        return out;
    }

    /// The words of a field for people: of a consent those of its text.
    [[nodiscard]] std::string label_text(const FormField& field) const {
        if (is_consent(field)) {
            if (auto text = consent_text(field)) {
                return text->label;
            }
        }
        return pick(field.label, language_, form_.language);
    }
    [[nodiscard]] std::optional<ShownText> consent_text(const FormField& field) const {
        auto purpose = Purposes(engine_).find(field.purposes.front());
        return purpose ? shown_text(*purpose, language_, form_.language) : std::nullopt;
    }

    /// What stands in the field: what was sent; else what is known of an identified person; else
    /// the definition's default.
    [[nodiscard]] std::vector<std::string> values(const FormField& field) const {
        std::vector<std::string> out;
        auto [begin, end] = options_.values.equal_range(field.name);
        for (auto at = begin; at != end; ++at) {
            out.push_back(at->second);
        }
        if (!out.empty() || !options_.values.empty()) {
            return out;
        }
        if (is_consent(field)) {
            return agreed(field);
        }
        if (person_ && !field.maps_to.empty()) {
            auto found = person_->fields.find(field.maps_to);
            const auto fields = subjects::field_set(engine_, FieldOwner::subject);
            const subjects::FieldInfo* info = fields->find(field.maps_to);
            if (info != nullptr && found != person_->fields.end() &&
                !std::holds_alternative<std::monostate>(found->second)) {
                if (const auto* many = std::get_if<std::vector<std::string>>(&found->second)) {
                    return *many;
                }
                if (const bool* yes = std::get_if<bool>(&found->second)) {
                    return *yes ? std::vector<std::string>{"yes"} : std::vector<std::string>{};
                }
                return {subjects::value_text(info->field, found->second)};
            }
        }
        const bool box = field.type == Type::checkbox || field.type == Type::checkbox_switch;
        if (field.default_value && !box) {
            out.push_back(*field.default_value); // never of a box: nothing is ticked beforehand
        }
        return out;
    }
    /// On a preference form: what the person agreed to before, for then an empty box withdraws.
    [[nodiscard]] std::vector<std::string> agreed(const FormField& field) const {
        std::vector<std::string> out;
        auto purpose = Purposes(engine_).find(field.purposes.front());
        if (!form_.preferences || !person_ || !purpose) {
            return out;
        }
        std::size_t granted = 0;
        const auto channels = channels_of(field, *purpose);
        for (Channel each : channels) {
            if (Consent(engine_).state(person_->id, purpose->code, each) == ConsentState::granted) {
                ++granted;
                if (by_channel(field)) {
                    out.emplace_back(channel_name(each));
                }
            }
        }
        if (!by_channel(field) && granted == channels.size() && granted > 0) {
            out.emplace_back("yes");
        }
        return out;
    }

    [[nodiscard]] std::string describe(const FormField& field, bool text) const {
        std::string ids;
        if (text) {
            ids += " " + id(field) + "-text";
        }
        if (!pick(field.help, language_, form_.language).empty()) {
            ids += " " + id(field) + "-help";
        }
        if (options_.errors.contains(field.name)) {
            ids += " " + id(field) + "-error";
        }
        return ids.empty() ? "" : fmt::format(" aria-describedby=\"{}\"", ids.substr(1));
    }
    [[nodiscard]] std::string notes(const FormField& field) const {
        std::string out;
        if (const std::string help = words(field.help); !help.empty()) {
            out += fmt::format("<p id=\"{}-help\"{}>{}</p>\n", id(field), css("help"), help);
        }
        if (auto error = options_.errors.find(field.name); error != options_.errors.end()) {
            out += fmt::format("<p id=\"{}-error\"{}>{}</p>\n", id(field), css("error"),
                               escape(error->second));
        }
        return out;
    }
    [[nodiscard]] std::string wrong(const FormField& field) const {
        return options_.errors.contains(field.name) ? " aria-invalid=\"true\"" : "";
    }
    [[nodiscard]] static std::string star(const FormField& field) {
        return field.required ? " <span aria-hidden=\"true\">*</span>" : "";
    }
    /// A field that is asked under a condition may be left out, so the browser does not insist.
    [[nodiscard]] static std::string required(const FormField& field) {
        return field.required && field.conditions.empty() ? " required" : "";
    }

    std::string one(const FormField& field) {
        any_required_ =
            any_required_ || (field.required && is_input(field) && field.type != Type::hidden);
        switch (field.type) {
        case Type::text_block:
            return fmt::format("<p{}>{}</p>\n", css("text"), words(field.label));
        case Type::page_break: {
            std::string out = section_ ? "</section>\n<section>\n" : "<section>\n";
            section_ = true;
            const std::string label = words(field.label);
            return label.empty() ? out : out + "<h3>" + label + "</h3>\n";
        }
        case Type::honeypot:
            return fmt::format(
                "<div hidden><label for=\"{0}\">{1}</label><input type=\"text\" "
                "id=\"{0}\" name=\"{2}\" tabindex=\"-1\" autocomplete=\"off\"></div>\n",
                id(field), escape(field.name), field.name);
        case Type::hidden:
            return is_consent(field)
                       ? consent_hidden(field)
                       : hidden(field.name, values(field).empty() ? "" : values(field).front());
        case Type::button:
            has_button_ = true;
            break;
        default:
            break;
        }
        if (is_consent(field)) {
            return consent(field);
        }
        switch (field.type) {
        case Type::checkbox:
        case Type::checkbox_switch:
            return box(field, words(field.label), "");
        case Type::checkbox_group:
        case Type::multiselect:
        case Type::radio:
            return group(field, items(field), words(field.label), "");
        case Type::select:
        case Type::country:
            return select(field);
        case Type::button:
            return fmt::format("<p><button type=\"submit\"{}>{}</button></p>\n", css("button"),
                               words(field.label));
        default:
            return line(field);
        }
    }

    [[nodiscard]] std::vector<Item> items(const FormField& field) const {
        std::vector<Item> out;
        for (const Choice& each : choices_of(engine_, field)) {
            out.push_back({each.value, each.labels.empty()
                                           ? each.value
                                           : pick(each.labels, language_, form_.language)});
        }
        return out;
    }

    /// A seen label, or one that is only read out.
    [[nodiscard]] std::string label(const FormField& field) const {
        return field.show_label ? fmt::format("<label for=\"{}\"{}>{}{}</label>\n", id(field),
                                              css("label"), words(field.label), star(field))
                                : "";
    }
    [[nodiscard]] std::string spoken(const FormField& field) const {
        return field.show_label ? "" : fmt::format(" aria-label=\"{}\"", words(field.label));
    }

    [[nodiscard]] std::string line(const FormField& field) const {
        const std::vector<std::string> current = values(field);
        const std::string value = current.empty() ? "" : escape(current.front());
        const std::string_view token = autocomplete(field);
        const std::string common =
            fmt::format(" id=\"{}\" name=\"{}\"{}{}{}{}{}{}", id(field), field.name, css("input"),
                        token.empty() ? "" : fmt::format(" autocomplete=\"{}\"", token),
                        required(field), spoken(field), wrong(field), describe(field, false));
        std::string control;
        if (field.type == Type::textarea) {
            control = fmt::format("<textarea rows=\"5\"{}>\n{}</textarea>\n", common, value);
        } else {
            control = fmt::format("<input type=\"{}\"{}{}{}>\n", input_type(field.type),
                                  field.type == Type::number ? " inputmode=\"decimal\"" : "",
                                  common, value.empty() ? "" : fmt::format(" value=\"{}\"", value));
        }
        return fmt::format("<div{}>\n{}{}{}</div>\n", css("field"), label(field), control,
                           notes(field));
    }

    [[nodiscard]] std::string select(const FormField& field) const {
        const std::vector<std::string> current = values(field);
        std::string options =
            fmt::format("<option value=\"\">{}</option>\n", own(Word::none_chosen));
        for (const Item& each : items(field)) {
            const bool chosen =
                std::find(current.begin(), current.end(), each.value) != current.end();
            options += fmt::format("<option value=\"{}\"{}>{}</option>\n", escape(each.value),
                                   chosen ? " selected" : "", escape(each.label));
        }
        const std::string_view token = autocomplete(field);
        return fmt::format(
            "<div{}>\n{}<select id=\"{}\" name=\"{}\"{}{}{}{}{}{}>\n{}</select>\n{}</div>\n",
            css("field"), label(field), id(field), field.name, css("input"),
            token.empty() ? "" : fmt::format(" autocomplete=\"{}\"", token), required(field),
            spoken(field), wrong(field), describe(field, false), options, notes(field));
    }

    /// `text`: more words about it, as HTML.
    [[nodiscard]] std::string box(const FormField& field, const std::string& label,
                                  const std::string& text) const {
        const std::vector<std::string> current = values(field);
        const bool ticked = !current.empty() && current.front() != "false" &&
                            current.front() != "no" && !current.front().empty();
        return fmt::format("<div{}>\n<input type=\"checkbox\" id=\"{}\" name=\"{}\" value=\"yes\""
                           "{}{}{}{}{}>\n<label for=\"{}\"{}>{}{}</label>\n{}{}</div>\n",
                           css("box"), id(field), field.name,
                           field.type == Type::checkbox_switch ? " role=\"switch\"" : "",
                           ticked ? " checked" : "", required(field), wrong(field),
                           describe(field, !text.empty()), id(field), css("label"), label,
                           star(field), text, notes(field));
    }

    [[nodiscard]] std::string group(const FormField& field, const std::vector<Item>& items,
                                    const std::string& legend, const std::string& text) const {
        const bool radio = field.type == Type::radio;
        const std::vector<std::string> current = values(field);
        // Words that stand below need not be read out twice.
        const std::string spoken_legend =
            text.empty() || items.empty() ? legend : escape(items.front().label);
        std::string out = fmt::format(
            "<fieldset{}{}{}>\n{}{}", css("group"), describe(field, !text.empty()),
            field.show_label ? "" : fmt::format(" aria-label=\"{}\"", spoken_legend),
            field.show_label ? fmt::format("<legend>{}{}</legend>\n", legend, star(field)) : "",
            text);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const bool chosen =
                std::find(current.begin(), current.end(), items[i].value) != current.end();
            const std::string at = id(field) + "-" + std::to_string(i + 1);
            out += fmt::format("<div{}><input type=\"{}\" id=\"{}\" name=\"{}\" value=\"{}\"{}{}"
                               "{}> <label for=\"{}\"{}>{}</label></div>\n",
                               css("option"), radio ? "radio" : "checkbox", at, field.name,
                               escape(items[i].value), chosen ? " checked" : "",
                               radio || items.size() == 1 ? required(field) : "", wrong(field), at,
                               css("label"), escape(items[i].label));
        }
        return out + notes(field) + "</fieldset>\n";
    }

    /// Notes which text is shown.
    std::optional<ShownText> show(const FormField& field) {
        auto text = consent_text(field);
        if (text) {
            consent_ = true;
            for (const std::string& code : field.purposes) {
                auto purpose = Purposes(engine_).find(code);
                auto each =
                    purpose ? shown_text(*purpose, language_, form_.language) : std::nullopt;
                shown_.texts[code] = each ? each->version : 0;
            }
        }
        return text;
    }

    std::string consent_hidden(const FormField& field) {
        show(field);
        return hidden(field.name, field.default_value.value_or("yes"));
    }

    /// The exact words of the purpose's present text, and nothing else.
    std::string consent(const FormField& field) {
        const auto shown = show(field);
        const ShownText text = shown.value_or(
            ShownText{0, language_, pick(field.label, language_, form_.language), "", ""});
        const std::string lang =
            text.language == language_ ? "" : fmt::format(" lang=\"{}\"", escape(text.language));
        const bool more = !text.text.empty() && text.text != text.label;
        const std::string words = more ? fmt::format("<p id=\"{}-text\"{}{}>{}</p>\n", id(field),
                                                     css("consent"), lang, escape(text.text))
                                       : "";
        if (field.type == Type::button) {
            return fmt::format("<div{}>\n{}<button type=\"submit\" id=\"{}\" name=\"{}\" "
                               "value=\"yes\"{}{}{}>{}</button>{}\n{}</div>\n",
                               css("field"), words, id(field), field.name, css("button"), lang,
                               describe(field, more), escape(text.label), refusal(field),
                               notes(field));
        }
        if (field.type == Type::radio || by_channel(field)) {
            // The words are the question; where it is not to be seen as a heading they stand below.
            const std::string question = escape(text.text.empty() ? text.label : text.text);
            return group(field, consent_items(field, text), question,
                         field.show_label ? ""
                                          : fmt::format("<p id=\"{}-text\"{}{}>{}</p>\n", id(field),
                                                        css("consent"), lang, question));
        }
        return box(field, escape(text.label), words);
    }

    [[nodiscard]] std::string refusal(const FormField& field) const {
        return form_.facts.button_refuse == "button"
                   ? fmt::format("\n<button type=\"submit\" name=\"{}\" value=\"no\"{}>{}</button>",
                                 field.name, css("button"), own(Word::no))
                   : "";
    }

    /// Yes in the words of the text, and no; or one for each channel.
    [[nodiscard]] std::vector<Item> consent_items(const FormField& field,
                                                  const ShownText& text) const {
        if (field.type == Type::radio) {
            return {{"yes", text.label}, {"no", std::string(word(Word::no, language_))}};
        }
        std::vector<Item> out;
        auto purpose = Purposes(engine_).find(field.purposes.front());
        const auto channels =
            purpose ? channels_of(field, *purpose) : std::vector<Channel>(field.channels);
        out.reserve(channels.size());
        for (Channel each : channels) {
            out.push_back({std::string(channel_name(each)),
                           channels.size() == 1 ? text.label
                                                : fmt::format("{} ({})", text.label,
                                                              channel_word(each, language_))});
        }
        return out;
    }

    store::Engine& engine_;
    const StoredForm& stored_;
    const Form& form_;
    const RenderOptions& options_;
    std::string language_;
    std::optional<Subject> person_;
    Shown shown_;
    bool any_required_ = false, has_button_ = false, section_ = false, consent_ = false;
};

/// A class or a prefix of ids must not end the attribute or make two of one.
void check_options(const RenderOptions& options) {
    base::require_text(options.action, "action", false, 4000);
    for (const auto& [what, value] : options.classes) {
        base::require_text(what, "classes", false, 100);
        if (!base::is_code(what)) {
            throw Error(Errc::invalid, "classes: no such part of a form", "classes");
        }
        base::require_text(value, "classes." + what, false, 1000);
    }
    if (!options.id_prefix.empty()) {
        base::require_code(options.id_prefix, "id_prefix");
    }
    const std::string& action = options.action;
    const std::size_t colon = action.find(':');
    if (colon != std::string::npos && colon < action.find('/') && !action.starts_with("https:") &&
        !action.starts_with("http:")) {
        throw Error(Errc::invalid, "action: write a path or an address of http or https", "action");
    }
}

} // namespace
} // namespace forms

RenderedForm Forms::render(const std::string& code, const RenderOptions& options,
                           bool draft) const {
    using namespace forms;
    check_options(options);
    store::Engine::Read snapshot(*engine_);
    if (!draft) {
        return Renderer(*engine_, require_published(*engine_, code), options).run();
    }
    auto found = load(*engine_, code);
    if (!found) {
        throw Error(Errc::not_found, "there is no form of this name", "code");
    }
    return Renderer(*engine_, *found, options).run();
}

} // namespace habeas
