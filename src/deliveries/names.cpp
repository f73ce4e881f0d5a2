#include "habeas/delivery.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 11> kinds{
    "delivered", "opened",     "clicked",      "soft_bounced", "hard_bounced", "blocked",
    "not_sent",  "complained", "unsubscribed", "unknown",      "delayed"};

} // namespace

std::string_view delivery_kind_name(DeliveryKind kind) noexcept {
    const auto at = static_cast<std::size_t>(kind);
    return at < kinds.size() ? kinds[at] : std::string_view{};
}

std::optional<DeliveryKind> delivery_kind(std::string_view name) noexcept {
    const auto* at = std::find(kinds.begin(), kinds.end(), name);
    return at == kinds.end() ? std::nullopt
                             : std::optional(static_cast<DeliveryKind>(at - kinds.begin()));
}

} // namespace habeas
