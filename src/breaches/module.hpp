// What breaches declare to the store.
#pragma once

#include "store/module.hpp"

#include <span>

namespace habeas::exports {
struct BundleList;
}

namespace habeas::breaches {
extern const store::Module module;
/// Their list of an access bundle.
std::span<const exports::BundleList> bundle_lists();
} // namespace habeas::breaches
