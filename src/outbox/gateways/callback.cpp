// The host sends by itself.
#include "habeas/outbox.hpp"

#include <algorithm>

namespace habeas {

CallbackGateway::CallbackGateway(std::string id, std::vector<Channel> channels, Send send,
                                 Resolve resolve)
    : id_(std::move(id)), channels_(std::move(channels)), send_(std::move(send)),
      resolve_(std::move(resolve)) {
    if (!send_) {
        throw Error(Errc::invalid, "send: a gateway has a function that sends", "send");
    }
}

bool CallbackGateway::serves(Channel channel) const {
    return std::find(channels_.begin(), channels_.end(), channel) != channels_.end();
}

std::vector<GatewayResult> CallbackGateway::send(std::span<const OutgoingMessage> messages) {
    return send_(messages);
}

std::optional<GatewayResult> CallbackGateway::resolve(const std::string& reference) {
    return resolve_ ? resolve_(reference) : std::nullopt;
}

} // namespace habeas
