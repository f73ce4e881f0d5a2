// A bundle in memory, for what is handed out otherwise than as a file.
#pragma once

#include "habeas/export.hpp"

#include <string>

namespace habeas::exports {

/// As Export::access_file gives it; recorded as disclosed. In a Write, or on its own.
std::string access_bundle(store::Engine& engine, SubjectId subject, BundleFormat format,
                          const BundleOptions& options);

} // namespace habeas::exports
