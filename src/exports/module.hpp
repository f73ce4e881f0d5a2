// What exports declares to the store.
#pragma once

#include "store/module.hpp"

#include <span>

namespace habeas::exports {
struct BundleList;
extern const store::Module module;
/// Its lists of an access bundle.
std::span<const BundleList> own_bundle_lists();
} // namespace habeas::exports
