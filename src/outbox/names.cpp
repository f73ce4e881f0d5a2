// Names of kinds and states; the schema stores them.
#include "habeas/outbox.hpp"

#include "base/names.hpp"

namespace habeas {
namespace {

constexpr std::array<std::string_view, 3> kinds{"marketing", "transactional", "internal"};
constexpr std::array<std::string_view, 7> states{"queued",    "sending", "sent",   "failed",
                                                 "uncertain", "stopped", "refused"};

} // namespace

std::string_view message_kind_name(MessageKind kind) noexcept {
    return base::name_of(kinds, kind);
}
std::optional<MessageKind> message_kind(std::string_view name) noexcept {
    return base::value_of<MessageKind>(kinds, name);
}
std::string_view message_state_name(MessageState state) noexcept {
    return base::name_of(states, state);
}
std::optional<MessageState> message_state(std::string_view name) noexcept {
    return base::value_of<MessageState>(states, name);
}

} // namespace habeas
