// The section about requests: by kind against the deadline, what is due next, and how far the
// other places with personal data are.
#include "page.hpp"

#include <algorithm>

namespace habeas::cli::report {
namespace {

constexpr Count soon = 7; ///< days

} // namespace

void Page::requests() {
    const RequestFigures& found = f_.requests;
    List kinds;
    for (const RequestKindFigures& each : found.kinds) {
        Data row;
        row.set("kind", w_.name("request_kinds", request_kind_name(each.kind)));
        row.set("open", w_.number(each.open));
        row.set("answered", w_.number(each.answered));
        row.set("refused", w_.number(each.refused));
        row.set("ended", w_.number(each.ended));
        row.set("late", w_.number(each.late));
        row.set("median", each.days.empty()
                              ? "–"
                              : w_.counted("days", each.days[(each.days.size() - 1) / 2]));
        row.set("longest", each.days.empty() ? "–" : w_.counted("days", each.days.back()));
        kinds.push_back(row);
    }
    List open;
    for (const OpenRequestFigures& each : found.open) {
        const Count left = each.whole - each.elapsed;
        Data row;
        row.set("number", std::to_string(each.number));
        row.set("kind", w_.name("request_kinds", request_kind_name(each.kind)));
        row.set("state", w_.name("request_states", request_state_name(each.state)));
        row.set("received", w_.date(std::chrono::sys_days(each.received)));
        row.set("due", w_.date(std::chrono::sys_days(each.due)));
        row.set("bar", row_bar(each.late      ? "no"
                               : left <= soon ? "open"
                                              : "yes",
                               std::clamp<Count>(each.elapsed, 0, each.whole), each.whole));
        row.set("left", each.late
                            ? Words::fill(t("days_late"), {{"days", w_.counted("days", -left)}})
                            : w_.counted("days", left));
        open.push_back(row);
    }
    root_.set("has_requests", yes_no(!kinds.empty()));
    root_.set("has_open_requests", yes_no(!open.empty()));
    root_.set("request_kinds", list_of(kinds));
    root_.set("open_requests", list_of(open));
    if (found.open_others > 0) {
        root_.set("open_others",
                  Words::fill(t("requests_others"), {{"n", w_.number(found.open_others)}}));
    }
}

void Page::holders() {
    List rows;
    for (const HolderFigures& each : f_.holders) {
        Data row;
        row.set("name", each.name);
        row.set("what", t(each.recipient ? "holder_recipient" : "holder_holder"));
        row.set("answered", w_.number(each.answered));
        row.set("open", w_.number(each.open));
        row.set("failing", w_.number(each.failing));
        row.set("keeping", each.recipient ? "–" : w_.number(each.keeping));
        row.set("oldest",
                each.oldest ? w_.date(std::chrono::floor<std::chrono::days>(*each.oldest)) : "–");
        rows.push_back(row);
    }
    root_.set("has_holders", yes_no(!rows.empty()));
    root_.set("holders", list_of(rows));
    if (f_.held > 0) {
        root_.set("held", Words::fill(t("holders_held"), {{"n", w_.number(f_.held)}}));
    }
}

} // namespace habeas::cli::report
