#include "subjects/definition_check.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"
#include "subjects/field_set.hpp"
#include "subjects/values.hpp"

#include <algorithm>
#include <array>

namespace habeas::subjects {
namespace {

constexpr std::size_t max_label_bytes = 500;
constexpr std::size_t max_choice_bytes = 200;
constexpr std::size_t max_defined_choices = 10000;

/// Columns of the views and words that filters, exports and imports use for something else.
constexpr std::array<std::string_view, 31> reserved{
    "id",         "version",     "created_at",   "changed_at",      "source",   "standing",
    "identifier", "identifiers", "external",     "consent",         "consents", "request",
    "requests",   "suppressed",  "segment",      "segments",        "tag",      "tags",
    "restricted", "bounced",     "form",         "campaign",        "message",  "last_activity_at",
    "subject",    "subject_id",  "organisation", "organisation_id", "rowid",    "fields",
    "anonymised"};

void check_name(const Field& field) {
    const std::string& name = field.name;
    if (!base::is_code(name)) {
        throw Error(Errc::invalid,
                    "the name of a field is of a-z 0-9 _, begins with a letter and has 63 "
                    "characters at most",
                    "name");
    }
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end() ||
        (field.owner == FieldOwner::organisation && name == "name")) {
        refuse_field(field, "this name is reserved; choose another");
    }
}

void check_labels(const Field& field, const std::map<std::string, std::string>& labels) {
    for (const auto& [language, label] : labels) {
        try {
            if (base::normalise_language(language) != language) {
                throw Error(Errc::invalid, "not canonical");
            }
        } catch (const Error&) {
            refuse_field(field, "labels are by language in the form de, pt-BR, zh-Hant-TW");
        }
        base::require_text(label, "field " + field.name + ", label", false, max_label_bytes);
    }
}

void check_choices(const Field& field) {
    bool wanted = field.type == FieldType::select || field.type == FieldType::multiselect;
    if (!wanted && !field.choices.empty()) {
        refuse_field(field, "only select and multiselect have choices");
    }
    if (wanted && field.choices.empty()) {
        refuse_field(field, "a select needs choices");
    }
    if (field.choices.size() > max_defined_choices) {
        refuse_field(field, "10,000 choices are the limit");
    }
    TextSet seen;
    for (const Choice& choice : field.choices) {
        base::require_text(choice.value, "field " + field.name + ", choice", false,
                           max_choice_bytes);
        if (choice.value.empty() || base::trim(choice.value).size() != choice.value.size()) {
            refuse_field(field, "a choice is blank, or has blanks around it");
        }
        if (field.type == FieldType::multiselect && choice.value.find('|') != std::string::npos) {
            refuse_field(field, "a choice has |, which separates choices");
        }
        if (!seen.insert(choice.value).second) {
            refuse_field(field, "a choice is there twice");
        }
        check_labels(field, choice.labels);
    }
}

void check_default(const Field& field) {
    if (!field.default_value) {
        return;
    }
    if (field.unique || field.name == "email" || field.name == "phone") {
        refuse_field(field, "what is unique has no default");
    }
    FieldInfo info{field, 0, {}, Storage::text, Role::none, {}};
    for (const Choice& choice : field.choices) {
        info.choices.insert(choice.value);
    }
    Cell cell;
    Refusal why;
    if (!parse_text(info, *field.default_value, {}, cell, why)) {
        refuse_field(field, "the default is " + why.text());
    }
    if (!cell.has_value()) {
        refuse_field(field, "the default is blank; leave it out");
    }
}

void check_members(const Field& field) {
    if (field_type_name(field.type).empty()) {
        refuse_field(field, "no such type");
    }
    if (field.scale < 0 || field.scale > 6) {
        refuse_field(field, "scale is 0 to 6");
    }
    bool sealed = field.field_class == FieldClass::sealed;
    if (sealed && field.type == FieldType::multiselect) {
        refuse_field(field, "a multiselect cannot be sealed; use a longtext");
    }
    bool many = field.type == FieldType::multiselect || field.type == FieldType::longtext ||
                field.type == FieldType::boolean;
    if (field.unique && (sealed || many)) {
        refuse_field(field, "sealed, multiselect, longtext and boolean cannot be unique");
    }
    if (field.owner == FieldOwner::organisation && field.type == FieldType::multiselect) {
        refuse_field(field, "an organisation has no multiselect; use select or text");
    }
}

Field core(std::string name, FieldType type, std::string english, std::string german) {
    Field field;
    field.name = std::move(name);
    field.type = type;
    field.labels = {{"de", std::move(german)}, {"en", std::move(english)}};
    return field;
}

} // namespace

void refuse_field(const Field& field, std::string_view reason) {
    throw Error(Errc::invalid, "field " + field.name + ": " + std::string(reason), field.name);
}

void check_definition(const Field& field) {
    check_name(field);
    check_members(field);
    check_labels(field, field.labels);
    check_choices(field);
    check_default(field);
}

const std::vector<Field>& core_fields() {
    static const std::vector<Field> fields = [] {
        std::vector<Field> out{
            core("email", FieldType::email, "E-mail", "E-Mail"),
            core("phone", FieldType::phone, "Phone", "Telefon"),
            core("first_name", FieldType::text, "First name", "Vorname"),
            core("last_name", FieldType::text, "Last name", "Nachname"),
            core("language", FieldType::language, "Language", "Sprache"),
            core("country", FieldType::country, "Country", "Land"),
            core("timezone", FieldType::timezone, "Time zone", "Zeitzone"),
            core("date_of_birth", FieldType::date, "Date of birth", "Geburtsdatum"),
            core("recipient_type", FieldType::select, "Recipient type", "Art des Empfängers")};
        out.back().choices = {
            {"natural_person", {{"de", "Natürliche Person"}, {"en", "Natural person"}}},
            {"corporate", {{"de", "Unternehmen"}, {"en", "Company"}}}};
        return out;
    }();
    return fields;
}

} // namespace habeas::subjects
