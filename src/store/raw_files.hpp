// Reading the files of an open database byte for byte, through SQLite's own handles: a second
// open() and close() of the same file in this process would drop SQLite's locks (POSIX).
#pragma once

#include "store/connection.hpp"

#include <cstdint>
#include <span>

namespace habeas::store {

enum class RawFile : std::uint8_t { database, wal, shared_memory };

/// Bytes in the file now; 0 where there is none. In a read transaction, so that the log is open.
std::uint64_t raw_size(Connection& db, RawFile which);
/// Reads from `offset`; fewer bytes at the end of the file. Errc::io.
std::size_t raw_read(Connection& db, RawFile which, std::uint64_t offset, std::span<char> out);
/// Makes what was written to the file durable. Errc::io.
void raw_sync(Connection& db, RawFile which);
/// Takes all bytes out of the database file, which then is none any more.
void raw_empty(Connection& db);

} // namespace habeas::store
