// One event after the other, in one write transaction.
#pragma once

#include "deliveries/mailjet.hpp"
#include "store/engine.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace habeas::deliveries {

class Ingest {
  public:
    Ingest(store::Engine& engine, std::string gateway);
    void add(const GatewayEvent& event);
    IngestReport finish(); ///< writes the figures

  private:
    struct Found {
        std::int64_t message = 0;
        std::optional<std::int64_t> subject;
        std::string template_code, state;
    };
    [[nodiscard]] std::optional<Found> find(const GatewayEvent& event) const;
    [[nodiscard]] std::string identity(const GatewayEvent& event) const;
    void keep(const GatewayEvent& event, const std::optional<Found>& found,
              const std::string& identity);
    void follow(const GatewayEvent& event, const std::optional<Found>& found);
    void act_on_address(const GatewayEvent& event, const std::optional<Found>& found);
    void record(SubjectId subject, EventKind kind, const std::string& scope,
                const GatewayEvent& event);
    [[nodiscard]] bool tracked(std::int64_t subject) const;
    [[nodiscard]] Time time_of(const GatewayEvent& event) const;

    store::Engine& engine_;
    std::string gateway_;
    IngestReport report_;
    std::map<std::tuple<std::string, DeliveryKind, std::string>, std::int64_t> days_;
};

} // namespace habeas::deliveries
