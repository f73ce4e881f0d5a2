// How segments grew and how far people came in campaigns.
#include "figures.hpp"

#include "query.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace habeas::cli::report {
namespace {

using nlohmann::json;

void read_growth(Store& store, Month present, SegmentFigures& out) {
    std::map<Month, Count> added, removed;
    each_row(store,
             "SELECT substr(day, 1, 7), sum(added), sum(removed) FROM v_segment_day "
             "WHERE segment = ?1 GROUP BY 1",
             {out.code}, [&](const Cells& cells) {
                 if (auto month = parse_month(cells[0].value_or(""))) {
                     added[*month] += to_count(cells[1]);
                     removed[*month] += to_count(cells[2]); // 0 too: both have the same months
                 }
             });
    out.added = to_row(added, present);
    out.removed = to_row(removed, present);
}

/// In the order of the tree, as the definition has it.
void list_events(const json& events, int depth, std::vector<EventFigures>& out) {
    for (const json& each : events) {
        EventFigures& event = out.emplace_back();
        event.id = each.value("id", std::string());
        event.depth = depth;
        event.what = each.contains("action")     ? each["action"].get<std::string>()
                     : each.contains("decision") ? each["decision"].get<std::string>()
                                                 : "condition";
        for (const char* path : {"then", "yes", "no"}) {
            if (each.contains(path)) {
                list_events(each[path], depth + 1, out);
            }
        }
    }
}

CampaignFigures campaign_of(Store& store, const CampaignInfo& info) {
    CampaignFigures out;
    out.code = info.code;
    out.state = info.state;
    out.members = info.members;
    const json definition = json::parse(info.definition);
    out.labels = definition.value("labels", out.labels);
    list_events(definition.value("events", json::array()), 0, out.events);
    for (const EventCount& each : Campaigns(store).counts(info.code)) {
        if (each.event.empty()) {
            out.entered += each.outcome == "entered" ? each.count : 0;
            continue;
        }
        auto event =
            std::find_if(out.events.begin(), out.events.end(),
                         [&](const EventFigures& known) { return known.id == each.event; });
        if (event == out.events.end()) { // of a former version
            out.events.push_back({each.event, {}, 0, {}});
            event = out.events.end() - 1;
        }
        event->outcomes[each.outcome] += each.count;
    }
    return out;
}

} // namespace

Count EventFigures::all() const {
    return std::accumulate(outcomes.begin(), outcomes.end(), Count{0},
                           [](Count sum, const auto& each) { return sum + each.second; });
}

void read_flows(Store& store, Figures& figures) {
    for (const SegmentInfo& info : Segments(store).list()) {
        SegmentFigures& out = figures.segments.emplace_back();
        out.code = info.segment.code;
        out.labels = info.segment.labels;
        out.members = info.members;
        read_growth(store, month_of(figures.now), out);
    }
    for (const CampaignInfo& info : Campaigns(store).list()) {
        figures.campaigns.push_back(campaign_of(store, info));
    }
}

} // namespace habeas::cli::report
