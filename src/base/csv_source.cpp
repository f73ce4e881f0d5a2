// Where a CSV reader gets its bytes from.
#include "base/csv.hpp"
#include "base/files.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace habeas::base {

ReadBytes read_file(const std::string& path) {
    auto file = std::make_shared<File>(open_file(path, OpenMode::read, "CSV file"));
    ::posix_fadvise(file->fd(), 0, 0, POSIX_FADV_SEQUENTIAL); // a hint; failing costs nothing
    return [file, path](char* buffer, std::size_t size) {
        for (;;) {
            ssize_t count = ::read(file->fd(), buffer, size);
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                throw Error(Errc::io,
                            "CSV file " + path + ": " + std::generic_category().message(errno),
                            path);
            }
        }
    };
}

ReadBytes read_memory(std::string_view text) {
    return [text](char* buffer, std::size_t size) mutable {
        std::size_t count = std::min(size, text.size());
        std::memcpy(buffer, text.data(), count);
        text.remove_prefix(count);
        return count;
    };
}

} // namespace habeas::base
