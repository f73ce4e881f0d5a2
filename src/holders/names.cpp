// Names of what holder.hpp enumerates.
#include "habeas/holder.hpp"

#include "base/names.hpp"

namespace habeas {
namespace {

constexpr std::array<std::string_view, 6> operations{"export",   "erase", "rectify",
                                                     "restrict", "lift",  "tell"};
constexpr std::array<std::string_view, 6> states{"waiting", "calling",  "failed",
                                                 "done",    "retained", "cancelled"};

} // namespace

std::string_view holder_operation_name(HolderOperation operation) noexcept {
    return base::name_of(operations, operation);
}
std::optional<HolderOperation> holder_operation(std::string_view name) noexcept {
    return base::value_of<HolderOperation>(operations, name);
}
std::string_view holder_task_state_name(HolderTaskState state) noexcept {
    return base::name_of(states, state);
}
std::optional<HolderTaskState> holder_task_state(std::string_view name) noexcept {
    return base::value_of<HolderTaskState>(states, name);
}

} // namespace habeas
