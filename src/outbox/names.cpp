// Names of kinds and states; the schema stores them.
#include "habeas/outbox.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 3> kinds{"marketing", "transactional", "internal"};
constexpr std::array<std::string_view, 7> states{"queued",    "sending", "sent",   "failed",
                                                 "uncertain", "stopped", "refused"};

/// Empty for what is no value of the enumeration.
template <class Enum, std::size_t size>
std::string_view name_of(const std::array<std::string_view, size>& names, Enum value) noexcept {
    const auto at = static_cast<std::size_t>(value);
    return at < size ? names[at] : std::string_view{};
}

template <class Enum, std::size_t count>
std::optional<Enum> value_of(const std::array<std::string_view, count>& names,
                             std::string_view name) {
    const auto* at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? std::nullopt : std::optional(static_cast<Enum>(at - names.begin()));
}

} // namespace

std::string_view message_kind_name(MessageKind kind) noexcept {
    return name_of(kinds, kind);
}
std::optional<MessageKind> message_kind(std::string_view name) noexcept {
    return value_of<MessageKind>(kinds, name);
}
std::string_view message_state_name(MessageState state) noexcept {
    return name_of(states, state);
}
std::optional<MessageState> message_state(std::string_view name) noexcept {
    return value_of<MessageState>(states, name);
}

} // namespace habeas
