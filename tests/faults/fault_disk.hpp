// A disk in memory whose power can fail: it knows of every file what is durable and what is not.
#pragma once

#include "faults/failing_memory.hpp"
#include "store/filesystem.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::faults {

/// How a call on the disk ended.
enum class Outcome : std::uint8_t { ok, io_error, full };

struct VfsSlot;

/// What one open database file holds of the locks of SQLite.
struct Holder {
    int level = 0; ///< SQLITE_LOCK_...
    bool maps_shm = false;
    unsigned shm_shared = 0; ///< bits of the slots
    unsigned shm_exclusive = 0;
};

/// A file, whether or not it has a name.
struct Node {
    struct Change {
        std::uint64_t offset = 0; ///< for a truncation the new size
        std::string bytes;
        bool truncation = false;
    };
    std::string now;             ///< what a program reads
    std::string durable;         ///< what was synced
    std::vector<Change> changes; ///< leads from `durable` to `now`
    std::vector<Holder*> holders;
    std::vector<std::unique_ptr<char[]>> shm; ///< the WAL index: memory, gone with the power
};

using NodePtr = std::shared_ptr<Node>;

class FaultDisk {
  public:
    FaultDisk();
    ~FaultDisk();
    FaultDisk(const FaultDisk&) = delete;
    FaultDisk& operator=(const FaultDisk&) = delete;

    // --- for tests. Paths are any text; there are no folders.
    [[nodiscard]] const char* vfs() const noexcept;           ///< SQLite straight on this disk
    [[nodiscard]] const char* scrubbing_vfs() const noexcept; ///< the VFS habeas on this disk
    /// Files of this disk for what SQLite does not write. Must not outlive the disk.
    [[nodiscard]] std::unique_ptr<store::FileSystem> filesystem();

    /// Numbers count from 1 at the time of the call; 0 takes the plan back.
    void cut_power_at(std::uint64_t change);
    void fail_call(std::uint64_t call, bool from_then_on = false);
    void fill_up_at(std::uint64_t write);
    /// Takes all plans back (not a power cut that has come).
    void heal();
    [[nodiscard]] bool dead() const;
    /// Whether any planned fault has come since it was planned.
    [[nodiscard]] bool struck() const;
    [[nodiscard]] std::uint64_t changes() const;
    [[nodiscard]] std::uint64_t calls() const;
    [[nodiscard]] std::uint64_t writes() const;

    /// Cuts the power now unless it is off, decides what survived, and turns it on again. Throws
    /// std::logic_error while database files are open.
    void crash(std::uint64_t seed);

    /// All files as they are now, to begin many runs with the same store.
    using Image = std::map<std::string, std::string>;
    [[nodiscard]] Image image() const;
    void load(const Image& image); ///< as durable; as `crash`, not while files are open

    // --- for the VFS and the file system. Any thread; each call counts and may fail.
    /// Held by whoever looks at nodes or takes several steps that belong together.
    class Turn {
      public:
        explicit Turn(const FaultDisk& disk) : lock_(disk.mutex_) {}

      private:
        FailingNew::Pause pause_; ///< the disk has memory of its own
        std::lock_guard<std::recursive_mutex> lock_;
    };
    /// A call that changes nothing (read, size, lock, ...): counted, fails if so planned.
    Outcome call();
    /// Null if there is no such name.
    [[nodiscard]] NodePtr find(const std::string& name);
    Outcome create(const std::string& name, NodePtr& out);
    Outcome write(Node& node, std::uint64_t offset, std::string_view bytes);
    Outcome truncate(Node& node, std::uint64_t size);
    Outcome sync(Node& node);
    Outcome sync_directory();
    Outcome unlink(const std::string& name);
    Outcome rename(const std::string& from, const std::string& to);
    void opened(); ///< a database file; `crash` is refused until it is closed
    void closed();

  private:
    struct NameChange {
        enum class Kind : std::uint8_t { link, unlink, rename } kind;
        std::string name;
        std::string to;
        NodePtr node;
    };
    using Names = std::map<std::string, NodePtr>;

    /// Counts a change; false if it must not be remembered at all. `outcome` is what to answer.
    bool begin_change(Outcome& outcome);
    void change_names(NameChange change);
    static void apply(Names& names, const NameChange& change);
    static void apply(std::string& content, const Node::Change& change);
    static void survive(Node& node, std::mt19937_64& random);
    void refuse_if_open() const;

    mutable std::recursive_mutex mutex_;
    Names names_;
    Names durable_names_;
    std::vector<NameChange> name_changes_; ///< leads from `durable_names_` to `names_`
    VfsSlot* slot_;
    std::uint64_t changes_ = 0;
    std::uint64_t calls_ = 0;
    std::uint64_t writes_ = 0;
    std::uint64_t power_cut_ = 0; ///< number of the change; 0 never
    std::uint64_t failing_call_ = 0;
    bool fails_from_then_on_ = false;
    std::uint64_t full_from_write_ = 0;
    bool dead_ = false;
    bool struck_ = false;
    int open_files_ = 0;
};

} // namespace habeas::faults
