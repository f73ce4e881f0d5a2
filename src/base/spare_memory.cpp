#include "base/spare_memory.hpp"

#include <algorithm>
#include <functional>
#include <mutex>

namespace habeas::base {
namespace {

/// Handed out from the front; all of it is free again once the last piece came back.
struct Reserve {
    alignas(std::max_align_t) std::byte bytes[spare_memory_size];
    std::size_t used = 0;
    std::size_t pieces = 0;
    std::mutex lock;
};
constinit Reserve reserve{};

bool in_reserve(const void* memory) noexcept {
    const auto* byte = static_cast<const std::byte*>(memory);
    return std::less_equal<>()(reserve.bytes, byte) &&
           std::less<>()(byte, reserve.bytes + sizeof reserve.bytes);
}

} // namespace

void* take_memory(std::size_t bytes) {
    bytes = std::max<std::size_t>(bytes, 1); // each piece has an address of its own
    if (void* memory = ::operator new(bytes, std::nothrow)) {
        return memory;
    }
    constexpr std::size_t unit = alignof(std::max_align_t);
    const std::lock_guard hold(reserve.lock);
    if (bytes > sizeof reserve.bytes - reserve.used) {
        throw std::bad_alloc();
    }
    void* memory = reserve.bytes + reserve.used;
    // The reserve's size is a multiple of the unit, so rounding up stays inside.
    reserve.used += (bytes + unit - 1) / unit * unit;
    ++reserve.pieces;
    return memory;
}

void give_memory(void* memory) noexcept {
    if (!in_reserve(memory)) {
        ::operator delete(memory);
        return;
    }
    const std::lock_guard hold(reserve.lock);
    if (--reserve.pieces == 0) {
        reserve.used = 0;
    }
}

} // namespace habeas::base
