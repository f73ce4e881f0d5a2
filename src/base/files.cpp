#include "base/files.hpp"

#include "habeas/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace habeas::base {
namespace {

std::string system_message(int number) {
    return std::generic_category().message(number);
}

[[noreturn]] void fail(int number, bool writing, std::string_view what, const std::string& path) {
    Errc code = Errc::io;
    std::string remedy;
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        code = Errc::not_found;
        remedy = "; check the path and that its folder exists";
        break;
    case EEXIST:
        code = Errc::exists;
        remedy = "; choose another path or remove it";
        break;
    case EACCES:
    case EPERM:
    case EROFS:
        code = writing ? Errc::read_only : Errc::io;
        remedy = "; check owner and mode of the file and its folder";
        break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        code = Errc::full;
        remedy = "; make room and try again";
        break;
    case ENOMEM:
        code = Errc::out_of_memory;
        break;
    case EISDIR:
    case ENXIO:
        code = Errc::invalid;
        remedy = "; give the path of a regular file";
        break;
    default:
        break;
    }
    throw Error(code, std::string(what) + " " + path + ": " + system_message(number) + remedy,
                path);
}

[[noreturn]] void fail_symlink(std::string_view what, const std::string& path) {
    throw Error(Errc::invalid,
                std::string(what) + " " + path +
                    ": is a symbolic link, which is not followed; give the path it points to",
                path);
}

void require_regular(const struct stat& status, std::string_view what, const std::string& path) {
    if (!S_ISREG(status.st_mode)) {
        throw Error(Errc::invalid,
                    std::string(what) + " " + path +
                        ": is a directory, device or pipe; give the path of a regular file",
                    path);
    }
}

bool is_symlink(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

void check_path(const std::string& path, std::string_view what) {
    if (path.empty() || path.find('\0') != std::string::npos) {
        throw Error(Errc::invalid, std::string(what) + ": the path is empty or contains NUL", path);
    }
}

int open_retrying(const std::string& path, int flags) {
    int fd = -1;
    do {
        // O_NONBLOCK: the open of a FIFO must not wait for its other end; files ignore it.
        fd = ::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/// Creates the file; the mode is 0600 whatever the umask. -1 with errno.
int create(const std::string& path) {
    int fd = open_retrying(path, O_RDWR | O_CREAT | O_EXCL);
    if (fd >= 0 && ::fchmod(fd, 0600) != 0) {
        int number = errno;
        ::close(fd);
        errno = number;
        return -1;
    }
    return fd;
}

/// Two calls, not O_CREAT alone, to know whether the file is ours to set the mode of. The loop ends
/// a race with somebody who creates and removes the file.
int create_or_open(const std::string& path) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        int fd = open_retrying(path, O_RDWR);
        if (fd >= 0 || errno != ENOENT) {
            return fd;
        }
        fd = create(path);
        if (fd >= 0 || errno != EEXIST || is_symlink(path)) {
            return fd;
        }
    }
    return -1;
}

/// The path behind a descriptor, for messages.
std::string place_of(const File& file) {
    std::string link = "/proc/self/fd/" + std::to_string(file.fd());
    std::array<char, 4096> target{};
    ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
    return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : link;
}

[[noreturn]] void fail_at(int number, bool writing, std::string_view what, const File& file) {
    fail(number, writing, what, place_of(file));
}

} // namespace

File& File::operator=(File&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = other.release();
    }
    return *this;
}

File::~File() {
    close();
}

int File::release() noexcept {
    int fd = fd_;
    fd_ = -1;
    return fd;
}

void File::close() noexcept {
    if (fd_ >= 0) {
        ::close(release()); // on Linux the descriptor is gone even after EINTR
    }
}

File open_file(const std::string& path, OpenMode mode, std::string_view what) {
    check_path(path, what);
    int fd = -1;
    switch (mode) {
    case OpenMode::read:
        fd = open_retrying(path, O_RDONLY);
        break;
    case OpenMode::read_write:
        fd = open_retrying(path, O_RDWR);
        break;
    case OpenMode::create_new:
        fd = create(path);
        break;
    case OpenMode::create_or_open:
        fd = create_or_open(path);
        break;
    }
    if (fd < 0) {
        int number = errno;
        if ((number == ELOOP || number == EEXIST) && is_symlink(path)) {
            fail_symlink(what, path);
        }
        fail(number, mode != OpenMode::read, what, path);
    }
    File file(fd);
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
        fail(errno, false, what, path);
    }
    require_regular(status, what, path);
    return file;
}

std::string read_all(const File& file) {
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) {
        fail_at(errno, false, "read", file);
    }
    // One byte more than the size, so that a file which does not grow needs one read and the end.
    std::string out(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1, '\0');
    std::size_t used = 0;
    for (;;) {
        ssize_t count =
            ::pread(file.fd(), out.data() + used, out.size() - used, static_cast<off_t>(used));
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            fail_at(errno, false, "read", file);
        }
        if (count == 0) {
            out.resize(used);
            return out;
        }
        used += static_cast<std::size_t>(count);
        if (used == out.size()) {
            out.resize(out.size() * 2);
        }
    }
}

void write_all(const File& file, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t count = ::write(file.fd(), bytes.data(), bytes.size());
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            fail_at(errno, true, "write", file);
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void sync_file(const File& file) {
    while (::fdatasync(file.fd()) != 0) {
        if (errno != EINTR) {
            fail_at(errno, true, "sync", file);
        }
    }
}

std::string folder_of(const std::string& path) {
    auto slash = path.find_last_of('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string absolute_path(const std::string& path) {
    std::error_code failed;
    const auto full = std::filesystem::absolute(path, failed);
    return failed ? path : full.lexically_normal().string();
}

void sync_directory_of(const std::string& path) {
    std::string folder = folder_of(path);
    File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open()) {
        fail(errno, false, "folder", folder);
    }
    while (::fsync(directory.fd()) != 0) {
        if (errno == EINVAL) {
            return; // this file system cannot sync a folder; nothing better is to be had
        }
        if (errno != EINTR) {
            fail(errno, true, "sync of folder", folder);
        }
    }
}

void refuse_symlink(const std::string& path, std::string_view what) {
    check_path(path, what);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return;
        }
        fail(errno, false, what, path);
    }
    if (S_ISLNK(status.st_mode)) {
        fail_symlink(what, path);
    }
}

std::optional<std::uint64_t> file_size(const std::string& path, std::string_view what) {
    refuse_symlink(path, what);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        fail(errno, false, what, path);
    }
    require_regular(status, what, path);
    return static_cast<std::uint64_t>(status.st_size);
}

namespace {

/// The file "<path>.new", ours alone: locked, so that two writers take turns and what a crash left
/// is used again instead of lying about with secrets in it.
File open_draft(const std::string& draft) {
    for (;;) {
        File file = open_file(draft, OpenMode::create_or_open, "file");
        while (::flock(file.fd(), LOCK_EX) != 0) {
            if (errno != EINTR) {
                fail(errno, true, "lock of file", draft);
            }
        }
        struct stat held {};
        struct stat named {};
        if (::fstat(file.fd(), &held) != 0) {
            fail(errno, true, "file", draft);
        }
        if (::lstat(draft.c_str(), &named) != 0 || named.st_ino != held.st_ino ||
            named.st_dev != held.st_dev) {
            continue; // the writer before us has renamed it into place
        }
        if (held.st_nlink != 1) {
            throw Error(Errc::invalid, "file " + draft + ": has other names; remove it", draft);
        }
        if (::fchmod(file.fd(), 0600) != 0 || ::ftruncate(file.fd(), 0) != 0) {
            fail(errno, true, "file", draft);
        }
        return file;
    }
}

} // namespace

void replace_file(const std::string& path, std::string_view bytes) {
    refuse_symlink(path, "file");
    std::string draft = path + ".new";
    File file = open_draft(draft);
    try {
        write_all(file, bytes);
        sync_file(file);
        if (::rename(draft.c_str(), path.c_str()) != 0) {
            fail(errno, true, "file", path);
        }
    } catch (...) {
        ::unlink(draft.c_str()); // still locked, hence still ours
        throw;
    }
    sync_directory_of(path);
}

} // namespace habeas::base
