#include "store/backup/pages.hpp"

#include "store/scrub.hpp"
#include "store/vfs.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <vector>

namespace habeas::store {
namespace {

// SQLite's own backup knows which version of a page belongs to the snapshot. Its target is a file
// that does not exist: what is written to it goes to the reader.

class PageSink;

struct SinkFile : sqlite3_file {
    PageSink* sink = nullptr;
};

class PageSink {
  public:
    explicit PageSink(const PageReader& page) : page_(&page) {
        base_ = sqlite3_vfs_find(nullptr);
        name_ = fmt::format("habeas-pages-{}", static_cast<const void*>(this));
        vfs_.iVersion = 1;
        vfs_.szOsFile = static_cast<int>(sizeof(SinkFile));
        vfs_.mxPathname = 64;
        vfs_.zName = name_.c_str();
        vfs_.pAppData = this;
        vfs_.xOpen = open;
        vfs_.xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_OK; };
        vfs_.xAccess = [](sqlite3_vfs*, const char*, int, int* out) {
            *out = 0;
            return SQLITE_OK;
        };
        vfs_.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
            sqlite3_snprintf(size, out, "%s", path);
            return SQLITE_OK;
        };
        vfs_.xRandomness = [](sqlite3_vfs* vfs, int size, char* out) {
            return base_of(vfs)->xRandomness(base_of(vfs), size, out);
        };
        vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
        vfs_.xCurrentTime = [](sqlite3_vfs* vfs, double* out) {
            return base_of(vfs)->xCurrentTime(base_of(vfs), out);
        };
        vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
        if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) {
            throw Error(Errc::internal, "SQLite refused the VFS of a backup");
        }
    }
    PageSink(const PageSink&) = delete;
    PageSink& operator=(const PageSink&) = delete;
    ~PageSink() { sqlite3_vfs_unregister(&vfs_); }

    [[nodiscard]] const char* name() const { return name_.c_str(); }
    void rethrow() const {
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
    }

  private:
    static sqlite3_vfs* base_of(sqlite3_vfs* vfs) noexcept {
        return static_cast<PageSink*>(vfs->pAppData)->base_;
    }
    static PageSink& of(sqlite3_file* file) noexcept { return *static_cast<SinkFile*>(file)->sink; }

    static int open(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags,
                    int* out_flags) noexcept {
        static const sqlite3_io_methods methods = io_methods();
        file->pMethods = nullptr;
        if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
            return SQLITE_CANTOPEN; // it keeps no journal
        }
        static_cast<SinkFile*>(file)->sink = static_cast<PageSink*>(vfs->pAppData);
        file->pMethods = &methods;
        if (out_flags != nullptr) {
            *out_flags = flags;
        }
        return SQLITE_OK;
    }

    static sqlite3_io_methods io_methods() noexcept {
        sqlite3_io_methods methods{};
        methods.iVersion = 1;
        methods.xClose = [](sqlite3_file*) { return SQLITE_OK; };
        methods.xRead = [](sqlite3_file* file, void* data, int amount, sqlite3_int64 offset) {
            std::memset(data, 0, static_cast<std::size_t>(amount));
            // What was written cannot be read again.
            return offset < of(file).size_ ? SQLITE_IOERR_READ : SQLITE_IOERR_SHORT_READ;
        };
        methods.xWrite = [](sqlite3_file* file, const void* data, int amount,
                            sqlite3_int64 offset) { return of(file).write(data, amount, offset); };
        methods.xTruncate = [](sqlite3_file*, sqlite3_int64) { return SQLITE_OK; };
        methods.xSync = [](sqlite3_file*, int) { return SQLITE_OK; };
        methods.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
            *size = of(file).size_;
            return SQLITE_OK;
        };
        methods.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
        methods.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
        methods.xCheckReservedLock = [](sqlite3_file*, int* out) {
            *out = 0;
            return SQLITE_OK;
        };
        methods.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
        methods.xSectorSize = [](sqlite3_file*) { return 4096; };
        methods.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };
        return methods;
    }

    int write(const void* data, int amount, sqlite3_int64 offset) noexcept {
        try {
            const auto* bytes = static_cast<const std::uint8_t*>(data);
            copy_.assign(bytes, bytes + amount);
            scrub_page(copy_, offset == 0);
            (*page_)(static_cast<std::uint32_t>(offset / amount + 1),
                     {reinterpret_cast<const char*>(copy_.data()), copy_.size()});
        } catch (...) { // no exception may cross SQLite
            thrown_ = std::current_exception();
            return SQLITE_IOERR_WRITE;
        }
        size_ = std::max(size_, offset + amount);
        return SQLITE_OK;
    }

    const PageReader* page_;
    sqlite3_vfs* base_ = nullptr;
    sqlite3_vfs vfs_{};
    std::string name_;
    std::vector<std::uint8_t> copy_;
    sqlite3_int64 size_ = 0;
    std::exception_ptr thrown_;
};

struct CloseDatabase {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
struct FinishBackup {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

} // namespace

void read_pages(Connection& source, const PageReader& page) {
    PageSink sink(page);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        "pages", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        sink.name());
    const std::unique_ptr<sqlite3, CloseDatabase> target(opened);
    if (code != SQLITE_OK) {
        throw make_sqlite_error(opened, code, "reading the store");
    }
    // Pages leave the cache as they come, and each is written once.
    const int prepared = sqlite3_exec(opened,
                                      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                                      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-2048",
                                      nullptr, nullptr, nullptr);
    if (prepared != SQLITE_OK) {
        throw make_sqlite_error(opened, prepared, "reading the store");
    }
    const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
        sqlite3_backup_init(opened, "main", source.handle(), "main"));
    if (backup == nullptr) {
        throw make_sqlite_error(opened, sqlite3_errcode(opened), "reading the store");
    }
    const int done = sqlite3_backup_step(backup.get(), -1);
    sink.rethrow();
    if (done != SQLITE_DONE) {
        throw make_sqlite_error(opened, done, "reading the store");
    }
}

// ---- PageFile

struct PageFile::Impl {
    Impl(const char* vfs_to_use, const std::string& path) {
        if (std::string_view(vfs_to_use) == vfs_name) {
            register_vfs();
        }
        vfs = sqlite3_vfs_find(vfs_to_use);
        full.resize(static_cast<std::size_t>(vfs->mxPathname) + 1);
        check(vfs->xFullPathname(vfs, path.c_str(), static_cast<int>(full.size()), full.data()),
              "opening");
        // What a VFS is given as the name of a database has a hidden end.
        name = sqlite3_create_filename(full.data(), "", "", 0, nullptr);
        if (name == nullptr) {
            throw std::bad_alloc();
        }
        room.resize(static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
        file = reinterpret_cast<sqlite3_file*>(room.data());
        file->pMethods = nullptr;
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;
        const int code = vfs->xOpen(vfs, name, file, flags, &flags);
        if (code != SQLITE_OK) {
            close();
            check(code, "creating");
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { close(); }

    void close() noexcept {
        if (file != nullptr && file->pMethods != nullptr) {
            file->pMethods->xClose(file);
        }
        file = nullptr;
        sqlite3_free_filename(name);
        name = nullptr;
    }
    void check(int code, const char* doing) const {
        if (code != SQLITE_OK) {
            const std::string path(full.c_str());
            const Error why = make_sqlite_error(nullptr, code, fmt::format("{} {}", doing, path));
            throw Error(why.code(), why.what(), path, why.sqlite_code());
        }
    }

    sqlite3_vfs* vfs = nullptr;
    std::string full;
    sqlite3_filename name = nullptr;
    std::vector<std::max_align_t> room;
    sqlite3_file* file = nullptr;
};

PageFile::PageFile(const char* vfs, const std::string& path)
    : impl_(std::make_unique<Impl>(vfs, path)) {}

PageFile::~PageFile() = default;

void PageFile::write(std::uint64_t offset, std::string_view page) {
    sqlite3_file* file = impl_->file;
    impl_->check(file->pMethods->xWrite(file, page.data(), static_cast<int>(page.size()),
                                        static_cast<sqlite3_int64>(offset)),
                 "writing");
}

void PageFile::sync() {
    sqlite3_file* file = impl_->file;
    impl_->check(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), "writing");
}

} // namespace habeas::store
