// The section about processors and places: who gets data today, and on what that rests.
#include "page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace habeas::cli::report {

void Page::places() {
    const PlaceReport& found = f_.places;
    List rows;
    for (const PlaceFinding& each : found.recipients) {
        std::vector<std::string> purposes;
        for (const std::string& code : each.purposes) {
            const auto known =
                std::find_if(f_.purposes.begin(), f_.purposes.end(),
                             [&](const PurposeFigures& one) { return one.purpose.code == code; });
            purposes.push_back(known == f_.purposes.end() ? code : label_of(known->purpose));
        }
        const std::string why = w_.name("transfer_rules", transfer_rule_code(each.answer.rule));
        Data row;
        row.set("name", each.name);
        row.set("what", each.hosts_store ? t("places_store") : std::string());
        row.set("verdict", w_.name("verdicts", transfer_verdict_name(each.answer.verdict)));
        row.set("why", each.answer.place.empty()
                           ? why
                           : fmt::format("{} ({})", why, w_.name("countries", each.answer.place)));
        row.set("basis", each.answer.basis);
        row.set("purposes", fmt::format("{}", fmt::join(purposes, ", ")));
        rows.push_back(row);
    }
    root_.set("has_places", yes_no(found.asked));
    root_.set("places", list_of(rows));
    root_.set(
        "places_lead",
        Words::fill(t("places_lead"), {{"date", w_.date(std::chrono::sys_days(found.law_as_of))}}));
    root_.set("own_place",
              found.place_answer
                  ? Words::fill(t("places_own"),
                                {{"place", w_.name("countries", found.place)},
                                 {"why", w_.name("transfer_rules",
                                                 transfer_rule_code(found.place_answer->rule))}})
                  : t("places_own_none"));
}

} // namespace habeas::cli::report
