// The SQLite VFS "habeas": the default one, with every page of the database file scrubbed.
#pragma once

namespace habeas::store {

inline constexpr const char* vfs_name = "habeas";

/// Makes the VFS known to SQLite (never as the default). Threads may call it at once and again:
/// a name that is known already is left as it is. It stays registered until the process ends.
///
/// `base` is the VFS it stands in front of, by default SQLite's default one at the first call.
/// Throws habeas::Error (internal) if `base` is unknown, out_of_memory if memory is short.
///
/// What it changes, and only for main database files:
/// * a write of one whole page goes to the file scrubbed (see scrub.hpp). Never the WAL, whose
///   frames carry checksums of the page as SQLite has it. Files with reserved bytes or
///   auto-vacuum (pointer maps look like b-tree pages) are written as they are: the store
///   refuses to open those.
/// * no memory mapping: pages would reach the file behind the scrubber's back.
/// * a new file gets mode 0600; SQLite gives -wal, -shm and -journal the mode of the database.
/// * a name that is a symbolic link, a directory, a device or a pipe is SQLITE_CANTOPEN.
/// The last two hold where `base` works on real files (the default one, and "unix...").
void register_vfs(const char* name = vfs_name, const char* base = nullptr);

} // namespace habeas::store
