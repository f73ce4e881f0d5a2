#include "store/vfs.hpp"

#include "habeas/error.hpp"
#include "store/scrub.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <new>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace habeas::store {
namespace {

constexpr int header_size = 100; ///< of the database file

/// What sqlite3_vfs::pAppData of ours points at.
struct Shim {
    sqlite3_vfs* base = nullptr;
    bool real_files = false;
    std::string name;
};

Shim& shim_of(sqlite3_vfs* vfs) noexcept {
    return *static_cast<Shim*>(vfs->pAppData);
}
sqlite3_vfs* base_of(sqlite3_vfs* vfs) noexcept {
    return shim_of(vfs).base;
}

/// A main database file. The base's own sqlite3_file follows it in the same block of memory.
struct ScrubbedFile : sqlite3_file {
    const Shim* shim = nullptr;
    std::uint8_t* copy = nullptr; ///< of one page
    int copy_size = 0;
    int page_size = 0; ///< 0 until the file's header was seen
    bool scrubbed = false;
};

ScrubbedFile& ours(sqlite3_file* file) noexcept {
    return *static_cast<ScrubbedFile*>(file);
}

sqlite3_file* behind(sqlite3_file* file) noexcept {
    // SQLite allocates szOsFile bytes for both, see register_vfs.
    return reinterpret_cast<sqlite3_file*>(static_cast<ScrubbedFile*>(file) + 1);
}

// --- writing -------------------------------------------------------------------------------

bool is_page_size(int bytes) noexcept {
    return bytes >= 512 && bytes <= 65536 && std::has_single_bit(static_cast<unsigned>(bytes));
}

void learn(ScrubbedFile& file, const std::uint8_t* header) noexcept {
    const int told = header[16] << 8 | header[17];
    const int reserved_bytes = header[20];
    const std::uint8_t* largest_root = header + 52; // not zero in auto-vacuum files
    file.page_size = told == 1 ? 65536 : told;
    file.scrubbed =
        std::memcmp(header, "SQLite format 3", 16) == 0 && is_page_size(file.page_size) &&
        reserved_bytes == 0 &&
        std::all_of(largest_root, largest_root + 4, [](auto byte) { return byte == 0; });
}

/// True if this write is one whole page of a file that we know how to scrub.
bool is_page_write(ScrubbedFile& file, const std::uint8_t* bytes, int amount,
                   sqlite3_int64 offset) noexcept {
    if (offset == 0 && amount >= header_size) {
        learn(file, bytes);
    } else if (amount != file.page_size) {
        std::uint8_t header[header_size];
        sqlite3_file* real = behind(&file);
        if (real->pMethods->xRead(real, header, header_size, 0) == SQLITE_OK) {
            learn(file, header);
        } else { // a new file whose first page is yet to come: SQLite writes whole pages
            return is_page_size(amount) && offset % amount == 0;
        }
    }
    return file.scrubbed && amount == file.page_size && offset % amount == 0;
}

int file_write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) noexcept {
    ScrubbedFile& self = ours(file);
    sqlite3_file* real = behind(file);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    if (!is_page_write(self, bytes, amount, offset)) {
        return real->pMethods->xWrite(real, data, amount, offset);
    }
    if (self.copy_size < amount) {
        auto* larger =
            static_cast<std::uint8_t*>(sqlite3_malloc64(static_cast<sqlite3_uint64>(amount)));
        if (larger == nullptr) {
            return SQLITE_IOERR_NOMEM;
        }
        sqlite3_free(self.copy);
        self.copy = larger;
        self.copy_size = amount;
    }
    const auto size = static_cast<std::size_t>(amount);
    std::memcpy(self.copy, bytes, size);
    scrub_page({self.copy, size}, offset == 0);
    return real->pMethods->xWrite(real, self.copy, amount, offset);
}

// --- the other calls on a file -------------------------------------------------------------

int file_close(sqlite3_file* file) noexcept {
    ScrubbedFile& self = ours(file);
    sqlite3_file* real = behind(file);
    const int result = real->pMethods->xClose(real);
    sqlite3_free(self.copy);
    self.copy = nullptr;
    self.pMethods = nullptr;
    return result;
}

int file_read(sqlite3_file* file, void* data, int amount, sqlite3_int64 offset) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xRead(real, data, amount, offset);
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xTruncate(real, size);
}

int file_sync(sqlite3_file* file, int flags) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xSync(real, flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xFileSize(real, size);
}

int file_lock(sqlite3_file* file, int level) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xLock(real, level);
}

int file_unlock(sqlite3_file* file, int level) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xUnlock(real, level);
}

int file_check_reserved_lock(sqlite3_file* file, int* out) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xCheckReservedLock(real, out);
}

int file_control(sqlite3_file* file, int operation, void* argument) noexcept {
    sqlite3_file* real = behind(file);
    if (operation == SQLITE_FCNTL_MMAP_SIZE) {
        *static_cast<sqlite3_int64*>(argument) = 0;
        return SQLITE_OK;
    }
    const int result = real->pMethods->xFileControl(real, operation, argument);
    if (operation == SQLITE_FCNTL_VFSNAME && result == SQLITE_OK) {
        auto* name = static_cast<char**>(argument);
        *name = sqlite3_mprintf("%s/%z", ours(file).shim->name.c_str(), *name);
    }
    return result;
}

int file_sector_size(sqlite3_file* file) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xSectorSize(real);
}

int file_device_characteristics(sqlite3_file* file) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

int file_shm_map(sqlite3_file* file, int region, int size, int extend,
                 void volatile** out) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xShmMap(real, region, size, extend, out);
}

int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xShmLock(real, offset, count, flags);
}

void file_shm_barrier(sqlite3_file* file) noexcept {
    sqlite3_file* real = behind(file);
    real->pMethods->xShmBarrier(real);
}

int file_shm_unmap(sqlite3_file* file, int remove) noexcept {
    sqlite3_file* real = behind(file);
    return real->pMethods->xShmUnmap(real, remove);
}

/// Version 2 has the shared memory of WAL, but not the memory mapping of version 3.
constexpr sqlite3_io_methods methods_of_version(int version) noexcept {
    sqlite3_io_methods methods{};
    methods.iVersion = version;
    methods.xClose = file_close;
    methods.xRead = file_read;
    methods.xWrite = file_write;
    methods.xTruncate = file_truncate;
    methods.xSync = file_sync;
    methods.xFileSize = file_size;
    methods.xLock = file_lock;
    methods.xUnlock = file_unlock;
    methods.xCheckReservedLock = file_check_reserved_lock;
    methods.xFileControl = file_control;
    methods.xSectorSize = file_sector_size;
    methods.xDeviceCharacteristics = file_device_characteristics;
    if (version >= 2) {
        methods.xShmMap = file_shm_map;
        methods.xShmLock = file_shm_lock;
        methods.xShmBarrier = file_shm_barrier;
        methods.xShmUnmap = file_shm_unmap;
    }
    return methods;
}

constexpr sqlite3_io_methods methods_1 = methods_of_version(1);
constexpr sqlite3_io_methods methods_2 = methods_of_version(2);

// --- opening -------------------------------------------------------------------------------

enum class FileKind : std::uint8_t { missing, regular, link, other };

/// What the name stands for. Where lstat cannot tell, opening will, so that counts as missing.
FileKind kind_of(const char* path) noexcept {
    struct stat status {};
    if (::lstat(path, &status) != 0) {
        return FileKind::missing;
    }
    if (S_ISREG(status.st_mode)) {
        return FileKind::regular;
    }
    return S_ISLNK(status.st_mode) ? FileKind::link : FileKind::other;
}

bool openable(FileKind kind) noexcept {
    return kind == FileKind::missing || kind == FileKind::regular;
}

/// Refuses what is no plain file and creates, with mode 0600, what is missing and may be created.
/// Closing any handle on a file drops this process's POSIX locks on it: harmless for a file that
/// did not exist, as long as no other thread opens it meanwhile, hence the caller's mutex.
int prepare(const char* path, int flags) noexcept {
    const FileKind kind = kind_of(path);
    if (kind == FileKind::link) {
        return SQLITE_CANTOPEN_SYMLINK;
    }
    if (kind == FileKind::other) {
        return SQLITE_CANTOPEN;
    }
    if ((flags & (SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE)) != SQLITE_OPEN_CREATE) {
        return SQLITE_OK;
    }
    const int handle = ::open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (handle >= 0) {
        ::close(handle);
        return SQLITE_OK;
    }
    if (errno == EEXIST) {
        return SQLITE_OK;
    }
    return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_CANTOPEN;
}

int open_base(const Shim& shim, const char* path, sqlite3_file* real, int flags,
              int* out_flags) noexcept {
    if (!shim.real_files || path == nullptr) {
        return shim.base->xOpen(shim.base, path, real, flags, out_flags);
    }
    static std::mutex opening;
    const std::lock_guard<std::mutex> lock(opening);
    const int result = prepare(path, flags);
    return result == SQLITE_OK ? shim.base->xOpen(shim.base, path, real, flags, out_flags) : result;
}

int open_scrubbed(const Shim& shim, const char* path, sqlite3_file* file, int flags,
                  int* out_flags) noexcept {
    auto* self = new (file) ScrubbedFile{};
    sqlite3_file* real = behind(self);
    real->pMethods = nullptr;
    const int result = open_base(shim, path, real, flags, out_flags);
    if (result == SQLITE_OK) {
        self->shim = &shim;
        self->pMethods = real->pMethods->iVersion >= 2 ? &methods_2 : &methods_1;
    } else if (real->pMethods != nullptr) {
        real->pMethods->xClose(real);
    }
    return result;
}

int vfs_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
             int* out_flags) noexcept {
    file->pMethods = nullptr;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
        return open_scrubbed(shim_of(vfs), path, file, flags, out_flags);
    }
    // WAL, journals and temporary files are the base's own, without a detour. What is there under
    // such a name must be a file: reading from a pipe would wait for ever.
    if (shim_of(vfs).real_files && path != nullptr && !openable(kind_of(path))) {
        return SQLITE_CANTOPEN;
    }
    return base_of(vfs)->xOpen(base_of(vfs), path, file, flags, out_flags);
}

// --- the other calls on the VFS ------------------------------------------------------------

int vfs_full_pathname(sqlite3_vfs* vfs, const char* path, int size, char* out) noexcept {
    // The base resolves links here, so this is the last place to see one. Links among the
    // directories above are the administrator's business.
    if (shim_of(vfs).real_files && kind_of(path) == FileKind::link) {
        return SQLITE_CANTOPEN_SYMLINK;
    }
    return base_of(vfs)->xFullPathname(base_of(vfs), path, size, out);
}

int vfs_delete(sqlite3_vfs* vfs, const char* path, int sync_directory) noexcept {
    return base_of(vfs)->xDelete(base_of(vfs), path, sync_directory);
}

int vfs_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) noexcept {
    return base_of(vfs)->xAccess(base_of(vfs), path, flags, out);
}

void* vfs_dl_open(sqlite3_vfs* vfs, const char* path) noexcept {
    return base_of(vfs)->xDlOpen(base_of(vfs), path);
}

void vfs_dl_error(sqlite3_vfs* vfs, int size, char* message) noexcept {
    base_of(vfs)->xDlError(base_of(vfs), size, message);
}

using Symbol = void (*)();
Symbol vfs_dl_sym(sqlite3_vfs* vfs, void* library, const char* name) noexcept {
    return base_of(vfs)->xDlSym(base_of(vfs), library, name);
}

void vfs_dl_close(sqlite3_vfs* vfs, void* library) noexcept {
    base_of(vfs)->xDlClose(base_of(vfs), library);
}

int vfs_randomness(sqlite3_vfs* vfs, int size, char* out) noexcept {
    return base_of(vfs)->xRandomness(base_of(vfs), size, out);
}

int vfs_sleep(sqlite3_vfs* vfs, int microseconds) noexcept {
    return base_of(vfs)->xSleep(base_of(vfs), microseconds);
}

int vfs_current_time(sqlite3_vfs* vfs, double* out) noexcept {
    return base_of(vfs)->xCurrentTime(base_of(vfs), out);
}

int vfs_last_error(sqlite3_vfs* vfs, int size, char* message) noexcept {
    return base_of(vfs)->xGetLastError(base_of(vfs), size, message);
}

int vfs_current_time_int64(sqlite3_vfs* vfs, sqlite3_int64* out) noexcept {
    return base_of(vfs)->xCurrentTimeInt64(base_of(vfs), out);
}

sqlite3_vfs vfs_over(Shim& shim) noexcept {
    const sqlite3_vfs& base = *shim.base;
    sqlite3_vfs vfs{};
    vfs.iVersion = std::min(base.iVersion, 2); // version 3 replaces system calls: not through us
    vfs.szOsFile = static_cast<int>(sizeof(ScrubbedFile)) + base.szOsFile;
    vfs.mxPathname = base.mxPathname;
    vfs.zName = shim.name.c_str();
    vfs.pAppData = &shim;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_pathname;
    vfs.xDlOpen = base.xDlOpen != nullptr ? vfs_dl_open : nullptr;
    vfs.xDlError = base.xDlError != nullptr ? vfs_dl_error : nullptr;
    if (base.xDlSym != nullptr) {
        vfs.xDlSym = vfs_dl_sym;
    }
    vfs.xDlClose = base.xDlClose != nullptr ? vfs_dl_close : nullptr;
    vfs.xRandomness = vfs_randomness;
    vfs.xSleep = vfs_sleep;
    vfs.xCurrentTime = vfs_current_time;
    vfs.xGetLastError = base.xGetLastError != nullptr ? vfs_last_error : nullptr;
    if (vfs.iVersion >= 2) {
        vfs.xCurrentTimeInt64 =
            base.xCurrentTimeInt64 != nullptr ? vfs_current_time_int64 : nullptr;
    }
    return vfs;
}

} // namespace

void register_vfs(const char* name, const char* base) {
    static std::mutex registering;
    const std::lock_guard<std::mutex> lock(registering);
    if (sqlite3_vfs_find(name) != nullptr) {
        return;
    }
    auto shim = std::make_unique<Shim>();
    shim->base = sqlite3_vfs_find(base);
    if (shim->base == nullptr) {
        throw Error(Errc::internal, "SQLite does not know the VFS to build upon",
                    base != nullptr ? base : "default");
    }
    shim->real_files = base == nullptr || std::strncmp(base, "unix", 4) == 0;
    shim->name = name;
    auto vfs = std::make_unique<sqlite3_vfs>(vfs_over(*shim));
    const int result = sqlite3_vfs_register(vfs.get(), 0);
    if (result != SQLITE_OK) {
        throw Error(result == SQLITE_NOMEM ? Errc::out_of_memory : Errc::internal,
                    "SQLite refused the VFS", name, result);
    }
    // SQLite keeps the address for as long as it lives.
    (void)vfs.release();
    (void)shim.release();
}

} // namespace habeas::store
