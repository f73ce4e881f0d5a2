// Is a path on a file system whose locks and shared memory other machines do not see?
#include "base/files.hpp"

#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <system_error>

namespace habeas::base {
namespace {

constexpr std::uint32_t fuse_magic = 0x65735546;

// statfs(2) and linux/magic.h; written out, as not every kernel header has all of them.
constexpr std::array<std::uint32_t, 13> network_magic = {
    0x6969,     // NFS
    0x517B,     // SMB
    0xFE534D42, // SMB2
    0xFF534D42, // CIFS
    0x5346414F, // OpenAFS
    0x6B414653, // kAFS
    0x73757245, // Coda
    0x00C36400, // Ceph
    0x01021997, // 9p (also WSL and virtual machines)
    0x0BD00BD0, // Lustre
    0x47504653, // GPFS
    0x564C,     // NCP
    0x786F4256, // VirtualBox shared folders
};

// FUSE has one magic number for all; these are known to stay on this machine.
constexpr std::array<std::string_view, 10> local_fuse = {
    "fuseblk",    "fuse.ntfs-3g", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs",
    "fuse.cryfs", "fuse.bindfs",  "fuse.mergerfs",       "fuse.fuse2fs",   "fuse.exfat"};

/// Type of the mount ("fuse.sshfs") of a device, from /proc/self/mountinfo (proc(5)); "" if
/// unknown.
std::string mount_type(dev_t device) {
    std::string wanted = std::to_string(major(device)) + ":" + std::to_string(minor(device));
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string mount_id;
        std::string parent_id;
        std::string numbers;
        words >> mount_id >> parent_id >> numbers;
        auto separator = line.find(" - ");
        if (numbers == wanted && separator != std::string::npos) {
            auto start = separator + 3;
            return line.substr(start, line.find(' ', start) - start);
        }
    }
    return {};
}

} // namespace

bool on_network_filesystem(const std::string& path) {
    std::string place = path;
    struct statfs system {};
    int result = ::statfs(place.c_str(), &system);
    if (result != 0 && errno == ENOENT) { // a file that is yet to be made
        place = folder_of(path);
        result = ::statfs(place.c_str(), &system);
    }
    if (result != 0) {
        int number = errno;
        throw Error(number == ENOENT || number == ENOTDIR ? Errc::not_found : Errc::io,
                    "file system of " + path + ": " + std::generic_category().message(number) +
                        "; check the path and that its folder exists",
                    path);
    }
    auto magic = static_cast<std::uint32_t>(system.f_type);
    if (magic == fuse_magic) {
        struct stat status {};
        if (::stat(place.c_str(), &status) != 0) {
            return true;
        }
        // An unknown kind counts as network: a damaged store is worse than a refused one.
        return std::ranges::find(local_fuse, mount_type(status.st_dev)) == local_fuse.end();
    }
    return std::ranges::find(network_magic, magic) != network_magic.end();
}

} // namespace habeas::base
