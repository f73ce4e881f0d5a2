// The files of a store that SQLite does not manage (restore journal, key file), behind one small
// interface: real files, memory for in-memory stores, and a fault model in the tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::store {

/// The end of a file and its whole size, read together.
struct FileTail {
    std::string bytes;
    std::uint64_t size = 0;
    bool operator==(const FileTail&) const = default;
};

/// Every call throws habeas::Error (full, io, read_only, invalid for a link or a directory) with
/// the path as `where`. An object belongs to one store handle and is used by one thread at a time;
/// other processes may use the same files. Whoever appends, truncates or replaces must hold the
/// store's writer lock: the calls do not lock.
class FileSystem {
  public:
    FileSystem() = default;
    FileSystem(const FileSystem&) = delete;
    FileSystem& operator=(const FileSystem&) = delete;
    virtual ~FileSystem() = default;

    /// True if anything has this name (also a link, which every other call refuses).
    virtual bool exists(const std::string& path) = 0;
    /// Bytes in the file; nullopt if it is missing.
    virtual std::optional<std::uint64_t> size(const std::string& path) = 0;
    /// The whole file; nullopt if it is missing.
    virtual std::optional<std::string> read(const std::string& path) = 0;
    /// Up to `max_bytes` from `offset`; fewer at the end of the file, none past it or if missing.
    virtual std::string read_range(const std::string& path, std::uint64_t offset,
                                   std::size_t max_bytes) = 0;
    /// The last `max_bytes` (or all, if the file is shorter); nullopt if it is missing.
    virtual std::optional<FileTail> read_tail(const std::string& path, std::size_t max_bytes) = 0;

    /// Adds to the end; creates the file (0600) if missing. Not durable before `sync`. When it
    /// throws, the file has its former length again unless the system refused even that, so a
    /// reader must still expect a torn end after a crash.
    virtual void append(const std::string& path, std::string_view bytes) = 0;
    /// Makes appends and truncations durable, and the file's name where this object created it.
    virtual void sync(const std::string& path) = 0;
    /// Cuts the file to `size`; Errc::not_found if missing. Not durable before `sync`.
    virtual void truncate(const std::string& path, std::uint64_t size) = 0;
    /// Whole new content, atomic and durable on return: after a crash old or new, never a mix.
    virtual void replace(const std::string& path, std::string_view bytes) = 0;
    /// Takes the place of what is called `to`, atomic and durable on return. Errc::not_found.
    virtual void rename(const std::string& from, const std::string& to) = 0;
    /// Durable on return. A missing file is fine.
    virtual void remove(const std::string& path) = 0;
    /// Do the file's permissions let anybody but its owner in?
    virtual bool open_to_others(const std::string& /*path*/) { return false; }
};

/// Files of the operating system: 0600, links refused. Keeps one append handle for each path, and
/// opens it anew when the name leads to another file (somebody replaced it).
std::unique_ptr<FileSystem> make_real_filesystem();

/// For in-memory stores: nothing reaches a disk.
class MemoryFileSystem final : public FileSystem {
  public:
    bool exists(const std::string& path) override;
    std::optional<std::uint64_t> size(const std::string& path) override;
    std::optional<std::string> read(const std::string& path) override;
    std::string read_range(const std::string& path, std::uint64_t offset,
                           std::size_t max_bytes) override;
    std::optional<FileTail> read_tail(const std::string& path, std::size_t max_bytes) override;
    void append(const std::string& path, std::string_view bytes) override;
    void sync(const std::string& path) override;
    void truncate(const std::string& path, std::uint64_t size) override;
    void replace(const std::string& path, std::string_view bytes) override;
    void rename(const std::string& from, const std::string& to) override;
    void remove(const std::string& path) override;

  private:
    std::map<std::string, std::string> files_;
};

} // namespace habeas::store
