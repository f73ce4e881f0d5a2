#include "preferences/dates.hpp"

#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "subjects/lookup.hpp"

namespace habeas::preferences {

std::string date_text(const Words& words, Date date) {
    const exports::Strings& strings = exports::Strings::of(words.language());
    const bool fits = words.language().substr(0, words.language().find('-')) == strings.tag();
    return fits ? strings.date(date) : format_date(date);
}

std::string due_date(store::Engine& engine, const Request& request, const Words& words) {
    return date_text(words, Requests(engine).deadline(request).answer.answer.due);
}

std::string language_of(store::Engine& engine, SubjectId subject) {
    const Subject person = subjects::load(engine, subject);
    const Value* value = exports::value_of(person.fields, "language");
    const auto* text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

} // namespace habeas::preferences
