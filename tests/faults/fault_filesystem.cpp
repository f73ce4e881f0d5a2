// The FileSystem of a FaultDisk: does what the real one does, step by step.
#include "faults/fault_disk.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <set>

namespace habeas::faults {
namespace {

class DiskFileSystem final : public store::FileSystem {
  public:
    explicit DiskFileSystem(FaultDisk& disk) : disk_(disk) {}

    bool exists(const std::string& path) override {
        const FaultDisk::Turn turn(disk_);
        return readable(path) != nullptr;
    }

    std::optional<std::uint64_t> size(const std::string& path) override {
        const FaultDisk::Turn turn(disk_);
        const NodePtr node = readable(path);
        return node != nullptr ? std::optional<std::uint64_t>(node->now.size()) : std::nullopt;
    }

    std::optional<std::string> read(const std::string& path) override {
        const FaultDisk::Turn turn(disk_);
        const NodePtr node = readable(path);
        return node != nullptr ? std::optional<std::string>(node->now) : std::nullopt;
    }

    std::string read_range(const std::string& path, std::uint64_t offset,
                           std::size_t max_bytes) override {
        const FaultDisk::Turn turn(disk_);
        const NodePtr node = readable(path);
        return node != nullptr && offset < node->now.size() ? node->now.substr(offset, max_bytes)
                                                            : std::string();
    }

    std::optional<store::FileTail> read_tail(const std::string& path,
                                             std::size_t max_bytes) override {
        const FaultDisk::Turn turn(disk_);
        const NodePtr node = readable(path);
        if (node == nullptr) {
            return std::nullopt;
        }
        const std::string& now = node->now;
        return store::FileTail{now.substr(now.size() - std::min(now.size(), max_bytes)),
                               now.size()};
    }

    void append(const std::string& path, std::string_view bytes) override {
        const FaultDisk::Turn turn(disk_);
        NodePtr node = disk_.find(path);
        if (node == nullptr) {
            durable_names_.erase(path);
            check(disk_.create(path, node), path, "create");
        }
        check(disk_.write(*node, node->now.size(), bytes), path, "append to");
    }

    void sync(const std::string& path) override {
        const FaultDisk::Turn turn(disk_);
        check(disk_.sync(*present(path)), path, "sync");
        if (durable_names_.count(path) == 0) {
            check(disk_.sync_directory(), path, "sync");
            durable_names_.insert(path);
        }
    }

    void truncate(const std::string& path, std::uint64_t size) override {
        const FaultDisk::Turn turn(disk_);
        const NodePtr node = present(path);
        if (size < node->now.size()) {
            check(disk_.truncate(*node, size), path, "cut");
        }
    }

    void replace(const std::string& path, std::string_view bytes) override {
        const FaultDisk::Turn turn(disk_);
        const std::string beside = path + ".new";
        NodePtr node;
        check(disk_.create(beside, node), path, "create");
        check(disk_.write(*node, 0, bytes), path, "write");
        check(disk_.sync(*node), path, "sync");
        check(disk_.rename(beside, path), path, "rename");
        check(disk_.sync_directory(), path, "sync");
    }

    void rename(const std::string& from, const std::string& to) override {
        const FaultDisk::Turn turn(disk_);
        durable_names_.erase(from);
        durable_names_.erase(to);
        (void)present(from);
        check(disk_.rename(from, to), from, "rename");
        check(disk_.sync_directory(), to, "sync");
    }

    void remove(const std::string& path) override {
        const FaultDisk::Turn turn(disk_);
        durable_names_.erase(path);
        if (disk_.find(path) == nullptr) {
            return;
        }
        check(disk_.unlink(path), path, "delete");
        check(disk_.sync_directory(), path, "delete");
    }

  private:
    static void check(Outcome outcome, const std::string& path, const char* doing) {
        if (outcome == Outcome::full) {
            throw Error(Errc::full, std::string("cannot ") + doing + " the file: disk full", path);
        }
        if (outcome != Outcome::ok) {
            throw Error(Errc::io, std::string("cannot ") + doing + " the file", path);
        }
    }

    NodePtr readable(const std::string& path) {
        check(disk_.call(), path, "read");
        return disk_.find(path);
    }

    NodePtr present(const std::string& path) {
        NodePtr node = disk_.find(path);
        if (node == nullptr) {
            throw Error(Errc::not_found, "the file does not exist", path);
        }
        return node;
    }

    FaultDisk& disk_;
    std::set<std::string> durable_names_; ///< the real one syncs the directory once for each path
};

} // namespace

std::unique_ptr<store::FileSystem> FaultDisk::filesystem() {
    return std::make_unique<DiskFileSystem>(*this);
}

} // namespace habeas::faults
