// The section about segments and campaigns: how segments grew, how far people came in campaigns.
#include "page.hpp"

#include <algorithm>

namespace habeas::cli::report {

kainjow::mustache::data Page::growth_of(const SegmentFigures& segment) {
    const std::string label = label_of(segment.labels, segment.code);
    Plot plot;
    plot.id = next_id();
    plot.title = Words::fill(t("growth_title"), {{"segment", label}});
    plot.first = segment.added.first;
    Count added = 0;
    Count removed = 0;
    List rows;
    for (std::size_t at = 0; at < segment.added.counts.size(); ++at) {
        const std::string month = w_.month(segment.added.first + static_cast<Month>(at));
        const std::string came = w_.number(segment.added.counts[at]);
        const std::string went = w_.number(segment.removed.counts[at]);
        plot.tips.push_back(
            Words::fill(t("tip_growth"), {{"month", month}, {"added", came}, {"removed", went}}));
        added += segment.added.counts[at];
        removed += segment.removed.counts[at];
        Data row;
        row.set("month", month);
        row.set("added", came);
        row.set("removed", went);
        rows.push_back(row);
    }
    plot.text = Words::fill(t("growth_text"), {{"first", w_.month(segment.added.first)},
                                               {"last", w_.month(month_of(f_.now))},
                                               {"added", w_.number(added)},
                                               {"removed", w_.number(removed)}});
    Data out;
    out.set("label", label);
    out.set("code", segment.code);
    out.set("members", w_.counted("people", segment.members));
    out.set("added", w_.number(added));
    out.set("removed", w_.number(removed));
    out.set("caption", plot.title);
    out.set("plot", column_plot(w_, plot, segment.added.counts, segment.removed.counts));
    out.set("months", list_of(rows));
    return out;
}

kainjow::mustache::data Page::funnel_of(const CampaignFigures& campaign) {
    const std::string label = label_of(campaign.labels, campaign.code);
    Count most = campaign.entered; // a jump may bring people to an event more than once
    for (const EventFigures& each : campaign.events) {
        most = std::max(most, each.all());
    }
    List rows;
    auto row = [&](const std::string& name, const std::string& what, int depth, Count count,
                   const std::string& outcomes) {
        Data out;
        out.set("name", name);
        if (!what.empty()) {
            out.set("what", what);
        }
        out.set("depth", std::to_string(std::min(depth, 8)));
        out.set("bar", row_bar("fill", count, most));
        out.set("people", w_.number(count));
        out.set("share", w_.percent(count, campaign.entered));
        out.set("outcomes", outcomes);
        rows.push_back(out);
    };
    row(t("entered"), {}, 0, campaign.entered, {});
    for (const EventFigures& each : campaign.events) {
        std::string outcomes;
        for (const auto& [outcome, count] : each.outcomes) {
            outcomes += (outcomes.empty() ? "" : ", ") + w_.number(count) + " " +
                        w_.name("outcomes", outcome);
        }
        row(each.id, each.what, each.depth + 1, each.all(), outcomes);
    }
    Data out;
    out.set("label", label);
    out.set("code", campaign.code);
    out.set("caption", Words::fill(t("funnel_title"), {{"campaign", label}}));
    out.set(
        "details",
        list_of({pair(t("state"), w_.name("campaign_states", campaign_state_name(campaign.state))),
                 pair(t("on_the_way"), w_.counted("people", campaign.members))}));
    out.set("steps", list_of(rows));
    return out;
}

void Page::flows() {
    List segments;
    for (const SegmentFigures& each : f_.segments) {
        segments.push_back(growth_of(each));
    }
    List campaigns;
    for (const CampaignFigures& each : f_.campaigns) {
        campaigns.push_back(funnel_of(each));
    }
    root_.set("has_segments", yes_no(!segments.empty()));
    root_.set("has_campaigns", yes_no(!campaigns.empty()));
    root_.set("segments", list_of(segments));
    root_.set("campaigns", list_of(campaigns));
}

} // namespace habeas::cli::report
