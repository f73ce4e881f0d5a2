#include "faults/failing_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>
#include <sqlite3.h>
#include <stdexcept>

namespace habeas::faults {
namespace {

/// Counts, and says when to fail. Number is std::uint64_t or an atomic of it.
template <class Number, class Flag>
struct Plan {
    Number count{0};
    Number failing{0};
    Flag from_then_on{false};
    Flag struck{false};

    void fail_at(std::uint64_t allocation, bool all) noexcept {
        failing = allocation == 0 ? 0 : count + allocation;
        from_then_on = all;
        struck = false;
    }
    bool fails_now() noexcept {
        const std::uint64_t number = ++count;
        const std::uint64_t planned = failing;
        if (planned == 0 || number < planned || (number > planned && !from_then_on)) {
            return false;
        }
        struck = true;
        return true;
    }
};

Plan<std::atomic<std::uint64_t>, std::atomic<bool>> sqlite_plan;
thread_local Plan<std::uint64_t, bool> new_plan;
thread_local int pauses = 0;
sqlite3_mem_methods original;

void* failing_malloc(int size) noexcept {
    return sqlite_plan.fails_now() ? nullptr : original.xMalloc(size);
}

void* failing_realloc(void* memory, int size) noexcept {
    return sqlite_plan.fails_now() ? nullptr : original.xRealloc(memory, size);
}

} // namespace

void FailingAllocator::install() {
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_shutdown();
        if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &original) != SQLITE_OK) {
            throw std::logic_error("SQLite does not give its allocator away");
        }
        sqlite3_mem_methods failing = original;
        failing.xMalloc = failing_malloc;
        failing.xRealloc = failing_realloc;
        if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK ||
            sqlite3_initialize() != SQLITE_OK) {
            throw std::logic_error("SQLite does not take another allocator");
        }
    });
}

void FailingAllocator::fail_at(std::uint64_t allocation, bool from_then_on) noexcept {
    sqlite_plan.fail_at(allocation, from_then_on);
}
std::uint64_t FailingAllocator::allocations() noexcept {
    return sqlite_plan.count;
}
bool FailingAllocator::struck() noexcept {
    return sqlite_plan.struck;
}

void FailingNew::fail_at(std::uint64_t allocation, bool from_then_on) noexcept {
    new_plan.fail_at(allocation, from_then_on);
}
std::uint64_t FailingNew::allocations() noexcept {
    return new_plan.count;
}
bool FailingNew::struck() noexcept {
    return new_plan.struck;
}

FailingNew::Pause::Pause() noexcept {
    ++pauses;
}
FailingNew::Pause::~Pause() {
    --pauses;
}

/// For operator new below: null where it must fail.
static void* counted_new(std::size_t size) noexcept {
    return pauses == 0 && new_plan.fails_now() ? nullptr : std::malloc(size != 0 ? size : 1);
}

static void* counted_new_or_throw(std::size_t size) {
    void* memory = counted_new(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

} // namespace habeas::faults

// All but the aligned forms, so that those of a sanitizer are not mixed with these.
using habeas::faults::counted_new;
using habeas::faults::counted_new_or_throw;
void* operator new(std::size_t size) {
    return counted_new_or_throw(size);
}
void* operator new[](std::size_t size) {
    return counted_new_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return counted_new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return counted_new(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t& /*tag*/) noexcept {
    std::free(memory);
}
