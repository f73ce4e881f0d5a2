// ZIP archives. Files are written through a callback: libzip's own would have another mode than
// 0600.
#pragma once

#include "base/spool.hpp"
#include "habeas/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::exports {

struct ArchiveEntry {
    std::string name;    ///< with / between folders
    base::Spool content; ///< finished
};

/// Writes bytes at a place of the archive; it goes back to what it wrote before.
using WriteAt = std::function<void(std::uint64_t offset, std::string_view bytes)>;

/// Errc::unsupported in a build without libzip, and, with `encrypted`, where libzip knows no AES.
void require_zip(bool encrypted);

/// With a password each file is encrypted with AES-256 (WinZip's AE-2). What `write` throws comes
/// out again.
void write_zip(const std::vector<ArchiveEntry>& entries, Time modified, const std::string& password,
               const WriteAt& write);

} // namespace habeas::exports
