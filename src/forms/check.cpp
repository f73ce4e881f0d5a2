// What a form must be like before it is stored. What is lawful is the lint's question.
#include "base/contact.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "forms/stored.hpp"
#include "habeas/segment.hpp"
#include "outbox/settings.hpp"
#include "points/score.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace habeas::forms {
namespace {

using consent::refuse_at;

/// May come later in a document of all definitions.
[[noreturn]] void refuse_missing(const std::string& pointer, const std::string& what) {
    throw Error(Errc::not_found, pointer + ": there is no such " + what + "; define it first",
                pointer);
}

constexpr std::size_t max_fields = 200;
constexpr std::size_t max_actions = 50;
constexpr std::size_t max_options = 500;
constexpr std::size_t max_words = 10'000;
constexpr int max_limit = 1'000'000;

class Checker {
  public:
    Checker(store::Engine& engine, Form form)
        : engine_(engine), fields_(subjects::field_set(engine, FieldOwner::subject)),
          form_(std::move(form)) {}

    Form run() {
        if (!base::is_code(form_.code)) {
            refuse_at("/code", "write a small letter, then small letters, digits and _, 63 at "
                               "most");
        }
        form_.language = language(form_.language, "/language");
        if (!form_.country.empty() && base::country_code(form_.country) != form_.country) {
            refuse_at("/country", "write a country code of ISO 3166-1, such as DE");
        }
        words(form_.title, "/title");
        words(form_.introduction, "/introduction");
        words(form_.submit_label, "/submit_label");
        text(form_.primary_purpose, "/primary_purpose");
        if (form_.limit < 1 || form_.limit > max_limit) {
            refuse_at("/limit/count", "write a number from 1 to 1000000");
        }
        if (form_.limit_minutes < 1 || form_.limit_minutes > 7 * 24 * 60) {
            refuse_at("/limit/minutes", "write a number from 1 to 10080");
        }
        facts();
        if (form_.fields.empty() || form_.fields.size() > max_fields) {
            refuse_at("/fields", "a form has 1 to 200 fields");
        }
        for (std::size_t i = 0; i < form_.fields.size(); ++i) {
            field(form_.fields[i], "/fields/" + std::to_string(i));
        }
        whole();
        if (form_.actions.size() > max_actions) {
            refuse_at("/actions", "at most 50");
        }
        for (std::size_t i = 0; i < form_.actions.size(); ++i) {
            action(form_.actions[i], "/actions/" + std::to_string(i));
        }
        return std::move(form_);
    }

  private:
    static std::string language(const std::string& tag, const std::string& pointer) {
        try {
            return base::normalise_language(tag);
        } catch (const Error& error) {
            refuse_at(pointer, error.what());
        }
    }
    static void text(const std::string& value, const std::string& pointer,
                     std::size_t most = max_words, bool multiline = true) {
        try {
            base::require_text(value, pointer, multiline, most);
        } catch (const Error& error) {
            throw Error(Errc::invalid, error.what(), pointer);
        }
    }
    static void words(FormWords& given, const std::string& pointer) {
        FormWords normal;
        for (const auto& [tag, value] : given) {
            text(value, fmt::format("{}/{}", pointer, tag));
            if (!normal.emplace(language(tag, pointer), value).second) {
                refuse_at(pointer, "a language comes twice");
            }
        }
        given = std::move(normal);
    }

    void facts() {
        FormFacts& facts = form_.facts;
        for (const auto& [pointer, value] : {std::pair("/controller", &facts.controller),
                                             std::pair("/postal_address", &facts.postal_address),
                                             std::pair("/privacy/retention", &facts.retention),
                                             std::pair("/age_check/kind", &facts.age_check)}) {
            if (*value) {
                text(**value, pointer);
            }
        }
        if (facts.privacy_url && !facts.privacy_url->empty()) {
            facts.privacy_url = url(*facts.privacy_url, "/privacy_url");
        }
        for (const std::string* each :
             {&facts.audience, &facts.delivers, &facts.button_accept, &facts.button_refuse}) {
            text(*each, "/delivers");
        }
        for (std::size_t i = 0; i < facts.processors.size(); ++i) {
            text(facts.processors[i], "/processors/" + std::to_string(i));
        }
    }
    /// http, https, or a path on the host's own site.
    static std::string url(const std::string& given, const std::string& pointer) {
        if (given.starts_with('/') && !given.starts_with("//") && !given.starts_with("/\\")) {
            text(given, pointer, 2000, false);
            return given;
        }
        try {
            return base::check_url(given);
        } catch (const Error& error) {
            throw Error(Errc::invalid, pointer + ": " + error.what(), pointer);
        }
    }

    void field(FormField& field, const std::string& at) {
        if (form_field_type_name(field.type).empty()) {
            refuse_at(at + "/type", "no such type");
        }
        if (is_input(field) || !field.name.empty()) {
            name(field, at);
        }
        words(field.label, at + "/label");
        words(field.help, at + "/help");
        for (const auto& [member, value] :
             {std::pair("/category", &field.category), std::pair("/existing", &field.existing)}) {
            text(*value, at + member);
        }
        if (!field.language.empty()) {
            field.language = language(field.language, at + "/language");
        }
        for (std::size_t i = 0; i < field.recipients.size(); ++i) {
            text(field.recipients[i], at + "/recipients/" + std::to_string(i));
        }
        if (field.show_after_submissions < 0) {
            refuse_at(at + "/show_after_submissions", "write 0 or more");
        }
        options(field, at);
        conditions(field.conditions, at);
        if (is_consent(field)) {
            consent(field, at);
        } else if (!field.channels.empty()) {
            refuse_at(at + "/channels", "only a consent field has channels");
        }
        if (!field.maps_to.empty()) {
            mapped(field, at);
        }
        if (is_input(field) && !is_consent(field) && field.type != FormFieldType::hidden &&
            field.type != FormFieldType::honeypot && field.label.empty()) {
            refuse_at(at + "/label", "every field has one, so that everybody can tell what it is; "
                                     "show_label false hides it");
        }
        if (field.default_value) {
            text(*field.default_value, at + "/default");
        }
        if (!field.name.empty()) {
            before_.insert(field.name);
        }
    }

    void name(const FormField& field, const std::string& at) {
        if (!base::is_code(field.name)) {
            refuse_at(at + "/name", "write a small letter, then small letters, digits and _, 63 "
                                    "at most");
        }
        if (field.name.starts_with("habeas_")) {
            refuse_at(at + "/name", "names that begin with habeas_ are habeas's own");
        }
        if (before_.contains(field.name)) {
            refuse_at(at + "/name", "another field has this name");
        }
    }

    void options(FormField& field, const std::string& at) {
        std::set<std::string> values;
        if (field.options.size() > max_options) {
            refuse_at(at + "/options", "at most 500");
        }
        for (std::size_t i = 0; i < field.options.size(); ++i) {
            Choice& each = field.options[i];
            const std::string here = at + "/options/" + std::to_string(i);
            text(each.value, here + "/value", 1000, false);
            if (each.value.empty() || each.value.find('|') != std::string::npos) {
                refuse_at(here + "/value", "write a value, without |");
            }
            if (!values.insert(each.value).second) {
                refuse_at(here + "/value", "this value comes twice");
            }
            words(each.labels, here + "/label");
        }
        const bool has_some = field.type == FormFieldType::select || takes_many(field) ||
                              field.type == FormFieldType::radio;
        if (!has_some && field.type != FormFieldType::country && !field.options.empty()) {
            refuse_at(at + "/options", "a field of this type has none");
        }
        if (is_consent(field)) {
            return;
        }
        if (has_some && field.options.empty() && !field.field_choices) {
            refuse_at(at + "/options", "give some, or set field_choices to take those of the "
                                       "mapped field");
        }
        if (field.field_choices && field.maps_to.empty()) {
            refuse_at(at + "/field_choices", "say with maps_to whose choices these are");
        }
    }

    void conditions(const std::vector<FormCondition>& conditions, const std::string& at) const {
        for (std::size_t i = 0; i < conditions.size(); ++i) {
            const std::string here = at + "/conditions/" + std::to_string(i);
            if (!before_.contains(conditions[i].field)) {
                refuse_at(here + "/field", "no field of this name stands before it");
            }
            for (const std::string& each : conditions[i].values) {
                text(each, here + "/values");
            }
        }
    }

    void consent(const FormField& field, const std::string& at) {
        static const std::set<FormFieldType> types{
            FormFieldType::checkbox, FormFieldType::checkbox_switch, FormFieldType::checkbox_group,
            FormFieldType::radio,    FormFieldType::hidden,          FormFieldType::button};
        if (!types.contains(field.type)) {
            refuse_at(at + "/type", "consent is given by a box, radio buttons or a button");
        }
        if (!field.maps_to.empty()) {
            refuse_at(at + "/maps_to", "a consent field maps to its purpose alone");
        }
        if (!field.options.empty()) {
            refuse_at(at + "/options", "a consent field has the choices of its purpose");
        }
        for (std::size_t i = 0; i < field.purposes.size(); ++i) {
            const std::string here = at + "/purposes/" + std::to_string(i);
            auto found = Purposes(engine_).find(field.purposes[i]);
            if (!found || found->retired_at) {
                refuse_missing(here, "purpose");
            }
            for (Channel each : field.channels) {
                if (std::find(found->channels.begin(), found->channels.end(), each) ==
                    found->channels.end()) {
                    refuse_at(at + "/channels", "the purpose does not have the channel " +
                                                    std::string(channel_name(each)));
                }
            }
            double_opt_in_ = double_opt_in_ || found->double_opt_in;
        }
    }

    void mapped(const FormField& field, const std::string& at) {
        const subjects::FieldInfo* info = fields_->find(field.maps_to);
        if (info == nullptr || info->field.retired) {
            refuse_at(at + "/maps_to", "subjects have no such field");
        }
        if (info->storage == subjects::Storage::sealed) {
            refuse_at(at + "/maps_to", "a form keeps what was sent in clear: no sealed field");
        }
        if (!is_input(field) || field.type == FormFieldType::honeypot) {
            refuse_at(at + "/maps_to", "this field has no value");
        }
        if (takes_many(field) && info->field.type != FieldType::multiselect &&
            choices_of(engine_, field).size() > 1) {
            refuse_at(at + "/maps_to", "several values go into a multiselect alone");
        }
        if (field.field_choices && choices_of(engine_, field).empty()) {
            refuse_at(at + "/field_choices", "the mapped field has no choices");
        }
        if (!targets_.insert(field.maps_to).second) {
            refuse_at(at + "/maps_to", "another field maps to it");
        }
        identifies_ = identifies_ || info->role == subjects::Role::email ||
                      info->role == subjects::Role::phone;
    }

    void whole() {
        if (!identifies_ && !form_.preferences) {
            refuse_at("/fields", "one field maps to email or phone, so that what is sent belongs "
                                 "to somebody");
        }
        if (form_.confirm_template.empty()) {
            if (double_opt_in_) {
                refuse_at("/confirm_template", "a purpose demands double opt-in: name the template "
                                               "of the mail that asks for it");
            }
            return;
        }
        const MessageTemplate mail = known_template(form_.confirm_template, "/confirm_template");
        auto purpose = Purposes(engine_).find(mail.purpose);
        if (!purpose || purpose->kind != PurposeKind::confirmation) {
            refuse_at("/confirm_template", "the purpose of this template is of kind confirmation");
        }
    }

    MessageTemplate known_template(const std::string& code, const std::string& at) {
        auto found = Templates(engine_).find(code);
        if (!found) {
            refuse_missing(at, "template");
        }
        return *found;
    }

    void action(FormAction& action, const std::string& at) {
        words(action.text, at + "/text");
        text(action.target, at + "/target", 2000, false);
        conditions(action.conditions, at);
        using Kind = FormAction::Kind;
        const bool with_template = action.kind == Kind::notify ||
                                   action.kind == Kind::open_request ||
                                   action.kind == Kind::send_message;
        if (!with_template && !action.message_template.empty()) {
            refuse_at(at + "/template", "this action sends nothing");
        }
        if (action.kind != Kind::set_fields && !action.fields.empty()) {
            refuse_at(at + "/fields", "only set_fields has them");
        }
        if ((action.kind == Kind::points) != (action.points != 0)) {
            refuse_at(at + "/points", "a number other than 0, of an action points alone");
        }
        if (std::abs(std::int64_t{action.points}) > points::max_points) {
            refuse_at(at + "/points", "from -1000000 to 1000000");
        }
        if (!action.message_template.empty()) {
            const bool internal = known_template(action.message_template, at + "/template").kind ==
                                  MessageKind::internal;
            if (internal != (action.kind == Kind::notify)) {
                refuse_at(at + "/template", "notices take a template of kind internal, messages "
                                            "to the person another one");
            }
        }
        target(action, at);
    }

    void target(FormAction& action, const std::string& at) {
        using Kind = FormAction::Kind;
        const std::string here = at + "/target";
        switch (action.kind) {
        case Kind::message:
            if (action.text.empty()) {
                refuse_at(at + "/text", "say what is shown");
            }
            break;
        case Kind::redirect:
            action.target = url(action.target, here);
            break;
        case Kind::notify:
            try {
                action.target = outbox::mailbox_text(outbox::parse_mailbox(action.target, here));
            } catch (const Error& error) {
                throw Error(Errc::invalid, error.what(), here);
            }
            break;
        case Kind::open_request:
            if (!request_kind(action.target)) {
                refuse_at(here, "no such kind of request; write erasure, access or another");
            }
            break;
        case Kind::set_fields:
            set_fields(action, at);
            break;
        case Kind::add_segment:
        case Kind::remove_segment:
            if (!Segments(engine_).find(action.target)) {
                refuse_missing(here, "segment");
            }
            break;
        case Kind::add_tag:
        case Kind::remove_tag:
            text(action.target, here, 100, false);
            if (base::trim(action.target).empty()) {
                refuse_at(here, "write a tag");
            }
            break;
        case Kind::send_message:
            if (action.message_template.empty()) {
                refuse_at(at + "/template", "say what is sent");
            }
            break;
        case Kind::points:
            break;
        }
    }

    void set_fields(const FormAction& action, const std::string& at) {
        if (action.fields.empty()) {
            refuse_at(at + "/fields", "say which fields get which value");
        }
        for (const auto& [field, value] : action.fields) {
            const std::string here = fmt::format("{}/fields/{}", at, field);
            const subjects::FieldInfo* info = fields_->find(field);
            if (info == nullptr || info->field.retired) {
                refuse_at(here, "subjects have no such field");
            }
            if (info->role == subjects::Role::email || info->role == subjects::Role::phone) {
                refuse_at(here, "an address is the person's own, not the form's");
            }
            try {
                static_cast<void>(subjects::parse_value(engine_, info->field, value));
            } catch (const Error& error) {
                throw Error(Errc::invalid, here + ": " + error.what(), here);
            }
        }
    }

    store::Engine& engine_;
    std::shared_ptr<const subjects::FieldSet> fields_;
    Form form_;
    std::set<std::string> before_, targets_;
    bool identifies_ = false, double_opt_in_ = false;
};

} // namespace

Form check_form(store::Engine& engine, const Form& given) {
    return Checker(engine, given).run();
}

StoreFacts store_facts(store::Engine& engine, const Form& form) {
    StoreFacts out;
    const auto settings = outbox::settings(engine);
    out.controller = settings->controller_member("name");
    out.address = !settings->controller_member("address").empty();
    out.contact = !settings->controller_member("email").empty() ||
                  !settings->controller_member("phone").empty() ||
                  !settings->controller_member("url").empty();
    for (const FormField& field : form.fields) {
        for (const std::string& code : field.purposes) {
            if (auto found = Purposes(engine).find(code)) {
                out.purposes.emplace(code, std::move(*found));
            }
        }
    }
    const auto fields = subjects::field_set(engine, FieldOwner::subject);
    for (const subjects::FieldInfo& each : fields->all()) {
        if (each.field.field_class != FieldClass::personal) {
            out.special_fields.insert(each.field.name);
        }
        if (each.field.type == FieldType::email) {
            out.email_fields.insert(each.field.name);
        }
    }
    return out;
}

} // namespace habeas::forms
