// Files that hold personal data or secrets: mode 0600, no symbolic links followed, durable writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::base {

/// Owns a file descriptor.
class File {
  public:
    File() = default;
    explicit File(int fd) : fd_(fd) {}
    File(File&& other) noexcept : fd_(other.release()) {}
    File& operator=(File&& other) noexcept;
    ~File();
    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    int release() noexcept;
    void close() noexcept;

  private:
    int fd_ = -1;
};

enum class OpenMode { read, read_write, create_new, create_or_open };

/// Opens with O_NOFOLLOW|O_CLOEXEC, creates with 0600. `what` names the file in errors ("key
/// file"). A symbolic link, a directory or a device gives Errc::invalid with the remedy; a missing
/// file Errc::not_found; create_new over a file Errc::exists; else Errc::io / read_only / full.
File open_file(const std::string& path, OpenMode mode, std::string_view what);

std::string read_all(const File& file); ///< from the first byte, wherever the descriptor stands
/// Where the descriptor stands. Errc::full or Errc::io; a part may be written then.
void write_all(const File& file, std::string_view bytes);
void sync_file(const File& file);               ///< fdatasync
std::string folder_of(const std::string& path); ///< "." for a bare name
/// For a name that outlives the present working directory; as given where that cannot be told.
std::string absolute_path(const std::string& path);
void sync_directory_of(const std::string& path);
/// Writes "<path>.new", syncs, renames it over `path`, syncs the directory. Mode 0600. Two writers
/// take turns; a draft that a crash left is used again. Refuses a symbolic link.
void replace_file(const std::string& path, std::string_view bytes);
/// Throws Errc::invalid if `path` is a symbolic link (missing is fine).
void refuse_symlink(const std::string& path, std::string_view what);
/// Bytes in a regular file, without opening it (closing a handle would drop this process's POSIX
/// locks on it); nothing if it is missing. Refuses what open_file refuses.
std::optional<std::uint64_t> file_size(const std::string& path, std::string_view what);
/// True on NFS, SMB/CIFS, AFS, Ceph, FUSE network mounts, 9p (statfs magic numbers).
bool on_network_filesystem(const std::string& path);

} // namespace habeas::base
