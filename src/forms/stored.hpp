// Forms as they are in the database, and what is asked of whom in which words.
#pragma once

#include "forms/lint.hpp"
#include "habeas/form.hpp"
#include "store/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace habeas::forms {

struct StoredForm {
    std::int64_t id = 0;
    FormInfo info;
};
enum class Which : std::int32_t { published = -1, latest = 0 };
/// Nothing if there is none. With a number that version.
std::optional<StoredForm> load(store::Engine& engine, const std::string& code,
                               std::int32_t which = static_cast<std::int32_t>(Which::latest));
/// What people get. Errc::not_found.
StoredForm require_published(store::Engine& engine, const std::string& code);

/// Errc::invalid at a JSON pointer. Gives the form in its normal form.
Form check_form(store::Engine& engine, const Form& given);
StoreFacts store_facts(store::Engine& engine, const Form& form);

/// The best of some words for a language: that one, its plain language, `otherwise`, any.
const std::string& pick(const FormWords& words, const std::string& language,
                        const std::string& otherwise);
/// One of the languages that the form has words in.
std::string form_language(const Form& form, const std::string& wanted);

/// A purpose's text as a form shows it.
struct ShownText {
    std::int32_t version = 0;
    std::string language, label, text, hash;
};
/// Version 0: the present one. Nothing: there is none.
std::optional<ShownText> shown_text(const Purpose& purpose, const std::string& language,
                                    const std::string& otherwise, std::int32_t version = 0);
/// Channels a consent field asks for, one by one.
std::vector<Channel> channels_of(const FormField& field, const Purpose& purpose);
bool is_consent(const FormField& field);
/// Does the field take several values?
bool takes_many(const FormField& field);
/// Is there an input at all?
bool is_input(const FormField& field);
/// Does it ask for a purpose that was retired? Then it is asked no more.
bool is_retired(store::Engine& engine, const FormField& field);
/// A group of boxes for one consent: one for each channel.
bool by_channel(const FormField& field);

/// Is the field asked of this person (what is known already, how often they sent it)?
bool asked(store::Engine& engine, const StoredForm& form, const FormField& field,
           const std::optional<Subject>& person);
/// The choices of a field, of its own or of what it maps to.
std::vector<Choice> choices_of(store::Engine& engine, const FormField& field);

} // namespace habeas::forms
