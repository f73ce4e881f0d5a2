// Stands in front of the system's <nlohmann/json.hpp>. A JSON value takes memory in its destructor
// (a list of what it still has to destroy), so a process that ran out of memory would end there.
// Here that memory comes out of a reserve. The inline namespace keeps these types apart from those
// of a host.
#ifndef HABEAS_NLOHMANN_JSON
#define HABEAS_NLOHMANN_JSON

#include "base/spare_memory.hpp"

#include <memory>
#include <nlohmann/json_fwd.hpp>

template <>
class std::allocator<nlohmann::json> : public habeas::base::SpareAllocator<nlohmann::json> {
  public:
    constexpr allocator() noexcept = default;
    template <class Other>
    constexpr allocator(const allocator<Other>&) noexcept {}
};
template <>
class std::allocator<nlohmann::ordered_json>
    : public habeas::base::SpareAllocator<nlohmann::ordered_json> {
  public:
    constexpr allocator() noexcept = default;
    template <class Other>
    constexpr allocator(const allocator<Other>&) noexcept {}
};

#define JSON_ASSERT(condition) static_cast<void>(0)
#include_next <nlohmann/json.hpp>

#endif
