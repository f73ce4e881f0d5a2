#include "store/raw_files.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace habeas::store {
namespace {

constexpr std::uint64_t shm_region = 32768; // WALINDEX_PGSZ

sqlite3_file* file_of(Connection& db, int pointer) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(db.handle(), "main", pointer, &file) != SQLITE_OK || file == nullptr ||
        file->pMethods == nullptr) {
        return nullptr;
    }
    return file;
}

/// A region of the wal-index, null past its end. `region` counts from 0.
const char* shm_bytes(Connection& db, std::uint64_t region) {
    sqlite3_file* file = file_of(db, SQLITE_FCNTL_FILE_POINTER);
    if (file == nullptr || file->pMethods->iVersion < 2 || file->pMethods->xShmMap == nullptr) {
        return nullptr;
    }
    // Only what the log already uses: mapping more would be harmless, but also pointless.
    void volatile* bytes = nullptr;
    const int code = file->pMethods->xShmMap(file, static_cast<int>(region),
                                             static_cast<int>(shm_region), 0, &bytes);
    return code == SQLITE_OK ? static_cast<const char*>(const_cast<void*>(bytes)) : nullptr;
}

} // namespace

std::uint64_t raw_size(Connection& db, RawFile which) {
    if (db.path().empty() || db.path() == ":memory:") {
        return 0;
    }
    if (which == RawFile::shared_memory) {
        // Without a log there is no wal-index to map.
        if (file_of(db, SQLITE_FCNTL_JOURNAL_POINTER) == nullptr) {
            return 0;
        }
        std::uint64_t regions = 0;
        while (shm_bytes(db, regions) != nullptr) {
            ++regions;
        }
        return regions * shm_region;
    }
    sqlite3_file* file = file_of(db, which == RawFile::wal ? SQLITE_FCNTL_JOURNAL_POINTER
                                                           : SQLITE_FCNTL_FILE_POINTER);
    if (file == nullptr) {
        return 0;
    }
    sqlite3_int64 size = 0;
    if (const int code = file->pMethods->xFileSize(file, &size); code != SQLITE_OK) {
        db.fail(code, "reading the size of the store's files");
    }
    return static_cast<std::uint64_t>(size);
}

void raw_sync(Connection& db, RawFile which) {
    sqlite3_file* file = file_of(db, which == RawFile::wal ? SQLITE_FCNTL_JOURNAL_POINTER
                                                           : SQLITE_FCNTL_FILE_POINTER);
    if (file == nullptr) {
        return;
    }
    constexpr int how = SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY;
    if (const int code = file->pMethods->xSync(file, how); code != SQLITE_OK) {
        db.fail(code, "writing the store's files");
    }
}

void raw_empty(Connection& db) {
    sqlite3_file* file = file_of(db, SQLITE_FCNTL_FILE_POINTER);
    if (file == nullptr) {
        return;
    }
    if (const int code = file->pMethods->xTruncate(file, 0); code != SQLITE_OK) {
        db.fail(code, "emptying the former store");
    }
}

std::size_t raw_read(Connection& db, RawFile which, std::uint64_t offset, std::span<char> out) {
    const std::uint64_t size = raw_size(db, which);
    if (offset >= size || out.empty()) {
        return 0;
    }
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size - offset));
    if (which == RawFile::shared_memory) {
        std::size_t done = 0;
        while (done < want) {
            const std::uint64_t at = offset + done;
            const char* region = shm_bytes(db, at / shm_region);
            if (region == nullptr) {
                break;
            }
            const std::uint64_t inside = at % shm_region;
            const auto part =
                static_cast<std::size_t>(std::min<std::uint64_t>(want - done, shm_region - inside));
            std::memcpy(out.data() + done, region + inside, part);
            done += part;
        }
        return done;
    }
    sqlite3_file* file = file_of(db, which == RawFile::wal ? SQLITE_FCNTL_JOURNAL_POINTER
                                                           : SQLITE_FCNTL_FILE_POINTER);
    if (file == nullptr) {
        return 0;
    }
    const int code = file->pMethods->xRead(file, out.data(), static_cast<int>(want),
                                           static_cast<sqlite3_int64>(offset));
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
        db.fail(code, "reading the store's files");
    }
    return want; // a file that shrank meanwhile is filled with zeros
}

} // namespace habeas::store
