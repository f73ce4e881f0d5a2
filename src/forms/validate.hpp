// What was sent, field by field: present, well-formed, one of the choices.
#pragma once

#include "forms/stored.hpp"

#include <map>
#include <string>
#include <vector>

namespace habeas::forms {

using Sent = std::multimap<std::string, std::string>;

/// Values that count: of fields that were asked, trimmed; in the order of the form.
struct Answers {
    std::map<std::string, std::vector<std::string>> values;
    std::map<std::string, std::string> errors; ///< by field, for people
    std::vector<const FormField*> asked;       ///< of the form that was given

    [[nodiscard]] const std::vector<std::string>& of(const std::string& field) const;
    [[nodiscard]] bool ticked(const FormField& field) const;
};
Answers validate(store::Engine& engine, const StoredForm& form, const Sent& sent,
                 const std::string& language, const std::optional<Subject>& person);
bool holds(const std::vector<FormCondition>& conditions, const Answers& answers);
/// Is a box's value a yes?
bool is_yes(const std::string& value);
/// A value as the mapped field takes it.
std::string field_text(const FormField& field, const std::vector<std::string>& values);

} // namespace habeas::forms
