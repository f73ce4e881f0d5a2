#include "campaigns/uses_segment.hpp"

#include "campaigns/rows.hpp"
#include "segments/filter.hpp"

#include <fmt/format.h>

#include <set>

namespace habeas::campaigns {
namespace {

void see(const Campaign& campaign, std::int32_t version, const Definition& definition,
         const std::string& segment, std::vector<std::string>& places) {
    auto tell = [&](const std::string& pointer) {
        places.push_back(
            fmt::format("campaign {} (version {}: {})", campaign.code, version, pointer));
    };
    for (std::size_t i = 0; i < definition.segments.size(); ++i) {
        if (definition.segments[i] == segment) {
            tell("/sources/segments/" + std::to_string(i));
        }
    }
    for (const Event& event : definition.events) {
        if (event.kind == Event::Kind::condition) {
            for (const std::string& each : segments::pointers_to_segment(event.filter, segment)) {
                tell(event.pointer + "/condition" + each);
            }
        } else if (event.kind == Event::Kind::action && event.parameters.is_object() &&
                   event.parameters.value("segment", nlohmann::json()) == segment) {
            tell(event.pointer + "/segment");
        }
    }
}

} // namespace

/// The latest version, and those that members are still on their way with.
void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places) {
    for (const Campaign& campaign : load_all(engine)) {
        if (campaign.state == CampaignState::retired) {
            continue;
        }
        std::set<std::int32_t> versions{campaign.version};
        auto row = engine.db().prepare("SELECT DISTINCT version FROM campaign_member WHERE "
                                       "campaign_id = ?1 AND state = 'active'");
        row.bind(1, campaign.id);
        while (row.step()) {
            versions.insert(static_cast<std::int32_t>(row.i64(0)));
        }
        for (const std::int32_t version : versions) {
            see(campaign, version, *definition_of(engine, campaign.id, version), segment, places);
        }
    }
}

} // namespace habeas::campaigns
