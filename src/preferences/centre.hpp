// The preference centre, in parts: what it offers, how it looks, and what a person does there.
#pragma once

#include "forms/shown.hpp"
#include "preferences/visit.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace habeas::preferences {

/// What the hidden input is authenticated for. No code of a form has a dot.
inline constexpr const char shown_form[] = ".preferences";

struct Switch {
    Channel channel = Channel::email;
    bool on = false;
};
struct Offer {
    Purpose purpose;
    std::optional<forms::ShownText> text; ///< the present one
    std::vector<Switch> switches;
};
/// May a person decide about it here? What rests on consent, and advertising on whatever basis.
bool is_choice(const Purpose& purpose);
std::vector<Offer> offers(const Visit& visit, const Words& words);
/// First and last day that a pause may end before.
std::pair<Date, Date> pause_days(store::Engine& engine);
/// The day on which a pause of everything ends; nothing: there is none.
std::optional<Date> paused_until(const Visit& visit);

Page show_centre(const Visit& visit, const Words& words, PageBuilder page);

} // namespace habeas::preferences
