// Backups and restores on whatever disk the engine has; habeas/backup.hpp is the door to them.
#pragma once

#include "store/backup/file.hpp"
#include "store/engine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace habeas::store {

/// Added to the name of a backup that is not finished. Nobody else's file is called so: it is
/// deleted with the backup.
inline constexpr const char* backup_draft = ".habeas-draft";

std::vector<RootKey> parse_backup_keys(std::string_view text);

/// For work that goes over the same bytes twice. `progress` must live as long as the result.
Progress half_of(const Progress& progress, bool second);

BackupInfo write_backup(Engine& engine, const std::string& path, const std::vector<RootKey>& keys,
                        const BackupOptions& options);
BackupInfo verify_backup(FileSystem& files, const std::string& path,
                         const std::vector<RootKey>& keys, const Progress& progress);
RestoreReport restore_backup(const std::string& path, const std::string& to,
                             const std::vector<RootKey>& keys, const RestoreOptions& options,
                             const EngineOptions& internal = {});

/// A restore works on "<store>.restoring". Deletes it with what SQLite has beside it: before one
/// begins, and what a crash left, for it may hold people who were erased.
void remove_restore_draft(FileSystem& files, const std::string& store);

} // namespace habeas::store
