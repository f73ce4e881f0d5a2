// One event after the other, in one write transaction: of gateways, and of mails.
#pragma once

#include "deliveries/mailjet.hpp"
#include "deliveries/report_mail.hpp"
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
    void add(const MailReport& report);
    IngestReport finish(); ///< writes the figures

  private:
    struct Found {
        std::int64_t message = 0;
        std::optional<std::int64_t> subject;
        std::string template_code, state;
        bool internal = false; ///< the subject is whom it tells of
        std::string recipient; ///< of an internal one, as written
        std::int64_t queued_at = 0;
    };
    /// What a mail proves to be about.
    struct Proof {
        std::int64_t message = 0; ///< 0: nothing
        std::optional<Found> found;
        std::string address; ///< whom it went to; empty: not proved
        bool acts = false;
    };
    [[nodiscard]] std::optional<Found> find(const GatewayEvent& event) const;
    [[nodiscard]] std::optional<Found> find_number(std::int64_t message) const;
    [[nodiscard]] std::optional<Found> find_reference(const std::string& reference) const;
    [[nodiscard]] Proof prove(const MailReport& report, const ReportedEvent& event) const;
    [[nodiscard]] std::string present_address(const Found& found) const;
    [[nodiscard]] bool is_right(const outbox::ReturnToken& token, const std::string& address) const;
    void take(const GatewayEvent& event, const std::optional<Found>& found);
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
