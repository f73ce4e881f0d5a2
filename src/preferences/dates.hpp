// Dates as the person reads them, and the person's language.
#pragma once

#include "habeas/request.hpp"
#include "preferences/words.hpp"

#include <string>

namespace habeas::preferences {

/// "24 December 2026"; in a language that habeas has no month names of: 2026-12-24.
std::string date_text(const Words& words, Date date);
/// The last day for the answer to a request (art. 12(3)).
std::string due_date(store::Engine& engine, const Request& request, const Words& words);
/// The field "language"; empty: not known.
std::string language_of(store::Engine& engine, SubjectId subject);

} // namespace habeas::preferences
