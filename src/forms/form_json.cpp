// A form as JSON, and back.
#include "base/contact.hpp"

#include "base/json_members.hpp"
#include "consent/json_reader.hpp"
#include "habeas/form.hpp"

namespace habeas {
namespace forms {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

std::string language_at(const std::string& tag, const std::string& pointer) {
    try {
        return base::normalise_language(tag);
    } catch (const Error& error) {
        refuse_at(pointer, error.what());
    }
}

/// A text in `language`, or an object of texts by language.
void read_words(JsonReader& in, const char* name, const std::string& language, FormWords& out) {
    const json* found = in.find(name);
    if (found == nullptr) {
        return;
    }
    if (found->is_string()) {
        out[language] = found->get<std::string>();
        return;
    }
    if (!found->is_object()) {
        refuse_at(in.at(name), "write a text, or an object of texts by language");
    }
    for (const auto& [tag, each] : found->items()) {
        const std::string at = in.at(name) + "/" + tag;
        if (!each.is_string()) {
            refuse_at(at, "write a text");
        }
        if (!out.emplace(language_at(tag, at), each.get<std::string>()).second) {
            refuse_at(in.at(name), "a language comes twice");
        }
    }
}

/// null says that there is none; a missing member says nothing.
void read_nullable(JsonReader& in, const json& given, const char* name,
                   std::optional<std::string>& out) {
    in.read(name, out);
    if (!out && given.contains(name)) {
        out = "";
    }
}

std::vector<FormCondition> read_conditions(JsonReader& in, const char* name) {
    std::vector<FormCondition> out;
    in.read_array(name, [&](const json& each, const std::string& at) {
        JsonReader condition(each, at);
        FormCondition& read = out.emplace_back();
        condition.read("field", read.field);
        condition.read("values", read.values);
        condition.read("negated", read.negated);
        condition.finish();
    });
    return out;
}

void read_options(JsonReader& in, const std::string& language, std::vector<Choice>& out) {
    in.read_array("options", [&](const json& each, const std::string& at) {
        Choice& choice = out.emplace_back();
        if (each.is_string()) {
            choice.value = each.get<std::string>();
            return;
        }
        JsonReader option(each, at);
        option.read("value", choice.value);
        read_words(option, "label", language, choice.labels);
        option.finish();
    });
}

void read_lint_members(JsonReader& in, const json& given, FormField& out) {
    in.read("category", out.category);
    in.read("recipients", out.recipients);
    in.read("text_version", out.text_version);
    if (!out.text_version && given.contains("text_version")) {
        out.text_version = 0;
    }
    in.read("material_change", out.material_change);
    in.read("existing", out.existing);
    in.read("inverted", out.inverted);
    in.read("explicit", out.explicit_consent);
}

void read_default(JsonReader& in, FormField& out) {
    const json* found = in.find("default");
    if (found == nullptr) {
        return;
    }
    if (found->is_boolean()) {
        if (found->get<bool>()) {
            out.default_value = "true";
        }
    } else if (found->is_string()) {
        out.default_value = found->get<std::string>();
    } else {
        refuse_at(in.at("default"), "write a text, or true or false for a box");
    }
}

FormField read_field(const json& given, const std::string& pointer, const std::string& form) {
    JsonReader in(given, pointer);
    FormField out;
    in.read("name", out.name);
    in.read_name("type", out.type, form_field_type);
    in.read("language", out.language);
    if (!out.language.empty()) {
        out.language = language_at(out.language, in.at("language"));
    }
    const std::string& language = out.language.empty() ? form : out.language;
    read_words(in, "label", language, out.label);
    in.read("show_label", out.show_label);
    read_words(in, "help", language, out.help);
    in.read("maps_to", out.maps_to);
    std::string purpose;
    in.read("purpose", purpose);
    in.read("purposes", out.purposes);
    if (out.purposes.empty() && !purpose.empty()) {
        out.purposes.push_back(purpose);
    }
    constexpr std::string_view consent_field = "consent.";
    if (out.maps_to.starts_with(consent_field)) {
        if (!out.purposes.empty()) {
            refuse_at(in.at("maps_to"), "give maps_to or purpose, not both");
        }
        out.purposes.push_back(out.maps_to.substr(consent_field.size()));
        out.maps_to.clear();
    }
    if (out.name.empty() && !out.purposes.empty()) {
        out.name = out.purposes.front();
    }
    std::vector<std::string> channels;
    in.read("channels", channels);
    for (std::size_t i = 0; i < channels.size(); ++i) {
        auto known = channel(channels[i]);
        if (!known || *known == Channel::any) {
            refuse_at(in.at("channels") + "/" + std::to_string(i), "no such channel");
        }
        out.channels.push_back(*known);
    }
    in.read("required", out.required);
    read_default(in, out);
    read_options(in, language, out.options);
    in.read("field_choices", out.field_choices);
    in.read("show_when_value_exists", out.show_when_value_exists);
    in.read("show_after_submissions", out.show_after_submissions);
    out.conditions = read_conditions(in, "conditions");
    read_lint_members(in, given, out);
    in.finish();
    return out;
}

FormAction read_action(const json& given, const std::string& pointer, const std::string& form) {
    JsonReader in(given, pointer);
    FormAction out;
    if (in.find("type") == nullptr) {
        refuse_at(in.at("type"), "say what is to be done");
    }
    in.read_name("type", out.kind, form_action);
    read_words(in, "text", form, out.text);
    in.read("target", out.target);
    in.read("template", out.message_template);
    in.read("fields", out.fields);
    in.read("points", out.points);
    out.conditions = read_conditions(in, "conditions");
    in.finish();
    return out;
}

/// An object member with members of its own; null and missing are nothing.
template <class Read>
void read_group(JsonReader& in, const char* name, Read read) {
    if (const json* found = in.find(name)) {
        const std::string pointer = in.at(name);
        JsonReader group(*found, pointer);
        read(group, *found);
        group.finish();
    }
}

void read_facts(JsonReader& in, const json& given, FormFacts& out) {
    read_nullable(in, given, "controller", out.controller);
    read_nullable(in, given, "privacy_url", out.privacy_url);
    read_nullable(in, given, "postal_address", out.postal_address);
    in.read("withdrawal_text", out.withdrawal_text);
    in.read("double_opt_in", out.double_opt_in);
    in.read("processors", out.processors);
    in.read("audience", out.audience);
    in.read("delivers", out.delivers);
    read_group(in, "withdrawal", [&](JsonReader& group, const json&) {
        group.read("steps", out.withdrawal_steps);
        group.read("login", out.withdrawal_login);
    });
    read_group(in, "template", [&](JsonReader& group, const json&) {
        group.read("list_unsubscribe", out.list_unsubscribe);
        group.read("visible_unsubscribe", out.visible_unsubscribe);
        group.read("open_tracking", out.open_tracking);
        group.read("click_tracking", out.click_tracking);
    });
    read_group(in, "age_check", [&](JsonReader& group, const json& object) {
        read_nullable(group, object, "kind", out.age_check);
        group.read("parental_flow", out.parental_flow);
    });
    if (given.contains("age_check") && given["age_check"].is_null()) {
        out.age_check = "";
    }
    read_group(in, "privacy", [&](JsonReader& group, const json& object) {
        group.read("mentions_transfer", out.mentions_transfer);
        read_nullable(group, object, "retention", out.retention);
    });
    read_group(in, "buttons", [&](JsonReader& group, const json&) {
        group.read("accept", out.button_accept);
        group.read("refuse", out.button_refuse);
    });
}

template <class T>
void put(json& out, const char* name, const T& value, const T& otherwise = {}) {
    if (!(value == otherwise)) {
        out[name] = value;
    }
}
template <class T>
void put(json& out, const char* name, const std::optional<T>& value) {
    if (value) {
        out[name] = *value;
    }
}
void put_nullable(json& out, const char* name, const std::optional<std::string>& value) {
    if (value) {
        out[name] = value->empty() ? json(nullptr) : json(*value);
    }
}
void put_group(json& out, const char* name, json group) {
    if (!group.empty()) {
        out[name] = std::move(group);
    }
}

json conditions_json(const std::vector<FormCondition>& conditions) {
    json out = json::array();
    for (const FormCondition& each : conditions) {
        json& written = out.emplace_back(base::object_of("field", each.field));
        put(written, "values", each.values);
        put(written, "negated", each.negated);
    }
    return out;
}

json field_json(const FormField& field) {
    json out = base::object_of("name", field.name, "type", form_field_type_name(field.type));
    put(out, "label", field.label);
    put(out, "show_label", field.show_label, true);
    put(out, "help", field.help);
    put(out, "maps_to", field.maps_to);
    put(out, "purposes", field.purposes);
    json channels = json::array();
    for (Channel each : field.channels) {
        channels.push_back(channel_name(each));
    }
    put_group(out, "channels", std::move(channels));
    put(out, "required", field.required);
    put(out, "default", field.default_value);
    json options = json::array();
    for (const Choice& each : field.options) {
        json& option = options.emplace_back(base::object_of("value", each.value));
        put(option, "label", each.labels);
    }
    put_group(out, "options", std::move(options));
    put(out, "field_choices", field.field_choices);
    put(out, "show_when_value_exists", field.show_when_value_exists, true);
    put(out, "show_after_submissions", field.show_after_submissions);
    put_group(out, "conditions", conditions_json(field.conditions));
    put(out, "language", field.language);
    put(out, "category", field.category);
    put(out, "recipients", field.recipients);
    if (field.text_version) {
        out["text_version"] = *field.text_version == 0 ? json(nullptr) : json(*field.text_version);
    }
    put(out, "material_change", field.material_change);
    put(out, "existing", field.existing);
    put(out, "inverted", field.inverted);
    put(out, "explicit", field.explicit_consent);
    return out;
}

json action_json(const FormAction& action) {
    json out = base::object_of("type", form_action_name(action.kind));
    put(out, "text", action.text);
    put(out, "target", action.target);
    put(out, "template", action.message_template);
    put(out, "fields", action.fields);
    put(out, "points", action.points);
    put_group(out, "conditions", conditions_json(action.conditions));
    return out;
}

void put_facts(json& out, const FormFacts& facts) {
    put_nullable(out, "controller", facts.controller);
    put_nullable(out, "privacy_url", facts.privacy_url);
    put_nullable(out, "postal_address", facts.postal_address);
    put(out, "withdrawal_text", facts.withdrawal_text);
    put(out, "double_opt_in", facts.double_opt_in);
    put(out, "processors", facts.processors);
    put(out, "audience", facts.audience);
    put(out, "delivers", facts.delivers);
    json withdrawal = json::object();
    put(withdrawal, "steps", facts.withdrawal_steps);
    put(withdrawal, "login", facts.withdrawal_login);
    put_group(out, "withdrawal", std::move(withdrawal));
    json mails = json::object();
    put(mails, "list_unsubscribe", facts.list_unsubscribe);
    put(mails, "visible_unsubscribe", facts.visible_unsubscribe);
    put(mails, "open_tracking", facts.open_tracking);
    put(mails, "click_tracking", facts.click_tracking);
    put_group(out, "template", std::move(mails));
    json age = json::object();
    put_nullable(age, "kind", facts.age_check);
    put(age, "parental_flow", facts.parental_flow);
    put_group(out, "age_check", std::move(age));
    json privacy = json::object();
    put(privacy, "mentions_transfer", facts.mentions_transfer);
    put_nullable(privacy, "retention", facts.retention);
    put_group(out, "privacy", std::move(privacy));
    json buttons = json::object();
    put(buttons, "accept", facts.button_accept);
    put(buttons, "refuse", facts.button_refuse);
    put_group(out, "buttons", std::move(buttons));
}

} // namespace
} // namespace forms

Form Forms::from_json(const std::string& text) {
    using namespace forms;
    json document = json::parse(text, nullptr, false);
    if (document.is_discarded()) {
        throw Error(Errc::invalid, "the document: no JSON");
    }
    const std::string root;
    JsonReader in(document, root);
    Form out;
    in.read("name", out.code);
    in.read("code", out.code);
    in.read("language", out.language);
    out.language = language_at(out.language, "/language");
    in.read("country", out.country);
    read_words(in, "title", out.language, out.title);
    read_words(in, "introduction", out.language, out.introduction);
    read_words(in, "submit_label", out.language, out.submit_label);
    in.read("primary_purpose", out.primary_purpose);
    in.read("preferences", out.preferences);
    in.read("confirm_template", out.confirm_template);
    read_group(in, "limit", [&](JsonReader& group, const json&) {
        group.read("count", out.limit);
        group.read("minutes", out.limit_minutes);
    });
    in.read_array("fields", [&](const json& each, const std::string& at) {
        out.fields.push_back(read_field(each, at, out.language));
    });
    in.read_array("actions", [&](const json& each, const std::string& at) {
        out.actions.push_back(read_action(each, at, out.language));
    });
    read_facts(in, document, out.facts);
    in.finish();
    return out;
}

std::string Forms::to_json(const Form& form) {
    using namespace forms;
    json out = base::object_of("code", form.code, "language", form.language);
    put(out, "country", form.country);
    put(out, "title", form.title);
    put(out, "introduction", form.introduction);
    put(out, "submit_label", form.submit_label);
    put(out, "primary_purpose", form.primary_purpose);
    put(out, "preferences", form.preferences);
    put(out, "confirm_template", form.confirm_template);
    json limit = json::object();
    put(limit, "count", form.limit, Form{}.limit);
    put(limit, "minutes", form.limit_minutes, Form{}.limit_minutes);
    put_group(out, "limit", std::move(limit));
    json fields = json::array();
    for (const FormField& each : form.fields) {
        fields.push_back(field_json(each));
    }
    out["fields"] = std::move(fields);
    json actions = json::array();
    for (const FormAction& each : form.actions) {
        actions.push_back(action_json(each));
    }
    put_group(out, "actions", std::move(actions));
    put_facts(out, form.facts);
    return out.dump();
}

} // namespace habeas
