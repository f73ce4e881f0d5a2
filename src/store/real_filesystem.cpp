#include "store/filesystem.hpp"

#include "base/files.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace habeas::store {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view doing, int error) {
    Errc code = Errc::io;
    if (error == ENOSPC || error == EDQUOT) {
        code = Errc::full;
    } else if (error == EROFS || error == EACCES || error == EPERM) {
        code = Errc::read_only;
    } else if (error == ENOENT) {
        code = Errc::not_found;
    }
    throw Error(code, "cannot " + std::string(doing) + " the file: " + std::strerror(error), path);
}

struct stat status_of(const base::File& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) {
        fail(path, "examine", errno);
    }
    return status;
}

std::uint64_t size_of(const base::File& file, const std::string& path) {
    return static_cast<std::uint64_t>(status_of(file, path).st_size);
}

std::optional<base::File> open_existing(const std::string& path) {
    try {
        return base::open_file(path, base::OpenMode::read, "file");
    } catch (const Error& error) {
        if (error.code() == Errc::not_found) {
            return std::nullopt;
        }
        throw;
    }
}

std::string read_part(const base::File& file, const std::string& path, std::uint64_t offset,
                      std::size_t bytes) {
    std::string out(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
        const ssize_t got =
            ::pread(file.fd(), out.data() + done, bytes - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            fail(path, "read", errno);
        }
        if (got == 0) {
            break; // another process cut it meanwhile
        }
        done += static_cast<std::size_t>(got);
    }
    out.resize(done);
    return out;
}

class RealFileSystem final : public FileSystem {
  public:
    bool exists(const std::string& path) override {
        struct stat status {};
        if (::lstat(path.c_str(), &status) == 0) {
            return true;
        }
        if (errno == ENOENT || errno == ENOTDIR) {
            return false;
        }
        fail(path, "examine", errno);
    }

    bool open_to_others(const std::string& path) override {
        struct stat status {};
        return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    }

    std::optional<std::uint64_t> size(const std::string& path) override {
        return base::file_size(path, "file");
    }

    std::optional<std::string> read(const std::string& path) override {
        const auto file = open_existing(path);
        if (!file) {
            return std::nullopt;
        }
        return base::read_all(*file);
    }

    std::string read_range(const std::string& path, std::uint64_t offset,
                           std::size_t max_bytes) override {
        const auto file = open_existing(path);
        if (!file) {
            return {};
        }
        const std::uint64_t size = size_of(*file, path);
        if (offset >= size) {
            return {};
        }
        const auto bytes = std::min<std::uint64_t>(max_bytes, size - offset);
        return read_part(*file, path, offset, static_cast<std::size_t>(bytes));
    }

    std::optional<FileTail> read_tail(const std::string& path, std::size_t max_bytes) override {
        const auto file = open_existing(path);
        if (!file) {
            return std::nullopt;
        }
        FileTail tail;
        tail.size = size_of(*file, path);
        const auto bytes = std::min<std::uint64_t>(max_bytes, tail.size);
        tail.bytes = read_part(*file, path, tail.size - bytes, static_cast<std::size_t>(bytes));
        return tail;
    }

    void append(const std::string& path, std::string_view bytes) override {
        const base::File& file = writer(path, true).file;
        const std::uint64_t before = size_of(file, path);
        try {
            base::write_all(file, bytes);
        } catch (...) {
            // Half a record would be followed by the next one: take it back. Where even that
            // fails, the first error is still the one to report.
            (void)(::ftruncate(file.fd(), static_cast<off_t>(before)) == 0);
            throw;
        }
    }

    void sync(const std::string& path) override {
        Writer& out = writer(path, false);
        base::sync_file(out.file);
        if (!out.name_is_durable) {
            base::sync_directory_of(path);
            out.name_is_durable = true;
        }
    }

    void truncate(const std::string& path, std::uint64_t size) override {
        const base::File& file = writer(path, false).file;
        if (size < size_of(file, path) && ::ftruncate(file.fd(), static_cast<off_t>(size)) != 0) {
            fail(path, "cut", errno);
        }
    }

    void replace(const std::string& path, std::string_view bytes) override {
        writers_.erase(path);
        base::replace_file(path, bytes);
    }

    void rename(const std::string& from, const std::string& to) override {
        writers_.erase(from);
        writers_.erase(to);
        base::refuse_symlink(from, "file");
        base::refuse_symlink(to, "file");
        if (::rename(from.c_str(), to.c_str()) != 0) {
            fail(from, "rename", errno);
        }
        base::sync_directory_of(to);
        if (base::folder_of(from) != base::folder_of(to)) {
            base::sync_directory_of(from);
        }
    }

    void remove(const std::string& path) override {
        writers_.erase(path);
        if (::unlink(path.c_str()) != 0) {
            if (errno == ENOENT) {
                return;
            }
            fail(path, "delete", errno);
        }
        base::sync_directory_of(path);
    }

  private:
    struct Writer {
        base::File file;
        dev_t device = 0;
        ino_t inode = 0;
        bool name_is_durable = false; ///< false also for found files: their creator may have died
    };

    // Appending to a file that another process has replaced would write into the void.
    static bool still_named(const Writer& out, const std::string& path) {
        struct stat status {};
        return ::lstat(path.c_str(), &status) == 0 && status.st_dev == out.device &&
               status.st_ino == out.inode;
    }

    Writer& writer(const std::string& path, bool create) {
        const auto found = writers_.find(path);
        if (found != writers_.end()) {
            if (still_named(found->second, path)) {
                return found->second;
            }
            writers_.erase(found);
        }
        Writer out;
        out.file = base::open_file(
            path, create ? base::OpenMode::create_or_open : base::OpenMode::read_write, "file");
        const int flags = ::fcntl(out.file.fd(), F_GETFL);
        if (flags < 0 || ::fcntl(out.file.fd(), F_SETFL, flags | O_APPEND) != 0) {
            fail(path, "open", errno);
        }
        const struct stat status = status_of(out.file, path);
        out.device = status.st_dev;
        out.inode = status.st_ino;
        return writers_.emplace(path, std::move(out)).first->second;
    }

    std::unordered_map<std::string, Writer> writers_;
};

} // namespace

std::unique_ptr<FileSystem> make_real_filesystem() {
    return std::make_unique<RealFileSystem>();
}

} // namespace habeas::store
