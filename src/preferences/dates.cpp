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
    return exports::text_of(subjects::load(engine, subject).fields, "language");
}

} // namespace habeas::preferences
