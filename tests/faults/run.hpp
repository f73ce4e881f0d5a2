// One run of a workload: a store whose files are on a FaultDisk, and what is known of it.
#pragma once

#include "faults/fault_disk.hpp"
#include "faults/world.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace habeas::faults {

/// How the store of a run differs from the product. As it is here, it does not.
struct Variant {
    const char* synchronous = nullptr;
    bool journal_sync = true;
    /// Few pages in memory and an early checkpoint: more is written before a commit and beside it.
    bool crowded = false;
};

/// Two runs that do the same do it byte for byte: clock and random numbers are its own.
class Run {
  public:
    explicit Run(FaultDisk& disk, Variant variant = {});
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    static constexpr const char* path = "a.db";
    static constexpr const char* backup = "a.backup";

    /// Closes what is open and begins with these files.
    void begin(const FaultDisk::Image& files, const Known& known);
    void create();
    /// The store; opened if it is closed.
    store::Engine& engine();
    /// A second handle on the same store.
    store::Engine& other();
    void close();
    [[nodiscard]] bool is_open() const { return engine_ != nullptr; }
    /// Opens, with nothing accepted. `at`: another file than the store's, with its key and journal.
    std::unique_ptr<store::Engine> open(store::FileSystem& files, const std::string& at = path);
    /// Copies the store to `backup` and brings it to the newer schema.
    void migrate();
    /// The other handle reads one state until it is let go.
    void hold_reader();
    void release_reader();

    FaultDisk& disk() { return disk_; }
    store::FileSystem& files() { return *files_[0]; }
    test::TestClock& clock() { return clock_; }

    Known known;
    /// Counts the states that calls have acknowledged. `on_reached` looks at each.
    void reached();
    std::size_t acknowledged = 0;
    std::function<void()> on_reached;

  private:
    [[nodiscard]] StoreOptions options(const std::string& at) const;
    [[nodiscard]] store::EngineOptions internal(store::FileSystem& files, bool newer) const;
    void crowd(store::Engine& engine) const;

    FaultDisk& disk_;
    Variant variant_;
    test::TestClock clock_;
    std::shared_ptr<std::mt19937_64> random_;
    std::unique_ptr<store::FileSystem> files_[2]; ///< one a handle
    std::unique_ptr<store::Engine> engine_, other_;
    std::optional<store::Engine::Read> reading_;
};

} // namespace habeas::faults
