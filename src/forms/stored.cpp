#include "forms/stored.hpp"

#include "base/country_table.hpp"
#include "habeas/consent.hpp"
#include "subjects/field_set.hpp"

#include <algorithm>

namespace habeas::forms {
namespace {

std::string plain(const std::string& language) {
    return language.substr(0, language.find('-'));
}

bool has_value(const Subject& person, const std::string& field) {
    auto found = person.fields.find(field);
    return found != person.fields.end() && !std::holds_alternative<std::monostate>(found->second);
}

} // namespace

std::optional<StoredForm> load(store::Engine& engine, const std::string& code, std::int32_t which) {
    auto row = engine.db().prepare(
        "SELECT f.id, v.version, v.definition, v.hash, v.published_at, f.retired_at, "
        "v.overridden, (SELECT count(*) FROM form_submission s WHERE s.form_id = f.id) "
        "FROM form f JOIN form_version v ON v.form_id = f.id AND v.version = "
        "CASE ?2 WHEN 0 THEN f.version WHEN -1 THEN f.published ELSE ?2 END WHERE f.code = ?1");
    row.bind(1, code);
    row.bind(2, std::int64_t{which});
    if (!row.step()) {
        return std::nullopt;
    }
    StoredForm out;
    out.id = row.i64(0);
    out.info.version = static_cast<std::int32_t>(row.i64(1));
    out.info.form = Forms::from_json(row.str(2));
    out.info.hash = row.str(3);
    out.info.published_at = optional_time(row, 4);
    out.info.retired_at = optional_time(row, 5);
    out.info.overridden = row.str(6);
    out.info.submissions = row.i64(7);
    return out;
}

StoredForm require_published(store::Engine& engine, const std::string& code) {
    auto found = load(engine, code, static_cast<std::int32_t>(Which::published));
    if (!found) {
        throw Error(Errc::not_found, "there is no published form of this name", "code");
    }
    if (found->info.retired_at) {
        throw Error(Errc::not_found, "this form was retired", "code");
    }
    return std::move(*found);
}

const std::string& pick(const FormWords& words, const std::string& language,
                        const std::string& otherwise) {
    static const std::string nothing;
    for (const std::string& tag : {language, plain(language), otherwise, plain(otherwise)}) {
        if (auto found = words.find(tag); found != words.end()) {
            return found->second;
        }
    }
    return words.empty() ? nothing : words.begin()->second;
}

std::string form_language(const Form& form, const std::string& wanted) {
    const std::string plain_wanted = plain(wanted);
    auto has = [&](const std::string& tag) {
        auto in = [&](const FormWords& words) { return words.contains(tag); };
        return tag == form.language || in(form.title) || in(form.submit_label) ||
               std::any_of(form.fields.begin(), form.fields.end(),
                           [&](const FormField& each) { return in(each.label); });
    };
    return has(wanted) ? wanted : has(plain_wanted) ? plain_wanted : form.language;
}

std::optional<ShownText> shown_text(const Purpose& purpose, const std::string& language,
                                    const std::string& otherwise, std::int32_t version) {
    const TextVersion* found = nullptr;
    for (const TextVersion& each : purpose.texts) {
        if (version == 0 || each.number == version) {
            found = &each;
        }
    }
    if (found == nullptr || found->texts.empty()) {
        return std::nullopt;
    }
    const ConsentText* best = nullptr;
    for (const std::string& tag : {language, plain(language), otherwise, plain(otherwise)}) {
        for (const ConsentText& each : found->texts) {
            if (best == nullptr && (each.language == tag || plain(each.language) == tag)) {
                best = &each;
            }
        }
    }
    if (best == nullptr) {
        best = &found->texts.front();
    }
    return ShownText{found->number, best->language, best->label.empty() ? best->text : best->label,
                     best->text, found->hash};
}

std::vector<Channel> channels_of(const FormField& field, const Purpose& purpose) {
    return field.channels.empty() ? purpose.channels : field.channels;
}

bool is_consent(const FormField& field) {
    return !field.purposes.empty();
}

bool takes_many(const FormField& field) {
    return field.type == FormFieldType::multiselect || field.type == FormFieldType::checkbox_group;
}

bool is_input(const FormField& field) {
    return field.type != FormFieldType::text_block && field.type != FormFieldType::page_break &&
           (field.type != FormFieldType::button || is_consent(field));
}

bool is_retired(store::Engine& engine, const FormField& field) {
    return std::any_of(field.purposes.begin(), field.purposes.end(), [&](const std::string& code) {
        auto purpose = Purposes(engine).find(code);
        return purpose && purpose->retired_at;
    });
}

bool by_channel(const FormField& field) {
    return is_consent(field) && field.type == FormFieldType::checkbox_group;
}

bool asked(store::Engine& engine, const StoredForm& form, const FormField& field,
           const std::optional<Subject>& person) {
    if (is_retired(engine, field)) {
        return false;
    }
    if (field.show_after_submissions > 0) {
        if (!person) {
            return false;
        }
        auto row = engine.db().prepare("SELECT count(*) FROM form_submission WHERE form_id = ?1 "
                                       "AND subject_id = ?2 AND identified = 1");
        row.bind_all(form.id, number(person->id));
        row.step();
        if (row.i64(0) < field.show_after_submissions) {
            return false;
        }
    }
    if (field.show_when_value_exists || !person) {
        return true;
    }
    if (is_consent(field)) {
        return Consent(engine).state(person->id, field.purposes.front()) != ConsentState::granted;
    }
    return field.maps_to.empty() || !has_value(*person, field.maps_to);
}

std::vector<Choice> choices_of(store::Engine& engine, const FormField& field) {
    const subjects::FieldInfo* mapped = nullptr;
    std::shared_ptr<const subjects::FieldSet> fields;
    if (!field.maps_to.empty()) {
        fields = subjects::field_set(engine, FieldOwner::subject);
        mapped = fields->find(field.maps_to);
    }
    if (field.field_choices && mapped != nullptr) {
        if (mapped->field.type == FieldType::boolean) {
            return {{"yes", {{"en", "Yes"}, {"de", "Ja"}, {"fr", "Oui"}}}};
        }
        return mapped->field.choices;
    }
    if (field.type == FormFieldType::country && field.options.empty()) {
        std::vector<Choice> out;
        for (const auto& each : base::countries()) {
            out.push_back({std::string(each.code), {{"en", std::string(each.name)}}});
        }
        std::sort(out.begin(), out.end(), [](const Choice& a, const Choice& b) {
            return a.labels.at("en") < b.labels.at("en");
        });
        return out;
    }
    return field.options;
}

} // namespace habeas::forms
