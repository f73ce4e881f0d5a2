// The host's own way of sending, as the core asks it.
#pragma once

#include "callbacks.hpp"
#include "habeas/outbox.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace habeas::capi {

/// For the length of one call of habeas_outbox_send.
class HostGateway : public Gateway {
  public:
    explicit HostGateway(const habeas_gateway& given);
    [[nodiscard]] std::string id() const override { return id_; }
    [[nodiscard]] std::string processor() const override { return processor_; }
    [[nodiscard]] bool serves(Channel channel) const override {
        return channels_.contains(channel);
    }
    /// Asked before each batch is taken: where the host stopped, no further one is.
    [[nodiscard]] std::size_t batch_size() const override;
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override;
    std::optional<GatewayResult> resolve(const std::string& reference) override;

    /// After the run: what the host stopped it with comes back from the call.
    void throw_if_stopped() const;

  private:
    habeas_gateway given_;
    std::string id_, processor_;
    std::set<Channel> channels_;
    habeas_status status_ = HABEAS_OK;
};

} // namespace habeas::capi
