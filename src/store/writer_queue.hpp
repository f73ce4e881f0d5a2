// A fair queue in front of BEGIN IMMEDIATE. SQLite's own busy wait starves writers: measured, one
// of four got one turn in 22,000.
#pragma once

#include "base/files.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace habeas::store {

/// Locks of the open file description (fcntl OFD) on "<store>.lock": byte 0 is the turn, byte 1 is
/// held shared by all who wait. Whoever comes while somebody waits, waits too, so that the one who
/// just had the turn cannot take it again at once. The kernel drops the locks of a process that
/// dies.
class WriterQueue {
  public:
    explicit WriterQueue(const std::string& path);
    /// False if the turn did not come in time.
    bool acquire(std::chrono::milliseconds timeout);
    void release() noexcept;

  private:
    bool lock(int byte, short type) noexcept;
    [[nodiscard]] bool somebody_waits() noexcept;

    base::File file_;
    std::uint32_t jitter_;
};

} // namespace habeas::store
