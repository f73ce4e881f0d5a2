// Names of what holder.hpp enumerates.
#include "habeas/holder.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 6> operations{"export",   "erase", "rectify",
                                                     "restrict", "lift",  "tell"};
constexpr std::array<std::string_view, 6> states{"waiting", "calling",  "failed",
                                                 "done",    "retained", "cancelled"};

template <class Enum, class Table>
std::optional<Enum> find(const Table& table, std::string_view name) {
    const auto at = std::find(table.begin(), table.end(), name);
    return at == table.end() ? std::nullopt : std::optional(static_cast<Enum>(at - table.begin()));
}

} // namespace

std::string_view holder_operation_name(HolderOperation operation) noexcept {
    const auto at = static_cast<std::size_t>(operation);
    return at < operations.size() ? operations[at] : std::string_view{};
}
std::optional<HolderOperation> holder_operation(std::string_view name) noexcept {
    return find<HolderOperation>(operations, name);
}
std::string_view holder_task_state_name(HolderTaskState state) noexcept {
    const auto at = static_cast<std::size_t>(state);
    return at < states.size() ? states[at] : std::string_view{};
}
std::optional<HolderTaskState> holder_task_state(std::string_view name) noexcept {
    return find<HolderTaskState>(states, name);
}

} // namespace habeas
