// The sections about purposes: who may be processed and why, and consents over time.
#include "page.hpp"

#include <algorithm>
#include <utility>

namespace habeas::cli::report {
namespace {

/// Reasons of a kind share a colour. In the order of the bar.
constexpr std::array<const char*, 5> groups{"yes", "open", "no", "flawed", "rule"};

const char* group_of(Reason reason) {
    switch (reason) {
    case Reason::no_consent:
    case Reason::consent_other_purpose:
    case Reason::consent_other_channel:
    case Reason::consent_other_controller:
    case Reason::consent_not_yet_given:
    case Reason::consent_pending:
        return "open";
    case Reason::erased:
    case Reason::erasure_pending:
    case Reason::restricted:
    case Reason::suppressed:
    case Reason::complaint:
    case Reason::objected_direct_marketing:
    case Reason::objected_pending:
    case Reason::objected:
    case Reason::consent_refused:
    case Reason::consent_withdrawn:
        return "no";
    case Reason::consent_expired:
    case Reason::consent_version_superseded:
    case Reason::consent_invalid:
    case Reason::consent_unproven:
    case Reason::explicit_consent_required:
    case Reason::child_no_parental_authorisation:
    case Reason::age_unknown:
        return "flawed";
    default:
        return reason < Reason::subject_unknown ? "yes" : "rule";
    }
}

} // namespace

kainjow::mustache::data Page::use_of(const PurposeFigures& purpose, const UseFigures& use) {
    Count allowed = use.allowed();
    Count all = use.all();
    std::vector<std::pair<Reason, Count>> reasons(use.people.begin(), use.people.end());
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
        bool first = a.first < Reason::subject_unknown;
        bool second = b.first < Reason::subject_unknown;
        return first != second ? first : a.second > b.second;
    });
    Count most = 0;
    for (const auto& [reason, count] : reasons) {
        most = std::max(most, count);
    }
    std::vector<Segment> segments;
    segments.reserve(groups.size());
    for (const char* group : groups) {
        segments.push_back({group, 0});
    }
    List rows;
    for (const auto& [reason, count] : reasons) {
        const char* group = group_of(reason);
        for (Segment& segment : segments) {
            segment.count += segment.style == group ? count : 0;
        }
        Data row;
        row.set("style", group);
        row.set("sentence", w_.name("reasons", reason_code(reason)));
        row.set("code", std::string(reason_code(reason)));
        row.set("reference", std::string(reason_reference(reason)));
        row.set("bar", row_bar(group, count, most));
        row.set("people", w_.number(count));
        row.set("share", w_.percent(count, all));
        rows.push_back(row);
    }
    std::string title = Words::fill(t("bar_title"), {{"purpose", label_of(purpose.purpose)},
                                                     {"channel", channel(use.channel)}});
    Data out;
    out.set("channel", channel(use.channel));
    out.set("caption", title);
    out.set("summary", all == 0
                           ? t("nobody")
                           : Words::fill(t("of_all"), {{"part", w_.number(allowed)},
                                                       {"whole", w_.number(all)},
                                                       {"percent", w_.percent(allowed, all)}}));
    out.set("bar", all == 0 ? std::string{}
                            : share_plot(next_id(), title,
                                         Words::fill(t("bar_text"),
                                                     {{"allowed", w_.number(allowed)},
                                                      {"denied", w_.number(all - allowed)}}),
                                         segments));
    out.set("has_reasons", yes_no(!rows.empty()));
    out.set("reasons", list_of(rows));
    return out;
}

void Page::decisions() {
    List legend;
    for (const char* group : groups) {
        Data out;
        out.set("style", group);
        out.set("text", t((std::string("group_") + group).c_str()));
        legend.push_back(out);
    }
    root_.set("groups", list_of(legend));
    List purposes;
    std::vector<const Purpose*> retired;
    for (const PurposeFigures& each : f_.purposes) {
        const Purpose& purpose = each.purpose;
        if (purpose.retired_at) {
            retired.push_back(&purpose);
            continue;
        }
        List details{pair(t("basis"), w_.name("basis", basis_name(purpose.basis))),
                     pair(t("kind"), w_.name("kinds", purpose_kind_name(purpose.kind)))};
        if (purpose.basis == Basis::consent) {
            details.push_back(pair(t("validity"), purpose.validity ? w_.duration(*purpose.validity)
                                                                   : t("validity_none")));
            if (purpose.double_opt_in) {
                details.push_back(pair(t("double_opt_in"), t("double_opt_in_yes")));
            }
        }
        details.push_back(
            pair(t("texts"), w_.counted("versions", static_cast<Count>(purpose.texts.size()))));
        std::string recipients;
        for (const std::string& recipient : purpose.recipients) {
            recipients += (recipients.empty() ? "" : ", ") + recipient;
        }
        details.push_back(
            pair(t("recipients"), recipients.empty() ? t("recipients_none") : recipients));
        List uses;
        for (const UseFigures& use : each.uses) {
            uses.push_back(use_of(each, use));
        }
        Data out;
        out.set("label", label_of(purpose));
        out.set("code", purpose.code);
        out.set("details", list_of(details));
        out.set("uses", list_of(uses));
        purposes.push_back(out);
    }
    root_.set("has_purposes", yes_no(!purposes.empty()));
    root_.set("purposes", list_of(purposes));
    if (!retired.empty()) {
        root_.set("retired", Words::fill(t("retired_list"), {{"purposes", labels_of(retired)}}));
    }
}

kainjow::mustache::data Page::course_of(const PurposeFigures& purpose) {
    std::string label = label_of(purpose.purpose);
    std::size_t months = purpose.course.begin()->second.size();
    Plot in_force;
    in_force.id = next_id();
    in_force.title = Words::fill(t("in_force_title"), {{"purpose", label}});
    in_force.first = purpose.first;
    Plot changes = in_force;
    changes.id = next_id();
    changes.title = Words::fill(t("changes_title"), {{"purpose", label}});

    std::vector<Line> lines;
    List legend;
    std::string values;
    for (const auto& [use, course] : purpose.course) {
        Line line;
        line.style = "s" + std::to_string(lines.size() % 7);
        for (const ConsentMonth& month : course) {
            line.values.push_back(month.in_force);
        }
        std::string last = w_.number(line.values.back());
        Data entry;
        entry.set("style", line.style);
        entry.set("channel", channel(use));
        entry.set("value", last);
        legend.push_back(entry);
        values += (values.empty() ? "" : ", ") + channel(use) + " " + last;
        lines.push_back(std::move(line));
    }

    std::vector<Count> begun(months), ended(months);
    Count all_begun = 0;
    Count all_ended = 0;
    List rows;
    for (std::size_t at = 0; at < months; ++at) {
        std::string month = w_.month(purpose.first + static_cast<Month>(at));
        std::string tip;
        List cells;
        for (const auto& [use, course] : purpose.course) {
            begun[at] += course[at].given;
            ended[at] += course[at].ended;
            std::string count = w_.number(course[at].in_force);
            tip += tip.empty() ? fmt::format("{}: ", month) : ", ";
            tip += fmt::format("{} {}", channel(use), count);
            cells.push_back(Data(count));
        }
        all_begun += begun[at];
        all_ended += ended[at];
        in_force.tips.push_back(tip);
        changes.tips.push_back(Words::fill(
            t("tip_changes"),
            {{"month", month}, {"begun", w_.number(begun[at])}, {"ended", w_.number(ended[at])}}));
        Data row;
        row.set("month", month);
        row.set("values", list_of(cells));
        row.set("begun", w_.number(begun[at]));
        row.set("ended", w_.number(ended[at]));
        rows.push_back(row);
    }
    std::string first = w_.month(purpose.first);
    std::string last = w_.month(month_of(f_.now));
    in_force.text =
        Words::fill(t("in_force_text"), {{"first", first}, {"last", last}, {"values", values}});
    changes.text = Words::fill(t("changes_text"), {{"first", first},
                                                   {"last", last},
                                                   {"begun", w_.number(all_begun)},
                                                   {"ended", w_.number(all_ended)}});
    Data out;
    out.set("label", label);
    out.set("lines", list_of(legend));
    out.set("begun", w_.number(all_begun));
    out.set("ended", w_.number(all_ended));
    out.set("in_force", line_plot(w_, in_force, lines));
    out.set("changes", column_plot(w_, changes, begun, ended));
    out.set("months", list_of(rows));
    return out;
}

void Page::courses() {
    List courses;
    std::vector<const Purpose*> without;
    for (const PurposeFigures& each : f_.purposes) {
        if (each.course.empty()) {
            without.push_back(&each.purpose);
        } else {
            courses.push_back(course_of(each));
        }
    }
    root_.set("has_courses", yes_no(!courses.empty()));
    if (!courses.empty() && !without.empty()) {
        root_.set("without_course",
                  Words::fill(t("course_without"), {{"purposes", labels_of(without)}}));
    }
    root_.set("courses", list_of(courses));
}

} // namespace habeas::cli::report
