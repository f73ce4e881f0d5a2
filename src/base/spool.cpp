#include "base/spool.hpp"

#include "habeas/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace habeas::base {
namespace {

constexpr std::size_t piece = 1 << 16;

[[noreturn]] void fail(int code, const char* what) {
    throw Error(code == ENOSPC || code == EDQUOT ? Errc::full : Errc::io,
                std::string(what) + ": " + std::strerror(code));
}

File open_nameless(const std::string& folder) {
#ifdef O_TMPFILE
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
        return File(fd);
    }
#endif
    // A file system that cannot: a name for a moment.
    static std::atomic<unsigned> number{0};
    const std::string path = folder + "/.habeas-" + std::to_string(::getpid()) + "-" +
                             std::to_string(number.fetch_add(1)) + ".tmp";
    File file = open_file(path, OpenMode::create_new, "temporary file");
    if (::unlink(path.c_str()) != 0) {
        fail(errno, "temporary file");
    }
    return file;
}

} // namespace

void write_at(const File& file, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count =
            ::pwrite(file.fd(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            fail(errno, "write");
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void Spool::write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() > (file_.is_open() ? piece : memory_)) {
        flush();
    }
}

void Spool::flush() {
    if (!file_.is_open()) {
        file_ = open_nameless(folder_);
    }
    write_at(file_, in_file_, buffer_);
    in_file_ += buffer_.size();
    buffer_ = std::string(); // gives the memory back
}

void Spool::finish() {
    if (file_.is_open()) {
        flush();
    }
}

std::size_t Spool::read(std::uint64_t offset, char* into, std::size_t size) const {
    if (!file_.is_open()) {
        const std::size_t from = std::min<std::uint64_t>(offset, buffer_.size());
        return buffer_.copy(into, size, from);
    }
    for (;;) {
        const ssize_t count = ::pread(file_.fd(), into, size, static_cast<off_t>(offset));
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            fail(errno, "read");
        }
    }
}

} // namespace habeas::base
