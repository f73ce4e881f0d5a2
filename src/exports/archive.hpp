// ZIP archives, made in memory: libzip's own temporary files would have another mode than 0600.
#pragma once

#include "habeas/time.hpp"

#include <string>
#include <vector>

namespace habeas::exports {

struct ArchiveEntry {
    std::string name; ///< with / between folders
    std::string content;
};
/// Errc::unsupported in a build without libzip.
std::string make_zip(const std::vector<ArchiveEntry>& entries, Time modified);

} // namespace habeas::exports
