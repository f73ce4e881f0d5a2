// Memory that runs out when a test says so.
#pragma once

#include <cstdint>

namespace habeas::faults {

/// SQLite's own allocations, of all threads.
class FailingAllocator {
  public:
    /// Puts itself between SQLite and its allocator, once in a process. SQLite must be shut down
    /// for it, so no connection may be open.
    static void install();
    /// The n-th allocation from now (and all after it) gives null; 0 takes it back.
    static void fail_at(std::uint64_t allocation, bool from_then_on = false) noexcept;
    [[nodiscard]] static std::uint64_t allocations() noexcept;
    /// Whether an allocation failed since `fail_at`.
    [[nodiscard]] static bool struck() noexcept;
};

/// `operator new` of the calling thread; a program that links failing_memory.cpp has it.
class FailingNew {
  public:
    /// The n-th allocation from now (and all after it) throws std::bad_alloc; 0 takes it back.
    static void fail_at(std::uint64_t allocation, bool from_then_on = false) noexcept;
    [[nodiscard]] static std::uint64_t allocations() noexcept;
    [[nodiscard]] static bool struck() noexcept;

    /// While one lives, this thread's allocations neither count nor fail: for what is not part of
    /// the program under test, such as the disk, whose callbacks must not throw.
    class Pause {
      public:
        Pause() noexcept;
        ~Pause();
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;
    };
};

} // namespace habeas::faults
