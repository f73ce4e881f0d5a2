#include "faults/fault_vfs.hpp"

#include "store/vfs.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <new>
#include <random>
#include <sqlite3.h>
#include <string>
#include <thread>

namespace habeas::faults {

struct VfsSlot {
    sqlite3_vfs vfs{};
    std::string name;
    std::string scrubbing;
    FaultDisk* disk = nullptr; ///< null while nobody uses the slot
};

namespace {

struct File {
    FaultDisk* disk = nullptr;
    NodePtr node;
    Holder holder;
    std::string delete_on_close;
    bool sync_directory = false; ///< the unix VFS does so at the first sync of a new journal or WAL
};

struct FaultFile : sqlite3_file {
    File* file = nullptr;
};

File& of(sqlite3_file* file) noexcept {
    return *static_cast<FaultFile*>(file)->file;
}

int code(Outcome outcome, int io_error) noexcept {
    switch (outcome) {
    case Outcome::ok:
        return SQLITE_OK;
    case Outcome::full:
        return SQLITE_FULL;
    case Outcome::io_error:
        break;
    }
    return io_error;
}

// --- content -------------------------------------------------------------------------------

int file_read(sqlite3_file* file, void* data, int amount, sqlite3_int64 offset) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_READ;
    }
    const std::string& content = self.node->now;
    const auto from = std::min(static_cast<std::size_t>(offset), content.size());
    const auto got = std::min(static_cast<std::size_t>(amount), content.size() - from);
    std::memcpy(data, content.data() + from, got);
    if (got == static_cast<std::size_t>(amount)) {
        return SQLITE_OK;
    }
    std::memset(static_cast<char*>(data) + got, 0, static_cast<std::size_t>(amount) - got);
    return SQLITE_IOERR_SHORT_READ;
}

int file_write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) noexcept {
    File& self = of(file);
    const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(amount));
    return code(self.disk->write(*self.node, static_cast<std::uint64_t>(offset), bytes),
                SQLITE_IOERR_WRITE);
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) noexcept {
    File& self = of(file);
    return code(self.disk->truncate(*self.node, static_cast<std::uint64_t>(size)),
                SQLITE_IOERR_TRUNCATE);
}

int file_sync(sqlite3_file* file, int /*flags*/) noexcept {
    File& self = of(file);
    const int result = code(self.disk->sync(*self.node), SQLITE_IOERR_FSYNC);
    if (result != SQLITE_OK || !self.sync_directory) {
        return result;
    }
    self.sync_directory = false;
    return code(self.disk->sync_directory(), SQLITE_IOERR_DIR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_FSTAT;
    }
    *size = static_cast<sqlite3_int64>(self.node->now.size());
    return SQLITE_OK;
}

// --- locks on the database file --------------------------------------------------------------

/// The highest lock that anybody else holds.
int others_level(const File& self) noexcept {
    int level = SQLITE_LOCK_NONE;
    for (const Holder* holder : self.node->holders) {
        level = holder == &self.holder ? level : std::max(level, holder->level);
    }
    return level;
}

int file_lock(sqlite3_file* file, int level) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    if (self.holder.level >= level) {
        return SQLITE_OK;
    }
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_LOCK;
    }
    const int others = others_level(self);
    if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING) {
        return SQLITE_BUSY;
    }
    if (level == SQLITE_LOCK_RESERVED && others >= SQLITE_LOCK_RESERVED) {
        return SQLITE_BUSY;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && others != SQLITE_LOCK_NONE) {
        if (others < SQLITE_LOCK_RESERVED) {
            self.holder.level = SQLITE_LOCK_PENDING; // no new readers, wait for those that are here
        }
        return SQLITE_BUSY;
    }
    self.holder.level = level;
    return SQLITE_OK;
}

int file_unlock(sqlite3_file* file, int level) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    self.holder.level = std::min(self.holder.level, level);
    return SQLITE_OK;
}

int file_check_reserved_lock(sqlite3_file* file, int* out) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_CHECKRESERVEDLOCK;
    }
    *out = others_level(self) >= SQLITE_LOCK_RESERVED || self.holder.level >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

// --- shared memory -----------------------------------------------------------------------------

int file_shm_map(sqlite3_file* file, int region, int size, int extend,
                 void volatile** out) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    *out = nullptr;
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_SHMMAP;
    }
    self.holder.maps_shm = true;
    auto& regions = self.node->shm;
    const auto wanted = static_cast<std::size_t>(region) + 1;
    if (regions.size() < wanted && extend == 0) {
        return SQLITE_OK;
    }
    while (regions.size() < wanted) {
        regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *out = regions[wanted - 1].get();
    return SQLITE_OK;
}

int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    const unsigned slots = ((1U << static_cast<unsigned>(count)) - 1U)
                           << static_cast<unsigned>(offset);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        self.holder.shm_shared &= ~slots;
        self.holder.shm_exclusive &= ~slots;
        return SQLITE_OK;
    }
    if (self.disk->call() != Outcome::ok) {
        return SQLITE_IOERR_SHMLOCK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const Holder* holder : self.node->holders) {
        const unsigned in_the_way = holder->shm_exclusive | (exclusive ? holder->shm_shared : 0U);
        if (holder != &self.holder && (in_the_way & slots) != 0) {
            return SQLITE_BUSY;
        }
    }
    (exclusive ? self.holder.shm_exclusive : self.holder.shm_shared) |= slots;
    return SQLITE_OK;
}

void file_shm_barrier(sqlite3_file* file) noexcept {
    // To take the turn is the barrier: of two who pass it, the later sees what the earlier wrote.
    const FaultDisk::Turn turn(*of(file).disk);
}

int file_shm_unmap(sqlite3_file* file, int /*remove*/) noexcept {
    File& self = of(file);
    const FaultDisk::Turn turn(*self.disk);
    self.holder.maps_shm = false;
    self.holder.shm_shared = self.holder.shm_exclusive = 0;
    const auto& holders = self.node->holders;
    if (std::none_of(holders.begin(), holders.end(), [](auto* one) { return one->maps_shm; })) {
        self.node->shm.clear(); // as after the last process has gone
    }
    return SQLITE_OK;
}

// --- the rest of a file -------------------------------------------------------------------------

int file_control(sqlite3_file* /*file*/, int operation, void* argument) noexcept {
    if (operation == SQLITE_FCNTL_VFSNAME) {
        *static_cast<char**>(argument) = sqlite3_mprintf("fault");
        return SQLITE_OK;
    }
    return SQLITE_NOTFOUND;
}

// As the unix VFS says of its files on Linux.
int file_sector_size(sqlite3_file* /*file*/) noexcept {
    return 4096;
}
int file_device(sqlite3_file* /*file*/) noexcept {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int file_close(sqlite3_file* file) noexcept {
    File* self = static_cast<FaultFile*>(file)->file;
    FaultDisk& disk = *self->disk;
    {
        const FaultDisk::Turn turn(disk);
        auto& holders = self->node->holders;
        holders.erase(std::remove(holders.begin(), holders.end(), &self->holder), holders.end());
        if (!self->delete_on_close.empty()) {
            (void)disk.unlink(self->delete_on_close);
        }
        disk.closed();
    }
    delete self;
    file->pMethods = nullptr;
    return SQLITE_OK;
}

constexpr sqlite3_io_methods make_methods() noexcept {
    sqlite3_io_methods methods{};
    methods.iVersion = 2;
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
    methods.xDeviceCharacteristics = file_device;
    methods.xShmMap = file_shm_map;
    methods.xShmLock = file_shm_lock;
    methods.xShmBarrier = file_shm_barrier;
    methods.xShmUnmap = file_shm_unmap;
    return methods;
}

constexpr sqlite3_io_methods methods = make_methods();

// --- the VFS ------------------------------------------------------------------------------------

FaultDisk* disk_of(sqlite3_vfs* vfs) noexcept {
    return static_cast<VfsSlot*>(vfs->pAppData)->disk;
}

int vfs_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags,
             int* out_flags) noexcept {
    auto* self = new (out) FaultFile{};
    FaultDisk* disk = disk_of(vfs);
    if (disk == nullptr) {
        return SQLITE_CANTOPEN;
    }
    const FaultDisk::Turn turn(*disk);
    if (disk->call() != Outcome::ok) {
        return SQLITE_CANTOPEN;
    }
    auto file = std::make_unique<File>();
    file->disk = disk;
    if (path == nullptr) {
        file->node = std::make_shared<Node>(); // temporary, without a name
    } else {
        file->node = disk->find(path);
        const bool exclusive = (flags & SQLITE_OPEN_EXCLUSIVE) != 0;
        if (file->node != nullptr ? exclusive : (flags & SQLITE_OPEN_CREATE) == 0) {
            return SQLITE_CANTOPEN;
        }
        if (file->node == nullptr) {
            if (disk->create(path, file->node) != Outcome::ok) {
                return SQLITE_CANTOPEN;
            }
            file->sync_directory = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL |
                                             SQLITE_OPEN_SUPER_JOURNAL)) != 0;
        }
        if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0) {
            file->delete_on_close = path;
        }
    }
    file->node->holders.push_back(&file->holder);
    disk->opened();
    if (out_flags != nullptr) {
        *out_flags = flags;
    }
    self->file = file.release();
    self->pMethods = &methods;
    return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* vfs, const char* path, int sync_directory) noexcept {
    FaultDisk* disk = disk_of(vfs);
    const FaultDisk::Turn turn(*disk);
    if (disk->find(path) == nullptr) {
        return disk->call() == Outcome::ok ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    }
    if (disk->unlink(path) != Outcome::ok) {
        return SQLITE_IOERR_DELETE;
    }
    return sync_directory != 0 ? code(disk->sync_directory(), SQLITE_IOERR_DIR_FSYNC) : SQLITE_OK;
}

int vfs_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) noexcept {
    FaultDisk* disk = disk_of(vfs);
    const FaultDisk::Turn turn(*disk);
    if (disk->call() != Outcome::ok) {
        return SQLITE_IOERR_ACCESS;
    }
    const NodePtr node = disk->find(path);
    // As the unix VFS: an empty file does not "exist".
    *out = node != nullptr && (flags != SQLITE_ACCESS_EXISTS || !node->now.empty()) ? 1 : 0;
    return SQLITE_OK;
}

int vfs_full_pathname(sqlite3_vfs* /*vfs*/, const char* path, int size, char* out) noexcept {
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs* /*vfs*/, int size, char* out) noexcept {
    std::random_device random;
    std::generate_n(out, size, [&] { return static_cast<char>(random()); });
    return size;
}

int vfs_sleep(sqlite3_vfs* /*vfs*/, int microseconds) noexcept {
    std::this_thread::yield(); // tests do not wait
    return microseconds;
}

int vfs_current_time_int64(sqlite3_vfs* /*vfs*/, sqlite3_int64* out) noexcept {
    constexpr sqlite3_int64 unix_epoch = 210866760000000; // Julian day 2440587.5 in ms
    *out = unix_epoch + std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
    return SQLITE_OK;
}

int vfs_current_time(sqlite3_vfs* vfs, double* out) noexcept {
    sqlite3_int64 now = 0;
    (void)vfs_current_time_int64(vfs, &now);
    *out = static_cast<double>(now) / 86400000.0;
    return SQLITE_OK;
}

int vfs_last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*message*/) noexcept {
    return 0;
}

void fill(VfsSlot& slot) {
    sqlite3_vfs& vfs = slot.vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = sizeof(FaultFile);
    vfs.mxPathname = 512;
    vfs.zName = slot.name.c_str();
    vfs.pAppData = &slot;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_pathname;
    vfs.xRandomness = vfs_randomness;
    vfs.xSleep = vfs_sleep;
    vfs.xCurrentTime = vfs_current_time;
    vfs.xGetLastError = vfs_last_error;
    vfs.xCurrentTimeInt64 = vfs_current_time_int64;
}

std::mutex slots_mutex;
// Never destroyed: SQLite may look at the list of VFS until the process ends.
auto& slots() {
    static auto* all = new std::deque<VfsSlot>;
    return *all;
}

} // namespace

VfsSlot* take_vfs_slot(FaultDisk& disk) {
    const std::lock_guard<std::mutex> lock(slots_mutex);
    for (VfsSlot& slot : slots()) {
        if (slot.disk == nullptr) {
            slot.disk = &disk;
            return &slot;
        }
    }
    VfsSlot& slot = slots().emplace_back();
    slot.name = "fault-" + std::to_string(slots().size());
    slot.scrubbing = "habeas-" + slot.name;
    slot.disk = &disk;
    fill(slot);
    sqlite3_vfs_register(&slot.vfs, 0);
    store::register_vfs(slot.scrubbing.c_str(), slot.name.c_str());
    return &slot;
}

void give_vfs_slot(VfsSlot& slot) {
    const std::lock_guard<std::mutex> lock(slots_mutex);
    slot.disk = nullptr;
}

const char* plain_name(const VfsSlot& slot) noexcept {
    return slot.name.c_str();
}
const char* scrubbing_name(const VfsSlot& slot) noexcept {
    return slot.scrubbing.c_str();
}

} // namespace habeas::faults
