// Memory for destructors that must not fail: ordinary memory, and when that ran out, a small
// reserve.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>

namespace habeas::base {

constexpr std::size_t spare_memory_size = 64 * 1024;

/// Aligned for every type without an alignment of its own. std::bad_alloc when the reserve is used
/// up as well.
void* take_memory(std::size_t bytes);
void give_memory(void* memory) noexcept;

template <class T>
class SpareAllocator {
  public:
    using value_type = T;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using is_always_equal = std::true_type;
    using propagate_on_container_move_assignment = std::true_type;

    T* allocate(std::size_t count) {
        if (count > std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T)) {
            throw std::bad_array_new_length();
        }
        return static_cast<T*>(take_memory(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) noexcept { give_memory(memory); }
    friend bool operator==(const SpareAllocator&, const SpareAllocator&) noexcept { return true; }
};

} // namespace habeas::base
