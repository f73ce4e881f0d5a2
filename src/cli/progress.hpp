// Progress of long work on a terminal, and Ctrl-C that ends it cleanly.
#pragma once

#include "habeas/store.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace habeas::cli {

/// Was Ctrl-C pressed while a ProgressBar was there?
bool interrupted() noexcept;

/// While it lives, Ctrl-C (and SIGTERM) ask the work to stop at its next batch; a second one ends
/// the program at once, which harms no store. The bar is drawn on a terminal only.
class ProgressBar {
  public:
    enum class Unit : std::uint8_t { bytes, rows };
    ProgressBar(std::string what, Unit unit, bool shown);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// Lives no longer than the bar.
    habeas::Progress callback();

  private:
    using Clock = std::chrono::steady_clock;
    void draw(std::uint64_t done, std::uint64_t total);

    std::string what_;
    Unit unit_;
    bool shown_;
    bool drawn_ = false;
    Clock::time_point begin_ = Clock::now();
    Clock::time_point last_;
};

} // namespace habeas::cli
