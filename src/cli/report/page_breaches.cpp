// The section about breaches: which are open, whom they hit, until when somebody is to be told.
#include "page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::cli::report {
namespace {

bool waits(const BreachInfo& breach, const char* what) {
    return std::find(breach.waits_for.begin(), breach.waits_for.end(), what) !=
           breach.waits_for.end();
}

} // namespace

/// Codes, no titles: those are texts of the host.
void Page::breaches() {
    List rows;
    for (const BreachInfo& each : f_.breaches) {
        const bool estimated = !each.figures && each.breach.persons;
        Data row;
        row.set("code", each.breach.code);
        row.set("state", w_.name("breach_states", breach_state_name(each.state)));
        row.set("risk", w_.name("breach_risks", breach_risk_name(each.risk)));
        row.set("persons", each.figures ? w_.number(static_cast<Count>(each.figures->persons))
                           : estimated  ? w_.number(static_cast<Count>(*each.breach.persons))
                                        : std::string());
        row.set("aware", w_.date_time(*each.breach.aware_at));
        row.set("authority",
                each.notified_at
                    ? Words::fill(t("breach_told"), {{"date", w_.date_time(*each.notified_at)}})
                : waits(each, "authority")
                    ? Words::fill(t(each.overdue ? "breach_overdue" : "breach_due"),
                                  {{"date", w_.date_time(each.clock.strict)}})
                    : std::string());
        row.set("informed", each.informed_at         ? w_.date_time(*each.informed_at)
                            : waits(each, "persons") ? t("breach_tell")
                                                     : std::string());
        rows.push_back(row);
    }
    root_.set("has_breaches", yes_no(!rows.empty()));
    root_.set("breaches", list_of(rows));
}

} // namespace habeas::cli::report
